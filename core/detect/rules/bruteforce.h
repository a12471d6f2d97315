// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// Many failed logins from one address within five minutes, whatever account they try (spec/monitoring.md section 3).
class BruteForceRule final : public CountRule<BruteForceRule, GroupKind::Address> {
public:
    explicit BruteForceRule(KeyTracker &tracker) : WindowRule(RuleId::BruteForce, tracker) {}

    std::string_view nameInIds() const noexcept override { return "brute_force"; }
    Overlay overlay() const noexcept override { return Overlay::EventWins; }
    bool countsOwnRows() const noexcept override { return true; }
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::Authentication && outcome == AuditOutcome::Failure;
    }
    Finding describe(RuleEvent &event, const Hit &hit) const override
    {
        Finding finding{hit.severity, info().type, "Brute Force Attack Detected", sentence(event, hit), {}};
        finding.metadata.add("failedAttempts", hit.count);
        return finding;
    }

    Part part(RuleEvent &) const { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({std::to_string(hit.count), " failed login attempts from IP ", event.text(hit.kind), " in ",
                       spanWords()});
    }
};

} // namespace bartizan
