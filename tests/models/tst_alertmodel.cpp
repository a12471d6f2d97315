// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertmodelfixture.h"

#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

#include <random>

using namespace bartizan;
using namespace bartizan::fixtures;

class TestAlertModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sortsManyLikeFew_data();
    void sortsManyLikeFew();
    void newestStandsFirst();
    void severitySortsByRank();
    void addressesSortByValue();
    void equalRowsStandNewestFirst();
    void sortingCarriesTheSelection();
    void arrivalsTakeTheirPlaces();
    void arrivalsWaitWithoutMovingAnything();
    void acknowledgingChangesOneRow();
    void showsWhereAnAlertStands();
    void acknowledgingMovesTheRowWhenSortedByStatus();
    void showsHowOftenItRepeated();
    void retentionRemoves();
    void theSameIdTwiceIsOneRow();
    void randomChangesAgreeWithALoad();
    void hostileTextIsShownAsText();
    void cellsHaveAccessibleTexts();
};

void TestAlertModel::newestStandsFirst()
{
    Fixture f;
    f.model.load(alerts(0, 3));
    QCOMPARE(f.ids(), QStringList({id(2), id(1), id(0)}));
}

void TestAlertModel::severitySortsByRank()
{
    Fixture f;
    f.model.load(std::vector{alert(1, AlertSeverity::High), alert(2, AlertSeverity::Critical),
                             alert(3, AlertSeverity::Low), alert(4, AlertSeverity::Medium)});
    f.model.sort(AlertModel::SeverityColumn, Qt::DescendingOrder);
    QCOMPARE(f.column(AlertModel::SeverityColumn), QStringList({QStringLiteral("CRITICAL"), QStringLiteral("HIGH"),
                                                                QStringLiteral("MEDIUM"), QStringLiteral("LOW")}));
    f.model.sort(AlertModel::SeverityColumn, Qt::AscendingOrder);
    QCOMPARE(f.column(AlertModel::SeverityColumn).first(), QStringLiteral("LOW"));
}

void TestAlertModel::addressesSortByValue()
{
    Fixture f;
    auto some = alerts(0, 4);
    some[0].context.ipAddress = "10.0.0.2";
    some[1].context.ipAddress = "9.255.0.1";
    some[2].context.ipAddress = "10.0.0.10";
    some[3].context.ipAddress.reset();
    f.model.load(some);
    f.model.sort(AlertModel::AddressColumn, Qt::AscendingOrder);
    QCOMPARE(f.column(AlertModel::AddressColumn), QStringList({QString(), QStringLiteral("9.255.0.1"),
                                                               QStringLiteral("10.0.0.2"), QStringLiteral("10.0.0.10")}));
}

void TestAlertModel::equalRowsStandNewestFirst()
{
    Fixture f;
    f.model.load(std::vector{alert(1), alert(3), alert(2)});
    f.model.sort(AlertModel::TypeColumn, Qt::AscendingOrder);
    QCOMPARE(f.ids(), QStringList({id(3), id(2), id(1)}));
    f.model.sort(AlertModel::TypeColumn, Qt::DescendingOrder);
    QCOMPARE(f.ids(), QStringList({id(3), id(2), id(1)}));
}

void TestAlertModel::sortingCarriesTheSelection()
{
    Fixture f;
    f.model.load(alerts(0, 50));
    const QPersistentModelIndex kept(f.model.index(f.model.rowOfId(id(17)), AlertModel::TitleColumn));
    for (int column = 0; column < AlertModel::ActionColumn; ++column) {
        f.model.sort(column, Qt::AscendingOrder);
        QCOMPARE(kept.data(AlertModel::IdRole).toString(), id(17));
        QCOMPARE(f.model.rowOfId(id(17)), kept.row());
    }
}

void TestAlertModel::arrivalsTakeTheirPlaces()
{
    Fixture f;
    f.model.load(std::vector{alert(10), alert(20), alert(30)});
    QSignalSpy inserted(&f.model, &QAbstractItemModel::rowsInserted);
    QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
    f.model.apply(std::vector{alert(5), alert(15), alert(16), alert(40), alert(41)}, {}, AlertModel::Arrivals::Show);
    QCOMPARE(f.ids(), QStringList({id(41), id(40), id(30), id(20), id(16), id(15), id(10), id(5)}));
    QCOMPARE(inserted.size(), 3); // Three runs: 41 and 40, 16 and 15, 5.
    QCOMPARE(reset.size(), 0);
    QVERIFY(countsHold(f.model));
}

