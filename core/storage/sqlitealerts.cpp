// SPDX-License-Identifier: GPL-3.0-or-later
// Alerts of SqliteStore: the engine's commit, queries, the stream of changes.
#include "core/storage/activecount.h"
#include "core/storage/changelimit.h"
#include "core/storage/mutebook.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <algorithm>
#include <iterator>

namespace bartizan {
namespace {

/// How long a tombstone stays: longer than any console is out of reach and goes on all the same.
constexpr TimestampMs kTombstoneSpan = 90 * kDay;

constexpr std::string_view kInsertAlert =
    "INSERT INTO alert (id, timestamp, severity, type, event_type, acknowledged, acknowledged_at, acknowledged_by, "
    "event_id, change, title, description, user_id, company_id, platform_user_id, ip_address, user_agent, country, "
    "session_id, request_id, metadata, rule, alert_group, repeats, last_repeat_at, status, mute, raised_at) "
    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, "
    "?24, ?25, ?6, ?26, ?27 "
    "WHERE NOT EXISTS (SELECT 1 FROM alert_tombstone WHERE id = ?1) ON CONFLICT (id) DO NOTHING";

/// `mute` must outlive the statement's run.
void bindAlert(SqliteStatement &statement, const SecurityAlert &alert, std::int64_t change,
               const std::optional<std::string> &mute, TimestampMs raisedAt)
{
    const bool acknowledged = alert.acknowledged && alert.acknowledgedAt && alert.acknowledgedBy;
    statement.bind(1, std::string_view(alert.id));
    statement.bind(2, alert.timestamp);
    statement.bind(3, stored(alert.severity));
    statement.bind(4, stored(alert.type));
    statement.bind(5, stored(alert.eventType));
    statement.bind(6, std::int64_t{acknowledged});
    if (acknowledged) {
        statement.bind(7, *alert.acknowledgedAt);
        statement.bind(8, std::string_view(*alert.acknowledgedBy));
    } else {
        statement.bindNull(7);
        statement.bindNull(8);
    }
    statement.bind(9, alert.eventId);
    statement.bind(10, change);
    statement.bind(11, std::string_view(alert.title));
    statement.bind(12, std::string_view(alert.description));
    bindContext(statement, 13, alert.context);
    statement.bind(21, alert.metadata.empty() ? std::string_view("{}") : std::string_view(alert.metadata));
    statement.bind(22, std::string_view(alert.rule));
    statement.bind(23, std::string_view(alert.group));
    statement.bind(24, alert.repeats);
    if (alert.lastRepeatAt)
        statement.bind(25, *alert.lastRepeatAt);
    else
        statement.bindNull(25);
    statement.bind(26, mute);
    statement.bind(27, raisedAt);
}

SqliteFilter filterOf(const AlertQuery &query)
{
    SqliteFilter filter;
    if (query.ipAddress)
        filter.add("ip_address = ?", *query.ipAddress);
    if (query.userId)
        filter.add("user_id = ?", *query.userId);
    if (query.companyId)
        filter.add("company_id = ?", *query.companyId);
    if (query.rule)
        filter.add("rule = ?", *query.rule);
    if (query.type)
        filter.add("type = ?", stored(*query.type));
    if (query.severity)
        filter.add("severity = ?", stored(*query.severity));
    // Written out: a partial index serves only the condition it was made with.
    if (query.acknowledged)
        filter.add(*query.acknowledged ? "acknowledged = 1" : "acknowledged = 0");
    if (query.active)
        filter.add(*query.active ? "acknowledged = 0 AND muted = 0" : "(acknowledged = 1 OR muted = 1)");
    if (query.muted)
        filter.add(*query.muted ? "mute IS NOT NULL AND muted = 1" : "muted = 0");
    if (query.group)
        filter.add("alert_group = ?", *query.group);
    if (query.mute)
        filter.add("mute = ?", *query.mute);
    filter.add("timestamp", query.range);
    return filter;
}

/// The last of the changes behind `position` that are told at once; nullopt when there are no more than these.
Result<std::optional<std::int64_t>> lastChangeOfPart(SqliteConnection &connection, std::int64_t position)
{
    auto last = connection.prepare("SELECT change FROM alert WHERE change > ?1 UNION ALL "
                                   "SELECT change FROM alert_tombstone WHERE change > ?1 ORDER BY change LIMIT 1 OFFSET ?2");
    if (!last)
        return last.error();
    last->bind(1, position);
    last->bind(2, kMostChanges - 1);
    const auto row = last->step();
    if (!row)
        return row.error();
    return *row ? std::optional(last->integer(0)) : std::nullopt;
}

} // namespace

Result<EngineCursor> SqliteStore::loadCursor()
{
    auto statement = m_connection.prepare("SELECT last_row_id, watermark, started_at, clock FROM engine_state "
                                          "WHERE only = 1");
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    if (!*row)
        return damagedRow("engine_state", 1);
    return EngineCursor{statement->integer(0), statement->integer(1), statement->integer(2),
                        statement->integer(3)};
}

Result<std::int64_t> SqliteStore::changePosition()
{
    return m_connection.integer("SELECT value FROM change_counter WHERE only = 1");
}

Result<void> SqliteStore::setChangePosition(std::int64_t position)
{
    auto statement = m_connection.prepare("UPDATE change_counter SET value = ? WHERE only = 1");
    if (!statement)
        return statement.error();
    statement->bind(1, position);
    return statement->run();
}

Result<void> SqliteStore::note(std::int64_t alertSeq, TimestampMs at, std::string_view action, std::string_view actor,
                               std::string_view comment, std::string_view detail)
{
    auto statement = m_connection.prepare("INSERT INTO alert_history (alert_seq, at, action, actor, comment, detail) "
                                          "VALUES (?, ?, ?, ?, ?, ?)");
    if (!statement)
        return statement.error();
    statement->bind(1, alertSeq);
    statement->bind(2, at);
    statement->bind(3, action);
    statement->bind(4, actor);
    statement->bind(5, comment);
    statement->bind(6, detail);
    return statement->run();
}

Result<void> SqliteStore::commitAlerts(const EngineCommit &commit, MuteBook &book)
{
    if (commit.alerts.empty())
        return {};
    const auto position = changePosition();
    if (!position)
        return position.error();
    std::int64_t change = *position;
    auto insert = m_connection.prepare(std::string(kInsertAlert));
    if (!insert)
        return insert.error();
    for (std::size_t i = 0; i < commit.alerts.size(); ++i) {
        const SecurityAlert &alert = commit.alerts[i];
        const std::optional<std::string> mute = book.muteOf(alert);
        bindAlert(*insert, alert, change + 1, mute, commit.at);
        if (auto done = insert->run(); !done)
            return done;
        if (m_connection.changes() == 0)
            continue; // Stored before, with its row.
        ++change;
        const std::int64_t seq = m_connection.lastInsertId();
        if (auto noted = note(seq, alert.timestamp, "created", {}, {}, {}); !noted)
            return noted;
        if (mute) {
            book.countAlert(*mute, alert);
            if (auto noted = note(seq, alert.timestamp, kHistoryMuted, {}, {}, *mute); !noted)
                return noted;
        }
        if (i < commit.monitorRows.size()) {
            if (auto written = insertMonitorRow(commit.monitorRows[i]); !written)
                return written;
        }
    }
    return change == *position ? Result<void>() : setChangePosition(change);
}

Result<void> SqliteStore::countRepeats(std::span<const AlertRepeat> repeats, MuteBook &book)
{
    if (repeats.empty())
        return {};
    const auto position = changePosition();
    if (!position)
        return position.error();
    std::int64_t change = *position;
    auto update = m_connection.prepare("UPDATE alert SET repeats = repeats + ?2, "
                                       "last_repeat_at = max(coalesce(last_repeat_at, ?3), ?3), change = ?4 "
                                       "WHERE id = ?1");
    if (!update)
        return update.error();
    for (const AlertRepeat &repeat : repeats) {
        if (auto applied = applyMutes(repeat, book); !applied)
            return applied;
        update->bind(1, std::string_view(repeat.alertId));
        update->bind(2, repeat.count);
        update->bind(3, repeat.lastAt);
        update->bind(4, change + 1);
        if (auto done = update->run(); !done)
            return done;
        change += m_connection.changes(); // 0 when the alert is gone.
    }
    return change == *position ? Result<void>() : setChangePosition(change);
}

Result<void> SqliteStore::dropAlertsBefore(TimestampMs time)
{
    const auto position = changePosition();
    if (!position)
        return position.error();
    auto bury = m_connection.prepare("INSERT INTO alert_tombstone (change, id, event_id, timestamp, dropped_before) "
                                     "SELECT ?2 + row_number() OVER (ORDER BY seq), id, event_id, timestamp, ?1 "
                                     "FROM alert WHERE max(timestamp, raised_at) < ?1");
    if (!bury)
        return bury.error();
    bury->bind(1, time);
    bury->bind(2, *position);
    if (auto done = bury->run(); !done)
        return done;
    const std::int64_t dropped = m_connection.changes();
    if (dropped == 0)
        return {};
    auto remove = m_connection.prepare("DELETE FROM alert WHERE max(timestamp, raised_at) < ?1");
    if (!remove)
        return remove.error();
    remove->bind(1, time);
    if (auto done = remove->run(); !done)
        return done;
    return setChangePosition(*position + dropped);
}

Result<void> SqliteStore::pruneTombstones(TimestampMs droppedBefore, const EngineCursor &cursor)
{
    auto prune = m_connection.prepare("DELETE FROM alert_tombstone WHERE dropped_before < ?1 AND "
                                      "CASE WHEN event_id > 0 THEN event_id <= ?2 ELSE timestamp <= ?3 END");
    if (!prune)
        return prune.error();
    prune->bind(1, droppedBefore - kTombstoneSpan);
    prune->bind(2, cursor.lastRowId);
    prune->bind(3, cursor.watermark);
    return prune->run();
}

Result<void> SqliteStore::commit(const EngineCommit &commit)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    auto book = readMutes(commit);
    if (!book)
        return book.error();
    if (auto done = commitAlerts(commit, *book); !done)
        return done;
    if (auto done = countRepeats(commit.repeats, *book); !done)
        return done;
    if (auto done = storeTallies(*book); !done)
        return done;
    for (std::size_t i = commit.alerts.size(); i < commit.monitorRows.size(); ++i) {
        if (auto written = insertMonitorRow(commit.monitorRows[i]); !written)
            return written;
    }
    if (commit.dropAlertsBefore) {
        if (auto dropped = dropAlertsBefore(*commit.dropAlertsBefore); !dropped)
            return dropped;
        if (auto pruned = pruneTombstones(*commit.dropAlertsBefore, commit.cursor); !pruned)
            return pruned;
    }
    {
        auto statement = m_connection.prepare("UPDATE engine_state SET last_row_id = ?, watermark = ?, started_at = ?, "
                                              "clock = ? WHERE only = 1");
        if (!statement)
            return statement.error();
        statement->bind(1, commit.cursor.lastRowId);
        statement->bind(2, commit.cursor.watermark);
        statement->bind(3, commit.cursor.startedAt);
        statement->bind(4, commit.cursor.clock);
        if (auto done = statement->run(); !done)
            return done;
    }
    if (commit.checkpoint) {
        if (auto written = writeCheckpoint(commit); !written)
            return written;
    }
    return commitRows(*transaction);
}

