// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QByteArray>
#include <QString>

namespace bartizan {

class PostgresConnection;
struct ConnectionProfile;

/// In SQL: whether the user of the connection may take steps of triage. False, too, in an older schema without them.
inline constexpr const char *kMayTriage
    = "coalesce(has_function_privilege(to_regprocedure('bartizan.triage(text[],text,text,integer,boolean,text,bigint,text)')"
      "::oid, 'EXECUTE'), false)";

/// The version of schema this program works with on PostgreSQL: the number of the newest migration.
int latestPostgresSchema();

/// What tells the first so many migrations from any others: a hash of their files, each whole; one that was
/// released is not touched any more.
QByteArray postgresMigrationsDigest(int version);

/// The version of the schema "bartizan"; 0: there is none. Fails where it is another program's, and where other migrations
/// made it than those that this program has for its version.
Result<int> postgresSchema(PostgresConnection &connection);

/// Brings the schema up to date in one transaction: the migrations of resources/postgresql that are
/// missing, and where roles were made, what each may do in the new schema. Another process may do the
/// same at the same time. A database that is made now is marked as demonstration data when `demo` is set.
Result<void> migratePostgres(PostgresConnection &connection, bool demo);

/// Makes the roles with what each may do, in the schema as it stands, in one transaction; again, it brings them up to
/// date. Whoever connects must own the schema, and be allowed to make roles (CREATEROLE); a superuser is.
Result<void> makePostgresRoles(const ConnectionProfile &profile, const QString &password);

/// Says anew who may do what, after the schema changed: nobody but its owner calls its functions, and where roles were made,
/// those whose role may. To be called in the transaction that changed it.
Result<void> renewPostgresRights(PostgresConnection &connection);

/// The part of the migrations that makes the views of Bartizan's own audit log, and the functions that add rows to it; to be
/// run where those views are not. Functions of these names are replaced.
Result<QByteArray> ownLogSql();

/// From now on the engine drops the months of Bartizan's own audit log that are older than the present one and `months`
/// before it; 0: it keeps all, as it does from the beginning.
Result<void> keepPostgresMonths(const ConnectionProfile &profile, const QString &password, int months);

} // namespace bartizan
