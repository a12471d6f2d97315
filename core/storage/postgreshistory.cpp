// SPDX-License-Identifier: GPL-3.0-or-later
// What a detector needs of a PostgresStore to go on after a restart: the rows of seven days in whatever order the server
// finds them fastest, with the grouping done here, as for SQLite.
#include "core/storage/baselinepass.h"
#include "core/storage/postgresstore.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

namespace bartizan {
namespace {

constexpr TimestampMs kProcessedWindow = kHour;
constexpr TimestampMs kSuppressionWindow = 1440 * kMinute;

using Query = DetectorHistory::Query;

/// The WHERE for what an engine has seen up to a time: rows with a key up to its cursor, and the rows about its own
/// alerts, which it counted when it wrote them.
std::string seenBy(const PostgresSource &source, const Query &query, TimestampMs oldest, PostgresParameters &parameters)
{
    PostgresFilter filter(parameters);
    filter.addTime(source, {oldest, query.asOf});
    filter.addRange("i.row_time", {oldest, query.asOf});
    filter.add("(i.seq <= ?::bigint OR (i.origin = 1 AND l.action = 'security_alert_created'))", query.maxRowId);
    return " FROM " + source.log + " AS l JOIN bartizan.intake AS i ON i.row_key = l.row_key" + filter.sql();
}

/// The newest alerts that may suppress others, and all recent ones.
class RaisedBook {
public:
    explicit RaisedBook(TimestampMs recentFrom) : m_recentFrom(recentFrom) {}

    /// In order of time.
    void add(DetectorHistory::RaisedAlert &&alert)
    {
        if (alert.timestamp >= m_recentFrom) {
            m_recent.push_back(std::move(alert));
            return;
        }
        const std::tuple key{alert.type, alert.ipAddress, alert.group};
        m_newest[key] = std::move(alert);
    }
    void moveTo(std::vector<DetectorHistory::RaisedAlert> &out)
    {
        for (auto &[key, alert] : m_newest)
            out.push_back(std::move(alert));
        std::move(m_recent.begin(), m_recent.end(), std::back_inserter(out));
    }

private:
    const TimestampMs m_recentFrom;
    std::map<std::tuple<AlertType, std::optional<std::string>, std::string>, DetectorHistory::RaisedAlert> m_newest;
    std::vector<DetectorHistory::RaisedAlert> m_recent;
};

} // namespace

Result<void> PostgresStore::readBaselines(const Query &query, DetectorHistory &history)
{
    std::mutex asking;
    BaselinePass pass(query, asking);
    PostgresParameters parameters;
    const std::string from = seenBy(m_source, query, pass.oldest(), parameters);
    bool whole = true;
    std::array<std::string, 3> scratch;
    const auto read = m_connection.stream(
        "SELECT l.timestamp, l.event_type, l.user_id, l.country, l.ip_address" + from, parameters,
        [&](const PostgresRow &row) {
            SecurityEventType type{};
            whole = readEnum(row, 1, type);
            if (whole) {
                pass.take(row.integer(0), type, postgresDecoded(row.stored(2), scratch[0]),
                          postgresDecoded(row.stored(3), scratch[1]), postgresDecoded(row.stored(4), scratch[2]));
            }
            return whole;
        });
    if (!read)
        return read;
    if (!whole)
        return unknownWord(0);
    pass.copyTo(history);
    return {};
}

Result<void> PostgresStore::readRecent(const Query &query, DetectorHistory &history)
{
    MinuteTable processed(query.asOf - kProcessedWindow - kLateSlack, query.asOf);
    const TimestampMs windowsFrom = query.asOf - query.span - kLateSlack;
    PostgresParameters parameters;
    const std::string from = seenBy(m_source, query, std::min(processed.start(), windowsFrom), parameters);
    std::optional<std::int64_t> unknown;
    const auto read = m_connection.stream(
        "SELECT i.seq, " + std::string(kLogColumns) + from + " ORDER BY " + std::string(m_source.timeOrder()) + ", i.seq",
        parameters, [&](const PostgresRow &row) {
            AuditEvent event;
            if (!readEvent(row, event)) {
                unknown = row.integer(0);
                return false;
            }
            if (event.origin == RowOrigin::Application) {
                if (event.timestamp >= processed.start())
                    processed.add(event.eventType, event.timestamp);
                if (event.timestamp >= query.asOf - kMinute - kLateSlack)
                    history.processedLastMinute.push_back({event.timestamp, event.imported});
            }
            if (event.timestamp >= windowsFrom) {
                event.errorMessage.reset(); // No rule asks for it.
                history.windowRows.push_back(std::move(event));
            }
            return true;
        });
    if (!read)
        return read;
    if (unknown)
        return unknownWord(*unknown);
    processed.copyTo(history.processedLastHour);
    return {};
}

Result<void> PostgresStore::readRaised(const Query &query, DetectorHistory &history)
{
    RaisedBook book(query.asOf - kLateSlack);
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    filter.addRange("timestamp", {query.asOf - kSuppressionWindow - kLateSlack, query.asOf});
    bool whole = true;
    const auto read = m_connection.stream("SELECT type, ip_address, timestamp, id, alert_group FROM bartizan.alert"
                                              + filter.sql() + " ORDER BY timestamp, seq",
                                          parameters, [&](const PostgresRow &row) {
                                              AlertType type{};
                                              whole = readEnum(row, 0, type);
                                              book.add({type, row.optionalString(1), row.integer(2), row.string(3),
                                                        row.string(4)});
                                              return whole;
                                          });
    if (!read)
        return read;
    if (!whole)
        return unknownWord(0);
    book.moveTo(history.alerts);
    return {};
}

Result<DetectorHistory> PostgresStore::history(const Query &query)
{
    const auto snapshot = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
    if (!snapshot)
        return snapshot.error();
    DetectorHistory history;
    history.asOf = query.asOf;
    for (const auto read : {&PostgresStore::readBaselines, &PostgresStore::readRecent, &PostgresStore::readRaised}) {
        if (auto done = (this->*read)(query, history); !done)
            return done.error();
    }
    return history;
}

} // namespace bartizan
