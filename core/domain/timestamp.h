// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

/// A UTC instant in milliseconds since 1970-01-01T00:00:00Z.
using TimestampMs = std::int64_t;

inline constexpr TimestampMs kSecond = 1000;
inline constexpr TimestampMs kMinute = 60 * kSecond;
inline constexpr TimestampMs kHour = 60 * kMinute;
inline constexpr TimestampMs kDay = 24 * kHour;

/// A closed range of instants: both edges belong to it. start > end is an empty range.
struct TimeRange {
    TimestampMs start = std::numeric_limits<TimestampMs>::min();
    TimestampMs end = std::numeric_limits<TimestampMs>::max();

    bool contains(TimestampMs t) const noexcept { return t >= start && t <= end; }
    bool operator==(const TimeRange &) const = default;
};

/// "2026-11-20T14:27:12.418Z". Years 0000 to 9999; what lies outside is written as the nearest edge.
std::string formatIso(TimestampMs t);

/// Appends what formatIso() gives to `out`, without a temporary.
void appendIso(TimestampMs t, std::string &out);

/// Reads ISO 8601: a date, optionally 'T' or a blank and hh:mm[:ss[.fraction]], optionally 'Z' or an offset
/// (+hh:mm, +hhmm, +hh). Without an offset it is UTC. Fractions beyond milliseconds are cut off.
/// nullopt when the text is no such instant (month 13, 29 February of a common year, trailing text …).
std::optional<TimestampMs> parseIso(std::string_view text) noexcept;

/// Days since 1970-01-01 of a proleptic Gregorian date (algorithm: Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms", public domain).
std::int64_t daysFromCivil(std::int64_t year, unsigned month, unsigned day) noexcept;

} // namespace bartizan
