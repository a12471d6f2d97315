// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertmodelfixture.h"
#include "ui/models/shownids.h"

#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

#include <algorithm>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

struct GroupFixture {
    AlertModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    /// What the rows say: the names of groups, and the ids of alerts, indented.
    QStringList rows() const
    {
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row) {
            texts.append(model.isGroup(row) ? model.index(row, AlertModel::TitleColumn).data().toString()
                                            : QLatin1Char(' ') + model.idAt(row));
        }
        return texts;
    }
    int rowOf(const QString &group) const { return int(rows().indexOf(group)); }
    QString figures(const QString &group) const
    {
        return model.index(rowOf(group), 0).data(AlertModel::DescriptionRole).toString();
    }
};

} // namespace

class TestAlertGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void groupsStandClosedWithTheirFigures();
    void opensAndCloses();
    void namesTheValueInWords();
    void groupsFollowTheSorting_data();
    void groupsFollowTheSorting();
    void waitingAlertsMoveNothing();
    void arrivalsJoinTheirGroups();
    void triageUnderAFilterMovesNoGroup();
    void groupsActOnWhatTheFilterShows();
    void selectionOutlivesFolding();
    void revealsAnAlert();
    void termsOfGroups();
    void anAlertCanChangeItsGroup();
    void openGroupsOutliveALoad();
    void groupsManyInSlices();
    void alertsStandBelowVeryManyGroups();
};

void TestAlertGroups::groupsStandClosedWithTheirFigures()
{
    GroupFixture f;
    auto some = ofUsers(0, 10);
    some[9] = acknowledged(some[9], "anna");
    f.model.load(some);
    f.model.setGrouping(AlertGrouping::User);
    QCOMPARE(f.rows(), QStringList({QStringLiteral("u1"), QStringLiteral("(no user)"), QStringLiteral("u3"), QStringLiteral("u2")}));
    QCOMPARE(f.figures(QStringLiteral("u1")), QStringLiteral("3 alert(s), 2 active"));
    QCOMPARE(f.figures(QStringLiteral("u3")), QStringLiteral("2 alert(s), 2 active"));
    QCOMPARE(f.model.counts().shown, 10);
    QCOMPARE(f.model.timeAt(0), some[9].timestamp); // The newest one.
    QVERIFY(f.model.severityAt(f.rowOf(QStringLiteral("u3"))) == AlertSeverity::Critical);
    QVERIFY(!f.model.isAcknowledged(0) && !f.model.isResolved(0));
    QCOMPARE(f.model.index(0, AlertModel::UserColumn).data(Qt::AccessibleTextRole).toString(),
             QStringLiteral("u1, group, 3 alert(s), 2 active, highest severity MEDIUM, newest %1, collapsed")
                 .arg(QStringLiteral("2026-11-20 14:00:09.000 UTC")));
    f.model.setGrouping(AlertGrouping::Nothing);
    QCOMPARE(f.model.rowCount(), 10);
}

void TestAlertGroups::opensAndCloses()
{
    GroupFixture f;
    f.model.load(ofUsers(0, 10));
    f.model.setGrouping(AlertGrouping::User);
    QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
    f.model.setOpen(f.rowOf(QStringLiteral("u3")), true);
    QCOMPARE(f.rows(), QStringList({QStringLiteral("u1"), QStringLiteral("(no user)"), QStringLiteral("u3"), QLatin1Char(' ') + id(7),
                                    QLatin1Char(' ') + id(3), QStringLiteral("u2")}));
    QVERIFY(f.model.index(2, 0).data(Qt::AccessibleTextRole).toString().endsWith(QLatin1String(", expanded")));
    QCOMPARE(f.model.groupRowOf(4), 2);
    f.model.sort(AlertModel::TimeColumn, Qt::AscendingOrder); // Within groups as well.
    QCOMPARE(f.rows(), QStringList({QStringLiteral("u2"), QStringLiteral("u3"), QLatin1Char(' ') + id(3), QLatin1Char(' ') + id(7),
                                    QStringLiteral("(no user)"), QStringLiteral("u1")}));
    f.model.setOpen(1, false);
    QCOMPARE(f.model.rowCount(), 4);
    QCOMPARE(reset.size(), 0);
    f.model.setAllOpen(true);
    QCOMPARE(f.model.rowCount(), 14);
    f.model.setAllOpen(false);
    QCOMPARE(f.model.rowCount(), 4);
}