void TestAlertModel::arrivalsWaitWithoutMovingAnything()
{
    Fixture f;
    f.model.load(alerts(0, 100));
    const QStringList before = f.ids();
    QItemSelectionModel selection(&f.model);
    selection.select(f.model.index(40, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QSignalSpy inserted(&f.model, &QAbstractItemModel::rowsInserted);
    for (int batch = 0; batch < 10; ++batch)
        f.model.apply(alerts(100 + 100 * batch, 100), {}, AlertModel::Arrivals::Wait);
    QCOMPARE(inserted.size(), 0);
    QCOMPARE(f.ids(), before);
    QCOMPARE(f.model.counts().waiting, 1000);
    QCOMPARE(f.model.counts().waitingCritical, 250);
    QCOMPARE(selection.selectedRows().first().row(), 40);

    f.model.showWaiting();
    QCOMPARE(f.model.rowCount(), 1100);
    QCOMPARE(f.model.counts().waiting, 0);
    QCOMPARE(selection.selectedRows().first().row(), 1040);
    QVERIFY(countsHold(f.model));
}

void TestAlertModel::acknowledgingChangesOneRow()
{
    Fixture f;
    f.model.load(alerts(0, 10));
    QSignalSpy changed(&f.model, &QAbstractItemModel::dataChanged);
    QSignalSpy removed(&f.model, &QAbstractItemModel::rowsRemoved);
    f.model.apply(std::vector{acknowledged(alert(4, AlertSeverity::Low), "l.meyer")}, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toModelIndex().row(), 5);
    QCOMPARE(changed[0][1].toModelIndex().row(), 5);
    QCOMPARE(removed.size(), 0);
    QCOMPARE(f.model.index(5, AlertModel::StatusColumn).data().toString(), QStringLiteral("Acknowledged"));
    QCOMPARE(f.model.index(5, AlertModel::ActionColumn).data().toString(), QString());
    QVERIFY(f.model.index(5, AlertModel::StatusColumn).data(Qt::ToolTipRole).toString().contains(QLatin1String("l.meyer")));
    QCOMPARE(f.model.counts().active, 9);
}

/// Where it stands in words: what is seen, what is read out, what a filter makes of it, and how it sorts.
void TestAlertModel::showsWhereAnAlertStands()
{
    Fixture f;
    auto some = alerts(0, 4);
    some[0].status = AlertStatus::Escalated;
    some[1] = acknowledged(some[1], "anna");
    some[1].status = AlertStatus::Resolved;
    some[1].disposition = AlertDisposition::FalsePositive;
    some[1].resolvedBy = "<b>l.meyer";
    some[1].resolvedAt = kNoon + 2 * kHour;
    some[1].owner = "l.meyer";
    some[2] = acknowledged(some[2], "anna");
    some[2].repeats = 41;
    f.model.load(some);
    const auto cell = [&f](int number, int column, int role) {
        return f.model.index(f.model.rowOfId(id(number)), column).data(role).toString();
    };
    QCOMPARE(cell(0, AlertModel::StatusColumn, Qt::DisplayRole), QStringLiteral("Escalated"));
    QCOMPARE(cell(0, AlertModel::StatusColumn, Qt::AccessibleTextRole), QStringLiteral("Status Escalated"));
    QCOMPARE(cell(0, AlertModel::ActionColumn, Qt::DisplayRole), QStringLiteral("Acknowledge"));
    QCOMPARE(cell(1, AlertModel::StatusColumn, Qt::DisplayRole), QStringLiteral("False positive"));
    QCOMPARE(cell(1, AlertModel::StatusColumn, Qt::AccessibleTextRole), QStringLiteral("Status resolved, False positive"));
    QCOMPARE(cell(1, AlertModel::OwnerColumn, Qt::DisplayRole), QStringLiteral("l.meyer"));
    QCOMPARE(cell(1, AlertModel::OwnerColumn, Qt::AccessibleTextRole), QStringLiteral("Owner l.meyer"));
    QCOMPARE(cell(0, AlertModel::OwnerColumn, Qt::AccessibleTextRole), QStringLiteral("No owner"));
    const QString told = cell(1, AlertModel::StatusColumn, Qt::ToolTipRole);
    QVERIFY2(told.contains(QLatin1String("Resolved as false positive by &lt;b&gt;l.meyer")), qPrintable(told));
    const auto term = [&f](int number, int column) {
        return filterText(*f.model.termOf(f.model.index(f.model.rowOfId(id(number)), column)));
    };
    QCOMPARE(term(0, AlertModel::StatusColumn), QStringLiteral("status:escalated"));
    QCOMPARE(term(1, AlertModel::StatusColumn), QStringLiteral("disposition:false-positive"));
    QCOMPARE(term(1, AlertModel::OwnerColumn), QStringLiteral("owner:l.meyer"));
    QVERIFY(f.model.termOf(f.model.index(0, AlertModel::CountColumn)));
    QCOMPARE(term(0, AlertModel::CountColumn), QStringLiteral("count:1"));
    QCOMPARE(term(2, AlertModel::CountColumn), QStringLiteral("count:42"));
    QCOMPARE(f.model.valuesOf(FilterField::Owner, {}, 9), QStringList{QStringLiteral("l.meyer")});
    f.model.sort(AlertModel::StatusColumn, Qt::AscendingOrder);
    for (const auto &[row, number] : {std::pair{0, 3}, {1, 0}, {2, 2}, {3, 1}})
        QCOMPARE(f.model.idAt(row), id(number));
    f.model.sort(AlertModel::OwnerColumn, Qt::DescendingOrder);
    QCOMPARE(f.model.idAt(0), id(1));
}

void TestAlertModel::acknowledgingMovesTheRowWhenSortedByStatus()
{
    Fixture f;
    f.model.load(alerts(0, 10));
    f.model.sort(AlertModel::StatusColumn, Qt::AscendingOrder);
    const QPersistentModelIndex kept(f.model.index(f.model.rowOfId(id(9)), 0));
    QCOMPARE(kept.row(), 0);
    f.model.apply(std::vector{acknowledged(alert(9), "a")}, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(kept.row(), 9);
    QCOMPARE(f.model.idAt(9), id(9));
}

void TestAlertModel::showsHowOftenItRepeated()
{
    Fixture f;
    f.model.load(alerts(0, 10));
    QCOMPARE(f.model.index(0, AlertModel::CountColumn).data().toString(), QStringLiteral("1"));
    QSignalSpy inserted(&f.model, &QAbstractItemModel::rowsInserted);
    SecurityAlert repeated = alert(4);
    repeated.repeats = 36;
    repeated.lastRepeatAt = repeated.timestamp + kMinute;
    f.model.apply(std::vector{repeated}, {}, AlertModel::Arrivals::Wait);
    const QModelIndex count = f.model.index(f.model.rowOfId(id(4)), AlertModel::CountColumn);
    QCOMPARE(count.data().toString(), QStringLiteral("×37"));
    QCOMPARE(count.data(AlertModel::HitsRole).toLongLong(), 37);
    QVERIFY(!count.data(Qt::ToolTipRole).toString().isEmpty());
    QCOMPARE(inserted.size(), 0);
    QCOMPARE(f.model.counts().waiting, 0); // A repeat is nothing new.
    f.model.sort(AlertModel::CountColumn, Qt::DescendingOrder);
    QCOMPARE(f.model.idAt(0), id(4));
}

void TestAlertModel::retentionRemoves()
{
    Fixture f;
    f.model.load(alerts(0, 5));
    f.model.apply(alerts(5, 1), {}, AlertModel::Arrivals::Wait);
    f.model.apply({}, std::vector{idOf(0), idOf(3), idOf(5), std::string("unknown")}, AlertModel::Arrivals::Wait);
    QCOMPARE(f.ids(), QStringList({id(4), id(2), id(1)}));
    QCOMPARE(f.model.counts().waiting, 0);
    QCOMPARE(f.model.counts().all, 3);
    f.model.apply(alerts(3, 1), {}, AlertModel::Arrivals::Show); // It comes back: a row again.
    QCOMPARE(f.model.rowCount(), 4);
    QVERIFY(countsHold(f.model));
}

void TestAlertModel::theSameIdTwiceIsOneRow()
{
    Fixture f;
    f.model.load(alerts(0, 1));
    f.model.apply(std::vector{alert(7), acknowledged(alert(7), "second"), alert(0), acknowledged(alert(0), "x")}, {},
                  AlertModel::Arrivals::Show);
    QCOMPARE(f.ids(), QStringList({id(7), id(0)}));
    QVERIFY(f.model.isAcknowledged(0) && f.model.isAcknowledged(1));
}

void TestAlertModel::randomChangesAgreeWithALoad()
{
    Fixture f;
    std::mt19937 random(7);
    std::vector<SecurityAlert> truth;
    int next = 1; // Times go up and down, ids never repeat.
    for (int step = 0; step < 300; ++step) {
        std::vector<SecurityAlert> changed;
        std::vector<std::string> removed;
        for (unsigned i = 0; i < random() % 6; ++i)
            truth.push_back(changed.emplace_back(alert(next++ * 7919 % 100003, AlertSeverity(random() % 4))));
        if (!truth.empty() && random() % 2) {
            SecurityAlert &one = truth[random() % truth.size()];
            changed.push_back(one = acknowledged(one, "a"));
        }
        if (truth.size() > 20 && random() % 3 == 0) {
            removed.push_back(truth.front().id);
            std::erase_if(truth, [&](const SecurityAlert &a) { return a.id == removed.front(); });
            std::erase_if(changed, [&](const SecurityAlert &a) { return a.id == removed.front(); });
        }
        const auto arrivals = random() % 2 ? AlertModel::Arrivals::Show : AlertModel::Arrivals::Wait;
        f.model.apply(changed, removed, arrivals);
        if (random() % 10 == 0) {
            const QStringList severities{QStringLiteral("low"), QStringLiteral("medium"), QStringLiteral("high"), QStringLiteral("critical")};
            const QString hidden = QStringLiteral("-severity:") + severities[int(random() % 4)];
            f.model.setFilter(filtering(hidden + (random() % 2 ? QString() : QStringLiteral(" status:new"))));
            f.model.sort(int(random() % AlertModel::ActionColumn), random() % 2 ? Qt::AscendingOrder : Qt::DescendingOrder);
        }
        QVERIFY(countsHold(f.model));
    }
    f.model.showWaiting();
    AlertModel fresh;
    fresh.setFilter(f.model.filter());
    fresh.sort(f.model.sortColumn(), f.model.sortOrder());
    fresh.load(truth);
    QVERIFY(fresh.rowCount() > 50);
    QVERIFY(f.model.shownIds() == fresh.shownIds());
    QVERIFY(f.model.counts() == fresh.counts());
}

void TestAlertModel::hostileTextIsShownAsText()
{
    Fixture f;
    SecurityAlert hostile = alert(1);
    hostile.title = std::string("<b>bold</b> \u202Egnp.exe\n\0NUL", 27);
    hostile.description = "<img src=x onerror=alert(1)>";
    hostile.context.userId = std::string(10'000'000, 'x');
    hostile.context.ipAddress = "\xff\xfe not UTF-8";
    hostile.metadata = "{\"x\":\"" + std::string(10'000'000, 'y') + "\"}";
    f.model.load(std::vector{hostile});
    const QString title = f.model.index(0, AlertModel::TitleColumn).data().toString();
    QVERIFY(title.startsWith(QLatin1String("<b>bold</b>")));
    QVERIFY(!title.contains(QChar(0x202e)) && !title.contains(QChar(0)) && !title.contains(QLatin1Char('\n')));
    const QString tip = f.model.index(0, AlertModel::TitleColumn).data(Qt::ToolTipRole).toString();
    QVERIFY(!tip.contains(QLatin1String("<b>")) && !tip.contains(QLatin1String("<img")));
    QVERIFY(tip.contains(QLatin1String("&lt;img")));
    QVERIFY(f.model.index(0, AlertModel::UserColumn).data().toString().size() <= 512);
    QVERIFY(f.model.index(0, AlertModel::UserColumn).data(Qt::ToolTipRole).toString().size() < 5000);
    QVERIFY(f.model.index(0, AlertModel::AddressColumn).data().toString().contains(QChar(0xfffd)));
}

void TestAlertModel::cellsHaveAccessibleTexts()
{
    Fixture f;
    f.model.load(std::vector{alert(1, AlertSeverity::Critical)});
    QCOMPARE(f.model.index(0, AlertModel::SeverityColumn).data(Qt::AccessibleTextRole).toString(),
             QStringLiteral("Severity CRITICAL"));
    QCOMPARE(f.model.index(0, AlertModel::ActionColumn).data(Qt::AccessibleTextRole).toString(),
             QStringLiteral("Acknowledge"));
    for (int column = 0; column < AlertModel::ColumnCount; ++column)
        QVERIFY(!f.model.headerData(column, Qt::Horizontal, Qt::AccessibleTextRole).toString().isEmpty());
}

void TestAlertModel::sortsManyLikeFew_data()
{
    QTest::addColumn<int>("column");
    for (int column = 0; column < AlertModel::ActionColumn; ++column)
        QTest::addRow("column %d", column) << column;
}

/// Whatever way the order comes about, it is the one that neighbours agree on, and total.
void TestAlertModel::sortsManyLikeFew()
{
    QFETCH(int, column);
    auto some = alerts(0, 2000);
    for (std::size_t i = 0; i < some.size(); ++i) {
        some[i].timestamp = kNoon + TimestampMs(i / 3) * kSecond;
        some[i].repeats = i % 10 == 0 ? std::int64_t(1) << (20 + i % 13) : std::int64_t(i % 4);
        some[i].context.userId = "user" + std::to_string(i * 7919 % 150);
    }
    for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        PlainFixture whole;
        whole.model.load(some);
        whole.model.sort(column, order);
        whole.model.sort(column == 0 ? 1 : 0, order);
        whole.model.sort(column, order);
        PlainFixture grown; // One by one, each put where it belongs by comparing neighbours.
        grown.model.sort(column, order);
        grown.model.load({});
        for (std::size_t i = 0; i < some.size(); i += 7) {
            const std::size_t end = std::min(i + 7, some.size());
            grown.model.apply(std::span(some).subspan(i, end - i), {}, AlertModel::Arrivals::Show);
        }
        QVERIFY(whole.model.shownIds() == grown.model.shownIds());
    }
}

QTEST_GUILESS_MAIN(TestAlertModel)
#include "tst_alertmodel.moc"
