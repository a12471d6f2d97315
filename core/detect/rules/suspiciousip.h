// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// One address has many requests blocked, marked suspicious or failed; failed logins have rules of their own.
class SuspiciousIpRule final : public CountRule<SuspiciousIpRule, GroupKind::Address> {
public:
    explicit SuspiciousIpRule(KeyTracker &tracker) : WindowRule(RuleId::SuspiciousIp, tracker) {}
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return outcome == AuditOutcome::Blocked || outcome == AuditOutcome::Suspicious
            || (outcome == AuditOutcome::Failure && type != SecurityEventType::Authentication);
    }

    Part part(RuleEvent &) const { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({counted(hit.count, "blocked, suspicious or failed request"), " from IP ", event.text(hit.kind),
                       " in ", spanWords()});
    }
};

} // namespace bartizan
