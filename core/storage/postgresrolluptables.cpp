// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgresrolluptables.h"

#include "core/metrics/rolluplevels.h"
#include "core/storage/postgresconnection.h"

#include <QCoreApplication>

#include <algorithm>
#include <string>
#include <utility>

namespace bartizan {
namespace {

using Parameters = PostgresParameters;

/// A part of a block is added to until it has this size. Small, since it is written anew as often.
constexpr std::int64_t kPartBytes = 8'192;
/// How many parts are fetched at once: whoever reads them asks other things in between.
constexpr int kPartsAtOnce = 1'024;
constexpr PostgresMode kKept = PostgresMode::Kept;

} // namespace

Result<void> PostgresRollupTables::run(const std::string &sql, const PostgresParameters &parameters)
{
    const auto done = m_connection.query(sql, parameters, kKept);
    return done ? Result<void>() : Result<void>(done.error());
}

Error PostgresRollupTables::damaged(const char *table, std::int64_t row) const
{
    return m_connection.error(QCoreApplication::translate("bartizan::PostgresStore", "row %1 of %2 is damaged")
                                  .arg(row)
                                  .arg(QLatin1String(table)));
}

/// Forgets what a transaction that failed had left, and what an earlier one has read.
void PostgresRollupTables::clear()
{
    m_byCompany.clear();
    m_appends.clear();
    m_drops.clear();
    m_due.clear();
    m_expected = {};
    m_countries = {};
    m_companies.reset();
    m_lowestLevel = 0;
    m_userLimit.reset();
}

Result<std::optional<RollupState>> PostgresRollupTables::state(Lock lock)
{
    clear();
    const char *locking = lock == Lock::None ? "" : lock == Lock::Wait ? " FOR UPDATE" : " FOR UPDATE SKIP LOCKED";
    const auto rows = m_connection.query("SELECT last_row_id, newest_quarter, lookup FROM bartizan.rollup_state "
                                         "WHERE sole = 1 AND last_row_id >= 0 "
                                         "AND NOT EXISTS (SELECT 1 FROM bartizan.log_changed)"
                                             + std::string(locking),
                                         {}, kKept);
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<RollupState>();
    const PostgresRow row = rows->front();
    return std::optional(RollupState{row.integer(0), row.integer(1), static_cast<std::uint64_t>(row.integer(2))});
}

Result<void> PostgresRollupTables::sendBlocks()
{
    if (m_appends.empty())
        return {};
    std::vector<std::int64_t> quarters;
    std::vector<std::int64_t> rows;
    std::vector<std::int64_t> lookups;
    std::vector<std::int64_t> places;
    std::vector<std::int64_t> sizes;
    std::string bytes;
    for (const auto &[quarter, append] : m_appends) {
        quarters.push_back(quarter);
        rows.push_back(append.totals.rows);
        lookups.push_back(append.totals.lookups);
        places.push_back(static_cast<std::int64_t>(bytes.size()) + 1);
        sizes.push_back(static_cast<std::int64_t>(append.bytes.size()));
        bytes += append.bytes;
    }
    m_appends.clear();
    m_expected = {};
    Parameters parameters;
    parameters.addNumbers(quarters).addNumbers(rows).addNumbers(lookups).addNumbers(places).addNumbers(sizes);
    return run("WITH part AS MATERIALIZED (SELECT g.quarter, g.rows, g.lookups, "
               "substring($6::bytea FROM g.place FOR g.size) AS bytes, n.id, n.size FROM unnest($1::bigint[], $2::bigint[], "
               "$3::bigint[], $4::integer[], $5::integer[]) AS g (quarter, rows, lookups, place, size) "
               "LEFT JOIN LATERAL (SELECT id, length(bytes) AS size FROM bartizan.rollup_block WHERE quarter = g.quarter "
               "ORDER BY id DESC LIMIT 1) AS n ON true), "
               "grown AS (UPDATE bartizan.rollup_block AS b SET rows = b.rows + p.rows, lookups = b.lookups + p.lookups, "
               "bytes = b.bytes || p.bytes FROM part AS p WHERE b.id = p.id AND p.size + length(p.bytes) <= $7::bigint "
               "RETURNING b.quarter) INSERT INTO bartizan.rollup_block (quarter, rows, lookups, bytes) "
               "SELECT quarter, rows, lookups, bytes FROM part WHERE quarter NOT IN (SELECT quarter FROM grown) "
               "ORDER BY quarter",
               parameters.addBytes(bytes).add(kPartBytes));
}

Result<void> PostgresRollupTables::sendPlaces(const char *sql, Places &places)
{
    if (places.empty())
        return {};
    std::vector<std::int64_t> levels;
    std::vector<std::int64_t> cells;
    for (const auto &[level, cell] : places) {
        levels.push_back(level);
        cells.push_back(cell);
    }
    places.clear();
    m_expected = {};
    return run(sql, Parameters().addNumbers(levels).addNumbers(cells));
}

Result<void> PostgresRollupTables::flush()
{
    if (auto sent = sendBlocks(); !sent)
        return sent;
    if (auto sent = m_byCompany.flush(); !sent)
        return sent;
    if (auto sent = sendPlaces("DELETE FROM bartizan.rollup_cell AS c USING unnest($1::integer[], $2::bigint[]) "
                               "AS p (level, cell) WHERE c.level = p.level AND c.cell = p.cell",
                               m_drops);
        !sent) {
        return sent;
    }
    return sendPlaces("INSERT INTO bartizan.rollup_due (level, cell) SELECT level, cell "
                      "FROM unnest($1::integer[], $2::bigint[]) AS p (level, cell) ON CONFLICT DO NOTHING",
                      m_due);
}

Result<void> PostgresRollupTables::setState(const RollupState &state)
{
    if (auto sent = flush(); !sent)
        return sent;
    return run("UPDATE bartizan.rollup_state SET last_row_id = $1::bigint, newest_quarter = $2::bigint, "
               "lookup = $3::bigint WHERE sole = 1",
               Parameters().add(state.lastRowId).add(state.newestQuarter).add(static_cast<std::int64_t>(state.lookup)));
}

Result<void> PostgresRollupTables::readBlocks(std::int64_t first, std::int64_t last, const UseBlock &use)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    std::int64_t behind = -1;
    for (std::int64_t quarter = first;;) {
        const auto rows = m_connection.query("SELECT quarter, id, bytes FROM bartizan.rollup_block "
                                             "WHERE (quarter, id) > ($1::bigint, $2::bigint) AND quarter <= $3::bigint "
                                             "ORDER BY quarter, id LIMIT "
                                                 + std::to_string(kPartsAtOnce),
                                             Parameters().add(quarter).add(behind).add(last), kKept);
        if (!rows)
            return rows.error();
        for (int i = 0; i < rows->size(); ++i) {
            quarter = (*rows)[i].integer(0);
            behind = (*rows)[i].integer(1);
            if (!use(quarter, (*rows)[i].stored(2)))
                return damaged("rollup_block", behind);
        }
        if (rows->size() < kPartsAtOnce)
            return {};
    }
}

