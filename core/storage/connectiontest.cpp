// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/connectiontest.h"

#include "core/storage/postgresanswer.h"
#include "core/storage/postgresmessages.h"
#include "core/storage/postgresschema.h"

#include <QCoreApplication>
#include <QStringList>

#include <libpq-fe.h>

#include <memory>

namespace bartizan {
namespace {

using State = ConnectionCheck::State;
using Handle = std::unique_ptr<PGconn, decltype(&PQfinish)>;

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::ConnectionTest", text);
}

Handle connectTo(const ConnectionProfile &profile, const QString &password)
{
    return Handle(PQconnectdb(connectionString(profile, password).toUtf8().constData()), &PQfinish);
}

QString messageOf(const Handle &handle)
{
    return inSentences(PQerrorMessage(handle.get()));
}

/// Whether the server went as far as to ask who is there: then the network and TLS are well.
bool askedWho(const Handle &handle)
{
    return PQstatus(handle.get()) == CONNECTION_OK || PQconnectionNeedsPassword(handle.get()) == 1
        || PQconnectionUsedPassword(handle.get()) == 1;
}

ConnectionProfile with(ConnectionProfile profile, TlsMode mode)
{
    profile.tls = mode;
    // With certificates at hand libpq would check the server's all the same.
    if (mode == TlsMode::Require)
        profile.rootCertificate = QStringLiteral("/nonexistent/root.crt");
    return profile;
}

/// How to see how far one gets under another protection, and no further: whoever has not proved his name is told no
/// password, whichever the profile, the environment or the password file has.
QByteArray probe(const ConnectionProfile &profile, TlsMode mode)
{
    const QString bare = connectionString(with(profile, mode), {}) + QStringLiteral(" password='' passfile='/nonexistent'");
    return bare.toUtf8();
}

Handle probing(const ConnectionProfile &profile, TlsMode mode)
{
    return Handle(PQconnectdb(probe(profile, mode).constData()), &PQfinish);
}

ConnectionCheck checkHost(const ConnectionProfile &profile)
{
    // In the clear, since it is only asked whether anybody answers.
    const QByteArray address = probe(profile, TlsMode::Disable);
    const QString where = placeOf(profile);
    switch (PQping(address.constData())) {
    case PQPING_OK: return {State::Good, tr("A server answers on %1.").arg(where)};
    case PQPING_REJECT: return {State::Bad, tr("The server on %1 is starting or stopping and lets nobody in.").arg(where)};
    case PQPING_NO_ATTEMPT: return {State::Bad, tr("The parameters of the connection cannot be used.")};
    default: return {State::Bad, tr("No server answers on %1: %2").arg(where, messageOf(connectTo(profile, {})))};
    }
}

/// Of a connection that is open, as it is; of another, as the profile has it.
ConnectionCheck protectionOf(const ConnectionProfile &profile, const Handle &handle)
{
    const bool open = PQstatus(handle.get()) == CONNECTION_OK;
    const QString host = open ? QString::fromUtf8(PQhost(handle.get())) : QString();
    const bool socket = host.startsWith(QLatin1Char('/')) || host.startsWith(QLatin1Char('@'));
    if (open ? socket : !profile.overTcp())
        return {State::Good, tr("A socket of this machine needs no TLS.")};
    switch (open && PQsslInUse(handle.get()) == 0 ? TlsMode::Disable : profile.tls) {
    case TlsMode::VerifyFull: return {State::Good, tr("Encrypted, and the server has proved its name.")};
    case TlsMode::VerifyCa: return {State::Weak, tr("Encrypted, but it is not checked which server it is.")};
    case TlsMode::Require: return {State::Weak, tr("Encrypted, but whoever answers is believed.")};
    case TlsMode::Disable: return {State::Weak, tr("Not encrypted: whoever is on the way can read and change all of it.")};
    }
    return {};
}

/// Why a connection that was refused was: TLS, or who asked.
void explain(const ConnectionProfile &profile, const Handle &refused, ConnectionReport &report)
{
    const bool protectedByTls = profile.overTcp() && profile.tls != TlsMode::Disable;
    if (!askedWho(refused) && protectedByTls) {
        const Handle trusting = probing(profile, TlsMode::Require);
        if (askedWho(trusting)) {
            report.tls = {State::Bad, tr("The server's certificate does not prove what it should: %1").arg(messageOf(refused))};
            return;
        }
        if (askedWho(probing(profile, TlsMode::Disable))) {
            report.tls = {State::Bad, tr("The server does not speak TLS: %1").arg(messageOf(refused))};
            report.withoutTls = true;
            return;
        }
    }
    report.tls = protectionOf(profile, refused);
    report.wantsPassword = PQconnectionNeedsPassword(refused.get()) == 1;
    if (report.wantsPassword)
        report.password = {State::Bad, tr("The server asks for a password, and none was given or found.")};
    else
        report.password = {State::Bad, tr("The server did not let “%1” in: %2")
                                           .arg(QString::fromUtf8(PQuser(refused.get())), messageOf(refused))};
}

/// A name as it is written in SQL.
QString quotedName(QString name)
{
    return QLatin1Char('"') + name.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

/// One row of values by an open connection; empty where it fails.
QStringList ask(const Handle &handle, const char *sql)
{
    const PostgresAnswer result = answerInTime(handle.get(), sql);
    QStringList values;
    for (int column = 0; PQntuples(result.get()) > 0 && column < PQnfields(result.get()); ++column)
        values << QString::fromUtf8(PQgetvalue(result.get(), 0, column));
    return values;
}

/// Whether there is a schema to be looked into; where not, that is told.
bool findSchema(const Handle &handle, ConnectionReport &report)
{
    // Of a schema that the user may not use, no table can be asked for.
    const QStringList found = ask(handle, "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('bartizan')), "
                                          "coalesce(has_schema_privilege(to_regnamespace('bartizan')::oid, 'USAGE'), true), "
                                          "EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('bartizan') "
                                          "AND relname = 'meta'), has_database_privilege(current_database(), 'CREATE')");
    const auto is = [&found](int column) { return found.value(column) == QLatin1String("t"); };
    if (found.isEmpty())
        report.schema = {State::Bad, tr("The server has let this user in, and answers no question.")};
    else if (!is(0) && is(1))
        report.schema = {State::Bad, (report.mayMakeSchema = is(3))
                             ? tr("The database has no schema of Bartizan's yet; it can be made.")
                             : tr("The database has no schema of Bartizan's, and this user may not make it.")};
    else if (!is(1)) {
        report.schema = {State::Bad, tr("The database has a schema “bartizan”, which this user may not look into.")};
        report.privileges = {State::Bad, tr("This user may not use Bartizan's schema. Who owns it gives the right, with one of Bartizan's roles "
                                            "(“bartizanctl init --roles”): GRANT bartizan_analyst TO %1")
                                             .arg(quotedName(QString::fromUtf8(PQuser(handle.get()))))};
    } else if (!is(2))
        report.schema = {State::Bad, tr("The schema “bartizan” is another program's, or damaged.")};
    return report.schema.state == State::NotReached;
}

void checkSchema(const Handle &handle, ConnectionReport &report)
{
    if (!findSchema(handle, report))
        return;
    const QStringList version = ask(handle, "SELECT value, coalesce((SELECT value FROM bartizan.meta WHERE key = 'migrations'), '') "
                                            "FROM bartizan.meta WHERE key = 'schema'");
    if (version.isEmpty()) {
        report.schema = {State::Bad, tr("This user may not read Bartizan's schema.")};
        return;
    }
    const int present = version.first().toInt();
    const int latest = latestPostgresSchema();
    if (present <= latest && version.value(1).toLatin1() != postgresMigrationsDigest(present))
        report.schema = {State::Bad, tr("The schema is that of a Bartizan that was never released; it cannot be used.")};
    else if (present == latest)
        report.schema = {State::Good, tr("The schema has version %1, as it should.").arg(present)};
    else if (present > latest)
        report.schema = {State::Bad, tr("The schema has version %1, of a newer Bartizan; this one knows %2.").arg(present).arg(latest)};
    else
        report.schema = {State::Weak, tr("The schema has the older version %1 and is brought to %2 when it is opened.").arg(present).arg(latest)};
}

void checkPrivileges(const Handle &handle, ConnectionReport &report)
{
    const QStringList may = ask(
        handle, ("SELECT has_schema_privilege('bartizan', 'USAGE') AND has_table_privilege('bartizan.log', 'SELECT'), "
                 + std::string(kMayTriage)
                 + ", has_function_privilege('bartizan.save_settings(bigint, bigint, text, text, text, text, json)', 'EXECUTE'), "
                   "has_table_privilege('bartizan.intake', 'INSERT')")
                    .c_str());
    if (may.isEmpty() || may.first() != QLatin1String("t")) {
        report.privileges = {State::Bad, tr("This user may not read Bartizan's data.")};
        return;
    }
    QStringList words{tr("read")};
    const QStringList more{tr("triage alerts"), tr("change settings"), tr("run the engine")};
    for (int i = 0; i < more.size(); ++i) {
        if (may.value(i + 1) == QLatin1String("t"))
            words << more.at(i);
    }
    report.privileges = {words.size() > 1 ? State::Good : State::Weak,
                         tr("This user may: %1.").arg(words.join(QStringLiteral(", ")))};
}

} // namespace

ConnectionReport testConnection(const ConnectionProfile &profile, const QString &password)
{
    ConnectionReport report;
    report.host = checkHost(profile);
    if (report.host.state != State::Good)
        return report;
    const Handle handle = connectTo(profile, password);
    if (PQstatus(handle.get()) != CONNECTION_OK) {
        explain(profile, handle, report);
        return report;
    }
    report.tls = protectionOf(profile, handle);
    report.password = {State::Good, tr("The server let “%1” in.").arg(QString::fromUtf8(PQuser(handle.get())))};
    checkSchema(handle, report);
    if (report.schema.state == State::Good || report.schema.state == State::Weak)
        checkPrivileges(handle, report);
    else if (report.mayMakeSchema)
        report.privileges = {State::Good, tr("This user may make Bartizan's schema.")};
    return report;
}

} // namespace bartizan
