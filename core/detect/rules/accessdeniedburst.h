// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// One user is denied access several times in a row.
class AccessDeniedBurstRule final : public CountRule {
public:
    explicit AccessDeniedBurstRule(KeyTracker &tracker)
        : CountRule(RuleId::AccessDeniedBurst, tracker, {GroupKind::User})
    {
    }
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::Authorization
            && (outcome == AuditOutcome::Failure || outcome == AuditOutcome::Blocked);
    }

protected:
    Part part(RuleEvent &) const override { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({"User ", event.text(hit.kind), " was denied access ", counted(hit.count, "time"), " in ",
                       spanWords()});
    }
};

} // namespace bartizan
