// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgreselection.h"

#include "core/storage/holderwords.h"
#include "core/storage/postgresconnection.h"

#include <QCoreApplication>
#include <QRandomGenerator>
#include <QSysInfo>

#include <chrono>
#include <unistd.h>

namespace bartizan {
namespace {

using namespace std::chrono_literals;

constexpr auto kBeat = 2s;
/// How often those are looked for who keep the engine waiting.
constexpr auto kLook = 500ms;
/// A heartbeat as old as this is that of an engine that does not run; in SQL.
constexpr const char *kStale = "beat_at < clock_timestamp() - interval '7 s'";
/// The lock that elects; the first number is "BRZN" in ASCII.
constexpr const char *kLock = "1112689230, 1";

const QString &processWord()
{
    static const QString word = QStringLiteral("%1").arg(QRandomGenerator::system()->generate(), 8, 16, QLatin1Char('0'));
    return word;
}

QString leaderWords(const PostgresRow &row, int first)
{
    return holderWords(QString::fromStdString(row.string(first)), row.integer(first + 1),
                       QString::fromStdString(row.string(first + 2)), row.integer(first + 3));
}

} // namespace

QString engineApplicationName(const QString &program)
{
    return program + QStringLiteral(" engine ") + processWord();
}

Result<std::unique_ptr<PostgresElection>> PostgresElection::stand(const ConnectionProfile &profile,
                                                                  const QString &password, const QString &program,
                                                                  TimestampMs now, std::shared_ptr<OpeningStop> stop)
{
    std::unique_ptr<PostgresElection> election(new PostgresElection);
    std::promise<Result<bool>> promise;
    auto outcome = promise.get_future();
    election->m_thread = std::thread(&PostgresElection::run, election.get(), profile, password, program, now,
                                     std::move(stop), std::move(promise));
    const Result<bool> elected = outcome.get();
    if (!elected)
        return elected.error();
    return election;
}

PostgresElection::~PostgresElection()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

Result<std::optional<QString>> PostgresElection::leader(const ConnectionProfile &profile, const QString &password)
{
    PostgresConnection connection;
    if (auto opened = connection.open(profile, password, QCoreApplication::applicationName()); !opened)
        return opened.error();
    return leader(connection);
}

Result<std::optional<QString>> PostgresElection::leader(PostgresConnection &connection)
{
    const auto rows = connection.query(std::string("SELECT program, pid, host, since FROM bartizan.engine_heartbeat AS h "
                                                   "WHERE NOT ")
                                       + kStale
                                       // On a replica its connection is not seen: there the heartbeat alone tells.
                                       + " AND (pg_is_in_recovery() OR EXISTS (SELECT 1 FROM pg_stat_activity AS a "
                                         "WHERE a.pid = h.backend))");
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<QString>();
    return std::optional(leaderWords(rows->front(), 0));
}

void PostgresElection::run(const ConnectionProfile &profile, const QString &password, const QString &program,
                           TimestampMs now, const std::shared_ptr<OpeningStop> &stop, std::promise<Result<bool>> elected)
{
    PostgresConnection connection;
    std::optional<OpeningStop::Watch> watch(std::in_place, stop, connection);
    if (auto opened = connection.open(profile, password, engineApplicationName(program)); !opened) {
        elected.set_value(opened.error());
        return;
    }
    const auto outcome = elect(connection, program, now);
    const bool leads = outcome && *outcome;
    m_leads = leads;
    watch.reset(); // Its heartbeat goes on until the engine has ended.
    elected.set_value(outcome);
    if (leads)
        beat(connection);
    m_leads = false;
}

/// Tries the lock; where another connection has it whose engine is silent, ends that one's connections first.
Result<bool> PostgresElection::elect(PostgresConnection &connection, const QString &program, TimestampMs now)
{
    const auto tried = connection.query(std::string("SELECT pg_try_advisory_lock(") + kLock + ")");
    if (!tried)
        return tried.error();
    if (tried->front().boolean(0))
        return takeOver(connection, program, now);
    const auto beat = connection.query(std::string("SELECT ") + kStale
                                       + ", program, pid, host, since, word, backend FROM bartizan.engine_heartbeat");
    if (!beat)
        return beat.error();
    if (beat->empty()) {
        m_holder = holderWords({}, 0, {}, 0); // It has just been elected.
        return false;
    }
    m_holder = leaderWords(beat->front(), 1);
    if (!beat->front().boolean(0))
        return false;
    // Its locks would keep everybody waiting. Where it may not be ended, the epoch alone shuts it out.
    PostgresParameters silent;
    silent.add("% engine " + beat->front().string(5)).add(beat->front().integer(6));
    (void)connection.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                           "AND (application_name LIKE $1 OR pid = $2::integer) AND pid <> pg_backend_pid()",
                           silent);
    (void)connection.execute(std::string("SET lock_timeout = '2s'; SELECT pg_advisory_lock(") + kLock + ")");
    return takeOver(connection, program, now);
}

