// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/secretstore.h"

#include <QHash>
#include <QObject>
#include <QPointer>

namespace bartizan {

/// A keyring in memory, which can be made to fail or to keep silent.
class MemorySecrets final : public SecretStore {
public:
    QHash<QString, QString> secrets;
    QString failure; ///< What every call answers, unless empty.
    bool silent = false;

    void read(const QString &key, QObject *context, Read reply) override
    {
        using Secret = Result<std::optional<QString>>;
        const Secret found = !failure.isEmpty() ? Secret(Error{failure})
            : secrets.contains(key)             ? Secret(secrets.value(key))
                                                : Secret(std::nullopt);
        later(context, [reply, found] { reply(found); });
    }
    void write(const QString &key, const QString &secret, QObject *context, Done reply) override
    {
        if (failure.isEmpty())
            secrets.insert(key, secret);
        answer(context, reply);
    }
    void remove(const QString &key, QObject *context, Done reply) override
    {
        if (failure.isEmpty())
            secrets.remove(key);
        answer(context, reply);
    }

private:
    void answer(QObject *context, const Done &reply)
    {
        const Result<void> done = failure.isEmpty() ? Result<void>() : Result<void>(Error{failure});
        later(context, [reply, done] { reply(done); });
    }
    void later(QObject *context, const std::function<void()> &call) const
    {
        if (!silent)
            QMetaObject::invokeMethod(context, call, Qt::QueuedConnection);
    }
};

} // namespace bartizan
