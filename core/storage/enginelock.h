// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/timestamp.h"
#include "core/storage/connectionprofile.h"
#include "core/storage/openingstop.h"

#include <QString>

#include <memory>
#include <optional>

namespace bartizan {

class PostgresElection;

/// The right to run the monitoring engine on one database. Of a file: a lock of the whole of "<file>.engine", of the
/// kind that belongs to the open file (F_OFD_SETLK). The kernel releases it when its process ends, however it ends. On a
/// PostgreSQL server: an election (see PostgresElection), which may be lost while it is held. Movable; releases when
/// destroyed. Thread: any, one at a time.
class EngineLock {
public:
    /// Tries to take the lock of the existing database at `path`, without waiting. When another holder has it, that is
    /// no failure: held() is false and holder() says who. Fails when the lock file cannot be opened or written.
    /// `path` may be the URL of a database on a server. `stop` ends the waiting for the server, and may be null.
    static Result<EngineLock> take(const QString &path, const QString &program, TimestampMs now);
    static Result<EngineLock> take(const ConnectionProfile &profile, const QString &password, const QString &program,
                                   TimestampMs now, std::shared_ptr<OpeningStop> stop = {});

    /// Who holds the lock of the existing database at `path`, for people, as holder() says it; nullopt when nobody does.
    /// Only looks: nobody is kept from taking the lock meanwhile. Fails when the lock file cannot be looked at.
    static Result<std::optional<QString>> holderOf(const QString &path);

    EngineLock();
    EngineLock(EngineLock &&other) noexcept;
    EngineLock &operator=(EngineLock &&other) noexcept;
    EngineLock(const EngineLock &) = delete;
    EngineLock &operator=(const EngineLock &) = delete;
    ~EngineLock();

    /// Whether this object holds the lock.
    bool held() const noexcept;
    /// What the transactions of the engine that holds it are told by (StoreOptions::epoch); 0 for a file.
    std::int64_t epoch() const noexcept;
    /// Who holds it, for people: "bartizanctl (process 4711 on web1, since 2026-11-20 14:27:12 UTC)".
    /// Empty when nothing is known.
    const QString &holder() const noexcept { return m_holder; }
    /// Gives it up.
    void release() noexcept;

private:
    int m_fd = -1;
    std::unique_ptr<PostgresElection> m_election;
    QString m_holder;
};

} // namespace bartizan
