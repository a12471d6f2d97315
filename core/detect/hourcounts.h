// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/timestamp.h"

#include <array>
#include <cstddef>
#include <deque>
#include <limits>

namespace bartizan {

class StateReader;
class StateWriter;

inline constexpr std::size_t kEventTypes = 12;

/// An instant's hour and day in the monitoring time zone.
struct LocalHour {
    unsigned hour = 0;    ///< Of the day, 0 to 23.
    std::int64_t day = 0; ///< Since 1970-01-01.

    bool operator==(const LocalHour &) const = default;
};

/// Rows per event type and hour of the day over a span that slides with time, to the minute: a minute leaves as a
/// whole once all of it lies before the span. Counting costs no scan. Not thread-safe.
class HourCounts {
public:
    explicit HourCounts(TimestampMs span) : m_span(span) {}
    HourCounts(const HourCounts &) = delete;
    HourCounts &operator=(const HourCounts &) = delete;

    /// Enters `rows` of `type` at `t`, whose local hour is `local`.
    void add(SecurityEventType type, TimestampMs t, LocalHour local, std::int64_t rows = 1)
    {
        Line &line = m_lines[static_cast<std::size_t>(type)];
        if (t >= line.begin && t - line.begin < kMinute && local == line.local) [[likely]]
            line.fresh += rows;
        else
            addApart(line, t, local, rows);
    }
    /// Whether a row of `type` at `t` is of the minute that was begun last, and of its hour.
    bool isNewestMinute(SecurityEventType type, TimestampMs t, LocalHour local) const noexcept
    {
        const Line &line = m_lines[static_cast<std::size_t>(type)];
        return t >= line.begin && t - line.begin < kMinute && local == line.local;
    }
    /// Enters one more row of that minute.
    void addToNewestMinute(SecurityEventType type) noexcept { ++m_lines[static_cast<std::size_t>(type)].fresh; }
    /// When it ends; there is one.
    TimestampMs endOfNewestMinute(SecurityEventType type) const noexcept
    {
        return m_lines[static_cast<std::size_t>(type)].begin + kMinute;
    }
    /// Rows of `type` with that hour of the day, from `now - span` on. Forgets what is older.
    std::int64_t count(SecurityEventType type, unsigned hour, TimestampMs now) noexcept
    {
        Line &line = m_lines[static_cast<std::size_t>(type)];
        if (line.oldest <= now - m_span - kMinute) [[unlikely]]
            forgetBefore(line, now - m_span - kMinute);
        return line.byHour[hour] + (hour == line.local.hour ? line.fresh : 0);
    }
    /// The first instant for which count() forgets more of `type` than it has.
    TimestampMs forgetsAt(SecurityEventType type) const noexcept
    {
        const TimestampMs oldest = m_lines[static_cast<std::size_t>(type)].oldest;
        return oldest == std::numeric_limits<TimestampMs>::max() ? oldest : oldest + m_span + kMinute;
    }
    /// On how many days rows of `type` lie, as of the last count(), with `less` rows of `day` left out.
    int days(SecurityEventType type, std::int64_t day, std::int64_t less) const noexcept
    {
        const Line &line = m_lines[static_cast<std::size_t>(type)];
        const std::size_t fresh = placeOfDay(line.local.day);
        const std::int64_t ofDay = line.byDay[placeOfDay(day)] + (placeOfDay(day) == fresh ? line.fresh : 0);
        const int days = line.days + (line.fresh > 0 && line.byDay[fresh] <= 0 ? 1 : 0);
        return days - (ofDay > 0 && ofDay <= less ? 1 : 0);
    }
    /// Forgets everything.
    void clear()
    {
        for (Line &line : m_lines)
            line = Line();
    }
    std::size_t bytes() const noexcept;
    void save(StateWriter &out) const;
    bool load(StateReader &in);

private:
    struct Minute {
        TimestampMs start;
        std::int64_t rows;
        LocalHour local;
    };
    static constexpr std::size_t kDayPlaces = 16; ///< More than the days of any span.
    struct Line {
        std::deque<Minute> minutes; ///< In time order.
        /// Where the last of them begins, and its hour and day; rows of it that are counted nowhere else yet.
        TimestampMs begin = std::numeric_limits<TimestampMs>::max();
        LocalHour local;
        std::int64_t fresh = 0;
        TimestampMs oldest = std::numeric_limits<TimestampMs>::max(); ///< Start of the first of them.
        std::array<std::int64_t, 24> byHour{};
        std::array<std::int64_t, kDayPlaces> byDay{};
        int days = 0; ///< Of byDay, those with rows.

        void addToDay(std::int64_t day, std::int64_t rows) noexcept
        {
            std::int64_t &ofDay = byDay[placeOfDay(day)];
            days -= ofDay > 0 ? 1 : 0;
            ofDay += rows;
            days += ofDay > 0 ? 1 : 0;
        }
    };
    static std::size_t placeOfDay(std::int64_t day) noexcept { return static_cast<std::uint64_t>(day) % kDayPlaces; }
    static TimestampMs startOfMinute(TimestampMs t) noexcept
    {
        const TimestampMs rest = t % kMinute;
        return t - (rest < 0 ? rest + kMinute : rest);
    }
    /// Counts the fresh rows everywhere.
    static void settle(Line &line) noexcept;
    static void noteEnds(Line &line) noexcept;
    static void addApart(Line &line, TimestampMs t, LocalHour local, std::int64_t rows);
    static void addMinute(Line &line, Minute minute);
    static void forgetBefore(Line &line, TimestampMs start) noexcept;

    TimestampMs m_span;
    std::array<Line, kEventTypes> m_lines;
};

} // namespace bartizan
