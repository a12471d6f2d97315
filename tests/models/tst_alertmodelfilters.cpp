// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertmodelfixture.h"

#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

using namespace bartizan;
using namespace bartizan::fixtures;

/// Filters over the model of alerts: what they let through, and what happens to it under them.
class TestAlertModelFilters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void arrivalsAtSpeedMoveNothing();
    void termsAgreeWithTheLanguage_data();
    void termsAgreeWithTheLanguage();
    void filtersManyInSlices();
    void changesWhileFilteringCount();
    void arrivalsOutOfScopeStayOut();
    void findsAStatusByItsWord();
    void hidingAcknowledgedRemovesThem();
    void severityChipsFilterAndCount();
    void textSearchLooksAtEveryField_data();
    void textSearchLooksAtEveryField();
    void typeFilters();
    void aBigFilterChangeResets();
    void timesFollowTheClock();
    void timesFollowWithANewOrder();
};

/// 10,000 alerts, 100 of them five times a second, while a filter and a selection stand: nothing that is shown moves.
void TestAlertModelFilters::arrivalsAtSpeedMoveNothing()
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

/// The model tells by columns and interned texts what the language's own matcher tells of each alert.
void TestAlertModelFilters::termsAgreeWithTheLanguage_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"severity>=high", "-severity:low,critical", "status:acknowledged", "status:active",
                             "-status:(new escalated)", "status:resolved", "disposition:benign", "-disposition:benign,duplicate", "ip:203.0.113.0/26", "-ip:203.0.113.7",
                             "user:u1*", "-user:u2", "owner:l.meyer", "country:nl", "company:quay*", "rule:brute-force", "count>=3",
                             "title:force", "type:brute", "session:s-1", "request:r*", "agent:CURL", "since:2h", "until:2h", "needle",
                             "-needle u1", "\"r-4\"", "is:muted", "-is:muted", "is:(muted escalated)", "mute:m-1", "mute:m*"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestAlertModelFilters::termsAgreeWithTheLanguage()
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

void TestAlertModelFilters::filtersManyInSlices()
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
void TestAlertModelFilters::changesWhileFilteringCount()
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

void TestAlertModelFilters::arrivalsOutOfScopeStayOut()
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

/// Free words find what a status is called, in whatever way.
void TestAlertModelFilters::findsAStatusByItsWord()
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

void TestAlertModelFilters::hidingAcknowledgedRemovesThem()
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

void TestAlertModelFilters::severityChipsFilterAndCount()
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

void TestAlertModelFilters::textSearchLooksAtEveryField_data()
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

void TestAlertModelFilters::textSearchLooksAtEveryField()
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

void TestAlertModelFilters::typeFilters()
{
    Fixture f;
    auto some = alerts(0, 4);
    some[2].type = AlertType::RateLimitBreach;
    f.model.load(some);
    f.model.setFilter(filtering(QStringLiteral("type:rate-limit-breach")));
    QCOMPARE(f.ids(), QStringList({id(2)}));
}

void TestAlertModelFilters::aBigFilterChangeResets()
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

/// "2h" is counted from now, whenever that is: alerts become too old for one filter, and old enough for another.
void TestAlertModelFilters::timesFollowTheClock()
{
    Fixture f;
    auto some = alerts(0, 4);
    for (std::size_t i = 0; i < some.size(); ++i)
        some[i].timestamp = kNoon - TimestampMs(i) * 30 * kMinute;
    f.model.setNow(kNoon);
    f.model.load(some);
    f.model.setFilter(filtering(QStringLiteral("since:1h")));
    QCOMPARE(f.ids(), QStringList({id(0), id(1), id(2)}));
    f.model.setNow(kNoon + 20 * kMinute);
    QVERIFY(f.model.isFilterOld());
    QCOMPARE(f.model.filteredAt(), kNoon);
    QCOMPARE(f.model.rowCount(), 3); // Nothing moves by itself.
    f.model.followTime();
    QVERIFY(!f.model.isFilterOld());
    QCOMPARE(f.ids(), QStringList({id(0), id(1)}));
    f.model.setFilter(filtering(QStringLiteral("until:1h")));
    QCOMPARE(f.ids(), QStringList({id(2), id(3)}));
    f.model.setNow(kNoon + 40 * kMinute);
    f.model.followTime();
    QCOMPARE(f.ids(), QStringList({id(1), id(2), id(3)}));
    QVERIFY(countsHold(f.model));
    f.model.setFilter(filtering(QStringLiteral("since:today"))); // The same all day long.
    f.model.setNow(kNoon + kHour);
    QVERIFY(!f.model.isFilterOld());
    f.model.setNow(kNoon + kDay);
    QVERIFY(f.model.isFilterOld());
    f.model.followTime();
    QCOMPARE(f.model.rowCount(), 0);
}

/// Who sorts or groups sees everything move anyway.
void TestAlertModelFilters::timesFollowWithANewOrder()
{
    Fixture f;
    f.model.setNow(kNoon + 10 * kSecond);
    f.model.load(alerts(0, 10));
    f.model.setFilter(filtering(QStringLiteral("since:1m")));
    QCOMPARE(f.model.rowCount(), 10);
    f.model.setNow(kNoon + kMinute + 5 * kSecond);
    f.model.sort(AlertModel::SeverityColumn, Qt::DescendingOrder);
    QCOMPARE(f.model.rowCount(), 5);
    QCOMPARE(f.model.shownSorting().column, int(AlertModel::SeverityColumn));
    f.model.setNow(kNoon + kMinute + 8 * kSecond);
    f.model.setGrouping(AlertGrouping::Type);
    QCOMPARE(f.model.counts().shown, 2);
    QVERIFY(!f.model.isFilterOld());
}

QTEST_GUILESS_MAIN(TestAlertModelFilters)
#include "tst_alertmodelfilters.moc"
