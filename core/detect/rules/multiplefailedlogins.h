// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// Logins to one account fail again and again, from whatever addresses: guessing that hides behind many of them.
class MultipleFailedLoginsRule final : public CountRule<MultipleFailedLoginsRule, GroupKind::Account> {
public:
    explicit MultipleFailedLoginsRule(KeyTracker &tracker) : WindowRule(RuleId::MultipleFailedLogins, tracker) {}
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::Authentication && outcome == AuditOutcome::Failure;
    }

    Part part(RuleEvent &) const { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({counted(hit.count, "failed login attempt"), " for account ", event.text(hit.kind), " in ",
                       spanWords()});
    }
};

} // namespace bartizan