Result<std::vector<SecurityAlert>> SqliteStore::readAlerts(SqliteStatement &statement, std::vector<std::int64_t> *numbers)
{
    std::vector<SecurityAlert> alerts;
    while (true) {
        const auto row = statement.step();
        if (!row)
            return row.error();
        if (!*row)
            return alerts;
        if (!readAlert(statement, alerts.emplace_back()))
            return damagedRow("alert", statement.integer(0));
        if (numbers != nullptr)
            numbers->push_back(statement.integer(0));
    }
}

Result<std::vector<SecurityAlert>> SqliteStore::alerts(const AlertQuery &query)
{
    SqliteFilter filter = filterOf(query);
    if (query.after) { // Behind one that is gone, the rest of its moment is left out.
        filter.add(query.newestFirst ? "(timestamp, seq) < (?, (SELECT seq FROM alert WHERE id = ?))"
                                     : "(timestamp, seq) > (?, (SELECT seq FROM alert WHERE id = ?))",
                   query.after->timestamp, query.after->id);
    }
    auto statement = m_connection.prepare(
        "SELECT " + std::string(kAlertColumns) + " FROM alert" + filter.sql()
        + (query.newestFirst ? " ORDER BY timestamp DESC, seq DESC LIMIT ?" : " ORDER BY timestamp, seq LIMIT ?"));
    if (!statement)
        return statement.error();
    statement->bind(filter.bind(*statement), query.limit ? static_cast<std::int64_t>(*query.limit) : std::int64_t{-1});
    return readAlerts(*statement);
}

