// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/alertspagefixture.h"
#include "ui/models/alertchangequeue.h"
#include "ui/models/filterchips.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/labels.h"
#include "ui/views/metadataview.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/emptystate.h"

#include <QAction>
#include <QClipboard>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollBar>
#include <QToolTip>
#include <QTreeView>

using namespace bartizan;
using namespace bartizan::fixtures;

class TestAlertsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void anEmptyPageAnswersWhatIsAskedMeanwhile();
    void aClosedDatabaseAnswersNothing();
    void showsAlertsNewestFirst();
    void chipsAndTextFilter();
    void chipsWrapInsteadOfWideningTheWindow();
    void headerSortsBySeverityRank();
    void detailsShowTheAlert();
    void forecastsForWhatIsSelected();
    void forecastsAfterAReport();
    void copiesTheAlertAsJson();
    void hostileTextStaysText();
    void tellsWhyItIsEmpty();
    void offersOnlyWhatHelps();
    void columnsGiveWay();
    void tabShowsWhereTheKeyboardIs();
    void filtersBySeveralTypes();
    void adviceWrapsBesideItsNumber();
    void longAddressesKeepThePaneInPlace();
    void everythingHasAName();
};

void TestAlertsPage::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_alertspage"));
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestAlertsPage::showsAlertsNewestFirst()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 5));
    AlertsPage &page = *shown;
    QCOMPARE(page.model().rowCount(), 5);
    QCOMPARE(page.model().idAt(0), id(4));
    QVERIFY(!page.table()->selectionModel()->hasSelection());
}

void TestAlertsPage::chipsAndTextFilter()
{
    ViewFixture f;
    auto some = f.alerts(0, 8);
    some[5].context.userId = "m.okafor";
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    const auto chips = page.filterBar()->findChildren<SeverityChip *>();
    for (SeverityChip *chip : chips) {
        if (chip->severity() == AlertSeverity::Low || chip->severity() == AlertSeverity::High)
            QTest::mouseClick(chip, Qt::LeftButton);
    }
    QCOMPARE(page.model().rowCount(), 4);
    page.search(QStringLiteral("OKAFOR"));
    QCOMPARE(page.model().rowCount(), 1);
    QCOMPARE(page.model().idAt(0), id(5));
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0));
    page.search({});
    QCOMPARE(page.model().rowCount(), 4);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(5)});
    QCOMPARE(page.model().shownIds().size(), size_t(4));
    auto *acknowledged = page.filterBar()->findChild<ToggleChip *>();
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, buttonOf(page, 1).center());
    QTRY_VERIFY_WITH_TIMEOUT(page.model().isAcknowledged(1), kPatience);
    QTest::mouseClick(acknowledged, Qt::LeftButton);
    QCOMPARE(page.model().rowCount(), 3);
    page.search(QStringLiteral(" user:\"two  blanks\" "));
    const FilterTerm asTyped = filterTerm(FilterField::User, QStringLiteral("two  blanks"));
    const Filter &filter = page.filterBar()->filter();
    QCOMPARE(std::count(filter.terms.begin(), filter.terms.end(), asTyped), 1);
}

void TestAlertsPage::chipsWrapInsteadOfWideningTheWindow()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4), {960, 700});
    AlertsPage &page = *shown;
    const int height = page.filterBar()->height();
    AlertDrillDown wanted;
    wanted.types = {AlertType::BruteForceAttack};
    wanted.text = QStringLiteral("a text that is rather long for a chip");
    page.drillDown(wanted);
    QTRY_VERIFY_WITH_TIMEOUT(page.filterBar()->height() > height, kPatience);
    QCOMPARE(page.width(), 960);
    page.drillDown({});
    QTRY_COMPARE_WITH_TIMEOUT(page.filterBar()->height(), height, kPatience);
}

