// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/rulegroup.h"

#include <QCryptographicHash>

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
    if (value.size() > kLongestKeyText)
        text += shortKeyText(value);
    else
        text += value;
    return text;
}

std::string shortKeyText(std::string_view text)
{
    constexpr std::size_t kKept = 200;
    constexpr std::size_t kLongestCharacter = 4;
    constexpr qsizetype kHashBytes = 8;
    const auto isContinuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    std::size_t end = std::min(kKept, text.size());
    while (end < text.size() && end > kKept - kLongestCharacter && isContinuation(text[end]))
        --end;
    const QByteArray hash = QCryptographicHash::hash(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())),
                                                     QCryptographicHash::Sha256);
    return std::string(text.substr(0, end)) + "\u2026#" + hash.first(kHashBytes).toHex().toStdString();
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
