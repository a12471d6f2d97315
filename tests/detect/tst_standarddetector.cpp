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

} // namespace

class TestStandardDetector : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithTheOracle_data();
    void agreesWithTheOracle();
    void restoringAnywhereChangesNothing_data();
    void restoringAnywhereChangesNothing();
    void volumeGoesOnAfterRestoring();
    void savingAndLoadingAnywhereChangesNothing_data() { seeds(41, 4); }
    void savingAndLoadingAnywhereChangesNothing();
    void savedStateIsRefused();
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

void TestStandardDetector::restoringAnywhereChangesNothing_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<bool>("late");
    for (unsigned seed = 31; seed < 35; ++seed) {
        QTest::addRow("in order, %u", seed) << seed << false;
        QTest::addRow("late rows, %u", seed) << seed << true;
    }
}

void TestStandardDetector::restoringAnywhereChangesNothing()
{
    QFETCH(unsigned, seed);
    QFETCH(bool, late);
    const MonitoringConfig config = touchy();
    StandardOracle oracle(config);
    Traffic traffic(seed, late);
    std::mt19937 random(seed);
    auto detector = std::make_unique<Detector>(config);
    detector->start(kStart);
    Record record;
    DetectorOutput out;
    TimestampMs newest = kStart;
    for (int i = 0; i < 2000; ++i) {
        const AuditEvent row = traffic.next();
        newest = std::max(newest, row.timestamp);
        detector->process(EventView::of(row), out);
        record.take(out);
        oracle.process(row);
        if (random() % 60 == 0) {
            detector = std::make_unique<Detector>(config);
            detector->start(kStart);
            CollectedHistory history = oracle.history(newest, detector->historySpan());
            for (auto &alert : history.alerts) // The oracle knows alerts by their number.
                alert.id = record.ids.at(std::stoul(alert.id.substr(6)));
            restore(*detector, history);
        }
    }
    compare(record.hits(), oracle.alerts());
}

void TestStandardDetector::volumeGoesOnAfterRestoring()
{
    // 60 rows a minute for ten, with the detector made anew after any of them; ticks fire as they would have.
    MonitoringConfig config;
    for (const RuleInfo &rule : ruleCatalog())
        config.rules[static_cast<std::size_t>(rule.id)].enabled = rule.id == RuleId::EventVolume;
    config.alerting.suppressDuplicateMinutes = 1;
    const auto run = [&](bool cuts) {
        std::mt19937 random(5);
        auto detector = std::make_unique<Detector>(config);
        detector->start(kStart);
        DetectorOutput out;
        CollectedHistory history;
        Record record;
        for (int i = 0; i < 600; ++i) {
            AuditEvent row = failedLogin(i + 1, kStart + i * kSecond + (i % 4) * 200, "192.0.2.1", "root");
            row.imported = i % 9 == 0; // No part of it.
            detector->process(EventView::of(row), out);
            if (!row.imported)
                history.processedLastMinute.push_back({row.timestamp, false});
            for (const SecurityAlert &alert : out.alerts)
                history.alerts.push_back({alert.type, {}, alert.timestamp, alert.id, alert.group});
            record.take(out);
            if (cuts && random() % 5 == 0) {
                history.asOf = row.timestamp;
                detector = std::make_unique<Detector>(config);
                detector->start(kStart);
                restore(*detector, history);
            }
        }
        return std::pair(record.ids, record.hits());
    };
    const auto whole = run(false);
    QVERIFY(whole.second.size() > 3);
    const auto cut = run(true);
    QVERIFY(cut.first == whole.first);
    compare(cut.second, whole.second);
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

QTEST_APPLESS_MAIN(TestStandardDetector)
#include "tst_standarddetector.moc"
