// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertmodelfixture.h"

#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

#include <array>
#include <map>
#include <numeric>
#include <random>
#include <set>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

using Arrivals = AlertModel::Arrivals;

const AlertModel::IsOthers kOthers = [](const AlertRecords::Record &, const SecurityAlert &) { return true; };

QStringList keysOf(const AlertModel &model)
{
    QStringList keys;
    for (int row = 0; row < model.rowCount(); ++row)
        keys.append(model.keyAt(row));
    return keys;
}

SecurityAlert repeated(SecurityAlert alert, int times)
{
    alert.repeats = times;
    alert.lastRepeatAt = alert.timestamp + kMinute;
    return alert;
}

} // namespace

/// What others make of alerts leaves the rows where they are, until somebody puts them in order.
class TestAlertModelHolding : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsWhatNoLongerPasses();
    void keepsThePlaceWhenTheOrderChanges();
    void letsWaitWhatWouldComeIn();
    void followsOnesOwnSteps();
    void followsWhenShowing();
    void comesBackToWhereItIs();
    void takesManyInSlices();
    void keepsEmptiedGroups();
    void keepsRowsInTheGroupTheyStandIn();
    void whatReturnsIsThereInAnyNewOrder();
    void nothingMovesWhateverOthersDo_data();
    void nothingMovesWhateverOthersDo();
};

void TestAlertModelHolding::keepsWhatNoLongerPasses()
{
    Fixture f;
    f.model.load(alerts(0, 10));
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    const QStringList before = f.ids();
    QSignalSpy changed(&f.model, &QAbstractItemModel::dataChanged);
    f.model.apply(std::vector{acknowledged(alerts(9, 1).front(), "l.meyer"), acknowledged(alerts(4, 1).front(), "l.meyer")}, {},
                  Arrivals::Wait, kOthers);
    QCOMPARE(f.ids(), before);
    QCOMPARE(changed.size(), 2);
    QVERIFY(f.model.isAcknowledged(0) && f.model.isAcknowledged(5));
    QCOMPARE(f.model.index(0, AlertModel::StatusColumn).data().toString(), QStringLiteral("Acknowledged"));
    QVERIFY(f.model.index(0, AlertModel::StatusColumn).data(Qt::ToolTipRole).toString().contains(QLatin1String("l.meyer")));
    QCOMPARE(f.model.rowOfId(id(9)), 0); // It can be found,
    QCOMPARE(f.model.counts().shown, 8); // and the figures are those of the filter.
    QCOMPARE(f.model.counts().active, 8);
    QCOMPARE(f.model.counts().all, 10);
    QCOMPARE(f.model.shownIds().size(), 8U);
    std::vector<int> all(10);
    std::iota(all.begin(), all.end(), 0);
    QCOMPARE(f.model.extentOf(all).alerts, 10); // What is selected is what is seen.
    QCOMPARE(f.model.extentOf(all).active, 8);
    QVERIFY(f.model.isHolding());

    f.model.sort(AlertModel::TimeColumn, Qt::AscendingOrder);
    QCOMPARE(f.model.rowCount(), 8);
    QCOMPARE(f.model.idAt(0), id(0));
    QVERIFY(!f.model.isHolding());
    QVERIFY(countsHold(f.model));
}

void TestAlertModelHolding::keepsThePlaceWhenTheOrderChanges()
{
    Fixture f;
    std::vector<SecurityAlert> some = alerts(0, 10);
    for (int i = 0; i < 10; ++i)
        some[std::size_t(i)].repeats = i;
    f.model.load(some);
    f.model.sort(AlertModel::CountColumn, Qt::DescendingOrder);
    const QStringList before = f.ids();
    for (int times = 1; times < 40; times += 3) {
        f.model.apply(std::vector{repeated(some[0], times), repeated(some[3], times + 2)}, {}, Arrivals::Wait, kOthers);
        QCOMPARE(f.ids(), before);
        QCOMPARE(f.model.rowOfId(id(3)), 6);
    }
    QCOMPARE(f.model.index(9, AlertModel::CountColumn).data().toString(), QStringLiteral("×38"));
    // What comes finds its place among rows that stand as they did.
    f.model.apply(std::vector{repeated(alert(20), 4)}, {}, Arrivals::Wait, kOthers);
    f.model.apply(std::vector{acknowledged(repeated(some[5], 5), "a")}, {}, Arrivals::Wait, {});
    QCOMPARE(f.ids(), before);
    f.model.showWaiting();
    QCOMPARE(f.model.idAt(0), id(3));
    QCOMPARE(f.model.idAt(1), id(0));
    QCOMPARE(f.model.rowCount(), 11);
    QVERIFY(countsHold(f.model));
}

