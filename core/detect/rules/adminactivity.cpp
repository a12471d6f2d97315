// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/adminactivity.h"

#include "core/detect/wording.h"

namespace bartizan {
namespace {

bool isAdminRow(const RuleEvent &event)
{
    const SecurityEventType type = event.row().eventType;
    return type == SecurityEventType::PlatformAdmin || type == SecurityEventType::UserManagement;
}

} // namespace

void AdminActivityRule::observe(RuleEvent &event)
{
    if (!isAdminRow(event))
        return;
    m_all.add(event.at(), kSpan, m_pool);
    if (event.hasUser())
        m_byUser.add(event.user(), event.at());
}

std::optional<std::int64_t> AdminActivityRule::fires(RuleEvent &event, const MonitoringConfig &config) const
{
    const bool judged = event.row().eventType == SecurityEventType::PlatformAdmin
        || (event.row().eventType == SecurityEventType::UserManagement && event.hasUser());
    if (!judged)
        return std::nullopt;
    const TimestampMs from = event.at() - kHour;
    const std::int64_t count = event.hasUser() ? m_byUser.count(event.user(), from, event.at())
                                               : m_all.count(from, event.at());
    return count >= config.thresholds.adminActionsPerHour ? std::optional(count) : std::nullopt;
}

Finding AdminActivityRule::describe(const EventView &row, std::int64_t count) const
{
    const std::string_view user = row.userId.empty() ? std::string_view("undefined") : row.userId;
    return {AlertSeverity::Medium, type(), "Unusual Admin Activity",
            joined({"User ", user, " performed ", std::to_string(count), " admin actions in 1 hour"}),
            {{QStringLiteral("adminActions"), static_cast<qint64>(count)}}};
}

void AdminActivityRule::expire(TimestampMs now, RuleMarks &marks)
{
    m_byUser.expire(now, marks.users);
    if (!m_all.empty() && now - m_all.newest() > kSpan)
        m_all.release(m_pool);
}

void AdminActivityRule::clear()
{
    m_byUser.clear();
    m_all.release(m_pool);
}

} // namespace bartizan
