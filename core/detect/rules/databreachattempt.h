// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// Many failed, blocked or suspicious accesses to protected data or to the API, of one address or of one user.
class DataBreachAttemptRule final : public CountRule<DataBreachAttemptRule, GroupKind::Address, GroupKind::User> {
public:
    explicit DataBreachAttemptRule(KeyTracker &tracker) : WindowRule(RuleId::DataBreachAttempt, tracker) {}
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return (type == SecurityEventType::DataPrivacy || type == SecurityEventType::ApiSecurity)
            && (outcome == AuditOutcome::Failure || outcome == AuditOutcome::Blocked
                || outcome == AuditOutcome::Suspicious);
    }

    Part part(RuleEvent &) const { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({counted(hit.count, "refused or suspicious data request"),
                       hit.kind == GroupKind::Address ? " from IP " : " by user ", event.text(hit.kind), " in ",
                       spanWords()});
    }
};

} // namespace bartizan
