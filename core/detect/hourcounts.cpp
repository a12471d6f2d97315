// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/hourcounts.h"

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

} // namespace bartizan
