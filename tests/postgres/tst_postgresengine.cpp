// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

#include <libpq-fe.h>

#include <atomic>
#include <csignal>
#include <future>
#include <random>
#include <thread>

using namespace bartizan;
using bartizan::test::PostgresTest;

namespace {

constexpr int kPatienceMs = 60'000;
/// What the take-over may take, and what a loaded machine adds to it.
constexpr qint64 kTakeOverMs = 15'000;
constexpr int kWriters = 24;

using Engine = std::unique_ptr<QProcess>;

Engine startEngine(const QString &url)
{
    auto engine = std::make_unique<QProcess>();
    engine->setProcessChannelMode(QProcess::MergedChannels);
    engine->start(QStringLiteral(BARTIZAN_BIN_DIR "/bartizanctl"), {QStringLiteral("--db"), url, QStringLiteral("run")});
    if (!engine->waitForStarted(kPatienceMs))
        qFatal("bartizanctl does not start");
    return engine;
}

/// Writes failed logins as an application does, each in a transaction that stays open for a while: five of an address
/// raise one alert. Answers the addresses.
QStringList writeAttempts(const QByteArray &url, int writer, const std::atomic<bool> &stop, std::atomic<int> &failures)
{
    QStringList addresses;
    PGconn *connection = PQconnectdb(url.constData());
    std::mt19937 random(static_cast<unsigned>(writer));
    for (int number = 0; !stop; ++number) {
        const QString address = QStringLiteral("10.%1.%2.%3").arg(writer).arg(number / 256).arg(number % 256);
        for (int i = 0; i < 5; ++i) {
            const QString sql
                = QStringLiteral("BEGIN; INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, "
                                 "\"ipAddress\") VALUES ('AUTHENTICATION', 'login', 'FAILURE', '%1'); "
                                 "SELECT pg_sleep(%2); COMMIT")
                      .arg(address)
                      .arg(static_cast<double>(random() % 250) / 1000.0);
            PGresult *result = PQexec(connection, sql.toUtf8().constData());
            failures += PQresultStatus(result) != PGRES_COMMAND_OK;
            PQclear(result);
        }
        addresses << address;
    }
    PQfinish(connection);
    return addresses;
}

} // namespace

/// One engine among many, whatever becomes of it.
class TestPostgresEngine : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void electsOne();
    void refusesAStaleEngine();
    void takesInWhatCommitsLate();
    void keepsMonthsApartAndDropsOldOnes();
    void movesRowsToTheirMonth();
    void takesOver_data();
    void takesOver();
    void losesNothing();
    void nobodyKeepsItWaiting();

private:
    /// Process id of the engine that says it leads; 0: none does.
    qint64 leader() { return sql(QStringLiteral("SELECT coalesce((SELECT pid FROM bartizan.engine_heartbeat "
                                                "WHERE beat_at > clock_timestamp() - interval '7 s'), 0)")).toLongLong(); }
};

void TestPostgresEngine::electsOne()
{
    QVERIFY(!EngineLock::holderOf(m_url)->has_value());
    auto first = EngineLock::take(m_url, QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(first);
    QVERIFY(first->held());
    QCOMPARE(first->epoch(), 1);
    QVERIFY2(first->holder().contains(QStringLiteral("bartizan (process %1").arg(QCoreApplication::applicationPid())),
             qPrintable(first->holder()));
    const auto second = EngineLock::take(m_url, QStringLiteral("other"), kNoon);
    VERIFY_OK(second);
    QVERIFY(!second->held());
    QCOMPARE(second->holder(), first->holder());
    QCOMPARE(EngineLock::holderOf(m_url)->value(), first->holder());

    EngineLock moved = std::move(*first);
    QVERIFY(moved.held());
    moved.release();
    QVERIFY(!moved.held());
    QVERIFY(!EngineLock::holderOf(m_url)->has_value());
    const auto third = EngineLock::take(m_url, QStringLiteral("other"), kNoon);
    QVERIFY(third->held());
    QCOMPARE(third->epoch(), 2);

    // Another database of the same server has an engine of its own.
    const QString elsewhere = m_cluster->url(m_cluster->makeDatabase());
    VERIFY_OK(openStore(elsewhere, {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}}));
    QVERIFY(EngineLock::take(elsewhere, QStringLiteral("bartizan"), kNoon)->held());
}

