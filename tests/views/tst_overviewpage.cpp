// SPDX-License-Identifier: GPL-3.0-or-later
// The Overview over a real session and a real database file.
#include "ui/views/overviewpage.h"

#include "core/metrics/securityscore.h"
#include "core/storage/sqliteconnection.h"
#include "tests/engine/enginetesting.h"
#include "ui/models/activealertmodel.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/consolecontext.h"
#include "ui/views/overviewalerts.h"
#include "ui/views/overviewpanes.h"
#include "ui/views/responsefigures.h"
#include "ui/widgets/barlist.h"
#include "ui/widgets/deductionlist.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/figure.h"
#include "ui/widgets/hourchart.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/scoregauge.h"
#include "ui/widgets/sectionheading.h"
#include "ui/widgets/worldmap.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr int kPatience = 20'000;

/// Five failures from an address within a few seconds: one HIGH alert at least.
std::vector<AuditEvent> attack(TimestampMs at, const std::string &address, const std::string &country)
{
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 6; ++i) {
        rows.push_back(failedLogin(at + i * kSecond, address, "root"));
        rows.back().context.country = country;
    }
    return rows;
}

/// A session over a new database, with a page that is shown.
struct Desk {
    TestDatabase database;
    Session session;
    ConsoleContext context{&session};
    OverviewPage page{&context};

    void open()
    {
        Session::OpenOptions options;
        options.path = database.path();
        QSignalSpy opened(&session, &Session::opened);
        page.resize(1368, 828);
        page.show();
        session.open(options);
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(page.snapshot().has_value(), kPatience);
    }
    void write(const std::vector<AuditEvent> &rows)
    {
        const auto store = database.open();
        append(*store, rows);
    }
    /// Waits until the engine has judged every row, so that no more come, and the page shows them all: those written,
    /// and those of the monitoring about them.
    void settle()
    {
        const auto store = database.open();
        QTRY_VERIFY_WITH_TIMEOUT(engineIsDone(*store), kPatience);
        const std::int64_t rows = *store->countEvents({});
        QTRY_COMPARE_WITH_TIMEOUT(page.snapshot()->metrics.counts.totalEvents, rows, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && alerts()->model()->rowCount() > 0, kPatience);
        QCOMPARE(*store->countEvents({}), rows);
    }
    /// Shows what it shows with three high alerts that took a minute and a half each to acknowledge.
    void showAcknowledged()
    {
        OverviewSnapshot snapshot = *page.snapshot();
        snapshot.response.acknowledge[static_cast<std::size_t>(AlertSeverity::High)] = {3, 3.0 * 90 * kSecond};
        page.showSnapshot(snapshot);
    }
    /// The engine commits alerts, their rows in the log, and the cursor together: with nothing behind the cursor, all
    /// is said.
    bool engineIsDone(Store &store) const
    {
        const auto cursor = store.loadCursor();
        return session.engineStatus().state == EngineState::Running && cursor && cursor->lastRowId > 0
               && store.backlog(cursor->lastRowId)->count == 0;
    }
    EmptyState *empty() const { return page.findChild<EmptyState *>(); }
    QTableView *alerts() const { return page.findChild<ActiveAlertsPane *>()->table(); }
    std::int64_t activeAlerts() const { return page.snapshot()->metrics.counts.activeAlerts; }
};

} // namespace

class TestOverviewPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void nothingReadSaysWhatToDo();
    void newRowsReachTheScreen();
    void pausedStaysAsItIs();
    void lateAnswerLeavesThePausedPage();
    void acknowledgesTheMarked();
    void rowsHoldWhileSomethingIsMarked();
    void rowsHoldUnderThePointer();
    void showsTheTimesOfTheSnapshot();
    void tellsWhatCannotBeRead();
    void forecastsTheScore();
    void everythingLeadsSomewhere();
    void threatsOpenAllTheirTypes();
    void emptyRangeOffersTheLog();
    void everyControlHasAName();
    void nothingIsCut_data();
    void nothingIsCut();
};

void TestOverviewPage::initTestCase()
{
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), ThemeChoice::Light);
}

