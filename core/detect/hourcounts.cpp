// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/hourcounts.h"

#include "core/detect/statefile.h"

#include <algorithm>

namespace bartizan {

void HourCounts::addLate(Line &line, Minute minute)
{
    // Late rows are minutes late, not days: the search goes back from the end.
    const auto after = std::find_if(line.minutes.rbegin(), line.minutes.rend(),
                                    [&](const Minute &m) { return m.start <= minute.start; });
    if (after != line.minutes.rend() && after->start == minute.start)
        after->rows += minute.rows;
    else
        line.minutes.insert(after.base(), minute);
}

int HourCounts::days(SecurityEventType type, std::int64_t day, std::int64_t less) const noexcept
{
    const auto &byDay = m_lines[static_cast<std::size_t>(type)].byDay;
    const auto days = std::count_if(byDay.begin(), byDay.end(), [](std::int64_t rows) { return rows > 0; });
    const std::int64_t ofDay = byDay[placeOfDay(day)];
    return static_cast<int>(days) - (ofDay > 0 && ofDay <= less ? 1 : 0);
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
            out.put(minute.rows);
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
            line.byDay[placeOfDay(minute.local.day)] += minute.rows;
        }
    }
    return true;
}

} // namespace bartizan
