// SPDX-License-Identifier: GPL-3.0-or-later
// What the detector forgets, what it may not forget, and what it tells of groups on their way.
#include "core/detect/detector.h"
#include "standardtraffic.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace bartizan;
using namespace bartizan::test;

class TestDetectorBounds : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void expiringStateChangesNothing();
    void floodDoesNotHideAnAttack();
    void capHoldsForEveryRule();
    void nearMisses();
    void nearMissesOfOrderedPairs();
    void whatHasJustHitIsKept();
    void oneGrainHidesNoAttack();
};

void TestDetectorBounds::expiringStateChangesNothing()
{
    // Keys that come once make the detector clear up often, while one attacks slowly; the last attack is found.
    MonitoringConfig config = touchy();
    config.rules[static_cast<std::size_t>(RuleId::TemporalAnomaly)].enabled = false;
    Detector detector(config);
    detector.start(kStart);
    DetectorOutput out;
    std::int64_t id = 0;
    constexpr std::int64_t step = 21 * kMinute; // Never three of anything within its window but those of an hour.
    for (int i = 0; i < 8'000; ++i) {
        const TimestampMs at = kStart + i * step;
        const std::string once = std::to_string(i);
        AuditEvent row = failedLogin(++id, at, "10." + once, "user" + once);
        row.context.sessionId = "session" + once;
        row.context.country = "DE";
        detector.process(EventView::of(row), out);
        detector.process(EventView::of(failedLogin(++id, at, "192.0.2.1", {})), out);
    }
    QVERIFY(out.alerts.empty());
    QVERIFY(detector.load().keysHeld < 5'000);
    QCOMPARE(detector.load().keysEvicted, 0);
    const TimestampMs end = kStart + 8'000 * step;
    for (int i = 0; i < 3; ++i)
        detector.process(EventView::of(failedLogin(++id, end + i, "192.0.2.2", "user" + std::to_string(i))), out);
    QCOMPARE(out.alerts.size(), std::size_t{2});
    QCOMPARE(out.alerts[0].rule, std::string("brute-force"));
    QCOMPARE(out.alerts[1].rule, std::string("account-enumeration"));
}

void TestDetectorBounds::floodDoesNotHideAnAttack()
{
    MonitoringConfig config;
    config.trackedKeys = kFewestTrackedKeys;
    config.rules[static_cast<std::size_t>(RuleId::EventVolume)].enabled = false;
    Detector detector(config);
    detector.start(kStart);
    DetectorOutput out;
    std::set<std::string> found;
    std::int64_t id = 0;
    TimestampMs at = kStart;
    for (int i = 0; i < 200'000; ++i) {
        at += i % 20 == 0 ? 1 : 0;
        const std::string once = std::to_string(i);
        AuditEvent row = failedLogin(++id, at, "10." + once, "user" + once);
        row.context.country = "DE";
        row.context.sessionId = once;
        detector.process(EventView::of(row), out);
        if (i % 500 == 0) // One address goes on guessing: every 25 ms of the flood, which fills the cap in 2 s.
            detector.process(EventView::of(failedLogin(++id, at, "192.0.2.1", "root")), out);
        QVERIFY(detector.load().keysHeld <= config.trackedKeys);
        for (const SecurityAlert &alert : out.alerts) {
            QCOMPARE(alert.context.ipAddress, std::optional<std::string>("192.0.2.1"));
            found.insert(alert.rule);
        }
        out.clear();
    }
    QVERIFY(found.contains("brute-force"));
    QVERIFY(found.contains("multiple-failed-logins"));
    QVERIFY(detector.load().keysEvicted > 100'000);
}

void TestDetectorBounds::capHoldsForEveryRule()
{
    MonitoringConfig config = touchy();
    config.trackedKeys = kFewestTrackedKeys;
    Detector detector(config);
    detector.start(kStart);
    Traffic traffic(8, false);
    DetectorOutput out;
    for (int i = 0; i < 60'000; ++i) {
        AuditEvent row = traffic.next();
        const std::string once = std::to_string(i);
        row.timestamp = kStart + i;
        for (auto *text : {&row.context.ipAddress, &row.context.userId, &row.context.sessionId, &row.context.companyId})
            *text = once;
        detector.process(EventView::of(row), out);
        out.clear();
    }
    const DetectorLoad load = detector.load();
    QCOMPARE(load.keysHeld, config.trackedKeys);
    QVERIFY(load.keysEvicted > 100'000);
    // A lower cap holds from the next new key on.
    std::string saved;
    detector.save(saved);
    Detector again(config);
    QVERIFY(again.load(saved).ok());
    QCOMPARE(again.load().keysEvicted, load.keysEvicted);
    QCOMPARE(again.load().keysHeld, load.keysHeld);
}

void TestDetectorBounds::nearMisses()
{
    MonitoringConfig config;
    Detector detector(config);
    detector.start(kStart);
    DetectorOutput out;
    std::int64_t id = 0;
    for (int i = 0; i < 4; ++i)
        detector.process(EventView::of(failedLogin(++id, kStart + i * kSecond, "203.0.113.9", "root")), out);
    for (int i = 0; i < 3; ++i)
        detector.process(EventView::of(failedLogin(++id, kStart + i * kSecond, "203.0.113.8", {})), out);
    const TimestampMs now = kStart + kMinute;
    auto list = detector.nearMisses(now, 10);
    QCOMPARE(list.size(), std::size_t{2});
    const NearMiss first{RuleId::BruteForce, GroupKind::Address, "203.0.113.9", 4, 5, kStart + 3 * kSecond,
                         kStart + 5 * kMinute};
    QVERIFY(list[0] == first);
    QCOMPARE(list[1].group, std::string("203.0.113.8"));
    QCOMPARE(detector.nearMisses(now, 1).size(), std::size_t{1});
    // As time goes on they leave: at the edge one is still within.
    QCOMPARE(detector.nearMisses(kStart + 5 * kMinute, 10).size(), std::size_t{2});
    list = detector.nearMisses(kStart + 5 * kMinute + 1, 10);
    QCOMPARE(list.size(), std::size_t{1});
    QCOMPARE(list[0].count, 3);
    QCOMPARE(list[0].expiresAt, kStart + kSecond + 5 * kMinute);
    // At the threshold there is an alert instead.
    detector.process(EventView::of(failedLogin(++id, now, "203.0.113.9", "root")), out);
    QCOMPARE(out.alerts.size(), std::size_t{1});
    const auto after = detector.nearMisses(now, 10);
    QVERIFY(std::none_of(after.begin(), after.end(), [](const NearMiss &n) {
        return n.rule == RuleId::BruteForce && n.group == "203.0.113.9";
    }));
    // Distinct accounts.
    for (int i = 0; i < 4; ++i)
        detector.process(EventView::of(failedLogin(++id, now + i, "203.0.113.7", "u" + std::to_string(i))), out);
    const auto accounts = detector.nearMisses(now + 10, 20);
    QVERIFY(std::any_of(accounts.begin(), accounts.end(), [](const NearMiss &n) {
        return n.rule == RuleId::AccountEnumeration && n.group == "203.0.113.7" && n.count == 4 && n.threshold == 5;
    }));
}

void TestDetectorBounds::nearMissesOfOrderedPairs()
{
    // Enough failures, or a denial: what is missing is the one login, or the one grant.
    MonitoringConfig config;
    for (const RuleInfo &rule : ruleCatalog()) {
        config.rules[static_cast<std::size_t>(rule.id)].enabled
            = rule.id == RuleId::BruteForceSuccess || rule.id == RuleId::EscalationAfterDenial;
    }
    Detector detector(config);
    DetectorOutput out;
    std::int64_t id = 0;
    for (int i = 0; i < 12; ++i)
        detector.process(EventView::of(failedLogin(++id, kStart + i * kSecond, "203.0.113.9", {})), out);
    for (int i = 0; i < 9; ++i)
        detector.process(EventView::of(failedLogin(++id, kStart + i * kSecond, "203.0.113.8", {})), out);
    AuditEvent denial = failedLogin(++id, kStart + 20 * kSecond, {}, "eve");
    denial.eventType = SecurityEventType::Authorization;
    detector.process(EventView::of(denial), out);
    const TimestampMs now = kStart + kMinute;
    auto list = detector.nearMisses(now, 10);
    QCOMPARE(list.size(), std::size_t{3});
    QVERIFY(list[0] == (NearMiss{RuleId::BruteForceSuccess, GroupKind::Address, "203.0.113.9", 12, 10, kStart + 11 * kSecond,
                                 kStart + 20 * kMinute, true})); // Ten of the eleven that make an alert.
    QCOMPARE(list[1].count, 9);
    QVERIFY(list[2] == (NearMiss{RuleId::EscalationAfterDenial, GroupKind::User, "eve", 1, 1, kStart + 20 * kSecond,
                                 kStart + 20 * kSecond + 30 * kMinute, true})); // One of two, however many are denied once.
    QCOMPARE(detector.nearMisses(now, 1).size(), std::size_t{1});
    QCOMPARE(detector.nearMisses(now, 1)[0].group, std::string("203.0.113.9"));
    // Who has the alert is not close to it, until another login would make another one.
    AuditEvent login = failedLogin(++id, now, "203.0.113.9", {});
    login.outcome = AuditOutcome::Success;
    detector.process(EventView::of(login), out);
    QCOMPARE(out.alerts.size(), std::size_t{1});
    list = detector.nearMisses(now + 1, 10);
    QCOMPARE(list.size(), std::size_t{2});
    QCOMPARE(list[0].group, std::string("203.0.113.8"));
    const TimestampMs over = now + config.alerting.suppressDuplicateMinutes * kMinute;
    QCOMPARE(detector.nearMisses(over - 1, 10).size(), std::size_t{2});
    QCOMPARE(detector.nearMisses(over, 10).front().group, std::string("203.0.113.9"));
}

void TestDetectorBounds::whatHasJustHitIsKept()
{
    MonitoringConfig config;
    config.trackedKeys = kFewestTrackedKeys;
    Detector detector(config);
    DetectorOutput out;
    std::int64_t id = 0;
    const auto reset = [&](const std::string &address, const std::string &account) {
        AuditEvent row = failedLogin(++id, kStart, address, account);
        row.eventType = SecurityEventType::PasswordReset;
        row.outcome = AuditOutcome::Success;
        return row;
    };
    for (int i = 0; i < config.trackedKeys; ++i) {
        const AuditEvent row = reset("10." + std::to_string(i / 250) + "." + std::to_string(i % 250), "somebody");
        detector.process(EventView::of(row), out);
    }
    // The fifth hits, and a later rule of the same event needs room for its session.
    for (int i = 0; i < 5; ++i) {
        AuditEvent row = reset("203.0.113.9", "account" + std::to_string(i));
        if (i == 4)
            row.context.sessionId = "new";
        detector.process(EventView::of(row), out);
    }
    QVERIFY(std::any_of(out.alerts.begin(), out.alerts.end(), [](const SecurityAlert &alert) {
        return alert.type == AlertType::AccountEnumeration && alert.group == "address:203.0.113.9";
    }));
    QVERIFY(detector.load().keysEvicted > 0);
}

void TestDetectorBounds::oneGrainHidesNoAttack()
{
    MonitoringConfig config;
    config.trackedKeys = kFewestTrackedKeys;
    Detector detector(config);
    DetectorOutput out;
    std::int64_t id = 0;
    for (int i = 0; i < 30'000; ++i) {
        const std::string once = std::to_string(i);
        const TimestampMs at = kStart + i / 30;
        detector.process(EventView::of(failedLogin(++id, at, "10." + once, "user" + once)), out);
        if (i % 15 == 0)
            detector.process(EventView::of(failedLogin(++id, at, "203.0.113.9", "root")), out);
    }
    QVERIFY(std::any_of(out.alerts.begin(), out.alerts.end(), [](const SecurityAlert &alert) {
        return alert.type == AlertType::BruteForceAttack && alert.group == "address:203.0.113.9";
    }));
}

QTEST_APPLESS_MAIN(TestDetectorBounds)
#include "tst_detectorbounds.moc"