/// Raises the epoch: from here on no batch of an earlier engine is stored.
Result<bool> PostgresElection::takeOver(PostgresConnection &connection, const QString &program, TimestampMs now)
{
    auto transaction = PostgresTransaction::begin(connection);
    if (!transaction)
        return transaction.error();
    if (auto set = connection.execute("SET LOCAL lock_timeout = '4s'"); !set)
        return set.error();
    const auto raised = connection.integer("UPDATE bartizan.engine_epoch SET epoch = epoch + 1 WHERE sole = 1 "
                                           "RETURNING epoch");
    if (!raised)
        return raised.error();
    const QString host = QSysInfo::machineHostName();
    PostgresParameters values;
    values.add(*raised).add(program.toStdString()).add(static_cast<std::int64_t>(::getpid())).add(host.toStdString());
    values.add(now).add(processWord().toStdString());
    const auto noted = connection.query(
        "INSERT INTO bartizan.engine_heartbeat VALUES (1, $1::bigint, pg_backend_pid(), $2, $3::bigint, $4, $5::bigint, "
        "$6, clock_timestamp()) ON CONFLICT (sole) DO UPDATE SET epoch = excluded.epoch, backend = excluded.backend, "
        "program = excluded.program, pid = excluded.pid, host = excluded.host, since = excluded.since, "
        "word = excluded.word, beat_at = excluded.beat_at",
        values);
    if (!noted)
        return noted.error();
    if (auto told = connection.query("SELECT pg_notify('bartizan', '')"); !told)
        return told.error();
    if (auto done = transaction->commit(); !done)
        return done.error();
    m_epoch = *raised;
    m_holder = holderWords(program, ::getpid(), host, now);
    return true;
}

/// Says every 2 s that the engine lives, until it ends, another one has taken over, or the server cannot be told. Ends
/// meanwhile whoever keeps the engine waiting: this connection waits for nobody.
void PostgresElection::beat(PostgresConnection &connection)
{
    using std::chrono::steady_clock;
    const PostgresParameters mine = PostgresParameters().add(m_epoch);
    auto next = steady_clock::now() + kBeat;
    for (std::unique_lock lock(m_mutex); !m_wake.wait_for(lock, kLook, [this] { return m_stop; });) {
        lock.unlock();
        // Where that fails, the server's own limit holds; a connection that is gone shows with the next beat.
        (void)connection.query("SELECT bartizan.end_blockers()", {}, PostgresMode::Kept);
        if (steady_clock::now() >= next) {
            const auto beaten = connection.query("UPDATE bartizan.engine_heartbeat SET beat_at = clock_timestamp() "
                                                 "WHERE epoch = $1::bigint",
                                                 mine);
            if (!beaten || beaten->changed() == 0)
                return;
            next = steady_clock::now() + kBeat;
        }
        lock.lock();
    }
    (void)connection.query("DELETE FROM bartizan.engine_heartbeat WHERE epoch = $1::bigint", mine);
}

} // namespace bartizan
