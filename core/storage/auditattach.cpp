// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditattach.h"

#include "core/storage/auditcolumns.h"
#include "core/storage/audittrial.h"
#include "core/storage/auditview.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <tuple>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::AuditAttach", text);
}

QString inSnakeCase(const QString &field)
{
    QString snake;
    for (const QChar c : field) {
        if (c.isUpper())
            snake += QLatin1Char('_');
        snake += c.toLower();
    }
    return snake;
}

/// The kind of a column of times; empty: it is none.
QString timeTypeOf(const AuditColumn &column)
{
    const QString fine = column.precision >= 0 && column.precision <= 3 ? QString() : QStringLiteral("_us");
    if (column.type == QLatin1String("bigint"))
        return QStringLiteral("ms");
    if (column.type == QLatin1String("timestamp without time zone"))
        return QStringLiteral("timestamp") + fine;
    if (column.type == QLatin1String("timestamp with time zone"))
        return QStringLiteral("timestamptz") + fine;
    return {};
}

QString keyTypeOf(const QString &type)
{
    static const QStringList numbers{QStringLiteral("bigint"), QStringLiteral("integer"), QStringLiteral("smallint")};
    if (numbers.contains(type) || type == QLatin1String("uuid"))
        return type;
    return type == QLatin1String("text") || type.startsWith(QLatin1String("character varying")) ? QStringLiteral("text")
                                                                                                 : QString();
}

/// Why a table with these columns cannot serve.
QString problemOf(const AuditTable &table, const AuditColumns &columns)
{
    for (const QString &field : {QStringLiteral("id"), QStringLiteral("timestamp"), QStringLiteral("eventType"),
                                 QStringLiteral("action"), QStringLiteral("outcome")}) {
        if (!table.columns.contains(field))
            return tr("it has no column for “%1”").arg(field);
    }
    for (auto it = table.columns.cbegin(); it != table.columns.cend(); ++it) {
        if (!auditColumn(columns, it.value()))
            return tr("it has no column “%1”").arg(it.value());
    }
    if (table.keyType.isEmpty())
        return tr("the type of its key is neither a text, a number nor a UUID");
    const AuditColumn *key = auditColumn(columns, table.columns.value(QStringLiteral("id")));
    if (table.keyType != QLatin1String("text") && table.keyType != QLatin1String("uuid") && !key->generated)
        return tr("no sequence gives its key out, so that no row can be added");
    if (table.timeType.isEmpty())
        return tr("its times are neither of a timestamp type nor milliseconds in a bigint");
    for (const AuditColumn &column : columns) {
        if (column.needed && !table.columns.values().contains(column.name))
            return tr("its column “%1” must be filled, and Bartizan does not know with what").arg(column.name);
    }
    return missingWords(table, columns);
}

AuditTable describe(const QString &relation, const AuditColumns &columns, const QMap<QString, QString> &given)
{
    AuditTable table;
    table.relation = relation;
    for (const QString &field : auditFields()) {
        for (const QString &name : {given.value(field), field, inSnakeCase(field)}) {
            if (!name.isEmpty() && (auditColumn(columns, name) || given.contains(field))) {
                table.columns.insert(field, name);
                break;
            }
        }
    }
    if (const AuditColumn *key = auditColumn(columns, table.columns.value(QStringLiteral("id"))))
        table.keyType = keyTypeOf(key->type);
    if (const AuditColumn *time = auditColumn(columns, table.columns.value(QStringLiteral("timestamp"))))
        table.timeType = timeTypeOf(*time);
    const AuditColumn *cursor = auditColumn(columns, QStringLiteral("tx"));
    table.hasCursor = cursor && cursor->type == QLatin1String("xid8");
    for (const QString &field : {QStringLiteral("eventType"), QStringLiteral("outcome"), QStringLiteral("severity")}) {
        const AuditColumn *column = auditColumn(columns, table.columns.value(field));
        for (const QString &word : column ? column->words : QStringList()) {
            if (!knowsWord(field, word))
                (field == QLatin1String("severity") ? table.unknownSeverities : table.unknownWords) << word;
        }
    }
    table.takesLogins = takesLogins(table, columns);
    table.problem = problemOf(table, columns);
    return table;
}

