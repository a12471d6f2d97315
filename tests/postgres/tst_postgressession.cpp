// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/actor.h"
#include "core/engine/commandwriter.h"
#include "core/engine/session.h"
#include "core/ports/clock.h"
#include "core/storage/enginelock.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

using namespace bartizan;
using bartizan::test::PostgresCluster;

namespace {

constexpr int kPatienceMs = 60'000;
constexpr int kClosingMs = 8'000;

/// Processes of a server that stand still until the object goes, or, so that a test that hangs fails, a minute is over.
class Stopped {
public:
    explicit Stopped(const QByteArrayList &pids)
    {
        for (const QByteArray &pid : pids)
            m_pids.push_back(pid.toInt());
        signalAll(SIGSTOP);
        m_watchdog = std::thread([this] {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait_for(lock, std::chrono::milliseconds(kPatienceMs), [this] { return m_done; })) {
                m_tookTooLong = true;
                signalAll(SIGCONT);
            }
        });
    }
    ~Stopped()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_done = true;
        }
        m_wake.notify_all();
        m_watchdog.join();
        signalAll(SIGCONT);
    }
    bool tookTooLong()
    {
        const std::lock_guard lock(m_mutex);
        return m_tookTooLong;
    }

private:
    void signalAll(int signal) const
    {
        for (const pid_t pid : m_pids)
            ::kill(pid, signal);
    }

    std::vector<pid_t> m_pids;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_done = false;
    bool m_tookTooLong = false;
    std::thread m_watchdog;
};

} // namespace

/// What a console asks of a server: no more than it needs, nothing that it may not, and no waiting for one that hangs.
class TestPostgresSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init()
    {
        m_database = m_cluster->makeDatabase();
        VERIFY_OK(openStore(m_cluster->url(m_database), {.mode = StoreOptions::Mode::Create}));
    }
    void cleanupTestCase() { m_cluster.reset(); }

    void closesWhileTheServerHangs();
    void interruptEndsACallThatNobodyAnswers();
    void offersARefusedPasswordOnce();
    void looksOnWhereItMayNotRunTheEngine();
    void keepsItsConnectionWhereItMayNotTriage();
    void actsAsTheUserOfTheServer();
    void followsWhatTheServerLetsItDo_data();
    void followsWhatTheServerLetsItDo();
    void followsItsRole();

private:
    void makeRoles();
    bool open(Session &session, const QString &url, const QString &password = {});
    /// How often the server has logged a text.
    qsizetype logged(const QByteArray &text) const;
    QByteArrayList backends() const
    {
        return m_cluster->sql(m_database, QStringLiteral("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                                                         "AND pid <> pg_backend_pid()")).split('\n');
    }

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
    bool m_people = false;
};

void TestPostgresSession::initTestCase()
{
    SKIP_WITHOUT_POSTGRES();
    PostgresCluster::Options options;
    options.settings = QStringList{QStringLiteral("log_connections=on")};
    m_cluster = std::make_unique<PostgresCluster>(options);
}

void TestPostgresSession::makeRoles()
{
    VERIFY_OK(makePostgresRoles(*ConnectionProfile::fromUrl(m_cluster->url(m_database)), {}));
    if (!std::exchange(m_people, true)) {
        m_cluster->sql(m_database, QStringLiteral("CREATE ROLE anna LOGIN PASSWORD 'first' IN ROLE bartizan_analyst; "
                                                  "CREATE ROLE audi LOGIN IN ROLE bartizan_auditor"));
    }
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.membership VALUES ('anna', '*'), ('audi', '*')"));
}

bool TestPostgresSession::open(Session &session, const QString &url, const QString &password)
{
    QSignalSpy opened(&session, &Session::opened);
    session.open({.path = url, .password = password});
    return opened.wait(kPatienceMs);
}

qsizetype TestPostgresSession::logged(const QByteArray &text) const
{
    QFile log(m_cluster->socketFolder() + QStringLiteral("/server.log"));
    if (!log.open(QIODevice::ReadOnly))
        qFatal("the server's log cannot be read");
    return log.readAll().count(text);
}

/// Every process that serves the session stands still, as on a machine that has run out of memory.
void TestPostgresSession::closesWhileTheServerHangs()
{
    Session session;
    QVERIFY(open(session, m_cluster->url(m_database)));
    QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::Running, kPatienceMs);
    QSignalSpy closed(&session, &Session::closed);
    {
        Stopped stopped(backends());
        session.triage({"a"}, {});
        session.lookAt(QStringLiteral("a"));
        QElapsedTimer closing;
        closing.start();
        session.close();
        // A second, by the promise; the rest is for a machine that has other things to do.
        QVERIFY2(closing.elapsed() < kClosingMs, qPrintable(QString::number(closing.elapsed())));
        QVERIFY(!stopped.tookTooLong());
    }
    QCOMPARE(closed.size(), 1);
    QVERIFY(!session.isOpen());
    // What was left to itself winds up once the server goes on: the engine gives its place to the next one.
    QVERIFY(open(session, m_cluster->url(m_database)));
    QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::Running, kPatienceMs);
}

