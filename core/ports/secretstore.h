// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QString>

#include <functional>
#include <optional>

class QObject;

namespace bartizan {

/// Where passwords are kept for a person. Nothing waits: every answer comes later, within a bounded time, and not at all
/// once `context` is gone. An error says in words for people why the store cannot be used, and what stands in for it.
/// Thread: the application's; `context` belongs to it.
class SecretStore {
public:
    using Read = std::function<void(const Result<std::optional<QString>> &)>;
    using Done = std::function<void(const Result<void> &)>;

    virtual ~SecretStore() = default;

    /// The secret kept under `key`; nullopt: there is none.
    virtual void read(const QString &key, QObject *context, Read reply) = 0;
    /// Keeps a secret, in place of the one that was there.
    virtual void write(const QString &key, const QString &secret, QObject *context, Done reply) = 0;
    /// Forgets a secret; that there was none is no failure.
    virtual void remove(const QString &key, QObject *context, Done reply) = 0;
};

} // namespace bartizan