void TestOverviewPage::nothingReadSaysWhatToDo()
{
    Desk desk;
    desk.open();
    QVERIFY(desk.empty()->isVisible());
    const auto buttons = desk.empty()->findChildren<QPushButton *>();
    QCOMPARE(buttons.size(), 3);
    QSignalSpy import(&desk.context, &ConsoleContext::importRequested);
    QSignalSpy demo(&desk.context, &ConsoleContext::demoRequested);
    desk.empty()->firstButton()->click();
    QCOMPARE(import.count(), 1);
    buttons.last()->click();
    QCOMPARE(demo.count(), 1);
}

void TestOverviewPage::newRowsReachTheScreen()
{
    Desk desk;
    desk.open();
    const TimestampMs now = SystemClock().now();
    desk.write(attack(now - kMinute, "203.0.113.7", "NL"));
    desk.settle();
    QVERIFY(desk.alerts()->isVisible());
    QVERIFY(desk.page.snapshot()->metrics.counts.totalEvents >= 6);
    QCOMPARE(desk.page.findChild<WorldMap *>()->colourOf(QStringLiteral("NL")), Theme::current().mapRamp[5]);
    const auto &columns = desk.page.findChild<HourChart *>()->columns();
    QCOMPARE(columns.size(), 24U);
    std::int64_t sum = 0;
    for (const HourChart::Column &column : columns)
        sum += column.value;
    QCOMPARE(sum, desk.page.snapshot()->metrics.counts.totalEvents);
    QVERIFY(desk.page.findChild<ScoreGauge *>()->accessibleDescription().contains(QStringLiteral("of 100")));
}

void TestOverviewPage::pausedStaysAsItIs()
{
    Desk desk;
    const TimestampMs now = SystemClock().now();
    desk.write(attack(now - 2 * kMinute, "203.0.113.7", "NL"));
    desk.open();
    desk.settle();
    const std::int64_t before = desk.page.snapshot()->metrics.counts.totalEvents;
    desk.context.setPaused(true);
    QSignalSpy advanced(&desk.session, &Session::auditLogAdvanced);
    desk.write(attack(now - kMinute, "203.0.113.8", "DE"));
    QTRY_VERIFY_WITH_TIMEOUT(!advanced.isEmpty(), kPatience);
    // Nothing may happen, and there is no sign of nothing: this waits for what must not come.
    QVERIFY(!QTest::qWaitFor([&] { return desk.page.snapshot()->metrics.counts.totalEvents != before; }, 700));
    desk.context.refresh();
    QTRY_VERIFY_WITH_TIMEOUT(desk.page.snapshot()->metrics.counts.totalEvents >= before + 6, kPatience);
    desk.context.setPaused(false);
    desk.settle();
}

void TestOverviewPage::lateAnswerLeavesThePausedPage()
{
    Desk desk;
    const TimestampMs now = SystemClock().now();
    desk.write(attack(now - 2 * kMinute, "203.0.113.7", "NL"));
    desk.open();
    desk.settle();
    const std::int64_t before = desk.page.snapshot()->metrics.counts.totalEvents;
    // The question is on its way and will find the new rows, when the view is paused.
    desk.write(attack(now - kMinute, "203.0.113.8", "DE"));
    desk.page.activate();
    QVERIFY(desk.page.isLoading());
    desk.context.setPaused(true);
    QTRY_VERIFY_WITH_TIMEOUT(!desk.page.isLoading(), kPatience);
    QCOMPARE(desk.page.snapshot()->metrics.counts.totalEvents, before);
    // What somebody asks for is shown, paused or not.
    desk.page.activate();
    QVERIFY(!desk.page.isLoading());
    desk.context.refresh();
    desk.page.activate();
    QTRY_VERIFY_WITH_TIMEOUT(!desk.page.isLoading(), kPatience);
    QVERIFY(desk.page.snapshot()->metrics.counts.totalEvents >= before + 6);
}

