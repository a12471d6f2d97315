// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/keyedwindows.h"
#include "core/detect/rule.h"
#include "core/domain/detectorhistory.h"

namespace bartizan {

/// One user performed very many administrative actions within an hour. A platform event that names no user is judged
/// by the actions of all users together, as in the reference.
class AdminActivityRule final : public Rule {
public:
    std::string_view id() const noexcept override { return "admin_activity"; }
    AlertType type() const noexcept override { return AlertType::UnusualAdminActivity; }
    bool concerns(SecurityEventType type, AuditOutcome) const noexcept override
    {
        return type == SecurityEventType::PlatformAdmin || type == SecurityEventType::UserManagement;
    }
    void observe(RuleEvent &event) override;
    std::optional<std::int64_t> fires(RuleEvent &event, const MonitoringConfig &config) const override;
    std::string_view group(const EventView &row) const noexcept override { return row.userId; }
    Finding describe(const EventView &row, std::int64_t count) const override;
    void expire(TimestampMs now, RuleMarks &marks) override;
    void clear() override;

private:
    static constexpr TimestampMs kSpan = kHour + kLateSlack;

    KeyedWindows m_byUser{kSpan};
    BlockPool m_pool;
    SlidingWindow m_all; ///< Of every user, and of none.
};

} // namespace bartizan
