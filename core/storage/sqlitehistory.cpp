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
Result<SqliteStatement> prepareQuery(SqliteConnection &connection, const std::string &sql, const Reach &reach,
                                     TimestampMs oldest)
{
    auto statement = connection.prepare(sql);
    if (statement) {
        statement->bind(1, reach.maxRowId);
        statement->bind(2, oldest);
        statement->bind(3, reach.asOf);
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
constexpr std::string_view kPassColumns = "SELECT id, timestamp, event_type, outcome, origin, user_id, ip_address, country";

/// Takes the rows of kHistorySpan in any order and sorts each one into what the rules need of it.
class HistoryPass {
public:
    HistoryPass(const Reach &reach, CountryResolver *resolver, DetectorHistory &out)
        : m_reach(reach), m_resolver(resolver), m_out(out), m_minutes(reach.asOf - kHistorySpan - kLateSlack, reach.asOf),
          m_processed(reach.asOf - kProcessedWindow - kLateSlack, reach.asOf), m_countries(out.countries)
    {
    }
    /// The oldest row to be taken. Whole minutes, so that no count is cut.
    TimestampMs oldest() const noexcept { return m_minutes.start(); }

    /// A row up to the engine's cursor. False when it is damaged.
    bool take(const SqliteStatement &row)
    {
        SecurityEventType type{};
        if (!takeOwn(row, type))
            return false;
        const TimestampMs time = row.integer(1);
        if (time < m_reach.asOf - kAdminWindow - kLateSlack - kMinute)
            return true; // Nearly all rows: beyond the windows.
        if (row.integer(4) == stored(RowOrigin::Application)) {
            if (time >= m_processed.start())
                m_processed.add(type, time);
            if (time >= m_reach.asOf - kMinute - kLateSlack)
                m_out.processedLastMinute.push_back(time);
        }
        return takeForWindows(row, type, time);
    }
    /// A row of Bartizan's own about an alert, behind the cursor: it counts for the baselines only.
    bool takeOwn(const SqliteStatement &row, SecurityEventType &type)
    {
        if (!readEnum(row, 2, type))
            return false;
        const TimestampMs time = row.integer(1);
        m_minutes.add(type, time);
        if (time >= m_reach.asOf - kHistorySpan - kLateSlack) {
            const std::string_view user = row.text(5);
            std::string_view country = user.data() ? row.text(7) : std::string_view();
            if (user.data() && m_resolver)
                country = m_resolver->ofRow(country, row.text(6));
            if (country.data())
                m_countries.add(type, user, country, time);
        }
        return true;
    }
    void finish()
    {
        m_minutes.copyTo(m_out.typeMinutes);
        m_processed.copyTo(m_out.processedLastHour);
        std::sort(m_out.processedLastMinute.begin(), m_out.processedLastMinute.end());
        std::sort(m_window.begin(), m_window.end(), [](const KeyedRow &a, const KeyedRow &b) {
            return std::tie(a.row.timestamp, a.id) < std::tie(b.row.timestamp, b.id);
        });
        m_out.windowRows.reserve(m_window.size());
        for (KeyedRow &keyed : m_window)
            m_out.windowRows.push_back(std::move(keyed.row));
    }

private:
    struct KeyedRow {
        std::int64_t id;
        DetectorHistory::WindowRow row;
    };

    bool takeForWindows(const SqliteStatement &row, SecurityEventType type, TimestampMs time)
    {
        AuditOutcome outcome{};
        if (!readEnum(row, 3, outcome))
            return false;
        const bool admin = (type == SecurityEventType::PlatformAdmin || type == SecurityEventType::UserManagement)
            && time >= m_reach.asOf - kAdminWindow - kLateSlack;
        const bool failed = type == SecurityEventType::Authentication && outcome == AuditOutcome::Failure
            && time >= m_reach.asOf - kBruteForceWindow - kLateSlack;
        const bool limited = outcome == AuditOutcome::RateLimited
            && time >= m_reach.asOf - kRateLimitWindow - kLateSlack;
        if (admin || ((failed || limited) && !row.isNull(6)))
            m_window.push_back({row.integer(0), {time, type, outcome, row.optionalText(6), row.optionalText(5)}});
        return true;
    }

    const Reach &m_reach;
    CountryResolver *const m_resolver; ///< May be null.
    DetectorHistory &m_out;
    MinuteTable m_minutes;
    MinuteTable m_processed;
    CountryBook m_countries;
    std::vector<KeyedRow> m_window;
};

/// Gives `pass` the rows of its span up to the cursor.
Result<void> passSeenRows(SqliteConnection &connection, const Reach &reach, HistoryPass &pass)
{
    auto found = prepareQuery(connection,
                              "SELECT count(*), min(id), max(id) FROM audit INDEXED BY audit_time "
                              "WHERE timestamp BETWEEN ?2 AND ?3 AND id <= ?1",
                              reach, pass.oldest());
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
                             reach, pass.oldest());
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
Result<void> passOwnRows(SqliteConnection &connection, const Reach &reach, HistoryPass &pass)
{
    auto rows = prepareQuery(connection,
                             std::string(kPassColumns)
                                 + " FROM audit INDEXED BY audit_monitor WHERE origin = 1 AND timestamp BETWEEN ?2 "
                                   "AND ?3 AND id > ?1 AND action = 'security_alert_created'",
                             reach, pass.oldest());
    if (!rows)
        return rows.error();
    return forEachRow(*rows, [&](const SqliteStatement &row) -> Result<void> {
        SecurityEventType type{};
        return pass.takeOwn(row, type) ? Result<void>() : damaged(connection);
    });
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
    auto rows = prepareQuery(connection,
                             "SELECT type, ip_address, timestamp FROM alert INDEXED BY alert_time "
                             "WHERE timestamp BETWEEN ?2 AND ?3 AND ?1 IS NOT NULL ORDER BY timestamp",
                             reach, reach.asOf - kSuppressionWindow - kLateSlack);
    if (!rows)
        return rows.error();
    if (auto done = forEachRow(*rows, take); !done)
        return done;
    for (const auto &[key, time] : newest)
        history.alerts.push_back({static_cast<AlertType>(key.first), key.second, time});
    history.alerts.insert(history.alerts.end(), recent.begin(), recent.end());
    return {};
}

} // namespace

Result<DetectorHistory> SqliteStore::history(TimestampMs asOf, std::int64_t maxRowId, CountryResolver *countries)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    DetectorHistory history;
    history.asOf = asOf;
    const Reach reach{asOf, maxRowId};
    HistoryPass pass(reach, countries, history);
    for (const auto give : {passSeenRows, passOwnRows}) {
        if (auto done = give(m_connection, reach, pass); !done)
            return done.error();
    }
    pass.finish();
    if (auto done = readRaised(m_connection, reach, history); !done)
        return done.error();
    return history;
}

} // namespace bartizan