void TestPostgresEngine::refusesAStaleEngine()
{
    const auto epoch = std::make_shared<std::atomic<std::int64_t>>(0);
    StoreOptions options;
    options.role = StoreOptions::Role::Engine;
    options.epoch = epoch;
    const auto stale = std::move(*openStore(m_url, options));
    const auto lock = EngineLock::take(m_url, QStringLiteral("bartizan"), kNoon);
    *epoch = lock->epoch();
    VERIFY_OK(stale->commit(commitOf({alertNumber(1, kNoon)}, {1, kNoon, kNoon, 0})));

    sql(QStringLiteral("UPDATE bartizan.engine_epoch SET epoch = epoch + 1"));
    sql(QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                       "VALUES ('AUTHENTICATION', 'login', 'FAILURE')"));
    // Housekeeping has something to do of each kind.
    sql(QStringLiteral("INSERT INTO bartizan.alert_count SELECT 1, false, NULL, 1 FROM generate_series(1, 600)"));
    sql(QStringLiteral("SELECT bartizan.make_month(%1)").arg(1'462'060'800'000)); // 2016-05
    sql(QStringLiteral("DO $$ BEGIN EXECUTE format('DROP TABLE bartizan.audit_%s', "
                       "to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYY_MM')); END $$"));
    VERIFY_OK(keepPostgresMonths(m_profile, {}, 6));
    const QString all = QStringLiteral("SELECT (SELECT count(*) FROM bartizan.alert_count), "
                                       "(SELECT string_agg(inhrelid::regclass::text, ' ' ORDER BY 1) FROM pg_inherits "
                                       "WHERE inhparent = 'bartizan.audit'::regclass), "
                                       "(SELECT count(*) FROM bartizan.meta WHERE key LIKE '%_tidied'), "
                                       "(SELECT count(*) FROM bartizan.alert), (SELECT count(*) FROM bartizan.audit), "
                                       "(SELECT count(*) FROM bartizan.intake), (SELECT sum(value) FROM bartizan.counter), "
                                       "(SELECT last_row_id FROM bartizan.engine_state), "
                                       "(SELECT count(*) FROM bartizan.engine_health)");
    const QByteArray before = sql(all);
    const auto refused = stale->commit(commitOf({alertNumber(2, kNoon)}, {7, kNoon, kNoon, 0}));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(QLatin1String("another engine")), qPrintable(refused.error().message));
    QVERIFY(!stale->saveHealth({}));
    QVERIFY(!stale->fetchAfter(1, 100)); // It would give the row a number.
    const auto untidy = stale->tidy();
    QVERIFY(!untidy);
    QVERIFY2(untidy.error().message.contains(QLatin1String("another engine")), qPrintable(untidy.error().message));
    for (const char *function : {"sum_alert_counts", "tidy_alert_sets", "make_months", "drop_months", "forget_dropped"})
        sql(QStringLiteral("SELECT bartizan.%1() WHERE bartizan.holds_epoch(%2)").arg(QLatin1String(function)).arg(epoch->load()));
    QCOMPARE(sql(all), before);
    // Whoever is the one does all of it.
    *epoch = sql(QStringLiteral("SELECT epoch FROM bartizan.engine_epoch")).toLongLong();
    VERIFY_OK(stale->tidy());
    const QByteArray after = sql(all);
    QVERIFY2(after.startsWith("2|") && !after.contains("2016_05") && after.contains("|2|"), after.constData());
}

/// A transaction that was open all the time, committed behind rows that are newer.
void TestPostgresEngine::takesInWhatCommitsLate()
{
    StoreOptions options;
    options.role = StoreOptions::Role::Engine;
    const auto engine = std::move(*openStore(m_url, options));
    PGconn *late = PQconnectdb(m_url.toUtf8().constData());
    const QString insert = QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                          "VALUES ('AUTHENTICATION', '%1', 'FAILURE')");
    PQclear(PQexec(late, "BEGIN"));
    PQclear(PQexec(late, insert.arg(QStringLiteral("late")).toUtf8().constData()));
    std::vector<std::string> actions;
    std::int64_t last = 0;
    const auto fetch = [&] {
        const auto rows = engine->fetchAfter(last, 2);
        for (const AuditEvent &row : rows ? *rows : std::vector<AuditEvent>()) {
            if (row.id != ++last)
                qFatal("a number is missing");
            actions.push_back(row.action);
        }
    };
    for (int i = 0; i < 5; ++i) {
        sql(insert.arg(i));
        fetch();
    }
    PQclear(PQexec(late, "COMMIT"));
    PQfinish(late);
    QCOMPARE(engine->backlog(last)->count, 1);
    fetch();
    fetch();
    QCOMPARE(actions, (std::vector<std::string>{"0", "1", "2", "3", "4", "late"}));
    QCOMPARE(engine->backlog(last)->count, 0);

    // Many at once, a few at a time, and by a connection that starts anew amid them.
    sql(QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                       "SELECT 'AUTHENTICATION', 'many', 'FAILURE' FROM generate_series(1, 5000)"));
    VERIFY_OK(engine->fetchAfter(last, 10));
    const auto next = std::move(*openStore(m_url, options));
    std::size_t seen = 0;
    while (true) {
        const auto rows = next->fetchAfter(last, 700);
        VERIFY_OK(rows);
        if (rows->empty())
            break;
        seen += rows->size();
        last = rows->back().id;
    }
    QCOMPARE(seen, 5000U);
    QCOMPARE(last, 5006);
}

