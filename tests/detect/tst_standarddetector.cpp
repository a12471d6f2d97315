// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detector.h"
#include "core/domain/jsontext.h"
#include "restoredetector.h"
#include "standardoracle.h"
#include "standardtraffic.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

using namespace bartizan;
using namespace bartizan::test;

namespace {

std::int64_t countOf(const SecurityAlert &alert)
{
    const QJsonObject metadata = jsonObjectOf(alert.metadata);
    for (const char *key : {"failedAttempts", "adminActions", "violations"}) {
        // The event's metadata has none of these.
        if (metadata.contains(QLatin1String(key)))
            return metadata.value(QLatin1String(key)).toInteger();
    }
    if (alert.rule == "temporal-anomaly") {
        const std::string_view words = "Unusual activity spike: ";
        return std::stoll(alert.description.substr(words.size()));
    }
    return alert.rule == "geographical-anomaly" ? 0 : metadata.value(QLatin1String("count")).toInteger(-1);
}

/// What detectors put out, as the oracle writes it down; whichever of several detectors.
class Record {
public:
    void take(DetectorOutput &out)
    {
        for (const SecurityAlert &alert : out.alerts) {
            m_byId[alert.id] = m_hits.size();
            ids.push_back(alert.id);
            m_hits.push_back({alert.timestamp, alert.rule, alert.type, alert.group, alert.severity, countOf(alert),
                              alert.eventId, 0, 0});
        }
        for (const AlertRepeat &repeat : out.repeats) {
            StandardHit &hit = m_hits.at(m_byId.at(repeat.alertId));
            hit.repeats += repeat.count;
            hit.lastRepeatAt = std::max(hit.lastRepeatAt, repeat.lastAt);
        }
        out.clear();
    }
    const std::vector<StandardHit> &hits() const { return m_hits; }
    std::vector<std::string> ids;

private:
    std::vector<StandardHit> m_hits;
    std::map<std::string, std::size_t> m_byId;
};

QByteArray shown(const std::vector<StandardHit> &hits, std::size_t at)
{
    if (at >= hits.size())
        return "nothing";
    const StandardHit &h = hits[at];
    return QByteArray::fromStdString(formatIso(h.at) + " " + h.rule + " " + h.group + " " + std::string(toString(h.severity))
                                     + " " + std::to_string(h.count) + ", event " + std::to_string(h.eventId) + ", "
                                     + std::to_string(h.repeats) + " repeats until " + formatIso(h.lastRepeatAt));
}

/// Fails with the first alert that differs.
void compare(const std::vector<StandardHit> &actual, const std::vector<StandardHit> &expected)
{
    for (std::size_t i = 0; i < std::max(actual.size(), expected.size()); ++i) {
        const bool same = i < actual.size() && i < expected.size() && actual[i] == expected[i];
        const QByteArray both = shown(actual, i) + " instead of " + shown(expected, i);
        QVERIFY2(same, both.constData());
    }
}

void verifyEveryRule(const std::vector<StandardHit> &hits)
{
    for (const RuleInfo &rule : ruleCatalog()) {
        const bool fired = std::any_of(hits.begin(), hits.end(), [&](const auto &h) { return h.rule == rule.key; });
        QVERIFY2(fired || rule.id == RuleId::EventVolume, std::string(rule.key).c_str());
    }
}

AuditEvent failedLogin(std::int64_t id, TimestampMs at, std::string address, std::string user)
{
    AuditEvent row;
    row.id = id;
    row.timestamp = at;
    row.outcome = AuditOutcome::Failure;
    row.context.ipAddress = std::move(address);
    row.context.userId = std::move(user);
    return row;
}

} // namespace

class TestStandardDetector : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithTheOracle_data();
    void agreesWithTheOracle();
    void restoringAnywhereChangesNothing_data() { seeds(31, 4); }
    void restoringAnywhereChangesNothing();
    void savingAndLoadingAnywhereChangesNothing_data() { seeds(41, 4); }
    void savingAndLoadingAnywhereChangesNothing();
    void savedStateIsRefused();
    void expiringStateChangesNothing();
    void floodDoesNotHideAnAttack();
    void capHoldsForEveryRule();
    void whatHasJustHitIsKept();
    void oneGrainHidesNoAttack();
    void nearMisses();
    void lateDistinctAccounts();

