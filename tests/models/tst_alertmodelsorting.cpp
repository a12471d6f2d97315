// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertmodelfixture.h"

#include <QSignalSpy>
#include <QtTest>

#include <map>
#include <random>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

/// So many are sorted in slices.
constexpr int kMany = 21'000;

QStringList keysOf(const AlertModel &model)
{
    QStringList keys;
    for (int row = 0; row < model.rowCount(); ++row)
        keys.append(model.keyAt(row));
    return keys;
}

/// A model of many alerts to which this and that happens, and what it should hold.
class Desk {
public:
    Desk(unsigned seed, AlertGrouping by)
        : m_random(seed)
    {
        m_model.setSlice(0); // Each turn of the loop does as little as it can.
        std::vector<SecurityAlert> first;
        for (; m_next < kMany; ++m_next) {
            first.push_back(make(m_next));
            m_listed.emplace(first.back().id, first.back());
        }
        m_model.load(first);
        m_model.setGrouping(by);
    }

    AlertModel &model() { return m_model; }
    unsigned random(unsigned of) { return static_cast<unsigned>(m_random() % of); }

    void sort()
    {
        const int column = static_cast<int>(random(AlertModel::ActionColumn));
        const bool turn = column == m_model.sortColumn();
        const bool down = turn ? m_model.sortOrder() == Qt::AscendingOrder : random(2) == 0;
        m_model.sort(column, down ? Qt::DescendingOrder : Qt::AscendingOrder);
    }

    void filter()
    {
        static const std::array kFilters{QStringLiteral("severity>=medium"), QStringLiteral("status:active"), QStringLiteral("-user:u1"), QString()};
        m_model.setFilter(filtering(kFilters[random(kFilters.size())]));
    }

    /// What others do, and what a person does to groups.
    void change()
    {
        if (random(6) == 0) {
            m_model.showWaiting();
            m_listed.merge(std::exchange(m_waiting, {}));
        }
        if (random(4) == 0 && m_model.grouping() != AlertGrouping::Nothing && m_model.rowCount() > 0) {
            if (const int row = m_model.groupRowOf(static_cast<int>(random(static_cast<unsigned>(m_model.rowCount())))); row >= 0)
                m_model.setOpen(row, !m_model.isOpen(row));
        }
        std::vector<SecurityAlert> changed;
        std::vector<std::string> removed;
        for (unsigned i = random(8); i > 0; --i) {
            auto &place = random(5) == 0 && !m_waiting.empty() ? m_waiting : m_listed;
            auto known = place.lower_bound(idOf(static_cast<int>(random(static_cast<unsigned>(m_next)))));
            if (known == place.end())
                known = place.begin();
            if (random(5) == 0) {
                removed.push_back(known->first);
                std::erase_if(changed, [&](const SecurityAlert &one) { return one.id == known->first; });
                place.erase(known);
                continue;
            }
            SecurityAlert other = make(0);
            other.id = known->first;
            known->second = random(2) == 0 ? other : acknowledged(known->second, "anna");
            changed.push_back(known->second);
        }
        const bool show = random(2) == 0;
        for (unsigned i = random(6); i > 0; --i) {
            changed.push_back(make(m_next++));
            (show ? m_listed : m_waiting).emplace(changed.back().id, changed.back());
        }
        m_model.apply(changed, removed, show ? AlertModel::Arrivals::Show : AlertModel::Arrivals::Wait);
    }

    /// The rows that there would be if all were loaded and sorted now.
    QStringList expected()
    {
        std::vector<SecurityAlert> all;
        for (const auto &[id, one] : m_listed)
            all.push_back(one);
        AlertModel fresh;
        fresh.setGrouping(m_model.grouping());
        fresh.setFilter(m_model.filter());
        fresh.sort(m_model.sortColumn(), m_model.sortOrder());
        fresh.load(all);
        std::vector<QString> open;
        std::vector<QString> closed;
        for (int row = 0; row < m_model.rowCount(); ++row) {
            if (m_model.isGroup(row))
                (m_model.isOpen(row) ? open : closed).push_back(m_model.keyAt(row));
        }
        const bool most = open.size() > closed.size();
        fresh.setAllOpen(most);
        if (!QTest::qWaitFor([&] { return !fresh.isFiltering(); }))
            return {QStringLiteral("never done")};
        for (const QString &key : most ? closed : open)
            fresh.setOpen(fresh.rowOfKey(key), !most);
        return keysOf(fresh);
    }

private:
    SecurityAlert make(int number)
    {
        SecurityAlert one = alert(number, static_cast<AlertSeverity>(random(4)));
        one.timestamp = kNoon + TimestampMs(random(9000)) * kSecond;
        one.type = static_cast<AlertType>(random(6));
        one.title = "title " + std::to_string(random(50));
        one.context.ipAddress = "203.0." + std::to_string(random(3)) + '.' + std::to_string(random(200));
        // Now and then one that nobody has heard of, which stands somewhere among the others.
        one.context.userId = random(200) == 0 ? "u" + std::to_string(random(1'000'000)) : "u" + std::to_string(random(40));
        one.context.country = random(3) == 0 ? std::nullopt : std::optional<std::string>(random(2) == 0 ? "NL" : "CN");
        one.repeats = random(4) == 0 ? std::int64_t(1) << (20 + random(20)) : std::int64_t(random(9));
        return one;
    }