Result<FollowedLog> followed(PostgresConnection &connection)
{
    const auto made = connection.query("SELECT to_regclass('bartizan.source') IS NOT NULL");
    if (!made)
        return made.error();
    if (!made->front().boolean(0))
        return FollowedLog();
    const auto rows = connection.query("SELECT relation, own, mapping FROM bartizan.source WHERE sole = 1");
    if (!rows)
        return rows.error();
    if (rows->empty())
        return connection.error(tr("it does not say which audit log it follows; it is damaged"));
    FollowedLog log{QString::fromStdString(rows->front().string(0)), rows->front().boolean(1), {}};
    const QJsonObject mapping = QJsonDocument::fromJson(QByteArray::fromStdString(rows->front().string(2))).object();
    for (auto it = mapping.begin(); it != mapping.end(); ++it)
        log.columns.insert(it.key(), it.value().toString());
    return log;
}

/// The same and, where that is asked for and the server lets it be tried, whether it takes the rows that Bartizan writes.
Result<AuditTable> describeAndTry(PostgresConnection &connection, const QString &relation, const QMap<QString, QString> &given,
                                  bool tries = true)
{
    const auto columns = auditColumnsOf(connection, relation);
    if (!columns)
        return columns.error();
    AuditTable table = describe(relation, *columns, given);
    if (!tries)
        return table;
    const auto schema = followed(connection);
    if (!schema)
        return schema.error();
    if (!table.problem.isEmpty() || schema->relation.isEmpty()) // Nothing can be tried without Bartizan's schema.
        return table;
    auto transaction = PostgresTransaction::begin(connection);
    if (!transaction)
        return transaction.error();
    // What stands in the way for now, such as somebody's lock, attachAuditTable() meets again.
    if (const auto tried = tryAuditRows(connection, table, *columns, AuditTrial::Table))
        table.problem = *tried;
    else if (connection.lost())
        return tried.error();
    return table;
}

Result<void> openFor(PostgresConnection &connection, const ConnectionProfile &profile, const QString &password)
{
    return connection.open(profile, password, QCoreApplication::applicationName());
}

Result<void> runAll(PostgresConnection &connection, const QStringList &statements)
{
    for (const QString &statement : statements) {
        if (auto ran = connection.execute(statement.toStdString()); !ran)
            return ran;
    }
    return {};
}

/// The table or view that a person means: with its schema, as it is; without, in the schemas that the login looks through
/// by itself, and in "public".
Result<QString> resolve(PostgresConnection &connection, const QString &relation)
{
    const PostgresParameters asked = PostgresParameters().add(relation.toStdString());
    const auto whole = connection.query("SELECT to_regclass($1)::text, cardinality(parse_ident($1)) = 1", asked);
    if (!whole)
        return whole.error();
    if (!whole->front().isNull(0) && !whole->front().boolean(1))
        return QString::fromStdString(whole->front().string(0));
    auto transaction = PostgresTransaction::begin(connection);
    if (!transaction)
        return transaction.error();
    // Our own search_path is narrow. This one is looked through by no statement but this, and left again at once.
    if (auto wide = connection.execute("SET LOCAL search_path TO DEFAULT"); !wide)
        return wide.error();
    const auto schemas = connection.query("SELECT pg_catalog.current_schemas(false)::pg_catalog.text");
    if (auto narrow = connection.execute("SET LOCAL search_path TO pg_catalog"); !narrow)
        return narrow.error();
    if (!schemas)
        return schemas.error();
    // Those that are meant, and those that may have been: elsewhere, or in another case.
    const auto found = connection.query(
        "SELECT c.oid::regclass::text, c.relname = p.name AND (n.nspname = ANY ($2::text[]) OR n.nspname = 'public') "
        "FROM (SELECT (parse_ident($1))[1] AS name) AS p, pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE cardinality(parse_ident($1)) = 1 AND lower(c.relname) = lower(p.name) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') "
        "AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'bartizan') ORDER BY 2 DESC, 1",
        PostgresParameters().add(relation.toStdString()).raw(schemas->front().string(0)));
    if (!found)
        return found.error();
    QStringList meant;
    QStringList similar;
    for (int i = 0; i < found->size(); ++i)
        ((*found)[i].boolean(1) ? meant : similar) << QString::fromStdString((*found)[i].string(0));
    if (meant.size() == 1)
        return meant.front();
    if (!meant.isEmpty())
        return connection.error(tr("there are several tables %1: %2").arg(relation, meant.join(QStringLiteral(", "))));
    if (!similar.isEmpty())
        return connection.error(tr("there is no table %1; is it %2?").arg(relation, similar.join(QStringLiteral(", "))));
    return connection.error(tr("there is no table %1; a name in mixed case is written in quotes").arg(relation));
}

