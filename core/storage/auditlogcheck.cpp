// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditlogcheck.h"

#include "core/storage/postgresanswer.h"
#include "core/storage/postgresmessages.h"

#include <QCoreApplication>

#include <libpq-fe.h>

#include <memory>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::ConnectionTest", text);
}

} // namespace

ConnectionCheck checkAuditLog(const ConnectionProfile &profile, const QString &password)
{
    using State = ConnectionCheck::State;
    const std::unique_ptr<PGconn, decltype(&PQfinish)> handle(
        PQconnectdb(connectionString(profile, password).toUtf8().constData()), &PQfinish);
    const PostgresAnswer rows = answerInTime(handle.get(), "SELECT relation, own, has_tx FROM bartizan.source WHERE sole = 1");
    if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK)
        return {};
    if (PQntuples(rows.get()) != 1)
        return {State::Bad, tr("The schema does not say which audit log it follows; it is damaged.")};
    const QString relation = QString::fromUtf8(PQgetvalue(rows.get(), 0, 0));
    const auto is = [&](int column) { return PQgetvalue(rows.get(), 0, column)[0] == 't'; };
    if (is(1))
        return {State::Good, tr("Bartizan's own audit log is followed (%1).").arg(relation)};
    if (is(2))
        return {State::Good, tr("The application's table %1 is followed.").arg(relation)};
    return {State::Weak, tr("The application's table %1 is followed. It does not tell when a row was committed, so that rows "
                            "of transactions that stay open for long may be overlooked; “bartizanctl attach "
                            "--add-cursor-column” mends it.")
                             .arg(relation)};
}

} // namespace bartizan
