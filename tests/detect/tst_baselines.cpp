// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/hourcounts.h"
#include "core/detect/presence.h"
#include "core/detect/rules/temporalanomaly.h"

#include <QTest>

#include <algorithm>
#include <random>
#include <vector>

using namespace bartizan;

namespace {

bool occurredBefore(const std::vector<TimestampMs> &rows, TimestampMs t)
{
    return std::any_of(rows.begin(), rows.end(), [&](TimestampMs r) { return r >= t - kHistorySpan && r < t; });
}

DetectorHistory::KnownCountry knownOf(std::vector<TimestampMs> in)
{
    DetectorHistory::KnownCountry known;
    std::sort(in.begin(), in.end());
    in.erase(std::unique(in.begin(), in.end()), in.end());
    known.first = in.front();
    known.last = in.back();
    if (in.size() > 1)
        known.lastBefore = in[in.size() - 2];
    return known;
}

/// What a restart makes of `rows`, told in several parts in any order.
Presence inParts(std::vector<TimestampMs> rows, std::mt19937_64 &random)
{
    std::shuffle(rows.begin(), rows.end(), random);
    Presence p;
    for (auto from = rows.begin(); from != rows.end();) {
        const auto left = static_cast<std::uint64_t>(rows.end() - from);
        const auto to = from + static_cast<std::ptrdiff_t>(1 + random() % std::min<std::uint64_t>(left, 9));
        p.merge(Presence::partOf(knownOf({from, to})));
        from = to;
    }
    p.settle();
    return p;
}

} // namespace

class TestBaselines : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void presenceEdges();
    void presenceAgainstScan_data();
    void presenceAgainstScan();
    void mergedPresenceIsThatOfAllRows();
    void hourCountsLeaveMinuteByMinute();
    void hourCountsTakeLateRows();
    void rowsThatAreNotJudgedWouldNotFire_data();
    void rowsThatAreNotJudgedWouldNotFire();
};

void TestBaselines::presenceEdges()
{
    Presence p;
    QVERIFY(!p.before(1000));
    p.add(1000);
    QVERIFY(!p.before(1000)); // Not before itself.
    QVERIFY(p.before(1001));
    QVERIFY(p.before(1000 + kHistorySpan));
    QVERIFY(!p.before(1001 + kHistorySpan));
    p.add(1000 + kHistorySpan);
    QVERIFY(p.before(1000 + kHistorySpan)); // By the first, on the edge.
}

void TestBaselines::presenceAgainstScan_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<TimestampMs>("step");
    QTest::addColumn<bool>("restored");
    unsigned seed = 10;
    for (const TimestampMs step : {20 * kSecond, 15 * kMinute, 4 * kHour, 5 * kDay}) {
        for (const bool restored : {false, true}) {
            QTest::addRow("%lld s%s", static_cast<long long>(step / 1000), restored ? ", restored" : "")
                << ++seed << step << restored;
        }
    }
}

void TestBaselines::presenceAgainstScan()
{
    QFETCH(unsigned, seed);
    QFETCH(TimestampMs, step);
    QFETCH(bool, restored);
    std::mt19937_64 random(seed);
    const auto below = [&](TimestampMs n) { return static_cast<TimestampMs>(random() % static_cast<std::uint64_t>(n)); };
    for (int round = 0; round < 60; ++round) {
        std::vector<TimestampMs> rows;
        Presence p;
        TimestampMs newest = 0;
        for (int i = 0; i < 400; ++i) {
            const bool burst = random() % 3 != 0;
            TimestampMs t = newest;
            if (random() % 6 == 0)
                t -= below(kLateSlack + 1);
            else if (random() % 40 == 0)
                t += kHistorySpan - 1 + below(3); // Right at the edge.
            else
                t += below(burst ? kMinute : step);
            // Whoever asks never asks for a time older than kLateSlack before the newest.
            for (const TimestampMs asked : {t, t + 1, std::max(newest, t) - below(kLateSlack + 1)}) {
                if (asked >= std::max(newest, t) - kLateSlack)
                    QCOMPARE(p.before(asked), occurredBefore(rows, asked));
            }
            newest = std::max(newest, t);
            p.add(t);
            rows.push_back(t);
            if (restored && i % 37 == 36) {
                // A store tells nothing older, not even to a late row.
                std::erase_if(rows, [&](TimestampMs r) { return r < newest - kHistorySpan; });
                p = inParts(rows, random);
            }
        }
    }
}

