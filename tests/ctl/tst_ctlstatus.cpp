// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "core/storage/openstore.h"
#include "core/storage/sqliteconnection.h"
#include "tests/ctl/ctlprocess.h"

#include <QJsonObject>
#include <QtTest>

#include <csignal>

using namespace bartizan;
using namespace bartizan::test;

/// `bartizanctl status`: of a database without an engine, beside a running one, and after one was killed.
class CtlStatusTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFreshDatabase();
    void aRunningEngine();
    void tellsTheLastErrorAndWhatWasEvicted();
    void countsBacklogAndQuarantine();
    void tellsAnEngineThatStandsStill();
    void tellsWhatAnEngineFailsWith();
    void needsADatabase();

private:
    static QJsonObject status(const Ctl &ctl)
    {
        const Outcome outcome = ctl.run(words("status --json"));
        if (outcome.status != 0)
            qFatal("%s", outcome.told().constData());
        return outcome.json().object();
    }
};

void CtlStatusTest::aFreshDatabase()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    const QJsonObject told = status(ctl);
    QCOMPARE(told.value(QStringLiteral("running")).toBool(true), false);
    QVERIFY(told.value(QStringLiteral("runBy")).isNull());
    for (const char *name : {"eventsPerSecond", "backlog", "processed", "keysHeld", "keysEvicted", "quarantined"})
        QCOMPARE(told.value(QLatin1String(name)).toDouble(-1), 0.0);
    QCOMPARE(told.value(QStringLiteral("rulesOn")).toInt(), 20);
    QCOMPARE(told.value(QStringLiteral("rules")).toInt(), 20);
    QVERIFY(told.value(QStringLiteral("lastError")).isNull());
    QVERIFY(told.contains(QStringLiteral("toldAt")));
    const Outcome plain = ctl.run(words("status"));
    QVERIFY2(plain.status == 0 && plain.out.contains("not running") && plain.out.contains("20 of 20"),
             plain.told().constData());
    QCOMPARE(ctl.run(words("config set preset reference")).status, 0);
    QCOMPARE(status(ctl).value(QStringLiteral("rulesOn")).toInt(), 6);
    QCOMPARE(ctl.run(words("status now")).status, 2);
}

