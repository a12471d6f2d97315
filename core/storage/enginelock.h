// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/timestamp.h"

#include <QString>

namespace bartizan {

/// The right to run the monitoring engine on one database file: an flock on "<file>.engine". The kernel releases it
/// when its process ends, however it ends. Movable; releases when destroyed. Thread: any, one at a time.
class EngineLock {
public:
    /// Tries to take the lock of the existing database at `path`, without waiting. When another holder has it, that is
    /// no failure: held() is false and holder() says who. Fails when the lock file cannot be opened or written.
    static Result<EngineLock> take(const QString &path, const QString &program, TimestampMs now);

    EngineLock() = default;
    EngineLock(EngineLock &&other) noexcept;
    EngineLock &operator=(EngineLock &&other) noexcept;
    EngineLock(const EngineLock &) = delete;
    EngineLock &operator=(const EngineLock &) = delete;
    ~EngineLock();

    /// Whether this object holds the lock.
    bool held() const noexcept { return m_fd >= 0; }
    /// Who holds it, for people: "bartizanctl (process 4711 on web1, since 2026-11-20 14:27:12 UTC)".
    /// Empty when nothing is known.
    const QString &holder() const noexcept { return m_holder; }
    /// Gives it up.
    void release() noexcept;

private:
    int m_fd = -1;
    QString m_holder;
};

} // namespace bartizan
