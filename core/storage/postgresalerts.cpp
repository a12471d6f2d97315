// SPDX-License-Identifier: GPL-3.0-or-later
// Alerts of PostgresStore: the engine's commit. Whoever changes alerts holds the counter of changes up to the commit.
#include "core/storage/mutebook.h"
#include "core/storage/postgresstore.h"

namespace bartizan {
namespace {

/// How long a tombstone stays: longer than any console is out of reach and goes on all the same.
constexpr TimestampMs kTombstoneSpan = 90 * kDay;

void addRecord(PostgresJson &json, const SecurityAlert &alert, const std::optional<std::string> &mute)
{
    json.beginRecord();
    json.field("id", std::string_view(alert.id));
    json.field("timestamp", alert.timestamp);
    json.field("severity", storedNumber(alert.severity));
    json.field("type", storedNumber(alert.type));
    json.field("event_type", storedNumber(alert.eventType));
    if (alert.acknowledged && alert.acknowledgedAt && alert.acknowledgedBy) {
        json.field("acknowledged_at", *alert.acknowledgedAt);
        json.field("acknowledged_by", alert.acknowledgedBy);
    }
    json.field("event_id", alert.eventId);
    json.field("title", std::string_view(alert.title));
    json.field("description", std::string_view(alert.description));
    json.context(alert.context);
    json.field("metadata", alert.metadata.empty() ? std::string_view("{}") : std::string_view(alert.metadata));
    json.field("rule", std::string_view(alert.rule));
    json.field("alert_group", std::string_view(alert.group));
    json.field("repeats", alert.repeats);
    if (alert.lastRepeatAt)
        json.field("last_repeat_at", *alert.lastRepeatAt);
    json.field("mute", mute);
    json.endRecord();
}

/// $1: the alerts, $2: the position in the stream of changes, $3: when they are raised. Answers the places of those that
/// were new.
constexpr const char *kInsertAlerts =
    "WITH given AS (SELECT r.place, row_number() OVER (PARTITION BY c.id ORDER BY r.place) AS nth, c.* "
    "FROM json_array_elements($1::json) WITH ORDINALITY AS r (value, place), "
    "json_to_record(r.value) AS c (id text, timestamp bigint, severity integer, type integer, event_type integer, "
    "acknowledged_at bigint, acknowledged_by text, event_id bigint, title text, description text, user_id text, "
    "company_id text, platform_user_id text, ip_address text, user_agent text, country text, session_id text, "
    "request_id text, metadata text, rule text, alert_group text, repeats bigint, last_repeat_at bigint, mute text)), "
    "fresh AS MATERIALIZED (SELECT g.*, row_number() OVER (ORDER BY g.place) AS number FROM given AS g "
    "WHERE g.nth = 1 AND NOT EXISTS (SELECT 1 FROM bartizan.alert AS a WHERE a.id = g.id) "
    "AND NOT EXISTS (SELECT 1 FROM bartizan.alert_tombstone AS t WHERE t.id = g.id)), "
    "put AS (INSERT INTO bartizan.alert (id, timestamp, severity, type, event_type, acknowledged, acknowledged_at, "
    "acknowledged_by, event_id, change, title, description, user_id, company_id, platform_user_id, ip_address, "
    "user_agent, country, session_id, request_id, metadata, rule, alert_group, repeats, last_repeat_at, status, mute, muted, "
    "raised_at) "
    "SELECT id, timestamp, severity, type, event_type, acknowledged_at IS NOT NULL, acknowledged_at, acknowledged_by, "
    "event_id, $2::bigint + number, title, description, user_id, company_id, platform_user_id, ip_address, user_agent, "
    "country, session_id, request_id, metadata, rule, alert_group, repeats, last_repeat_at, "
    "(acknowledged_at IS NOT NULL)::integer, mute, mute IS NOT NULL AND acknowledged_at IS NULL, $3::bigint FROM fresh ORDER BY number "
    "RETURNING seq, timestamp, mute), "
    "noted AS (INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment, detail) "
    "SELECT seq, timestamp, 'created', '', '', '' FROM put UNION ALL "
    "SELECT seq, timestamp, 'muted', '', '', mute FROM put WHERE mute IS NOT NULL ORDER BY 1, 3) "
    "SELECT place FROM fresh ORDER BY place";

/// $1: the repeats, $2: the position in the stream of changes.
constexpr const char *kCountRepeats =
    "WITH given AS (SELECT r.value->>'id' AS id, min(r.place) AS place, sum((r.value->>'count')::bigint) AS count, "
    "max((r.value->>'at')::bigint) AS at FROM json_array_elements($1::json) WITH ORDINALITY AS r (value, place) "
    "GROUP BY 1), known AS MATERIALIZED (SELECT a.seq, g.count, g.at, row_number() OVER (ORDER BY g.place) AS number "
    "FROM given AS g JOIN bartizan.alert AS a ON a.id = g.id) "
    "UPDATE bartizan.alert AS a SET repeats = a.repeats + k.count, "
    "last_repeat_at = greatest(coalesce(a.last_repeat_at, k.at), k.at), change = $2::bigint + k.number "
    "FROM known AS k WHERE a.seq = k.seq";

} // namespace

Result<void> PostgresStore::commitAlerts(const EngineCommit &commit, MuteBook &book, std::int64_t &change,
                                         PostgresJson &rows)
{
    PostgresJson json;
    std::vector<std::optional<std::string>> mutes;
    for (const SecurityAlert &alert : commit.alerts)
        addRecord(json, alert, mutes.emplace_back(book.muteOf(alert)));
    if (json.empty())
        return {};
    const auto fresh = m_connection.query(kInsertAlerts, PostgresParameters().raw(json.take()).add(change).add(commit.at));
    if (!fresh)
        return fresh.error();
    for (int i = 0; i < fresh->size(); ++i) {
        const auto place = static_cast<std::size_t>((*fresh)[i].integer(0)) - 1;
        if (place < commit.monitorRows.size())
            rows.record(commit.monitorRows[place]);
        if (mutes[place])
            book.countAlert(*mutes[place], commit.alerts[place]);
    }
    change += fresh->size();
    return {};
}

Result<void> PostgresStore::countRepeats(std::span<const AlertRepeat> repeats, std::int64_t &change)
{
    PostgresJson json;
    for (const AlertRepeat &repeat : repeats) {
        json.beginRecord();
        json.field("id", std::string_view(repeat.alertId));
        json.field("count", repeat.count);
        json.field("at", repeat.lastAt);
        json.endRecord();
    }
    if (json.empty())
        return {};
    const auto counted = m_connection.query(kCountRepeats, PostgresParameters().raw(json.take()).add(change));
    if (!counted)
        return counted.error();
    change += counted->changed();
    return {};
}

Result<void> PostgresStore::dropAlertsBefore(TimestampMs time, std::int64_t &change)
{
    const auto buried = m_connection.query(
        "INSERT INTO bartizan.alert_tombstone (change, id, event_id, timestamp, dropped_before, company_id) "
        "SELECT $2::bigint + row_number() OVER (ORDER BY seq), id, event_id, timestamp, $1::bigint, company_id "
        "FROM bartizan.alert WHERE greatest(timestamp, raised_at) < $1::bigint",
        PostgresParameters().add(time).add(change));
    if (!buried)
        return buried.error();
    if (buried->changed() == 0)
        return {};
    const auto removed = m_connection.query("DELETE FROM bartizan.alert WHERE greatest(timestamp, raised_at) < $1::bigint",
                                            PostgresParameters().add(time));
    if (!removed)
        return removed.error();
    change += buried->changed();
    return {};
}

Result<void> PostgresStore::pruneTombstones(TimestampMs droppedBefore, const EngineCursor &cursor)
{
    const auto pruned = m_connection.query(
        "DELETE FROM bartizan.alert_tombstone WHERE dropped_before < $1::bigint AND "
        "CASE WHEN event_id > 0 THEN event_id <= $2::bigint ELSE timestamp <= $3::bigint END",
        PostgresParameters().add(droppedBefore - kTombstoneSpan).add(cursor.lastRowId).add(cursor.watermark));
    return pruned ? Result<void>() : Result<void>(pruned.error());
}

Result<void> PostgresStore::commit(const EngineCommit &commit)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    const auto newest = m_connection.integer("SELECT value FROM bartizan.counter WHERE name = 'change' FOR UPDATE");
    if (!newest)
        return newest.error();
    std::int64_t change = *newest;
    PostgresJson rows;
    auto book = readMutes(commit);
    if (!book)
        return book.error();
    if (auto done = commitAlerts(commit, *book, change, rows); !done)
        return done;
    for (std::size_t i = commit.alerts.size(); i < commit.monitorRows.size(); ++i)
        rows.record(commit.monitorRows[i]);
    if (auto done = applyMutes(commit.repeats, *book); !done)
        return done;
    if (auto done = countRepeats(commit.repeats, change); !done)
        return done;
    if (auto done = storeTallies(*book); !done)
        return done;
    if (commit.dropAlertsBefore) {
        if (auto dropped = dropAlertsBefore(*commit.dropAlertsBefore, change); !dropped)
            return dropped;
        if (auto pruned = pruneTombstones(*commit.dropAlertsBefore, commit.cursor); !pruned)
            return pruned;
    }
    if (auto written = writeRows(rows); !written)
        return written;
    const EngineCursor &cursor = commit.cursor;
    PostgresParameters position;
    position.add(cursor.lastRowId).add(cursor.watermark).add(cursor.startedAt).add(cursor.clock).add(change);
    // With how far rows were taken in, which else is only stored when there are any: others look from there on.
    position.raw(m_intake.to.empty() ? m_intake.from : std::string()).add(m_system.value_or(std::string()));
    const auto moved = m_connection.query(
        "WITH moved AS (UPDATE bartizan.engine_state SET last_row_id = $1::bigint, watermark = $2::bigint, "
        "started_at = $3::bigint, clock = $4::bigint WHERE sole = 1), "
        "taken AS (UPDATE bartizan.intake_state SET from_snapshot = nullif($6::text, '')::pg_snapshot, "
        "to_snapshot = NULL, last_time = NULL, system = nullif($7, '') "
        "WHERE sole = 1 AND $6::text <> '' AND from_snapshot::text IS DISTINCT FROM $6::text) "
        "UPDATE bartizan.counter SET value = $5::bigint WHERE name = 'change' AND value <> $5::bigint",
        position);
    if (!moved)
        return moved.error();
    if (commit.checkpoint) {
        if (auto written = writeCheckpoint(commit); !written)
            return written;
    }
    if (auto rolledUp = rollUpWithBatch(); !rolledUp)
        return rolledUp;
    if (auto told = notify(); !told)
        return told;
    if (auto done = commitFenced(*transaction); !done)
        return done;
    m_rollupNumbersHold = true;
    return {};
}

} // namespace bartizan
