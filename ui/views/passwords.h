// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/databaseaddress.h"

#include <QHash>
#include <QObject>

#include <functional>
#include <optional>

namespace bartizan {

class SecretStore;

/// The passwords of servers: those of this run in memory, those that a person wants kept in the keyring. Thread: GUI.
class Passwords : public QObject {
    Q_OBJECT
public:
    struct Answer {
        QString password;            ///< Empty: none is known.
        bool kept = false;           ///< It stands in the keyring.
        bool keyringUsable = false;  ///< One could be kept there.
        QString note;                ///< What is to be said of the keyring, for people.
    };
    using Reply = std::function<void(const Answer &)>;

    /// `keyring` may be null: then nothing is kept. It must outlive the object.
    explicit Passwords(SecretStore *keyring, QObject *parent = nullptr);

    /// The password that was used in this run.
    std::optional<QString> known(const ConnectionProfile &profile) const;
    /// Asks the keyring as well; answers later, once.
    void ask(const ConnectionProfile &profile, QObject *context, const Reply &reply);
    /// Uses a password from now on. It is kept in the keyring, or taken out of it where it was.
    void use(const ConnectionProfile &profile, const QString &password, bool keep);
    /// A connection is gone, and so is its password.
    void forget(const ConnectionProfile &profile);

Q_SIGNALS:
    /// The keyring did not take a password; why, for people.
    void notKept(const QString &reason);

private:
    SecretStore *m_keyring;
    QHash<QString, QString> m_used; ///< By connectionprofiles::secretKey().
};

} // namespace bartizan
