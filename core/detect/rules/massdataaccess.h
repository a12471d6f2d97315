// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// One user reads or exports unusually many records: metadata.recordCount of each event, or 1, added up over successful
/// events that are DATA_PRIVACY or whose action contains export, download, dump or bulk, in any case.
class MassDataAccessRule final : public SumRule<MassDataAccessRule, GroupKind::User> {
public:
    explicit MassDataAccessRule(KeyTracker &tracker) : WindowRule(RuleId::MassDataAccess, tracker) {}
    bool concerns(SecurityEventType, AuditOutcome outcome) const noexcept override
    {
        return outcome == AuditOutcome::Success;
    }
    void addState(SecurityEventType type, AuditOutcome outcome, std::vector<KeyedState> &out) const override
    {
        if (type == SecurityEventType::DataPrivacy) // Of the others few speak of an export.
            WindowRule::addState(type, outcome, out);
    }

    Part part(RuleEvent &event) const
    {
        return event.row().eventType == SecurityEventType::DataPrivacy || event.words().bulk ? Part::Both : Part::None;
    }
    std::uint64_t weight(RuleEvent &event) const
    {
        return static_cast<std::uint64_t>(event.details().recordParts);
    }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        return joined({"User ", event.text(hit.kind), " accessed ", counted(hit.count, "record"), " in ", spanWords()});
    }
};

} // namespace bartizan
