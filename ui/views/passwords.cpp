// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/passwords.h"

#include "core/ports/secretstore.h"
#include "ui/views/connectionprofiles.h"

namespace bartizan {

Passwords::Passwords(SecretStore *keyring, QObject *parent) : QObject(parent), m_keyring(keyring) {}

std::optional<QString> Passwords::known(const ConnectionProfile &profile) const
{
    const auto found = m_used.constFind(connectionprofiles::secretKey(profile));
    return found == m_used.constEnd() ? std::nullopt : std::optional(*found);
}

void Passwords::ask(const ConnectionProfile &profile, QObject *context, const Reply &reply)
{
    Answer answer;
    answer.password = known(profile).value_or(QString());
    if (m_keyring == nullptr) {
        answer.note = tr("No keyring is used: the password is asked for each time, or comes from the password file "
                         "(PGPASSFILE).");
        QMetaObject::invokeMethod(context, [reply, answer] { reply(answer); }, Qt::QueuedConnection);
        return;
    }
    m_keyring->read(connectionprofiles::secretKey(profile), context,
                    [answer, reply](const Result<std::optional<QString>> &found) mutable {
        answer.keyringUsable = found.ok();
        if (!found) {
            answer.note = found.error().message;
        } else if (*found) {
            answer.kept = true;
            answer.note = tr("The keyring holds this password.");
            if (answer.password.isEmpty())
                answer.password = **found;
        } else {
            answer.note = tr("The keyring holds no password for this connection. An empty one is looked for in the "
                             "password file (PGPASSFILE).");
        }
        reply(answer);
    });
}

void Passwords::use(const ConnectionProfile &profile, const QString &password, bool keep)
{
    const QString key = connectionprofiles::secretKey(profile);
    m_used.insert(key, password);
    if (m_keyring == nullptr)
        return;
    if (keep && !password.isEmpty()) {
        m_keyring->write(key, password, this, [this](const Result<void> &written) {
            if (!written)
                Q_EMIT notKept(written.error().message);
        });
    } else {
        m_keyring->remove(key, this, [](const Result<void> &) {}); // Without a keyring there is nothing in it.
    }
}

void Passwords::forget(const ConnectionProfile &profile)
{
    const QString key = connectionprofiles::secretKey(profile);
    m_used.remove(key);
    if (m_keyring != nullptr)
        m_keyring->remove(key, this, [](const Result<void> &) {});
}

} // namespace bartizan
