// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliteschema.h"

#include "core/domain/timestamp.h"
#include "core/storage/sqliteconnection.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>

#include <array>
#include <mutex>
#include <vector>

/// The resource stands in a static library, which a linker would take without it. Outside of any namespace, as Qt asks.
static void initMigrations()
{
    static std::once_flag once;
    std::call_once(once, [] { Q_INIT_RESOURCE(migrations); });
}

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::SqliteStore", text);
}

/// Paths of the migrations; the one of version N stands at N - 1.
QStringList migrations()
{
    initMigrations();
    QStringList paths;
    const QDir folder(QStringLiteral(":/migrations"));
    const QStringList names = folder.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
    for (const QString &name : names)
        paths.append(folder.filePath(name));
    return paths;
}

Result<void> markDatabase(SqliteConnection &connection, bool demo)
{
    auto insert = connection.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
    if (!insert)
        return insert.error();
    const std::string created = formatIso(QDateTime::currentMSecsSinceEpoch());
    const std::array<std::pair<std::string_view, std::string_view>, 3> entries{
        {{"created", created}, {"created_by", "bartizan " BARTIZAN_VERSION}, {"demo", demo ? "1" : "0"}}};
    for (const auto &[key, value] : entries) {
        insert->bind(1, key);
        insert->bind(2, value);
        if (auto done = insert->run(); !done)
            return done;
    }
    return {};
}

Result<void> migrateOnce(SqliteConnection &connection, const QStringList &paths, int target, bool demo, bool &done)
{
    auto transaction = SqliteTransaction::begin(connection);
    if (!transaction)
        return transaction.error();
    // Read under the lock: another process may have been faster.
    const auto version = connection.integer("PRAGMA user_version");
    if (!version)
        return version.error();
    done = *version >= target;
    if (done)
        return {};
    const QString &path = paths.at(static_cast<qsizetype>(*version));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{tr("Cannot read the migration %1").arg(path)};
    QByteArray sql = file.readAll();
    sql += "\nPRAGMA user_version = " + QByteArray::number(static_cast<qlonglong>(*version + 1)) + ";";
    if (*version == 0)
        sql += "\nPRAGMA application_id = " + QByteArray::number(static_cast<qlonglong>(kSqliteApplicationId)) + ";";
    if (auto ran = connection.execute(sql.constData()); !ran) {
        return Error{tr("Migrating to schema version %1 failed, the database stays at version %2. %3")
                         .arg(*version + 1)
                         .arg(*version)
                         .arg(ran.error().message)};
    }
    if (*version == 0) {
        if (auto marked = markDatabase(connection, demo); !marked)
            return marked;
    }
    return transaction->commit();
}

} // namespace

int latestSchemaVersion()
{
    return static_cast<int>(migrations().size());
}

Result<SqliteIdentity> identify(SqliteConnection &connection)
{
    const auto application = connection.integer("PRAGMA application_id");
    if (!application)
        return application.error();
    const auto version = connection.integer("PRAGMA user_version");
    if (!version)
        return version.error();
    const auto objects = connection.integer("SELECT count(*) FROM sqlite_schema");
    if (!objects)
        return objects.error();
    if (*application == 0 && *version == 0 && *objects == 0)
        return SqliteIdentity{true, 0};
    if (*application != kSqliteApplicationId || *version < 1) {
        return Error{tr("“%1” is an SQLite database of another program, not Bartizan's. Nothing was changed")
                         .arg(connection.path())};
    }
    if (*version > latestSchemaVersion()) {
        return Error{tr("“%1” was written by a newer Bartizan: its schema has version %2, this program knows %3. "
                        "Nothing was changed")
                         .arg(connection.path())
                         .arg(*version)
                         .arg(latestSchemaVersion())};
    }
    return SqliteIdentity{false, *version};
}

Result<void> migrate(SqliteConnection &connection, int target, bool demo)
{
    const QStringList paths = migrations();
    for (bool done = false; !done;) {
        if (auto step = migrateOnce(connection, paths, target, demo, done); !step)
            return step;
    }
    return {};
}

Result<void> checkSchema(SqliteConnection &connection)
{
    static constexpr std::array queries{
        "SELECT max(id) FROM audit",
        "SELECT min(timestamp) FROM audit",
        "SELECT max(timestamp) FROM audit",
        "SELECT max(seq) FROM alert",
        "SELECT max(change) FROM alert",
        "SELECT repeats FROM alert WHERE rule <> '' LIMIT 1",
        "SELECT max(change) FROM alert_tombstone",
        "SELECT version FROM alert LIMIT 1",
        "SELECT max(id) FROM alert_history",
        "SELECT was_version FROM alert_history LIMIT 1",
        "SELECT max(id) FROM triage_step WHERE undoes > 0",
        "SELECT max(id) FROM quarantine",
        "SELECT value FROM change_counter WHERE only = 1",
        "SELECT clock FROM engine_state WHERE only = 1",
        "SELECT known_row_id FROM engine_checkpoint WHERE only = 1",
        "SELECT max(version) FROM settings",
        "SELECT 1 FROM company LIMIT 1",
        "SELECT 1 FROM user_email LIMIT 1",
        "SELECT 1 FROM security_audit_log LIMIT 1",
        "SELECT last_row_id FROM rollup_state WHERE only = 1",
        "SELECT max(id) FROM rollup_block",
        "SELECT max(id) FROM rollup_cell",
        "SELECT max(cell) FROM rollup_due WHERE level = 0",
        "SELECT max(number) FROM rollup_name WHERE kind = 0",
        "SELECT sum(count) FROM alert_count WHERE standing < 2",
        "SELECT muted FROM alert WHERE mute IS NOT NULL LIMIT 1",
        "SELECT max(ends_at) FROM mute",
    };
    for (const char *sql : queries) {
        if (auto read = connection.integer(sql); !read)
            return read.error();
    }
    return {};
}

} // namespace bartizan
