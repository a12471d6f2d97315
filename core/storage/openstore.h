// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/ports/store.h"

#include <QString>

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
};

/// Opens the SQLite database at `path` on the calling thread, to which the store belongs from then on. The file is made
/// with mode 0600; its folder must exist. Fails, with a message that names the file and changes nothing in it, when it
/// is no database, another program's, damaged, of a newer schema, or on a network file system.
Result<std::unique_ptr<Store>> openStore(const QString &path, const StoreOptions &options = {});

} // namespace bartizan
