// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <cstdint>

namespace bartizan {

/// The grid of the roll-ups. A quarter-hour is told by its number since 1970-01-01 UTC; a cell of level L holds 4^L of
/// them: 15 minutes, 1 h, 4 h, 16 h, 2 days 16 h, 10 days 16 h, 42 days 16 h, 170 days 16 h, 682 days 16 h. A range ends
/// in at most three cells of each level on either side; with fewer levels there would be more of them, and with more, more
/// to store.
inline constexpr TimestampMs kQuarterHour = 15 * kMinute;
inline constexpr int kRollupLevels = 9;
inline constexpr int kRollupLevelBits = 2; ///< By how many bits the number of a cell is shorter than one level below.
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
    return std::int64_t{1} << (kRollupLevelBits * level);
}

/// The UTC day of a quarter-hour, in days since 1970-01-01.
inline constexpr std::int64_t dayOfQuarter(std::int64_t quarter) noexcept
{
    return quarter / kQuartersOfDay - (quarter % kQuartersOfDay < 0 ? 1 : 0);
}

/// The cell of a level that holds a quarter-hour.
inline constexpr std::int64_t cellOf(int level, std::int64_t quarter) noexcept
{
    return quarter >> (kRollupLevelBits * level);
}

/// The first quarter-hour of a cell.
inline constexpr std::int64_t firstQuarterOf(int level, std::int64_t cell) noexcept
{
    return cell * quartersOf(level);
}

} // namespace bartizan