void TestPostgresEngine::keepsMonthsApartAndDropsOldOnes()
{
    constexpr TimestampMs kMay = 1'462'060'800'000; // 2016-05-01
    std::vector<NewAuditRow> rows;
    for (const TimestampMs time : {kMay - 1, kMay, kMay + 10 * kDay, kMay + 40 * kDay, TimestampMs{-1}, kNoon})
        rows.push_back({failedLogin(time), static_cast<std::uint64_t>(rows.size()) + 1});
    VERIFY_OK(m_store->append(rows, {}));
    const QString where = QStringLiteral("SELECT tableoid::regclass::text, count(*) FROM bartizan.audit GROUP BY 1 ORDER BY 1");
    QCOMPARE(sql(where), QByteArray("bartizan.audit_2016_04|1\nbartizan.audit_2016_05|2\nbartizan.audit_2016_06|1\n"
                                    "bartizan.audit_2026_11|1\nbartizan.audit_rest|1"));
    QCOMPARE(*m_store->countEvents({}), 6);
    VERIFY_OK(m_store->tidy()); // Nothing goes unless it was said.
    QCOMPARE(*m_store->countEvents({}), 6);
    VERIFY_OK(keepPostgresMonths(*ConnectionProfile::fromUrl(m_url), {}, 6));
    VERIFY_OK(m_store->tidy());
    const QByteArray left = sql(where);
    QCOMPARE(left, QByteArray("bartizan.audit_2026_11|1")); // What lay with the rest went as well.
    QCOMPARE(m_store->fetchAfter(0, 100)->size(), 1U);
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.intake")), QByteArray("1"));
    VERIFY_OK(m_store->append(rows, {})); // The log can be imported again.
    QCOMPARE(*m_store->countEvents({}), 6);
}

void TestPostgresEngine::movesRowsToTheirMonth()
{
    const QString where = QStringLiteral("SELECT tableoid::regclass::text, count(*) FROM bartizan.audit GROUP BY 1 ORDER BY 1");
    const QString put = QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, timestamp) "
                                       "VALUES ('AUTHENTICATION', 'login', 'FAILURE', '%1')");
    sql(QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                       "VALUES ('AUTHENTICATION', 'login', 'FAILURE')"));
    QVERIFY2(!sql(where).contains("rest"), "the first row of all has its month");
    sql(put.arg(QStringLiteral("2031-02-03 00:00+00")));
    sql(put.arg(QStringLiteral("2031-03-01 00:00+00")));
    QVERIFY(sql(where).contains("audit_rest|2"));
    QCOMPARE(sql(QStringLiteral("SELECT bartizan.make_month(1927843200000)")), QByteArray("t")); // 2031-02-03
    const QByteArray moved = sql(where);
    QVERIFY2(moved.contains("audit_2031_02|1") && moved.contains("audit_rest|1"), moved.constData());
    bool ok = true;
    const QByteArray said = m_cluster->trySql(m_database, QStringLiteral("DELETE FROM bartizan.audit_rest"), QStringLiteral("postgres"), &ok);
    QVERIFY2(!ok && said.contains("never changed or deleted"), said.constData());
    StoreOptions options;
    options.role = StoreOptions::Role::Engine;
    const auto engine = std::move(*openStore(m_url, options));
    std::size_t taken = 0;
    for (std::int64_t last = 0;;) {
        const auto rows = engine->fetchAfter(last, 100);
        VERIFY_OK(rows);
        if (rows->empty())
            break;
        taken += rows->size();
        last = rows->back().id;
    }
    QCOMPARE(taken, 3U);
}

