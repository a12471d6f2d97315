// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertfixtures.h"
#include "ui/models/alertchangequeue.h"

#include <QtTest>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

std::shared_ptr<const AlertChanges> changesOf(int first, int changed, int removed = 0)
{
    auto changes = std::make_shared<AlertChanges>();
    changes->changed = alerts(first, changed);
    for (int i = 0; i < removed; ++i)
        changes->removed.push_back("gone" + std::to_string(i));
    return changes;
}

} // namespace

/// Changes in parts.
class TestAlertChangeQueue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void handsOnAtOnceWhatIsFew();
    void handsOnAPartATurn();
    void keepsTheOrder();
    void removesBehindWhatChanged();
    void forgetsWhenCleared();
    void canBeClearedWhileItHandsOn();
    void waitsWhileItIsHeld();

private:
    std::unique_ptr<AlertChangeQueue> m_queue;
    std::vector<std::size_t> m_parts; ///< How much each part held.
    std::vector<std::string> m_seen;
};

void TestAlertChangeQueue::init()
{
    m_queue = std::make_unique<AlertChangeQueue>();
    m_parts.clear();
    m_seen.clear();
    connect(m_queue.get(), &AlertChangeQueue::due, this,
            [this](std::span<const SecurityAlert> changed, std::span<const std::string> removed) {
                m_parts.push_back(changed.size() + removed.size());
                for (const SecurityAlert &alert : changed)
                    m_seen.push_back(alert.id);
                m_seen.insert(m_seen.end(), removed.begin(), removed.end());
            });
}

void TestAlertChangeQueue::handsOnAtOnceWhatIsFew()
{
    m_queue->add(changesOf(0, 3, 2));
    QCOMPARE(m_parts, std::vector<std::size_t>{5});
    QVERIFY(m_queue->isEmpty());
    m_queue->add(changesOf(0, 0));
    QVERIFY(m_queue->isEmpty());
}

void TestAlertChangeQueue::handsOnAPartATurn()
{
    int turn = 0;
    QTimer turns;
    connect(&turns, &QTimer::timeout, this, [&turn] { ++turn; });
    turns.start(0);
    std::vector<int> partsIn;
    connect(m_queue.get(), &AlertChangeQueue::due, this, [&] { partsIn.push_back(turn); });
    m_queue->add(changesOf(0, 1'700));
    QCOMPARE(m_parts.size(), 1U);
    QTRY_VERIFY(m_queue->isEmpty());
    QCOMPARE(m_parts, (std::vector<std::size_t>{500, 500, 500, 200}));
    QCOMPARE(m_seen.size(), 1'700U);
    QVERIFY(partsIn[1] < partsIn[2] && partsIn[2] < partsIn[3]); // Others had their turns in between.
}

void TestAlertChangeQueue::keepsTheOrder()
{
    m_queue->add(changesOf(0, 700));
    m_queue->add(changesOf(700, 1)); // Waits for what came before.
    QCOMPARE(m_seen.size(), 500U);
    QTRY_VERIFY(m_queue->isEmpty());
    std::vector<std::string> expected;
    for (int i = 0; i <= 700; ++i)
        expected.push_back(idOf(i));
    QCOMPARE(m_seen, expected);
}

void TestAlertChangeQueue::removesBehindWhatChanged()
{
    m_queue->add(changesOf(0, 600, 700));
    QTRY_VERIFY(m_queue->isEmpty());
    QCOMPARE(m_parts, (std::vector<std::size_t>{500, 500, 300}));
    QCOMPARE(m_seen[599], idOf(599));
    QCOMPARE(m_seen[600], std::string("gone0"));
    QCOMPARE(m_seen.back(), std::string("gone699"));
    QCOMPARE(m_seen.size(), 1'300U);
}

void TestAlertChangeQueue::forgetsWhenCleared()
{
    m_queue->add(changesOf(0, 1'200));
    m_queue->clear();
    QVERIFY(m_queue->isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(m_parts.size(), 1U);
    m_queue->add(changesOf(5, 1));
    QCOMPARE(m_seen.back(), idOf(5));
}

void TestAlertChangeQueue::canBeClearedWhileItHandsOn()
{
    connect(m_queue.get(), &AlertChangeQueue::due, m_queue.get(), [this] { m_queue->clear(); });
    m_queue->add(changesOf(0, 1'200));
    QCoreApplication::processEvents();
    QCOMPARE(m_parts.size(), 1U);
    QVERIFY(m_queue->isEmpty());
}

void TestAlertChangeQueue::waitsWhileItIsHeld()
{
    m_queue->add(changesOf(0, 700));
    m_queue->setHeld(true);
    m_queue->add(changesOf(700, 100));
    QCoreApplication::processEvents();
    QCOMPARE(m_seen.size(), 500U);
    m_queue->clear();
    m_queue->add(changesOf(0, 100));
    QCOMPARE(m_seen.size(), 500U);
    m_queue->setHeld(false);
    QTRY_VERIFY(m_queue->isEmpty());
    QCOMPARE(m_seen.size(), 600U);
}

QTEST_GUILESS_MAIN(TestAlertChangeQueue)
#include "tst_alertchangequeue.moc"
