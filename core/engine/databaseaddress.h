// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/storage/openstore.h"

#include <QString>

#include <memory>

namespace bartizan {

class EngineElectorate;
class EngineLock;

/// How a database is reached: a file, or a PostgreSQL server. Thread: any.
struct DatabaseAddress {
    QString path;     ///< Of the file, or the URL of the database on its server.
    QString password; ///< Of the user on the server; empty: libpq looks for one (PGPASSWORD, PGPASSFILE).

    bool onServer() const { return ConnectionProfile::isUrl(path); }
    /// The path in its one form: absolute, or the URL as ConnectionProfile writes it. Fails on a URL that cannot be used.
    Result<DatabaseAddress> canonical() const;
    /// For the top bar: the file's name, or "audit @ PostgreSQL".
    QString name() const;
    /// Opens a connection on the thread that calls it.
    Result<std::unique_ptr<Store>> open(const StoreOptions &options = {}) const;
    /// Tries to take the engine's lock, under this program's name. `stop` ends the waiting for a server.
    Result<EngineLock> takeLock(TimestampMs now, std::shared_ptr<OpeningStop> stop = {}) const;
    /// Who may run the engine of a database on a server; null for a file.
    std::shared_ptr<EngineElectorate> electorate(std::shared_ptr<OpeningStop> stop = {}) const;
};

} // namespace bartizan
