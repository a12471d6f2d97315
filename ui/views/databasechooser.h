// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"

#include <QObject>
#include <QPointer>

class QWidget;

namespace bartizan {

class OpenDatabaseDialog;
class Passwords;
class SecretStore;

/// The way from what a person wants open to a session that opens it: the dialog, and the password that a server asks
/// for. Thread: GUI.
class DatabaseChooser : public QObject {
    Q_OBJECT
public:
    /// `keyring` may be null. The dialogs belong to `window`.
    DatabaseChooser(SecretStore *keyring, QWidget *window);
    ~DatabaseChooser() override;

    /// Opens the dialog, or raises it, with the database at `current` chosen in it.
    OpenDatabaseDialog *choose(const QString &current);
    /// The same with a connection that could not be opened, and why.
    OpenDatabaseDialog *mend(const QString &url, const QString &trouble);
    /// Asks for a database to be opened, once its password is known or is known to be unknown.
    void open(const QString &path, bool create = false);
    void openDemo();

Q_SIGNALS:
    void openRequested(const bartizan::Session::OpenOptions &options);
    /// The keyring is being asked, which may take a person's answer.
    void keyringAsked();
    /// A password was to be kept in the keyring, and was not.
    void passwordNotKept(const QString &reason);

private:
    Passwords *m_passwords;
    QWidget *m_window;
    QPointer<OpenDatabaseDialog> m_dialog;
    quint64 m_opening = 0; ///< A later wish replaces one that waits for the keyring.
};

} // namespace bartizan