void TestAlertsPage::headerSortsBySeverityRank()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    QHeaderView *header = page.table()->horizontalHeader();
    const QPoint severity(header->sectionViewportPosition(AlertModel::SeverityColumn) + 30, header->height() / 2);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, severity);
    QVERIFY(page.model().severityAt(0) == AlertSeverity::Critical);
    QVERIFY(page.model().severityAt(7) == AlertSeverity::Low);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, severity);
    QVERIFY(page.model().severityAt(0) == AlertSeverity::Low);
    const QPoint action(header->sectionViewportPosition(AlertModel::ActionColumn) + 30, header->height() / 2);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, action);
    QCOMPARE(page.model().sortColumn(), int(AlertModel::SeverityColumn));
    QCOMPARE(header->sortIndicatorSection(), int(AlertModel::SeverityColumn));
}

void TestAlertsPage::detailsShowTheAlert()
{
    ViewFixture f;
    SecurityAlert one = f.alert(1);
    one.context.country = "NL";
    one.context.userId = "m.okafor";
    one.metadata = R"({"failedAttempts":7,"nested":{"a":[1,2]}})";
    f.commit({one});
    AuditEvent related = f.event(1);
    related.context.ipAddress = one.context.ipAddress;
    f.append({related});
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    QSignalSpy shown(page.details(), &AlertsDetails::shown);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0));
    QVERIFY(shown.wait(kPatience));
    QSignalSpy lookUp(&f.context(), &ConsoleContext::addressLookUpRequested);
    QSignalSpy events(&f.context(), &ConsoleContext::eventsRequested);
    LinkButton *showAll = nullptr;
    const auto links = page.details()->findChildren<LinkButton *>();
    for (LinkButton *link : links) {
        if (link->text() == QLatin1String("203.0.113.1"))
            link->click();
        if (link->text() == QLatin1String("m.okafor"))
            link->click();
        if (link->text() == QLatin1String("Show all"))
            showAll = link;
    }
    QCOMPARE(lookUp.size(), 1);
    QCOMPARE(lookUp[0][0].toString(), QStringLiteral("203.0.113.1"));
    QCOMPARE(events.size(), 1);
    QVERIFY(showAll && showAll->isVisible());
    QTreeView *tree = page.details()->findChild<MetadataView *>()->tree();
    QVERIFY(tree->isVisible());
    QCOMPARE(tree->model()->rowCount(), 2);
    QCOMPARE(tree->model()->index(0, 1).data().toString(), QStringLiteral("7"));
    const int height = tree->height();
    tree->expandAll();
    QVERIFY(tree->height() > height);
}

/// The score is read where something is selected, and anew when alerts came while nothing was.
void TestAlertsPage::forecastsForWhatIsSelected()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    const auto forecast = [&page] { return page.selectionLine()->message(); };
    QVERIFY(forecast().isEmpty());
    page.table()->selectRow(0);
    QTRY_VERIFY2_WITH_TIMEOUT(forecast().contains(QLatin1String("4 stay")), qPrintable(forecast()), kPatience);
    page.table()->clearSelection();
    QVERIFY(forecast().isEmpty());
    f.commit(f.alerts(5, 3));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 8, kPatience);
    page.table()->selectRow(0);
    QTRY_VERIFY2_WITH_TIMEOUT(forecast().contains(QLatin1String("7 stay")), qPrintable(forecast()), kPatience);
}

/// Who selects several after a step is told what these would do, and not any more what was done to others.
void TestAlertsPage::forecastsAfterAReport()
{
    ViewFixture f;
    f.commit(f.alerts(0, 6));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    const auto message = [&page] { return page.selectionLine()->message(); };
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0));
    page.acknowledge({idOf(5)});
    QTRY_COMPARE_WITH_TIMEOUT(message(), QStringLiteral("1 acknowledged"), kPatience);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 1)); // Whoever only goes on can undo it still.
    QCOMPARE(message(), QStringLiteral("1 acknowledged"));
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, Qt::ShiftModifier, cellOf(page, 3));
    QCOMPARE(page.selectionLine()->report(), QString()); // At once; by itself it goes after a while.
    QTRY_VERIFY2_WITH_TIMEOUT(message().contains(QLatin1String("2 stay")), qPrintable(message()), kPatience);
    // The report of what is done to these comes, though they are selected.
    page.acknowledge({idOf(4), idOf(3)});
    QTRY_COMPARE_WITH_TIMEOUT(message(), QStringLiteral("2 acknowledged"), kPatience);
}

