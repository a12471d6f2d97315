// SPDX-License-Identifier: GPL-3.0-or-later
// What a detector needs of a SqliteStore to go on after a restart: one pass over the rows of seven days, in the order
// of the file where that is possible, with the grouping done here. SQLite would sort a million rows first, and indexes
// made for it would cost every row that is written.
#include "core/ports/countryresolver.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>

#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace bartizan {
namespace {

constexpr TimestampMs kProcessedWindow = kHour;
constexpr TimestampMs kSuppressionWindow = 1440 * kMinute;

// An engine has seen the rows up to a time with a key up to its cursor, and the rows about its own alerts, which it
// counted when it wrote them.
using Query = DetectorHistory::Query;

TimestampMs minuteOf(TimestampMs t) noexcept
{
    TimestampMs rest = t % kMinute;
    if (rest < 0)
        rest += kMinute;
    return t - rest;
}

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

/// Counts by type and minute from the minute of `from` to that of `to`: a week of minutes is a small table.
class MinuteTable {
public:
    MinuteTable(TimestampMs from, TimestampMs to)
        : m_start(minuteOf(from)), m_minutes(static_cast<std::size_t>((minuteOf(to) - m_start) / kMinute) + 1),
          m_counts(m_minutes * enumCount<SecurityEventType>())
    {
    }
    TimestampMs start() const noexcept { return m_start; }

    /// `time` must lie within the table.
    void add(SecurityEventType type, TimestampMs time)
    {
        ++m_counts[static_cast<std::size_t>(type) * m_minutes + static_cast<std::size_t>((time - m_start) / kMinute)];
    }
    /// Those with rows, by type and then by time.
    void copyTo(std::vector<DetectorHistory::MinuteCount> &out) const
    {
        for (std::size_t i = 0; i < m_counts.size(); ++i) {
            if (m_counts[i] == 0)
                continue;
            out.push_back({static_cast<SecurityEventType>(i / m_minutes),
                           m_start + static_cast<TimestampMs>(i % m_minutes) * kMinute, m_counts[i]});
        }
    }

private:
    TimestampMs m_start;
    std::size_t m_minutes;
    std::vector<std::int64_t> m_counts;
};

/// Countries by user and type, in any order of rows. Looking one up allocates nothing.
class CountryBook {
public:
    using Known = DetectorHistory::KnownCountry;
    explicit CountryBook(std::vector<Known> &out) : m_out(out), m_index(0, Hash{&out}, Same{&out}) {}

    void add(SecurityEventType type, std::string_view userId, std::string_view country, TimestampMs time)
    {
        const auto found = m_index.find(Key(type, userId, country));
        if (found == m_index.end()) {
            m_out.push_back({type, std::string(userId), std::string(country), time, time, std::nullopt});
            m_index.insert(static_cast<std::uint32_t>(m_out.size() - 1));
            return;
        }
        Known &known = m_out[*found];
        if (time > known.last) {
            known.lastBefore = known.last;
            known.last = time;
        } else if (time < known.last && (!known.lastBefore || time > *known.lastBefore)) {
            known.lastBefore = time;
        }
        known.first = std::min(known.first, time);
    }

private:
    using Key = std::tuple<SecurityEventType, std::string_view, std::string_view>;
    static Key keyOf(const Known &known) { return {known.eventType, known.userId, known.country}; }

    /// The set holds positions in the list; a key looks like the entry it would be.
    struct Hash {
        using is_transparent = void;
        const std::vector<Known> *list;
        std::size_t operator()(const Key &key) const { return absl::HashOf(key); }
        std::size_t operator()(std::uint32_t at) const { return absl::HashOf(keyOf((*list)[at])); }
    };
    struct Same {
        using is_transparent = void;
        const std::vector<Known> *list;
        bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
        bool operator()(std::uint32_t at, const Key &key) const { return keyOf((*list)[at]) == key; }
        bool operator()(const Key &key, std::uint32_t at) const { return keyOf((*list)[at]) == key; }
    };

    std::vector<Known> &m_out;
    absl::flat_hash_set<std::uint32_t, Hash, Same> m_index;
};

/// Columns that HistoryPass takes.
constexpr std::string_view kPassColumns = "SELECT timestamp, event_type, user_id, country, ip_address";

/// Takes the rows of kHistorySpan in any order into the baselines.
class HistoryPass {
public:
    HistoryPass(const Query &query, DetectorHistory &out)
        : m_out(out), m_countriesFrom(query.asOf - kHistorySpan - kLateSlack),
          m_minutes(m_countriesFrom, query.asOf), m_countries(out.countries),
          m_resolver(query.countries)
    {
    }
    /// The oldest row to be taken. Whole minutes, so that no count is cut.
    TimestampMs oldest() const noexcept { return m_minutes.start(); }

