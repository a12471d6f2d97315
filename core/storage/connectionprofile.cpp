// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/connectionprofile.h"

#include "core/storage/postgresmessages.h"

#include <QCoreApplication>
#include <QUrl>

#include <libpq-fe.h>

#include <array>
#include <memory>
#include <utility>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::ConnectionProfile", text);
}

constexpr std::array<std::pair<TlsMode, const char *>, 4> kModes{{
    {TlsMode::VerifyFull, "verify-full"},
    {TlsMode::VerifyCa, "verify-ca"},
    {TlsMode::Require, "require"},
    {TlsMode::Disable, "disable"},
}};

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

Error unknownMode(const QString &mode)
{
    return Error{tr("sslmode=%1: only verify-full, verify-ca, require and disable are known here; the others would leave "
                    "open whether the connection is encrypted")
                     .arg(mode)};
}

/// Puts one of libpq's parameters where it belongs.
Result<void> take(ConnectionProfile &profile, const QString &key, const QString &value)
{
    if (key == QLatin1String("password"))
        return Error{tr("The database's URL holds a password, which others can read in the list of processes. Leave it "
                        "out; it is taken from the password file (PGPASSFILE), from PGPASSWORD, or asked for")};
    if (key == QLatin1String("sslpassword"))
        return Error{tr("The database's URL holds the password of a key (sslpassword), which others can read in the list of "
                        "processes. Leave it out; a key that nobody else can read needs none")};
    if (key == QLatin1String("service"))
        return Error{tr("service=%1: what a service file says of the server is not seen here. Write host, port, database and user "
                        "into the URL")
                         .arg(value)};
    if (key == QLatin1String("host"))
        profile.host = value;
    else if (key == QLatin1String("port"))
        profile.port = value;
    else if (key == QLatin1String("dbname"))
        profile.database = value;
    else if (key == QLatin1String("user"))
        profile.user = value;
    else if (key == QLatin1String("sslrootcert"))
        profile.rootCertificate = value;
    else if (key == QLatin1String("sslmode")) {
        for (const auto &[mode, name] : kModes) {
            if (value == QLatin1String(name)) {
                profile.tls = mode;
                return {};
            }
        }
        return unknownMode(value);
    } else
        profile.parameters.insert(key, value);
    return {};
}

} // namespace

bool ConnectionProfile::isUrl(const QString &database)
{
    return database.startsWith(QLatin1String("postgresql:"), Qt::CaseInsensitive)
        || database.startsWith(QLatin1String("postgres:"), Qt::CaseInsensitive);
}

Result<ConnectionProfile> ConnectionProfile::fromUrl(const QString &url)
{
    char *reason = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(url.toUtf8().constData(), &reason), &PQconninfoFree);
    const std::unique_ptr<char, decltype(&PQfreemem)> message(reason, &PQfreemem);
    // libpq repeats the URL in what it says, and with it what may be a password.
    if (!options || !isUrl(url))
        return Error{tr("The database's URL cannot be read: it must look like postgresql://user@host:port/name, with "
                        "special characters in %-notation")};
    ConnectionProfile profile;
    for (const PQconninfoOption *option = options.get(); option->keyword; ++option) {
        if (!option->val)
            continue;
        if (auto taken = take(profile, QString::fromUtf8(option->keyword), QString::fromUtf8(option->val)); !taken)
            return taken.error();
    }
    return profile;
}

QString ConnectionProfile::toUrl() const
{
    QString url = QStringLiteral("postgresql://");
    if (!user.isEmpty())
        url += encoded(user) + QLatin1Char('@');
    QStringList query;
    const bool plain = !host.contains(QLatin1Char('/')) && !host.contains(QLatin1Char(',')) && !host.contains(QLatin1Char(':'));
    if (plain) {
        url += encoded(host);
        if (!port.isEmpty())
            url += QLatin1Char(':') + port;
    } else {
        query << QStringLiteral("host=") + encoded(host);
        if (!port.isEmpty())
            query << QStringLiteral("port=") + encoded(port);
    }
    url += QLatin1Char('/') + encoded(database);
    if (tls != TlsMode::VerifyFull)
        query << QStringLiteral("sslmode=") + sslModeOf(tls);
    if (!rootCertificate.isEmpty())
        query << QStringLiteral("sslrootcert=") + encoded(rootCertificate);
    for (auto it = parameters.cbegin(); it != parameters.cend(); ++it)
        query << it.key() + QLatin1Char('=') + encoded(it.value());
    return query.isEmpty() ? url : url + QLatin1Char('?') + query.join(QLatin1Char('&'));
}

QString ConnectionProfile::inWords() const
{
    return tr("%1 on %2").arg(database.isEmpty() ? user : database, placeOf(*this));
}

bool ConnectionProfile::overTcp() const
{
    // An address is what libpq connects to, whatever the host: that is then the name to be proved.
    if (!addressInUse(*this).isEmpty())
        return true;
    const QStringList hosts = hostInUse(*this).split(QLatin1Char(','));
    return std::any_of(hosts.begin(), hosts.end(), [](const QString &one) {
        return !one.isEmpty() && !one.startsWith(QLatin1Char('/')) && !one.startsWith(QLatin1Char('@'));
    });
}

QString sslModeOf(TlsMode mode)
{
    for (const auto &[known, name] : kModes) {
        if (known == mode)
            return QString::fromLatin1(name);
    }
    return {};
}

} // namespace bartizan
