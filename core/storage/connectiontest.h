// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/connectionprofile.h"

#include <QString>

namespace bartizan {

/// One thing that was looked at, with what was found in a sentence for people.
struct ConnectionCheck {
    enum class State {
        NotReached, ///< Something before it failed.
        Good,
        Weak, ///< It works, but is worth a thought.
        Bad,
    };
    State state = State::NotReached;
    QString text;

    bool operator==(const ConnectionCheck &) const = default;
};

/// What stands between a profile and working with it, each on its own.
struct ConnectionReport {
    ConnectionCheck host;       ///< Whether a server answers there.
    ConnectionCheck tls;        ///< Whether the connection is protected as the profile asks.
    ConnectionCheck password;   ///< Whether the server lets this user into that database.
    ConnectionCheck privileges; ///< What this user may do.
    ConnectionCheck schema;     ///< Whether the database is Bartizan's, of a version this program works with.
    bool mayMakeSchema = false; ///< There is no schema, and this user may make it (openStore() with Mode::Create).
    bool withoutTls = false;    ///< The server speaks no TLS, and the profile asks for it.
    bool wantsPassword = false; ///< The server asks for a password, and none was given or found.

    /// Whether openStore() would open it.
    bool usable() const
    {
        return password.state == ConnectionCheck::State::Good && schema.state == ConnectionCheck::State::Good;
    }
};

/// Tries a profile. An empty password leaves it to libpq to find one. Takes up to some seconds for each question that nobody
/// answers: not for the GUI thread. Thread: any.
ConnectionReport testConnection(const ConnectionProfile &profile, const QString &password);

} // namespace bartizan