void TestAlertsPage::copiesTheAlertAsJson()
{
    ViewFixture f;
    const auto shown = showAlerts(f, {f.alert(1)});
    AlertsPage &page = *shown;
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0, AlertModel::AddressColumn));
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier); // Before the details are here.
    QTRY_VERIFY_WITH_TIMEOUT(QApplication::clipboard()->text().contains(id(1)), kPatience);
    QVERIFY(QApplication::clipboard()->text().contains(QLatin1String("\"BRUTE_FORCE_ATTACK\"")));
    QTest::keyClick(page.table(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("203.0.113.1"));
}

void TestAlertsPage::hostileTextStaysText()
{
    ViewFixture f;
    SecurityAlert hostile = f.alert(1);
    hostile.title = "<b>bold</b><script>\u202Etxt.exe";
    hostile.description = "<img src='file:///etc/passwd'> " + std::string(100'000, 'w');
    hostile.context.userId = "<a href='x'>user</a>";
    hostile.context.userAgent = std::string("agent\0nul", 9);
    hostile.metadata = "{\"payload\":\"" + std::string(10'000'000, 'y') + "\"}";
    const auto shown = showAlerts(f, {hostile});
    AlertsPage &page = *shown;
    QSignalSpy read(page.details(), &AlertsDetails::shown);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0));
    QVERIFY(read.wait(kPatience));
    auto *metadata = page.details()->findChild<MetadataView *>();
    QTRY_VERIFY_WITH_TIMEOUT(metadata->tree()->isVisible(), 20000);
    QVERIFY(metadata->tree()->model()->index(0, 1).data().toString().size() < 1000);
    const QStringList markup = markupLabels(page);
    QVERIFY2(markup.isEmpty(), qPrintable(markup.join(QLatin1Char('\n'))));
    for (int column = 0; column < AlertModel::ColumnCount; ++column) {
        const QString tip = page.model().index(0, column).data(Qt::ToolTipRole).toString();
        for (const char *tag : {"<b>", "<script", "<img", "<a "})
            QVERIFY2(!tip.contains(QLatin1String(tag)), qPrintable(tip));
    }
    const auto labels = page.details()->findChildren<ElidedLabel *>();
    const auto shows = [&labels](const QString &text) {
        return std::any_of(labels.begin(), labels.end(), [&](const ElidedLabel *label) { return label->text().contains(text); });
    };
    QVERIFY(shows(QStringLiteral("<b>bold</b><script>\uFFFDtxt.exe")));
    QVERIFY(shows(QStringLiteral("agent\u2400nul")));
    for (const ElidedLabel *label : labels) {
        QVERIFY(!label->text().contains(QChar(0x202e)) && !label->text().contains(QChar(0)));
        QVERIFY(!label->toolTip().contains(QLatin1String("<script")));
    }
    QVERIFY(page.details()->width() < page.width() / 2); // Long words widened nothing.
    page.grab();
}

void TestAlertsPage::tellsWhyItIsEmpty()
{
    ViewFixture f;
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    QVERIFY(page.emptyState()->isVisible());
    QVERIFY(page.emptyState()->reason().contains(QLatin1String("nothing has been read")));
    QVERIFY(!page.table()->isVisible());

    f.append({f.event(1)});
    QTRY_VERIFY_WITH_TIMEOUT(page.emptyState()->reason().contains(QLatin1String("24 h")), kPatience);
    QVERIFY(page.table()->isVisible());

    f.commit(f.alerts(0, 4));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 4, kPatience);
    QVERIFY(!page.emptyState()->isVisible());
    page.search(QStringLiteral("nothing has this"));
    QVERIFY(page.emptyState()->isVisible());
    QCOMPARE(page.model().counts().all, 4);
    page.emptyState()->firstButton()->click();
    QCOMPARE(page.model().rowCount(), 4);
}