    std::mt19937 m_random;
    AlertModel m_model;
    std::map<std::string, SecurityAlert> m_listed;
    std::map<std::string, SecurityAlert> m_waiting;
    int m_next = 0;
};

} // namespace

/// Many alerts sorted in slices, and what happens between these.
class TestAlertModelSorting : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsTheOldOrderUntilTheNewOneIsThere();
    void aNewerOrderTakesTheOlderOnesPlace();
    void filteringAndSortingEndTogether();
    void whateverHappensMeanwhileEndsSorted_data();
    void whateverHappensMeanwhileEndsSorted();
    void keepsAGroupWhoseNewestCameMeanwhile();
    void aGroupFoldedMeanwhileStaysSo();
    void beginsAnewWhenVeryManyChange();
};

void TestAlertModelSorting::keepsTheOldOrderUntilTheNewOneIsThere()
{
    Desk desk(1, AlertGrouping::Nothing);
    AlertModel &model = desk.model();
    const QStringList before = keysOf(model);
    const QPersistentModelIndex marked = model.index(1234, AlertModel::TitleColumn);
    QSignalSpy moved(&model, &QAbstractItemModel::layoutChanged);
    QSignalSpy told(&model, &AlertModel::sortingChanged);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.sort(AlertModel::UserColumn, Qt::AscendingOrder);
    QVERIFY(model.isSorting() && model.isFiltering());
    QCOMPARE(model.sortColumn(), int(AlertModel::UserColumn));
    QVERIFY(model.shownSorting() == AlertModel::Sorting{});
    QCOMPARE(keysOf(model), before);
    QCOMPARE(told.size(), 1);
    QTRY_VERIFY(!model.isFiltering());
    QVERIFY(!model.isSorting());
    QVERIFY((model.shownSorting() == AlertModel::Sorting{AlertModel::UserColumn, Qt::AscendingOrder}));
    QCOMPARE(moved.size(), 1);
    QCOMPARE(told.size(), 2);
    QCOMPARE(reset.size(), 0);
    QCOMPARE(keysOf(model), desk.expected());
    QCOMPARE(model.keyAt(marked.row()), before[1234]);
    QCOMPARE(marked.column(), int(AlertModel::TitleColumn));
}

void TestAlertModelSorting::aNewerOrderTakesTheOlderOnesPlace()
{
    Desk desk(2, AlertGrouping::Nothing);
    AlertModel &model = desk.model();
    QSignalSpy moved(&model, &QAbstractItemModel::layoutChanged);
    model.sort(AlertModel::UserColumn, Qt::AscendingOrder);
    QCoreApplication::processEvents();
    model.sort(AlertModel::TitleColumn, Qt::DescendingOrder);
    QCoreApplication::processEvents();
    QVERIFY(model.isSorting());
    model.sort(AlertModel::TitleColumn, Qt::AscendingOrder);
    QTRY_VERIFY(!model.isFiltering());
    QCOMPARE(moved.size(), 1);
    QCOMPARE(keysOf(model), desk.expected());
}

void TestAlertModelSorting::filteringAndSortingEndTogether()
{
    Desk desk(3, AlertGrouping::Country);
    AlertModel &model = desk.model();
    QTRY_VERIFY(!model.isFiltering());
    model.setFilter(filtering(QStringLiteral("severity>=high")));
    model.sort(AlertModel::CountColumn, Qt::DescendingOrder);
    model.setAllOpen(true);
    QTRY_VERIFY(!model.isFiltering());
    QVERIFY(model.rowCount() > 3 && model.isOpen(0));
    QCOMPARE(keysOf(model), desk.expected());
    model.sort(AlertModel::TimeColumn, Qt::AscendingOrder);
    QCoreApplication::processEvents();
    model.setFilter({});
    QTRY_VERIFY(!model.isFiltering() && !model.isSorting());
    QCOMPARE(keysOf(model), desk.expected());
}