Result<RollupStorage::Totals> PostgresRollupTables::blockTotals(std::int64_t first, std::int64_t last)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    const auto rows = m_connection.query("SELECT sum(rows)::bigint, sum(lookups)::bigint FROM bartizan.rollup_block "
                                         "WHERE quarter BETWEEN $1::bigint AND $2::bigint",
                                         Parameters().add(first).add(last), kKept);
    if (!rows)
        return rows.error();
    return Totals{rows->front().integer(0), rows->front().integer(1)};
}

Result<std::vector<RollupCell>> PostgresRollupTables::readPlaces(std::span<const LevelSpan> spans, KeyId company)
{
    std::vector<std::int64_t> level;
    std::vector<std::int64_t> first;
    std::vector<std::int64_t> last;
    for (const LevelSpan &span : spans) {
        level.push_back(span.level);
        first.push_back(span.cells.first);
        last.push_back(span.cells.last);
    }
    const auto rows = m_connection.query("SELECT s.level, c.cell, c.company, c.id, c.lookup, c.complete "
                                         "FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) AS s (level, first, last), "
                                         "LATERAL (SELECT * FROM bartizan.rollup_cell WHERE level = s.level "
                                         "AND cell BETWEEN s.first AND s.last AND company IN (0, $4::bigint) OFFSET 0) AS c "
                                         "ORDER BY 1, 2, 3",
                                         Parameters().addNumbers(level).addNumbers(first).addNumbers(last).add(
                                             std::int64_t{company}),
                                         kKept);
    if (!rows)
        return rows.error();
    std::vector<RollupCell> cells;
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        cells.push_back({static_cast<int>(row.integer(0)), row.integer(1), static_cast<KeyId>(row.integer(2)), row.integer(3),
                         static_cast<std::uint64_t>(row.integer(4)), row.boolean(5)});
    }
    return cells;
}