void TestAlertsPage::offersOnlyWhatHelps()
{
    ViewFixture f;
    f.append({f.event(1)});
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    QTRY_VERIFY_WITH_TIMEOUT(page.emptyState()->reason().contains(QLatin1String("24 h")), kPatience);
    QVERIFY(!page.emptyState()->firstButton()); // There is no alert at all: no range would show one.
    SecurityAlert old = f.alert(1);
    old.timestamp = f.start() - 400 * kDay;
    f.commit({old});
    QTRY_VERIFY_WITH_TIMEOUT(page.emptyState()->firstButton(), kPatience);
    QCOMPARE(page.emptyState()->firstButton()->text(), QStringLiteral("Show it"));
    SecurityAlert recent = f.alert(2);
    recent.timestamp = f.start() - 10 * kDay;
    f.commit({recent});
    QTRY_COMPARE_WITH_TIMEOUT(page.emptyState()->firstButton()->text(), QStringLiteral("Show 30 d"), kPatience);
    page.emptyState()->firstButton()->click();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience);
}

void TestAlertsPage::tabShowsWhereTheKeyboardIs()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4));
    AlertsPage &page = *shown;
    const auto ringed = [&page] {
        const QImage image = page.table()->viewport()->grab().toImage();
        const QRect cell = page.table()->visualRect(page.table()->currentIndex());
        const QColor focus = Theme::current().focus;
        int found = 0;
        for (int x = cell.left(); x < cell.right(); ++x)
            found += image.pixelColor(x, cell.top() + 1) == focus;
        return found > cell.width() / 2;
    };
    page.table()->setFocus(Qt::MouseFocusReason);
    page.table()->setCurrentIndex(page.model().index(1, AlertModel::TitleColumn));
    QVERIFY(!ringed());
    page.filterBar()->findChild<ToggleChip *>()->setFocus();
    page.table()->setFocus(Qt::TabFocusReason);
    QTRY_VERIFY_WITH_TIMEOUT(ringed(), kPatience);
}

void TestAlertsPage::filtersBySeveralTypes()
{
    ViewFixture f;
    auto some = f.alerts(0, 6);
    some[1].type = AlertType::PrivilegeEscalation;
    some[2].type = AlertType::RateLimitBreach;
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    AlertDrillDown wanted;
    wanted.types = {AlertType::PrivilegeEscalation, AlertType::RateLimitBreach};
    page.drillDown(wanted);
    QCOMPARE(page.model().rowCount(), 2);
    QCOMPARE(filterchips::restrictions(page.model().filter()), 1);
}

void TestAlertsPage::adviceWrapsBesideItsNumber()
{
    QWidget pane;
    pane.resize(120, 200);
    QWidget *line = numberedLine(1, QStringLiteral("Check what the account did after its last successful login"), &pane);
    line->resize(120, line->heightForWidth(120));
    pane.show();
    const auto labels = line->findChildren<QLabel *>();
    QCOMPARE(labels.size(), 2);
    QVERIFY(labels.at(1)->height() > 2 * labels.at(0)->height() - 4); // Several lines,
    QVERIFY(labels.at(1)->x() >= labels.at(0)->geometry().right());    // none of them under the number.
}

