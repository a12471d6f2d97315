// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/securityscore.h"
#include "core/query/filterparser.h"
#include "tests/views/alertspagefixture.h"
#include "ui/models/filterchips.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/eventspage.h"
#include "ui/views/overviewpage.h"
#include "ui/views/overviewpanes.h"
#include "ui/views/responsefigures.h"
#include "ui/views/translations.h"
#include "ui/views/wayback.h"
#include "ui/widgets/barlist.h"
#include "ui/widgets/deductionlist.h"
#include "ui/widgets/figure.h"
#include "ui/widgets/inlinemessage.h"

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

Filter filterOf(const char *text)
{
    return parseFilter(QString::fromLatin1(text), FilterSubject::Alerts).filter;
}

/// The pages that lead to each other, over one database.
struct Console {
    ViewFixture f;
    std::unique_ptr<OverviewPage> overview;
    std::unique_ptr<AlertsPage> alerts;
    std::unique_ptr<EventsPage> events;

    void show()
    {
        QVERIFY(f.open());
        overview = std::make_unique<OverviewPage>(&f.context());
        alerts = std::make_unique<AlertsPage>(&f.context());
        events = std::make_unique<EventsPage>(&f.context());
        showPage(*alerts);
        showPage(*events);
        showPage(*overview);
        settle();
    }
    void settle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!overview->isLoading() && !alerts->isLoading() && !events->isLoading(), kPatience);
    }
    const MetricsInputs &counts() const { return overview->snapshot()->metrics.counts; }
    Figure *figure(const char *name) const
    {
        const auto figures = overview->findChildren<Figure *>();
        const auto found = std::find_if(figures.begin(), figures.end(), [name](const Figure *figure) {
            return figure->accessibleName().startsWith(QLatin1String(name));
        });
        return found == figures.end() ? nullptr : *found;
    }
    QString wayBack() const { return alerts->wayBack()->isVisible() ? alerts->wayBack()->message()->text() : QString(); }
    QAbstractButton *wayBackLink() const { return alerts->wayBack()->findChild<QAbstractButton *>(); }
};

} // namespace

/// What is counted leads to just what was counted; and who is led away from his filter finds back.
class TestDrillDown : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void figuresLeadToWhatTheyCount_data();
    void figuresLeadToWhatTheyCount();
    void anHourOfAllTime();
    void oneAlertLeavesTheFilter();
    void anOldAlertIsSelectedOnceItIsThere();
    void theOverviewIsAsItWas();
    void theFilterFromBeforeComesBack();
    void narrowingKeepsTheWayBack();
    void allAlertsOfAValueAreFound_data();
    void allAlertsOfAValueAreFound();
};

void TestDrillDown::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_drilldown"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestDrillDown::figuresLeadToWhatTheyCount_data()
{
    QTest::addColumn<QString>("company");
    QTest::newRow("all companies") << QString();
    QTest::newRow("one company") << QStringLiteral("acme");
}

