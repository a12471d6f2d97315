// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/rulegroup.h"

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::array<std::string_view, 7> kKinds{"", "address", "account", "user", "company", "session", "eventType"};

} // namespace

std::string_view toString(GroupKind kind) noexcept
{
    return kKinds[static_cast<std::size_t>(kind)];
}

std::string groupText(GroupKind kind, std::string_view value)
{
    if (kind == GroupKind::None)
        return {};
    std::string text(toString(kind));
    text += ':';
    text += value;
    return text;
}

GroupParts groupParts(std::string_view text) noexcept
{
    const std::size_t colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos)
        return {};
    const auto kind = std::find(kKinds.begin(), kKinds.end(), text.substr(0, colon));
    if (kind == kKinds.end())
        return {};
    return {static_cast<GroupKind>(kind - kKinds.begin()), text.substr(colon + 1)};
}

} // namespace bartizan
