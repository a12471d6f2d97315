// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqlitetriagerows.h"

#include "core/storage/sqliterows.h"

#include <utility>

namespace bartizan {
namespace {

/// So many rows are read or written by one statement.
constexpr std::size_t kRowsAtOnce = 64;
constexpr int kStandingParameters = 10;
constexpr int kLineParameters = 16;
constexpr int kMutableColumns = 8;

/// "(?, ?), (?, ?)"
std::string valuesOf(std::size_t rows, int parameters)
{
    std::string one = "(?";
    for (int i = 1; i < parameters; ++i)
        one += ", ?";
    one += ')';
    std::string values = one;
    for (std::size_t i = 1; i < rows; ++i)
        values.append(", ").append(one);
    return values;
}

/// A table n of ids, column1, with their places from 0 on, column2.
std::string idsOf(std::size_t rows)
{
    std::string values = "(VALUES ";
    for (std::size_t i = 0; i < rows; ++i)
        values.append(i > 0 ? ", (?, " : "(?, ").append(std::to_string(i)).append(")");
    return values + ") AS n";
}

// CROSS JOIN: by the ids that are asked for, whatever the planner takes a table's size for.
std::string standingsOf(std::size_t rows)
{
    return "SELECT n.column2, seq, type, " + std::string(kMutable) + " FROM " + idsOf(rows)
        + " CROSS JOIN alert ON alert.id = n.column1";
}

std::string takenOf(std::size_t rows)
{
    return "SELECT n.column2, a.seq, a.type, a.status, a.disposition, a.owner, a.acknowledged_at, a.acknowledged_by, "
           "a.resolved_at, a.resolved_by, a.version, h.action, h.version, "
        + std::string(kWas) + " FROM " + idsOf(rows) + " CROSS JOIN alert AS a ON a.id = n.column1 "
          "CROSS JOIN alert_history AS h ON h.step = ? AND h.alert_seq = a.seq "
          "WHERE h.action NOT LIKE '%\\_refused' ESCAPE '\\'";
}

std::string updateOf(std::size_t rows)
{
    return "UPDATE OR FAIL alert SET status = n.column2, disposition = n.column3, owner = n.column4, acknowledged_at = n.column5, "
           "acknowledged_by = n.column6, resolved_at = n.column7, resolved_by = n.column8, version = n.column9, "
           "acknowledged = n.column5 IS NOT NULL, change = n.column10 FROM (VALUES "
        + valuesOf(rows, kStandingParameters) + ") AS n WHERE alert.seq = n.column1";
}

std::string insertOf(std::size_t rows)
{
    return "INSERT OR FAIL INTO alert_history (alert_seq, at, action, actor, comment, step, detail, version, was_status, "
           "was_disposition, was_owner, was_acknowledged_at, was_acknowledged_by, was_resolved_at, was_resolved_by, "
           "was_version) VALUES "
        + valuesOf(rows, kLineParameters);
}

/// Calls `run` with a statement that `sqlOf` makes for so many items, and with these items.
template<typename Item, typename Run>
Result<void> forParts(SqliteConnection &connection, std::string (*sqlOf)(std::size_t), std::span<const Item> items, Run run)
{
    while (!items.empty()) {
        const std::size_t atOnce = items.size() >= kRowsAtOnce ? kRowsAtOnce : 1;
        auto statement = connection.prepare(sqlOf(atOnce));
        if (!statement)
            return statement.error();
        for (; items.size() >= atOnce; items = items.subspan(atOnce)) {
            if (auto done = run(*statement, items.first(atOnce)); !done)
                return done;
            statement->rewind();
        }
    }
    return {};
}

/// Runs the statements over all items; `bind` binds one of them from a parameter on.
template<typename Item, typename Bind>
Result<void> writeAll(SqliteConnection &connection, std::string (*sqlOf)(std::size_t), std::span<const Item> items,
                      int parameters, Bind bind)
{
    return forParts(connection, sqlOf, items, [&](SqliteStatement &statement, std::span<const Item> part) {
        int first = 1;
        for (const Item &item : part) {
            bind(statement, first, item);
            first += parameters;
        }
        return statement.run();
    });
}

/// Reads rows whose first column tells which of the ids they are about; `step`, unless 0, is the last parameter. What is
/// found first of an id stays. `read` answers the table whose row is damaged, or null.
template<typename Found, typename Read>
Result<std::vector<std::optional<Found>>> readAll(SqliteConnection &connection, std::string (*sqlOf)(std::size_t),
                                                  std::span<const std::string> ids, std::int64_t step, Read read)
{
    std::vector<std::optional<Found>> all(ids.size());
    std::size_t begin = 0;
    auto done = forParts(connection, sqlOf, ids, [&](SqliteStatement &statement, std::span<const std::string> part) -> Result<void> {
        int parameter = 1;
        for (const std::string &id : part)
            statement.bind(parameter++, std::string_view(id));
        if (step != 0)
            statement.bind(parameter, step);
        while (true) {
            const auto row = statement.step();
            if (!row)
                return row.error();
            if (!*row)
                break;
            std::optional<Found> &found = all[begin + static_cast<std::size_t>(statement.integer(0))];
            if (found)
                continue;
            if (const char *damaged = read(statement, found.emplace()))
                return damagedRow(connection, damaged, statement.integer(1));
        }
        begin += part.size();
        return {};
    });
    if (!done)
        return done.error();
    return all;
}

/// Key, type, and what triage sets, behind the place.
const char *readStanding(const SqliteStatement &row, Standing &standing)
{
    standing.seq = row.integer(1);
    return readEnum(row, 2, standing.type) && readMutable(row, 3, standing) ? nullptr : "alert";
}

const char *readTaken(const SqliteStatement &row, StepTaken &taken)
{
    constexpr int kAction = 3 + kMutableColumns;
    if (const char *damaged = readStanding(row, taken.present))
        return damaged;
    taken.action = row.string(kAction);
    if (row.isNull(kAction + 1))
        return nullptr;
    taken.version = row.integer(kAction + 1);
    taken.before = taken.present;
    return readMutable(row, kAction + 2, taken.before) ? nullptr : "alert_history";
}

} // namespace

Result<std::vector<std::optional<Standing>>> SqliteTriageRows::standings(std::span<const std::string> ids)
{
    return readAll<Standing>(m_connection, standingsOf, ids, 0, readStanding);
}

Result<std::vector<std::optional<StepTaken>>> SqliteTriageRows::taken(std::int64_t step, std::span<const std::string> ids)
{
    if (step == 0)
        return std::vector<std::optional<StepTaken>>(ids.size());
    return readAll<StepTaken>(m_connection, takenOf, ids, step, readTaken);
}

Result<void> SqliteTriageRows::write(std::span<const std::pair<Standing, std::int64_t>> standings)
{
    return writeAll(m_connection, updateOf, standings, kStandingParameters,
                    [](SqliteStatement &update, int first, const std::pair<Standing, std::int64_t> &change) {
        update.bind(first, change.first.seq);
        bindMutable(update, first + 1, change.first);
        update.bind(first + 9, change.second);
    });
}

Result<void> SqliteTriageRows::write(std::span<const TriageLine> lines, std::int64_t step, const std::string &by,
                                     TimestampMs at)
{
    return writeAll(m_connection, insertOf, lines, kLineParameters,
                    [&](SqliteStatement &insert, int first, const TriageLine &line) {
        insert.bind(first, line.alert);
        insert.bind(first + 1, at);
        insert.bind(first + 2, line.action);
        insert.bind(first + 3, std::string_view(by));
        insert.bind(first + 4, line.comment);
        insert.bind(first + 5, step);
        insert.bind(first + 6, std::string_view(line.detail));
        if (line.was) {
            insert.bind(first + 7, line.version);
            bindMutable(insert, first + 8, *line.was);
        } else {
            for (int index = first + 7; index < first + kLineParameters; ++index)
                insert.bindNull(index);
        }
    });
}

} // namespace bartizan