/// An error unless all rows of a relation come and go by its own name: what is done by way of another is not told here.
Result<void> checkPlain(PostgresConnection &connection, const QString &relation)
{
    const auto plain = connection.query("SELECT relkind = 'r' AND NOT relhassubclass AND NOT EXISTS (SELECT FROM pg_inherits "
                                        "WHERE inhrelid = c.oid) FROM pg_class AS c WHERE oid = $1::regclass",
                                        PostgresParameters().add(relation.toStdString()));
    if (!plain)
        return plain.error();
    if (plain->front().boolean(0))
        return {};
    return connection.error(tr("%1 is not one plain table, and does not tell when rows of it change: neither --append-only nor "
                               "--roll-up can be kept watch over")
                                .arg(relation));
}

/// Triggers by which a table notes that its rows change, in place of those that are there.
Result<void> renewTriggers(PostgresConnection &connection, const QString &relation, const AttachOptions &options)
{
    const auto old = connection.query("SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger "
                                      "WHERE tgfoid IN ('bartizan.note_log_changed()'::regprocedure, "
                                      "'bartizan.note_rows_stale()'::regprocedure)");
    if (!old)
        return old.error();
    QStringList statements;
    for (int i = 0; i < old->size(); ++i)
        statements << QString::fromStdString((*old)[i].string(0));
    if (options.appendOnly || options.rollUp) {
        if (auto plain = checkPlain(connection, relation); !plain)
            return plain;
        const QString changed = options.rollUp ? QStringLiteral("note_rows_stale") : QStringLiteral("note_log_changed");
        const QString come = options.rollUp ? QStringLiteral("NEW TABLE AS come ") : QString();
        const QString gone = QStringLiteral("REFERENCING OLD TABLE AS gone ");
        for (const auto &[name, event, rows, function] :
             {std::tuple("updated", "UPDATE", QString(gone + come), changed), std::tuple("deleted", "DELETE", gone, changed),
              std::tuple("truncated", "TRUNCATE", QString(), QStringLiteral("note_log_changed"))}) {
            statements << QStringLiteral("CREATE TRIGGER bartizan_%1 AFTER %2 ON %3 %4FOR EACH STATEMENT EXECUTE FUNCTION bartizan.%5()")
                              .arg(QLatin1String(name), QLatin1String(event), relation, rows, function);
        }
    }
    return runAll(connection, statements);
}

/// Begins to follow a log. Up to the commit nobody numbers rows or rolls them up: whoever does so learns behind these locks that he
/// knows another log (PostgresStore::commitFenced). Whoever reads the log for long is not waited for meanwhile.
Result<PostgresTransaction> beginAttaching(PostgresConnection &connection)
{
    auto transaction = PostgresTransaction::begin(connection);
    if (!transaction)
        return transaction;
    for (const char *lock : {"SELECT set_config('lock_timeout', '5s', true)",
                             "SELECT FROM bartizan.counter ORDER BY name FOR UPDATE", // As everybody does: "change" before "row".
                             "SELECT FROM bartizan.rollup_state WHERE sole = 1 FOR UPDATE"}) {
        if (auto held = connection.query(lock); !held)
            return held.error();
    }
    return transaction;
}

/// Leaves the log that is followed for another one. What Bartizan wrote into it itself is put by, for its keys mean nothing in the
/// other one; an error where rows of an application's were taken.
Result<void> leaveFollowed(PostgresConnection &connection, const AuditTable &table)
{
    const auto present = connection.query("SELECT relation, EXISTS (SELECT 1 FROM bartizan.intake WHERE origin <> 1) FROM bartizan.source");
    if (!present)
        return present.error();
    const QString followed = QString::fromStdString(present->front().string(0));
    if (followed == table.relation)
        return {};
    if (present->front().boolean(1)) {
        return connection.error(tr("it follows the audit log %1 already, and has taken rows of an application's from it. Another one is "
                                   "only followed from the beginning: “DROP SCHEMA bartizan CASCADE” throws Bartizan's schema away, "
                                   "with all alerts, settings and its own log, then “bartizanctl init” and “bartizanctl attach” make "
                                   "it anew")
                                    .arg(followed));
    }
    const std::string relation = table.relation.toStdString();
    if (auto putBy = connection.query("WITH gone AS (DELETE FROM bartizan.intake RETURNING *) "
                                      "INSERT INTO bartizan.intake_left SELECT $1::text, gone.* FROM gone",
                                      PostgresParameters().add(followed.toStdString()));
        !putBy)
        return putBy.error();
    const auto back = connection.query("WITH back AS (DELETE FROM bartizan.intake_left WHERE relation = $1::text RETURNING *) "
                                       "INSERT INTO bartizan.intake (seq, row_time, row_key, origin, fingerprint, company_id, row_id) "
                                       "SELECT seq, row_time, row_key, origin, fingerprint, company_id, row_id FROM back",
                                       PostgresParameters().add(relation));
    return back ? Result<void>() : Result<void>(back.error());
}