void CtlStatusTest::aRunningEngine()
{
    const Ctl ctl;
    QByteArray events;
    for (int i = 0; i < 50; ++i) {
        events += "{\"timestamp\":\"2026-03-02T00:00:" + QByteArray::number(10 + i % 50)
            + ".000Z\",\"eventType\":\"AUTHENTICATION\",\"action\":\"login\",\"outcome\":\"FAILURE\",\"ipAddress\":"
              "\"203.0.113." + QByteArray::number(i) + "\"}\n";
    }
    QCOMPARE(ctl.run(words("import -"), events).status, 0);
    QCOMPARE(status(ctl).value(QStringLiteral("backlog")).toInt(), 50);
    QProcess engine;
    engine.start(Ctl::program(), {QStringLiteral("--db"), ctl.database(), QStringLiteral("run")});
    QTRY_COMPARE_WITH_TIMEOUT(status(ctl).value(QStringLiteral("processed")).toInt(), 50, 30'000);
    const QJsonObject told = status(ctl);
    QCOMPARE(told.value(QStringLiteral("running")).toBool(), true);
    QVERIFY(told.value(QStringLiteral("runBy")).toString().contains(QString::number(engine.processId())));
    QCOMPARE(told.value(QStringLiteral("backlog")).toInt(-1), 0);
    QTRY_VERIFY_WITH_TIMEOUT(status(ctl).value(QStringLiteral("keysHeld")).toInt() >= 50, 30'000);
    QVERIFY(told.value(QStringLiteral("newestEvent")).toString().startsWith(QStringLiteral("2026-03-02T00:00:59")));
    // Killed, it leaves its name in the lock's file; the lock itself is free.
    QCOMPARE(::kill(static_cast<pid_t>(engine.processId()), SIGKILL), 0);
    QVERIFY(engine.waitForFinished(20'000));
    const QJsonObject after = status(ctl);
    QCOMPARE(after.value(QStringLiteral("running")).toBool(true), false);
    QCOMPARE(after.value(QStringLiteral("keysHeld")).toInt(-1), 0);
}

void CtlStatusTest::tellsTheLastErrorAndWhatWasEvicted()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    EngineHealth health;
    health.at = 1'772'409'600'000;
    health.eventsPerSecond = 12.5;
    health.keysHeld = 1'000'000;
    health.keysEvicted = 12'480;
    health.lastError = "disk is full\x1b[31m";
    health.lastErrorAt = 1'772'409'601'000;
    health.failingSince = 1'772'409'590'000;
    {
        auto store = openStore(ctl.database());
        QVERIFY(store.ok() && (*store)->saveHealth(health).ok());
        QCOMPARE(**(*store)->loadHealth(), health);
        health.keysEvicted += 1;
        QVERIFY((*store)->saveHealth(health).ok()); // The newest stands.
        QCOMPARE(**(*store)->loadHealth(), health);
    }
    QJsonObject told = status(ctl);
    QCOMPARE(told.value(QStringLiteral("keysEvicted")).toInt(), 12'481);
    QCOMPARE(told.value(QStringLiteral("eventsPerSecond")).toDouble(-1), 0.0); // Nobody runs it.
    QCOMPARE(told.value(QStringLiteral("lastError")).toObject().value(QStringLiteral("at")).toString(),
             QStringLiteral("2026-03-02T00:00:01.000Z"));
    const auto lock = EngineLock::take(ctl.database(), QStringLiteral("the console"), 0);
    QVERIFY(lock && lock->held());
    told = status(ctl);
    QVERIFY(told.value(QStringLiteral("runBy")).toString().contains(QStringLiteral("the console")));
    QCOMPARE(told.value(QStringLiteral("eventsPerSecond")).toDouble(), 12.5);
    const Outcome plain = ctl.run(words("status"));
    QVERIFY2(plain.out.contains("12481") && !plain.out.contains('\x1b'), plain.told().constData());
}

void CtlStatusTest::countsBacklogAndQuarantine()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("import --format ndjson -"), "this is no event\n").status, 3);
    QCOMPARE(status(ctl).value(QStringLiteral("quarantined")).toInt(), 1);
}

/// It holds the database, and does nothing.
void CtlStatusTest::tellsAnEngineThatStandsStill()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    auto lock = EngineLock::take(ctl.database(), QStringLiteral("test"), 0);
    QVERIFY(lock && lock->held());
    const Outcome idle = ctl.run(words("status --check --patience 0"));
    QVERIFY2(idle.status == 0, idle.told().constData());
    QCOMPARE(ctl.run(words("import -"), "{\"timestamp\":\"2026-03-02T00:00:10.000Z\",\"eventType\":\"AUTHENTICATION\","
                                        "\"action\":\"login\",\"outcome\":\"FAILURE\"}\n").status, 0);
    const Outcome stuck = ctl.run(words("status --check --patience 1"));
    QCOMPARE(stuck.status, 1);
    QVERIFY2(stuck.err.contains("stands still at row 0") && stuck.err.contains("none within 1 second"), stuck.told().constData());
    // Who works is seen to.
    lock->release();
    QProcess engine;
    engine.start(Ctl::program(), {QStringLiteral("--db"), ctl.database(), QStringLiteral("run")});
    QTRY_COMPARE_WITH_TIMEOUT(ctl.run(words("status --check")).status, 0, 30'000);
    engine.kill();
    QVERIFY(engine.waitForFinished(20'000));
}

/// Its batch is undone and the lock let go, and yet others learn why there are no alerts.
void CtlStatusTest::tellsWhatAnEngineFailsWith()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    SqliteConnection database;
    QVERIFY(database.open(ctl.database(), SqliteConnection::Access::ReadWrite).ok());
    QVERIFY(database.execute("CREATE TRIGGER refuses BEFORE INSERT ON alert BEGIN SELECT RAISE(ABORT, 'no alerts here'); END").ok());
    QByteArray events;
    for (int i = 0; i < 5; ++i) {
        events += "{\"timestamp\":\"2026-03-02T00:00:1" + QByteArray::number(i)
            + ".000Z\",\"eventType\":\"AUTHENTICATION\",\"action\":\"login\",\"outcome\":\"FAILURE\",\"ipAddress\":\"203.0.113.9\"}\n";
    }
    QCOMPARE(ctl.run(words("import -"), events).status, 0);
    const auto state = [&ctl] { return status(ctl).value(QStringLiteral("state")).toString(); };
    QCOMPARE(state(), QStringLiteral("stopped"));
    QProcess engine;
    engine.start(Ctl::program(), {QStringLiteral("--db"), ctl.database(), QStringLiteral("run")});
    QTRY_COMPARE_WITH_TIMEOUT(state(), QStringLiteral("failing"), 30'000);
    const QString message = status(ctl).value(QStringLiteral("lastError")).toObject().value(QStringLiteral("message")).toString();
    QVERIFY2(message.contains(QStringLiteral("no alerts here")), qPrintable(message));
    const Outcome plain = ctl.run(words("status"));
    QVERIFY2(plain.out.contains("failing since") && plain.out.contains("no alerts here"), plain.told().constData());
    const Outcome check = ctl.run(words("status --check"));
    QVERIFY2(check.status == 1 && check.err.contains("no alerts here") && !check.err.contains("no engine runs"), check.told().constData());
    QVERIFY(database.execute("DROP TRIGGER refuses").ok());
    QTRY_COMPARE_WITH_TIMEOUT(state(), QStringLiteral("running"), 60'000);
    QVERIFY(status(ctl).value(QStringLiteral("failingSince")).isNull());
    engine.kill();
    QVERIFY(engine.waitForFinished(20'000));
}

void CtlStatusTest::needsADatabase()
{
    const Ctl ctl;
    const Outcome outcome = ctl.run(words("status --json"));
    QVERIFY2(outcome.status == 1 && outcome.out.isEmpty(), outcome.told().constData());
}

QTEST_GUILESS_MAIN(CtlStatusTest)
#include "tst_ctlstatus.moc"
