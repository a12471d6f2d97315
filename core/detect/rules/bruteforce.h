// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/keyedwindows.h"
#include "core/detect/rule.h"
#include "core/domain/detectorhistory.h"

namespace bartizan {

/// Many failed logins from one address within five minutes, whatever account they try.
class BruteForceRule final : public Rule {
public:
    std::string_view id() const noexcept override { return "brute_force"; }
    AlertType type() const noexcept override { return AlertType::BruteForceAttack; }
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::Authentication && outcome == AuditOutcome::Failure;
    }
    void observe(RuleEvent &event) override;
    std::optional<std::int64_t> fires(RuleEvent &event, const MonitoringConfig &config) const override;
    std::string_view group(const EventView &row) const noexcept override { return row.ipAddress; }
    Finding describe(const EventView &row, std::int64_t count) const override;
    void expire(TimestampMs now, RuleMarks &marks) override;
    void clear() override;

private:
    KeyedWindows m_failures{5 * kMinute + kLateSlack};
};

} // namespace bartizan
