// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertmodelfixture.h"
#include "ui/models/shownids.h"

#include <QSignalSpy>
#include <QtTest>

#include <map>
#include <random>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

/// All alerts as the reader gives them: newest first, ranked.
std::unique_ptr<AlertRecords> recordsOf(std::vector<SecurityAlert> all)
{
    std::sort(all.begin(), all.end(), [](const SecurityAlert &a, const SecurityAlert &b) { return a.timestamp > b.timestamp; });
    auto records = std::make_unique<AlertRecords>();
    for (const SecurityAlert &one : all)
        (*records)[records->put(one)].state = AlertRecords::State::Listed;
    records->rankTexts();
    return records;
}

std::vector<SecurityAlert> newestOf(std::vector<SecurityAlert> all, std::size_t count)
{
    std::sort(all.begin(), all.end(), [](const SecurityAlert &a, const SecurityAlert &b) { return a.timestamp > b.timestamp; });
    all.resize(std::min(count, all.size()));
    return all;
}

} // namespace

/// Records that were read while the model went on with the newest ones.
class TestAlertModelAdopting : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void adoptsTheRestBelow();
    void readAnewKeepsMarks();
    void idsAreThoseThatWereShown();
    void adoptingAgreesWithALoad();
    void carriesOverInSlices();
    void whatIsShownMeanwhileStaysShown();
    void whatHappensWhileItCarriesOverCounts();
    void whatOthersLeftStandingStandsOn_data();
    void whatOthersLeftStandingStandsOn();
    void whatStandsIsNotKeptBeyondAnotherFilter();
};

