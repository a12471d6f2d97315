// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/securityscore.h"

#include "core/metrics/userrisk.h"

#include <algorithm>
#include <cmath>

namespace bartizan {
namespace {

constexpr std::size_t kTopThreats = 5;
constexpr std::int64_t kUsualEvents = 1000;

ScoreDeduction deduction(ScoreDeduction::Kind kind, std::int64_t count, double points, double cap)
{
    return {kind, count, std::min(cap, points), cap, points >= cap};
}

bool weighsMost(AlertType type)
{
    return type == AlertType::BruteForceAttack || type == AlertType::DataBreachAttempt
        || type == AlertType::PrivilegeEscalation;
}

} // namespace

std::vector<ThreatCount> topThreats(std::span<const ThreatCount> alertsByType)
{
    std::vector<ThreatCount> result(alertsByType.begin(), alertsByType.end());
    std::stable_sort(result.begin(), result.end(),
                     [](const ThreatCount &a, const ThreatCount &b) { return a.count > b.count; });
    if (result.size() > kTopThreats)
        result.resize(kTopThreats);
    return result;
}

SecurityScore securityScore(const MetricsInputs &counts, std::span<const ThreatCount> topThreats)
{
    using Kind = ScoreDeduction::Kind;
    std::int64_t severe = 0;
    for (const ThreatCount &threat : topThreats)
        severe += weighsMost(threat.type) ? threat.count : 0;
    const std::int64_t beyondUsual = std::max<std::int64_t>(0, counts.totalEvents - kUsualEvents);
    const auto real = [](std::int64_t n) { return static_cast<double>(n); };
    SecurityScore score;
    score.deductions = {deduction(Kind::CriticalEvents, counts.criticalEvents, 2 * real(counts.criticalEvents), 30),
                        deduction(Kind::ActiveAlerts, counts.activeAlerts, 3 * real(counts.activeAlerts), 25),
                        deduction(Kind::TopThreats, severe, 5 * real(severe), 20),
                        deduction(Kind::EventVolume, beyondUsual, real(beyondUsual) / 100, 15)};
    for (const ScoreDeduction &d : score.deductions)
        score.exact -= d.points;
    score.rounded = std::max(0, static_cast<int>(std::floor(score.exact + 0.5)));
    return score;
}

MetricsInputs afterAcknowledging(MetricsInputs counts, std::int64_t active, std::int64_t alerts, bool goesOn)
{
    counts.activeAlerts = std::max<std::int64_t>(0, counts.activeAlerts - active);
    if (goesOn)
        counts.totalEvents += alerts;
    return counts;
}

ThreatLevel threatLevel(int score, std::int64_t activeAlerts, std::int64_t criticalEvents) noexcept
{
    if (score < 50 || activeAlerts >= 5 || criticalEvents >= 3)
        return ThreatLevel::Critical;
    if (score < 70 || activeAlerts >= 3 || criticalEvents >= 2)
        return ThreatLevel::High;
    if (score < 85 || activeAlerts >= 1 || criticalEvents >= 1)
        return ThreatLevel::Moderate;
    return ThreatLevel::Low;
}

SecurityMetrics securityMetrics(MetricsInputs counts)
{
    SecurityMetrics result;
    result.topThreats = topThreats(counts.alertsByType);
    result.score = securityScore(counts, result.topThreats);
    result.threatLevel = threatLevel(result.score.rounded, counts.activeAlerts, counts.criticalEvents);
    result.userRiskScores = riskiestUsers(counts.users);
    result.counts = std::move(counts);
    return result;
}

} // namespace bartizan
