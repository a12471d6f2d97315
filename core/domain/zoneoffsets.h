// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/timestamp.h"

#include <cstddef>
#include <string>
#include <vector>

namespace bartizan {

/// The UTC offsets of one time zone as a table, so that the hour of the day costs no look-up in the zone database.
/// A plain value; thread: any, as long as each thread has its own `hint`.
class ZoneOffsets {
public:
    /// UTC.
    ZoneOffsets();

    /// The zone of an IANA name ("Europe/Berlin"), from 1970 to 2037, which is as far as Qt lists
    /// changes; beyond, the nearest offset holds.
    /// Fails when the name is unknown.
    static Result<ZoneOffsets> ofZone(const std::string &ianaName);

    /// Offset from UTC at `t`, in milliseconds, east positive. `hint` remembers where the last look-up ended;
    /// start with 0 and hand it in again.
    TimestampMs offsetAt(TimestampMs t, std::size_t &hint) const noexcept
    {
        const Segment &s = m_segments[hint];
        if (t >= s.from && t < s.until) [[likely]]
            return s.offset;
        return search(t, hint);
    }

    /// The time around `t` in which the offset is the same.
    struct Span {
        TimestampMs from;
        TimestampMs until; ///< Not included.
    };
    Span sameOffsetAround(TimestampMs t, std::size_t &hint) const noexcept
    {
        offsetAt(t, hint);
        return {m_segments[hint].from, m_segments[hint].until};
    }

    /// Hour of the day at `t`, 0 to 23.
    unsigned hourOfDay(TimestampMs t, std::size_t &hint) const noexcept
    {
        TimestampMs inDay = (t + offsetAt(t, hint)) % kDay;
        if (inDay < 0)
            inDay += kDay;
        return static_cast<unsigned>(inDay / kHour);
    }

    bool operator==(const ZoneOffsets &) const = default;

private:
    struct Segment {
        TimestampMs from;
        TimestampMs until; ///< Not included.
        TimestampMs offset;
        bool operator==(const Segment &) const = default;
    };
    TimestampMs search(TimestampMs t, std::size_t &hint) const noexcept;

    std::vector<Segment> m_segments; ///< Adjoining, from the least to the greatest instant.
};

} // namespace bartizan