private:
    void seeds(unsigned first, unsigned count)
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = first; seed < first + count; ++seed)
            QTest::addRow("%u", seed) << seed;
    }
};

void TestStandardDetector::agreesWithTheOracle_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<bool>("late");
    for (unsigned seed = 1; seed <= 4; ++seed) {
        QTest::addRow("in order, %u", seed) << seed << false;
        QTest::addRow("late rows, %u", seed) << seed << true;
    }
}

void TestStandardDetector::agreesWithTheOracle()
{
    QFETCH(unsigned, seed);
    QFETCH(bool, late);
    MonitoringConfig config = touchy();
    Detector detector(config);
    detector.start(kStart);
    StandardOracle oracle(config);
    Traffic traffic(seed, late);
    Record record;
    DetectorOutput out;
    for (int i = 0; i < 4000; ++i) {
        if (i % 700 == 699) { // Thresholds and suppression change on the way.
            config.alerting.suppressDuplicateMinutes = 1 + i % 13;
            config.thresholds.failedLoginsPerHour = 2 + i % 3;
            QVERIFY(detector.setConfig(config));
            oracle.setConfig(config);
        }
        const AuditEvent row = traffic.next();
        detector.process(EventView::of(row), out);
        oracle.process(row);
        if (i % 100 == 0)
            record.take(out);
    }
    record.take(out);
    compare(record.hits(), oracle.alerts());
    // But for the volume of events; all others, as the counted repeats show, if not in alerts of their own.
    for (const RuleInfo &rule : ruleCatalog()) {
        QVERIFY2(oracle.fired().contains(std::string(rule.key)) || rule.id == RuleId::EventVolume,
                 std::string(rule.key).c_str());
    }
}

void TestStandardDetector::restoringAnywhereChangesNothing()
{
    QFETCH(unsigned, seed);
    const MonitoringConfig config = touchy();
    StandardOracle oracle(config);
    Traffic traffic(seed, false);
    std::mt19937 random(seed);
    auto detector = std::make_unique<Detector>(config);
    detector->start(kStart);
    Record record;
    DetectorOutput out;
    for (int i = 0; i < 2000; ++i) {
        const AuditEvent row = traffic.next();
        detector->process(EventView::of(row), out);
        record.take(out);
        oracle.process(row);
        if (random() % 60 == 0) {
            detector = std::make_unique<Detector>(config);
            detector->start(kStart);
            CollectedHistory history = oracle.history(row.timestamp, detector->historySpan());
            for (auto &alert : history.alerts) // The oracle knows alerts by their number.
                alert.id = record.ids.at(std::stoul(alert.id.substr(6)));
            restore(*detector, history);
        }
    }
    compare(record.hits(), oracle.alerts());
}

void TestStandardDetector::savingAndLoadingAnywhereChangesNothing()
{
    QFETCH(unsigned, seed);
    const MonitoringConfig config = touchy();
    Traffic traffic(seed, true);
    std::mt19937 random(seed);
    Detector whole(config);
    whole.start(kStart);
    auto cut = std::make_unique<Detector>(config);
    cut->start(kStart);
    Record once;
    Record often;
    DetectorOutput out;
    int cuts = 0;
    for (int i = 0; i < 20'000; ++i) {
        const AuditEvent row = traffic.next();
        whole.process(EventView::of(row), out);
        once.take(out);
        cut->process(EventView::of(row), out);
        often.take(out);
        if (random() % 200 == 0) {
            std::string saved;
            cut->save(saved);
            cut = std::make_unique<Detector>(config);
            const auto loaded = cut->load(saved);
            QVERIFY2(loaded.ok(), loaded.ok() ? "" : qPrintable(loaded.error().message));
            std::string again;
            cut->save(again);
            QCOMPARE(again.size(), saved.size());
            ++cuts;
        }
    }
    QVERIFY(cuts > 50);
    compare(often.hits(), once.hits());
    QVERIFY(often.ids == once.ids);
    verifyEveryRule(once.hits());
}

