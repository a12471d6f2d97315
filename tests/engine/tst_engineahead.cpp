// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engineprocessor.h"

#include "tests/engine/draining.h"
#include "tests/engine/enginetesting.h"

#include <set>

using namespace bartizan;
using namespace bartizan::testing;

/// Bartizan's own rows that lie ahead of the stream's clock.
class TestEngineAhead : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void acknowledgementsAheadOfTheStream();
    void manyOwnRowsAhead_data();
    void manyOwnRowsAhead();
};

void TestEngineAhead::acknowledgementsAheadOfTheStream()
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
    drain(processor);
    const auto raised = sortedAlerts(*store);
    // An alert of an old stream is acknowledged today: its row must not move the stream's clock.
    const std::vector<std::string> ids{raised.at(0).id};
    QVERIFY(store->acknowledge(ids, "tester", kBase + 300 * kDay, {}));
    append(*store, {failedLogin(kBase + 5 * kSecond, "203.0.113.10")});
    drain(processor);
    QCOMPARE(store->loadCursor()->watermark, kBase + 5 * kSecond);
    std::vector<AuditEvent> more;
    for (int i = 0; i < 5; ++i)
        more.push_back(failedLogin(kBase + kMinute + i * kSecond, "203.0.113.11"));
    append(*store, more);
    drain(processor);
    QCOMPARE(processor.rebuilds(), 0);
    QCOMPARE(sortedAlerts(*store).size(), std::size_t(2));
}

void TestEngineAhead::manyOwnRowsAhead_data()
{
    QTest::addColumn<bool>("restart");
    QTest::newRow("as they come") << false;
    QTest::newRow("after a restart") << true;
}

void TestEngineAhead::manyOwnRowsAhead()
{
    QFETCH(const bool, restart);
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    append(*store, {failedLogin(kBase, "203.0.113.9")});
    auto processor = std::make_unique<EngineProcessor>(*store, clock);
    QVERIFY(processor->begin());
    drain(*processor);
    // More than the engine keeps, several in each millisecond, and rows of the stream between them in the log.
    constexpr int kOwn = 12'000;
    const auto user = [](int i) { return "user" + std::to_string(i); };
    const auto timeOf = [](int i) { return kBase + kHour + i / 7 * kSecond; };
    for (int from : {kOwn / 2, 0}) {
        std::vector<AuditEvent> own;
        for (int i = from; i < from + kOwn / 2; ++i) {
            own.push_back(auditEvent(timeOf(i), SecurityEventType::SystemConfig, AuditOutcome::Success, {}, user(i)));
            own.back().origin = RowOrigin::Monitor;
            own.back().action = "alert_acknowledged";
            own.back().context.country = "DE";
        }
        append(*store, own);
        append(*store, {failedLogin(kBase + kMinute, "203.0.113.9")});
        drain(*processor);
    }
    QCOMPARE(store->loadCursor()->watermark, kBase + kMinute);
    if (restart) {
        processor = std::make_unique<EngineProcessor>(*store, clock);
        QVERIFY(processor->begin());
    }
    // Each of these is known from Germany by its own row alone; the clock comes by in several steps.
    const std::set<int> travellers{0, 1, 4'999, 5'000, 5'001, kOwn / 2, kOwn - 1};
    for (int i : travellers) {
        AuditEvent row = auditEvent(timeOf(i) + 1, SecurityEventType::SystemConfig, AuditOutcome::Success, "198.51.100.7", user(i));
        row.context.country = "FR";
        append(*store, {row});
        drain(*processor);
    }
    std::set<std::string> found;
    for (const SecurityAlert &alert : sortedAlerts(*store)) {
        QVERIFY(alert.type == AlertType::AuthenticationAnomaly);
        found.insert(*alert.context.userId);
    }
    std::set<std::string> expected;
    for (int i : travellers)
        expected.insert(user(i));
    QCOMPARE(found, expected);
}

QTEST_GUILESS_MAIN(TestEngineAhead)
#include "tst_engineahead.moc"
