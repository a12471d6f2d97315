// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell holds apart from users and countries, as it is stored.
#include "core/metrics/rollupbytes.h"
#include "core/metrics/rolluptally.h"

#include <algorithm>

namespace bartizan {

void RollupCounts::add(const RollupRow &row)
{
    ++rows;
    critical += row.severity == AuditSeverity::Critical;
    lookups += row.hasAddress;
    ++byType[static_cast<std::size_t>(row.type)];
    TimestampMs inDay = row.timestamp % kDay;
    if (inDay < 0)
        inDay += kDay;
    ++byQuarter[static_cast<std::size_t>(inDay / kQuarterHour)];
}

void RollupCounts::add(const RollupCounts &other)
{
    rows += other.rows;
    critical += other.critical;
    lookups += other.lookups;
    for (std::size_t i = 0; i < byType.size(); ++i)
        byType[i] += other.byType[i];
    for (std::size_t i = 0; i < byQuarter.size(); ++i)
        byQuarter[i] += other.byQuarter[i];
}

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

bool RollupTally::readCountries(std::string_view counts, std::vector<KeyId> &countries)
{
    RollupBytes bytes(counts);
    RollupCounts plain;
    if (!plain.read(bytes))
        return false;
    for (std::uint64_t left = bytes.number(); left > 0 && bytes.ok(); --left) {
        countries.push_back(bytes.number32());
        bytes.count();
        bytes.count();
    }
    return bytes.ok();
}

} // namespace bartizan
