// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/groups.h"
#include "core/detect/slidingwindow.h"

#include <QTest>

#include <algorithm>
#include <random>
#include <vector>

using namespace bartizan;

namespace {

std::int64_t countIn(const std::vector<TimestampMs> &rows, TimestampMs from, TimestampMs to)
{
    return std::count_if(rows.begin(), rows.end(), [&](TimestampMs t) { return t >= from && t <= to; });
}

} // namespace

class TestSlidingWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void edgesBelongToTheRange();
    void randomRowsAgainstCounting_data();
    void randomRowsAgainstCounting();
    void dropsWhatLiesTooFarBack();
    void floodWithinAMillisecondTakesOneEntry();
    void keysAreForgottenAndTheirMemoryReused();
};

void TestSlidingWindow::edgesBelongToTheRange()
{
    BlockPool pool;
    SlidingWindow window;
    for (const TimestampMs t : {1000, 2000, 3000})
        window.add(t, kHour, pool);
    QCOMPARE(window.count(1000, 3000), 3);
    QCOMPARE(window.count(1001, 3000), 2);
    QCOMPARE(window.count(1000, 2999), 2);
    QCOMPARE(window.count(2000, 2000), 1);
    QCOMPARE(window.count(2001, 2999), 0);
    QCOMPARE(window.count(3001, 9000), 0);
    QCOMPARE(window.count(3000, 1000), 0);
    QCOMPARE(window.count(std::numeric_limits<TimestampMs>::min() / 2, 9000), 3);
    window.release(pool);
    QVERIFY(window.empty());
}

void TestSlidingWindow::randomRowsAgainstCounting_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<int>("step");
    QTest::addColumn<TimestampMs>("start");
    QTest::newRow("dense") << 1U << 3 << TimestampMs{1'700'000'000'000};
    QTest::newRow("sparse") << 2U << 40'000 << TimestampMs{1'700'000'000'000};
    // 32 bits of milliseconds turn over every 49.7 days: start just before.
    QTest::newRow("over the turn of the low half") << 3U << 200 << (TimestampMs{400} << 32) - 5000;
    QTest::newRow("before 1970") << 4U << 500 << TimestampMs{-2'000'000};
}

void TestSlidingWindow::randomRowsAgainstCounting()
{
    QFETCH(unsigned, seed);
    QFETCH(int, step);
    QFETCH(TimestampMs, start);
    constexpr TimestampMs span = 15 * kMinute;
    std::mt19937 random(seed);
    BlockPool pool;
    SlidingWindow window;
    std::vector<TimestampMs> rows;
    TimestampMs newest = start;
    for (int i = 0; i < 5000; ++i) {
        TimestampMs t = newest;
        if (random() % 5 == 0)
            t -= static_cast<TimestampMs>(random() % (10 * kMinute)); // late
        else
            t += static_cast<TimestampMs>(random() % static_cast<unsigned>(step));
        newest = std::max(newest, t);
        window.add(t, span, pool);
        rows.push_back(t);
        const TimestampMs from = t - static_cast<TimestampMs>(random() % (5 * kMinute));
        QCOMPARE(window.count(from, t), countIn(rows, from, t));
        QCOMPARE(window.count(from, newest), countIn(rows, from, newest));
        if (i % 500 == 0)
            window.shrink(pool);
    }
    window.release(pool);
}

void TestSlidingWindow::dropsWhatLiesTooFarBack()
{
    BlockPool pool;
    SlidingWindow window;
    window.add(0, kMinute, pool);
    window.add(kMinute, kMinute, pool);
    QCOMPARE(window.count(0, kMinute), 2);
    window.add(kMinute + 1, kMinute, pool);
    QCOMPARE(window.count(0, kHour), 2); // The row at 0 went.
    window.add(0, kMinute, pool);        // Too late to count.
    QCOMPARE(window.count(0, kHour), 2);
    window.add(365 * kDay, kMinute, pool);
    QCOMPARE(window.count(0, 366 * kDay), 1);
    window.release(pool);
}

void TestSlidingWindow::floodWithinAMillisecondTakesOneEntry()
{
    BlockPool pool;
    SlidingWindow window;
    for (int i = 0; i < 1'000'000; ++i)
        window.add(5, kMinute, pool);
    QCOMPARE(window.count(5, 5), 1'000'000);
    QVERIFY(pool.bytes() <= 65536);
    window.release(pool);
}

void TestSlidingWindow::keysAreForgottenAndTheirMemoryReused()
{
    KeyTracker tracker;
    Groups<SlidingWindow> windows(tracker, kMinute);
    std::size_t afterFirst = 0;
    for (int round = 0; round < 20; ++round) {
        const TimestampMs base = round * kHour;
        tracker.setNow(base);
        for (KeyId key = 1; key <= 1000; ++key) {
            for (int i = 0; i < 10; ++i)
                windows.at(key, base + i).add(base + i, kMinute, windows.pool());
            QCOMPARE(windows.find(key)->count(base, base + 9), 10);
            QCOMPARE(windows.find(key)->count(base - kHour, base - 1), 0);
        }
        QCOMPARE(tracker.held(), std::size_t{1000});
        KeyMarks marks(1001);
        windows.expire(base + kMinute + 9, marks);
        QVERIFY(marks.marked(500));
        KeyMarks none(1001);
        windows.expire(base + kMinute + 10, none);
        QVERIFY(!none.marked(500));
        QVERIFY(windows.find(500) == nullptr);
        QCOMPARE(tracker.held(), std::size_t{0});
        if (round == 0)
            afterFirst = windows.bytes();
        QCOMPARE(windows.bytes(), afterFirst);
    }
}

QTEST_APPLESS_MAIN(TestSlidingWindow)
#include "tst_slidingwindow.moc"