void TestPostgresSession::interruptEndsACallThatNobodyAnswers()
{
    auto store = openStore(m_cluster->url(m_database));
    VERIFY_OK(store);
    Stopped stopped(backends());
    std::atomic<bool> ended = false;
    // One that comes before the call has begun has no effect.
    std::thread interrupter([&] {
        while (!ended) {
            (*store)->interrupt();
            std::this_thread::yield();
        }
    });
    const auto cursor = (*store)->loadCursor();
    ended = true;
    interrupter.join();
    QVERIFY(!stopped.tookTooLong());
    QVERIFY(!cursor);
    QVERIFY2(cursor.error().message.contains(QStringLiteral("does not answer")), qPrintable(cursor.error().message));
    QVERIFY(!(*store)->loadCursor()); // The connection went with it.
}

/// The password changes under an open console: all its workers together try the old one once.
void TestPostgresSession::offersARefusedPasswordOnce()
{
    makeRoles();
    const QByteArray refusal = "password authentication failed";
    const QString url = m_cluster->tcpUrl(m_database, QStringLiteral("anna"));
    Session session;
    QVERIFY(open(session, url, QStringLiteral("first")));
    m_cluster->sql(m_database, QStringLiteral("ALTER ROLE anna PASSWORD 'second'"));
    QSignalSpy told(&session, &Session::engineStatusChanged);
    // Again and again: a worker may have been logging in just now, with what was right until then.
    const auto endAll = [&] {
        m_cluster->sql(m_database, QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'anna'"));
    };
    const auto troubled = [&] {
        endAll();
        return session.engineStatus().detail.contains(QStringLiteral("did not take the password"));
    };
    QTRY_VERIFY_WITH_TIMEOUT(troubled(), kPatienceMs);
    const qsizetype before = told.size();
    const auto goesOn = [&] {
        endAll();
        return told.size() > before + 3;
    };
    QTRY_VERIFY_WITH_TIMEOUT(goesOn(), kPatienceMs); // It goes on trying, as far as that costs nothing.
    session.triage({"a"}, {});
    QSignalSpy failed(&session, &Session::commandFailed);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
    QCOMPARE(logged(refusal), 1);
    QVERIFY(open(session, url, QStringLiteral("second"))); // Another password is another matter.
    QCOMPARE(logged(refusal), 1);
}

void TestPostgresSession::looksOnWhereItMayNotRunTheEngine()
{
    makeRoles();
    Session session;
    QVERIFY(open(session, m_cluster->url(m_database, QStringLiteral("anna"))));
    const auto says = [&](const QString &text) { return session.engineStatus().detail.contains(text); };
    QTRY_VERIFY2_WITH_TIMEOUT(says(QStringLiteral("This user may not run the engine")), qPrintable(session.engineStatus().detail),
                              kPatienceMs);
    QVERIFY(session.engineStatus().state == EngineState::Idle);
    // A list of its connections that does not grow: each is opened once, whatever is asked over it.
    session.triage({"a"}, {});
    QSignalSpy triaged(&session, &Session::triaged);
    QTRY_COMPARE_WITH_TIMEOUT(triaged.size(), 1, kPatienceMs);
    const QByteArray connected = "connection authorized: user=anna";
    const qsizetype before = logged(connected);
    for (int i = 0; i < 2; ++i) {
        auto lock = EngineLock::take(m_cluster->url(m_database), QStringLiteral("elsewhere"), kNoon);
        VERIFY_OK(lock);
        QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::RunningElsewhere, kPatienceMs);
        QVERIFY2(says(QStringLiteral("elsewhere (process ")), qPrintable(session.engineStatus().detail));
        lock->release();
        QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::Idle, kPatienceMs);
    }
    QCOMPARE(logged(connected), before);
    QCOMPARE(logged("permission denied"), 0);
}

void TestPostgresSession::keepsItsConnectionWhereItMayNotTriage()
{
    makeRoles();
    int opened = 0;
    const SystemClock clock;
    CommandWriter writer([&] { ++opened; return openStore(m_cluster->url(m_database, QStringLiteral("audi"))); }, "audi", clock);
    for (const char *alert : {"a", "b", "c"})
        writer.lookAt(QLatin1String(alert));
    QCOMPARE(opened, 1);
    QCOMPARE(logged("permission denied for function look_at"), 0);
}

