// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// One address ran into the rate limiter again and again within a minute, in whatever kind of request
/// (spec/monitoring.md section 3).
class RateLimitRule final : public CountRule<RateLimitRule, GroupKind::Address> {
public:
    explicit RateLimitRule(KeyTracker &tracker) : WindowRule(RuleId::RateLimit, tracker) {}

    std::string_view nameInIds() const noexcept override { return "rate_limit"; }
    Overlay overlay() const noexcept override { return Overlay::EventWins; }
    bool countsOwnRows() const noexcept override { return true; }
    bool concerns(SecurityEventType, AuditOutcome outcome) const noexcept override
    {
        return outcome == AuditOutcome::RateLimited;
    }
    Finding describe(RuleEvent &event, const Hit &hit) const override
    {
        Finding finding{hit.severity, info().type, "Rate Limit Breach", sentence(event, hit), {}};
        finding.metadata.add("violations", hit.count);
        return finding;
    }

    Part part(RuleEvent &) const { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({"IP ", event.text(hit.kind), " exceeded rate limits ", std::to_string(hit.count), " times in ",
                       spanWords()});
    }
};

} // namespace bartizan
