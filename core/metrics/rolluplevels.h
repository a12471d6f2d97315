// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <cstdint>

namespace bartizan {

/// The grid of the roll-ups. A quarter-hour is told by its number since 1970-01-01 UTC; a cell of level L holds 8^L of
/// them: 15 minutes, 2 h, 16 h, 5 days 8 h, 42 days 16 h, 341 days 8 h.
inline constexpr TimestampMs kQuarterHour = 15 * kMinute;
inline constexpr int kRollupLevels = 6;
inline constexpr std::int64_t kQuartersOfDay = kDay / kQuarterHour;

/// What is left of `t` within its quarter-hour.
inline TimestampMs withinQuarter(TimestampMs t) noexcept
{
    const TimestampMs rest = t % kQuarterHour;
    return rest < 0 ? rest + kQuarterHour : rest;
}

/// The quarter-hour that holds `t`.
inline std::int64_t quarterOf(TimestampMs t) noexcept
{
    return t / kQuarterHour - (t % kQuarterHour < 0 ? 1 : 0);
}

inline constexpr std::int64_t quartersOf(int level) noexcept
{
    return std::int64_t{1} << (3 * level);
}

/// The cell of a level that holds a quarter-hour.
inline constexpr std::int64_t cellOf(int level, std::int64_t quarter) noexcept
{
    return quarter >> (3 * level);
}

/// The first quarter-hour of a cell.
inline constexpr std::int64_t firstQuarterOf(int level, std::int64_t cell) noexcept
{
    return cell * quartersOf(level);
}

} // namespace bartizan