void TestDrillDown::figuresLeadToWhatTheyCount()
{
    QFETCH(QString, company);
    Console console;
    ViewFixture &f = console.f;
    // Of two to twenty hours ago and of now, of two companies, acknowledged, muted or neither; seven types, so that one
    // that the score knows is not among the five most frequent ones.
    constexpr std::array<AlertType, 7> kTypes{AlertType::BruteForceAttack, AlertType::RateLimitBreach, AlertType::CsrfAttack,
                                              AlertType::MassDataAccess, AlertType::AccountEnumeration,
                                              AlertType::DataBreachAttempt, AlertType::PrivilegeEscalation};
    std::vector<SecurityAlert> all = f.alerts(0, 60);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::size_t type = i % 10 < 7 ? i % 10 : 0;
        all[i].type = i == 6 || type != 6 ? kTypes[type] : AlertType::BruteForceAttack; // One escalation.
        all[i].context.companyId = i % 3 == 0 ? "acme" : "globex";
        all[i].timestamp -= static_cast<TimestampMs>(i % 18) * kHour;
        if (i % 5 == 0)
            all[i].timestamp = QDateTime::currentMSecsSinceEpoch() - static_cast<TimestampMs>(i + 1) * kSecond;
        if (i % 13 == 1) {
            all[i].rule = "brute-force";
            all[i].group = "address:198.51.100.1";
        }
    }
    Mute mute;
    mute.id = "mute-1";
    mute.rule = "brute-force";
    mute.group = "address:198.51.100.1";
    mute.reason = "our scanner";
    mute.by = "anna";
    mute.createdAt = f.start() - kDay;
    mute.expiresAt = f.start() + kDay;
    QVERIFY(f.store().setMute(mute).ok());
    f.commit(all);
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 40; ++i) {
        rows.push_back(f.event(i));
        rows.back().timestamp = QDateTime::currentMSecsSinceEpoch() - (i < 30 ? i * kSecond : 5 * kHour);
        rows.back().context.companyId = i % 2 == 0 ? "acme" : "globex";
        if (i % 4 == 0)
            rows.back().severity = AuditSeverity::Critical;
    }
    f.append(rows);
    const std::vector<std::string> some{idOf(0), idOf(7), idOf(15), idOf(22)};
    QVERIFY(f.store().acknowledge(some, "anna", QDateTime::currentMSecsSinceEpoch(), {}).ok());
    const std::optional<std::string> own = company.isEmpty() ? std::nullopt : std::optional(company.toStdString());
    f.context().setRangeChoice({RangeChoice::Kind::Hour, {}});
    f.context().setCompany(own);
    console.show();
    QCOMPARE(console.counts().activeAlerts, 51); // Of all time and all companies, whatever is chosen.
    QCOMPARE(console.counts().resolvedAlerts, 4);
    const Filter before = filterOf("-user:zoe");
    console.alerts->filterBar()->setFilter(before);
    console.settle();

    const auto leadsTo = [&](const char *what, std::int64_t count, bool ofAll, const std::function<void()> &click) {
        click();
        console.settle();
        QVERIFY2(console.alerts->model().counts().shown == count,
                 qPrintable(QStringLiteral("%1: %2 counted, %3 shown").arg(QLatin1String(what)).arg(count)
                                .arg(console.alerts->model().counts().shown)));
        QVERIFY2(!console.wayBack().isEmpty(), what);
        QCOMPARE(console.wayBack().contains(QLatin1String("all time")), ofAll);
        QCOMPARE(console.wayBack().contains(QLatin1String("all companies")), ofAll && own.has_value());
        QVERIFY(f.context().rangeChoice().kind == (ofAll ? RangeChoice::Kind::Custom : RangeChoice::Kind::Hour));
        console.wayBackLink()->click();
        console.settle();
        QVERIFY(console.wayBack().isEmpty());
        QCOMPARE(filterText(console.alerts->filterBar()->filter()), filterText(before));
        QVERIFY(f.context().rangeChoice().kind == RangeChoice::Kind::Hour);
        QVERIFY(f.context().company() == own);
    };
    const auto deduction = [&](ScoreDeduction::Kind kind) {
        return [&console, kind] { Q_EMIT console.overview->findChild<ScorePane *>()->deductionActivated(kind); };
    };
    leadsTo("active", 51, true, [&] { console.figure("Active alerts")->click(); });
    leadsTo("resolved", 4, true, [&] { console.figure("Resolved alerts")->click(); });
    leadsTo("deduction of active alerts", 51, true, deduction(ScoreDeduction::Kind::ActiveAlerts));
    const std::vector<ThreatCount> threats = console.overview->snapshot()->metrics.topThreats;
    QCOMPARE(threats.size(), 5U);
    std::int64_t scored = 0;
    for (const ThreatCount &threat : threats) {
        QVERIFY(threat.type != AlertType::PrivilegeEscalation);
        if (threat.type == AlertType::BruteForceAttack || threat.type == AlertType::DataBreachAttempt)
            scored += threat.count;
        leadsTo("threat", threat.count, true, [&] { Q_EMIT console.overview->findChild<ThreatsPane *>()->threatActivated(threat.type); });
    }
    QVERIFY(scored > 0);
    leadsTo("deduction of top threats", scored, true, deduction(ScoreDeduction::Kind::TopThreats));
    const auto &response = console.overview->snapshot()->response.acknowledge;
    const std::int64_t acknowledged = ResponseTimes::all(response).alerts;
    QCOMPARE(acknowledged, 2); // Of the range: numbers 0 and 15, both of one company.
    leadsTo("time to acknowledge", acknowledged, false, [&] { console.figure("Mean time to acknowledge")->click(); });
    leadsTo("critical ones", response[static_cast<std::size_t>(AlertSeverity::Critical)].alerts, false,
            [&] { Q_EMIT console.overview->findChild<ResponsePane *>()->activated(AlertSeverity::Critical); });

    const auto showsEvents = [&](std::int64_t count, const std::function<void()> &click) {
        click();
        console.settle();
        QTRY_COMPARE_WITH_TIMEOUT(static_cast<std::int64_t>(console.events->model().rowCount()), count, kPatience);
    };
    QVERIFY(console.counts().totalEvents > 0 && console.counts().criticalEvents > 0);
    showsEvents(console.counts().totalEvents, [&] { console.figure("Events")->click(); });
    showsEvents(console.counts().criticalEvents, [&] { console.figure("Critical events")->click(); });
    showsEvents(console.counts().totalEvents, deduction(ScoreDeduction::Kind::EventVolume));
    showsEvents(console.counts().criticalEvents, deduction(ScoreDeduction::Kind::CriticalEvents));
}

