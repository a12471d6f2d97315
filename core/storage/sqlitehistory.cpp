// SPDX-License-Identifier: GPL-3.0-or-later
// What a detector needs of a SqliteStore to go on after a restart. Each query streams one index in order, and the
// grouping happens here: SQLite would sort a million rows into a temporary tree first.
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace bartizan {
namespace {

constexpr TimestampMs kBruteForceWindow = 5 * kMinute;
constexpr TimestampMs kRateLimitWindow = kMinute;
constexpr TimestampMs kAdminWindow = kHour;
constexpr TimestampMs kProcessedWindow = kHour;
constexpr TimestampMs kSuppressionWindow = 1440 * kMinute;

/// What an engine has seen: rows up to a time with a key up to its cursor, and the rows about its own alerts, which it
/// counted when it wrote them.
struct Reach {
    TimestampMs asOf;
    std::int64_t maxRowId;
};

TimestampMs minuteOf(TimestampMs t) noexcept
{
    TimestampMs rest = t % kMinute;
    if (rest < 0)
        rest += kMinute;
    return t - rest;
}

/// Calls `take` for each row of a query whose parameters are ?1 maxRowId, ?2 the oldest time, ?3 asOf.
template<typename Take>
Result<void> forEachRow(SqliteConnection &connection, const std::string &sql, const Reach &reach, TimestampMs oldest,
                        Take take)
{
    auto statement = connection.prepare(sql);
    if (!statement)
        return statement.error();
    statement->bind(1, reach.maxRowId);
    statement->bind(2, oldest);
    statement->bind(3, reach.asOf);
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        if (auto taken = take(*statement); !taken)
            return taken;
    }
}

Error damaged(const SqliteConnection &connection)
{
    return Error{QCoreApplication::translate("bartizan::SqliteStore",
                                             "“%1” is damaged: a row of the audit log holds a value that does not "
                                             "exist. Nothing was changed; work on from a copy that is whole")
                     .arg(connection.path())};
}

constexpr std::string_view kOwnRows = " FROM audit INDEXED BY audit_monitor WHERE origin = 1 AND timestamp BETWEEN ?2 "
                                      "AND ?3 AND id > ?1 AND action = 'security_alert_created' ORDER BY timestamp, id";

/// Counts by type and minute. Rows come ordered by time within a type, so the present minute is the last entry.
class MinuteCounter {
public:
    explicit MinuteCounter(std::vector<DetectorHistory::MinuteCount> &out) : m_out(out) {}

    void add(SecurityEventType type, TimestampMs time)
    {
        const TimestampMs minute = minuteOf(time);
        if (m_out.empty() || m_out.back().eventType != type || m_out.back().minute != minute)
            m_out.push_back({type, minute, 0});
        ++m_out.back().count;
    }

private:
    std::vector<DetectorHistory::MinuteCount> &m_out;
};

/// Joins entries of the same type and minute, which the engine's own rows can have added.
void mergeMinutes(std::vector<DetectorHistory::MinuteCount> &minutes)
{
    std::sort(minutes.begin(), minutes.end(), [](const auto &a, const auto &b) {
        return std::tie(a.eventType, a.minute) < std::tie(b.eventType, b.minute);
    });
    std::size_t kept = 0;
    for (std::size_t i = 1; i < minutes.size(); ++i) {
        if (minutes[i].eventType == minutes[kept].eventType && minutes[i].minute == minutes[kept].minute)
            minutes[kept].count += minutes[i].count;
        else
            minutes[++kept] = minutes[i];
    }
    if (!minutes.empty())
        minutes.resize(kept + 1);
}

Result<void> readMinutes(SqliteConnection &connection, const Reach &reach, DetectorHistory &history)
{
    // Whole minutes, so that no count is cut.
    const TimestampMs oldest = minuteOf(reach.asOf - kHistorySpan - kLateSlack);
    const TimestampMs processedFrom = minuteOf(reach.asOf - kProcessedWindow - kLateSlack);
    MinuteCounter all(history.typeMinutes);
    MinuteCounter processed(history.processedLastHour);
    const auto take = [&](const SqliteStatement &row) -> Result<void> {
        SecurityEventType type{};
        if (!readEnum(row, 0, type))
            return damaged(connection);
        const TimestampMs time = row.integer(1);
        all.add(type, time);
        if (time >= processedFrom && row.integer(2) == 0)
            processed.add(type, time);
        return {};
    };
    // One range of the index for each type: it is ordered by time only within one.
    for (std::size_t type = 0; type < enumCount<SecurityEventType>(); ++type) {
        const std::string sql = "SELECT event_type, timestamp, origin FROM audit INDEXED BY audit_type "
                                "WHERE event_type = "
            + std::to_string(type) + " AND timestamp BETWEEN ?2 AND ?3 AND id <= ?1 ORDER BY timestamp";
        if (auto done = forEachRow(connection, sql, reach, oldest, take); !done)
            return done;
    }
    if (auto done = forEachRow(connection, "SELECT event_type, timestamp, origin" + std::string(kOwnRows), reach, oldest,
                               take);
        !done) {
        return done;
    }
    mergeMinutes(history.typeMinutes);
    return {};
}

Result<void> readWindowRows(SqliteConnection &connection, const Reach &reach, DetectorHistory &history)
{
    const auto take = [&](const SqliteStatement &row) -> Result<void> {
        DetectorHistory::WindowRow out;
        out.timestamp = row.integer(0);
        if (!readEnum(row, 1, out.eventType) || !readEnum(row, 2, out.outcome))
            return damaged(connection);
        const bool admin = out.eventType == SecurityEventType::PlatformAdmin
            || out.eventType == SecurityEventType::UserManagement;
        const bool failed = out.eventType == SecurityEventType::Authentication
            && out.outcome == AuditOutcome::Failure && out.timestamp >= reach.asOf - kBruteForceWindow - kLateSlack;
        const bool limited = out.outcome == AuditOutcome::RateLimited
            && out.timestamp >= reach.asOf - kRateLimitWindow - kLateSlack;
        if (!admin && ((!failed && !limited) || row.isNull(3)))
            return {};
        out.ipAddress = row.optionalText(3);
        out.userId = row.optionalText(4);
        history.windowRows.push_back(std::move(out));
        return {};
    };
    return forEachRow(connection,
                      "SELECT timestamp, event_type, outcome, ip_address, user_id FROM audit INDEXED BY audit_time "
                      "WHERE timestamp BETWEEN ?2 AND ?3 AND id <= ?1 ORDER BY timestamp, id",
                      reach, reach.asOf - kAdminWindow - kLateSlack, take);
}

Result<void> readProcessed(SqliteConnection &connection, const Reach &reach, DetectorHistory &history)
{
    return forEachRow(connection,
                      "SELECT timestamp FROM audit INDEXED BY audit_time WHERE timestamp BETWEEN ?2 AND ?3 "
                      "AND id <= ?1 AND origin = 0 ORDER BY timestamp",
                      reach, reach.asOf - kMinute - kLateSlack, [&](const SqliteStatement &row) -> Result<void> {
                          history.processedLastMinute.push_back(row.integer(0));
                          return {};
                      });
}

/// Countries by user and type, in the order of their first row.
class CountryBook {
public:
    explicit CountryBook(std::vector<DetectorHistory::KnownCountry> &out) : m_out(out) {}

    void add(SecurityEventType type, std::string_view userId, std::string_view country, TimestampMs time)
    {
        m_key.assign(1, static_cast<char>(type));
        m_key += std::to_string(userId.size());
        m_key += ':';
        m_key += userId;
        m_key += country;
        const auto [entry, added] = m_index.try_emplace(m_key, m_out.size());
        if (added) {
            m_out.push_back({type, std::string(userId), std::string(country), time, time, std::nullopt});
            return;
        }
        DetectorHistory::KnownCountry &known = m_out[entry->second];
        if (time > known.last) {
            known.lastBefore = known.last;
            known.last = time;
        } else if (time < known.last && (!known.lastBefore || time > *known.lastBefore)) {
            known.lastBefore = time;
        }
        known.first = std::min(known.first, time);
    }

private:
    std::vector<DetectorHistory::KnownCountry> &m_out;
    std::unordered_map<std::string, std::size_t> m_index;
    std::string m_key;
};

Result<void> readCountries(SqliteConnection &connection, const Reach &reach, DetectorHistory &history)
{
    const TimestampMs oldest = reach.asOf - kHistorySpan - kLateSlack;
    CountryBook book(history.countries);
    const auto take = [&](const SqliteStatement &row) -> Result<void> {
        SecurityEventType type{};
        if (!readEnum(row, 1, type))
            return damaged(connection);
        if (!row.isNull(2) && !row.isNull(3))
            book.add(type, row.text(2), row.text(3), row.integer(0));
        return {};
    };
    if (auto done = forEachRow(connection,
                               "SELECT timestamp, event_type, user_id, country FROM audit INDEXED BY audit_country "
                               "WHERE user_id IS NOT NULL AND country IS NOT NULL AND timestamp BETWEEN ?2 AND ?3 "
                               "AND id <= ?1 ORDER BY timestamp",
                               reach, oldest, take);
        !done) {
        return done;
    }
    return forEachRow(connection, "SELECT timestamp, event_type, user_id, country" + std::string(kOwnRows), reach,
                      oldest, take);
}

Result<void> readRaised(SqliteConnection &connection, const Reach &reach, DetectorHistory &history)
{
    using Key = std::pair<std::int64_t, std::optional<std::string>>;
    std::map<Key, TimestampMs> newest;
    std::vector<DetectorHistory::RaisedAlert> recent;
    const auto take = [&](const SqliteStatement &row) -> Result<void> {
        AlertType type{};
        if (!readEnum(row, 0, type))
            return damaged(connection);
        const TimestampMs time = row.integer(2);
        if (time >= reach.asOf - kLateSlack)
            recent.push_back({type, row.optionalText(1), time});
        else
            newest[{stored(type), row.optionalText(1)}] = time;
        return {};
    };
    // ?1 is not used here: alerts have no place in the order of the log.
    if (auto done = forEachRow(connection,
                               "SELECT type, ip_address, timestamp FROM alert INDEXED BY alert_time "
                               "WHERE timestamp BETWEEN ?2 AND ?3 AND ?1 IS NOT NULL ORDER BY timestamp",
                               reach, reach.asOf - kSuppressionWindow - kLateSlack, take);
        !done) {
        return done;
    }
    for (const auto &[key, time] : newest)
        history.alerts.push_back({static_cast<AlertType>(key.first), key.second, time});
    history.alerts.insert(history.alerts.end(), recent.begin(), recent.end());
    return {};
}

} // namespace

Result<DetectorHistory> SqliteStore::history(TimestampMs asOf, std::int64_t maxRowId)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    DetectorHistory history;
    history.asOf = asOf;
    const Reach reach{asOf, maxRowId};
    for (const auto read : {readMinutes, readWindowRows, readProcessed, readCountries, readRaised}) {
        if (auto done = read(m_connection, reach, history); !done)
            return done.error();
    }
    return history;
}

} // namespace bartizan
