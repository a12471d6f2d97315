// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/packedtext.h"

#include <algorithm>

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
    for (const char c : packed) {
        const std::size_t value = kMarks.find(c);
        if (value == std::string_view::npos)
            text.push_back(c);
        else
            text.append(values[value]);
    }
    return text;
}

bool isIncomplete(std::string_view packed)
{
    return !packed.starts_with(kAsItIs) && packed.find_first_of(kMarks) != std::string_view::npos;
}

} // namespace bartizan::packedtext
