// SPDX-License-Identifier: GPL-3.0-or-later
// What a detector needs of a SqliteStore to go on after a restart: one pass over the rows of seven days, in the order
// of the file where that is possible, with the grouping done here. SQLite would sort a million rows first, and indexes
// made for it would cost every row that is written.
#include "core/storage/baselinepass.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace bartizan {
namespace {

constexpr TimestampMs kProcessedWindow = kHour;
/// So many rows take longer than a thread and a connection cost by far.
constexpr std::int64_t kWorthAThread = 100'000;
constexpr TimestampMs kSuppressionWindow = 1440 * kMinute;

// An engine has seen the rows up to a time with a key up to its cursor, and the rows about its own alerts, which it
// counted when it wrote them.
using Query = DetectorHistory::Query;
using Sink = DetectorHistory::Sink;

/// Calls `take` for each row that is left of a statement.
template<typename Take>
Result<void> forEachRow(SqliteStatement &statement, Take take)
{
    while (true) {
        const auto row = statement.step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        if (auto taken = take(statement); !taken)
            return taken;
    }
}

/// A query whose parameters are ?1 maxRowId, ?2 the oldest time, ?3 asOf, ready to run.
Result<SqliteStatement> prepareQuery(SqliteConnection &connection, const std::string &sql, const Query &query,
                                     TimestampMs oldest)
{
    auto statement = connection.prepare(sql);
    if (statement) {
        statement->bind(1, query.maxRowId);
        statement->bind(2, oldest);
        statement->bind(3, query.asOf);
    }
    return statement;
}

Error damaged(const SqliteConnection &connection)
{
    return Error{QCoreApplication::translate("bartizan::SqliteStore",
                                             "“%1” is damaged: a row of the audit log holds a value that does not "
                                             "exist. Nothing was changed; work on from a copy that is whole")
                     .arg(connection.path())};
}

/// The rows of the span up to the cursor: how many, and between which keys.
struct SeenRows {
    std::int64_t count = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    /// In the order of the file a row costs a fraction of looking it up by its time, unless most of what lies between
    /// is of another time: a log that was imported late has its rows anywhere.
    bool dense() const noexcept { return last - first < 2 * count; }
};

Result<SeenRows> findSeenRows(SqliteConnection &connection, const Query &query, TimestampMs oldest)
{
    auto found = prepareQuery(connection,
                              "SELECT count(*), min(id), max(id) FROM audit INDEXED BY audit_time "
                              "WHERE timestamp BETWEEN ?2 AND ?3 AND id <= ?1",
                              query, oldest);
    if (!found)
        return found.error();
    if (const auto row = found->step(); !row)
        return row.error();
    return SeenRows{found->integer(0), found->integer(1), found->integer(2)};
}

/// Gives `pass` the rows of its span with a key from `first` to `last`; gives up without an error when `stop` is set.
Result<void> passSeenRows(SqliteConnection &connection, const Query &query, const SeenRows &seen, BaselinePass &pass,
                          const std::atomic<bool> &stop)
{
    auto rows = prepareQuery(connection,
                             "SELECT " + std::string(BaselinePass::kColumns) + " FROM audit "
                                 + (seen.dense() ? "NOT INDEXED" : "INDEXED BY audit_time")
                                 + " WHERE id BETWEEN ?4 AND ?5 AND id <= ?1 AND timestamp BETWEEN ?2 AND ?3",
                             query, pass.oldest());
    if (!rows)
        return rows.error();
    rows->bind(4, seen.first);
    rows->bind(5, seen.last);
    while (!stop.load(std::memory_order_relaxed)) {
        const auto row = rows->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        if (!pass.take(*rows))
            return damaged(connection);
    }
    return {};
}

/// Gives `pass` the rows of its span up to the cursor, half of them on a thread and a connection of its own where they
/// are many. Rows up to the cursor never change, so that both see the same ones.
Result<void> passSeenRows(SqliteConnection &connection, const Query &query, Sink &sink, std::mutex &shared,
                          BaselinePass &pass)
{
    const auto seen = findSeenRows(connection, query, pass.oldest());
    if (!seen)
        return seen.error();
    std::atomic<bool> stop{false};
    if (!seen->dense() || seen->count < kWorthAThread)
        return passSeenRows(connection, query, *seen, pass, stop);

    SeenRows lower = *seen;
    SeenRows upper = *seen;
    lower.last = seen->first + (seen->last - seen->first) / 2;
    upper.first = lower.last + 1;
    BaselinePass other(query, sink, shared);
    Result<void> otherDone;
    std::thread thread([&, path = connection.path()] {
        SqliteConnection own;
        otherDone = own.open(path, SqliteConnection::Access::ReadOnly);
        if (otherDone)
            otherDone = passSeenRows(own, query, upper, other, stop);
    });
    const auto done = passSeenRows(connection, query, lower, pass, stop);
    stop = !done; // Interrupted, say: then the other half is not waited for.
    thread.join();
    if (!done)
        return done;
    if (!otherDone)
        return otherDone;
    pass.merge(other);
    return {};
}

/// Gives `pass` Bartizan's own rows about alerts behind the cursor.
Result<void> passOwnRows(SqliteConnection &connection, const Query &query, BaselinePass &pass)
{
    auto rows = prepareQuery(connection,
                             "SELECT " + std::string(BaselinePass::kColumns)
                                 + " FROM audit INDEXED BY audit_monitor WHERE origin = 1 AND timestamp BETWEEN ?2 "
                                   "AND ?3 AND id > ?1 AND action = 'security_alert_created'",
                             query, pass.oldest());
    if (!rows)
        return rows.error();
    return forEachRow(*rows, [&](const SqliteStatement &row) -> Result<void> {
        return pass.take(row) ? Result<void>() : damaged(connection);
    });
}

/// Tells the sink the baselines.
Result<void> readBaselines(SqliteConnection &connection, const Query &query, Sink &sink)
{
    std::mutex shared;
    BaselinePass pass(query, sink, shared);
    if (auto done = passSeenRows(connection, query, sink, shared, pass); !done)
        return done;
    if (auto done = passOwnRows(connection, query, pass); !done)
        return done;
    pass.finish();
    return {};
}

/// Tells the rows that windows may still count, and counts what the engine processed of late.
Result<void> readRecent(SqliteConnection &connection, const Query &query, Sink &sink)
{
    MinuteTable processed(query.asOf - kProcessedWindow - kLateSlack, query.asOf);
    const TimestampMs windowsFrom = query.asOf - query.span - kLateSlack;
    auto rows = prepareQuery(connection,
                             "SELECT " + std::string(kEventColumns)
                                 + " FROM audit INDEXED BY audit_time WHERE timestamp BETWEEN ?2 AND ?3 AND "
                                   "(id <= ?1 OR (origin = 1 AND action = 'security_alert_created')) "
                                   "ORDER BY timestamp, id",
                             query, std::min(processed.start(), windowsFrom));
    if (!rows)
        return rows.error();
    const auto take = [&](const SqliteStatement &row) -> Result<void> {
        AuditEvent event;
        if (!readEvent(row, event))
            return damaged(connection);
        if (event.origin == RowOrigin::Application) {
            if (event.timestamp >= processed.start())
                processed.add(event.eventType, event.timestamp);
            if (event.timestamp >= query.asOf - kMinute - kLateSlack)
                sink.processedRow({event.timestamp, event.imported});
        }
        if (event.timestamp >= windowsFrom) {
            event.errorMessage.reset(); // No rule asks for it.
            sink.windowRow(event);
        }
        return {};
    };
    if (auto done = forEachRow(*rows, take); !done)
        return done;
    processed.forEach([&sink](const DetectorHistory::MinuteCount &minute) { sink.processedMinute(minute); });
    return {};
}

Result<void> readRaised(SqliteConnection &connection, const Query &query, Sink &sink)
{
    // ?1 is not used here: alerts have no place in the order of the log.
    auto rows = prepareQuery(connection,
                             "SELECT type, ip_address, timestamp, id, alert_group FROM alert INDEXED BY alert_time "
                             "WHERE timestamp BETWEEN ?2 AND ?3 AND ?1 IS NOT NULL ORDER BY timestamp, seq",
                             query, query.asOf - kSuppressionWindow - kLateSlack);
    if (!rows)
        return rows.error();
    return forEachRow(*rows, [&](const SqliteStatement &row) -> Result<void> {
        AlertType type{};
        if (!readEnum(row, 0, type))
            return damaged(connection);
        sink.raised({type, row.optionalText(1), row.integer(2), row.string(3), row.string(4)});
        return {};
    });
}

} // namespace

Result<void> SqliteStore::history(const DetectorHistory::Query &query, DetectorHistory::Sink &sink)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    for (const auto read : {readRecent, readBaselines, readRaised}) {
        if (auto done = read(m_connection, query, sink); !done)
            return done;
    }
    return {};
}

} // namespace bartizan