void TestOverviewPage::acknowledgesTheMarked()
{
    Desk desk;
    const TimestampMs now = SystemClock().now();
    desk.write(attack(now - 20 * kMinute, "203.0.113.7", "NL"));
    desk.write(attack(now - 3 * kMinute, "203.0.113.8", "NL"));
    desk.open();
    desk.settle();
    QVERIFY(desk.alerts()->model()->rowCount() >= 2);
    const std::int64_t before = desk.activeAlerts();
    auto *pane = desk.page.findChild<ActiveAlertsPane *>();
    QVERIFY(!pane->button()->isEnabled());
    // A click marks a row; the button acknowledges it.
    QTest::mouseClick(desk.alerts()->viewport(), Qt::LeftButton, {},
                      desk.alerts()->visualRect(desk.alerts()->model()->index(1, 0)).center());
    QCOMPARE(pane->markedIds().size(), 1U);
    QVERIFY(pane->button()->isEnabled());
    QVERIFY(pane->button()->text().contains(QLatin1Char('1')));
    QTest::mouseClick(pane->button(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(desk.activeAlerts(), before - 1, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(desk.alerts()->model()->rowCount(), static_cast<int>(before) - 1, kPatience);
    QVERIFY(!pane->button()->isEnabled());
    // The key does the same.
    desk.alerts()->selectRow(0);
    pane->acknowledge();
    QTRY_COMPARE_WITH_TIMEOUT(desk.activeAlerts(), before - 2, kPatience);
    QCOMPARE(ResponseTimes::all(desk.page.snapshot()->response.acknowledge).alerts, 2);
    const auto times = desk.page.findChild<ResponseFigures *>()->findChildren<QAbstractButton *>();
    QVERIFY(times.front()->accessibleName().startsWith(QStringLiteral("All: mean time to acknowledge ")));
    QTRY_VERIFY_WITH_TIMEOUT(times.front()->accessibleName().endsWith(QStringLiteral("(2), to resolve none yet")), kPatience);
}

/// The newest `count` of alerts that are numbered from 0, the oldest, up to `last`.
static std::vector<SecurityAlert> newestAlerts(int last, int count)
{
    std::vector<SecurityAlert> alerts;
    for (int number = last; number > last - count; --number) {
        SecurityAlert alert;
        alert.id = "a-" + std::to_string(number);
        alert.title = "Alert " + std::to_string(number);
        alert.timestamp = 1'750'000'000'000 + number * kMinute;
        alerts.push_back(alert);
    }
    return alerts;
}

void TestOverviewPage::rowsHoldWhileSomethingIsMarked()
{
    using Ids = std::vector<std::string>;
    ActiveAlertsPane pane(nullptr);
    pane.resize(700, 500);
    pane.show();
    const auto note = [&pane] {
        QStringList texts;
        const auto labels = pane.findChild<SectionHeading *>()->findChildren<ElidedLabel *>();
        for (const ElidedLabel *label : labels)
            texts.append(label->text());
        return texts.join(QLatin1Char(' '));
    };
    const auto first = [&pane] { return pane.table()->model()->index(0, 0).data(ActiveAlertModel::IdRole).toString(); };
    pane.setAlerts(newestAlerts(100, 50), 90, newestAlerts(100, 1).front().timestamp);
    pane.table()->selectRow(49);
    pane.table()->selectRow(20);
    // Three come in and push three out, one of them marked.
    pane.setAlerts(newestAlerts(103, 50), 93, newestAlerts(103, 1).front().timestamp);
    QCOMPARE(pane.markedIds().size(), std::size_t(2));
    QCOMPARE(pane.table()->model()->rowCount(), 50);
    QCOMPARE(first(), QStringLiteral("a-100"));
    QVERIFY2(note().contains(QLatin1String("93, 3 new")), qPrintable(note()));
    // What is acknowledged here goes, though it may have been pushed out.
    QSignalSpy asked(&pane, &ActiveAlertsPane::acknowledgeRequested);
    pane.table()->selectRow(20);
    QCOMPARE(pane.markedIds(), Ids{"a-51"});
    pane.acknowledge();
    QCOMPARE(asked.size(), 1);
    pane.setAlerts(newestAlerts(103, 50), 92, newestAlerts(103, 1).front().timestamp);
    QVERIFY(pane.markedIds().empty());
    QTRY_COMPARE_WITH_TIMEOUT(first(), QStringLiteral("a-103"), kPatience); // With the last mark, what waited is shown.
    QVERIFY2(note().contains(QLatin1String("92, the newest 50 shown")), qPrintable(note()));
    // Who asks for it has it at once.
    pane.table()->selectRow(0);
    pane.setAlerts(newestAlerts(104, 50), 93, newestAlerts(104, 1).front().timestamp, ActiveAlertsPane::Reason::Wanted);
    QCOMPARE(first(), QStringLiteral("a-104"));
    QCOMPARE(pane.markedIds(), Ids{"a-103"});
}

void TestOverviewPage::rowsHoldUnderThePointer()
{
    ActiveAlertsPane pane(nullptr);
    pane.resize(700, 500);
    pane.show();
    const auto first = [&pane] { return pane.table()->model()->index(0, 0).data(ActiveAlertModel::IdRole).toString(); };
    pane.setAlerts(newestAlerts(10, 5), 5, newestAlerts(10, 1).front().timestamp);
    QWidget *viewport = pane.table()->viewport();
    QMouseEvent move(QEvent::MouseMove, QPointF(20, 20), viewport->mapToGlobal(QPointF(20, 20)), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(viewport, &move);
    pane.setAlerts(newestAlerts(12, 7), 7, newestAlerts(12, 1).front().timestamp);
    QCOMPARE(first(), QStringLiteral("a-10"));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(viewport, &leave);
    QTRY_COMPARE_WITH_TIMEOUT(first(), QStringLiteral("a-12"), kPatience);
    // One that lies still where the table comes up holds nothing.
    QCoreApplication::sendEvent(viewport, &move);
    pane.forgetPointer();
    pane.setAlerts(newestAlerts(13, 8), 8, newestAlerts(13, 1).front().timestamp);
    QCOMPARE(first(), QStringLiteral("a-13"));
}

/// All of it comes from one read: there is no second question whose answer could be another one.
void TestOverviewPage::showsTheTimesOfTheSnapshot()
{
    Desk desk;
    desk.write(attack(SystemClock().now() - kMinute, "203.0.113.7", "NL"));
    desk.open();
    desk.settle();
    desk.showAcknowledged();
    const auto times = desk.page.findChild<ResponseFigures *>()->findChildren<QAbstractButton *>();
    QCOMPARE(times.front()->accessibleName(),
             QStringLiteral("All: mean time to acknowledge 1 min 30 s (3), to resolve none yet"));
}

void TestOverviewPage::tellsWhatCannotBeRead()
{
    Desk desk;
    desk.write(attack(SystemClock().now() - kMinute, "203.0.113.7", "NL"));
    desk.open();
    desk.settle();
    desk.showAcknowledged();
    SqliteConnection direct;
    QVERIFY(direct.open(desk.database.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(direct.execute("DROP INDEX alert_response")); // The times cannot be read without.
    Q_EMIT desk.context.refreshRequested();
    auto *message = desk.page.findChild<InlineMessage *>();
    QTRY_VERIFY_WITH_TIMEOUT(message->isVisible() && message->kind() == MessageKind::Error, kPatience);
    QVERIFY2(message->text().contains(QLatin1String("alert_response")), qPrintable(message->text()));
    // What was known stays, rather than that nobody has acknowledged anything.
    const auto times = desk.page.findChild<ResponseFigures *>()->findChildren<QAbstractButton *>();
    QVERIFY2(times.front()->accessibleName().contains(QLatin1String("1 min 30 s (3)")), qPrintable(times.front()->accessibleName()));
}

void TestOverviewPage::forecastsTheScore()
{
    Desk desk;
    desk.write(attack(SystemClock().now() - kMinute, "203.0.113.7", "NL"));
    desk.open();
    QTRY_VERIFY_WITH_TIMEOUT(desk.alerts()->model()->rowCount() > 0, kPatience);
    auto *list = desk.page.findChild<DeductionList *>();
    QVERIFY(!list->accessibleDescription().contains(QStringLiteral("If you acknowledge")));
    desk.alerts()->selectRow(0);
    QVERIFY(list->accessibleDescription().contains(QStringLiteral("If you acknowledge")));
    QVERIFY(desk.page.findChild<ScoreGauge *>()->accessibleDescription().contains(QStringLiteral("after acknowledging")));
    desk.alerts()->clearSelection();
    QVERIFY(!list->accessibleDescription().contains(QStringLiteral("If you acknowledge")));
}

void TestOverviewPage::everythingLeadsSomewhere()
{
    Desk desk;
    auto rows = attack(SystemClock().now() - kMinute, "203.0.113.7", "USA");
    rows[0].context.country = "US";
    rows[0].severity = AuditSeverity::Critical;
    desk.write(rows);
    desk.open();
    desk.settle();
    QList<EventQuery> events;
    QList<AlertDrillDown> alerts;
    connect(&desk.context, &ConsoleContext::eventsRequested, this, [&](const EventQuery &q) { events.append(q); });
    connect(&desk.context, &ConsoleContext::alertsRequested, this, [&](const AlertDrillDown &d) { alerts.append(d); });

    const auto figures = desk.page.findChildren<Figure *>();
    QCOMPARE(figures.size(), 5);
    for (Figure *figure : figures)
        figure->click();
    QCOMPARE(alerts.size(), 3);
    QCOMPARE(alerts.at(0).acknowledged, std::optional(false));
    QCOMPARE(alerts.at(1).acknowledged, std::optional(true));
    QVERIFY(alerts.at(2).acknowledged == std::optional(true) && !alerts.at(2).severity);
    QCOMPARE(events.size(), 2);
    QVERIFY(!events.at(0).severity);
    QCOMPARE(events.at(0).range, desk.page.snapshot()->range);
    QCOMPARE(events.at(1).severity, std::optional(AuditSeverity::Critical));
    // All severities, then each, the gravest first.
    const auto times = desk.page.findChild<ResponseFigures *>()->findChildren<QAbstractButton *>();
    QCOMPARE(times.size(), 5);
    for (QAbstractButton *time : times)
        time->click();
    QCOMPARE(alerts.size(), 8);
    QVERIFY(!alerts.at(3).severity && alerts.at(3).acknowledged == std::optional(true));
    QCOMPARE(alerts.at(4).severity, std::optional(AlertSeverity::Critical));
    QCOMPARE(alerts.at(7).severity, std::optional(AlertSeverity::Low));

    // The country's two spellings belong together, and the database finds both.
    auto *map = desk.page.findChild<WorldMap *>();
    QTest::keyClick(map, Qt::Key_Right);
    QTest::keyClick(map, Qt::Key_Return);
    QCOMPARE(events.size(), 3);
    QCOMPARE(events.at(2).countries.size(), 2U);
    const MetricsInputs &counts = desk.page.snapshot()->metrics.counts;
    QCOMPARE(counts.geo.size(), 2U);
    QCOMPARE(*desk.database.open()->countEvents(events.at(2)), counts.geo[0].second + counts.geo[1].second);
    QCOMPARE(*desk.database.open()->countEvents(events.at(1)), counts.criticalEvents);
    QVERIFY(counts.criticalEvents >= 1);

    for (BarList *list : desk.page.findChildren<BarList *>()) {
        list->setCurrentRow(0);
        QTest::keyClick(list, Qt::Key_Return);
    }
    QCOMPARE(events.size(), 5); // The list of countries and the user.
    QCOMPARE(events.last().userId, std::optional(std::string("root")));
    QVERIFY(!alerts.last().types.empty());
    QTest::keyClick(desk.alerts(), Qt::Key_Home);
    desk.alerts()->setCurrentIndex(desk.alerts()->model()->index(0, 0));
    QTest::keyClick(desk.alerts(), Qt::Key_Return);
    QVERIFY(!alerts.last().alertId.empty());
}

void TestOverviewPage::threatsOpenAllTheirTypes()
{
    Desk desk;
    desk.write(attack(SystemClock().now() - kMinute, "203.0.113.7", "NL"));
    desk.open();
    desk.settle();
    std::vector<AlertDrillDown> asked;
    connect(&desk.context, &ConsoleContext::alertsRequested, this, [&](const AlertDrillDown &d) { asked.push_back(d); });
    auto *list = desk.page.findChild<DeductionList *>();
    Q_EMIT list->activated(ScoreDeduction::Kind::TopThreats);
    QCOMPARE(asked.size(), std::size_t(1));
    const std::vector<AlertType> all{AlertType::BruteForceAttack, AlertType::DataBreachAttempt,
                                     AlertType::PrivilegeEscalation};
    QVERIFY(asked[0].types == all);
}

void TestOverviewPage::emptyRangeOffersTheLog()
{
    Desk desk;
    desk.write(attack(SystemClock().now() - 40 * kDay, "203.0.113.7", "NL"));
    desk.open();
    auto *message = desk.page.findChild<InlineMessage *>();
    QTRY_VERIFY_WITH_TIMEOUT(message->isVisible(), kPatience);
    QVERIFY(message->text().contains(QStringLiteral("in 24 h")));
    Q_EMIT message->linkActivated();
    QVERIFY(desk.context.rangeChoice().kind == RangeChoice::Kind::Custom);
    QTRY_VERIFY_WITH_TIMEOUT(desk.page.snapshot()->metrics.counts.totalEvents >= 6, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!message->isVisible(), kPatience);
}

void TestOverviewPage::everyControlHasAName()
{
    Desk desk;
    desk.write(attack(SystemClock().now() - kMinute, "203.0.113.7", "NL"));
    desk.open();
    QTRY_VERIFY_WITH_TIMEOUT(desk.alerts()->model()->rowCount() > 0, kPatience);
    int checked = 0;
    for (QWidget *widget : desk.page.findChildren<QWidget *>()) {
        if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy())
            continue;
        QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(widget);
        QVERIFY(accessible);
        QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        ++checked;
    }
    QVERIFY(checked >= 12);
}

void TestOverviewPage::nothingIsCut_data()
{
    QTest::addColumn<QSize>("room");
    QTest::newRow("1280x800") << QSize(1208, 684 + measure::kPageHeader);
    QTest::newRow("1280x800 below a message") << QSize(1208, 632 + measure::kPageHeader);
    QTest::newRow("1440x900") << QSize(1368, 784 + measure::kPageHeader);
    QTest::newRow("1920x1080") << QSize(1848, 964 + measure::kPageHeader);
    QTest::newRow("1180 wide") << QSize(1108, 684 + measure::kPageHeader);
    QTest::newRow("two columns") << QSize(952, 684 + measure::kPageHeader);
}

/// The score explained whole, with the forecast; figures that stand clear of the lines between them.
void TestOverviewPage::nothingIsCut()
{
    QFETCH(QSize, room);
    Desk desk;
    desk.write(attack(SystemClock().now() - kMinute, "203.0.113.7", "NL"));
    desk.open();
    desk.settle();
    desk.page.resize(room);
    SecurityMetrics metrics = desk.page.snapshot()->metrics;
    metrics.counts.activeAlerts = 14;
    metrics.counts.criticalEvents = 99;
    metrics.counts.totalEvents = 99'050;
    metrics.topThreats = {{AlertType::BruteForceAttack, 17}, {AlertType::DataBreachAttempt, 5}};
    OverviewSnapshot snapshot = *desk.page.snapshot();
    snapshot.metrics.counts.resolvedAlerts = 1'234;
    snapshot.metrics.counts.totalEvents = 186; // 180 of them without a country.
    desk.page.findChild<FiguresPane *>()->setSnapshot(snapshot, QStringLiteral("in 24 h"));
    metrics.score = securityScore(metrics.counts, metrics.topThreats);
    auto *score = desk.page.findChild<ScorePane *>();
    score->setMetrics(metrics, true);
    score->setSelectedAlerts(14);
    auto *list = desk.page.findChild<DeductionList *>();
    QVERIFY2(list->width() >= list->sizeHint().width(),
             qPrintable(QStringLiteral("%1 < %2").arg(list->width()).arg(list->sizeHint().width())));
    QVERIFY(score->rect().contains(QRect(list->mapTo(score, QPoint()), list->size())));
    for (const Figure *figure : desk.page.findChildren<Figure *>()) {
        QVERIFY2(figure->size().height() >= figure->sizeHint().height(), qPrintable(figure->text()));
        QVERIFY2(figure->width() >= figure->sizeHint().width(), qPrintable(figure->accessibleName()));
        QVERIFY2(!figure->shownNote().contains(QChar(0x2026)), qPrintable(figure->shownNote()));
        QVERIFY(figure->y() >= measure::kGrid);
    }
    auto *times = desk.page.findChild<ResponseFigures *>();
    QVERIFY(times->height() >= times->sizeHint().height());
    QVERIFY(times->rect().contains(times->childrenRect()));
    QVERIFY(times->parentWidget()->rect().contains(times->geometry()));
    // Below a message there is still no scroll bar that would move two pixels.
    if (room.width() >= 1108)
        QVERIFY(!desk.page.findChild<QScrollArea *>()->verticalScrollBar()->isVisible());
}

QTEST_MAIN(TestOverviewPage)
#include "tst_overviewpage.moc"