/// Notes which log is followed from now on, once its views are made. What depends on the log begins anew.
Result<void> noteFollowed(PostgresConnection &connection, const AuditTable &table, const AttachOptions &options)
{
    QJsonObject mapping;
    for (auto it = table.columns.cbegin(); it != table.columns.cend(); ++it)
        mapping.insert(it.key(), it.value());
    std::string join = "l.raw_id = i.row_key::" + table.keyType.toStdString();
    if (table.keyType == QLatin1String("uuid")) // What stands for a key that is missing is none.
        join = "l.raw_id = CASE WHEN i.row_key NOT LIKE 'none %' THEN i.row_key::uuid END";
    if (table.own)
        join = "l.raw_time = i.row_time AND l.raw_id = i.row_id";
    else if (table.keyType != QLatin1String("text") && table.keyType != QLatin1String("uuid"))
        join = "l.raw_id = i.row_id";
    PostgresParameters values;
    values.add(table.relation.toStdString()).add(table.own).add(join).add(table.timeType.toStdString()).add(table.hasCursor);
    values.add(QJsonDocument(mapping).toJson(QJsonDocument::Compact).toStdString());
    const auto noted = connection.query("WITH state AS (UPDATE bartizan.intake_state SET from_snapshot = NULL, "
                                        "to_snapshot = NULL, last_time = NULL, scanned_at = NULL, open_since = NULL, open_next = NULL) "
                                        "UPDATE bartizan.source SET relation = $1, own = $2::boolean, row_join = $3, "
                                        "time_type = $4, has_tx = $5::boolean, mapping = $6, generation = generation + 1",
                                        values);
    if (!noted)
        return noted.error();
    if (auto renewed = renewTriggers(connection, table.relation, options); !renewed)
        return renewed;
    const bool rolledUp = table.own || options.appendOnly || options.rollUp;
    if (auto begun = connection.query("SELECT bartizan.restart_rollups($1::bigint)",
                                      PostgresParameters().add(std::int64_t{rolledUp ? 0 : -1}));
        !begun) {
        return begun.error();
    }
    // The views are new ones, and belong to whoever made them.
    return renewPostgresRights(connection);
}

/// Follows Bartizan's own log again.
Result<void> attachOwnLog(PostgresConnection &connection)
{
    const auto present = followed(connection);
    if (!present)
        return present.error();
    if (present->own)
        return {};
    AuditTable own;
    own.relation = kOwnAuditLog;
    own.own = true;
    own.timeType = QStringLiteral("ms");
    own.hasCursor = true;
    const auto views = ownLogSql();
    if (!views)
        return views.error();
    auto transaction = beginAttaching(connection);
    if (!transaction)
        return transaction.error();
    if (auto left = leaveFollowed(connection, own); !left)
        return left;
    if (auto dropped = runAll(connection, dropViewStatements()); !dropped)
        return dropped;
    if (auto made = connection.execute(views->toStdString()); !made)
        return made;
    if (auto noted = noteFollowed(connection, own, {}); !noted)
        return noted;
    return transaction->commit();
}

} // namespace

Result<FollowedLog> followedAuditLog(const ConnectionProfile &profile, const QString &password)
{
    PostgresConnection connection;
    if (auto opened = openFor(connection, profile, password); !opened)
        return opened.error();
    return followed(connection);
}

Result<bool> ownLogHoldsRows(const ConnectionProfile &profile, const QString &password)
{
    PostgresConnection connection;
    if (auto opened = openFor(connection, profile, password); !opened)
        return opened.error();
    const auto rows = connection.query("SELECT EXISTS (SELECT 1 FROM bartizan.audit)");
    return rows ? Result<bool>(rows->front().boolean(0)) : Result<bool>(rows.error());
}

