// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace bartizan {

/// How many rows wait to be looked at.
struct Backlog {
    std::int64_t count = 0;
    bool isBound = false; ///< There are more than that; nobody went on counting.

    bool isEmpty() const noexcept { return count == 0 && !isBound; }
    bool operator==(const Backlog &) const = default;
};

/// What an engine leaves for other processes where rows wait, and it cannot count them: so many do at least.
inline constexpr std::int64_t kUncounted = 1;

/// How many rows are counted, where counting takes time, unless somebody needs to know of more.
inline constexpr std::int64_t kMostCounted = 100'000;

/// How many times as long as the last count the work takes between two.
inline constexpr std::int64_t kWorkPerCount = 20;

} // namespace bartizan
