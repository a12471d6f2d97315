// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's checkpoint in a SqliteStore: the detector's state, and what was raised behind it.
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

namespace bartizan {
namespace {

/// Raised whenever the columns of engine_checkpoint come to mean something else.
constexpr std::int64_t kFormat = 1;

} // namespace

Result<void> SqliteStore::writeCheckpoint(const EngineCommit &commit)
{
    // The rows about the alerts of this commit stand above its position, and the state knows them already.
    auto statement = m_connection.prepare(
        "INSERT INTO engine_checkpoint (only, format, last_row_id, watermark, started_at, clock, settings_version, "
        "known_row_id, known_alert, state) VALUES (1, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM audit), "
        "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'alert'), 0), ?) "
        "ON CONFLICT (only) DO UPDATE SET format = excluded.format, last_row_id = excluded.last_row_id, "
        "watermark = excluded.watermark, started_at = excluded.started_at, clock = excluded.clock, "
        "settings_version = excluded.settings_version, known_row_id = excluded.known_row_id, "
        "known_alert = excluded.known_alert, state = excluded.state");
    if (!statement)
        return statement.error();
    statement->bind(1, kFormat);
    statement->bind(2, commit.cursor.lastRowId);
    statement->bind(3, commit.cursor.watermark);
    statement->bind(4, commit.cursor.startedAt);
    statement->bind(5, commit.cursor.clock);
    statement->bind(6, commit.checkpoint->settingsVersion);
    statement->bindBlob(7, commit.checkpoint->state);
    return statement->run();
}

Result<std::optional<EngineCheckpoint>> SqliteStore::loadCheckpoint()
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    auto statement = m_connection.prepare("SELECT last_row_id, watermark, started_at, clock, settings_version, "
                                          "known_row_id, known_alert, state FROM engine_checkpoint "
                                          "WHERE only = 1 AND format = ?");
    if (!statement)
        return statement.error();
    statement->bind(1, kFormat);
    const auto found = statement->step();
    if (!found)
        return found.error();
    if (!*found)
        return std::optional<EngineCheckpoint>();
    EngineCheckpoint checkpoint;
    checkpoint.cursor = {statement->integer(0), statement->integer(1), statement->integer(2), statement->integer(3)};
    checkpoint.settingsVersion = statement->integer(4);
    checkpoint.knownRowId = statement->integer(5);
    const std::int64_t knownAlert = statement->integer(6);
    checkpoint.state = statement->blob(7);
    const auto cursor = loadCursor();
    if (!cursor)
        return cursor.error();
    if (auto read = readRaisedSince(knownAlert, *cursor, checkpoint); !read)
        return read.error();
    return std::optional(std::move(checkpoint));
}

Result<void> SqliteStore::readRaisedSince(std::int64_t knownAlert, const EngineCursor &cursor,
                                          EngineCheckpoint &checkpoint)
{
    auto raised = m_connection.prepare("SELECT type, ip_address, timestamp, id, alert_group FROM alert "
                                       "WHERE seq > ? AND timestamp <= ? ORDER BY timestamp, seq");
    if (!raised)
        return raised.error();
    raised->bind(1, knownAlert);
    raised->bind(2, cursor.watermark);
    while (true) {
        const auto row = raised->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        AlertType type{};
        if (!readEnum(*raised, 0, type))
            return damagedRow("alert", 0);
        checkpoint.alerts.push_back({type, raised->optionalText(1), raised->integer(2), raised->string(3),
                                     raised->string(4)});
    }
    auto rows = m_connection.prepare("SELECT " + std::string(kEventColumns)
                                     + " FROM audit INDEXED BY audit_monitor WHERE origin = 1 AND timestamp <= ?1 "
                                       "AND id > max(?2, ?3) AND action = 'security_alert_created' "
                                       "ORDER BY timestamp, id");
    if (!rows)
        return rows.error();
    rows->bind(1, cursor.watermark);
    rows->bind(2, cursor.lastRowId);
    rows->bind(3, checkpoint.knownRowId);
    auto ahead = readEvents(*rows);
    if (!ahead)
        return ahead.error();
    checkpoint.alertRows = std::move(*ahead);
    return {};
}

} // namespace bartizan
