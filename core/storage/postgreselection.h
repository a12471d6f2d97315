// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/timestamp.h"
#include "core/storage/connectionprofile.h"
#include "core/storage/openingstop.h"

#include <QString>

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace bartizan {

class PostgresConnection;

/// The right to run the engine on a PostgreSQL database. An advisory lock on a connection of its own elects the engine:
/// the server gives it back at once when the engine's process ends or its connection does. An engine that is stopped or
/// cut off is told by its heartbeat, which a thread writes every 2 s: once it is 7 s old another engine ends the
/// connections of the old one and takes over. Whatever the old one does meanwhile, the epoch, which each taking over
/// raises and each of the engine's transactions ends by comparing, keeps it from being stored. Of several that take over
/// at once one raises the epoch, for it has to be the one they found; whoever is heard of leads, whosoever the lock is. Where
/// the lock is held for 7 s and no engine is heard of, it is held by something else, and the epoch alone elects.
/// Thread: any, one at a time.
class PostgresElection {
public:
    /// Stands for election once, without waiting for the one that leads; `stop` may be null.
    static Result<std::unique_ptr<PostgresElection>> stand(const ConnectionProfile &profile, const QString &password,
                                                           const QString &program, TimestampMs now,
                                                           std::shared_ptr<OpeningStop> stop);
    /// Who leads, for people; nullopt when nobody does. Only looks.
    static Result<std::optional<QString>> leader(const ConnectionProfile &profile, const QString &password);
    static Result<std::optional<QString>> leader(PostgresConnection &connection);

    ~PostgresElection();
    PostgresElection(const PostgresElection &) = delete;
    PostgresElection &operator=(const PostgresElection &) = delete;

    /// Whether this one was elected and, as far as it knows, still leads.
    bool leads() const noexcept { return m_leads.load(); }
    std::int64_t epoch() const noexcept { return m_epoch; }
    /// Who leads, for people.
    const QString &holder() const noexcept { return m_holder; }

private:
    PostgresElection() = default;

    void run(const ConnectionProfile &profile, const QString &password, const QString &program, TimestampMs now,
             const std::shared_ptr<OpeningStop> &stop, std::promise<Result<bool>> elected);
    struct Standing;
    static Result<Standing> standingOf(PostgresConnection &connection);
    static void endSilent(PostgresConnection &connection, const Standing &silent, bool locked);
    Result<bool> elect(PostgresConnection &connection, const QString &database, const QString &program, TimestampMs now);
    Result<bool> follow(PostgresConnection &connection, const Standing &leader);
    Result<bool> takeOver(PostgresConnection &connection, const QString &program, TimestampMs now, std::int64_t epoch);
    void beat(PostgresConnection &connection);

    std::thread m_thread; ///< Has the connection, and writes the heartbeat.
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stop = false; ///< Guarded by m_mutex.
    std::atomic<bool> m_leads{false};
    std::int64_t m_epoch = 0;
    QString m_holder;
};

/// What the server's list of connections shows of those of this process's engine: the name of its program and a word
/// that no other process has.
QString engineApplicationName(const QString &program);

} // namespace bartizan
