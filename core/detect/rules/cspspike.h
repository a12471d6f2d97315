// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// Many violations of the content security policy in one company's pages; rows without a company are one group. A
/// violation is a SECURITY_HEADERS event whose action contains csp, in any case.
class CspSpikeRule final : public CountRule<CspSpikeRule, GroupKind::Company> {
public:
    explicit CspSpikeRule(KeyTracker &tracker) : WindowRule(RuleId::CspSpike, tracker) {}
    bool concerns(SecurityEventType type, AuditOutcome) const noexcept override
    {
        return type == SecurityEventType::SecurityHeaders;
    }

    Part part(RuleEvent &event) const { return event.words().csp ? Part::Both : Part::None; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        const std::string_view company = event.text(hit.kind);
        return joined({counted(hit.count, "CSP violation"), company.empty() ? "" : " in company ", company, " in ",
                       spanWords()});
    }
};

} // namespace bartizan