void TestPostgresEngine::takesOver_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("killed") << QStringLiteral("kill");
    QTest::newRow("stopped") << QStringLiteral("stop");
    QTest::newRow("its connections cut") << QStringLiteral("cut");
}

void TestPostgresEngine::takesOver()
{
    QFETCH(const QString, how);
    const Engine first = startEngine(m_url);
    QTRY_COMPARE_WITH_TIMEOUT(leader(), first->processId(), kPatienceMs);
    const Engine second = startEngine(m_url);
    QByteArray told;
    QTRY_VERIFY_WITH_TIMEOUT((told += second->readAll()).contains("elsewhere"), kPatienceMs);

    QElapsedTimer since;
    since.start();
    if (how == QLatin1String("kill"))
        ::kill(static_cast<pid_t>(first->processId()), SIGKILL);
    else
        ::kill(static_cast<pid_t>(first->processId()), SIGSTOP);
    if (how == QLatin1String("cut")) // While it cannot come back at once.
        sql(QStringLiteral("SELECT pg_terminate_backend(backend) FROM bartizan.engine_heartbeat"));
    const qint64 next = second->processId();
    QTRY_COMPARE_WITH_TIMEOUT(leader(), next, kPatienceMs);
    qInfo("%s: taken over after %lld ms", qPrintable(how), static_cast<long long>(since.elapsed()));
    QVERIFY2(since.elapsed() <= kTakeOverMs, qPrintable(QString::number(since.elapsed())));

    sql(QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\") "
                       "SELECT 'AUTHENTICATION', 'login', 'FAILURE', '203.0.113.9' FROM generate_series(1, 5)"));
    QTRY_COMPARE_WITH_TIMEOUT(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert")), QByteArray("1"), kPatienceMs);
    if (how != QLatin1String("kill")) {
        ::kill(static_cast<pid_t>(first->processId()), SIGCONT);
        QByteArray words;
        QTRY_VERIFY_WITH_TIMEOUT((words += first->readAll()).contains("elsewhere"), kPatienceMs);
        QCOMPARE(leader(), next);
    }
    for (const Engine *engine : {&first, &second}) {
        (*engine)->kill();
        (*engine)->waitForFinished();
    }
}

