// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine tells of itself, in SqliteStore.
#include "core/storage/sqlitestore.h"

namespace bartizan {

Result<void> SqliteStore::saveHealth(const EngineHealth &health)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    {
        auto statement = m_connection.prepare(
            "INSERT OR REPLACE INTO engine_health (only, at, events_per_second, backlog, processed, keys_held, "
            "keys_evicted, state_bytes, rules_on, last_error, last_error_at, failing_since) "
            "VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        if (!statement)
            return statement.error();
        statement->bind(1, health.at);
        statement->bindReal(2, health.eventsPerSecond);
        statement->bind(3, health.backlog);
        statement->bind(4, health.processed);
        statement->bind(5, health.keysHeld);
        statement->bind(6, health.keysEvicted);
        statement->bind(7, health.stateBytes);
        statement->bind(8, health.rulesOn);
        statement->bind(9, std::string_view(health.lastError));
        statement->bind(10, health.lastErrorAt);
        statement->bind(11, health.failingSince);
        if (auto done = statement->run(); !done)
            return done;
    }
    return transaction->commit();
}

Result<std::optional<EngineHealth>> SqliteStore::loadHealth()
{
    auto statement = m_connection.prepare("SELECT at, events_per_second, backlog, processed, keys_held, keys_evicted, "
                                          "state_bytes, rules_on, last_error, last_error_at, failing_since FROM engine_health "
                                          "WHERE only = 1");
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    if (!*row)
        return std::optional<EngineHealth>();
    return std::optional(EngineHealth{statement->integer(0), statement->real(1), statement->integer(2),
                                      statement->integer(3), statement->integer(4), statement->integer(5),
                                      statement->integer(6), statement->integer(7), statement->string(8),
                                      statement->integer(9), statement->integer(10)});
}

} // namespace bartizan
