// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgreselection.h"

#include "core/storage/holderwords.h"
#include "core/storage/postgresconnection.h"

#include <QCoreApplication>
#include <QHash>
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
/// As long as this somebody may have the lock who is not heard of: whoever has just been elected is, and whoever ends lets it go.
constexpr auto kSilence = 7s;
/// What was seen before is forgotten when nobody has looked for so long.
constexpr auto kForget = 60s;
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

/// For how long the locks of databases have been held while no engine was heard of, as this process has seen it.
class Silences {
public:
    /// Notes that it is so once more, after an epoch; whether it has been for too long.
    bool tooLong(const QString &database, std::int64_t epoch)
    {
        const auto now = std::chrono::steady_clock::now();
        const std::lock_guard lock(m_mutex);
        Silence &silence = m_silences[database];
        if (silence.epoch != epoch || now - silence.seen > kForget)
            silence = {epoch, now, now};
        silence.seen = now;
        return now - silence.since >= kSilence;
    }
    void broken(const QString &database)
    {
        const std::lock_guard lock(m_mutex);
        m_silences.remove(database);
    }

private:
    struct Silence {
        std::int64_t epoch = -1;
        std::chrono::steady_clock::time_point since;
        std::chrono::steady_clock::time_point seen;
    };
    std::mutex m_mutex;
    QHash<QString, Silence> m_silences;
};

Silences &silences()
{
    static Silences all;
    return all;
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

/// What the server knows of the engine that leads, all of one moment.
struct PostgresElection::Standing {
    std::int64_t epoch = 0;
    bool beats = false; ///< Whether there is a heartbeat at all.
    bool fresh = false; ///< And a young one.
    bool lives = false; ///< Whether the connection is there that wrote it.
    QString words;      ///< Who that is, for people.
    std::string word;   ///< In the names of its connections.
    std::int64_t backend = 0;
};

Result<PostgresElection::Standing> PostgresElection::standingOf(PostgresConnection &connection)
{
    const auto rows = connection.query(
        std::string("SELECT e.epoch, h.sole IS NOT NULL, coalesce(NOT h.") + kStale
        + ", false), EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.pid = h.backend), coalesce(h.program, ''), "
          "coalesce(h.pid, 0), coalesce(h.host, ''), coalesce(h.since, 0), coalesce(h.word, ''), coalesce(h.backend, 0) "
          "FROM bartizan.engine_epoch AS e LEFT JOIN bartizan.engine_heartbeat AS h ON true WHERE e.sole = 1");
    if (!rows)
        return rows.error();
    if (rows->empty())
        return connection.error(QCoreApplication::translate("bartizan::PostgresStore", "the engine's epoch is missing; it is damaged"));
    const PostgresRow row = rows->front();
    return Standing{row.integer(0), row.boolean(1), row.boolean(2), row.boolean(3), leaderWords(row, 4), row.string(8),
                    row.integer(9)};
}

/// Ends the connections of an engine that is not heard of: its locks would keep everybody waiting. Where it may not be ended,
/// the epoch alone shuts it out. Where it has lost its lock, another one may have the number of its connection by now.
void PostgresElection::endSilent(PostgresConnection &connection, const Standing &silent, bool locked)
{
    PostgresParameters who;
    who.add("% engine " + silent.word).add(locked ? std::int64_t{0} : silent.backend);
    (void)connection.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                           "AND (application_name LIKE $1 OR pid = $2::integer) AND pid <> pg_backend_pid()",
                           who);
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
    const auto outcome = elect(connection, profile.toUrl(), program, now);
    const bool leads = outcome && *outcome;
    m_leads = leads;
    watch.reset(); // Its heartbeat goes on until the engine has ended.
    elected.set_value(outcome);
    if (leads)
        beat(connection);
    m_leads = false;
}

/// Tries the lock. Who is heard of leads, with the lock or without it; of a silent one the connections are ended first. Who
/// has the lock and is no engine keeps it, and leads nothing: in a database of an application's anybody may take it.
Result<bool> PostgresElection::elect(PostgresConnection &connection, const QString &database, const QString &program,
                                     TimestampMs now)
{
    const auto tried = connection.query(std::string("SELECT pg_try_advisory_lock(") + kLock + ")");
    if (!tried)
        return tried.error();
    const bool locked = tried->front().boolean(0);
    const auto found = standingOf(connection);
    if (!found)
        return found.error();
    if (locked || found->beats)
        silences().broken(database);
    else if (!silences().tooLong(database, found->epoch))
        return follow(connection, *found);
    // A lock that is free says nothing of an engine that was elected without it.
    if (found->fresh && (!locked || found->lives))
        return follow(connection, *found);
    if (found->beats) {
        endSilent(connection, *found, locked);
        if (!locked) {
            (void)connection.execute(std::string("SET lock_timeout = '2s'; SELECT pg_advisory_lock(") + kLock + ")");
            const auto since = standingOf(connection);
            if (!since)
                return since.error();
            if (since->fresh || since->epoch != found->epoch)
                return follow(connection, *since);
        }
    }
    return takeOver(connection, program, now, found->epoch);
}

/// Leaves the lead to who has it.
Result<bool> PostgresElection::follow(PostgresConnection &connection, const Standing &leader)
{
    m_holder = leader.words;
    if (auto left = connection.query("SELECT pg_advisory_unlock_all()"); !left)
        return left.error();
    return false;
}

/// Raises the epoch, unless somebody else has: from here on no batch of an earlier engine is stored.
Result<bool> PostgresElection::takeOver(PostgresConnection &connection, const QString &program, TimestampMs now,
                                        std::int64_t epoch)
{
    auto transaction = PostgresTransaction::begin(connection);
    if (!transaction)
        return transaction.error();
    if (auto set = connection.execute("SET LOCAL lock_timeout = '4s'"); !set)
        return set.error();
    const auto raised = connection.query("UPDATE bartizan.engine_epoch SET epoch = epoch + 1 WHERE sole = 1 "
                                         "AND epoch = $1::bigint RETURNING epoch",
                                         PostgresParameters().add(epoch));
    if (!raised)
        return raised.error();
    if (raised->empty()) {
        const auto faster = standingOf(connection);
        if (!faster)
            return faster.error();
        return follow(connection, *faster);
    }
    const std::int64_t mine = raised->front().integer(0);
    const QString host = QSysInfo::machineHostName();
    PostgresParameters values;
    values.add(mine).add(program.toStdString()).add(static_cast<std::int64_t>(::getpid())).add(host.toStdString());
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
    m_epoch = mine;
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
