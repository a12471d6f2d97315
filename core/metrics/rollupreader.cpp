// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rollupreader.h"

#include "core/metrics/rollupbytes.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace bartizan {
namespace {

/// Rows come in order of their keys, and mostly of their times as well.
template<typename Row>
void sortByTime(std::vector<Row> &rows)
{
    const auto earlier = [](const Row &a, const Row &b) { return a.timestamp < b.timestamp; };
    if (!std::is_sorted(rows.begin(), rows.end(), earlier))
        std::stable_sort(rows.begin(), rows.end(), earlier);
}

template<typename Value>
std::vector<KeyId> keysOf(const std::vector<std::pair<KeyId, Value>> &pairs)
{
    std::vector<KeyId> keys;
    for (const auto &[key, value] : pairs)
        keys.push_back(key);
    return keys;
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
    const auto number = m_numbers.numberOf(RollupName::Company, *m_question.company);
    if (!number)
        return number.error();
    m_rolledUp = m_numbers.isStored(RollupName::Company, *number);
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
    if (m_question.companies)
        return answerByCompany();
    const TimeRange &range = m_question.range;
    if (range.start <= range.end && m_rolledUp) {
        const auto users = m_storage.nameLimit(RollupName::User);
        if (!users)
            return users.error();
        m_tally = RollupTally(*users);
        const auto pieces = piecesOf({quarterOf(range.start), quarterOf(range.end) + 1});
        if (!pieces)
            return pieces.error();
        if (auto done = take(*pieces, false); !done)
            return done.error();
        if (auto done = takeHoursApart(); !done)
            return done.error();
    }
    if (auto done = takeTail(std::numeric_limits<std::int64_t>::max()); !done)
        return done.error();
    return inputs();
}

/// Whether the countries in a cell are those that the look-up tells.
bool RollupReader::isUsable(const RollupCell &cell) const
{
    return !m_lookup || cell.lookup == kAnyLookup || (cell.lookup == m_lookup->identity && cell.lookup != kNoLookup);
}

/// The quarter-hours that lie in the range as a whole, hold no row of the tail, and are not counted from the log.
std::vector<QuarterSpan> RollupReader::wholeSpans() const
{
    const TimeRange &range = m_question.range;
    std::int64_t at = quarterOf(range.start) + (withinQuarter(range.start) != 0 ? 1 : 0);
    const std::int64_t end = quarterOf(range.end) + (withinQuarter(range.end) == kQuarterHour - 1 ? 1 : 0);
    std::vector<std::int64_t> apart = m_question.stale;
    for (const RollupRow &row : m_tail)
        apart.push_back(quarterOf(row.timestamp));
    std::sort(apart.begin(), apart.end());
    std::vector<QuarterSpan> spans;
    for (const std::int64_t quarter : apart) {
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

/// The whole range in order of time: cells, and what is read row by row, which are the edges, quarter-hours with rows that
/// are not rolled up, and those that no cell serves for.
Result<std::vector<RollupPiece>> RollupReader::piecesOf(QuarterSpan range) const
{
    const std::vector<QuarterSpan> whole = wholeSpans();
    auto planned = planRollup(m_storage, whole, kRollupLevels - 1, m_company,
                              [this](const RollupCell &cell) { return isUsable(cell); });
    if (!planned)
        return planned;
    std::int64_t at = range.first;
    for (const QuarterSpan &span : whole) {
        planned->push_back({{at, span.first}, std::nullopt});
        at = span.end;
    }
    planned->push_back({{at, range.end}, std::nullopt});
    std::erase_if(*planned, [](const RollupPiece &piece) { return piece.span.first >= piece.span.end; });
    std::sort(planned->begin(), planned->end(),
              [](const RollupPiece &a, const RollupPiece &b) { return a.span.first < b.span.first; });
    std::vector<RollupPiece> pieces;
    for (const RollupPiece &piece : *planned) {
        const bool goesOn = !piece.cell && !pieces.empty() && !pieces.back().cell
            && pieces.back().span.end == piece.span.first;
        if (goesOn)
            pieces.back().span.end = piece.span.end;
        else
            pieces.push_back(piece);
    }
    return pieces;
}

Result<void> RollupReader::take(std::span<const RollupPiece> pieces, bool onlyHours)
{
    std::vector<RollupCell> cells; // Read together where no rows stand between them.
    if (onlyHours) { // They add up in any order.
        for (const RollupPiece &piece : pieces) {
            if (piece.cell)
                cells.push_back(*piece.cell);
        }
    }
    for (const RollupPiece &piece : pieces) {
        if (piece.cell) {
            if (!onlyHours)
                cells.push_back(*piece.cell);
            continue;
        }
        if (auto taken = takeCells(cells, onlyHours); !taken)
            return taken;
        cells.clear();
        if (auto taken = takeRows(piece.span, onlyHours); !taken)
            return taken;
    }
    return takeCells(cells, onlyHours);
}

Result<void> RollupReader::takeCells(std::span<const RollupCell> cells, bool onlyHours)
{
    if (cells.empty())
        return {};
    const auto use = [&](const RollupCell &cell, std::string_view counts, std::string_view users) {
        RollupBytes bytes(counts);
        RollupCounts plain;
        if (!plain.read(bytes))
            return false;
        const std::int64_t first = firstQuarterOf(cell.level, cell.cell);
        const QuarterSpan span{first, first + quartersOf(cell.level)};
        if (clocksStand(span))
            takeHours(plain, span);
        else
            m_hoursApart.push_back(cell);
        if (onlyHours)
            return true;
        m_cells.push_back(cell);
        return m_tally.add(counts, users, RollupTally::Countries::Later);
    };
    return m_storage.readCells(cells, !onlyHours, use);
}

/// Whether the hours of a cell can be told: the clocks of the time zone do not change in its time, and go by
/// quarter-hours.
bool RollupReader::clocksStand(QuarterSpan span)
{
    const TimestampMs start = span.first * kQuarterHour;
    const ZoneOffsets::Span same = m_zone.sameOffsetAround(start, m_zoneHint);
    return m_zone.offsetAt(start, m_zoneHint) % kQuarterHour == 0 && span.end * kQuarterHour <= same.until;
}

void RollupReader::takeHours(const RollupCounts &counts, QuarterSpan span)
{
    const TimestampMs offset = m_zone.offsetAt(span.first * kQuarterHour, m_zoneHint);
    for (std::int64_t i = 0; i < kQuartersOfDay; ++i) {
        const std::int64_t local = (i + offset / kQuarterHour + 2 * kQuartersOfDay) % kQuartersOfDay;
        m_hours[static_cast<std::size_t>(local * kQuarterHour / kHour)] += counts.byQuarter[static_cast<std::size_t>(i)];
    }
}

/// Counts the hours of cells in whose time the clocks change, from smaller cells, and from rows where there are none.
Result<void> RollupReader::takeHoursApart()
{
    if (m_hoursApart.empty())
        return {};
    const auto usable = [this](const RollupCell &cell) {
        const std::int64_t first = firstQuarterOf(cell.level, cell.cell);
        return clocksStand({first, first + quartersOf(cell.level)});
    };
    const std::vector<RollupCell> cells = std::exchange(m_hoursApart, {});
    if (m_question.companies) {
        std::vector<CompanySpan> spans;
        for (const RollupCell &cell : cells) {
            const std::int64_t first = firstQuarterOf(cell.level, cell.cell);
            spans.push_back({cell.company, first, first + quartersOf(cell.level) - 1});
        }
        const auto plan = planCompanies(*m_storage.byCompany(), std::move(spans), usable);
        return plan ? takeByCompany(*plan, true) : Result<void>(plan.error());
    }
    std::vector<QuarterSpan> spans;
    for (const RollupCell &cell : cells) {
        const std::int64_t first = firstQuarterOf(cell.level, cell.cell);
        spans.push_back({first, first + quartersOf(cell.level)});
    }
    const auto pieces = planRollup(m_storage, std::move(spans), kRollupLevels - 1, m_company, usable);
    if (!pieces)
        return pieces.error();
    return take(*pieces, true);
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

/// Counts the rows of one quarter-hour, those of the tail included. It may have a million, of a flood or of steps of triage on
/// very many alerts: so they are put in order by their places in the block, and read anew from there.
Result<void> RollupReader::takeQuarter(std::int64_t quarter, std::string_view bytes, bool onlyHours, bool &sound)
{
    m_places.clear();
    if (std::binary_search(m_question.stale.begin(), m_question.stale.end(), quarter))
        bytes = {};
    RollupBytes block(bytes);
    RollupRow row;
    while (!block.atEnd()) {
        const auto begin = static_cast<std::uint32_t>(bytes.size() - block.left().size());
        if (!row.read(block, quarter)) {
            sound = false;
            return {};
        }
        if (!wanted(row))
            continue;
        if (onlyHours)
            ++m_hours[m_zone.hourOfDay(row.timestamp, m_zoneHint)];
        else
            m_places.push_back({row.timestamp, begin});
    }
    if (onlyHours)
        return {};
    sortByTime(m_places);
    for (const Place &place : m_places) {
        if (auto taken = takeTailBefore(place.timestamp); !taken)
            return taken;
        RollupBytes at(bytes.substr(place.begin));
        row.read(at, quarter);
        if (auto counted = count(row); !counted)
            return counted;
    }
    return takeTail(quarter + 1);
}

/// Counts the rows of the tail that lie before a time and are not counted yet.
Result<void> RollupReader::takeTailBefore(TimestampMs end)
{
    for (; m_tailTaken < m_tail.size() && m_tail[m_tailTaken].timestamp < end; ++m_tailTaken) {
        if (auto counted = count(m_tail[m_tailTaken]); !counted)
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
    const auto geo = m_tally.geo(lookedUp);
    auto countries = m_numbers.namesOf(RollupName::Country, keysOf(geo));
    if (!countries)
        return countries.error();
    for (std::size_t i = 0; i < geo.size(); ++i)
        inputs.geo.emplace_back(std::move((*countries)[i]), geo[i].second);
    std::sort(inputs.geo.begin(), inputs.geo.end(), [](const auto &a, const auto &b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    auto riskiest = m_tally.riskiest(lookedUp);
    if (!riskiest) { // Let the storage say so in its words.
        const auto read = m_storage.readCells({&m_cells[m_tally.damaged()], 1}, true,
                                              [](const RollupCell &, std::string_view, std::string_view) { return false; });
        return read.error();
    }
    auto users = m_numbers.namesOf(RollupName::User, keysOf(*riskiest));
    if (!users)
        return users.error();
    for (std::size_t i = 0; i < riskiest->size(); ++i) {
        UserActivity &activity = (*riskiest)[i].second;
        activity.userId = std::move((*users)[i]);
        inputs.users.push_back(std::move(activity));
    }
    return inputs;
}

} // namespace bartizan
