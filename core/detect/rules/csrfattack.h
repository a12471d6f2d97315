// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// One address sends several requests that the CSRF protection stops.
class CsrfAttackRule final : public CountRule<CsrfAttackRule, GroupKind::Address> {
public:
    explicit CsrfAttackRule(KeyTracker &tracker) : WindowRule(RuleId::CsrfAttack, tracker) {}
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::CsrfProtection
            && (outcome == AuditOutcome::Blocked || outcome == AuditOutcome::Failure);
    }

    Part part(RuleEvent &) const { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({counted(hit.count, "CSRF violation"), " from IP ", event.text(hit.kind), " in ", spanWords()});
    }
};

} // namespace bartizan