void TestAlertModelAdopting::adoptsTheRestBelow()
{
    Fixture f;
    f.model.load(newestOf(alerts(0, 3000), 200), true);
    const QPersistentModelIndex marked = f.model.index(120, 0);
    const QString markedId = f.model.idAt(120);
    QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
    f.model.apply(std::vector{alert(3000)}, {}, AlertModel::Arrivals::Wait);
    // An older one that is not loaded yet is no news.
    f.model.apply(std::vector{acknowledged(alert(5), "a")}, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(f.model.counts().waiting, 1);
    f.model.adopt(recordsOf(alerts(0, 3000)), {told({alert(3000), acknowledged(alert(5), "a")})});
    QTRY_VERIFY(!f.model.isFiltering());
    QCOMPARE(reset.size(), 0);
    QCOMPARE(f.model.rowCount(), 3000);
    QCOMPARE(f.model.idAt(marked.row()), markedId);
    QCOMPARE(f.model.counts().waiting, 1);
    QVERIFY(f.model.isAcknowledged(f.model.rowOfId(id(5))));
    f.model.showWaiting();
    QCOMPARE(f.model.idAt(0), id(3000));
    QVERIFY(countsHold(f.model));
}

/// Records read anew take the place of those that are there: rows can be named beyond that, however many they are.
void TestAlertModelAdopting::readAnewKeepsMarks()
{
    PlainFixture f;
    f.model.load(alerts(0, 3000));
    const std::array rows{0, 1, 1500, 2998, 2999};
    std::vector<std::uint32_t> marks;
    std::vector<int> found;
    int count = 0;
    connect(&f.model, &QAbstractItemModel::modelAboutToBeReset, this, [&] {
        QVERIFY(f.model.keepsRecords());
        marks = f.model.marksAt(rows);
    });
    connect(&f.model, &QAbstractItemModel::modelReset, this, [&] {
        QVERIFY(f.model.keepsRecords());
        found = f.model.rowsOfMarks(marks, 100);
        count = f.model.countOfMarks(marks);
    });
    f.model.adopt(recordsOf(alerts(1, 3009)), {told({}, {idOf(2999)})}); // The oldest is gone, others are new,
    QTRY_VERIFY(!f.model.isFiltering());
    QCOMPARE(f.model.rowCount(), 3008);                                   // and one was dropped meanwhile.
    QCOMPARE(found, (std::vector<int>{10, 1509, 3007}));
    QCOMPARE(count, 3);
    QVERIFY(!f.model.keepsRecords());
}

/// Ids are collected in slices, and the records may be others in the middle.
void TestAlertModelAdopting::idsAreThoseThatWereShown()
{
    PlainFixture f;
    f.model.load(alerts(0, 3000));
    ShownIds ids(&f.model);
    std::vector<SecurityAlert> turned = alerts(0, 3000);
    std::reverse(turned.begin(), turned.end()); // The same rows, and other numbers.
    QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
    f.model.adopt(recordsOf(turned), {});
    QTRY_VERIFY(!f.model.isFiltering());
    QCOMPARE(reset.count(), 0);
    QTRY_VERIFY(ids.ids() != nullptr);
    QVERIFY(*ids.ids() == f.model.shownIds());
}

void TestAlertModelAdopting::adoptingAgreesWithALoad()
{
    std::mt19937 random(11);
    for (int round = 0; round < 6; ++round) {
        PlainFixture f;
        f.model.sort(int(random() % AlertModel::ActionColumn), random() % 2 ? Qt::AscendingOrder : Qt::DescendingOrder);
        f.model.setFilter(filtering(round % 2 ? QStringLiteral("severity>=medium status:new") : QString()));
        std::vector<SecurityAlert> truth = alerts(0, 21'000);
        for (SecurityAlert &one : truth)
            one.timestamp = kNoon + TimestampMs(random() % 900) * kSecond;
        f.model.load(newestOf(truth, 100), true);
        auto records = recordsOf(truth);
        std::vector<SecurityAlert> told;
        std::vector<std::string> gone;
        const auto change = [&](int number) {
            std::vector<SecurityAlert> changed{acknowledged(truth[random() % truth.size()], "a"), alert(30'000 + number)};
            for (SecurityAlert &one : truth) {
                if (one.id == changed[0].id)
                    one = changed[0];
            }
            truth.push_back(changed[1]);
            const std::vector<std::string> removed{truth[random() % 20'000].id};
            std::erase_if(truth, [&](const SecurityAlert &one) { return one.id == removed[0]; });
            f.model.apply(changed, removed, random() % 2 ? AlertModel::Arrivals::Show : AlertModel::Arrivals::Wait);
            told.insert(told.end(), changed.begin(), changed.end());
            gone.insert(gone.end(), removed.begin(), removed.end());
            std::erase_if(told, [&](const SecurityAlert &one) { return one.id == removed[0]; });
        };
        for (int i = 0; i < 5; ++i)
            change(i);
        f.model.adopt(std::move(records), {fixtures::told(told, gone)});
        for (int i = 5; i < 8; ++i)
            change(i); // While the filter looks at what was adopted.
        QTRY_VERIFY(!f.model.isFiltering());
        f.model.showWaiting();
        AlertModel fresh;
        fresh.setFilter(f.model.filter());
        fresh.sort(f.model.sortColumn(), f.model.sortOrder());
        fresh.load(truth);
        QTRY_VERIFY(!fresh.isFiltering());
        QCOMPARE(f.model.rowCount(), fresh.rowCount());
        QVERIFY(f.model.shownIds() == fresh.shownIds());
        QVERIFY(f.model.counts() == fresh.counts());
    }
}

/// What was told of many alerts while they were read is not taken over in one turn of the loop.
void TestAlertModelAdopting::carriesOverInSlices()
{
    std::vector<SecurityAlert> changed;
    for (int i = 0; i < 6000; ++i)
        changed.push_back(acknowledged(alert(i * 3, static_cast<AlertSeverity>(i * 3 % 4)), "a"));
    const auto turnsWith = [](std::vector<ToldChanges> changes, AlertModel &model) {
        model.setSlice(0);
        model.load(newestOf(alerts(0, 21'000), 100), true);
        model.adopt(recordsOf(alerts(0, 21'000)), std::move(changes));
        int turns = 0;
        for (; model.isFiltering(); ++turns)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        return turns;
    };
    AlertModel quiet;
    AlertModel model;
    const int without = turnsWith({}, quiet);
    const std::vector<SecurityAlert> first(changed.begin(), changed.begin() + 4000);
    const std::vector<SecurityAlert> second(changed.begin() + 4000, changed.end());
    const int with = turnsWith({told(first), told(second, {idOf(1), idOf(20'999)})}, model);
    QVERIFY2(with > without + 50, qPrintable(QStringLiteral("%1 turns, %2 without").arg(with).arg(without)));
    QCOMPARE(model.rowCount(), 20'998);
    QCOMPARE(model.counts().active, 20'998 - 6000);
    QVERIFY(countsHold(model));
    QVERIFY(model.isAcknowledged(model.rowOfId(id(0))) && !model.isAcknowledged(model.rowOfId(id(2))));
    QCOMPARE(model.rowOfId(id(1)), -1);
}

/// In whichever slice somebody asks for what waits.
void TestAlertModelAdopting::whatIsShownMeanwhileStaysShown()
{
    const std::vector<SecurityAlert> read = alerts(0, 21'000);
    for (const int when : {1, 11, 13, 14, 1000}) {
        AlertModel model;
        model.setSlice(0);
        model.load(newestOf(read, 100), true);
        model.apply(alerts(21'000, 10), {}, AlertModel::Arrivals::Wait);
        model.adopt(recordsOf(read), {told(alerts(21'000, 10))});
        int turn = 0;
        for (; model.isFiltering(); ++turn) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            if (turn == when)
                model.showWaiting();
        }
        const bool shown = when < turn;
        QCOMPARE(model.counts().waiting, shown ? 0 : 10);
        QCOMPARE(model.rowCount(), shown ? 21'010 : 21'000);
        QCOMPARE(model.idAt(0), id(shown ? 21'009 : 20'999));
    }
}

/// Between the slices alerts come, change, go, and are shown, and somebody filters and sorts.
void TestAlertModelAdopting::whatHappensWhileItCarriesOverCounts()
{
    for (unsigned round = 0; round < 12; ++round) {
        std::mt19937 random(round);
        PlainFixture f;
        f.model.setSlice(0);
        f.model.setGrouping(round % 3 == 0 ? AlertGrouping::Address : AlertGrouping::Nothing);
        std::map<std::string, SecurityAlert> truth;
        for (const SecurityAlert &one : alerts(0, 21'000))
            truth.emplace(one.id, one);
        const std::vector<SecurityAlert> read = alerts(0, 21'000);
        f.model.load(newestOf(read, 100), true);
        int next = 21'000;
        const auto change = [&](int count) {
            AlertChanges changes;
            for (int i = 0; i < count; ++i) {
                const SecurityAlert one = random() % 3 == 0 ? alert(next++) : alert(int(random() % static_cast<unsigned>(next)));
                if (truth.contains(one.id) || one.timestamp >= kNoon + 21'000 * kSecond)
                    changes.changed.push_back(random() % 2 == 0 ? acknowledged(one, "a") : one);
            }
            for (const SecurityAlert &one : changes.changed)
                truth.insert_or_assign(one.id, one);
            changes.removed.push_back(idOf(int(random() % static_cast<unsigned>(next))));
            truth.erase(changes.removed.front());
            f.model.apply(changes.changed, changes.removed, random() % 4 == 0 ? AlertModel::Arrivals::Show : AlertModel::Arrivals::Wait);
            return told(changes.changed, changes.removed);
        };
        std::vector<ToldChanges> toldChanges;
        for (int i = 0; i < 8; ++i)
            toldChanges.push_back(change(200));
        f.model.adopt(recordsOf(read), std::move(toldChanges));
        for (int turn = 0; f.model.isFiltering(); ++turn) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            if (turn % 9 == 3 && turn < 90)
                change(20);
            if (random() % 20 == 0)
                f.model.showWaiting();
            if (turn == 30 && round % 2 == 0)
                f.model.setFilter(filtering(QStringLiteral("severity>=medium status:new")));
            if (turn == 45 && round % 4 < 2)
                f.model.sort(AlertModel::StatusColumn, Qt::AscendingOrder);
        }
        f.model.showWaiting();
        QTRY_VERIFY(!f.model.isFiltering());
        std::vector<SecurityAlert> all;
        for (const auto &[id, one] : truth)
            all.push_back(one);
        AlertModel fresh;
        fresh.setFilter(f.model.filter());
        fresh.sort(f.model.sortColumn(), f.model.sortOrder());
        fresh.load(all);
        QCOMPARE(f.model.counts().all, fresh.counts().all);
        QVERIFY(f.model.shownIds() == fresh.shownIds());
        QVERIFY(f.model.counts() == fresh.counts());
        fresh.setGrouping(f.model.grouping());
        QTRY_VERIFY(!fresh.isFiltering());
        QCOMPARE(f.model.rowCount(), fresh.rowCount());
        for (int row = 0; row < fresh.rowCount(); row += fresh.isGroup(row) ? 1 : 97) {
            const int there = f.model.rowOfKey(fresh.keyAt(row)); // Groups may stand elsewhere.
            QVERIFY(there >= 0 && (there == row || fresh.isGroup(row)));
            QCOMPARE(f.model.idAt(there), fresh.idAt(row));
            QCOMPARE(f.model.extentOf(std::array{there}).active, fresh.extentOf(std::array{row}).active);
        }
    }
}

void TestAlertModelAdopting::whatOthersLeftStandingStandsOn_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<AlertGrouping>("grouping");
    QTest::addColumn<bool>("groupsMove");
    QTest::newRow("by time") << int(AlertModel::TimeColumn) << AlertGrouping::Nothing << false;
    QTest::newRow("by count") << int(AlertModel::CountColumn) << AlertGrouping::Nothing << false;
    QTest::newRow("by owner, who is in no record that is read") << int(AlertModel::OwnerColumn) << AlertGrouping::Nothing << false;
    QTest::newRow("by status, grouped") << int(AlertModel::StatusColumn) << AlertGrouping::Type << false;
    QTest::newRow("in groups that change places") << int(AlertModel::TimeColumn) << AlertGrouping::Type << true;
}

/// The older alerts come to stand among the rows, or below; no row goes because of what others did before.
void TestAlertModelAdopting::whatOthersLeftStandingStandsOn()
{
    QFETCH(const int, column);
    QFETCH(const AlertGrouping, grouping);
    QFETCH(const bool, groupsMove);
    const auto some = [groupsMove](int count) {
        std::vector<SecurityAlert> made = alerts(0, count);
        for (int i = 0; i < count; ++i) {
            made[std::size_t(i)].repeats = i % 7;
            if (groupsMove && i % 2 == 0)
                made[std::size_t(i)].type = AlertType::RateLimitBreach;
            if (i % 5 == 0)
                made[std::size_t(i)].owner = i % 2 == 0 ? "anna" : "Zoë";
        }
        return made;
    };
    std::vector<SecurityAlert> truth = some(3000);
    truth[2805].owner = "m. only here";
    Fixture f;
    const auto rows = [&f] {
        QStringList keys;
        for (int row = 0; row < f.model.rowCount(); ++row)
            keys.append(f.model.keyAt(row));
        return keys;
    };
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    f.model.sort(column, Qt::DescendingOrder);
    f.model.load(newestOf(truth, 200), true);
    f.model.setGrouping(grouping);
    f.model.setAllOpen(true);
    QTRY_VERIFY(!f.model.isFiltering());
    const QStringList before = rows();
    std::vector<SecurityAlert> changed;
    for (const int number : {2999, 2805, 2860, 2900}) {
        SecurityAlert one = acknowledged(truth[std::size_t(number)], "l.meyer");
        one.owner = "l.meyer";
        one.repeats = 40;
        changed.push_back(one);
        truth[std::size_t(number)] = one;
    }
    const AlertModel::IsOthers others = [](const AlertRecords::Record &, const SecurityAlert &) { return true; };
    f.model.apply(changed, {}, AlertModel::Arrivals::Wait, others);
    QCOMPARE(rows(), before);
    QCOMPARE(f.model.heldOut(), 4);
    f.model.adopt(recordsOf(truth), {});
    QTRY_VERIFY(!f.model.isFiltering());
    QVERIFY(f.model.rowCount() > before.size());
    QStringList after = rows();
    after.removeIf([&before](const QString &one) { return !before.contains(one); });
    if (groupsMove)
        QVERIFY(after.first() != before.first());
    else
        QCOMPARE(after, before);
    QCOMPARE(f.model.heldOut(), 4);
    for (int row = 0; row < f.model.rowCount(); ++row)
        QCOMPARE(f.model.rowOfKey(f.model.keyAt(row)), row); // Each is found where it stands, in its own group.
    for (const SecurityAlert &one : changed) {
        const int row = f.model.rowOfId(QString::fromStdString(one.id));
        QVERIFY(row >= 0 && f.model.isAcknowledged(row)); // It says what it is, though it stands as what it was.
    }
    QCOMPARE(f.model.counts().shown, 2996);
    f.model.putInOrder();
    QTRY_COMPARE(f.model.heldOut(), 0);
    QVERIFY(f.model.rowOfId(id(2860)) < 0);
}

void TestAlertModelAdopting::whatStandsIsNotKeptBeyondAnotherFilter()
{
    Fixture f;
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    f.model.load(newestOf(alerts(0, 3000), 200), true);
    std::vector<SecurityAlert> truth = alerts(0, 3000);
    truth[2990] = acknowledged(truth[2990], "l.meyer");
    f.model.apply(std::vector{truth[2990]}, {}, AlertModel::Arrivals::Wait,
                  [](const AlertRecords::Record &, const SecurityAlert &) { return true; });
    QCOMPARE(f.model.heldOut(), 1);
    f.model.adopt(recordsOf(truth), {});
    f.model.setFilter(filtering(QStringLiteral("status:active severity>=low")));
    QTRY_VERIFY(!f.model.isFiltering());
    QCOMPARE(f.model.heldOut(), 0);
    QVERIFY(f.model.rowOfId(id(2990)) < 0);
}

QTEST_GUILESS_MAIN(TestAlertModelAdopting)
#include "tst_alertmodeladopting.moc"
