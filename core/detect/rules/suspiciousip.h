// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// One address has many requests blocked, marked suspicious or failed; failed logins have rules of their own.
class SuspiciousIpRule final : public CountRule {
public:
    explicit SuspiciousIpRule(KeyTracker &tracker) : CountRule(RuleId::SuspiciousIp, tracker, {GroupKind::Address}) {}
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return outcome == AuditOutcome::Blocked || outcome == AuditOutcome::Suspicious
            || (outcome == AuditOutcome::Failure && type != SecurityEventType::Authentication);
    }

protected:
    Part part(RuleEvent &) const override { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({counted(hit.count, "blocked, suspicious or failed request"), " from IP ", event.text(hit.kind),
                       " in ", spanWords()});
    }
};

} // namespace bartizan
