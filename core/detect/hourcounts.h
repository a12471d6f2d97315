// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/timestamp.h"

#include <array>
#include <cstddef>
#include <deque>

namespace bartizan {

inline constexpr std::size_t kEventTypes = 12;

/// Rows per event type and hour of the day over a span that slides with time, to the minute: a minute leaves as a
/// whole once all of it lies before the span. Counting costs no scan. Not thread-safe.
class HourCounts {
public:
    explicit HourCounts(TimestampMs span) : m_span(span) {}

    /// Enters `rows` of `type` at `t`, whose hour of the day is `hour`.
    void add(SecurityEventType type, TimestampMs t, unsigned hour, std::int64_t rows = 1)
    {
        Line &line = m_lines[static_cast<std::size_t>(type)];
        const TimestampMs minute = startOfMinute(t);
        if (line.minutes.empty() || line.minutes.back().start < minute)
            line.minutes.push_back({minute, rows, hour});
        else if (line.minutes.back().start == minute)
            line.minutes.back().rows += rows;
        else
            addLate(line, {minute, rows, hour});
        line.byHour[hour] += rows;
    }
    /// Rows of `type` with that hour of the day, from `now - span` on. Forgets what is older.
    std::int64_t count(SecurityEventType type, unsigned hour, TimestampMs now) noexcept
    {
        Line &line = m_lines[static_cast<std::size_t>(type)];
        while (!line.minutes.empty() && line.minutes.front().start + kMinute <= now - m_span) {
            line.byHour[line.minutes.front().hour] -= line.minutes.front().rows;
            line.minutes.pop_front();
        }
        return line.byHour[hour];
    }
    /// Forgets everything.
    void clear() { m_lines = {}; }

private:
    struct Minute {
        TimestampMs start;
        std::int64_t rows;
        unsigned hour;
    };
    struct Line {
        std::deque<Minute> minutes; ///< In time order.
        std::array<std::int64_t, 24> byHour{};
    };
    static TimestampMs startOfMinute(TimestampMs t) noexcept
    {
        const TimestampMs rest = t % kMinute;
        return t - (rest < 0 ? rest + kMinute : rest);
    }
    static void addLate(Line &line, Minute minute);

    TimestampMs m_span;
    std::array<Line, kEventTypes> m_lines;
};

} // namespace bartizan
