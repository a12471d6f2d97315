// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace bartizan {

/// How many rows an engine counts that wait, where counting them takes time: kMostCounted + 1 stands for any more.
inline constexpr std::int64_t kMostCounted = 100'000;

/// How many times as long as the last count the work takes between two.
inline constexpr std::int64_t kWorkPerCount = 20;

/// Whether a backlog is not the number of rows that wait, but says that there are more than kMostCounted.
constexpr bool isBeyondCounting(std::int64_t backlog) noexcept { return backlog == kMostCounted + 1; }

} // namespace bartizan
