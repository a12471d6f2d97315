// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"

#include "core/storage/networkfilesystem.h"
#include "core/storage/postgresstore.h"
#include "core/storage/sqliteschema.h"
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QStorageInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace bartizan {
namespace {

using Mode = StoreOptions::Mode;
using Access = SqliteConnection::Access;

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::SqliteStore", text);
}

/// Whether the effective user may write: QFileInfo would ask for the real one.
bool writable(const QString &path)
{
    return ::faccessat(AT_FDCWD, QFile::encodeName(path).constData(), W_OK, AT_EACCESS) == 0;
}

/// Makes an empty file that only its owner can read; what SQLite puts beside it gets the same mode.
Result<void> makeFile(const QString &path)
{
    const int fd = ::open(QFile::encodeName(path).constData(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) {
        if (errno == EEXIST)
            return {}; // Another process was faster; the checks that follow judge what it made.
        return Error{tr("Cannot create “%1”: %2").arg(path, QString::fromLocal8Bit(std::strerror(errno)))};
    }
    ::close(fd);
    return {};
}

/// Whether the effective user may read, in the words of the system.
Result<void> checkReadable(const QString &path)
{
    if (::faccessat(AT_FDCWD, QFile::encodeName(path).constData(), R_OK, AT_EACCESS) != 0)
        return Error{tr("Cannot open “%1”: %2").arg(path, QString::fromLocal8Bit(std::strerror(errno)))};
    return {};
}

/// Looks at the file before a statement does, for which an empty or short file is a new database. It is read through
/// the connection: opening and closing it here would drop the locks of this process's other connections (POSIX), and
/// the next process to leave would take itself for the last one and delete the log that they write.
Result<void> checkHead(SqliteConnection &connection, Mode mode)
{
    const QString path = connection.path();
    if (QFileInfo(path).size() == 0) {
        if (mode == Mode::Create)
            return {};
        return Error{tr("“%1” is empty, not a Bartizan database").arg(path)};
    }
    const auto head = connection.head();
    if (!head)
        return head.error();
    if (*head != QByteArrayView("SQLite format 3\0", 16))
        return Error{tr("“%1” is not an SQLite database, or is encrypted. Nothing was changed").arg(path)};
    return {};
}

Result<void> checkPlace(const QFileInfo &file, Mode mode)
{
    const QString path = file.absoluteFilePath();
    if (file.fileName().isEmpty() || file.isDir())
        return Error{tr("“%1” is a folder, not a database").arg(path)};
    if (!QFileInfo::exists(file.absolutePath())) {
        return Error{tr("The folder “%1” does not exist, so “%2” cannot be opened")
                         .arg(file.absolutePath(), file.fileName())};
    }
    if (!file.exists() && mode != Mode::Create)
        return Error{tr("“%1” does not exist").arg(path)};
    if (file.exists() && !file.isFile())
        return Error{tr("“%1” is not a regular file").arg(path)};
    const QString kind = QString::fromUtf8(QStorageInfo(file.absolutePath()).fileSystemType());
    if (isNetworkFileSystem(kind)) {
        return Error{tr("“%1” lies on a network file system (%2), where SQLite's locks do not hold and data get lost. "
                        "Put it on a local disk")
                         .arg(path, kind)};
    }
    return {};
}

/// Opens the connection with the most access there is; `reason` says why it is less than asked for.
Result<void> connect(SqliteConnection &connection, const QString &path, Mode mode, QString &reason)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (mode == Mode::ReadOnly)
        reason = tr("Opened for reading only");
    else if (!writable(path))
        reason = tr("The file “%1” is not writable").arg(path);
    else if (!writable(folder))
        reason = tr("The folder “%1” is not writable").arg(folder);
    if (reason.isEmpty())
        return connection.open(path, Access::ReadWrite);

    // A log beside the file holds rows, and somebody may be writing it: then only the ordinary way is right. Without
    // one, in a folder where none can be made, the file stands still.
    const QFileInfo log(path + QStringLiteral("-wal"));
    const bool still = !writable(folder) && (!log.exists() || log.size() == 0);
    return connection.open(path, still ? Access::Immutable : Access::ReadOnly);
}

Result<void> configure(SqliteConnection &connection, const StoreOptions &options)
{
    if (auto set = connection.execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
                                      "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;"
                                      "PRAGMA secure_delete = FAST;"
                                      "PRAGMA journal_size_limit = 67108864;");
        !set) {
        return set;
    }
    if (auto rested = connection.rest(); !rested)
        return rested;
    // Debian 12's SQLite 3.40 can damage a log that one connection copies back while another writes it anew.
    const bool engine = options.role == StoreOptions::Role::Engine;
    return connection.execute(engine ? "PRAGMA wal_autocheckpoint = 16000" : "PRAGMA wal_autocheckpoint = 0");
}

