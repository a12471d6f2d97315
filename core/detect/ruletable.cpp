// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/ruletable.h"

#include "core/detect/rules/accessdeniedburst.h"
#include "core/detect/rules/accountenumeration.h"
#include "core/detect/rules/adminactivity.h"
#include "core/detect/rules/bruteforce.h"
#include "core/detect/rules/bruteforcesuccess.h"
#include "core/detect/rules/cspspike.h"
#include "core/detect/rules/csrfattack.h"
#include "core/detect/rules/databreachattempt.h"
#include "core/detect/rules/escalationafterdenial.h"
#include "core/detect/rules/geographicalanomaly.h"
#include "core/detect/rules/impossibletravel.h"
#include "core/detect/rules/massdataaccess.h"
#include "core/detect/rules/massgrant.h"
#include "core/detect/rules/multiplefailedlogins.h"
#include "core/detect/rules/ratelimit.h"
#include "core/detect/rules/scanneruseragent.h"
#include "core/detect/rules/sessionhijacking.h"
#include "core/detect/rules/suspiciousip.h"
#include "core/detect/rules/temporalanomaly.h"

namespace bartizan {

int valueOf(const RuleInfo &rule, std::string_view parameter, const MonitoringConfig &config)
{
    return config.value(rule.id, ruleParameter(rule.id, parameter).value());
}

std::vector<std::unique_ptr<Rule>> makeRules(KeyTracker &tracker)
{
    std::vector<std::unique_ptr<Rule>> rules;
    rules.push_back(std::make_unique<BruteForceRule>(tracker));
    rules.push_back(std::make_unique<AdminActivityRule>(tracker));
    rules.push_back(std::make_unique<RateLimitRule>(tracker));
    rules.push_back(std::make_unique<GeographicalAnomaly>(tracker));
    rules.push_back(std::make_unique<TemporalAnomaly>());
    rules.push_back(std::make_unique<MultipleFailedLoginsRule>(tracker));
    rules.push_back(std::make_unique<BruteForceSuccessRule>(tracker));
    rules.push_back(std::make_unique<AccountEnumerationRule>(tracker));
    rules.push_back(std::make_unique<SuspiciousIpRule>(tracker));
    rules.push_back(std::make_unique<AccessDeniedBurstRule>(tracker));
    rules.push_back(std::make_unique<EscalationAfterDenialRule>(tracker));
    rules.push_back(std::make_unique<MassGrantRule>(tracker));
    rules.push_back(std::make_unique<DataBreachAttemptRule>(tracker));
    rules.push_back(std::make_unique<MassDataAccessRule>(tracker));
    rules.push_back(std::make_unique<CsrfAttackRule>(tracker));
    rules.push_back(std::make_unique<CspSpikeRule>(tracker));
    rules.push_back(std::make_unique<ImpossibleTravelRule>(tracker));
    rules.push_back(std::make_unique<ScannerUserAgentRule>());
    rules.push_back(std::make_unique<SessionHijackingRule>(tracker));
    return rules;
}

} // namespace bartizan
