// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// A login succeeds after many failures of the same address, or of the same account: the guessing has worked.
class BruteForceSuccessRule final : public CountRule<BruteForceSuccessRule, GroupKind::Address, GroupKind::Account> {
public:
    static constexpr bool kPair = true;

    explicit BruteForceSuccessRule(KeyTracker &tracker) : WindowRule(RuleId::BruteForceSuccess, tracker) {}
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::Authentication
            && (outcome == AuditOutcome::Failure || outcome == AuditOutcome::Success);
    }

    Part part(RuleEvent &event) const
    {
        return event.row().outcome == AuditOutcome::Failure ? Part::Counted : Part::Judged;
    }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        const bool address = hit.kind == GroupKind::Address;
        return joined({"Successful login ", address ? "from IP " : "to account ", event.text(hit.kind), " after ",
                       counted(hit.count, "failed attempt"), " in ", spanWords()});
    }
};

} // namespace bartizan
