// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engineprocessor.h"

#include "tests/engine/draining.h"
#include "tests/engine/enginetesting.h"

#include <set>

using namespace bartizan;
using namespace bartizan::testing;

class TestEngineProcessor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void raisesAndRemembers();
    void batchesAndRestartsChangeNothing_data();
    void batchesAndRestartsChangeNothing();
    void largeRowsComeInShortBatches();
    void ownRowsAreNoEvents();
    void lateRowsCountWithTheirNeighbours();
    void oldLogInALiveDatabase();
    void oldLogComesInSeveralBatches();
    void recentLateRowsReachThePresent();
    void killedAmongLateRows();
    void aClockThatRanAhead();
    void settingsHoldFromTheNextRow();
    void timeZoneRebuilds();
    void clockRunsOn();
    void rowFromTheFutureDropsNothing();
};

void TestEngineProcessor::raisesAndRemembers()
{
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 5; ++i)
        rows.push_back(failedLogin(kBase + i * kSecond, "203.0.113.9"));
    append(*store, rows);

    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    const auto step = processor.step(100);
    QVERIFY(step);
    QCOMPARE(step->rows, 5);
    QCOMPARE(step->alerts, 1);
    QVERIFY(step->more); // The row about the alert.
    QCOMPARE(store->backlog(store->loadCursor()->lastRowId)->count, 1);
    drain(processor);
    QCOMPARE(store->backlog(store->loadCursor()->lastRowId)->count, 0);

    const auto alerts = sortedAlerts(*store);
    QCOMPARE(alerts.size(), std::size_t(1));
    QVERIFY(alerts[0].type == AlertType::BruteForceAttack);
    QCOMPARE(alerts[0].timestamp, kBase + 4 * kSecond);
    QCOMPARE(alerts[0].context.ipAddress.value(), std::string("203.0.113.9"));

    const auto cursor = store->loadCursor();
    QVERIFY(cursor);
    QCOMPARE(cursor->lastRowId, alerts[0].eventId + 1);
    QCOMPARE(cursor->watermark, kBase + 4 * kSecond);
    QCOMPARE(cursor->startedAt, kBase - kMinute);
}

void TestEngineProcessor::batchesAndRestartsChangeNothing_data()
{
    QTest::addColumn<int>("batch");
    QTest::addColumn<bool>("restarts");
    QTest::newRow("one row at a time") << 1 << false;
    QTest::newRow("batches of 7") << 7 << false;
    QTest::newRow("a restart after every few batches of 13") << 13 << true;
    QTest::newRow("a restart after every few batches of 500") << 500 << true;
}