void TestPostgresSession::actsAsTheUserOfTheServer()
{
    makeRoles();
    auto store = openStore(m_cluster->url(m_database));
    VERIFY_OK((*store)->commit(commitOf({alertNumber(1, kNoon)})));
    Session session;
    QVERIFY(open(session, m_cluster->url(m_database, QStringLiteral("anna"))));
    TriageStep own;
    own.kind = TriageKind::Own;
    QSignalSpy triaged(&session, &Session::triaged);
    session.triage({alertNumber(1, kNoon).id}, own);
    QTRY_COMPARE_WITH_TIMEOUT(triaged.size(), 1, kPatienceMs);
    const auto alert = (*store)->alert(alertNumber(1, kNoon).id);
    QCOMPARE((*alert)->owner.value(), std::string("anna"));
    QCOMPARE(actorIn(session.database()), std::string("anna"));
    QCOMPARE(actorIn(DatabaseInfo{}), Session::currentUser());
}

void TestPostgresSession::followsWhatTheServerLetsItDo_data()
{
    QTest::addColumn<QString>("readOnly");
    QTest::addColumn<QString>("writable");
    QTest::addColumn<bool>("cut");
    // What a database is set to, those learn who connect; what the server is, everybody.
    QTest::newRow("the database") << QStringLiteral("ALTER DATABASE %1 SET default_transaction_read_only = on")
                                  << QStringLiteral("ALTER DATABASE %1 RESET default_transaction_read_only") << true;
    QTest::newRow("the server") << QStringLiteral("ALTER SYSTEM SET default_transaction_read_only = on")
                                << QStringLiteral("ALTER SYSTEM RESET default_transaction_read_only") << false;
}

/// Made read-only and given back while a console is open, which follows by itself: engine, commands and what is offered.
void TestPostgresSession::followsWhatTheServerLetsItDo()
{
    QFETCH(const QString, readOnly);
    QFETCH(const QString, writable);
    QFETCH(const bool, cut);
    auto store = openStore(m_cluster->url(m_database));
    VERIFY_OK((*store)->commit(commitOf({alertNumber(1, kNoon)})));
    store->reset();
    const QString postgres = QStringLiteral("postgres");
    const auto become = [&](const QString &how) {
        m_cluster->sql(postgres, how.contains(QLatin1String("%1")) ? how.arg(m_database) : how);
        m_cluster->sql(postgres, QStringLiteral("SELECT pg_reload_conf()"));
        if (cut && how == readOnly) {
            m_cluster->sql(postgres, QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%1'")
                                         .arg(m_database));
        }
    };
    Session session;
    QVERIFY(open(session, m_cluster->url(m_database)));
    QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::Running, kPatienceMs);
    QSignalSpy changed(&session, &Session::accessChanged);
    QSignalSpy triaged(&session, &Session::triaged);
    QSignalSpy failed(&session, &Session::commandFailed);
    become(readOnly);
    QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, kPatienceMs);
    QVERIFY2(session.database().readOnlyReason.contains(QLatin1String("read-only")), qPrintable(session.database().readOnlyReason));
    QCOMPARE(session.database().refusals.triage, session.database().readOnlyReason);
    TriageStep own;
    own.kind = TriageKind::Own;
    session.triage({alertNumber(1, kNoon).id}, own);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
    // The engine learns of it when it has something to store.
    m_cluster->sql(m_database, QStringLiteral("SET transaction_read_only = off; "
                                              "INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\") "
                                              "SELECT 'AUTHENTICATION', 'login', 'FAILURE', '203.0.113.9' FROM generate_series(1, 5)"));
    QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::ReadOnly, kPatienceMs);
    QCOMPARE(session.engineStatus().detail, session.database().readOnlyReason);

    become(writable);
    QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 2, kPatienceMs);
    QCOMPARE(session.database().readOnlyReason, QString());
    QVERIFY(session.database().refusals == StoreRefusals());
    QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::Running, kPatienceMs);
    session.triage({alertNumber(1, kNoon).id}, own);
    QTRY_COMPARE_WITH_TIMEOUT(triaged.size(), 1, kPatienceMs);
    QCOMPARE(triaged.first().at(1).value<TriageOutcome>().done.size(), std::size_t{1});
    QTRY_COMPARE_WITH_TIMEOUT(m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM bartizan.alert")), QByteArray("2"), kPatienceMs);
}

/// Rights that are given or taken while a console is open.
void TestPostgresSession::followsItsRole()
{
    makeRoles();
    Session session;
    QVERIFY(open(session, m_cluster->url(m_database, QStringLiteral("audi"))));
    QVERIFY(!session.database().refusals.triage.isEmpty());
    m_cluster->sql(m_database, QStringLiteral("GRANT bartizan_manager TO audi"));
    QTRY_COMPARE_WITH_TIMEOUT(session.database().refusals.triage, QString(), kPatienceMs);
    QCOMPARE(session.database().refusals.settings, QString());
    QVERIFY(!session.database().refusals.append.isEmpty());
    m_cluster->sql(m_database, QStringLiteral("REVOKE bartizan_manager FROM audi"));
    QTRY_VERIFY_WITH_TIMEOUT(!session.database().refusals.triage.isEmpty(), kPatienceMs);
}

QTEST_GUILESS_MAIN(TestPostgresSession)
#include "tst_postgressession.moc"
