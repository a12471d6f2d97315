// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgresschema.h"

#include "core/storage/postgresconnection.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QUuid>

#include <tuple>

static void initPostgresResources()
{
    Q_INIT_RESOURCE(postgresql);
}

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::PostgresStore", text);
}

QStringList migrations()
{
    initPostgresResources();
    QStringList paths;
    const QDir folder(QStringLiteral(":/postgresql"));
    for (const QString &name : folder.entryList({QStringLiteral("0*.sql")}, QDir::Files, QDir::Name))
        paths.push_back(folder.filePath(name));
    return paths;
}

/// The digests of postgresMigrationsDigest(), the first of no migration.
QList<QByteArray> digests()
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    QList<QByteArray> digests{QByteArray()};
    for (const QString &path : migrations()) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s cannot be read", qPrintable(path)); // It is a part of the program.
        hash.addData(file.readAll());
        hash.addData(QByteArrayView("\0", 1));
        digests << hash.result().toHex();
    }
    return digests;
}

/// One migration at a time in the whole database, and none while another process looks which ones are missing.
constexpr const char *kOneAtATime = "SELECT pg_advisory_xact_lock(1112689230, 0)";

Result<void> runMigration(PostgresConnection &connection, const QString &path, int version, bool demo)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{tr("Cannot read the migration %1").arg(path)};
    if (version == 1) {
        if (auto made = connection.execute("CREATE SCHEMA IF NOT EXISTS bartizan"); !made)
            return made;
    }
    if (auto ran = connection.execute(file.readAll().toStdString()); !ran) {
        return Error{tr("Migrating to schema version %1 failed, the database stays as it was. %2")
                         .arg(version)
                         .arg(ran.error().message)};
    }
    if (version == 1) {
        PostgresParameters values;
        values.add(QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString()).add(demo ? "1" : "0");
        if (auto marked = connection.query("INSERT INTO bartizan.meta VALUES ('id', $1), ('demo', $2)", values); !marked)
            return marked.error();
    }
    const auto noted = connection.query("INSERT INTO bartizan.meta VALUES ('schema', $1), ('migrations', $2) "
                                        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                                        PostgresParameters()
                                            .add(std::to_string(version))
                                            .add(postgresMigrationsDigest(version).toStdString()));
    return noted ? Result<void>() : Result<void>(noted.error());
}

Result<void> runResource(PostgresConnection &connection, const QString &path)
{
    initPostgresResources();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{tr("Cannot read %1").arg(path)};
    return connection.execute(file.readAll().toStdString());
}

Result<void> runRoles(PostgresConnection &connection)
{
    return runResource(connection, QStringLiteral(":/postgresql/roles.sql"));
}

} // namespace

int latestPostgresSchema()
{
    return static_cast<int>(migrations().size());
}

QByteArray postgresMigrationsDigest(int version)
{
    static const QList<QByteArray> known = digests();
    return known.value(version);
}

Result<int> postgresSchema(PostgresConnection &connection)
{
    const auto found = connection.query("SELECT to_regclass('bartizan.meta') IS NOT NULL, "
                                        "EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('bartizan'))");
    if (!found)
        return found.error();
    const bool meta = found->front().boolean(0);
    if (!meta && found->front().boolean(1)) {
        return connection.error(tr("there is a schema “bartizan” that is another program's, or damaged. Nothing was "
                                   "changed"));
    }
    if (!meta)
        return 0;
    const auto version = connection.integer("SELECT value FROM bartizan.meta WHERE key = 'schema'");
    if (!version)
        return version.error();
    const auto digest = connection.query("SELECT coalesce((SELECT value FROM bartizan.meta WHERE key = 'migrations'), '')");
    if (!digest)
        return digest.error();
    if (*version > latestPostgresSchema()) {
        return connection.error(tr("it was made by a newer Bartizan: its schema has version %1, this program knows %2. "
                                   "Nothing was changed")
                                    .arg(*version)
                                    .arg(latestPostgresSchema()));
    }
    if (digest->front().string(0) != postgresMigrationsDigest(static_cast<int>(*version)).toStdString()) {
        return connection.error(tr("it was made by a Bartizan that was never released, with another schema of version %1 "
                                   "than this program's. Nothing was changed; “bartizanctl init” makes a new one in another "
                                   "database")
                                    .arg(*version));
    }
    return static_cast<int>(*version);
}

Result<void> migratePostgres(PostgresConnection &connection, bool demo)
{
    const QStringList paths = migrations();
    auto transaction = PostgresTransaction::begin(connection);
    if (!transaction)
        return transaction.error();
    if (auto alone = connection.query(kOneAtATime); !alone)
        return alone.error();
    const auto version = postgresSchema(connection);
    if (!version)
        return version.error();
    if (*version >= paths.size())
        return {};
    for (int next = *version; next < paths.size(); ++next) {
        if (auto ran = runMigration(connection, paths.at(next), next + 1, demo); !ran)
            return ran;
    }
    if (auto renewed = renewPostgresRights(connection); !renewed)
        return renewed;
    return transaction->commit();
}

Result<void> renewPostgresRights(PostgresConnection &connection)
{
    if (auto kept = runResource(connection, QStringLiteral(":/postgresql/functions.sql")); !kept)
        return kept;
    const auto made = connection.query("SELECT to_regclass('bartizan.membership') IS NOT NULL");
    if (!made)
        return made.error();
    return made->front().boolean(0) ? runRoles(connection) : Result<void>();
}

Result<void> makePostgresRoles(const ConnectionProfile &profile, const QString &password)
{
    PostgresConnection connection;
    if (auto opened = connection.open(profile, password, QCoreApplication::applicationName()); !opened)
        return opened;
    auto transaction = PostgresTransaction::begin(connection);
    if (!transaction)
        return transaction.error();
    if (auto made = runRoles(connection); !made)
        return made;
    return transaction->commit();
}

Result<QByteArray> ownLogSql()
{
    initPostgresResources();
    QByteArray sql;
    for (const auto &[path, first, behind] :
         {std::tuple(":/postgresql/0001_audit_log.sql", "CREATE VIEW bartizan.log AS", "-- A key as a number"),
          std::tuple(":/postgresql/0003_functions.sql", "CREATE VIEW bartizan.security_audit_log AS", "")}) {
        QFile file(QString::fromLatin1(path));
        if (!file.open(QIODevice::ReadOnly))
            return Error{tr("Cannot read %1").arg(file.fileName())};
        const QByteArray whole = file.readAll();
        const qsizetype begin = whole.indexOf(first);
        const qsizetype end = *behind == '\0' ? whole.size() : whole.indexOf(behind);
        if (begin < 0 || end < begin)
            qFatal("%s does not hold the own log", path); // It is a part of the program, and released migrations stay.
        sql += whole.mid(begin, end - begin);
    }
    return sql.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION");
}

Result<void> keepPostgresMonths(const ConnectionProfile &profile, const QString &password, int months)
{
    PostgresConnection connection;
    if (auto opened = connection.open(profile, password, QCoreApplication::applicationName()); !opened)
        return opened;
    const auto kept = months == 0
        ? connection.query("DELETE FROM bartizan.meta WHERE key = 'keep_months'")
        : connection.query("INSERT INTO bartizan.meta VALUES ('keep_months', $1) "
                           "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                           PostgresParameters().add(std::to_string(months)));
    return kept ? Result<void>() : Result<void>(kept.error());
}

} // namespace bartizan
