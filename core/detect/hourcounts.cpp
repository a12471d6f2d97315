// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/hourcounts.h"

#include "core/detect/statefile.h"

#include <algorithm>

namespace bartizan {

void HourCounts::noteEnds(Line &line) noexcept
{
    line.begin = line.minutes.empty() ? std::numeric_limits<TimestampMs>::max() : line.minutes.back().start;
    line.local = line.minutes.empty() ? LocalHour() : line.minutes.back().local;
    line.oldest = line.minutes.empty() ? std::numeric_limits<TimestampMs>::max() : line.minutes.front().start;
}

void HourCounts::settle(Line &line) noexcept
{
    if (line.fresh == 0)
        return;
    line.minutes.back().rows += line.fresh;
    line.byHour[line.local.hour] += line.fresh;
    line.addToDay(line.local.day, line.fresh);
    line.fresh = 0;
}

/// Rows that are not of the newest minute, or not of its hour.
void HourCounts::addApart(Line &line, TimestampMs t, LocalHour local, std::int64_t rows)
{
    settle(line);
    addMinute(line, {startOfMinute(t), rows, local});
    line.byHour[local.hour] += rows;
    line.addToDay(local.day, rows);
}

void HourCounts::addMinute(Line &line, Minute minute)
{
    // Late rows are minutes late, not days: the search goes back from the end.
    const auto after = std::find_if(line.minutes.rbegin(), line.minutes.rend(),
                                    [&](const Minute &m) { return m.start <= minute.start; });
    if (after != line.minutes.rend() && after->start == minute.start)
        after->rows += minute.rows;
    else
        line.minutes.insert(after.base(), minute);
    noteEnds(line);
}

/// Minutes that begin up to `start`.
void HourCounts::forgetBefore(Line &line, TimestampMs start) noexcept
{
    settle(line);
    while (!line.minutes.empty() && line.minutes.front().start <= start) {
        const Minute &oldest = line.minutes.front();
        line.byHour[oldest.local.hour] -= oldest.rows;
        line.addToDay(oldest.local.day, -oldest.rows);
        line.minutes.pop_front();
    }
    noteEnds(line);
}

std::size_t HourCounts::bytes() const noexcept
{
    std::size_t sum = 0;
    for (const Line &line : m_lines)
        sum += line.minutes.size() * sizeof(Minute);
    return sum;
}

void HourCounts::save(StateWriter &out) const
{
    for (const Line &line : m_lines) {
        out.put(static_cast<std::uint64_t>(line.minutes.size()));
        for (const Minute &minute : line.minutes) {
            out.put(minute.start);
            out.put(minute.rows + (&minute == &line.minutes.back() ? line.fresh : 0));
            out.put(minute.local.day);
            out.put(static_cast<std::uint32_t>(minute.local.hour));
        }
    }
}

bool HourCounts::load(StateReader &in)
{
    for (Line &line : m_lines) {
        const auto minutes = in.get<std::uint64_t>();
        if (!in.holds(minutes, 3 * sizeof(std::int64_t) + sizeof(std::uint32_t)))
            return false;
        for (std::uint64_t i = 0; i < minutes; ++i) {
            Minute minute;
            minute.start = in.get<TimestampMs>();
            minute.rows = in.get<std::int64_t>();
            minute.local.day = in.get<std::int64_t>();
            minute.local.hour = in.get<std::uint32_t>();
            if (minute.local.hour >= line.byHour.size())
                return false;
            line.minutes.push_back(minute);
            line.byHour[minute.local.hour] += minute.rows;
            line.addToDay(minute.local.day, minute.rows);
        }
        noteEnds(line);
    }
    return true;
}

} // namespace bartizan
