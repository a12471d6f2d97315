// SPDX-License-Identifier: GPL-3.0-or-later
// What a detector needs of a PostgresStore to go on after a restart: the rows of seven days in whatever order the server
// finds them fastest, with the grouping done here, as for SQLite.
#include "core/storage/baselinepass.h"
#include "core/storage/postgresstore.h"

#include <algorithm>
#include <mutex>

namespace bartizan {
namespace {

constexpr TimestampMs kProcessedWindow = kHour;
constexpr TimestampMs kSuppressionWindow = 1440 * kMinute;

using Query = DetectorHistory::Query;
using Sink = DetectorHistory::Sink;

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

} // namespace

Result<void> PostgresStore::readBaselines(const Query &query, Sink &sink)
{
    std::mutex shared; // With nobody.
    BaselinePass pass(query, sink, shared);
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
    pass.finish();
    return {};
}

Result<void> PostgresStore::readRecent(const Query &query, Sink &sink)
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
                    sink.processedRow({event.timestamp, event.imported});
            }
            if (event.timestamp >= windowsFrom) {
                event.errorMessage.reset(); // No rule asks for it.
                sink.windowRow(event);
            }
            return true;
        });
    if (!read)
        return read;
    if (unknown)
        return unknownWord(*unknown);
    processed.forEach([&sink](const DetectorHistory::MinuteCount &minute) { sink.processedMinute(minute); });
    return {};
}

Result<void> PostgresStore::readRaised(const Query &query, Sink &sink)
{
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    filter.addRange("timestamp", {query.asOf - kSuppressionWindow - kLateSlack, query.asOf});
    bool whole = true;
    const auto read = m_connection.stream("SELECT type, ip_address, timestamp, id, alert_group FROM bartizan.alert"
                                              + filter.sql() + " ORDER BY timestamp, seq",
                                          parameters, [&](const PostgresRow &row) {
                                              AlertType type{};
                                              whole = readEnum(row, 0, type);
                                              if (whole)
                                                  sink.raised({type, row.optionalString(1), row.integer(2),
                                                               row.string(3), row.string(4)});
                                              return whole;
                                          });
    if (!read)
        return read;
    if (!whole)
        return unknownWord(0);
    return {};
}

Result<void> PostgresStore::history(const Query &query, Sink &sink)
{
    const auto snapshot = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
    if (!snapshot)
        return snapshot.error();
    for (const auto read : {&PostgresStore::readRecent, &PostgresStore::readBaselines, &PostgresStore::readRaised}) {
        if (auto done = (this->*read)(query, sink); !done)
            return done;
    }
    return {};
}

} // namespace bartizan