/// All time has no edges; the log has.
void TestDrillDown::anHourOfAllTime()
{
    Console console;
    console.f.append({console.f.event(0), console.f.event(1)});
    console.f.context().setRangeChoice({RangeChoice::Kind::Custom, {}});
    console.show();
    QCOMPARE(console.counts().totalEvents, 2);
    QSignalSpy asked(&console.f.context(), &ConsoleContext::eventsRequested);
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(console.f.start(), QTimeZone::utc());
    Q_EMIT console.overview->findChild<HoursPane *>()->hourActivated(at.time().hour());
    QCOMPARE(asked.count(), 1);
    console.settle();
    QCOMPARE(console.events->model().rowCount(), 2);
    Q_EMIT console.overview->findChild<HoursPane *>()->hourActivated((at.time().hour() + 12) % 24); // Of which there is none.
    QCOMPARE(asked.count(), 2);
}

void TestDrillDown::oneAlertLeavesTheFilter()
{
    ViewFixture f;
    std::vector<SecurityAlert> some = f.alerts(0, 12);
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    const Filter filter = filterOf("severity:low");
    page.filterBar()->setFilter(filter);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.model().counts().shown, 3);
    AlertDrillDown wanted;
    wanted.alertId = idOf(7); // A critical one.
    f.context().showAlerts(wanted);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.details()->alertId(), id(7));
    QVERIFY(page.table()->selectedIds().empty());
    QVERIFY(page.filterBar()->filter() == filter);
    QVERIFY(!page.wayBack()->isVisible());
    wanted.alertId = idOf(4);
    f.context().showAlerts(wanted);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(4)});
    QCOMPARE(page.model().counts().shown, 3);
}

/// It is not among the newest, which are read first.
void TestDrillDown::anOldAlertIsSelectedOnceItIsThere()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    page.resize(1368, 828);
    page.show();
    AlertDrillDown wanted;
    wanted.alertId = idOf(3);
    page.activate();
    f.context().showAlerts(wanted);
    QTRY_COMPARE_WITH_TIMEOUT(page.table()->selectedIds(), std::vector<std::string>{idOf(3)}, kPatience);
    QCOMPARE(page.details()->alertId(), id(3));
    page.table()->selectRow(0);
    Q_EMIT f.context().refreshRequested();
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(4'999)}); // Not wanted for good.
}

/// Its figures lead to alerts of all time; whoever comes back to it looks at the range that he had chosen.
void TestDrillDown::theOverviewIsAsItWas()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 12));
    AlertsPage &page = *shown;
    OverviewPage overview(&f.context());
    const RangeChoice week{RangeChoice::Kind::Week, {}};
    f.context().setRangeChoice(week);
    const Filter filter = filterOf("severity:low");
    page.filterBar()->setFilter(filter);
    f.context().showAlerts(AlertDrillDown::ofAll());
    QVERIFY(!(f.context().rangeChoice() == week));
    AlertDrillDown onwards = AlertDrillDown::ofAll();
    onwards.acknowledged = false;
    f.context().showAlerts(onwards); // From where one was led to, back is where it began.
    overview.activate();
    QVERIFY(f.context().rangeChoice() == week);
    QVERIFY(page.filterBar()->filter() == filter);
    QVERIFY(!page.wayBack()->isVisible());
    // Another filter that was chosen since is meant, and so is a range.
    f.context().showAlerts(onwards);
    page.filterBar()->setFilter(filterOf("severity:critical"));
    QVERIFY(!page.wayBack()->isVisible());
    overview.activate();
    QVERIFY(page.filterBar()->filter() == filterOf("severity:critical"));
    f.context().setRangeChoice(week);
    f.context().showAlerts(AlertDrillDown::ofAll());
    const RangeChoice hour{RangeChoice::Kind::Hour, {}};
    f.context().setRangeChoice(hour);
    overview.activate();
    QVERIFY(f.context().rangeChoice() == hour);
}

