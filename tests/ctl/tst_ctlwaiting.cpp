// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctlprocess.h"
#include "tests/postgres/postgrescluster.h"

#include <QElapsedTimer>
#include <QTest>

using bartizan::test::Ctl;
using bartizan::test::Outcome;
using bartizan::test::PostgresCluster;

/// `bartizanctl run` on a server that does not let it begin: it waits where waiting helps.
class TestCtlWaiting : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        SKIP_WITHOUT_POSTGRES();
        m_cluster = std::make_unique<PostgresCluster>();
    }
    void init()
    {
        if (!m_cluster->running()) // A test that failed has left it so.
            m_cluster->start();
        m_ctl = std::make_unique<Ctl>();
        m_database = m_cluster->makeDatabase();
        m_url = m_cluster->url(m_database);
    }
    void cleanupTestCase() { m_cluster.reset(); }

    void waitsForAServerThatIsAway();
    void offersARefusedPasswordOnce();
    void endsForWhatCanNeverWork();

private:
    Outcome onServer(const QStringList &arguments) { return m_ctl->runBare(QStringList{QStringLiteral("--db"), m_url} + arguments); }

    std::unique_ptr<PostgresCluster> m_cluster;
    std::unique_ptr<Ctl> m_ctl;
    QString m_database;
    QString m_url;
};

/// As when both are started at once: it says what it waits for, once, and begins when it can.
void TestCtlWaiting::waitsForAServerThatIsAway()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    m_cluster->stop();
    QProcess engine;
    engine.start(Ctl::program(), {QStringLiteral("--db"), m_url, QStringLiteral("run")});
    QByteArray told;
    const auto hear = [&](const QByteArray &text) { return (told += engine.readAllStandardError()).contains(text); };
    QTRY_VERIFY_WITH_TIMEOUT(hear("failed, trying again (Cannot connect to database"), 60'000);
    QElapsedTimer later;
    later.start();
    QTRY_VERIFY_WITH_TIMEOUT(later.hasExpired(1'000) || engine.state() != QProcess::Running, 60'000); // Several tries on.
    QVERIFY2(engine.state() == QProcess::Running && told.count("trying again") == 1, told.constData());
    // Nothing was done, and it failed: it says so when it is ended.
    engine.terminate();
    QVERIFY(engine.waitForFinished(60'000));
    QVERIFY2(hear("stopped while the engine was failing") && engine.exitCode() == 1, told.constData());
    told.clear();
    engine.start(Ctl::program(), {QStringLiteral("--db"), m_url, QStringLiteral("run")});
    QTRY_VERIFY_WITH_TIMEOUT(hear("trying again"), 60'000);
    m_cluster->start();
    QTRY_VERIFY_WITH_TIMEOUT(hear("Engine: running"), 60'000);
    engine.terminate();
    QVERIFY(engine.waitForFinished(60'000));
    QCOMPARE(engine.exitCode(), 0);
}

/// A supervisor that starts it anew would have the account locked; and what is mended meanwhile is noticed.
void TestCtlWaiting::offersARefusedPasswordOnce()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    m_cluster->sql(m_database, QStringLiteral("CREATE ROLE runner SUPERUSER LOGIN PASSWORD 'right'"));
    const QString file = m_ctl->put(QStringLiteral("pgpass"), "127.0.0.1:*:*:runner:wrong\n");
    QVERIFY(QFile::setPermissions(file, QFileDevice::ReadOwner | QFileDevice::WriteOwner));
    QProcess engine;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PGPASSFILE"), file);
    engine.setProcessEnvironment(environment);
    engine.start(Ctl::program(), {QStringLiteral("--db"), m_cluster->tcpUrl(m_database, QStringLiteral("runner")), QStringLiteral("run")});
    QByteArray told;
    const auto hear = [&](const QByteArray &text) { return (told += engine.readAllStandardError()).contains(text); };
    QTRY_VERIFY_WITH_TIMEOUT(hear("did not take the password"), 60'000);
    QElapsedTimer later;
    later.start();
    QTRY_VERIFY_WITH_TIMEOUT(later.hasExpired(2'000) || engine.state() != QProcess::Running, 60'000); // Several tries on.
    QVERIFY2(engine.state() == QProcess::Running, told.constData());
    QFile log(m_cluster->socketFolder() + QStringLiteral("/server.log"));
    QVERIFY(log.open(QIODevice::ReadOnly));
    QCOMPARE(log.readAll().count("password authentication failed for user \"runner\""), 1);
    (void)m_ctl->put(QStringLiteral("pgpass"), "127.0.0.1:*:*:runner:right\n");
    QTRY_VERIFY_WITH_TIMEOUT(hear("Engine: running"), 60'000);
    engine.terminate();
    QVERIFY(engine.waitForFinished(60'000));
    QCOMPARE(engine.exitCode(), 0);
}

void TestCtlWaiting::endsForWhatCanNeverWork()
{
    const QStringList run{QStringLiteral("run")};
    const Outcome none = onServer(run);
    QVERIFY2(none.status == 1 && none.err.contains("there is no schema of Bartizan's"), none.told().constData());
    QCOMPARE(m_ctl->runBare({QStringLiteral("--db"), QStringLiteral("postgresql://h/d?sslmode=prefer"), QStringLiteral("run")}).status, 2);
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    m_cluster->sql(m_database, QStringLiteral("UPDATE bartizan.meta SET value = '999' WHERE key = 'schema'"));
    const Outcome newer = onServer(run);
    QVERIFY2(newer.status == 1 && newer.err.contains("newer Bartizan") && !newer.err.contains("trying again"), newer.told().constData());
    m_cluster->sql(m_database, QStringLiteral("DROP SCHEMA bartizan CASCADE; CREATE SCHEMA bartizan; CREATE TABLE bartizan.x ()"));
    const Outcome foreign = onServer(run);
    QVERIFY2(foreign.status == 1 && foreign.err.contains("another program's"), foreign.told().constData());
}

QTEST_GUILESS_MAIN(TestCtlWaiting)
#include "tst_ctlwaiting.moc"