Result<void> PostgresRollupTables::expectCells(std::span<const LevelSpan> spans, KeyId company)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    auto cells = readPlaces(spans, company);
    if (!cells)
        return cells.error();
    m_expected = {{spans.begin(), spans.end()}, std::move(*cells), company};
    return {};
}

bool PostgresRollupTables::isExpected(int level, std::span<const CellSpan> spans, KeyId company) const
{
    if (m_expected.company != company)
        return false;
    // From the top level downwards, and in order within a level.
    const auto before = [](const LevelSpan &a, const LevelSpan &b) {
        return a.level != b.level ? a.level > b.level : a.cells.first < b.cells.first;
    };
    return std::all_of(spans.begin(), spans.end(), [&](const CellSpan &span) {
        const auto behind = std::upper_bound(m_expected.spans.begin(), m_expected.spans.end(), LevelSpan{level, span}, before);
        if (behind == m_expected.spans.begin())
            return false;
        const LevelSpan &known = *(behind - 1);
        return known.level == level && known.cells.last >= span.last;
    });
}

Result<std::vector<RollupCell>> PostgresRollupTables::cells(int level, std::span<const CellSpan> spans, KeyId company)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    if (!isExpected(level, spans, company)) {
        std::vector<LevelSpan> asked;
        for (const CellSpan &span : spans)
            asked.push_back({level, span});
        return readPlaces(asked, company);
    }
    std::vector<RollupCell> cells;
    auto cell = m_expected.cells.begin();
    const auto end = m_expected.cells.end();
    for (const CellSpan &span : spans) {
        cell = std::lower_bound(cell, end, std::pair(level, span.first), [](const RollupCell &a, const auto &place) {
            return std::pair(a.level, a.cell) < place;
        });
        for (; cell != end && cell->level == level && cell->cell <= span.last; ++cell)
            cells.push_back(*cell);
    }
    return cells;
}

Result<void> PostgresRollupTables::readCells(std::span<const RollupCell> cells, bool users, const UseCell &use)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    std::vector<std::int64_t> ids;
    for (const RollupCell &cell : cells)
        ids.push_back(cell.rowId);
    const std::string from = " FROM unnest($1::bigint[]) WITH ORDINALITY AS u (id, place) "
                             "LEFT JOIN bartizan.rollup_cell AS c ON c.id = u.id ORDER BY u.place";
    std::size_t next = 0;
    bool sound = true;
    const auto take = [&](const PostgresRow &row) {
        sound = !row.isNull(0) && use(cells[next], row.stored(0), row.stored(1));
        next += sound;
        return sound;
    };
    // Row by row: while one is counted, the server makes the next ready.
    const auto read = m_connection.stream((users ? "SELECT c.counts, c.users" : "SELECT c.counts, NULL::bytea") + from,
                                          Parameters().addNumbers(ids), take, kKept);
    if (!read)
        return read;
    return sound ? Result<void>() : Result<void>(damaged("rollup_cell", cells[next].rowId));
}

Result<void> PostgresRollupTables::readCompanies(int level, std::int64_t cell, const UseCell &use)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    const auto rows = m_connection.query("SELECT company, id, lookup, complete, counts, users FROM bartizan.rollup_cell "
                                         "WHERE level = $1::integer AND cell = $2::bigint ORDER BY company",
                                         Parameters().add(std::int64_t{level}).add(cell), kKept);
    if (!rows)
        return rows.error();
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        const RollupCell found{level, cell, static_cast<KeyId>(row.integer(0)), row.integer(1),
                               static_cast<std::uint64_t>(row.integer(2)), row.boolean(3)};
        if (!use(found, row.stored(4), row.stored(5)))
            return damaged("rollup_cell", found.rowId);
    }
    return {};
}

