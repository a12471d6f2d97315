// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/databasechooser.h"

#include "core/engine/databaseaddress.h"
#include "ui/views/opendatabasedialog.h"
#include "ui/views/passwords.h"

namespace bartizan {

DatabaseChooser::DatabaseChooser(SecretStore *keyring, QWidget *window)
    : QObject(window), m_passwords(new Passwords(keyring, this)), m_window(window)
{
    connect(m_passwords, &Passwords::notKept, this, &DatabaseChooser::passwordNotKept);
}

DatabaseChooser::~DatabaseChooser()
{
    delete m_dialog; // It asks for passwords.
}

OpenDatabaseDialog *DatabaseChooser::choose(const QString &current)
{
    if (!m_dialog) {
        m_dialog = new OpenDatabaseDialog(current, m_passwords, m_window);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_dialog, &OpenDatabaseDialog::fileChosen, this, [this](const QString &path) { open(path); });
        connect(m_dialog, &OpenDatabaseDialog::serverChosen, this, &DatabaseChooser::open);
    }
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
    return m_dialog;
}

OpenDatabaseDialog *DatabaseChooser::mend(const QString &url, const QString &trouble)
{
    OpenDatabaseDialog *dialog = choose(url);
    dialog->showServer(url, trouble);
    return dialog;
}

void DatabaseChooser::open(const QString &path, bool create)
{
    const quint64 opening = ++m_opening;
    const auto request = [this, path, create](const QString &password) {
        Q_EMIT openRequested({.path = path, .password = password, .create = create});
    };
    if (!ConnectionProfile::isUrl(path))
        return request({});
    const auto profile = ConnectionProfile::fromUrl(path);
    if (!profile || m_passwords->known(*profile)) // A URL that cannot be used says so when it is opened.
        return request(profile ? *m_passwords->known(*profile) : QString());
    Q_EMIT keyringAsked();
    m_passwords->ask(*profile, this, [this, opening, request](const Passwords::Answer &answer) {
        if (opening == m_opening)
            request(answer.password);
    });
}

void DatabaseChooser::openDemo()
{
    ++m_opening;
    Q_EMIT openRequested({.path = {}, .demo = true});
}

} // namespace bartizan
