// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/packedtext.h"

#include <algorithm>
#include <utility>

namespace bartizan::packedtext {
namespace {

/// Shorter ones save little, and occur in words by chance.
constexpr std::size_t kShortestValue = 3;

bool isReserved(char c)
{
    return c == kAsItIs || kMarks.find(c) != std::string_view::npos;
}

/// Pieces between plain ASCII values are whole characters, as far as the text is made of such.
bool isPackable(std::string_view value)
{
    return value.size() >= kShortestValue
        && std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isSame(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) { return lower(left) == lower(right); });
}

/// Whether a word that goes on into a neighbouring value could begin or end in a piece, or reach from one value to another.
bool touches(std::string_view piece, std::string_view word, bool behindValue, bool beforeValue)
{
    const std::size_t most = std::min(piece.size(), word.size());
    for (std::size_t size = 1; size <= most; ++size) {
        if (beforeValue && isSame(piece.substr(piece.size() - size), word.substr(0, size)))
            return true;
        if (behindValue && isSame(piece.substr(0, size), word.substr(word.size() - size)))
            return true;
    }
    if (!behindValue || !beforeValue)
        return false;
    for (std::size_t at = 0; at + piece.size() <= word.size(); ++at) {
        if (isSame(piece, word.substr(at, piece.size())))
            return true;
    }
    return false;
}

} // namespace

std::string pack(std::string_view text, std::span<const std::string_view> values)
{
    if (std::any_of(text.begin(), text.end(), isReserved))
        return std::string(1, kAsItIs).append(text);
    std::string packed;
    packed.reserve(text.size());
    while (!text.empty()) {
        const auto value = std::find_if(values.begin(), values.end(), [text](std::string_view candidate) {
            return text.starts_with(candidate) && isPackable(candidate);
        });
        const bool found = value != values.end();
        packed.push_back(found ? kMarks[static_cast<std::size_t>(value - values.begin())] : text.front());
        text.remove_prefix(found ? value->size() : 1);
    }
    return packed;
}

std::string unpack(std::string_view packed, std::span<const std::string_view> values)
{
    if (packed.starts_with(kAsItIs))
        return std::string(packed.substr(1));
    std::string text;
    while (!packed.empty()) {
        const std::size_t end = std::min(packed.find_first_of(kMarks), packed.size());
        text.append(packed.substr(0, end));
        if (end < packed.size())
            text.append(values[kMarks.find(packed[end])]);
        packed.remove_prefix(std::min(end + 1, packed.size()));
    }
    return text;
}

bool isIncomplete(std::string_view packed)
{
    return !packed.starts_with(kAsItIs) && packed.find_first_of(kMarks) != std::string_view::npos;
}

bool mayCross(std::string_view packed, std::string_view word)
{
    if (!isIncomplete(packed))
        return false;
    if (std::any_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return true;
    const auto last = packed.find_last_of(kMarks);
    bool first = true;
    std::size_t seen = 0;
    return anyPiece(packed, [&](std::string_view piece) {
        const bool behindValue = !std::exchange(first, false);
        const bool beforeValue = seen + piece.size() <= last;
        seen += piece.size() + 1;
        return touches(piece, word, behindValue, beforeValue);
    });
}

} // namespace bartizan::packedtext
