// SPDX-License-Identifier: GPL-3.0-or-later
// What is said about connections to PostgreSQL, and how they are asked for.
#include "core/storage/postgresmessages.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QStringList>

#include <algorithm>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::PostgresConnection", text);
}

QString quoted(const QString &key, QString value)
{
    value.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('\''), QStringLiteral("\\'"));
    return key + QStringLiteral("='") + value + QLatin1Char('\'');
}

/// Where the certificates to be trusted are: what was named, libpq's own place, else the system's.
QString trustedCertificates(const ConnectionProfile &profile)
{
    if (!profile.rootCertificate.isEmpty())
        return profile.rootCertificate;
    const QString own = QDir::homePath() + QStringLiteral("/.postgresql/root.crt");
    if (QFile::exists(own) || profile.tls == TlsMode::Require || profile.tls == TlsMode::Disable)
        return QFile::exists(own) && profile.tls != TlsMode::Require ? own : QString();
    return QStringLiteral("/etc/ssl/certs/ca-certificates.crt");
}

/// The parameters beside host, database, user and password.
QMap<QString, QString> furtherSettings(const ConnectionProfile &profile)
{
    QMap<QString, QString> settings{
        {QStringLiteral("connect_timeout"), QStringLiteral("5")},
        {QStringLiteral("keepalives_idle"), QStringLiteral("3")},
        {QStringLiteral("keepalives_interval"), QStringLiteral("2")},
        {QStringLiteral("keepalives_count"), QStringLiteral("2")},
        {QStringLiteral("tcp_user_timeout"), QStringLiteral("8000")},
        {QStringLiteral("sslmode"), sslModeOf(profile.tls)},
    };
    settings.insert(profile.parameters);
    if (!profile.port.isEmpty())
        settings.insert(QStringLiteral("port"), profile.port);
    if (const QString trusted = trustedCertificates(profile); !trusted.isEmpty())
        settings.insert(QStringLiteral("sslrootcert"), trusted);
    return settings;
}

QString inWords(const QMap<QString, QString> &settings)
{
    QStringList words;
    for (auto it = settings.cbegin(); it != settings.cend(); ++it)
        words << quoted(it.key(), it.value());
    return words.join(QLatin1Char(' '));
}

} // namespace

QString serverMessage(const std::string &sqlState, const QString &said, bool cancelled)
{
    const auto is = [&](std::initializer_list<const char *> states) {
        return std::any_of(states.begin(), states.end(), [&](const char *state) { return sqlState.starts_with(state); });
    };
    if (is({"57014"}))
        return cancelled ? tr("the query was cancelled")
                         : tr("the server ended the query because it took too long (%1); nothing was changed").arg(said);
    if (is({"25006"}))
        return tr("it can only be read (%1): this is a replica, or the server was made read-only").arg(said);
    if (is({"53100"}))
        return tr("the server's disk is full; nothing of this change was stored (%1)").arg(said);
    if (is({"53300"}))
        return tr("the server takes no more connections now (%1)").arg(said);
    if (is({"42501"}))
        return tr("this user may not do that (%1)").arg(said);
    if (is({"55P03", "40P01", "40001"}))
        return tr("somebody else works on the same rows (%1); nothing was changed, it can be tried again").arg(said);
    if (is({"57P0", "25P03", "08"}))
        return tr("the server ended the connection (%1)").arg(said);
    if (is({"3F000", "42P01"})) {
        return tr("parts of Bartizan's schema are missing (%1); “bartizanctl init” makes them, “bartizanctl attach” those "
                  "that belong to an application's table")
            .arg(said);
    }
    if (is({"42883", "42703"})) {
        return tr("what was asked for does not fit the database (%1). It is tried again where another audit log was attached "
                  "a moment ago; where not, “bartizanctl init” brings the schema up to date")
            .arg(said);
    }
    return tr("the server says: %1").arg(said);
}

QString hostInUse(const ConnectionProfile &profile)
{
    if (!profile.host.isEmpty())
        return profile.host;
    const QString service = qEnvironmentVariable("PGSERVICE");
    return service.isEmpty() ? qEnvironmentVariable("PGHOST") : service;
}

QString addressInUse(const ConnectionProfile &profile)
{
    const QString given = profile.parameters.value(kHostAddress);
    return given.isEmpty() ? qEnvironmentVariable("PGHOSTADDR") : given;
}

QString placeOf(const ConnectionProfile &profile)
{
    if (!profile.overTcp())
        return QCoreApplication::translate("bartizan::ConnectionProfile", "this machine");
    const QString host = hostInUse(profile);
    return host.isEmpty() ? addressInUse(profile) : host;
}

QString serverReadOnlyReason(const QString &database, bool replica, bool readOnly)
{
    if (replica)
        return QCoreApplication::translate("bartizan::PostgresStore", "Database %1 is a replica, which can only be read").arg(database);
    if (readOnly)
        return QCoreApplication::translate("bartizan::PostgresStore", "Database %1 was made read-only by the server").arg(database);
    return {};
}

QString inSentences(const char *said)
{
    static const QString ends = QStringLiteral(".?!:;,");
    QString text;
    const QStringList lines = QString::fromUtf8(said).split(QLatin1Char('\n'));
    for (const QString &line : lines) {
        const QString words = line.simplified();
        if (words.isEmpty())
            continue;
        if (!text.isEmpty())
            text += ends.contains(text.back()) ? QStringLiteral(" ") : QStringLiteral(". ");
        text += words;
    }
    return text;
}

QString connectionString(const ConnectionProfile &profile, const QString &password)
{
    QMap<QString, QString> settings = furtherSettings(profile);
    const auto insert = [&](const char *key, const QString &value) {
        if (!value.isEmpty())
            settings.insert(QLatin1String(key), value);
    };
    insert("host", profile.host);
    insert("dbname", profile.database);
    insert("user", profile.user);
    insert("password", password);
    return inWords(settings);
}

} // namespace bartizan