void TestAlertGroups::namesTheValueInWords()
{
    GroupFixture f;
    auto some = alerts(0, 3);
    some[0].context.ipAddress.reset();
    some[1].context.country = "NL";
    some[2].context.country = "Atlantis";
    f.model.load(some);
    for (const auto &[by, names] : std::initializer_list<std::pair<AlertGrouping, QStringList>>{
             {AlertGrouping::Type, {QStringLiteral("Brute force attack")}},
             {AlertGrouping::Address, {QStringLiteral("203.0.113.2"), QStringLiteral("203.0.113.1"), QStringLiteral("(no address)")}},
             {AlertGrouping::User, {QStringLiteral("(no user)")}},
             {AlertGrouping::Country, {QStringLiteral("Atlantis"), QStringLiteral("Netherlands"), QStringLiteral("(no country)")}}}) {
        f.model.setGrouping(by);
        QCOMPARE(f.rows(), names);
    }
}

void TestAlertGroups::groupsFollowTheSorting_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QStringList>("descending");
    const QStringList byUser{QStringLiteral("c"), QStringLiteral("b"), QStringLiteral("a")};
    QTest::newRow("highest severity") << int(AlertModel::SeverityColumn)
                                      << QStringList{QStringLiteral("b"), QStringLiteral("a"), QStringLiteral("c")};
    QTest::newRow("newest") << int(AlertModel::TimeColumn) << QStringList{QStringLiteral("c"), QStringLiteral("b"), QStringLiteral("a")};
    QTest::newRow("most alerts") << int(AlertModel::CountColumn)
                                 << QStringList{QStringLiteral("a"), QStringLiteral("c"), QStringLiteral("b")};
    QTest::newRow("most active last") << int(AlertModel::StatusColumn)
                                      << QStringList{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")};
    QTest::newRow("value") << int(AlertModel::UserColumn) << byUser;
    QTest::newRow("value for texts of others") << int(AlertModel::TitleColumn) << byUser;
}

void TestAlertGroups::groupsFollowTheSorting()
{
    QFETCH(int, column);
    QFETCH(QStringList, descending);
    GroupFixture f;
    std::vector<SecurityAlert> some;
    const auto add = [&](const char *user, int number, AlertSeverity severity, bool done) {
        some.push_back(alert(number, severity));
        some.back().context.userId = user;
        if (done)
            some.back() = acknowledged(some.back(), "anna");
    };
    add("a", 1, AlertSeverity::High, true);
    add("a", 2, AlertSeverity::Low, true);
    add("a", 3, AlertSeverity::Low, true);
    add("b", 4, AlertSeverity::Critical, false);
    add("c", 5, AlertSeverity::Low, false);
    add("c", 6, AlertSeverity::Low, false);
    f.model.load(some);
    f.model.setGrouping(AlertGrouping::User);
    f.model.sort(column, Qt::DescendingOrder);
    QCOMPARE(f.rows(), descending);
    f.model.sort(column, Qt::AscendingOrder);
    std::reverse(descending.begin(), descending.end());
    QCOMPARE(f.rows(), descending);
    // Group after group, whether they are open or not.
    ShownIds shown(&f.model);
    QSignalSpy collected(&shown, &ShownIds::done);
    QCOMPARE(shown.count(), 6);
    QVERIFY(!shown.ids());
    QVERIFY(collected.wait());
    f.model.setAllOpen(true);
    std::vector<std::string> alerts;
    for (int row = 0; row < f.model.rowCount(); ++row) {
        if (!f.model.isGroup(row))
            alerts.push_back(f.model.idAt(row).toStdString());
    }
    QCOMPARE(alerts.size(), 6U);
    QCOMPARE(*shown.ids(), alerts);
    // What becomes of the rows meanwhile changes nothing.
    ShownIds before(&f.model);
    f.model.load({});
    QVERIFY(before.ids() != nullptr);
    QCOMPARE(*before.ids(), alerts);
}

