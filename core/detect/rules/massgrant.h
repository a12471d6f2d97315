// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// One user grants rights or roles unusually often. What a grant is stands at EscalationAfterDenialRule.
class MassGrantRule final : public CountRule<MassGrantRule, GroupKind::User> {
public:
    explicit MassGrantRule(KeyTracker &tracker) : WindowRule(RuleId::MassGrant, tracker) {}
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::UserManagement && outcome == AuditOutcome::Success;
    }

    Part part(RuleEvent &event) const { return event.words().grant ? Part::Both : Part::None; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({"User ", event.text(hit.kind), " granted rights or roles ", counted(hit.count, "time"), " in ",
                       spanWords()});
    }
};

} // namespace bartizan
