// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/ports/store.h"
#include "core/storage/connectionprofile.h"
#include "core/storage/openingstop.h"

#include <QString>

#include <atomic>
#include <memory>

namespace bartizan {

/// How to open a database.
struct StoreOptions {
    enum class Mode {
        Create,    ///< Make it when there is none; else as ReadWrite.
        ReadWrite, ///< It must exist. An older schema is migrated. A file that cannot be written is opened for reading
                   ///< alone, and Store::readOnlyReason() says why.
        ReadOnly,  ///< Nothing is written, migration included: an older schema is an error.
    };
    /// Only the engine's connection copies the write-ahead log back into the file. Every other connection leaves that
    /// to it, or to whichever connection closes last.
    enum class Role { Client, Engine };

    Mode mode = Mode::ReadWrite;
    Role role = Role::Client;
    bool demo = false; ///< Marks a database that is made now as demonstration data; no effect on one that exists.
    /// PostgreSQL, with Role::Engine: the epoch of the engine that this connection works for (EngineLock::epoch()). What
    /// it would write once another engine has taken over is refused. Null: nothing is asked.
    std::shared_ptr<const std::atomic<std::int64_t>> epoch = {};
    /// PostgreSQL: by which another thread ends the opening, which then fails. Null: nobody does.
    std::shared_ptr<OpeningStop> stop = {};
};

/// Opens the SQLite database at `path` on the calling thread, to which the store belongs from then on. The file is made
/// with mode 0600; its folder must exist. Fails, with a message that names the file and changes nothing in it, when it
/// is no database, another program's, damaged, of a newer schema, or on a network file system.
///
/// Where `path` is a URL (ConnectionProfile::isUrl()), the database on that server, with the password that libpq finds.
Result<std::unique_ptr<Store>> openStore(const QString &path, const StoreOptions &options = {});

/// Opens Bartizan's database on a PostgreSQL server, on the calling thread, to which the store belongs from then on. An
/// empty password leaves it to libpq to find one (PGPASSWORD, PGPASSFILE). With Mode::Create the schema "bartizan" is
/// made where there is none; an older one is migrated as a file is. Fails, with a message that names the database, when
/// the server cannot be reached or refuses, or the schema is newer or another program's.
Result<std::unique_ptr<Store>> openStore(const ConnectionProfile &profile, const QString &password,
                                         const StoreOptions &options = {});

} // namespace bartizan