void TestBaselines::mergedPresenceIsThatOfAllRows()
{
    std::mt19937_64 random(5);
    for (int round = 0; round < 400; ++round) {
        std::vector<TimestampMs> all;
        for (std::uint64_t i = 0; i <= random() % 40; ++i)
            all.push_back(static_cast<TimestampMs>(random() % (round % 2 == 0 ? 20 * kMinute : kHistorySpan)));
        const Presence merged = inParts(all, random);
        const TimestampMs newest = *std::max_element(all.begin(), all.end());
        for (TimestampMs t = newest - kLateSlack; t <= newest + kMinute; t += 10'007)
            QCOMPARE(merged.before(t), occurredBefore(all, t));
        QCOMPARE(merged.last, newest);
    }
}

void TestBaselines::hourCountsLeaveMinuteByMinute()
{
    constexpr auto type = SecurityEventType::DataPrivacy;
    HourCounts counts(kHour);
    counts.add(type, 0, {0, 0});
    counts.add(type, 59'999, {0, 0});
    counts.add(type, kMinute, {0, 0});
    counts.add(SecurityEventType::ApiSecurity, kMinute, {0, 0});
    QCOMPARE(counts.count(type, 0, kMinute), 3);
    QCOMPARE(counts.count(type, 1, kMinute), 0);
    QCOMPARE(counts.count(type, 0, kHour + kMinute - 1), 3);
    QCOMPARE(counts.count(type, 0, kHour + kMinute), 1);
    QCOMPARE(counts.count(type, 0, kHour + 2 * kMinute), 0);
    QCOMPARE(counts.count(SecurityEventType::ApiSecurity, 0, kMinute), 1);
    counts.clear();
    QCOMPARE(counts.count(SecurityEventType::ApiSecurity, 0, kMinute), 0);
}

void TestBaselines::hourCountsTakeLateRows()
{
    constexpr auto type = SecurityEventType::Authorization;
    HourCounts counts(kHour);
    counts.add(type, 10 * kMinute, {0, 0}, 5);
    counts.add(type, 4 * kMinute, {0, 0});
    counts.add(type, 4 * kMinute + 1, {0, 0});
    counts.add(type, 2 * kMinute, {0, 0});
    counts.add(type, 7 * kMinute, {0, 0});
    QCOMPARE(counts.count(type, 0, 10 * kMinute), 9);
    QCOMPARE(counts.count(type, 0, kHour + 3 * kMinute), 8);
    QCOMPARE(counts.count(type, 0, kHour + 5 * kMinute), 6);
    QCOMPARE(counts.count(type, 0, kHour + 8 * kMinute), 5);
    QCOMPARE(counts.count(type, 0, kHour + 11 * kMinute), 0);
}

void TestBaselines::rowsThatAreNotJudgedWouldNotFire_data()
{
    QTest::addColumn<bool>("standard");
    QTest::addRow("reference") << false;
    QTest::addRow("standard") << true;
}

void TestBaselines::rowsThatAreNotJudgedWouldNotFire()
{
    QFETCH(bool, standard);
    MonitoringConfig config;
    config.preset = standard ? Preset::Standard : Preset::Reference;
    config.setValue(RuleId::TemporalAnomaly, *ruleParameter(RuleId::TemporalAnomaly, "minimumDays"), 1);
    TemporalAnomaly spares;
    TemporalAnomaly judgesAll;
    spares.configure(config);
    RowReaders readers;
    std::mt19937 random(5);
    const auto below = [&](int n) { return static_cast<TimestampMs>(random() % static_cast<unsigned>(n)); };
    TimestampMs now = 20'000 * kDay;
    TimestampMs newest = now;
    std::size_t fired = 0;
    for (int i = 0; i < 120'000; ++i) {
        // Nine quiet days, and a crowd for some minutes of an hour now and then.
        const bool crowd = i > 20'000 && i / 1500 % 4 == 3;
        now += crowd ? below(700) : below(25'000);
        EventView row;
        row.timestamp = below(12) == 0 ? now - below(static_cast<int>(kLateSlack)) : now;
        row.eventType = static_cast<SecurityEventType>(below(3));
        row.origin = below(20) == 0 ? RowOrigin::Monitor : RowOrigin::Application;
        const LocalHour local{static_cast<unsigned>(row.timestamp / kHour % 24), row.timestamp / kDay};
        judgesAll.configure(config); // Makes it look afresh.
        Hits hits[2];
        for (auto *rule : {&spares, &judgesAll}) {
            EventKeys keys;
            RuleEvent event(row, local, readers, keys);
            if (row.timestamp < newest)
                event.setLate();
            rule->see(event, &hits[rule == &spares ? 0 : 1]);
        }
        newest = std::max(newest, row.timestamp);
        QCOMPARE(hits[0].size(), hits[1].size());
        if (hits[0].empty())
            continue;
        ++fired;
        QCOMPARE(hits[0][0].count, hits[1][0].count);
        QCOMPARE(hits[0][0].figure, hits[1][0].figure);
    }
    QVERIFY2(fired > 1000 && fired < 60'000, std::to_string(fired).c_str());
}

QTEST_APPLESS_MAIN(TestBaselines)
#include "tst_baselines.moc"
