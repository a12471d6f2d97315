// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterparser.h"
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

/// The model with what every test of it needs.
struct PlainFixture {
    AlertModel model;

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

/// With the tester, attached before data arrive. It looks at all rows with each change: for a few thousand at most.
struct Fixture : PlainFixture {
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

/// The filter that a text says.
Filter filtering(const QString &text)
{
    const ParsedFilter parsed = parseFilter(text, FilterSubject::Alerts);
    if (!parsed.ok())
        qFatal("%s", qPrintable(parsed.errors.front().message));
    return parsed.filter;
}

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
    void termsAgreeWithTheLanguage_data();
    void termsAgreeWithTheLanguage();
    void arrivalsAtSpeedMoveNothing();
    void filtersManyInSlices();
    void changesWhileFilteringCount();
    void adoptsTheRestBelow();
    void adoptingAgreesWithALoad();
    void sortsManyLikeFew_data();
    void sortsManyLikeFew();
    void newestStandsFirst();
    void severitySortsByRank();
    void addressesSortByValue();
    void equalRowsStandNewestFirst();
    void sortingCarriesTheSelection();
    void arrivalsTakeTheirPlaces();
    void arrivalsWaitWithoutMovingAnything();
    void arrivalsOutOfScopeStayOut();
    void acknowledgingChangesOneRow();
    void showsWhereAnAlertStands();
    void findsAStatusByItsWord();
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
    QCOMPARE(f.model.valuesOf(FilterField::Owner, {}, 9), QStringList{QStringLiteral("l.meyer")});
    f.model.sort(AlertModel::StatusColumn, Qt::AscendingOrder);
    for (const auto &[row, number] : {std::pair{0, 3}, {1, 0}, {2, 2}, {3, 1}})
        QCOMPARE(f.model.idAt(row), id(number));
    f.model.sort(AlertModel::OwnerColumn, Qt::DescendingOrder);
    QCOMPARE(f.model.idAt(0), id(1));
}

/// Free words find what a status is called, in whatever way.
void TestAlertModel::findsAStatusByItsWord()
{
    Fixture f;
    auto some = alerts(0, 3);
    some[0].status = AlertStatus::Escalated;
    some[1].status = AlertStatus::Resolved;
    some[1].disposition = AlertDisposition::Duplicate;
    f.model.load(some);
    for (const auto &[word, number] : {std::pair{"escalat", 0}, {"duplicate", 1}, {"resolved", 1}, {"active", 2}}) {
        f.model.setFilter(filtering(QString::fromLatin1(word)));
        QCOMPARE(f.model.rowCount(), 1);
        QCOMPARE(f.model.idAt(0), id(number));
    }
}

void TestAlertModel::hidingAcknowledgedRemovesThem()
{
    Fixture f;
    f.model.setFilter(filtering(QStringLiteral("status:new")));
    f.model.load(alerts(0, 10));
    QSignalSpy removed(&f.model, &QAbstractItemModel::rowsRemoved);
    f.model.apply(std::vector{acknowledged(alert(4), "a"), acknowledged(alert(5), "a"), acknowledged(alert(8), "a")},
                  {}, AlertModel::Arrivals::Wait);
    QCOMPARE(f.model.rowCount(), 7);
    QCOMPARE(removed.size(), 2);
    QCOMPARE(f.model.rowOfId(id(4)), -1);
    f.model.setFilter({});
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
    f.model.setFilter(filtering(QStringLiteral("severity:high,critical")));
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
    QTest::newRow("words of the type") << QStringLiteral("\"account enumeration\"") << 1;
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
    f.model.setFilter(filtering(text));
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
    f.model.setFilter(filtering(QStringLiteral("type:rate-limit-breach")));
    QCOMPARE(f.ids(), QStringList({id(2)}));
}

void TestAlertModel::aBigFilterChangeResets()
{
    Fixture f;
    f.model.load(alerts(0, 4000));
    QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
    f.model.setFilter(filtering(QStringLiteral("severity:low,high")));
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

/// The model tells by columns and interned texts what the language's own matcher tells of each alert.
void TestAlertModel::termsAgreeWithTheLanguage_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"severity>=high", "-severity:low,critical", "status:acknowledged", "status:active",
                             "-status:(new escalated)", "status:resolved", "disposition:benign", "-disposition:benign,duplicate", "ip:203.0.113.0/26", "-ip:203.0.113.7",
                             "user:u1*", "-user:u2", "owner:l.meyer", "country:nl", "company:quay*", "rule:brute-force", "count>=3",
                             "title:force", "type:brute", "session:s-1", "request:r*", "agent:CURL", "since:2h", "until:2h", "needle",
                             "-needle u1", "\"r-4\"", "is:muted", "-is:muted", "is:(muted escalated)", "mute:m-1", "mute:m*"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestAlertModel::termsAgreeWithTheLanguage()
{
    QFETCH(QString, text);
    auto some = alerts(0, 120);
    for (std::size_t i = 0; i < some.size(); ++i) {
        SecurityAlert &one = some[i];
        const auto numbered = [i](const char *prefix) { return prefix + std::to_string(i % 5); };
        one.timestamp = kNoon - TimestampMs(i) * kMinute * 2;
        one.repeats = std::int64_t(i % 4);
        if (i % 3 == 0)
            one = acknowledged(one, i % 2 ? "l.meyer" : "anna");
        if (i % 5 < 2)
            one.status = i % 5 == 0 ? AlertStatus::Escalated : AlertStatus::Resolved;
        if (one.status == AlertStatus::Resolved)
            one.disposition = static_cast<AlertDisposition>(i % 4);
        if (i % 7 == 0)
            one.mute = numbered("m-");
        if (i % 8 == 0)
            one.owner = i % 3 ? "l.meyer" : "Anna";
        if (i % 4 != 0)
            one.context.userId = numbered("u");
        one.context.country = i % 2 ? "NL" : "CN";
        one.context.companyId = i % 7 ? "Quayside" : "acme";
        one.context.sessionId = numbered("s-");
        one.context.requestId = numbered("r-");
        one.context.userAgent = i % 5 ? "curl/8" : "Firefox";
        one.rule = i % 6 ? "brute-force" : "csrf-attack";
        if (i % 8 == 0) {
            one.title = "CSRF Attack Detected";
            one.type = AlertType::CsrfAttack;
            one.context.requestId = "other";
        }
        one.metadata = i % 9 ? "{}" : R"({"note":"needle"})";
    }
    Fixture f;
    f.model.setNow(kNoon);
    f.model.load(some);
    f.model.setFilter(filtering(text));
    const FilterMatcher matcher(filtering(text), FilterSubject::Alerts, FilterMoment{kNoon});
    QStringList expected;
    for (const SecurityAlert &one : some) { // Newest first already.
        if (matcher.matches(one))
            expected.append(QString::fromStdString(one.id));
    }
    QVERIFY(!expected.isEmpty() && expected.size() < 120);
    QCOMPARE(f.ids(), expected);
}

/// 10,000 alerts, 100 of them five times a second, while a filter and a selection stand: nothing that is shown moves.
void TestAlertModel::arrivalsAtSpeedMoveNothing()
{
    Fixture f;
    f.model.load(alerts(0, 2000));
    f.model.setFilter(filtering(QStringLiteral("severity>=high")));
    f.model.sort(AlertModel::SeverityColumn, Qt::DescendingOrder);
    QItemSelectionModel selection(&f.model);
    for (const int row : {3, 500, 999})
        selection.select(f.model.index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    const QPersistentModelIndex current = f.model.index(500, AlertModel::TitleColumn);
    const QStringList before = f.ids();
    QSignalSpy inserted(&f.model, &QAbstractItemModel::rowsInserted);
    QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
    QSignalSpy moved(&f.model, &QAbstractItemModel::layoutChanged);
    for (int batch = 0; batch < 100; ++batch) {
        f.model.setNow(kNoon + (2000 + batch * 100) * kSecond);
        f.model.apply(alerts(2000 + batch * 100, 100), {}, AlertModel::Arrivals::Wait);
    }
    QCOMPARE(f.model.counts().waiting, 5000);
    QCOMPARE(f.model.counts().waitingCritical, 2500);
    QCOMPARE(inserted.size() + reset.size() + moved.size(), 0);
    QCOMPARE(f.ids(), before);
    f.model.showWaiting();
    QCOMPARE(f.model.rowCount(), 6000);
    QCOMPARE(reset.size(), 0);
    QCOMPARE(f.model.idAt(current.row()), before[500]);
    const QModelIndexList rows = selection.selectedRows();
    QCOMPARE(rows.size(), 3);
    QSet<QString> selected;
    for (const QModelIndex &row : rows)
        selected.insert(f.model.idAt(row.row()));
    QCOMPARE(selected, (QSet<QString>{before[3], before[500], before[999]}));
    AlertModel fresh;
    fresh.setFilter(f.model.filter());
    fresh.sort(AlertModel::SeverityColumn, Qt::DescendingOrder);
    fresh.load(alerts(0, 12'000));
    QVERIFY(fresh.shownIds() == f.model.shownIds());
    QVERIFY(fresh.counts() == f.model.counts());
}

void TestAlertModel::filtersManyInSlices()
{
    AlertModel model;
    model.load(alerts(0, 60'000));
    model.setFilter(filtering(QStringLiteral("severity:high ip:203.0.113.0/28")));
    QTRY_VERIFY(!model.isFiltering());
    int expected = 0;
    for (int i = 0; i < 60'000; ++i)
        expected += i % 4 == 2 && i % 250 < 16 ? 1 : 0;
    QCOMPARE(model.rowCount(), expected);
    QVERIFY(countsHold(model));
    model.setFilter(filtering(QStringLiteral("severity:high")));
    model.setFilter({}); // The one before is overtaken.
    QTRY_VERIFY(!model.isFiltering());
    QCOMPARE(model.rowCount(), 60'000);
    QVERIFY(model.counts().bySeverity == (std::array<int, 4>{15'000, 15'000, 15'000, 15'000}));
}

/// What changes while the filter is on its way is judged as it is at the end.
void TestAlertModel::changesWhileFilteringCount()
{
    PlainFixture f;
    f.model.load(alerts(0, 40'000));
    f.model.setFilter(filtering(QStringLiteral("status:new severity:high")));
    f.model.apply(std::vector{acknowledged(alert(2, AlertSeverity::High), "a"), acknowledged(alert(39'998, AlertSeverity::High), "a"),
                              alert(50'002, AlertSeverity::High)}, std::vector{idOf(6)}, AlertModel::Arrivals::Show);
    QTRY_VERIFY(!f.model.isFiltering());
    QCOMPARE(f.model.rowCount(), 10'000 - 3 + 1);
    QCOMPARE(f.model.rowOfId(id(2)), -1);
    QCOMPARE(f.model.rowOfId(id(6)), -1);
    QCOMPARE(f.model.rowOfId(id(50'002)), 0);
    QVERIFY(countsHold(f.model));
}

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

void TestAlertModel::adoptsTheRestBelow()
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
    f.model.adopt(recordsOf(alerts(0, 3000)), std::vector{alert(3000), acknowledged(alert(5), "a")}, {});
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

void TestAlertModel::adoptingAgreesWithALoad()
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
        f.model.adopt(std::move(records), told, gone);
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
