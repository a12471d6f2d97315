// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine keeps of itself in a PostgresStore: its checkpoint, and its figures.
#include "core/storage/postgresstore.h"

#include <QCoreApplication>

namespace bartizan {
namespace {

/// Raised whenever the columns of engine_checkpoint come to mean something else.
constexpr std::int64_t kFormat = 1;

} // namespace

Result<void> PostgresStore::writeCheckpoint(const EngineCommit &commit)
{
    // The rows about the alerts of this commit stand above its position, and the state knows them already.
    const EngineCursor &cursor = commit.cursor;
    PostgresParameters values;
    values.add(kFormat).add(cursor.lastRowId).add(cursor.watermark).add(cursor.startedAt).add(cursor.clock);
    values.add(commit.checkpoint->settingsVersion).addBytes(commit.checkpoint->state);
    const auto written = m_connection.query(
        "INSERT INTO bartizan.engine_checkpoint VALUES (1, $1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::bigint, "
        "$6::bigint, (SELECT value FROM bartizan.counter WHERE name = 'row'), "
        "(SELECT coalesce(max(seq), 0) FROM bartizan.alert), $7::bytea) "
        "ON CONFLICT (sole) DO UPDATE SET format = excluded.format, last_row_id = excluded.last_row_id, "
        "watermark = excluded.watermark, started_at = excluded.started_at, clock = excluded.clock, "
        "settings_version = excluded.settings_version, known_row_id = excluded.known_row_id, "
        "known_alert = excluded.known_alert, state = excluded.state",
        values);
    return written ? Result<void>() : Result<void>(written.error());
}

Result<std::optional<EngineCheckpoint>> PostgresStore::loadCheckpoint()
{
    const auto snapshot = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
    if (!snapshot)
        return snapshot.error();
    const auto rows = m_connection.query("SELECT last_row_id, watermark, started_at, clock, settings_version, "
                                         "known_row_id, known_alert, state FROM bartizan.engine_checkpoint "
                                         "WHERE sole = 1 AND format = $1::bigint",
                                         PostgresParameters().add(kFormat));
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<EngineCheckpoint>();
    const PostgresRow row = rows->front();
    EngineCheckpoint checkpoint;
    checkpoint.cursor = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
    checkpoint.settingsVersion = row.integer(4);
    checkpoint.knownRowId = row.integer(5);
    checkpoint.state = row.bytes(7);
    const auto cursor = loadCursor();
    if (!cursor)
        return cursor.error();
    if (auto read = readRaisedSince(row.integer(6), *cursor, checkpoint); !read)
        return read.error();
    return std::optional(std::move(checkpoint));
}

Result<void> PostgresStore::readRaisedSince(std::int64_t knownAlert, const EngineCursor &cursor,
                                            EngineCheckpoint &checkpoint)
{
    const auto raised = m_connection.query(
        "SELECT type, ip_address, timestamp, id, alert_group FROM bartizan.alert "
        "WHERE seq > $1::bigint AND timestamp <= $2::bigint ORDER BY timestamp, seq",
        PostgresParameters().add(knownAlert).add(cursor.watermark));
    if (!raised)
        return raised.error();
    for (int i = 0; i < raised->size(); ++i) {
        const PostgresRow row = (*raised)[i];
        AlertType type{};
        if (!readEnum(row, 0, type))
            return unknownWord(0);
        checkpoint.alerts.push_back({type, row.optionalString(1), row.integer(2), row.string(3), row.string(4)});
    }
    auto ahead = readEvents("SELECT i.seq, " + std::string(kLogColumns)
                                + " FROM bartizan.intake AS i JOIN " + m_source.log + " AS l ON " + m_source.rowJoin
                                + " WHERE i.origin = 1 AND i.row_time <= $1::bigint AND i.seq > $2::bigint "
                                  "AND l.action = 'security_alert_created' ORDER BY i.row_time, i.seq",
                            PostgresParameters().add(cursor.watermark).add(std::max(cursor.lastRowId, checkpoint.knownRowId)));
    if (!ahead)
        return ahead.error();
    checkpoint.alertRows = std::move(*ahead);
    return {};
}

Result<void> PostgresStore::saveHealth(const EngineHealth &health)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    PostgresParameters values;
    values.add(health.at).add(health.eventsPerSecond).add(health.backlog).add(health.processed).add(health.keysHeld);
    values.add(health.keysEvicted).add(health.stateBytes).add(health.rulesOn).add(health.lastError);
    values.add(health.lastErrorAt).add(health.failingSince);
    const auto saved = m_connection.query(
        "INSERT INTO bartizan.engine_health VALUES (1, $1::bigint, $2::double precision, $3::bigint, $4::bigint, "
        "$5::bigint, $6::bigint, $7::bigint, $8::bigint, $9, $10::bigint, $11::bigint) ON CONFLICT (sole) DO UPDATE SET "
        "at = excluded.at, events_per_second = excluded.events_per_second, backlog = excluded.backlog, "
        "processed = excluded.processed, keys_held = excluded.keys_held, keys_evicted = excluded.keys_evicted, "
        "state_bytes = excluded.state_bytes, rules_on = excluded.rules_on, last_error = excluded.last_error, "
        "last_error_at = excluded.last_error_at, failing_since = excluded.failing_since",
        values);
    if (!saved)
        return saved.error();
    return commitFenced(*transaction);
}

Result<std::optional<EngineHealth>> PostgresStore::loadHealth()
{
    const auto rows = m_connection.query("SELECT at, events_per_second, backlog, processed, keys_held, keys_evicted, "
                                         "state_bytes, rules_on, last_error, last_error_at, failing_since FROM bartizan.engine_condition "
                                         "WHERE sole = 1");
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<EngineHealth>();
    const PostgresRow row = rows->front();
    // It may quote a row of another company's.
    const std::string error = row.isNull(8) ? QCoreApplication::translate("bartizan::PostgresStore", "an error that is told to those "
                                                                          "who see every company").toStdString()
                                            : row.string(8);
    return std::optional(EngineHealth{row.integer(0), row.real(1), row.integer(2), row.integer(3), row.integer(4),
                                      row.integer(5), row.integer(6), row.integer(7), error, row.integer(9), row.integer(10)});
}

} // namespace bartizan
