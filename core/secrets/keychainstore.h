// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/secretstore.h"

#include <QThread>

#include <chrono>
#include <memory>

namespace bartizan {

/// The secrets of the desktop's keyring (the Secret Service of GNOME and KDE, or KWallet), by way of QtKeychain. It has a
/// thread of its own, on which QtKeychain stays: its queue belongs to the thread that used it first, so a program has
/// one KeychainStore. A keyring that is missing says so at once; one that is locked and waits for a person, or hangs, is
/// given up on after `patience`, and what it still answers is dropped.
class KeychainStore final : public SecretStore {
public:
    explicit KeychainStore(std::chrono::milliseconds patience = std::chrono::seconds(20));
    ~KeychainStore() override;

    void read(const QString &key, QObject *context, Read reply) override;
    void write(const QString &key, const QString &secret, QObject *context, Done reply) override;
    void remove(const QString &key, QObject *context, Done reply) override;

private:
    class Worker;

    const std::chrono::milliseconds m_patience;
    QThread m_thread;
    std::unique_ptr<Worker> m_worker;
};

} // namespace bartizan
