// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgresrolluptables.h"

#include "core/storage/postgresconnection.h"

#include <QCoreApplication>

#include <string>

namespace bartizan {
namespace {

using Parameters = PostgresParameters;

/// A part of a block is added to until it has this size. Small, since it is written anew as often.
constexpr std::int64_t kPartBytes = 8'192;
/// How many parts are fetched at once: whoever reads them asks other things in between.
constexpr int kPartsAtOnce = 256;

void appendItem(std::string &array, std::string_view item)
{
    array += array.empty() ? '{' : ',';
    array += item;
}

/// Bytes as decode(…, 'hex') reads them.
std::string hexOf(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

std::int64_t numberOfKind(RollupName kind)
{
    return static_cast<std::int64_t>(kind);
}

} // namespace

Result<void> PostgresRollupTables::run(const std::string &sql, const PostgresParameters &parameters)
{
    const auto done = m_connection.query(sql, parameters);
    return done ? Result<void>() : Result<void>(done.error());
}

Error PostgresRollupTables::damaged(const char *table, std::int64_t row) const
{
    return m_connection.error(QCoreApplication::translate("bartizan::PostgresStore", "row %1 of %2 is damaged")
                                  .arg(row)
                                  .arg(QLatin1String(table)));
}

Result<std::optional<RollupState>> PostgresRollupTables::state(Lock lock)
{
    m_appends.clear(); // What a transaction that failed had left.
    m_drops.clear();
    m_due.clear();
    const char *locking = lock == Lock::None ? "" : lock == Lock::Wait ? " FOR UPDATE" : " FOR UPDATE SKIP LOCKED";
    const auto rows = m_connection.query("SELECT last_row_id, newest_quarter, lookup FROM bartizan.rollup_state "
                                         "WHERE sole = 1"
                                         + std::string(locking));
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
    std::string quarters;
    std::string rows;
    std::string lookups;
    std::string bytes;
    for (const auto &[quarter, append] : m_appends) {
        appendItem(quarters, std::to_string(quarter));
        appendItem(rows, std::to_string(append.totals.rows));
        appendItem(lookups, std::to_string(append.totals.lookups));
        appendItem(bytes, hexOf(append.bytes));
    }
    m_appends.clear();
    return run("WITH part AS MATERIALIZED (SELECT g.quarter, g.rows, g.lookups, decode(g.hex, 'hex') AS bytes, n.id, n.size "
               "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) AS g (quarter, rows, lookups, hex) "
               "LEFT JOIN LATERAL (SELECT id, length(bytes) AS size FROM bartizan.rollup_block WHERE quarter = g.quarter "
               "ORDER BY id DESC LIMIT 1) AS n ON true), "
               "grown AS (UPDATE bartizan.rollup_block AS b SET rows = b.rows + p.rows, lookups = b.lookups + p.lookups, "
               "bytes = b.bytes || p.bytes FROM part AS p WHERE b.id = p.id AND p.size + length(p.bytes) <= $5::bigint "
               "RETURNING b.quarter) INSERT INTO bartizan.rollup_block (quarter, rows, lookups, bytes) "
               "SELECT quarter, rows, lookups, bytes FROM part WHERE quarter NOT IN (SELECT quarter FROM grown) "
               "ORDER BY quarter",
               Parameters().raw(quarters + '}').raw(rows + '}').raw(lookups + '}').raw(bytes + '}').add(kPartBytes));
}

Result<void> PostgresRollupTables::sendPlaces(const char *sql, Places &places)
{
    if (places.empty())
        return {};
    std::string levels;
    std::string cells;
    for (const auto &[level, cell] : places) {
        appendItem(levels, std::to_string(level));
        appendItem(cells, std::to_string(cell));
    }
    places.clear();
    return run(sql, Parameters().raw(levels + '}').raw(cells + '}'));
}

Result<void> PostgresRollupTables::flush()
{
    if (auto sent = sendBlocks(); !sent)
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

Result<KeyId> PostgresRollupTables::numberOf(RollupName kind, std::string_view text)
{
    const auto number = m_connection.integer("SELECT number FROM bartizan.rollup_name WHERE kind = $1::smallint "
                                             "AND md5(text) = md5($2) AND text = $2",
                                             Parameters().add(numberOfKind(kind)).add(text));
    if (!number)
        return number.error();
    return static_cast<KeyId>(*number); // None: 0, which is kNoKey.
}

Result<std::string> PostgresRollupTables::nameOf(RollupName kind, KeyId number)
{
    const auto rows = m_connection.query("SELECT text FROM bartizan.rollup_name WHERE kind = $1::smallint "
                                         "AND number = $2::bigint",
                                         Parameters().add(numberOfKind(kind)).add(std::int64_t{number}));
    if (!rows)
        return rows.error();
    if (rows->empty())
        return damaged("rollup_name", number);
    return rows->front().string(0);
}

Result<KeyId> PostgresRollupTables::nameLimit(RollupName kind)
{
    const auto limit = m_connection.integer("SELECT coalesce(max(number), 0) + 1 FROM bartizan.rollup_name "
                                            "WHERE kind = $1::smallint",
                                            Parameters().add(numberOfKind(kind)));
    if (!limit)
        return limit.error();
    return static_cast<KeyId>(*limit);
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
                                             Parameters().add(quarter).add(behind).add(last));
        if (!rows)
            return rows.error();
        for (int i = 0; i < rows->size(); ++i) {
            quarter = (*rows)[i].integer(0);
            behind = (*rows)[i].integer(1);
            if (!use(quarter, (*rows)[i].bytes(2)))
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
    const auto rows = m_connection.query("SELECT sum(rows), sum(lookups) FROM bartizan.rollup_block "
                                         "WHERE quarter BETWEEN $1::bigint AND $2::bigint",
                                         Parameters().add(first).add(last));
    if (!rows)
        return rows.error();
    return Totals{rows->front().integer(0), rows->front().integer(1)};
}

Result<std::vector<RollupCell>> PostgresRollupTables::cells(int level, std::int64_t first, std::int64_t last,
                                                            KeyId company)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    const auto rows = m_connection.query("SELECT cell, company, id, lookup, complete FROM bartizan.rollup_cell "
                                         "WHERE level = $1::integer AND cell BETWEEN $2::bigint AND $3::bigint "
                                         "AND company IN (0, $4::bigint) ORDER BY cell, company",
                                         Parameters().add(std::int64_t{level}).add(first).add(last).add(std::int64_t{company}));
    if (!rows)
        return rows.error();
    std::vector<RollupCell> cells;
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        cells.push_back({level, row.integer(0), static_cast<KeyId>(row.integer(1)), row.integer(2),
                         static_cast<std::uint64_t>(row.integer(3)), row.boolean(4)});
    }
    return cells;
}

Result<void> PostgresRollupTables::readCell(const RollupCell &cell, bool users, const UseCell &use)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    const auto rows = m_connection.query(users ? "SELECT counts, users FROM bartizan.rollup_cell WHERE id = $1::bigint"
                                               : "SELECT counts, NULL FROM bartizan.rollup_cell WHERE id = $1::bigint",
                                         Parameters().add(cell.rowId));
    if (!rows)
        return rows.error();
    if (rows->empty() || !use(cell, rows->front().bytes(0), users ? rows->front().bytes(1) : std::string()))
        return damaged("rollup_cell", cell.rowId);
    return {};
}

