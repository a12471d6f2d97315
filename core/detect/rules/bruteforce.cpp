// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/bruteforce.h"

#include "core/detect/wording.h"

namespace bartizan {
namespace {

bool isFailedLogin(const RuleEvent &event)
{
    return event.row().eventType == SecurityEventType::Authentication && event.row().outcome == AuditOutcome::Failure
        && event.hasAddress();
}

} // namespace

void BruteForceRule::observe(RuleEvent &event)
{
    if (isFailedLogin(event))
        m_failures.add(event.address(), event.at());
}

std::optional<std::int64_t> BruteForceRule::fires(RuleEvent &event, const MonitoringConfig &config) const
{
    if (!isFailedLogin(event))
        return std::nullopt;
    const std::int64_t count = m_failures.count(event.address(), event.at() - 5 * kMinute, event.at());
    return count >= config.thresholds.failedLoginsPerMinute ? std::optional(count) : std::nullopt;
}

Finding BruteForceRule::describe(const EventView &row, std::int64_t count) const
{
    return {AlertSeverity::High, type(), "Brute Force Attack Detected",
            joined({std::to_string(count), " failed login attempts from IP ", row.ipAddress, " in 5 minutes"}),
            {{QStringLiteral("failedAttempts"), static_cast<qint64>(count)}}};
}

void BruteForceRule::expire(TimestampMs now, RuleMarks &marks)
{
    m_failures.expire(now, marks.addresses);
}

void BruteForceRule::clear()
{
    m_failures.clear();
}

} // namespace bartizan
