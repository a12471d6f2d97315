// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/timestamp.h"

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

/// "5 minutes", "1 hour", "90 seconds": in the largest unit that divides it, days left out.
std::string spanText(TimestampMs span);
/// "1 account", "5 accounts"; `one` is the singular, and gets an s.
std::string counted(std::int64_t count, std::string_view one);
/// The type in words: "Suspicious IP Activity".
std::string_view titleOf(AlertType type);

} // namespace bartizan