Result<void> PostgresRollupTables::readCompanies(int level, std::int64_t cell, const UseCell &use)
{
    if (auto sent = flush(); !sent)
        return sent.error();
    const auto rows = m_connection.query("SELECT company, id, lookup, complete, counts, users FROM bartizan.rollup_cell "
                                         "WHERE level = $1::integer AND cell = $2::bigint ORDER BY company",
                                         Parameters().add(std::int64_t{level}).add(cell));
    if (!rows)
        return rows.error();
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        const RollupCell found{level, cell, static_cast<KeyId>(row.integer(0)), row.integer(1),
                               static_cast<std::uint64_t>(row.integer(2)), row.boolean(3)};
        if (!use(found, row.bytes(4), row.bytes(5)))
            return damaged("rollup_cell", found.rowId);
    }
    return {};
}

Result<KeyId> PostgresRollupTables::enterName(RollupName kind, std::string_view text)
{
    // Whoever enters names holds the lock of the state: none comes in between.
    const auto number = m_connection.integer(
        "WITH known AS (SELECT number FROM bartizan.rollup_name WHERE kind = $1::smallint AND md5(text) = md5($2) "
        "AND text = $2), fresh AS (INSERT INTO bartizan.rollup_name (kind, number, text) SELECT $1::smallint, "
        "(SELECT coalesce(max(number), 0) + 1 FROM bartizan.rollup_name WHERE kind = $1::smallint), $2 "
        "WHERE NOT EXISTS (SELECT 1 FROM known) RETURNING number) "
        "SELECT number FROM known UNION ALL SELECT number FROM fresh",
        Parameters().add(numberOfKind(kind)).add(text));
    if (!number)
        return number.error();
    return static_cast<KeyId>(*number);
}

Result<void> PostgresRollupTables::appendBlock(std::int64_t quarter, std::string_view bytes, Totals totals)
{
    Append &append = m_appends[quarter];
    append.bytes += bytes;
    append.totals.rows += totals.rows;
    append.totals.lookups += totals.lookups;
    return {};
}

Result<void> PostgresRollupTables::writeCell(const RollupCell &cell, std::string_view counts, std::string_view users)
{
    if (auto sent = flush(); !sent)
        return sent.error();
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
    return run("WITH other AS (SELECT DISTINCT level, cell FROM bartizan.rollup_cell WHERE lookup NOT IN (0, $1::bigint)), "
               "dropped AS (DELETE FROM bartizan.rollup_cell AS c USING other AS o "
               "WHERE c.level = o.level AND c.cell = o.cell) "
               "INSERT INTO bartizan.rollup_due (level, cell) SELECT level, cell FROM other ON CONFLICT DO NOTHING",
               Parameters().add(static_cast<std::int64_t>(identity)));
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
                                         Parameters().add(std::int64_t{level}).add(end));
    if (!rows)
        return rows.error();
    return rows->front().isNull(0) ? std::optional<std::int64_t>() : std::optional(rows->front().integer(0));
}

} // namespace bartizan
