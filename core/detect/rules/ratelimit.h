// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/keyedwindows.h"
#include "core/detect/rule.h"
#include "core/domain/detectorhistory.h"

namespace bartizan {

/// One address ran into the rate limiter again and again within a minute, in whatever kind of request.
class RateLimitRule final : public Rule {
public:
    std::string_view id() const noexcept override { return "rate_limit"; }
    AlertType type() const noexcept override { return AlertType::RateLimitBreach; }
    bool concerns(SecurityEventType, AuditOutcome outcome) const noexcept override
    {
        return outcome == AuditOutcome::RateLimited;
    }
    void observe(RuleEvent &event) override;
    std::optional<std::int64_t> fires(RuleEvent &event, const MonitoringConfig &config) const override;
    std::string_view group(const EventView &row) const noexcept override { return row.ipAddress; }
    Finding describe(const EventView &row, std::int64_t count) const override;
    void expire(TimestampMs now, RuleMarks &marks) override;
    void clear() override;

private:
    KeyedWindows m_violations{kMinute + kLateSlack};
};

} // namespace bartizan
