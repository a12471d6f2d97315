// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QMap>
#include <QString>

namespace bartizan {

/// How a connection over TCP is protected; a socket of the same machine needs none of it.
enum class TlsMode {
    VerifyFull, ///< Encrypted, and the server proves its name. The default.
    VerifyCa,   ///< Encrypted, and the server's certificate is known; it may be another server's.
    Require,    ///< Encrypted, but whoever answers is believed.
    Disable,    ///< Neither.
};

/// How to reach Bartizan's database on a PostgreSQL server. It holds no password: that comes from the keychain, from
/// libpq's password file, from PGPASSWORD, or from a person, and is handed over beside it.
struct ConnectionProfile {
    QString name;            ///< What people call it; empty: none was given.
    QString host;            ///< A name or address, several with commas between, or the folder of a socket; empty: the
                             ///< usual socket of this machine.
    QString port;            ///< Empty: 5432; several as the hosts.
    QString database;        ///< Empty: named like the user.
    QString user;            ///< Empty: the user's login name.
    TlsMode tls = TlsMode::VerifyFull;
    QString rootCertificate; ///< File with the certificates to be trusted; empty: ~/.postgresql/root.crt where there is
                             ///< one, else those that the system trusts.
    QMap<QString, QString> parameters; ///< Further parameters of libpq.

    /// Reads "postgresql://user@host:port/name?parameter=value&…". A URL that holds a password is refused, in words that
    /// do not repeat it: command lines and histories are read by others.
    static Result<ConnectionProfile> fromUrl(const QString &url);
    /// Whether a database is named by such a URL, and not by a path.
    static bool isUrl(const QString &database);
    /// The URL again, without `name`.
    QString toUrl() const;
    /// For people: "name on host", without user and parameters.
    QString inWords() const;
    /// Whether any of the hosts is reached over TCP, so that `tls` matters.
    bool overTcp() const;

    bool operator==(const ConnectionProfile &) const = default;
};

/// The value of libpq's parameter "sslmode".
QString sslModeOf(TlsMode mode);

} // namespace bartizan