Result<std::vector<AuditTable>> findAuditTables(const ConnectionProfile &profile, const QString &password, bool tries)
{
    PostgresConnection connection;
    if (auto opened = openFor(connection, profile, password); !opened)
        return opened.error();
    const auto found = connection.query(
        "SELECT c.oid::regclass FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%' "
        "AND n.nspname NOT IN ('information_schema', 'bartizan') AND has_table_privilege(c.oid, 'SELECT') "
        "AND (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND NOT a.attisdropped "
        "AND a.attname IN ('timestamp', 'eventType', 'event_type', 'action', 'outcome')) = 4 ORDER BY 1");
    if (!found)
        return found.error();
    std::vector<AuditTable> tables;
    for (int i = 0; i < found->size(); ++i) {
        const QString relation = QString::fromStdString((*found)[i].string(0));
        auto table = describeAndTry(connection, relation, {}, tries);
        if (!table)
            return table.error();
        tables.push_back(std::move(*table));
    }
    return tables;
}

Result<AuditTable> describeAuditTable(const ConnectionProfile &profile, const QString &password, const QString &relation,
                                      const QMap<QString, QString> &columns)
{
    PostgresConnection connection;
    if (auto opened = openFor(connection, profile, password); !opened)
        return opened.error();
    const auto known = resolve(connection, relation);
    if (!known)
        return known.error();
    if (*known == kOwnAuditLog) {
        AuditTable own;
        own.relation = kOwnAuditLog;
        own.own = true;
        return own;
    }
    const auto ours = connection.query("SELECT relnamespace = to_regnamespace('bartizan') FROM pg_class WHERE oid = $1::regclass",
                                       PostgresParameters().add(known->toStdString()));
    if (!ours)
        return ours.error();
    if (ours->front().boolean(0)) {
        return connection.error(tr("%1 is a part of Bartizan's own schema; %2 is followed again by “bartizanctl attach --own”")
                                    .arg(*known, kOwnAuditLog));
    }
    return describeAndTry(connection, *known, columns);
}

Result<void> attachAuditTable(const ConnectionProfile &profile, const QString &password, const AuditTable &table,
                              const AttachOptions &options)
{
    if (!table.problem.isEmpty())
        return Error{tr("%1 cannot serve as the audit log: %2").arg(table.relation, table.problem)};
    if (table.own) {
        PostgresConnection connection;
        const auto opened = openFor(connection, profile, password);
        return opened ? attachOwnLog(connection) : opened;
    }
    if ((options.appendOnly || options.rollUp) && !options.addCursor && !table.hasCursor) {
        return Error{tr("Without a column for the cursor, rows of %1 that come with an older time may be overlooked, and "
                        "nothing that is kept of them is exact: --append-only and --roll-up go with --add-cursor-column")
                         .arg(table.relation)};
    }
    PostgresConnection connection;
    if (auto opened = openFor(connection, profile, password); !opened)
        return opened;
    const auto columns = auditColumnsOf(connection, table.relation);
    if (!columns)
        return columns.error();
    AuditTable target = table;
    auto transaction = beginAttaching(connection);
    if (!transaction)
        return transaction.error();
    if (auto left = leaveFollowed(connection, table); !left)
        return left;
    if (options.addCursor && !table.hasCursor) {
        // A default that is set behind the column leaves the rows that are there as they are, and costs no time.
        if (auto added = runAll(connection, cursorStatements(table.relation)); !added)
            return added;
        target.hasCursor = true;
    }
    if (auto made = runAll(connection, viewStatements(target, *columns) + QStringList{staleFunction(target, *columns)}); !made)
        return made;
    if (auto noted = noteFollowed(connection, target, options); !noted)
        return noted;
    // Once more, by the rights and the way of the rows to come.
    const auto tried = tryAuditRows(connection, target, *columns, AuditTrial::View);
    if (!tried)
        return tried.error();
    if (!tried->isEmpty())
        return Error{tr("%1 cannot serve as the audit log: %2").arg(table.relation, *tried)};
    if (auto done = transaction->commit(); !done)
        return done;
    // Beside whoever writes; it must not be within a transaction.
    return options.addCursor && !table.hasCursor ? connection.execute(cursorIndex(table.relation).toStdString()) : Result<void>();
}

} // namespace bartizan