    /// A row of the span. False when it is damaged.
    bool take(const SqliteStatement &row)
    {
        SecurityEventType type{};
        if (!readEnum(row, 1, type))
            return false;
        const TimestampMs time = row.integer(0);
        m_minutes.add(type, time);
        if (time < m_countriesFrom)
            return true;
        const std::string_view user = row.text(2);
        if (!user.data())
            return true;
        std::string_view country = row.text(3);
        if (m_resolver)
            country = m_resolver->ofRow(country, row.text(4));
        if (country.data())
            m_countries.add(type, user, country, time);
        return true;
    }
    void finish() { m_minutes.copyTo(m_out.typeMinutes); }

private:
    DetectorHistory &m_out;
    TimestampMs m_countriesFrom;
    MinuteTable m_minutes;
    CountryBook m_countries;
    CountryResolver *const m_resolver; ///< May be null.
};

/// Gives `pass` the rows of its span up to the cursor.
Result<void> passSeenRows(SqliteConnection &connection, const Query &query, HistoryPass &pass)
{
    auto found = prepareQuery(connection,
                              "SELECT count(*), min(id), max(id) FROM audit INDEXED BY audit_time "
                              "WHERE timestamp BETWEEN ?2 AND ?3 AND id <= ?1",
                              query, pass.oldest());
    if (!found)
        return found.error();
    if (const auto row = found->step(); !row)
        return row.error();
    const std::int64_t count = found->integer(0);
    const std::int64_t first = found->integer(1);
    const std::int64_t last = found->integer(2);
    // In the order of the file a row costs a fraction of looking it up by its time, unless most of what lies between
    // is of another time: a log that was imported late has its rows anywhere.
    const bool dense = last - first < 2 * count;
    auto rows = prepareQuery(connection,
                             std::string(kPassColumns)
                                 + (dense ? " FROM audit NOT INDEXED WHERE id BETWEEN ?4 AND ?5 AND id <= ?1 "
                                          : " FROM audit INDEXED BY audit_time WHERE id <= ?1 ")
                                 + "AND timestamp BETWEEN ?2 AND ?3",
                             query, pass.oldest());
    if (!rows)
        return rows.error();
    if (dense) {
        rows->bind(4, first);
        rows->bind(5, last);
    }
    return forEachRow(*rows, [&](const SqliteStatement &row) -> Result<void> {
        return pass.take(row) ? Result<void>() : damaged(connection);
    });
}

/// Gives `pass` Bartizan's own rows about alerts behind the cursor.
Result<void> passOwnRows(SqliteConnection &connection, const Query &query, HistoryPass &pass)
{
    auto rows = prepareQuery(connection,
                             std::string(kPassColumns)
                                 + " FROM audit INDEXED BY audit_monitor WHERE origin = 1 AND timestamp BETWEEN ?2 "
                                   "AND ?3 AND id > ?1 AND action = 'security_alert_created'",
                             query, pass.oldest());
    if (!rows)
        return rows.error();
    return forEachRow(*rows, [&](const SqliteStatement &row) -> Result<void> {
        return pass.take(row) ? Result<void>() : damaged(connection);
    });
}

/// Reads the rows that windows may still count, and counts what the engine processed of late.
Result<void> readRecent(SqliteConnection &connection, const Query &query, DetectorHistory &history)
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
                history.processedLastMinute.push_back(event.timestamp);
        }
        if (event.timestamp >= windowsFrom) {
            event.errorMessage.reset(); // No rule asks for it.
            history.windowRows.push_back(std::move(event));
        }
        return {};
    };
    if (auto done = forEachRow(*rows, take); !done)
        return done;
    processed.copyTo(history.processedLastHour);
    return {};
}

Result<void> readRaised(SqliteConnection &connection, const Query &query, DetectorHistory &history)
{
    using Raised = DetectorHistory::RaisedAlert;
    std::map<std::tuple<AlertType, std::optional<std::string>, std::string>, Raised> newest;
    std::vector<Raised> recent;
    const auto take = [&](const SqliteStatement &row) -> Result<void> {
        AlertType type{};
        if (!readEnum(row, 0, type))
            return damaged(connection);
        Raised alert{type, row.optionalText(1), row.integer(2), row.string(3), row.string(4)};
        if (alert.timestamp >= query.asOf - kLateSlack)
            recent.push_back(std::move(alert));
        else
            newest[{type, alert.ipAddress, alert.group}] = std::move(alert);
        return {};
    };
    // ?1 is not used here: alerts have no place in the order of the log.
    auto rows = prepareQuery(connection,
                             "SELECT type, ip_address, timestamp, id, alert_group FROM alert INDEXED BY alert_time "
                             "WHERE timestamp BETWEEN ?2 AND ?3 AND ?1 IS NOT NULL ORDER BY timestamp, seq",
                             query, query.asOf - kSuppressionWindow - kLateSlack);
    if (!rows)
        return rows.error();
    if (auto done = forEachRow(*rows, take); !done)
        return done;
    for (auto &[key, alert] : newest)
        history.alerts.push_back(std::move(alert));
    std::move(recent.begin(), recent.end(), std::back_inserter(history.alerts));
    return {};
}

} // namespace

Result<DetectorHistory> SqliteStore::history(const DetectorHistory::Query &query)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    DetectorHistory history;
    history.asOf = query.asOf;
    HistoryPass pass(query, history);
    for (const auto give : {passSeenRows, passOwnRows}) {
        if (auto done = give(m_connection, query, pass); !done)
            return done.error();
    }
    pass.finish();
    for (const auto read : {readRecent, readRaised}) {
        if (auto done = read(m_connection, query, history); !done)
            return done.error();
    }
    return history;
}

} // namespace bartizan