void TestDrillDown::theFilterFromBeforeComesBack()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 12));
    AlertsPage &page = *shown;
    const Filter filter = filterOf("severity:low <b>bold</b>");
    page.filterBar()->setFilter(filter);
    AlertDrillDown wanted;
    wanted.types = {AlertType::BruteForceAttack};
    f.context().showAlerts(wanted);
    QTRY_VERIFY_WITH_TIMEOUT(page.model().counts().shown == 12, kPatience);
    QVERIFY(page.wayBack()->isVisible());
    auto *link = page.wayBack()->findChild<QAbstractButton *>();
    QVERIFY2(link->text().startsWith(QLatin1String("Back to severity:low")), qPrintable(link->text()));
    QVERIFY2(link->text().contains(QLatin1String("<b>")), qPrintable(link->text()));
    QVERIFY(markupLabels(page).isEmpty());
    QVERIFY(namelessControls(page).isEmpty());
    link->click();
    QVERIFY(page.filterBar()->filter() == filter);
    QVERIFY(!page.wayBack()->isVisible());
    // With nothing to go back to, nothing is offered.
    page.filterBar()->setFilter({});
    f.context().showAlerts(wanted);
    QVERIFY(!page.wayBack()->isVisible());
}

void TestDrillDown::allAlertsOfAValueAreFound_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("user");
    const QString none;
    QTest::newRow("a user") << none << QStringLiteral("anna");
    QTest::newRow("two blanks") << none << QStringLiteral("a  b");
    QTest::newRow("a tab and quotation marks") << none << QStringLiteral("a\t\"b\"");
    QTest::newRow("what looks like a pattern") << none << QStringLiteral("*");
    QTest::newRow("an address") << QStringLiteral("203.0.113.77") << none;
    QTest::newRow("an address that is none") << QStringLiteral("not  an ip") << none;
}

/// Whatever the value is: what a log says is chosen by those who are logged.
void TestDrillDown::allAlertsOfAValueAreFound()
{
    QFETCH(QString, address);
    QFETCH(QString, user);
    Console console;
    auto some = console.f.alerts(0, 6);
    for (std::size_t i = 0; i < some.size(); ++i) {
        EventContext &context = some[i].context;
        context.ipAddress = "198.51.100." + std::to_string(i);
        context.userId = "user " + std::to_string(i);
        if (i >= 2 && i <= 4 && !address.isEmpty())
            context.ipAddress = address.toStdString();
        if (i >= 2 && i <= 4 && !user.isEmpty())
            context.userId = user.toStdString();
    }
    console.f.commit(some);
    console.show();
    AlertsPage &page = *console.alerts;
    QVERIFY(page.table()->selectId(id(3)));
    const auto link = [&page]() -> LinkButton * {
        const auto links = page.details()->findChildren<LinkButton *>();
        const auto found = std::find_if(links.begin(), links.end(), [](const LinkButton *one) {
            return one->accessibleName().startsWith(QLatin1String("Show all alerts of "));
        });
        return found == links.end() ? nullptr : *found;
    };
    QTRY_VERIFY_WITH_TIMEOUT(link(), kPatience);
    QVERIFY(link()->text().startsWith(QLatin1String("2 of ")));
    link()->click();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 3, kPatience);
    console.settle();
    QCOMPARE(page.model().idAt(0), id(4));
    QCOMPARE(page.model().idAt(2), id(2));
}

void TestDrillDown::narrowingKeepsTheWayBack()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 12));
    AlertsPage &page = *shown;
    const auto lead = [&] {
        page.filterBar()->setFilter(filterOf("severity:low"));
        AlertDrillDown wanted = AlertDrillDown::ofAll();
        wanted.types = {AlertType::BruteForceAttack};
        f.context().showAlerts(wanted);
    };
    lead();
    QVERIFY(page.wayBack()->isVisible());
    page.filterBar()->setFilter(filterOf("type:brute_force_attack severity:high"));
    QVERIFY(page.wayBack()->isVisible());
    page.filterBar()->setFilter({}); // Gone his own way.
    QVERIFY(!page.wayBack()->isVisible());
    lead();
    QVERIFY(page.wayBack()->isVisible());
    f.context().setRangeChoice({RangeChoice::Kind::Week, {}});
    QVERIFY(!page.wayBack()->isVisible());
}

QTEST_MAIN(TestDrillDown)
#include "tst_drilldown.moc"
