// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliterolluptables.h"

#include "core/storage/sqliteconnection.h"
#include "core/storage/sqliterows.h"

#include <initializer_list>
#include <string>

namespace bartizan {
namespace {

/// A part of a block is added to until it has this size. Small, since it is written anew as often.
constexpr std::size_t kPartBytes = 8'192;

/// Binds numbers from parameter 1 on, and steps once.
Result<bool> stepWith(SqliteStatement &statement, std::initializer_list<std::int64_t> numbers)
{
    int index = 1;
    for (const std::int64_t number : numbers)
        statement.bind(index++, number);
    return statement.step();
}

Result<void> runWith(SqliteConnection &connection, const std::string &sql, std::initializer_list<std::int64_t> numbers)
{
    auto statement = connection.prepare(sql);
    if (!statement)
        return statement.error();
    int index = 1;
    for (const std::int64_t number : numbers)
        statement->bind(index++, number);
    return statement->run();
}

} // namespace

Result<RollupState> SqliteRollupTables::state()
{
    auto statement = m_connection.prepare("SELECT last_row_id, newest_quarter, lookup FROM rollup_state WHERE only = 1");
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    if (!*row)
        return damagedRow(m_connection, "rollup_state", 1);
    return RollupState{statement->integer(0), statement->integer(1), static_cast<std::uint64_t>(statement->integer(2))};
}

Result<void> SqliteRollupTables::setState(const RollupState &state)
{
    return runWith(m_connection, "UPDATE rollup_state SET last_row_id = ?, newest_quarter = ?, lookup = ? WHERE only = 1",
                   {state.lastRowId, state.newestQuarter, static_cast<std::int64_t>(state.lookup)});
}

Result<KeyId> SqliteRollupTables::numberOf(RollupName kind, std::string_view text)
{
    auto statement = m_connection.prepare("SELECT number FROM rollup_name WHERE kind = ? AND text = ?");
    if (!statement)
        return statement.error();
    statement->bind(1, stored(kind));
    statement->bind(2, text);
    const auto row = statement->step();
    if (!row)
        return row.error();
    return *row ? static_cast<KeyId>(statement->integer(0)) : kNoKey;
}

Result<std::vector<std::string>> SqliteRollupTables::namesOf(RollupName kind, std::span<const KeyId> numbers)
{
    auto statement = m_connection.prepare("SELECT text FROM rollup_name WHERE kind = ? AND number = ?");
    if (!statement)
        return statement.error();
    std::vector<std::string> texts;
    for (const KeyId number : numbers) {
        const auto row = stepWith(*statement, {stored(kind), std::int64_t{number}});
        if (!row)
            return row.error();
        if (!*row)
            return damagedRow(m_connection, "rollup_name", number);
        texts.push_back(statement->string(0));
        statement->rewind();
    }
    return texts;
}

Result<KeyId> SqliteRollupTables::nameLimit(RollupName kind)
{
    auto statement = m_connection.prepare("SELECT coalesce(max(number), 0) + 1 FROM rollup_name WHERE kind = ?");
    if (!statement)
        return statement.error();
    if (const auto row = stepWith(*statement, {stored(kind)}); !row)
        return row.error();
    return static_cast<KeyId>(statement->integer(0));
}

Result<void> SqliteRollupTables::readBlocks(std::int64_t first, std::int64_t last, const UseBlock &use)
{
    auto statement = m_connection.prepare("SELECT quarter, bytes, id FROM rollup_block WHERE quarter BETWEEN ? AND ? "
                                          "ORDER BY quarter, id");
    if (!statement)
        return statement.error();
    for (auto row = stepWith(*statement, {first, last});; row = statement->step()) {
        if (!row)
            return row.error();
        if (!*row)
            return {};
        if (!use(statement->integer(0), statement->blob(1)))
            return damagedRow(m_connection, "rollup_block", statement->integer(2));
    }
}

Result<RollupStorage::Totals> SqliteRollupTables::blockTotals(std::int64_t first, std::int64_t last)
{
    auto statement = m_connection.prepare("SELECT sum(rows), sum(lookups) FROM rollup_block WHERE quarter BETWEEN ? AND ?");
    if (!statement)
        return statement.error();
    if (const auto row = stepWith(*statement, {first, last}); !row)
        return row.error();
    return Totals{statement->integer(0), statement->integer(1)};
}

Result<std::vector<RollupCell>> SqliteRollupTables::cells(int level, std::span<const CellSpan> spans, KeyId company)
{
    auto statement = m_connection.prepare("SELECT cell, company, id, lookup, complete FROM rollup_cell "
                                          "WHERE level = ? AND cell BETWEEN ? AND ? AND company IN (0, ?) "
                                          "ORDER BY cell, company");
    if (!statement)
        return statement.error();
    std::vector<RollupCell> cells;
    for (const CellSpan &span : spans) {
        for (auto row = stepWith(*statement, {level, span.first, span.last, company});; row = statement->step()) {
            if (!row)
                return row.error();
            if (!*row)
                break;
            cells.push_back({level, statement->integer(0), static_cast<KeyId>(statement->integer(1)),
                             statement->integer(2), static_cast<std::uint64_t>(statement->integer(3)),
                             statement->integer(4) != 0});
        }
        statement->rewind();
    }
    return cells;
}

Result<void> SqliteRollupTables::readCells(std::span<const RollupCell> cells, bool users, const UseCell &use)
{
    auto statement = m_connection.prepare(users ? "SELECT counts, users FROM rollup_cell WHERE id = ?"
                                                : "SELECT counts, NULL FROM rollup_cell WHERE id = ?");
    if (!statement)
        return statement.error();
    for (const RollupCell &cell : cells) {
        const auto row = stepWith(*statement, {cell.rowId});
        if (!row)
            return row.error();
        if (!*row || !use(cell, statement->blob(0), statement->blob(1)))
            return damagedRow(m_connection, "rollup_cell", cell.rowId);
        statement->rewind();
    }
    return {};
}

Result<void> SqliteRollupTables::readCompanies(int level, std::int64_t cell, const UseCell &use)
{
    auto statement = m_connection.prepare("SELECT company, id, lookup, complete, counts, users FROM rollup_cell "
                                          "WHERE level = ? AND cell = ? ORDER BY company");
    if (!statement)
        return statement.error();
    for (auto row = stepWith(*statement, {level, cell});; row = statement->step()) {
        if (!row)
            return row.error();
        if (!*row)
            return {};
        const RollupCell found{level, cell, static_cast<KeyId>(statement->integer(0)), statement->integer(1),
                               static_cast<std::uint64_t>(statement->integer(2)), statement->integer(3) != 0};
        if (!use(found, statement->blob(4), statement->blob(5)))
            return damagedRow(m_connection, "rollup_cell", found.rowId);
    }
}

Result<std::vector<KeyId>> SqliteRollupTables::enterNames(RollupName kind, std::span<const std::string_view> texts)
{
    std::vector<KeyId> numbers;
    for (const std::string_view text : texts) {
        const auto number = enterName(kind, text);
        if (!number)
            return number.error();
        numbers.push_back(*number);
    }
    return numbers;
}

Result<KeyId> SqliteRollupTables::enterName(RollupName kind, std::string_view text)
{
    const auto known = numberOf(kind, text);
    if (!known || *known != kNoKey)
        return known;
    const auto number = nameLimit(kind);
    if (!number)
        return number;
    auto statement = m_connection.prepare("INSERT INTO rollup_name (kind, number, text) VALUES (?, ?, ?)");
    if (!statement)
        return statement.error();
    statement->bind(1, stored(kind));
    statement->bind(2, std::int64_t{*number});
    statement->bind(3, text);
    if (auto done = statement->run(); !done)
        return done.error();
    return number;
}

Result<void> SqliteRollupTables::appendBlock(std::int64_t quarter, std::string_view bytes, Totals totals)
{
    auto last = m_connection.prepare("SELECT id, length(bytes), bytes FROM rollup_block WHERE quarter = ? "
                                     "ORDER BY id DESC LIMIT 1");
    if (!last)
        return last.error();
    const auto found = stepWith(*last, {quarter});
    if (!found)
        return found.error();
    const bool grows = *found && static_cast<std::size_t>(last->integer(1)) + bytes.size() <= kPartBytes;
    std::string whole;
    std::int64_t id = 0;
    if (grows) {
        id = last->integer(0);
        whole = last->blob(2);
        whole += bytes;
        bytes = whole;
    }
    last->rewind();
    auto write = m_connection.prepare(grows ? "UPDATE rollup_block SET rows = rows + ?2, lookups = lookups + ?3, "
                                              "bytes = ?4 WHERE id = ?1"
                                            : "INSERT INTO rollup_block (quarter, rows, lookups, bytes) "
                                              "VALUES (?1, ?2, ?3, ?4)");
    if (!write)
        return write.error();
    write->bind(1, grows ? id : quarter);
    write->bind(2, totals.rows);
    write->bind(3, totals.lookups);
    write->bindBlob(4, bytes);
    return write->run();
}

Result<void> SqliteRollupTables::writeCell(const RollupCell &cell, std::string_view counts, std::string_view users)
{
    auto statement = m_connection.prepare("INSERT INTO rollup_cell (level, cell, company, lookup, complete, counts, users) "
                                          "VALUES (?, ?, ?, ?, ?, ?, ?)");
    if (!statement)
        return statement.error();
    statement->bind(1, std::int64_t{cell.level});
    statement->bind(2, cell.cell);
    statement->bind(3, std::int64_t{cell.company});
    statement->bind(4, static_cast<std::int64_t>(cell.lookup));
    statement->bind(5, std::int64_t{cell.complete});
    statement->bindBlob(6, counts);
    statement->bindBlob(7, users);
    return statement->run();
}

Result<void> SqliteRollupTables::dropCells(int level, std::int64_t cell)
{
    return runWith(m_connection, "DELETE FROM rollup_cell WHERE level = ? AND cell = ?", {level, cell});
}

Result<void> SqliteRollupTables::dropOtherLookups(std::uint64_t identity)
{
    const auto kept = static_cast<std::int64_t>(identity);
    if (auto due = runWith(m_connection, "INSERT OR IGNORE INTO rollup_due (level, cell) SELECT DISTINCT level, cell "
                                         "FROM rollup_cell WHERE lookup NOT IN (0, ?)", {kept});
        !due) {
        return due;
    }
    return runWith(m_connection, "DELETE FROM rollup_cell WHERE (level, cell) IN (SELECT level, cell FROM rollup_cell "
                                 "WHERE lookup NOT IN (0, ?))", {kept});
}

Result<void> SqliteRollupTables::addDue(int level, std::int64_t cell)
{
    return runWith(m_connection, "INSERT OR IGNORE INTO rollup_due (level, cell) VALUES (?, ?)", {level, cell});
}

Result<void> SqliteRollupTables::removeDue(int level, std::int64_t cell)
{
    return runWith(m_connection, "DELETE FROM rollup_due WHERE level = ? AND cell = ?", {level, cell});
}

Result<std::optional<std::int64_t>> SqliteRollupTables::firstDue(int level, std::int64_t end)
{
    auto statement = m_connection.prepare("SELECT min(cell) FROM rollup_due WHERE level = ? AND cell < ?");
    if (!statement)
        return statement.error();
    if (const auto row = stepWith(*statement, {level, end}); !row)
        return row.error();
    return statement->isNull(0) ? std::optional<std::int64_t>() : std::optional(statement->integer(0));
}

} // namespace bartizan