void TestEngineProcessor::batchesAndRestartsChangeNothing()
{
    QFETCH(int, batch);
    QFETCH(bool, restarts);
    const ManualClock clock;
    // A commit waits for the disk: row by row, a quarter of the stream has to do.
    const auto rows = traffic(batch == 1 ? 1500 : 6000, 7);

    const TestDatabase whole;
    const auto reference = whole.open();
    append(*reference, rows);
    EngineProcessor atOnce(*reference, clock);
    QVERIFY(atOnce.begin());
    drain(atOnce, 100'000);
    const auto expected = sortedAlerts(*reference);
    QVERIFY(expected.size() > 15);
    std::set<AlertType> types;
    for (const SecurityAlert &alert : expected)
        types.insert(alert.type);
    QVERIFY(types.size() >= 5 || batch == 1);

    const TestDatabase parts;
    const auto store = parts.open();
    append(*store, rows);
    std::mt19937 random(99);
    auto processor = std::make_unique<EngineProcessor>(*store, clock);
    QVERIFY(processor->begin());
    for (bool more = true; more;) {
        if (restarts && random() % 4 == 0) {
            processor = std::make_unique<EngineProcessor>(*store, clock);
            QVERIFY(processor->begin());
        }
        const auto step = processor->step(static_cast<std::size_t>(batch));
        QVERIFY(step);
        more = step->more;
    }
    const auto found = sortedAlerts(*store);
    QCOMPARE(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        QVERIFY2(found[i] == expected[i], found[i].description.c_str());
}

void TestEngineProcessor::largeRowsComeInShortBatches()
{
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 5; ++i) {
        rows.push_back(failedLogin(kBase + i * kSecond, "203.0.113.9"));
        rows.back().metadata = "{\"k\":\"" + std::string(16u << 20, 'x') + "\"}";
    }
    append(*store, rows);
    rows.clear();

    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    const auto step = processor.step(1000);
    QVERIFY(step);
    QCOMPARE(step->rows, 2);
    QVERIFY(step->more);
    drain(processor);
    QCOMPARE(store->backlog(processor.cursor().lastRowId)->count, 0);
    QCOMPARE(sortedAlerts(*store).size(), std::size_t(1));
}

void TestEngineProcessor::ownRowsAreNoEvents()
{
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 60; ++i) {
        rows.push_back(failedLogin(kBase + i * 100, "203.0.113.9"));
        rows.back().origin = RowOrigin::Monitor;
    }
    rows.push_back(auditEvent(kBase + 10 * kMinute, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u"));
    append(*store, rows);
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    const auto step = processor.step(1000);
    QVERIFY(step);
    QCOMPARE(step->rows, 1);
    QVERIFY(sortedAlerts(*store).empty());
}

void TestEngineProcessor::lateRowsCountWithTheirNeighbours()
{
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    // Three failures, then two hours of silence, and a row of the present.
    append(*store, {failedLogin(kBase, "203.0.113.9"), failedLogin(kBase + 2000, "203.0.113.9"),
                    failedLogin(kBase + 4000, "203.0.113.9"),
                    auditEvent(kBase + 2 * kHour, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u")});
    drain(processor);
    QVERIFY(sortedAlerts(*store).empty());
    // Two more of the same five minutes come two hours late: the fifth in order of time is one that was there before,
    // so that the count first reaches the threshold at the last of the late ones.
    append(*store, {failedLogin(kBase + 1000, "203.0.113.9"), failedLogin(kBase + 5000, "203.0.113.9")});
    drain(processor);
    const auto alerts = sortedAlerts(*store);
    QCOMPARE(alerts.size(), std::size_t(1));
    QCOMPARE(alerts[0].timestamp, kBase + 5000);
    QCOMPARE(QByteArray::fromStdString(alerts[0].description), QByteArray("5 failed login attempts from IP 203.0.113.9 in 5 minutes"));
    QCOMPARE(store->loadCursor()->watermark, kBase + 2 * kHour);
}

void TestEngineProcessor::oldLogInALiveDatabase()
{
    const ManualClock clock;
    const auto old = traffic(3000, 3, kBase - 40 * kDay); // Within retention, beyond all baselines.
    const auto live = traffic(3000, 4);

    // What each stream raises alone.
    const auto alone = [&clock](const std::vector<AuditEvent> &rows) {
        const TestDatabase database;
        const auto store = database.open();
        append(*store, rows);
        EngineProcessor processor(*store, clock);
        if (!processor.begin())
            qFatal("begin");
        drain(processor, 100'000);
        return sortedAlerts(*store);
    };
    const auto describe = [](const std::vector<SecurityAlert> &alerts) {
        QStringList lines;
        for (const SecurityAlert &alert : alerts)
            lines.append(QString::number(alert.timestamp) + QLatin1Char(' ') + QString::fromStdString(alert.description));
        lines.sort();
        return lines;
    };
    QStringList expected = describe(alone(old)) + describe(alone(live));
    expected.sort();

    const TestDatabase database;
    const auto store = database.open();
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    append(*store, {live.begin(), live.begin() + 2000});
    drain(processor);
    // The old log arrives while the present goes on, mixed in one batch.
    append(*store, {old.begin(), old.begin() + 1500});
    append(*store, {live.begin() + 2000, live.end()});
    append(*store, {old.begin() + 1500, old.end()});
    drain(processor, 700);
    QCOMPARE(describe(sortedAlerts(*store)), expected);
    // One rebuild at the beginning of the old log; the present was never disturbed.
    QCOMPARE(processor.rebuilds(), 1);
}

void TestEngineProcessor::oldLogComesInSeveralBatches()
{
    const ManualClock clock;
    const auto old = traffic(4000, 5, kBase - 30 * kDay);
    const TestDatabase database;
    const auto store = database.open();
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    append(*store, {auditEvent(kBase, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u")});
    drain(processor);
    append(*store, old);
    drain(processor, 250);
    QCOMPARE(processor.rebuilds(), 1);

    const TestDatabase inOrder;
    const auto reference = inOrder.open();
    append(*reference, old);
    EngineProcessor straight(*reference, clock);
    QVERIFY(straight.begin());
    drain(straight);
    const auto expected = sortedAlerts(*reference);
    QVERIFY(withoutKeys(sortedAlerts(*store)) == withoutKeys(expected));
}

void TestEngineProcessor::recentLateRowsReachThePresent()
{
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    append(*store, {auditEvent(kBase, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u")});
    drain(processor);
    // 24 administrative acts arrive half an hour late; the 25th, of the present, completes the hour.
    std::vector<AuditEvent> late;
    for (int i = 0; i < 24; ++i) {
        late.push_back(auditEvent(kBase - 30 * kMinute + i * kSecond, SecurityEventType::UserManagement,
                             AuditOutcome::Success, {}, "admin"));
    }
    append(*store, late);
    append(*store, {auditEvent(kBase + kMinute, SecurityEventType::UserManagement, AuditOutcome::Success, {}, "admin")});
    drain(processor);
    const auto alerts = sortedAlerts(*store);
    QCOMPARE(alerts.size(), std::size_t(1));
    QVERIFY(alerts[0].type == AlertType::UnusualAdminActivity);
    QCOMPARE(alerts[0].timestamp, kBase + kMinute);
}

void TestEngineProcessor::killedAmongLateRows()
{
    const ManualClock clock;
    const auto old = traffic(3000, 6, kBase - 3 * kDay);
    const auto run = [&](bool restarts) {
        const TestDatabase database;
        const auto store = database.open();
        auto processor = std::make_unique<EngineProcessor>(*store, clock);
        if (!processor->begin())
            qFatal("begin");
        append(*store, {auditEvent(kBase, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u")});
        drain(*processor);
        append(*store, old);
        for (bool more = true; more;) {
            if (restarts) {
                processor = std::make_unique<EngineProcessor>(*store, clock);
                if (!processor->begin())
                    qFatal("begin");
            }
            const auto step = processor->step(333);
            if (!step)
                qFatal("step");
            more = step->more;
        }
        return sortedAlerts(*store);
    };
    const auto expected = run(false);
    QVERIFY(!expected.empty());
    QVERIFY(run(true) == expected);
}

void TestEngineProcessor::aClockThatRanAhead()
{
    // One row from a clock an hour ahead makes every row late for an hour: they are judged as they come, and the state
    // is not rebuilt for each.
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    append(*store, {auditEvent(kBase + kHour, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u")});
    drain(processor);
    for (int i = 0; i < 12; ++i) {
        append(*store, {failedLogin(kBase + i * kMinute, "203.0.113.9")});
        drain(processor);
    }
    const auto alerts = sortedAlerts(*store);
    QCOMPARE(alerts.size(), std::size_t(1));
    QCOMPARE(alerts[0].timestamp, kBase + 4 * kMinute);
    QCOMPARE(processor.rebuilds(), 1);

    // The present comes: it is rebuilt once, over what was late.
    for (int i = 0; i < 2; ++i) {
        append(*store, {failedLogin(kBase + kHour - 9 * kMinute + i, "203.0.113.10")});
        drain(processor);
    }
    QCOMPARE(processor.rebuilds(), 2);
    for (int i = 0; i < 3; ++i) {
        append(*store, {failedLogin(kBase + kHour - 9 * kMinute + 2 + i, "203.0.113.10")});
        drain(processor);
    }
    QCOMPARE(processor.rebuilds(), 2);
    QCOMPARE(sortedAlerts(*store).size(), std::size_t(2));
}

void TestEngineProcessor::settingsHoldFromTheNextRow()
{
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    append(*store, {failedLogin(kBase, "203.0.113.9"), failedLogin(kBase + 1, "203.0.113.9")});
    drain(processor);
    QVERIFY(sortedAlerts(*store).empty());
    // Another process lowers the threshold.
    const auto other = database.open();
    const QJsonObject update{{QStringLiteral("thresholds"),
                              QJsonObject{{QStringLiteral("failedLoginsPerMinute"), 3}}}};
    QVERIFY(other->updateSettings(update, {}, "tester", kBase));
    QVERIFY(processor.refreshSettings());
    QCOMPARE(processor.settings().config.thresholds.failedLoginsPerMinute, 3);
    append(*store, {failedLogin(kBase + 2, "203.0.113.9")});
    drain(processor);
    QCOMPARE(sortedAlerts(*store).size(), std::size_t(1));
}

void TestEngineProcessor::timeZoneRebuilds()
{
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    append(*store, {failedLogin(kBase, "203.0.113.9"), failedLogin(kBase + 1, "203.0.113.9"),
                    failedLogin(kBase + 2, "203.0.113.9")});
    drain(processor);
    QVERIFY(store->updateSettings({}, "Asia/Tokyo", "tester", kBase));
    QVERIFY(processor.refreshSettings());
    QCOMPARE(processor.rebuilds(), 1);
    // The rebuilt windows hold what they held.
    append(*store, {failedLogin(kBase + 3, "203.0.113.9"), failedLogin(kBase + 4, "203.0.113.9")});
    drain(processor);
    QCOMPARE(sortedAlerts(*store).size(), std::size_t(1));
}

void TestEngineProcessor::clockRunsOn()
{
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 51; ++i)
        rows.push_back(auditEvent(kBase + i * 10, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u"));
    append(*store, rows);
    {
        EngineProcessor processor(*store, clock);
        QVERIFY(processor.begin());
        QCOMPARE(*processor.runClock(kBase), 0); // Nothing has begun.
        drain(processor);
        QVERIFY(sortedAlerts(*store).empty());
        QCOMPARE(*processor.runClock(kBase + 29 * kSecond), 0);
        QCOMPARE(*processor.runClock(kBase + 30 * kSecond), 1);
    }
    const auto once = sortedAlerts(*store);
    QCOMPARE(once.size(), std::size_t(1));
    QCOMPARE(once[0].timestamp, kBase + 30 * kSecond);
    // After a kill the clock runs over the same ticks again: the same alert, not a second one.
    EngineProcessor again(*store, clock);
    QVERIFY(again.begin());
    QVERIFY(again.runClock(kBase + kMinute));
    auto repeated = once; // The tick after it sees the same events, and is counted on the alert.
    repeated[0].repeats = 1;
    repeated[0].lastRepeatAt = kBase + kMinute;
    QVERIFY(sortedAlerts(*store) == repeated);
    const auto monitorRows = store->countEvents({});
    QVERIFY(monitorRows);
    QCOMPARE(*monitorRows, 52);
}

void TestEngineProcessor::rowFromTheFutureDropsNothing()
{
    const TestDatabase database;
    const ManualClock clock(kBase + kHour);
    const auto store = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 5; ++i)
        rows.push_back(failedLogin(kBase + i * kSecond, "203.0.113.9"));
    rows.push_back(failedLogin(kBase + 3650 * kDay, "203.0.113.10"));
    append(*store, rows);
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    drain(processor);
    QCOMPARE(sortedAlerts(*store).size(), std::size_t(1));
    // And the present is still judged, although the newest row is ten years away.
    std::vector<AuditEvent> present;
    for (int i = 0; i < 5; ++i)
        present.push_back(failedLogin(kBase + kHour + i * kSecond, "203.0.113.11"));
    append(*store, present);
    drain(processor);
    QCOMPARE(sortedAlerts(*store).size(), std::size_t(2));
}

QTEST_GUILESS_MAIN(TestEngineProcessor)
#include "tst_engineprocessor.moc"
