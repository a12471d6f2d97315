// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rollupreader.h"

#include "core/metrics/rollupbytes.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace bartizan {
namespace {

bool earlier(const RollupRow &a, const RollupRow &b) noexcept
{
    return a.timestamp < b.timestamp;
}

/// Rows come in order of their keys, and mostly of their times as well.
void sortByTime(std::vector<RollupRow> &rows)
{
    if (!std::is_sorted(rows.begin(), rows.end(), earlier))
        std::stable_sort(rows.begin(), rows.end(), earlier);
}

} // namespace

RollupReader::RollupReader(RollupStorage &storage, const ZoneOffsets &zone, const RollupLookup *lookup, Question question)
    : m_storage(storage), m_zone(zone), m_lookup(lookup), m_question(std::move(question)), m_numbers(storage)
{
}

Result<void> RollupReader::findCompany()
{
    if (!m_question.company || m_company != kNoKey)
        return {};
    const auto known = m_storage.numberOf(RollupName::Company, *m_question.company);
    if (!known)
        return known.error();
    m_rolledUp = *known != kNoKey;
    const auto number = m_numbers.numberOf(RollupName::Company, *m_question.company);
    if (!number)
        return number.error();
    m_company = *number;
    return {};
}

Result<void> RollupReader::addTail(const EventView &row)
{
    if (!m_question.range.contains(row.timestamp))
        return {};
    if (m_question.company && (!row.companyId.data() || row.companyId != *m_question.company))
        return {};
    if (auto found = findCompany(); !found)
        return found;
    const auto numberOf = [this](RollupName kind, std::string_view text) { return m_numbers.numberOf(kind, text); };
    RollupRow &kept = m_tail.emplace_back();
    if (auto filled = fillRow(kept, row, numberOf); !filled)
        return filled;
    if (kept.hasAddress && !kept.packed)
        kept.address = m_tailAddresses.emplace_back(kept.address);
    return {};
}

Result<MetricsInputs> RollupReader::answer()
{
    if (auto found = findCompany(); !found)
        return found.error();
    sortByTime(m_tail);
    const TimeRange &range = m_question.range;
    if (range.start <= range.end && m_rolledUp) {
        const auto users = m_storage.nameLimit(RollupName::User);
        if (!users)
            return users.error();
        m_tally = RollupTally(*users);
        // The edges, and quarter-hours with rows that are not rolled up, are read row by row.
        QuarterSpan rest{quarterOf(range.start), quarterOf(range.end) + 1};
        for (const QuarterSpan &whole : wholeSpans()) {
            if (auto done = takeRows({rest.first, whole.first}, false); !done)
                return done.error();
            if (auto done = take(whole, kRollupLevels - 1, false); !done)
                return done.error();
            rest.first = whole.end;
        }
        if (auto done = takeRows(rest, false); !done)
            return done.error();
    }
    if (auto done = takeTail(std::numeric_limits<std::int64_t>::max()); !done)
        return done.error();
    return inputs();
}

/// The quarter-hours that lie in the range as a whole and hold no row of the tail.
std::vector<QuarterSpan> RollupReader::wholeSpans() const
{
    const TimeRange &range = m_question.range;
    std::int64_t at = quarterOf(range.start) + (withinQuarter(range.start) != 0 ? 1 : 0);
    const std::int64_t end = quarterOf(range.end) + (withinQuarter(range.end) == kQuarterHour - 1 ? 1 : 0);
    std::vector<QuarterSpan> spans;
    for (const RollupRow &row : m_tail) {
        const std::int64_t quarter = quarterOf(row.timestamp);
        if (quarter < at || quarter >= end)
            continue;
        if (at < quarter)
            spans.push_back({at, quarter});
        at = quarter + 1;
    }
    if (at < end)
        spans.push_back({at, end});
    return spans;
}

Result<void> RollupReader::take(QuarterSpan span, int topLevel, bool onlyHours)
{
    const auto usable = [&](const RollupCell &cell) {
        return onlyHours || !m_lookup || cell.lookup == kAnyLookup
            || (cell.lookup == m_lookup->identity && cell.lookup != kNoLookup);
    };
    const auto pieces = planRollup(m_storage, span, topLevel, m_company, usable);
    if (!pieces)
        return pieces.error();
    for (const RollupPiece &piece : *pieces) {
        auto taken = piece.cell ? takeCell(piece, onlyHours) : takeRows(piece.span, onlyHours);
        if (!taken)
            return taken;
    }
    return {};
}

Result<void> RollupReader::takeCell(const RollupPiece &piece, bool onlyHours)
{
    bool hoursTaken = false;
    auto read = m_storage.readCell(*piece.cell, !onlyHours,
                                   [&](const RollupCell &, std::string_view counts, std::string_view users) {
                                       RollupBytes bytes(counts);
                                       RollupCounts plain;
                                       if (!plain.read(bytes))
                                           return false;
                                       hoursTaken = takeHours(plain, piece.span);
                                       return onlyHours || m_tally.add(counts, users);
                                   });
    if (!read || hoursTaken)
        return read;
    if (piece.cell->level == 0)
        return takeRows(piece.span, true);
    return take(piece.span, piece.cell->level - 1, true);
}