Result<std::int64_t> SqliteStore::countAlerts(const AlertQuery &query)
{
    if (asksForAllActive(query))
        return m_connection.integer("SELECT coalesce(sum(count), 0) FROM alert_count WHERE standing = 0");
    const SqliteFilter filter = filterOf(query);
    auto statement = m_connection.prepare("SELECT count(*) FROM alert" + filter.sql());
    if (!statement)
        return statement.error();
    filter.bind(*statement);
    if (const auto row = statement->step(); !row)
        return row.error();
    return statement->integer(0);
}

Result<std::vector<RuleHits>> SqliteStore::hitsByRule(TimeRange range)
{
    SqliteFilter filter;
    filter.add("timestamp", range);
    auto statement = m_connection.prepare("SELECT rule, count(*), sum(repeats) FROM alert" + filter.sql()
                                          + " GROUP BY rule ORDER BY rule");
    if (!statement)
        return statement.error();
    filter.bind(*statement);
    std::vector<RuleHits> hits;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return hits;
        hits.push_back({statement->string(0), statement->integer(1), statement->integer(2)});
    }
}

Result<std::vector<SecurityAlert>> SqliteStore::alertsNamed(std::span<const std::string> ids)
{
    auto statement = m_connection.prepare("SELECT " + std::string(kAlertColumns) + " FROM alert WHERE id = ?");
    if (!statement)
        return statement.error();
    std::vector<SecurityAlert> alerts;
    alerts.reserve(ids.size());
    for (const std::string &id : ids) {
        statement->rewind();
        statement->bind(1, std::string_view(id));
        auto found = readAlerts(*statement);
        if (!found)
            return found.error();
        std::move(found->begin(), found->end(), std::back_inserter(alerts));
    }
    return alerts;
}

