// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// One user is denied access several times in a row.
class AccessDeniedBurstRule final : public CountRule<AccessDeniedBurstRule, GroupKind::User> {
public:
    explicit AccessDeniedBurstRule(KeyTracker &tracker) : WindowRule(RuleId::AccessDeniedBurst, tracker) {}
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::Authorization
            && (outcome == AuditOutcome::Failure || outcome == AuditOutcome::Blocked);
    }

    Part part(RuleEvent &) const { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({"User ", event.text(hit.kind), " was denied access ", counted(hit.count, "time"), " in ",
                       spanWords()});
    }
};

} // namespace bartizan