/// Counts the hours of a cell; false when the clocks of the time zone changed in its time, or are none of a
/// quarter-hour's: then its quarter-hours have to be asked one by one.
bool RollupReader::takeHours(const RollupCounts &counts, QuarterSpan span)
{
    const TimestampMs offset = m_zone.offsetAt(span.first * kQuarterHour, m_zoneHint);
    if (offset % kQuarterHour != 0)
        return false;
    for (std::int64_t quarter = span.first; quarter < span.end; ++quarter) {
        const TimestampMs start = quarter * kQuarterHour;
        if (m_zone.offsetAt(start, m_zoneHint) != offset
            || m_zone.offsetAt(start + kQuarterHour - 1, m_zoneHint) != offset) {
            return false;
        }
    }
    for (std::int64_t i = 0; i < kQuartersOfDay; ++i) {
        const std::int64_t local = (i + offset / kQuarterHour + 2 * kQuartersOfDay) % kQuartersOfDay;
        m_hours[static_cast<std::size_t>(local * kQuarterHour / kHour)] += counts.byQuarter[static_cast<std::size_t>(i)];
    }
    return true;
}

Result<void> RollupReader::takeRows(QuarterSpan span, bool onlyHours)
{
    if (span.first >= span.end)
        return {};
    std::int64_t quarter = span.first;
    std::string bytes;
    Result<void> failed;
    auto read = m_storage.readBlocks(span.first, span.end - 1, [&](std::int64_t next, std::string_view part) {
        bool sound = true;
        if (next != quarter) {
            failed = takeQuarter(quarter, bytes, onlyHours, sound);
            quarter = next;
            bytes.clear();
        }
        bytes += part;
        return sound && failed;
    });
    if (!failed)
        return failed;
    if (!read)
        return read;
    bool sound = true;
    if (auto taken = takeQuarter(quarter, bytes, onlyHours, sound); !taken)
        return taken;
    if (!sound) // Let the storage say so in its words.
        return m_storage.readBlocks(quarter, quarter, [](std::int64_t, std::string_view) { return false; });
    return onlyHours ? Result<void>() : takeTail(span.end);
}

/// Counts the rows of one quarter-hour, those of the tail included.
Result<void> RollupReader::takeQuarter(std::int64_t quarter, std::string_view bytes, bool onlyHours, bool &sound)
{
    m_rows.clear();
    RollupBytes block(bytes);
    RollupRow row;
    while (!block.atEnd()) {
        if (!row.read(block, quarter)) {
            sound = false;
            return {};
        }
        if (wanted(row))
            m_rows.push_back(row);
    }
    if (onlyHours) {
        for (const RollupRow &each : m_rows)
            ++m_hours[m_zone.hourOfDay(each.timestamp, m_zoneHint)];
        return {};
    }
    if (auto taken = takeTail(quarter); !taken)
        return taken;
    for (; m_tailTaken < m_tail.size() && quarterOf(m_tail[m_tailTaken].timestamp) == quarter; ++m_tailTaken)
        m_rows.push_back(m_tail[m_tailTaken]);
    sortByTime(m_rows);
    for (const RollupRow &each : m_rows) {
        if (auto counted = count(each); !counted)
            return counted;
    }
    return {};
}

/// Counts the rows of the tail that lie before a quarter-hour and are not counted yet.
Result<void> RollupReader::takeTail(std::int64_t endQuarter)
{
    for (; m_tailTaken < m_tail.size() && quarterOf(m_tail[m_tailTaken].timestamp) < endQuarter; ++m_tailTaken) {
        if (auto counted = count(m_tail[m_tailTaken]); !counted)
            return counted;
    }
    return {};
}

Result<void> RollupReader::count(const RollupRow &row)
{
    ++m_hours[m_zone.hourOfDay(row.timestamp, m_zoneHint)];
    KeyId country = kNoKey;
    if (m_lookup && row.hasAddress) {
        if (const std::string_view name = m_lookup->countryOf(row.addressText(m_addressBuffer)); name.data()) {
            const auto number = m_numbers.numberOf(RollupName::Country, name);
            if (!number)
                return number.error();
            country = *number;
        }
    }
    m_tally.add(row, country);
    return {};
}

Result<MetricsInputs> RollupReader::inputs()
{
    const bool lookedUp = m_lookup != nullptr;
    MetricsInputs inputs;
    const RollupCounts &counts = m_tally.counts();
    inputs.totalEvents = counts.rows;
    inputs.criticalEvents = counts.critical;
    inputs.eventsByType = counts.byType;
    inputs.eventsByHour = m_hours;
    for (const auto &[country, rows] : m_tally.geo(lookedUp)) {
        auto name = m_numbers.nameOf(RollupName::Country, country);
        if (!name)
            return name.error();
        inputs.geo.emplace_back(std::move(*name), rows);
    }
    std::sort(inputs.geo.begin(), inputs.geo.end(), [](const auto &a, const auto &b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    for (auto &[user, activity] : m_tally.riskiest(lookedUp)) {
        auto name = m_numbers.nameOf(RollupName::User, user);
        if (!name)
            return name.error();
        activity.userId = std::move(*name);
        inputs.users.push_back(std::move(activity));
    }
    return inputs;
}

} // namespace bartizan