Result<std::optional<SecurityAlert>> SqliteStore::alert(const std::string &id)
{
    auto statement = m_connection.prepare("SELECT " + std::string(kAlertColumns) + " FROM alert WHERE id = ?");
    if (!statement)
        return statement.error();
    statement->bind(1, std::string_view(id));
    auto found = readAlerts(*statement);
    if (!found)
        return found.error();
    return found->empty() ? std::optional<SecurityAlert>() : std::optional(std::move(found->front()));
}

Result<AlertChanges> SqliteStore::changesSince(std::int64_t position)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    AlertChanges changes;
    const auto now = changePosition();
    if (!now)
        return now.error();
    changes.position = *now;
    if (position < 0) {
        const auto newest = m_connection.integer("SELECT coalesce(max(seq), 0) FROM alert");
        if (!newest)
            return newest.error();
        changes.newest = *newest;
    }
    if (position < 0 || position >= *now)
        return changes;
    if (*now - position > kMostChanges) {
        const auto last = lastChangeOfPart(m_connection, position);
        if (!last)
            return last.error();
        changes.position = last->value_or(*now);
    }
    auto changed = m_connection.prepare("SELECT " + std::string(kAlertColumns)
                                        + " FROM alert WHERE change > ? AND change <= ? ORDER BY change");
    if (!changed)
        return changed.error();
    changed->bind(1, position);
    changed->bind(2, changes.position);
    auto alerts = readAlerts(*changed, &changes.numbers);
    if (!alerts)
        return alerts.error();
    changes.changed = std::move(*alerts);
    auto removed = m_connection.prepare("SELECT id FROM alert_tombstone WHERE change > ? AND change <= ? ORDER BY change");
    if (!removed)
        return removed.error();
    removed->bind(1, position);
    removed->bind(2, changes.position);
    while (true) {
        const auto row = removed->step();
        if (!row)
            return row.error();
        if (!*row)
            return changes;
        changes.removed.push_back(removed->string(0));
    }
}

} // namespace bartizan