Result<void> PostgresRollupTables::appendBlock(std::int64_t quarter, std::string_view bytes, Totals totals)
{
    Append &append = m_appends[quarter];
    append.bytes += bytes;
    append.totals.rows += totals.rows;
    append.totals.lookups += totals.lookups;
    return m_byCompany.take(quarter, bytes) ? Result<void>() : Result<void>(damaged("rollup_block", quarter));
}

Result<void> PostgresRollupTables::writeCell(const RollupCell &cell, std::string_view counts, std::string_view users)
{
    if (cell.company != kNoKey && !m_byCompany.takeCell(cell.company, counts))
        return damaged("rollup_cell", cell.cell);
    if (auto sent = flush(); !sent)
        return sent.error();
    m_expected = {};
    return run("INSERT INTO bartizan.rollup_cell (level, cell, company, lookup, complete, counts, users) VALUES "
               "($1::integer, $2::bigint, $3::bigint, $4::bigint, $5::boolean, $6::bytea, $7::bytea)",
               Parameters()
                   .add(std::int64_t{cell.level})
                   .add(cell.cell)
                   .add(std::int64_t{cell.company})
                   .add(static_cast<std::int64_t>(cell.lookup))
                   .add(cell.complete)
                   .addBytes(counts)
                   .addBytes(users));
}

Result<void> PostgresRollupTables::dropCells(int level, std::int64_t cell)
{
    m_drops.emplace(level, cell);
    return {};
}

Result<void> PostgresRollupTables::dropOtherLookups(std::uint64_t identity)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    m_expected = {};
    return run("WITH other AS (SELECT DISTINCT level, cell FROM bartizan.rollup_cell WHERE lookup NOT IN (0, $1::bigint)), "
               "dropped AS (DELETE FROM bartizan.rollup_cell AS c USING other AS o "
               "WHERE c.level = o.level AND c.cell = o.cell) "
               "INSERT INTO bartizan.rollup_due (level, cell) SELECT level, cell FROM other ON CONFLICT DO NOTHING",
               Parameters().add(static_cast<std::int64_t>(identity)));
}

Result<void> PostgresRollupTables::dropQuarters(const std::vector<std::int64_t> &quarters)
{
    if (auto sent = flush(); !sent)
        return sent;
    const std::int64_t day = dayOfQuarter(quarters.front());
    if (auto gone = run("DELETE FROM bartizan.rollup_block WHERE quarter = ANY ($1::bigint[])", Parameters().addNumbers(quarters)); !gone)
        return gone;
    if (auto gone = run("DELETE FROM bartizan.rollup_company_block WHERE day = $1::bigint", Parameters().add(day)); !gone)
        return gone;
    for (const std::int64_t quarter : quarters) {
        for (int level = 0; level < kRollupLevels; ++level)
            m_drops.emplace(level, cellOf(level, quarter));
        m_due.emplace(0, quarter);
    }
    // By company a part holds several quarter-hours: those that are left are written once more.
    return readBlocks(day * kQuartersOfDay, (day + 1) * kQuartersOfDay - 1,
                      [this](std::int64_t quarter, std::string_view bytes) { return m_byCompany.take(quarter, bytes); });
}

Result<void> PostgresRollupTables::addDue(int level, std::int64_t cell)
{
    m_due.emplace(level, cell);
    return {};
}

Result<void> PostgresRollupTables::removeDue(int level, std::int64_t cell)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    return run("DELETE FROM bartizan.rollup_due WHERE level = $1::integer AND cell = $2::bigint",
               Parameters().add(std::int64_t{level}).add(cell));
}

Result<std::optional<std::int64_t>> PostgresRollupTables::firstDue(int level, std::int64_t end)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    const auto rows = m_connection.query("SELECT min(cell) FROM bartizan.rollup_due WHERE level = $1::integer "
                                         "AND cell < $2::bigint",
                                         Parameters().add(std::int64_t{level}).add(end), kKept);
    if (!rows)
        return rows.error();
    return rows->front().isNull(0) ? std::optional<std::int64_t>() : std::optional(rows->front().integer(0));
}

} // namespace bartizan
