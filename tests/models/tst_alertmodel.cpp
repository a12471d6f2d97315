// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertfixtures.h"
#include "ui/models/alertmodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

#include <random>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

/// The model with what every test of it needs; the tester is attached before data arrive.
struct Fixture {
    AlertModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    QStringList column(int column) const
    {
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row)
            texts.append(model.index(row, column).data().toString());
        return texts;
    }
    QStringList ids() const
    {
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row)
            texts.append(model.idAt(row));
        return texts;
    }
};

QString id(int number) { return QString::fromStdString(idOf(number)); }

/// Whether the counts are what counting the rows one by one gives.
bool countsHold(const AlertModel &model)
{
    int active = 0;
    for (int row = 0; row < model.rowCount(); ++row)
        active += model.isAcknowledged(row) ? 0 : 1;
    return model.counts().shown == model.rowCount() && model.counts().active == active;
}

} // namespace

class TestAlertModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void newestStandsFirst();
    void severitySortsByRank();
    void addressesSortByValue();
    void equalRowsStandNewestFirst();
    void sortingCarriesTheSelection();
    void arrivalsTakeTheirPlaces();
    void arrivalsWaitWithoutMovingAnything();
    void arrivalsOutOfScopeStayOut();
    void acknowledgingChangesOneRow();
    void hidingAcknowledgedRemovesThem();
    void acknowledgingMovesTheRowWhenSortedByStatus();
    void showsHowOftenItRepeated();
    void retentionRemoves();
    void severityChipsFilterAndCount();
    void textSearchLooksAtEveryField_data();
    void textSearchLooksAtEveryField();
    void typeFilters();
    void aBigFilterChangeResets();
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

void TestAlertModel::arrivalsOutOfScopeStayOut()
{
    Fixture f;
    f.model.setScope({kNoon, kNoon + 60 * kSecond}, std::string("acme"));
    f.model.load({});
    auto some = alerts(0, 3);
    some[0].context.companyId = "acme";
    some[1].context.companyId = "other";
    some[2].context.companyId = "acme";
    some[2].timestamp = kNoon - 1;
    f.model.apply(some, {}, AlertModel::Arrivals::Show);
    QCOMPARE(f.ids(), QStringList({id(0)}));
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

void TestAlertModel::hidingAcknowledgedRemovesThem()
{
    Fixture f;
    AlertFilter filter;
    filter.showAcknowledged = false;
    f.model.setFilter(filter);
    f.model.load(alerts(0, 10));
    QSignalSpy removed(&f.model, &QAbstractItemModel::rowsRemoved);
    f.model.apply(std::vector{acknowledged(alert(4), "a"), acknowledged(alert(5), "a"), acknowledged(alert(8), "a")},
                  {}, AlertModel::Arrivals::Wait);
    QCOMPARE(f.model.rowCount(), 7);
    QCOMPARE(removed.size(), 2);
    QCOMPARE(f.model.rowOfId(id(4)), -1);
    filter.showAcknowledged = true;
    f.model.setFilter(filter);
    QCOMPARE(f.model.rowCount(), 10);
    QVERIFY(countsHold(f.model));
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

void TestAlertModel::severityChipsFilterAndCount()
{
    Fixture f;
    f.model.load(alerts(0, 10)); // 3 LOW, 3 MEDIUM, 2 HIGH, 2 CRITICAL
    AlertFilter filter;
    filter.severities = {false, false, true, true};
    f.model.setFilter(filter);
    QCOMPARE(f.model.rowCount(), 4);
    QVERIFY(f.model.counts().bySeverity == (std::array<int, 4>{3, 3, 2, 2}));
    f.model.apply(alerts(10, 4), {}, AlertModel::Arrivals::Wait);
    QCOMPARE(f.model.counts().waiting, 2); // What the filter hides is no news.
    f.model.showWaiting();
    QCOMPARE(f.model.rowCount(), 6);
    QCOMPARE(f.model.counts().all, 14);
    QVERIFY(countsHold(f.model));
}

void TestAlertModel::textSearchLooksAtEveryField_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("rows");
    QTest::newRow("address") << QStringLiteral("198.51.100.7") << 1;
    QTest::newRow("user, other case") << QStringLiteral("M.OKAFOR") << 1;
    QTest::newRow("country") << QStringLiteral("NL") << 1;
    QTest::newRow("company") << QStringLiteral("quayside") << 1;
    QTest::newRow("description") << QStringLiteral("needle") << 1;
    QTest::newRow("metadata") << QStringLiteral("haystack") << 1;
    QTest::newRow("user agent") << QStringLiteral("python-requests") << 1;
    QTest::newRow("acknowledged by") << QStringLiteral("l.meyer") << 1;
    QTest::newRow("status") << QStringLiteral("acknowledged") << 1;
    QTest::newRow("words of the type") << QStringLiteral("account enumeration") << 1;
    QTest::newRow("stored type") << QStringLiteral("ACCOUNT_ENUM") << 1;
    QTest::newRow("id") << id(1) << 1;
    QTest::newRow("two words, two fields") << QStringLiteral("needle okafor") << 1;
    QTest::newRow("two words, one missing") << QStringLiteral("needle absent") << 0;
    QTest::newRow("not ASCII, other case") << QStringLiteral("ÜNIT") << 1;
    QTest::newRow("blanks only") << QStringLiteral("  ") << 3;
}

void TestAlertModel::textSearchLooksAtEveryField()
{
    Fixture f;
    auto some = alerts(0, 3);
    SecurityAlert &rich = some[1];
    rich = acknowledged(rich, "l.meyer");
    rich.type = AlertType::AccountEnumeration;
    rich.context.ipAddress = "198.51.100.7";
    rich.context.userId = "m.okafor";
    rich.context.country = "NL";
    rich.context.companyId = "Quayside";
    rich.context.userAgent = "python-requests/2.31";
    rich.description = "the Needle in ünit 7";
    rich.metadata = R"({"in":"the haystack"})";
    f.model.load(some);
    QFETCH(QString, text);
    AlertFilter filter;
    filter.text = text;
    f.model.setFilter(filter);
    QTEST(f.model.rowCount(), "rows");
    f.model.setFilter({});
    QCOMPARE(f.model.rowCount(), 3);
}

void TestAlertModel::typeFilters()
{
    Fixture f;
    auto some = alerts(0, 4);
    some[2].type = AlertType::RateLimitBreach;
    f.model.load(some);
    AlertFilter filter;
    filter.types = {AlertType::RateLimitBreach};
    f.model.setFilter(filter);
    QCOMPARE(f.ids(), QStringList({id(2)}));
    QCOMPARE(filter.restrictions(), 1);
}

void TestAlertModel::aBigFilterChangeResets()
{
    Fixture f;
    f.model.load(alerts(0, 4000));
    QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
    AlertFilter filter;
    filter.severities = {true, false, true, false};
    f.model.setFilter(filter);
    QCOMPARE(reset.size(), 1);
    QCOMPARE(f.model.rowCount(), 2000);
    f.model.setFilter({});
    QCOMPARE(f.model.rowCount(), 4000);
    QCOMPARE(f.model.idAt(0), id(3999));
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
            AlertFilter filter;
            filter.severities[random() % 4] = false;
            filter.showAcknowledged = random() % 2;
            f.model.setFilter(filter);
            f.model.sort(int(random() % 8), random() % 2 ? Qt::AscendingOrder : Qt::DescendingOrder);
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

QTEST_GUILESS_MAIN(TestAlertModel)
#include "tst_alertmodel.moc"