void TestStandardDetector::savedStateIsRefused()
{
    MonitoringConfig config = touchy();
    Detector detector(config);
    detector.start(kStart);
    Traffic traffic(3, false);
    DetectorOutput out;
    for (int i = 0; i < 3000; ++i)
        detector.process(EventView::of(traffic.next()), out);
    std::string saved;
    detector.save(saved);

    std::mt19937 random(9);
    Detector other(config);
    for (int i = 0; i < 200; ++i) {
        std::string damaged = saved;
        damaged[random() % damaged.size()] ^= static_cast<char>(1 + random() % 255);
        QVERIFY(!other.load(damaged).ok());
        QVERIFY(!other.load(std::string_view(saved).substr(0, random() % saved.size())).ok());
    }
    QCOMPARE(other.load().keysHeld, 0);
    QVERIFY(other.load(saved).ok());
    QCOMPARE(other.load().keysHeld, detector.load().keysHeld);

    config.thresholds.failedLoginsPerHour = 77; // Judging asks for thresholds; the state holds none.
    QVERIFY(Detector(config).load(saved).ok());
    config.setValue(RuleId::CsrfAttack, *ruleParameter(RuleId::CsrfAttack, kWindowSeconds), 301);
    QVERIFY(!Detector(config).load(saved).ok());
    config = touchy();
    config.rules[static_cast<std::size_t>(RuleId::CspSpike)].enabled = false;
    QVERIFY(!Detector(config).load(saved).ok());
    config = touchy();
    config.preset = Preset::Reference;
    QVERIFY(!Detector(config).load(saved).ok());
    Detector elsewhere(touchy());
    elsewhere.setZone(*ZoneOffsets::ofZone("Europe/Berlin"));
    QVERIFY(!elsewhere.load(saved).ok());
}

void TestStandardDetector::expiringStateChangesNothing()
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

void TestStandardDetector::floodDoesNotHideAnAttack()
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

void TestStandardDetector::capHoldsForEveryRule()
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

void TestStandardDetector::nearMisses()
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

void TestStandardDetector::lateDistinctAccounts()
{
    // Many accounts of one address, a third of the rows late: held against the oracle with the other rules off.
    MonitoringConfig config = touchy();
    for (const RuleInfo &rule : ruleCatalog())
        config.rules[static_cast<std::size_t>(rule.id)].enabled = rule.id == RuleId::AccountEnumeration;
    config.alerting.suppressDuplicateMinutes = 1;
    config.setValue(RuleId::AccountEnumeration, 0, 9);
    config.setValue(RuleId::AccountEnumeration, 1, 60);
    Detector detector(config);
    StandardOracle oracle(config);
    std::mt19937 random(77);
    Record record;
    DetectorOutput out;
    TimestampMs now = kStart + kHour;
    for (int i = 0; i < 4000; ++i) {
        now += random() % 5000;
        AuditEvent row = failedLogin(i + 1, random() % 3 == 0 ? now - static_cast<TimestampMs>(random() % 90'000) : now,
                                     "192.0.2.1", "user" + std::to_string(random() % 60));
        row.outcome = random() % 5 < 2 ? AuditOutcome::Success : AuditOutcome::Failure;
        if (random() % 50 == 0)
            row.eventType = SecurityEventType::PasswordReset;
        detector.process(EventView::of(row), out);
        record.take(out);
        oracle.process(row);
    }
    compare(record.hits(), oracle.alerts());
    QVERIFY(record.hits().size() > 20);
}

void TestStandardDetector::whatHasJustHitIsKept()
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

void TestStandardDetector::oneGrainHidesNoAttack()
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

QTEST_APPLESS_MAIN(TestStandardDetector)
#include "tst_standarddetector.moc"