/// 24 writers whose transactions commit in any order, while the engine is killed again and again: every row is taken in
/// once, and every address raises one alert. With BARTIZAN_LONG_TESTS, 30 kills within a minute.
void TestPostgresEngine::losesNothing()
{
    const bool full = qEnvironmentVariableIsSet("BARTIZAN_LONG_TESTS");
    const int kills = full ? 30 : 3;
    const int between = full ? 2'000 : 1'500;
    std::atomic<bool> stop{false};
    std::atomic<int> failures{0};
    std::vector<QStringList> addresses(kWriters);
    std::vector<std::thread> writers;
    for (int writer = 0; writer < kWriters; ++writer) {
        writers.emplace_back([&, writer, url = m_url.toUtf8()] {
            addresses[static_cast<std::size_t>(writer)] = writeAttempts(url, writer, stop, failures);
        });
    }
    std::vector<Engine> engines;
    engines.push_back(startEngine(m_url));
    engines.push_back(startEngine(m_url));
    QElapsedTimer running;
    running.start();
    int killed = 0;
    for (int round = 0; round < kills; ++round) {
        QTRY_VERIFY_WITH_TIMEOUT(running.elapsed() >= (round + 1) * between && leader() != 0, kPatienceMs);
        const qint64 pid = leader();
        for (Engine &engine : engines) {
            if (engine->processId() != pid)
                continue;
            engine->kill();
            engine->waitForFinished();
            engine = startEngine(m_url);
            ++killed;
        }
    }
    stop = true;
    for (std::thread &writer : writers)
        writer.join();
    QCOMPARE(failures.load(), 0);

    qsizetype expected = 0;
    for (const QStringList &mine : addresses)
        expected += mine.size();
    const auto count = [&](const char *what) { return sql(QStringLiteral("SELECT count(*) FROM ") + QLatin1String(what)).toLongLong(); };
    QTRY_COMPARE_WITH_TIMEOUT(count("bartizan.alert WHERE type = 9"), static_cast<qint64>(expected), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(sql(QStringLiteral("SELECT c.value - s.last_row_id FROM bartizan.counter AS c, "
                                                 "bartizan.engine_state AS s WHERE c.name = 'row'")),
                              QByteArray("0"), kPatienceMs);
    for (Engine &engine : engines) {
        engine->kill();
        engine->waitForFinished();
    }
    QCOMPARE(count("(SELECT ip_address FROM bartizan.alert WHERE type = 9 GROUP BY 1 HAVING count(*) > 1) AS d"), 0);
    QCOMPARE(count("bartizan.audit WHERE ip_address IS NOT NULL AND action = 'login'"), static_cast<qint64>(expected * 5));
    QCOMPARE(count("bartizan.audit AS a WHERE NOT EXISTS (SELECT 1 FROM bartizan.intake WHERE row_key = a.id::text)"), 0);
    QCOMPARE(count("bartizan.intake"), count("bartizan.audit"));
    QCOMPARE(sql(QStringLiteral("SELECT max(seq) - count(*) FROM bartizan.intake")), QByteArray("0"));
    QCOMPARE(count("bartizan.audit WHERE action = 'security_alert_created'"), count("bartizan.alert"));
    qInfo("%d engines killed in %.1f s; %lld rows of %d writers: 0 lost; %lld alerts: 0 lost, 0 doubled", killed,
          static_cast<double>(running.elapsed()) / 1000.0, static_cast<long long>(expected * 5), kWriters,
          static_cast<long long>(expected));
    QVERIFY(killed >= kills);
}

/// Nothing that an analyst does in a transaction of his own, with whatever limits, keeps the engine waiting for long; what
/// he commits is stored with what the engine stores, and what he does not is undone.
void TestPostgresEngine::nobodyKeepsItWaiting()
{
    VERIFY_OK(makePostgresRoles(*ConnectionProfile::fromUrl(m_url), {}));
    sql(QStringLiteral("CREATE ROLE eng LOGIN IN ROLE bartizan_engine; CREATE ROLE anna LOGIN IN ROLE bartizan_analyst; "
                       "INSERT INTO bartizan.membership VALUES ('anna', '*')"));
    const QString url = m_cluster->url(m_database, QStringLiteral("eng"));
    StoreOptions options;
    options.role = StoreOptions::Role::Engine;
    const auto engine = std::move(*openStore(url, options));
    const auto lock = EngineLock::take(url, QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(lock);
    const std::string id = alertNumber(1, kNoon).id;
    VERIFY_OK(engine->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon)})));
    const auto triage = [&](PostgresConnection &anna, const std::string &step) {
        return anna.open(*ConnectionProfile::fromUrl(m_cluster->url(m_database, QStringLiteral("anna"))), {}, QStringLiteral("psql")).ok()
            && anna.execute("BEGIN").ok()
            && anna.query("SELECT bartizan.triage(ARRAY[$1], $2, 'commented', 0, false, '', 1, 'mine')",
                          PostgresParameters().add(id).add(step)).ok()
            && anna.execute("SET idle_in_transaction_session_timeout = 0").ok();
    };
    const auto repeated = [&id](int alert) {
        EngineCommit commit = commitOf({alertNumber(alert, kNoon)});
        commit.repeats = {{id, 1, kNoon}};
        return commit;
    };
    const auto stored = [this] {
        return sql(QStringLiteral("SELECT (SELECT count(*) FROM bartizan.alert), (SELECT sum(repeats) FROM bartizan.alert), "
                                  "(SELECT string_agg(actor, ' ') FROM bartizan.alert_history WHERE action = 'commented')"));
    };
    // One commits when the engine has begun to wait.
    std::promise<bool> locked;
    auto committed = std::async(std::launch::async, [&] {
        PostgresConnection anna;
        locked.set_value(triage(anna, "first"));
        for (std::int64_t waiting = 0; waiting == 0;) {
            const auto counted = anna.integer("SELECT count(*) FROM pg_locks WHERE NOT granted");
            waiting = counted ? *counted : -1;
        }
        return anna.execute("COMMIT").ok();
    });
    QVERIFY(locked.get_future().get());
    VERIFY_OK(engine->commit(repeated(3)));
    QVERIFY(committed.get());
    QCOMPARE(stored(), QByteArray("3|1|anna"));
    // One never does.
    PostgresConnection anna;
    QVERIFY(triage(anna, "second"));
    VERIFY_OK(engine->commit(repeated(4)));
    QCOMPARE(stored(), QByteArray("4|2|anna"));
    QVERIFY(!anna.execute("COMMIT"));
    QCOMPARE(stored(), QByteArray("4|2|anna"));
}

QTEST_GUILESS_MAIN(TestPostgresEngine)
#include "tst_postgresengine.moc"
