// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace bartizan {

/// The parts of a sentence in one string. What an alert says is stored and compared between runs, so it is not
/// translated.
inline std::string joined(std::initializer_list<std::string_view> parts)
{
    std::size_t size = 0;
    for (const std::string_view part : parts)
        size += part.size();
    std::string result;
    result.reserve(size);
    for (const std::string_view part : parts)
        result += part;
    return result;
}

} // namespace bartizan
