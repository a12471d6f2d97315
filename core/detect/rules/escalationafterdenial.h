// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// A user who was denied access grants rights or a role soon afterwards: the denial has been worked around. A grant is a
/// successful USER_MANAGEMENT event whose action contains grant, elevate, promote, role or admin, in any case.
class EscalationAfterDenialRule final : public CountRule<EscalationAfterDenialRule, GroupKind::User> {
public:
    static constexpr bool kPair = true;

    explicit EscalationAfterDenialRule(KeyTracker &tracker) : WindowRule(RuleId::EscalationAfterDenial, tracker) {}
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        const bool denial = type == SecurityEventType::Authorization
            && (outcome == AuditOutcome::Failure || outcome == AuditOutcome::Blocked);
        return denial || (type == SecurityEventType::UserManagement && outcome == AuditOutcome::Success);
    }

    Part part(RuleEvent &event) const
    {
        if (event.row().eventType == SecurityEventType::Authorization)
            return Part::Counted;
        return event.words().grant ? Part::Judged : Part::None;
    }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({"User ", event.text(hit.kind), " performed ", event.row().action, " after ",
                       counted(hit.count, "denied access attempt"), " in ", spanWords()});
    }
};

} // namespace bartizan