void TestAlertsPage::columnsGiveWay()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4), {1848, 1000});
    AlertsPage &page = *shown;
    for (int column = 0; column < AlertModel::ColumnCount; ++column)
        QVERIFY(!page.table()->isColumnHidden(column));
    page.resize(960, 700); // Narrow: the details go under the queue.
    QTRY_VERIFY_WITH_TIMEOUT(page.details()->mapTo(&page, QPoint()).y() > page.table()->mapTo(&page, QPoint()).y() + 100,
                             kPatience);
    page.table()->horizontalHeader()->resizeSection(AlertModel::UserColumn, 333);
    page.resize(560, 700);
    QTRY_VERIFY_WITH_TIMEOUT(page.table()->isColumnHidden(AlertModel::TypeColumn), kPatience);
    QVERIFY(!page.table()->isColumnHidden(AlertModel::UserColumn)); // A person has sized it.
    QCOMPARE(page.table()->columnWidth(AlertModel::UserColumn), 333);
    for (const int column : {AlertModel::SeverityColumn, AlertModel::TimeColumn, AlertModel::TitleColumn,
                             AlertModel::AddressColumn, AlertModel::ActionColumn})
        QVERIFY(!page.table()->isColumnHidden(column));
}

void TestAlertsPage::longAddressesKeepThePaneInPlace()
{
    ViewFixture f;
    SecurityAlert one = f.alert(1);
    one.context.ipAddress = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff";
    one.context.userId = "a.very.long.user.name.that.goes.on.and.on@an.extremely.long.domain.example.org";
    const auto shown = showAlerts(f, {one});
    AlertsPage &page = *shown;
    QSignalSpy read(page.details(), &AlertsDetails::shown);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0));
    QVERIFY(read.wait(kPatience));
    QCoreApplication::processEvents();
    const auto links = page.details()->findChildren<LinkButton *>();
    int seen = 0;
    for (const LinkButton *link : links) {
        if (!link->isVisible())
            continue;
        ++seen;
        const int right = link->mapTo(page.details(), QPoint(link->width(), 0)).x();
        QVERIFY2(right <= page.details()->width(), qPrintable(link->text()));
    }
    QVERIFY(seen >= 2);
}

void TestAlertsPage::everythingHasAName()
{
    ViewFixture f;
    SecurityAlert one = f.alert(1);
    one.context.userId = "m.okafor";
    one.metadata = R"({"a":1})";
    const auto shown = showAlerts(f, {one});
    AlertsPage &page = *shown;
    QSignalSpy read(page.details(), &AlertsDetails::shown);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0));
    QVERIFY(read.wait(kPatience));
    const QStringList nameless = namelessControls(page);
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char(' '))));
    QVERIFY(page.table()->actions().contains(page.acknowledgeAction()));
    QCOMPARE(page.acknowledgeAction()->text(), QStringLiteral("Acknowledge"));
    QCOMPARE(page.acknowledgeAction()->shortcut(), QKeySequence(Qt::Key_A));
    QAccessibleInterface *table = QAccessible::queryAccessibleInterface(page.table());
    QAccessibleInterface *cell = table->tableInterface()->cellAt(0, AlertModel::SeverityColumn);
    QCOMPARE(cell->text(QAccessible::Name), QStringLiteral("Severity HIGH"));
}

/// Old alerts come in that lie outside the range, and the page wants to know more of these, while it is being read itself.
void TestAlertsPage::anEmptyPageAnswersWhatIsAskedMeanwhile()
{
    ViewFixture f;
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    auto told = std::make_shared<AlertChanges>();
    told->position = 1'000'000;
    for (int i = 0; i < 2 * int(AlertChangeQueue::kAtOnce); ++i) { // More than go through at once.
        told->changed.push_back(f.alert(i));
        told->changed.back().timestamp = f.start() - 400 * kDay;
    }
    Q_EMIT f.session().alertsChanged(told);
    Q_EMIT f.context().refreshRequested();
    QVERIFY(page.isLoading());
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
}

void TestAlertsPage::aClosedDatabaseAnswersNothing()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 3));
    Q_EMIT f.context().refreshRequested();
    QVERIFY(shown->isLoading());
    shown->hide();
    f.session().close();
    QVERIFY(!shown->isLoading());
}

QTEST_MAIN(TestAlertsPage)
#include "tst_alertspage.moc"