/// One that others give back would come into the filter: it waits, as all that comes.
void TestAlertModelHolding::letsWaitWhatWouldComeIn()
{
    Fixture f;
    std::vector<SecurityAlert> some = alerts(0, 6);
    some[3] = acknowledged(some[3], "anna");
    f.model.load(some);
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    const QStringList before = f.ids();
    f.model.apply(alerts(3, 1), {}, Arrivals::Wait, kOthers);
    QCOMPARE(f.ids(), before);
    QCOMPARE(f.model.counts().waiting, 1);
    QCOMPARE(f.model.counts().shown, 5);
    f.model.showWaiting();
    QCOMPARE(f.model.idAt(2), id(3));
    QCOMPARE(f.model.counts().shown, 6);
    QCOMPARE(f.model.counts().all, 6);
}

void TestAlertModelHolding::followsOnesOwnSteps()
{
    Fixture f;
    f.model.load(alerts(0, 8));
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    f.model.apply(std::vector{acknowledged(alert(5), "l.meyer")}, {}, Arrivals::Wait, kOthers);
    QCOMPARE(f.model.rowCount(), 8);
    const AlertModel::IsOthers others = [](const AlertRecords::Record &, const SecurityAlert &now) { return now.id == idOf(2); };
    f.model.apply(std::vector{acknowledged(alert(6), "me"), acknowledged(alert(2), "l.meyer")}, {}, Arrivals::Wait, others);
    QCOMPARE(f.ids(), QStringList({id(7), id(5), id(4), id(3), id(2), id(1), id(0)}));
    f.model.apply(std::vector{acknowledged(alert(5), "me")}, {}, Arrivals::Wait, {}); // One that is held: it goes.
    QCOMPARE(f.ids(), QStringList({id(7), id(4), id(3), id(2), id(1), id(0)}));
    f.model.apply({}, std::vector{idOf(2)}, Arrivals::Wait, kOthers); // There is nothing any more that could stay.
    QCOMPARE(f.ids(), QStringList({id(7), id(4), id(3), id(1), id(0)}));
    QVERIFY(!f.model.isHolding());
    QVERIFY(countsHold(f.model));
}

/// Once nobody looks, what was held goes with the next change.
void TestAlertModelHolding::followsWhenShowing()
{
    Fixture f;
    f.model.load(alerts(0, 8));
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    f.model.apply(std::vector{acknowledged(alert(5), "l.meyer")}, {}, Arrivals::Wait, kOthers);
    f.model.apply(alerts(8, 1), {}, Arrivals::Show);
    QCOMPARE(f.model.rowCount(), 8);
    QCOMPARE(f.model.rowOfId(id(5)), -1);
}

void TestAlertModelHolding::comesBackToWhereItIs()
{
    Fixture f;
    f.model.load(alerts(0, 8));
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    const QStringList before = f.ids();
    f.model.apply(std::vector{acknowledged(alerts(5, 1).front(), "l.meyer")}, {}, Arrivals::Wait, kOthers);
    f.model.apply(alerts(5, 1), {}, Arrivals::Wait, kOthers);
    QCOMPARE(f.ids(), before);
    QVERIFY(!f.model.isHolding());
    QVERIFY(countsHold(f.model));
}

