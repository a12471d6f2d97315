// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditlogcheck.h"

#include "core/storage/auditattach.h"
#include "core/storage/postgresanswer.h"
#include "core/storage/postgresmessages.h"

#include <QCoreApplication>

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::ConnectionTest", text);
}

/// A word as a shell reads it.
QString shellQuoted(QString word)
{
    return QLatin1Char('\'') + word.replace(QLatin1Char('\''), QLatin1String("'\\''")) + QLatin1Char('\'');
}

/// Which table of an application's could be followed instead of Bartizan's own log, and how; empty: none is found. Nothing is
/// written for it.
QString otherLog(const ConnectionProfile &profile, const QString &password)
{
    const auto tables = findAuditTables(profile, password, false);
    if (!tables || tables->empty())
        return {};
    const auto serves = std::find_if(tables->begin(), tables->end(), [](const AuditTable &table) { return table.problem.isEmpty(); });
    const AuditTable &table = serves == tables->end() ? tables->front() : *serves;
    const QString command = QStringLiteral("bartizanctl --db %1 attach %2").arg(shellQuoted(profile.toUrl()), shellQuoted(table.relation));
    if (table.problem.isEmpty())
        return tr("%1 looks like the audit log of an application; “%2” follows it.").arg(table.relation, command);
    return tr("%1 looks like the audit log of an application, but %2. “%3” follows it where that is mended, or columns are named "
              "with --columns.")
        .arg(table.relation, table.problem, command);
}

/// Of a database without Bartizan's schema, which begins with a log of its own.
ConnectionCheck checkBeforeSetUp(const ConnectionProfile &profile, const QString &password)
{
    const QString other = otherLog(profile, password);
    if (other.isEmpty())
        return {};
    return {ConnectionCheck::State::Weak, tr("Set up, Bartizan waits for rows in a log of its own.") + QLatin1Char(' ') + other};
}

} // namespace

ConnectionCheck checkAuditLog(const ConnectionProfile &profile, const QString &password)
{
    using State = ConnectionCheck::State;
    const std::unique_ptr<PGconn, decltype(&PQfinish)> handle(
        PQconnectdb(connectionString(profile, password).toUtf8().constData()), &PQfinish);
    const PostgresAnswer rows = answerInTime(handle.get(), "SELECT relation, own, has_tx FROM bartizan.source WHERE sole = 1");
    if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK) {
        const char *state = PQresultErrorField(rows.get(), PG_DIAG_SQLSTATE);
        const bool missing = state && QLatin1String(state) == QLatin1String("42P01");
        return missing ? checkBeforeSetUp(profile, password) : ConnectionCheck{};
    }
    if (PQntuples(rows.get()) != 1)
        return {State::Bad, tr("The schema does not say which audit log it follows; it is damaged.")};
    const QString relation = QString::fromUtf8(PQgetvalue(rows.get(), 0, 0));
    const auto is = [&](int column) { return PQgetvalue(rows.get(), 0, column)[0] == 't'; };
    if (is(1)) {
        const QString own = tr("Bartizan's own audit log is followed (%1).").arg(relation);
        // To whom sees all rows: where an application writes into it, all is well.
        const PostgresAnswer unused = answerInTime(handle.get(), "SELECT bartizan.sees_all() AND NOT EXISTS (SELECT FROM bartizan.log "
                                                                 "WHERE event_type <> 10)");
        const bool empty = PQntuples(unused.get()) == 1 && PQgetvalue(unused.get(), 0, 0)[0] == 't';
        const QString other = empty ? otherLog(profile, password) : QString();
        return other.isEmpty() ? ConnectionCheck{State::Good, own}
                               : ConnectionCheck{State::Weak, own + QLatin1Char(' ') + tr("No application has written into it.") + QLatin1Char(' ') + other};
    }
    if (is(2))
        return {State::Good, tr("The application's table %1 is followed.").arg(relation)};
    return {State::Weak, tr("The application's table %1 is followed. It does not tell when a row was committed, so that rows "
                            "of transactions that stay open for long may be overlooked; “bartizanctl attach "
                            "--add-cursor-column” mends it.")
                             .arg(relation)};
}

} // namespace bartizan
