// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/ipthreat.h"

namespace bartizan {

IpThreat ipThreat(const IpActivity &activity)
{
    using Kind = IpThreat::Factor::Kind;
    IpThreat result;
    const auto consider = [&](Kind kind, std::int64_t count, std::int64_t threshold, std::string text,
                              const char *recommendation) {
        if (count <= threshold)
            return;
        result.riskFactors.push_back(text);
        result.recommendations.emplace_back(recommendation);
        result.factors.push_back({kind, count, threshold, std::move(text)});
    };
    consider(Kind::FailedLogins, activity.failedLogins, 10,
             std::to_string(activity.failedLogins) + " failed login attempts in 24h", "Consider temporary IP blocking");
    consider(Kind::RateLimiting, activity.rateLimited, 5,
             std::to_string(activity.rateLimited) + " rate limit violations", "Implement stricter rate limiting");
    consider(Kind::DistinctUsers, activity.distinctUsers, 5,
             "Access attempts to " + std::to_string(activity.distinctUsers) + " different accounts",
             "Investigate for account enumeration");
    result.level = static_cast<ThreatLevel>(result.factors.size());
    if (result.factors.empty()) {
        result.riskFactors.push_back(std::to_string(activity.events) + " security events in 24h");
        result.recommendations.emplace_back("Continue monitoring for suspicious activity");
    }
    return result;
}

} // namespace bartizan