void TestAlertModelSorting::whateverHappensMeanwhileEndsSorted_data()
{
    QTest::addColumn<int>("by");
    QTest::addColumn<unsigned>("seed");
    for (int by = 0; by < int(enumCount<AlertGrouping>()); ++by) {
        for (unsigned seed = 1; seed <= 4; ++seed)
            QTest::addRow("%s, %u", toString(static_cast<AlertGrouping>(by)).data(), seed) << by << seed * 10 + unsigned(by);
    }
}

/// Arrivals, changes, removals, groups opened and closed, other filters: in the end all stand as if sorted afresh.
void TestAlertModelSorting::whateverHappensMeanwhileEndsSorted()
{
    QFETCH(int, by);
    QFETCH(unsigned, seed);
    Desk desk(seed, static_cast<AlertGrouping>(by));
    AlertModel &model = desk.model();
    QTRY_VERIFY(!model.isFiltering());
    int changes = 0;
    for (int round = 0; round < 2; ++round) {
        if (round % 2 == 1)
            desk.filter();
        if (desk.random(3) == 0)
            model.setAllOpen(desk.random(3) > 0);
        desk.sort();
        QVERIFY(model.isFiltering());
        std::map<int, std::pair<QPersistentModelIndex, QString>> marked;
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        for (int row = 0; row < model.rowCount(); row += 1 + model.rowCount() / 20)
            marked.emplace(row, std::pair(QPersistentModelIndex(model.index(row, 0)), model.keyAt(row)));
        for (unsigned turn = 0; model.isFiltering(); ++turn) {
            QVERIFY(turn < 1000);
            if (turn < 12) {
                desk.change();
                ++changes;
            }
            if (turn == 3 && desk.random(4) == 0)
                desk.sort();
            if (turn == 5 && desk.random(4) == 0)
                desk.filter();
            QCoreApplication::processEvents();
        }
        QVERIFY(!model.isSorting());
        QCOMPARE(keysOf(model), desk.expected());
        for (const auto &[row, mark] : marked) {
            if (mark.first.isValid() && reset.isEmpty())
                QCOMPARE(model.keyAt(mark.first.row()), mark.second);
        }
    }
    QVERIFY(changes >= 4);
}

void TestAlertModelSorting::keepsAGroupWhoseNewestCameMeanwhile()
{
    AlertModel model;
    model.setSlice(0);
    std::vector<SecurityAlert> all;
    for (int i = 0; i < kMany; ++i) {
        all.push_back(alert(i));
        all.back().context.userId = i < 100 ? "seldom" : "u" + std::to_string(i % 40);
    }
    model.load(all);
    model.setGrouping(AlertGrouping::User);
    model.setAllOpen(true);
    QTRY_VERIFY(!model.isFiltering());
    QCOMPARE(model.rowCount(), kMany + 41);
    model.sort(AlertModel::TitleColumn, Qt::AscendingOrder);
    QVERIFY(model.isFiltering());
    SecurityAlert newest = alert(kMany);
    newest.context.userId = "seldom";
    model.apply(std::vector{newest}, {}, AlertModel::Arrivals::Show);
    QTRY_VERIFY(!model.isFiltering());
    QCOMPARE(model.rowCount(), kMany + 42);
    QVERIFY(model.rowOfKey(QString::fromStdString(idOf(0))) > 0);
}

void TestAlertModelSorting::aGroupFoldedMeanwhileStaysSo()
{
    Desk desk(8, AlertGrouping::User);
    AlertModel &model = desk.model();
    QTRY_VERIFY(!model.isFiltering());
    const QString key = model.keyAt(0);
    model.setOpen(0, true);
    model.setAllOpen(true);
    QVERIFY(model.isFiltering());
    model.setOpen(model.rowOfKey(key), false);
    QTRY_VERIFY(!model.isFiltering());
    QVERIFY(!model.isOpen(model.rowOfKey(key)));
    QVERIFY(model.isOpen(model.rowOfKey(key) + 1));
    QCOMPARE(keysOf(model), desk.expected());
}

void TestAlertModelSorting::beginsAnewWhenVeryManyChange()
{
    for (const auto by : {AlertGrouping::Nothing, AlertGrouping::User}) {
        Desk desk(7, by);
        AlertModel &model = desk.model();
        QTRY_VERIFY(!model.isFiltering());
        desk.sort();
        for (int turn = 0; model.isFiltering(); ++turn) {
            QVERIFY(turn < 10'000);
            for (int i = 0; i < 110 && turn < 10; ++i)
                desk.change();
            QCoreApplication::processEvents();
        }
        QCOMPARE(keysOf(model), desk.expected());
    }
}

QTEST_GUILESS_MAIN(TestAlertModelSorting)
#include "tst_alertmodelsorting.moc"
