// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/groups.h"
#include "core/detect/slidingwindow.h"

#include <QTest>

#include <map>
#include <random>

using namespace bartizan;

namespace {

constexpr TimestampMs kSpan = kMinute;

void see(Groups<SlidingWindow> &groups, KeyTracker &tracker, KeyId key, TimestampMs t)
{
    tracker.setNow(std::max(tracker.now(), t));
    groups.at(key, t).add(t, groups.span(), groups.pool());
}

} // namespace

class TestGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keysThatComeOnceTakeBoundedMemory();
    void whatIsAliveStays();
    void aLeapOfTimeLeavesNothing();
    void theCapTakesThoseThatRestFirst();
    void theCapTakesWhatHasExpiredBeforeWhatIsAlive();
    void lateRowsDoNotMakeOlder();
};

void TestGroups::keysThatComeOnceTakeBoundedMemory()
{
    KeyTracker tracker;
    Groups<SlidingWindow> groups(tracker, kSpan);
    // 6,000 keys are alive at any time; numbers of keys come again, as those of forgotten texts do.
    for (int i = 0; i < 600'000; ++i)
        see(groups, tracker, static_cast<KeyId>(1 + i % 50'000), TimestampMs{i} * 10);
    QVERIFY2(tracker.held() < 6'000 * 4 / 3 + 300, std::to_string(tracker.held()).c_str());
    QCOMPARE(groups.size(), tracker.held());
    QVERIFY2(groups.bytes() < 1'000'000, std::to_string(groups.bytes()).c_str());
}

void TestGroups::whatIsAliveStays()
{
    KeyTracker tracker;
    Groups<SlidingWindow> groups(tracker, kSpan);
    std::map<KeyId, TimestampMs> newest;
    std::mt19937 random(3);
    TimestampMs now = 0;
    for (int i = 0; i < 100'000; ++i) {
        now += random() % 40;
        const TimestampMs t = random() % 4 == 0 ? std::max<TimestampMs>(0, now - random() % 30'000) : now;
        const auto key = static_cast<KeyId>(1 + random() % (1 + random() % 20'000));
        see(groups, tracker, key, t);
        // Of one that had expired, or come late at the very edge, only the row at hand is sure.
        newest[key] = std::max(newest[key], t);
        if (i % 1000 != 0)
            continue;
        for (const auto &[known, at] : newest) {
            if (at >= now - kSpan)
                QVERIFY2(groups.find(known) != nullptr && groups.find(known)->newest() == at, std::to_string(known).c_str());
        }
    }
    KeyMarks marks(20'001);
    groups.expire(now, marks);
    for (const auto &[known, at] : newest) {
        QCOMPARE(groups.find(known) != nullptr, at >= now - kSpan);
        QCOMPARE(marks.marked(known), at >= now - kSpan);
    }
}

void TestGroups::aLeapOfTimeLeavesNothing()
{
    for (const TimestampMs leap : {kSpan + 1, kHour, 30 * kDay, 60 * kDay, 365 * kDay}) {
        KeyTracker tracker;
        Groups<SlidingWindow> groups(tracker, kSpan);
        for (KeyId key = 1; key <= 1000; ++key)
            see(groups, tracker, key, kDay);
        tracker.setNow(kDay + leap);
        groups.expire(tracker.now());
        QCOMPARE(tracker.held(), std::size_t{0});
    }
}

void TestGroups::theCapTakesThoseThatRestFirst()
{
    KeyTracker tracker;
    Groups<SlidingWindow> groups(tracker, kHour);
    tracker.setCap(1000);
    // One goes on, all others come once: of them the last ones are there.
    for (KeyId key = 2; key <= 20'000; ++key) {
        see(groups, tracker, key, TimestampMs{key} * 20);
        see(groups, tracker, 1, TimestampMs{key} * 20);
        tracker.trim();
        QCOMPARE(tracker.held(), std::min<std::size_t>(key, 1000));
    }
    QCOMPARE(tracker.evicted(), std::int64_t{19'000});
    QVERIFY(groups.find(1) != nullptr);
    QVERIFY(groups.find(20'000 - 999) == nullptr);
    for (KeyId key = 20'000 - 998; key <= 20'000; ++key)
        QVERIFY2(groups.find(key) != nullptr, std::to_string(key).c_str());
}

void TestGroups::theCapTakesWhatHasExpiredBeforeWhatIsAlive()
{
    KeyTracker tracker;
    tracker.setCap(1000);
    Groups<SlidingWindow> expires(tracker, kMinute);
    Groups<SlidingWindow> stays(tracker, kDay);
    for (KeyId key = 1; key <= 900; ++key)
        see(expires, tracker, key, 0);
    for (KeyId key = 1; key <= 900; ++key) {
        see(stays, tracker, key, kHour + key);
        tracker.trim();
    }
    QCOMPARE(stays.size(), std::size_t{900});
    QCOMPARE(tracker.evicted(), std::int64_t{0});
    QVERIFY(tracker.held() <= 1000);
}

void TestGroups::lateRowsDoNotMakeOlder()
{
    KeyTracker tracker;
    Groups<SlidingWindow> groups(tracker, kSpan);
    see(groups, tracker, 1, kHour);
    see(groups, tracker, 1, kHour - kSpan / 2);
    see(groups, tracker, 2, kHour - kSpan / 2);
    tracker.setNow(kHour + kSpan);
    groups.expire(tracker.now());
    QVERIFY(groups.find(1) != nullptr);
    QVERIFY(groups.find(2) == nullptr);
}

QTEST_APPLESS_MAIN(TestGroups)
#include "tst_groups.moc"
