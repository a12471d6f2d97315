// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/ratelimit.h"

#include "core/detect/wording.h"

namespace bartizan {
namespace {

bool isViolation(const RuleEvent &event)
{
    return event.row().outcome == AuditOutcome::RateLimited && event.hasAddress();
}

} // namespace

void RateLimitRule::observe(RuleEvent &event)
{
    if (isViolation(event))
        m_violations.add(event.address(), event.at());
}

std::optional<std::int64_t> RateLimitRule::fires(RuleEvent &event, const MonitoringConfig &config) const
{
    if (!isViolation(event))
        return std::nullopt;
    const std::int64_t count = m_violations.count(event.address(), event.at() - kMinute, event.at());
    return count >= config.thresholds.rateLimitViolationsPerMinute ? std::optional(count) : std::nullopt;
}

Finding RateLimitRule::describe(const EventView &row, std::int64_t count) const
{
    return {AlertSeverity::Medium, type(), "Rate Limit Breach",
            joined({"IP ", row.ipAddress, " exceeded rate limits ", std::to_string(count), " times in 1 minute"}),
            {{QStringLiteral("violations"), static_cast<qint64>(count)}}};
}

void RateLimitRule::expire(TimestampMs now, RuleMarks &marks)
{
    m_violations.expire(now, marks.addresses);
}

void RateLimitRule::clear()
{
    m_violations.clear();
}

} // namespace bartizan