Result<void> makeLogged(SqliteConnection &connection)
{
    auto statement = connection.prepare("PRAGMA journal_mode = WAL");
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    if (!*row || statement->text(0) != "wal")
        return Error{tr("“%1”: no write-ahead log can be kept on this file system").arg(connection.path())};
    return {};
}

Result<void> bringUp(SqliteConnection &connection, const StoreOptions &options, const QString &readOnlyReason)
{
    const auto identity = identify(connection);
    if (!identity) {
        connection.leaveLogAlone();
        return identity.error();
    }
    const QString &path = connection.path();
    if (identity->empty && options.mode != Mode::Create)
        return Error{tr("“%1” is an empty SQLite database, not Bartizan's").arg(path)};
    const int latest = latestSchemaVersion();
    if (!readOnlyReason.isEmpty()) {
        if (identity->version < latest) {
            return Error{tr("“%1” has the older schema version %2 and must be migrated to %3 first, but cannot be "
                            "written. %4")
                             .arg(path)
                             .arg(identity->version)
                             .arg(latest)
                             .arg(readOnlyReason)};
        }
        return checkSchema(connection);
    }
    if (auto logged = makeLogged(connection); !logged)
        return logged;
    if (identity->version < latest) {
        if (auto migrated = migrate(connection, latest, options.demo); !migrated)
            return migrated;
    }
    return checkSchema(connection);
}

} // namespace

Result<std::unique_ptr<Store>> openStore(const QString &path, const StoreOptions &options)
{
    if (!ConnectionProfile::isUrl(path))
        return SqliteStore::open(path, options);
    const auto profile = ConnectionProfile::fromUrl(path);
    if (!profile)
        return profile.error();
    return PostgresStore::open(*profile, {}, options);
}

Result<std::unique_ptr<Store>> openStore(const ConnectionProfile &profile, const QString &password,
                                         const StoreOptions &options)
{
    return PostgresStore::open(profile, password, options);
}

Result<std::unique_ptr<Store>> SqliteStore::open(const QString &path, const StoreOptions &options)
{
    const QFileInfo file(path);
    const QString absolute = file.absoluteFilePath();
    if (path.isEmpty())
        return Error{tr("No database is named")};
    if (auto fits = checkPlace(file, options.mode); !fits)
        return fits.error();
    if (!file.exists()) {
        if (auto made = makeFile(absolute); !made)
            return made.error();
    }
    if (auto readable = checkReadable(absolute); !readable)
        return readable.error();

    std::unique_ptr<SqliteStore> store(new SqliteStore);
    SqliteConnection &connection = store->m_connection;
    if (auto opened = connect(connection, absolute, options.mode, store->m_readOnlyReason); !opened)
        return opened.error();
    if (auto fits = checkHead(connection, options.mode); !fits)
        return fits.error();
    if (auto configured = configure(connection, options); !configured)
        return configured.error();
    if (auto up = bringUp(connection, options, store->m_readOnlyReason); !up)
        return up.error();

    const auto demo = connection.integer("SELECT value = '1' FROM meta WHERE key = 'demo'");
    if (!demo)
        return demo.error();
    store->m_demo = *demo != 0;
    const auto version = connection.integer("PRAGMA data_version");
    if (!version)
        return version.error();
    store->m_dataVersion = *version;
    store->m_file = store->fileAtPath();
    return std::unique_ptr<Store>(std::move(store));
}

} // namespace bartizan
