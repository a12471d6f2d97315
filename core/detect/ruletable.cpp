// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/ruletable.h"

#include "core/detect/rules/adminactivity.h"
#include "core/detect/rules/bruteforce.h"
#include "core/detect/rules/geographicalanomaly.h"
#include "core/detect/rules/ratelimit.h"
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
    return rules;
}

} // namespace bartizan