/// Another console's step on very many: rows stay, and go together in the end, but for those that pass.
void TestAlertModelHolding::takesManyInSlices()
{
    constexpr int kMany = 30'000;
    PlainFixture f;
    f.model.load(alerts(0, kMany));
    f.model.setSlice(0);
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    QTRY_VERIFY(!f.model.isFiltering());
    QItemSelectionModel selection(&f.model);
    const int kept = f.model.rowOfId(id(kMany - 2)); // Even: nobody acknowledges it.
    selection.select(f.model.index(kept, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    const QStringList before = f.ids();
    for (int first = 1; first < kMany; first += 1000) {
        std::vector<SecurityAlert> changed;
        for (int i = first; i < first + 1000; i += 2)
            changed.push_back(acknowledged(alerts(i, 1).front(), "l.meyer"));
        f.model.apply(changed, {}, Arrivals::Wait, kOthers);
    }
    QCOMPARE(f.ids(), before);
    QCOMPARE(f.model.counts().shown, kMany / 2);
    QCOMPARE(selection.selectedRows().size(), 1);
    QCOMPARE(selection.selectedRows().first().row(), kept);
    QCOMPARE(f.model.rowOfId(id(kMany - 1)), 0);
    f.model.showWaiting();
    QTRY_VERIFY(!f.model.isFiltering());
    QCOMPARE(f.model.rowCount(), kMany / 2);
    QVERIFY(countsHold(f.model));
}

void TestAlertModelHolding::keepsEmptiedGroups()
{
    Fixture f;
    f.model.load(ofUsers(0, 40));
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    f.model.setGrouping(AlertGrouping::User);
    const QString key = QStringLiteral("\nu2");
    f.model.setOpen(f.model.rowOfKey(QStringLiteral("\nu1")), true);
    const QStringList before = keysOf(f.model);
    std::vector<SecurityAlert> changed;
    for (int i = 1; i < 40; i += 4) {
        changed.push_back(acknowledged(ofUsers(i, 1).front(), "l.meyer"));
        changed.push_back(acknowledged(ofUsers(i + 1, 1).front(), "l.meyer"));
    }
    f.model.apply(changed, {}, Arrivals::Wait, kOthers);
    QCOMPARE(keysOf(f.model), before);
    const std::array row{f.model.rowOfKey(key)};
    QCOMPARE(f.model.extentOf(row).alerts, 0);
    QVERIFY(f.model.isAcknowledged(row[0]));
    QCOMPARE(f.model.idAt(row[0]), id(38)); // Its newest one still.
    QVERIFY(!f.model.index(row[0], AlertModel::TitleColumn).data(Qt::AccessibleTextRole).toString().isEmpty());
    f.model.setOpen(row[0], true); // Nothing to see in it; closing the other one lets its rows go.
    f.model.setOpen(row[0], false);
    const int other = f.model.rowOfKey(QStringLiteral("\nu1"));
    f.model.setOpen(other, false);
    f.model.setOpen(other, true);
    QCOMPARE(f.model.rowCount(), 4);
    f.model.sort(AlertModel::CountColumn, Qt::DescendingOrder);
    QCOMPARE(f.model.rowCount(), 2);
    QVERIFY(!f.model.isHolding());
}

/// The country of an alert may become known while it stands among those without.
void TestAlertModelHolding::keepsRowsInTheGroupTheyStandIn()
{
    Fixture f;
    f.model.load(ofUsers(0, 40));
    f.model.setGrouping(AlertGrouping::User);
    f.model.setOpen(f.model.rowOfKey(QStringLiteral("\nu1")), true);
    const QStringList before = keysOf(f.model);
    std::vector<SecurityAlert> changed = ofUsers(1, 1);
    changed[0].context.userId = "u2";
    changed.push_back(ofUsers(5, 1).front());
    changed[1].context.userId = "nobody has heard of";
    f.model.apply(changed, {}, Arrivals::Wait, kOthers);
    QCOMPARE(keysOf(f.model), before);
    QCOMPARE(f.model.groupRowOf(f.model.rowOfId(id(1))), f.model.rowOfKey(QStringLiteral("\nu1")));
    QCOMPARE(f.model.extentOf(std::array{f.model.rowOfKey(QStringLiteral("\nu2"))}).alerts, 11);
    f.model.setOpen(f.model.rowOfKey(QStringLiteral("\nu2")), true); // Each alert has one row.
    QCOMPARE(keysOf(f.model).count(id(1)), 1);
    f.model.setOpen(f.model.rowOfKey(QStringLiteral("\nu1")), false);
    QCOMPARE(f.model.groupRowOf(f.model.rowOfId(id(1))), f.model.rowOfKey(QStringLiteral("\nu2")));
    QVERIFY(f.model.rowOfKey(QStringLiteral("\nnobody has heard of")) >= 0);
    QVERIFY(!f.model.isHolding());
}

/// Somebody takes back what he had acknowledged: it waits, so that nothing moves, but whoever looks for it finds it.
void TestAlertModelHolding::whatReturnsIsThereInAnyNewOrder()
{
    Fixture f;
    f.model.load(alerts(0, 10));
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    const auto takeAway = [&] {
        f.model.apply(std::vector{acknowledged(alert(5), "l.meyer")}, {}, Arrivals::Wait, kOthers);
        f.model.showWaiting();
        QCOMPARE(f.model.rowOfId(id(5)), -1);
        f.model.apply(alerts(5, 1), {}, Arrivals::Wait, kOthers);
        QCOMPARE(f.model.rowOfId(id(5)), -1);
        QCOMPARE(f.model.counts().waiting, 1);
    };
    takeAway();
    f.model.apply(alerts(10, 1), {}, Arrivals::Wait); // One that is new goes on waiting.
    f.model.setFilter({});
    QVERIFY(f.model.rowOfId(id(5)) >= 0);
    QCOMPARE(f.model.rowOfId(id(10)), -1);
    QCOMPARE(f.model.counts().waiting, 1);
    QCOMPARE(f.model.counts().all, 10);
    f.model.showWaiting();
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    takeAway();
    QSignalSpy told(&f.model, &AlertModel::countsChanged);
    f.model.sort(AlertModel::TitleColumn);
    QVERIFY(!told.isEmpty() && f.model.counts().waiting == 0);
    QVERIFY(f.model.rowOfId(id(5)) >= 0);
    takeAway();
    f.model.setGrouping(AlertGrouping::Type);
    QCOMPARE(f.model.counts().waiting, 0);
    QCOMPARE(f.model.passingIds(false).size(), 11U);
}

void TestAlertModelHolding::nothingMovesWhateverOthersDo_data()
{
    QTest::addColumn<int>("by");
    for (int by = 0; by < int(enumCount<AlertGrouping>()); ++by)
        QTest::newRow(toString(static_cast<AlertGrouping>(by)).data()) << by;
}

/// Others change this and that, steps of one's own and arrivals between: others move no row; put in order, all stand as if
/// loaded afresh, and the counts are right all the time.
void TestAlertModelHolding::nothingMovesWhateverOthersDo()
{
    QFETCH(int, by);
    for (unsigned seed = 0; seed < 12; ++seed) {
        std::mt19937 random(seed * 7 + unsigned(by));
        const auto chance = [&](unsigned of) { return random() % of == 0; };
        Fixture f;
        std::map<std::string, SecurityAlert> listed;
        int next = 0;
        const auto make = [&](int number) {
            SecurityAlert one = alert(number, static_cast<AlertSeverity>(random() % 4));
            one.timestamp = kNoon + TimestampMs(random() % 90) * kSecond;
            one.type = static_cast<AlertType>(random() % 4);
            one.context.ipAddress = "203.0.113." + std::to_string(random() % 9);
            one.context.userId = chance(3) ? std::nullopt : std::optional("u" + std::to_string(random() % 7));
            one.context.country = chance(3) ? std::nullopt : std::optional<std::string>(chance(2) ? "NL" : "CN");
            one.repeats = random() % 5;
            return one;
        };
        std::vector<SecurityAlert> first;
        for (; next < 60; ++next)
            first.push_back(make(next));
        for (const SecurityAlert &one : first)
            listed.emplace(one.id, one);
        f.model.load(first);
        f.model.setGrouping(static_cast<AlertGrouping>(by));
        f.model.setFilter(filtering(QStringLiteral("status:active")));
        f.model.setAllOpen(chance(2));
        f.model.sort(int(random() % AlertModel::ActionColumn), chance(2) ? Qt::AscendingOrder : Qt::DescendingOrder);
        for (int step = 0; step < 40; ++step) {
            std::vector<SecurityAlert> changed;
            std::set<std::string> own;
            const bool mixed = chance(4);
            for (auto &[id, one] : listed) {
                if (!chance(9))
                    continue;
                SecurityAlert other = make(0);
                other.id = id;
                one = chance(3) ? other : one.acknowledged ? repeated(one, int(random() % 9)) : acknowledged(one, "anna");
                changed.push_back(one);
                if (mixed && chance(2))
                    own.insert(id);
            }
            const QStringList before = keysOf(f.model);
            f.model.apply(changed, {}, Arrivals::Wait, [&](const AlertRecords::Record &, const SecurityAlert &now) { return !own.contains(now.id); });
            if (own.empty())
                QCOMPARE(keysOf(f.model), before);
            if (chance(5) && f.model.rowCount() > 0 && by > 0) {
                const int row = f.model.groupRowOf(int(random() % unsigned(f.model.rowCount())));
                QVERIFY(row >= 0);
                f.model.setOpen(row, !f.model.isOpen(row));
            }
            if (chance(7)) {
                const auto gone = std::next(listed.begin(), int(random() % listed.size()));
                f.model.apply({}, std::vector{gone->first}, Arrivals::Wait, kOthers);
                listed.erase(gone);
            }
            int shown = 0; // Listed or waiting: others may have given something back.
            for (const auto &[id, one] : listed)
                shown += one.acknowledged ? 0 : 1;
            QCOMPARE(f.model.counts().shown + f.model.counts().waiting, shown);
            QCOMPARE(f.model.counts().active, f.model.counts().shown);
            QCOMPARE(int(f.model.shownIds().size()), f.model.counts().shown);
            for (int row = 0; row < f.model.rowCount(); ++row)
                QCOMPARE(f.model.rowOfKey(f.model.keyAt(row)), row);
            QCOMPARE(QSet<QString>(before.begin(), before.end()).size(), before.size());
            // A step acts on as many as is said of what is selected, and on each row that is.
            std::vector<int> some;
            std::vector<int> all;
            for (int row = 0; row < f.model.rowCount(); ++row) {
                all.push_back(row);
                if (chance(3))
                    some.push_back(row);
            }
            for (const std::vector<int> &rows : chance(4) ? std::array{some, all} : std::array<std::vector<int>, 2>()) {
                std::vector<std::string> ids = f.model.idsOf(rows).strings();
                QCOMPARE(f.model.extentOf(rows).alerts, int(ids.size()));
                const std::set<std::string> once(ids.begin(), ids.end());
                QCOMPARE(once.size(), ids.size());
                for (const int row : rows)
                    QVERIFY(f.model.isGroup(row) || once.contains(f.model.idAt(row).toStdString()));
            }
            if (!chance(6))
                continue;
            switch (random() % 3) {
            case 0: f.model.showWaiting(); break;
            case 1: f.model.sort(int(random() % AlertModel::ActionColumn), chance(2) ? Qt::AscendingOrder : Qt::DescendingOrder); break;
            default: f.model.setFilter(filtering(QStringLiteral("status:acknowledged")));
                f.model.setFilter(filtering(QStringLiteral("status:active"))); break;
            }
            f.model.showWaiting();
            QVERIFY(!f.model.isHolding());
            std::vector<SecurityAlert> truth;
            for (const auto &[id, one] : listed)
                truth.push_back(one);
            AlertModel fresh;
            fresh.setFilter(f.model.filter());
            fresh.sort(f.model.sortColumn(), f.model.sortOrder());
            fresh.load(truth);
            QVERIFY(fresh.counts() == f.model.counts());
            QVERIFY(fresh.shownIds() == f.model.shownIds());
            if (by == 0)
                QCOMPARE(keysOf(f.model), keysOf(fresh));
        }
    }
}

QTEST_GUILESS_MAIN(TestAlertModelHolding)
#include "tst_alertmodelholding.moc"
