// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/handover.h"

#include "core/domain/triage.h"

#include <algorithm>

namespace bartizan {

std::optional<HandoverAction> handoverActionOf(std::string_view historyAction)
{
    if (historyAction == "undone")
        return HandoverAction::TakenBack;
    const auto &actions = triageActions();
    const auto found = std::find(actions.begin(), actions.end(), historyAction);
    return found == actions.end() ? std::nullopt : std::optional(static_cast<HandoverAction>(found - actions.begin()));
}

} // namespace bartizan
