// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <cstdint>

namespace bartizan {

class SqliteConnection;

/// PRAGMA application_id of a Bartizan database: "BRZN".
inline constexpr std::int64_t kSqliteApplicationId = 0x42525A4E;

/// What a file turned out to be.
struct SqliteIdentity {
    bool empty = false;       ///< Nothing in it yet.
    std::int64_t version = 0; ///< Of the schema.
};

/// The version of schema this program works with: the number of the newest migration.
int latestSchemaVersion();

/// Tells what the opened file is. Fails when it is damaged, another program's, or of a newer schema.
Result<SqliteIdentity> identify(SqliteConnection &connection);

/// Brings the schema to `target` (at most latestSchemaVersion()), one migration of resources/migrations at a time, each
/// in a transaction of its own. Another process may do the same at the same time. A database that is made now is marked
/// as demonstration data when `demo` is set.
Result<void> migrate(SqliteConnection &connection, int target, bool demo);

/// Looks whether all tables are there and both ends of the large ones can be read: a few pages, not the whole file.
Result<void> checkSchema(SqliteConnection &connection);

} // namespace bartizan
