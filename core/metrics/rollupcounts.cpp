// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell holds apart from users and countries, as it is stored.
#include "core/metrics/rollupbytes.h"
#include "core/metrics/rolluptally.h"

#include <algorithm>

namespace bartizan {

bool RollupCounts::read(RollupBytes &bytes)
{
    rows = bytes.count();
    critical = bytes.count();
    lookups = bytes.count();
    for (std::int64_t &count : byType)
        count = bytes.count();
    byQuarter = {};
    std::size_t next = 0;
    for (std::uint64_t filled = bytes.number(); filled > 0 && bytes.ok(); --filled) {
        const std::uint64_t gap = bytes.number();
        const std::int64_t count = bytes.count();
        if (gap >= byQuarter.size() - next)
            return false;
        next += gap;
        byQuarter[next] = count;
        if (++next == byQuarter.size() && filled > 1)
            return false;
    }
    return bytes.ok();
}

void RollupCounts::write(std::string &bytes) const
{
    const auto append = [&bytes](std::int64_t count) { appendNumber(bytes, static_cast<std::uint64_t>(count)); };
    append(rows);
    append(critical);
    append(lookups);
    for (const std::int64_t count : byType)
        append(count);
    append(std::count_if(byQuarter.begin(), byQuarter.end(), [](std::int64_t count) { return count != 0; }));
    std::int64_t gap = 0;
    for (const std::int64_t count : byQuarter) {
        if (count == 0) {
            ++gap;
            continue;
        }
        append(gap);
        append(count);
        gap = 0;
    }
}

} // namespace bartizan