void TestAlertGroups::waitingAlertsMoveNothing()
{
    GroupFixture f;
    f.model.load(ofUsers(0, 10));
    f.model.setGrouping(AlertGrouping::User);
    f.model.setOpen(2, true);
    const QStringList before = f.rows();
    QSignalSpy inserted(&f.model, &QAbstractItemModel::rowsInserted);
    QSignalSpy moved(&f.model, &QAbstractItemModel::layoutChanged);
    QSignalSpy changed(&f.model, &QAbstractItemModel::dataChanged);
    auto fresh = ofUsers(10, 20);
    fresh[0].context.userId = "u9";
    f.model.apply(fresh, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(f.rows(), before);
    QCOMPARE(inserted.size() + moved.size() + changed.size(), 0);
    QCOMPARE(f.model.counts().waiting, 20);
    const QPersistentModelIndex kept = f.model.index(f.model.rowOfId(id(7)), 0);
    f.model.showWaiting();
    QCOMPARE(f.model.idAt(kept.row()), id(7));
    QCOMPARE(f.rows().first(), QStringLiteral("u1")); // It has the newest now, 29.
    QCOMPARE(f.figures(QStringLiteral("u9")), QStringLiteral("1 alert(s), 1 active"));
    QCOMPARE(f.figures(QStringLiteral("u3")), QStringLiteral("7 alert(s), 7 active"));
    QCOMPARE(f.model.rowCount(), 5 + 7);
}

void TestAlertGroups::arrivalsJoinTheirGroups()
{
    GroupFixture f;
    f.model.load(ofUsers(0, 10));
    f.model.setGrouping(AlertGrouping::User);
    f.model.setOpen(f.rowOf(QStringLiteral("u2")), true);
    auto fresh = ofUsers(10, 1); // Of u2, which stood last.
    f.model.apply(fresh, {}, AlertModel::Arrivals::Show);
    QCOMPARE(f.rows().mid(0, 3), QStringList({QStringLiteral("u2"), QLatin1Char(' ') + id(10), QLatin1Char(' ') + id(6)}));
    fresh[0] = alert(11);
    fresh[0].context.userId = "new";
    f.model.apply(fresh, {}, AlertModel::Arrivals::Show);
    QCOMPARE(f.rows().first(), QStringLiteral("new"));
}

/// The group one works on stays where it is, and goes when its last alert does.
void TestAlertGroups::triageUnderAFilterMovesNoGroup()
{
    GroupFixture f;
    f.model.setFilter(filtering(QStringLiteral("status:active")));
    f.model.load(ofUsers(0, 10));
    f.model.setGrouping(AlertGrouping::User);
    f.model.setOpen(0, true);
    QCOMPARE(f.rows().first(), QStringLiteral("u1"));
    const auto acknowledge = [&](int number) {
        f.model.apply(std::vector{acknowledged(ofUsers(number, 1).front(), "a")}, {}, AlertModel::Arrivals::Wait);
    };
    acknowledge(9);
    QCOMPARE(f.rows().mid(0, 3), QStringList({QStringLiteral("u1"), QLatin1Char(' ') + id(5), QLatin1Char(' ') + id(1)}));
    QCOMPARE(f.figures(QStringLiteral("u1")), QStringLiteral("2 alert(s), 2 active"));
    QCOMPARE(f.model.timeAt(0), kNoon + 5 * kSecond);
    acknowledge(5);
    acknowledge(1);
    QCOMPARE(f.rows(), QStringList({QStringLiteral("(no user)"), QStringLiteral("u3"), QStringLiteral("u2")}));
    f.model.apply(ofUsers(5, 1), {}, AlertModel::Arrivals::Wait); // Taken back.
    QCOMPARE(f.rows(), QStringList({QStringLiteral("(no user)"), QStringLiteral("u3"), QStringLiteral("u2"), QStringLiteral("u1"),
                                    QLatin1Char(' ') + id(5)}));
}

void TestAlertGroups::groupsActOnWhatTheFilterShows()
{
    GroupFixture f;
    auto some = ofUsers(0, 40);
    some[5] = acknowledged(some[5], "anna");
    some[9] = acknowledged(some[9], "anna");
    f.model.load(some);
    f.model.setGrouping(AlertGrouping::User);
    const std::vector<int> group{f.rowOf(QStringLiteral("u1"))};
    QCOMPARE(f.model.idsOf(group).size(), 10U);
    QCOMPARE(f.model.idsOf(group, true).size(), 8U);
    f.model.setFilter(filtering(QStringLiteral("until:2026-11-20T14:00:20Z")));
    QCOMPARE(f.model.idsOf(std::vector{f.rowOf(QStringLiteral("u1"))}).size(), 5U);
    f.model.setFilter({});
    f.model.setOpen(f.rowOf(QStringLiteral("u1")), true);
    // The group and some of its own: each once.
    const int first = f.rowOf(QStringLiteral("u1"));
    const std::vector<int> rows{first, first + 1, first + 2, f.rowOf(QStringLiteral("u2"))};
    QCOMPARE(f.model.idsOf(rows).size(), 20U);
    QCOMPARE(f.model.extentOf(rows).alerts, 20);
    QCOMPARE(f.model.extentOf(rows).active, 18);
    QCOMPARE(f.model.extentOf(std::vector{first + 1, first + 2}).alerts, 2);
}

void TestAlertGroups::selectionOutlivesFolding()
{
    GroupFixture f;
    f.model.load(ofUsers(0, 40));
    f.model.setGrouping(AlertGrouping::User);
    f.model.setOpen(f.rowOf(QStringLiteral("u1")), true);
    QItemSelectionModel selection(&f.model);
    const auto select = [&](int row) {
        selection.select(f.model.index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    };
    select(f.model.rowOfId(id(17)));
    select(f.rowOf(QStringLiteral("u2")));
    f.model.setOpen(f.rowOf(QStringLiteral("u3")), true);
    f.model.setOpen(f.rowOf(QStringLiteral("(no user)")), true);
    f.model.setOpen(f.rowOf(QStringLiteral("u3")), false);
    f.model.sort(AlertModel::UserColumn, Qt::AscendingOrder);
    QSet<QString> keys;
    const QModelIndexList rows = selection.selectedRows();
    for (const QModelIndex &row : rows)
        keys.insert(f.model.keyAt(row.row()));
    QCOMPARE(keys, (QSet<QString>{id(17), f.model.keyAt(f.rowOf(QStringLiteral("u2")))}));
}

void TestAlertGroups::revealsAnAlert()
{
    GroupFixture f;
    f.model.load(ofUsers(0, 40));
    f.model.setGrouping(AlertGrouping::User);
    QCOMPARE(f.model.rowOfId(id(17)), -1);
    const int row = f.model.reveal(id(17));
    QCOMPARE(f.model.idAt(row), id(17));
    QVERIFY(!f.model.isGroup(row));
    f.model.setFilter(filtering(QStringLiteral("user:u2")));
    QCOMPARE(f.model.reveal(id(17)), -1);
}

void TestAlertGroups::termsOfGroups()
{
    GroupFixture f;
    auto some = alerts(0, 2);
    some[0].context.userId = "m o";
    some[1].context.ipAddress.reset();
    f.model.load(some);
    const auto term = [&](AlertGrouping by, int row) {
        f.model.setGrouping(by);
        const auto found = f.model.termOf(f.model.index(row, AlertModel::TimeColumn));
        return found ? filterText(*found) : QString();
    };
    QCOMPARE(term(AlertGrouping::Type, 0), QStringLiteral("type:brute-force-attack"));
    QCOMPARE(term(AlertGrouping::Address, 1), QStringLiteral("ip:203.0.113.0"));
    QCOMPARE(term(AlertGrouping::Address, 0), QString()); // There is no way to say it.
    QCOMPARE(term(AlertGrouping::User, 1), QStringLiteral("user:\"m o\""));
    QCOMPARE(term(AlertGrouping::User, 0), QStringLiteral("-user:*"));
}

void TestAlertGroups::anAlertCanChangeItsGroup()
{
    GroupFixture f;
    f.model.load(ofUsers(0, 10));
    f.model.setGrouping(AlertGrouping::User);
    f.model.setAllOpen(true);
    SecurityAlert other = ofUsers(6, 1).front();
    other.context.userId = "u1";
    f.model.apply(std::vector{other}, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(f.figures(QStringLiteral("u1")), QStringLiteral("4 alert(s), 4 active"));
    QCOMPARE(f.figures(QStringLiteral("u2")), QStringLiteral("1 alert(s), 1 active"));
    QCOMPARE(f.model.groupRowOf(f.model.rowOfId(id(6))), f.rowOf(QStringLiteral("u1")));
    other = ofUsers(2, 1).front();
    other.context.userId = "u1";
    f.model.apply(std::vector{other}, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(f.rowOf(QStringLiteral("u2")), -1);
}

void TestAlertGroups::openGroupsOutliveALoad()
{
    GroupFixture f;
    f.model.load(ofUsers(0, 10));
    f.model.setGrouping(AlertGrouping::User);
    f.model.setOpen(f.rowOf(QStringLiteral("u3")), true);
    f.model.load(ofUsers(4, 20));
    QVERIFY(f.model.isOpen(f.rowOf(QStringLiteral("u3"))));
    QVERIFY(!f.model.isOpen(f.rowOf(QStringLiteral("u1"))));
    f.model.setFilter(filtering(QStringLiteral("user:u1")));
    f.model.setFilter({});
    QVERIFY(f.model.isOpen(f.rowOf(QStringLiteral("u3"))));
}

/// What changes behind the counting is counted as it is at the end.
void TestAlertGroups::groupsManyInSlices()
{
    AlertModel model;
    model.load(ofUsers(0, 60'000));
    model.setFilter(filtering(QStringLiteral("-needle"))); // Which is looked for in every text.
    model.setGrouping(AlertGrouping::User);
    model.apply(std::vector{acknowledged(ofUsers(1, 1).front(), "a"), ofUsers(60'001, 1).front()}, std::vector{idOf(5)},
                AlertModel::Arrivals::Show);
    QTRY_VERIFY(!model.isFiltering());
    QCOMPARE(model.rowCount(), 4);
    const int row = model.rowOfKey(QStringLiteral("\nu1"));
    QCOMPARE(model.extentOf(std::vector{row}).alerts, 15'000);
    QCOMPARE(model.extentOf(std::vector{row}).active, 14'999);
    QCOMPARE(model.idAt(row), id(60'001));
}

void TestAlertGroups::alertsStandBelowVeryManyGroups()
{
    constexpr std::size_t kUsers = 20'000;
    std::vector<SecurityAlert> some = alerts(0, 50'000);
    for (std::size_t i = 0; i < some.size(); ++i) {
        some[i].context.userId = "u" + std::to_string(i % kUsers);
        some[i].severity = static_cast<AlertSeverity>(i / 3 % 4);
    }
    AlertModel model;
    model.load(some);
    model.setGrouping(AlertGrouping::User);
    QTRY_VERIFY(!model.isFiltering());
    model.setAllOpen(true);
    model.sort(AlertModel::SeverityColumn, Qt::DescendingOrder);
    QTRY_VERIFY(!model.isFiltering());

    // The same by comparing: the highest severity stands first, then the newest.
    const auto stands = [](const SecurityAlert *a, const SecurityAlert *b) {
        return a->severity != b->severity ? a->severity > b->severity : a->timestamp > b->timestamp;
    };
    struct Group {
        std::vector<const SecurityAlert *> alerts;
        TimestampMs newest = 0;
    };
    std::vector<Group> groups(kUsers);
    for (std::size_t i = 0; i < some.size(); ++i) {
        groups[i % kUsers].alerts.push_back(&some[i]);
        groups[i % kUsers].newest = some[i].timestamp;
    }
    for (Group &group : groups)
        std::sort(group.alerts.begin(), group.alerts.end(), stands);
    std::sort(groups.begin(), groups.end(), [](const Group &a, const Group &b) {
        const AlertSeverity left = a.alerts.front()->severity;
        const AlertSeverity right = b.alerts.front()->severity;
        return left != right ? left > right : a.newest > b.newest;
    });
    QStringList expected;
    for (const Group &group : groups) {
        expected.append(QLatin1Char('\n') + QString::fromStdString(*group.alerts.front()->context.userId));
        for (const SecurityAlert *alert : group.alerts)
            expected.append(QString::fromStdString(alert->id));
    }
    QStringList keys;
    for (int row = 0; row < model.rowCount(); ++row)
        keys.append(model.keyAt(row));
    QCOMPARE(keys, expected);
}

QTEST_GUILESS_MAIN(TestAlertGroups)
#include "tst_alertgroups.moc"
