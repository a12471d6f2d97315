// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/alertspagefixture.h"
#include "ui/models/savedviews.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alerttriage.h"
#include "ui/views/saveviewdialog.h"
#include "ui/views/translations.h"
#include "ui/views/triagedialog.h"
#include "ui/views/viewsbar.h"

#include <QAction>
#include <QListView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>

using namespace bartizan;
using namespace bartizan::fixtures;

/// Groups in the queue: by keys and by mouse, for ears as for eyes, and what acting on one does to the database.
class TestAlertsGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void foldsByKeys();
    void lettersInABoxAreNoCommands();
    void foldsByClick();
    void saysWhatAGroupIs();
    void actsOnTheWholeGroup();
    void asksBeforeManyAndTakesBack();
    void cancelsAStepOnAGroup();
    void arrivalsMoveNothing();
    void showsAnAlertThatIsAskedFor();
    void keepsTheGrouping();
    void menuAndCommands();
    void controlsAreNamedAndPlain();

private:
    static std::vector<SecurityAlert> ofUsers(const ViewFixture &f, int first, int count);
    static int rowOf(const AlertsPage &page, const QString &group);
    static void goTo(AlertsPage &page, int row);
    static int acknowledgedOf(ViewFixture &f, int group, int count);
};

void TestAlertsGroups::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_alertsgroups"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

/// Alerts of u1, u2, u3 and of nobody, in turns.
std::vector<SecurityAlert> TestAlertsGroups::ofUsers(const ViewFixture &f, int first, int count)
{
    std::vector<SecurityAlert> some = f.alerts(first, count);
    for (int i = 0; i < count; ++i) {
        if ((first + i) % 4 != 0)
            some[static_cast<std::size_t>(i)].context.userId = "u" + std::to_string((first + i) % 4);
    }
    return some;
}

int TestAlertsGroups::rowOf(const AlertsPage &page, const QString &group)
{
    return page.model().rowOfKey(QLatin1Char('\n') + group);
}

/// As a window manager does when a dialog has gone, and a person who goes to a row.
void TestAlertsGroups::goTo(AlertsPage &page, int row)
{
    QApplication::setActiveWindow(&page);
    page.table()->setFocus();
    page.table()->setCurrentIndex(page.model().index(row, 0));
}

/// How many of the alerts group, group + 4, … below `count` the database has as acknowledged.
int TestAlertsGroups::acknowledgedOf(ViewFixture &f, int group, int count)
{
    int found = 0;
    for (int i = group; i < count; i += 4) {
        const auto stored = f.store().alert(idOf(i));
        found += stored && *stored && (*stored)->acknowledged ? 1 : 0;
    }
    return found;
}

void TestAlertsGroups::foldsByKeys()
{
    ViewFixture f;
    const auto shown = showAlerts(f, ofUsers(f, 0, 40));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    const AlertModel &model = page.model();
    page.setGrouping(AlertGrouping::User);
    QCOMPARE(model.rowCount(), 4);
    goTo(page, rowOf(page, QStringLiteral("u1")));
    const int row = table->currentIndex().row();
    QTest::keyClick(table, Qt::Key_Right);
    QVERIFY(model.isOpen(row));
    QCOMPARE(model.rowCount(), 14);
    QCOMPARE(table->currentIndex().row(), row);
    QTest::keyClick(table, Qt::Key_Right); // Into it.
    QCOMPARE(table->currentIndex().row(), row + 1);
    QTest::keyClick(table, Qt::Key_J);
    QTest::keyClick(table, Qt::Key_Left); // And back to its row.
    QCOMPARE(table->currentIndex().row(), row);
    QTest::keyClick(table, Qt::Key_Left);
    QVERIFY(!model.isOpen(row));
    QCOMPARE(model.rowCount(), 4);
    QTest::keyClick(table, Qt::Key_Return);
    QVERIFY(model.isOpen(row));
    QTest::keyClick(table, Qt::Key_Return);
    QVERIFY(!model.isOpen(row));
    QVERIFY(table->hasFocus());
    QTest::keyClick(table, Qt::Key_G);
    QVERIFY(page.groupBox()->view()->isVisible());
    QTest::keyClick(page.groupBox()->view(), Qt::Key_Home);
    QTest::keyClick(page.groupBox()->view(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 40, kPatience);
}

/// The page's keys are letters, and so is what looks for an entry of a box or a list on it.
void TestAlertsGroups::lettersInABoxAreNoCommands()
{
    ViewFixture f;
    const auto shown = showAlerts(f, ofUsers(f, 0, 8));
    AlertsPage &page = *shown;
    const auto nothingBegan = [&page] {
        const auto dialogs = page.findChildren<TriageDialog *>();
        return !page.triage()->isBusy() && std::none_of(dialogs.begin(), dialogs.end(), [](const QWidget *d) { return d->isVisible(); });
    };
    goTo(page, 0);
    QTest::keyClick(page.table(), Qt::Key_G);
    QAbstractItemView *open = page.groupBox()->view();
    QTest::keyClick(open, Qt::Key_A);
    QVERIFY(nothingBegan());
    QCOMPARE(open->currentIndex().data().toString(), QStringLiteral("Address"));
    QTest::keyClick(open, Qt::Key_C); // Opens a question elsewhere on the page.
    QVERIFY(nothingBegan());
    QTest::keyClick(open, Qt::Key_Return);
    QVERIFY(page.model().grouping() == AlertGrouping::Address);
    const auto boxes = page.findChildren<QComboBox *>();
    const auto found = std::find_if(boxes.begin(), boxes.end(), [](const QComboBox *b) { return b->accessibleName() == QLatin1String("View"); });
    QVERIFY(found != boxes.end());
    QComboBox *views = *found;
    views->setFocus();
    QTest::keyClick(views, Qt::Key_M); // Closed, it chooses at once.
    QVERIFY(nothingBegan());
    QCOMPARE(views->currentText(), QStringLiteral("Mine"));
    views->showPopup();
    QTest::keyClick(views->view(), Qt::Key_O);
    QVERIFY(nothingBegan());
    views->hidePopup();
    page.setGrouping(AlertGrouping::Nothing);
    page.filterBar()->setFilter({});
    goTo(page, 0);
    QTest::keyClick(page.table(), Qt::Key_V);
    page.viewsBar()->list()->setFocus();
    QTest::keyClick(page.viewsBar()->list(), Qt::Key_A);
    QVERIFY(nothingBegan());
    QCOMPARE(acknowledgedOf(f, 0, 8) + acknowledgedOf(f, 1, 8) + acknowledgedOf(f, 2, 8) + acknowledgedOf(f, 3, 8), 0);
    Q_EMIT page.table()->customContextMenuRequested(cellOf(page, 0));
    QMenu *menu = nullptr;
    const auto menus = page.findChildren<QMenu *>();
    for (QMenu *one : menus)
        menu = one->isVisible() ? one : menu;
    QVERIFY(menu);
    QTest::keyClick(menu, Qt::Key_A);
    QVERIFY(nothingBegan());
    menu->close();
    goTo(page, 0); // There they are commands still.
    QTest::keyClick(page.table(), Qt::Key_A);
    QVERIFY(page.triage()->isBusy());
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy(), kPatience);
}

void TestAlertsGroups::foldsByClick()
{
    ViewFixture f;
    const auto shown = showAlerts(f, ofUsers(f, 0, 40));
    AlertsPage &page = *shown;
    page.setGrouping(AlertGrouping::User);
    QWidget *viewport = page.table()->viewport();
    QTest::mouseClick(viewport, Qt::LeftButton, {}, cellOf(page, 1));
    QVERIFY(page.model().isOpen(1));
    QTest::mouseClick(viewport, Qt::LeftButton, Qt::ControlModifier, cellOf(page, 0)); // Selects only.
    QVERIFY(!page.model().isOpen(0));
    QCOMPARE(page.table()->selectedRowNumbers(), (std::vector{0, 1}));
    // There is no button to be hit where alerts have theirs.
    QSignalSpy clicked(page.table(), &AlertsTable::acknowledgeClicked);
    QTest::mouseClick(viewport, Qt::LeftButton, {}, buttonOf(page, 1).center());
    QVERIFY(!page.model().isOpen(1));
    QCOMPARE(clicked.size(), 0);
    QSignalSpy details(page.table(), &AlertsTable::detailsWanted);
    QTest::mouseDClick(viewport, Qt::LeftButton, {}, cellOf(page, 1));
    QCOMPARE(details.size(), 0);
}

void TestAlertsGroups::saysWhatAGroupIs()
{
    ViewFixture f;
    const auto shown = showAlerts(f, ofUsers(f, 0, 40));
    AlertsPage &page = *shown;
    page.setGrouping(AlertGrouping::User);
    const int row = rowOf(page, QStringLiteral("u3"));
    const auto said = [&](int column) {
        QAccessibleInterface *table = QAccessible::queryAccessibleInterface(page.table());
        QAccessibleInterface *cell = table->tableInterface()->cellAt(row, column);
        return cell ? cell->text(QAccessible::Name) : QString();
    };
    QVERIFY2(said(AlertModel::SeverityColumn).startsWith(QLatin1String("u3, group, 10 alerts, 10 active, highest severity CRITICAL, newest ")),
             qPrintable(said(AlertModel::SeverityColumn)));
    QVERIFY(said(AlertModel::TitleColumn).endsWith(QLatin1String(", collapsed"))); // In whatever cell one is.
    goTo(page, row);
    QTest::keyClick(page.table(), Qt::Key_Right);
    QVERIFY(said(AlertModel::TitleColumn).endsWith(QLatin1String(", expanded")));
    QVERIFY(page.details()->alertId() == page.model().idAt(row)); // The newest of it.
    QCOMPARE(page.model().idAt(row), id(39));
}

/// One key, and all alerts of the group are done, also those that have no row; others are left alone.
void TestAlertsGroups::actsOnTheWholeGroup()
{
    ViewFixture f;
    const auto shown = showAlerts(f, ofUsers(f, 0, 80));
    AlertsPage &page = *shown;
    page.setGrouping(AlertGrouping::User);
    page.filterBar()->setText(QStringLiteral("status:active"));
    const int row = rowOf(page, QStringLiteral("u3"));
    const QString next = page.model().keyAt(row + 1);
    goTo(page, row);
    QTRY_VERIFY_WITH_TIMEOUT(page.acknowledgeAction()->isEnabled(), kPatience);
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("20 acknowledged"), kPatience);
    QCOMPARE(acknowledgedOf(f, 3, 80), 20);
    QCOMPARE(acknowledgedOf(f, 2, 80) + acknowledgedOf(f, 1, 80) + acknowledgedOf(f, 0, 80), 0);
    QTRY_COMPARE_WITH_TIMEOUT(rowOf(page, QStringLiteral("u3")), -1, kPatience); // The filter has nothing of it left.
    QCOMPARE(page.model().keyAt(page.table()->currentIndex().row()), next); // It moved on.
    QCOMPARE(page.table()->selectedIds().size(), 20U);
    page.triage()->undoAction()->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(rowOf(page, QStringLiteral("u3")) >= 0, kPatience);
    QCOMPARE(acknowledgedOf(f, 3, 80), 0);
    QCOMPARE(page.model().extentOf(std::vector{rowOf(page, QStringLiteral("u3"))}).alerts, 20);
}

/// The other steps, on more than are done without a question, of what the filter shows.
void TestAlertsGroups::asksBeforeManyAndTakesBack()
{
    ViewFixture f;
    const auto shown = showAlerts(f, ofUsers(f, 0, 1200));
    AlertsPage &page = *shown;
    page.setGrouping(AlertGrouping::User);
    page.filterBar()->setText(QStringLiteral("ip:203.0.113.0/25")); // Half of them.
    const auto inGroup = [&] { return page.model().extentOf(std::vector{rowOf(page, QStringLiteral("u1"))}).alerts; };
    QTRY_VERIFY_WITH_TIMEOUT(inGroup() > 100 && inGroup() < 300, kPatience);
    const int count = inGroup();
    goTo(page, rowOf(page, QStringLiteral("u1")));
    QTest::keyClick(page.table(), Qt::Key_R);
    auto *dialog = page.findChild<TriageDialog *>();
    QVERIFY(dialog);
    QApplication::setActiveWindow(dialog);
    QCOMPARE(dialog->windowTitle(), QStringLiteral("Resolve %1 alerts").arg(count));
    QTest::keyClick(dialog->dispositionButton(AlertDisposition::Benign), Qt::Key_2);
    QTest::keyClick(dialog->commentEdit(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("%1 resolved as benign").arg(count), kPatience);
    QCOMPARE(acknowledgedOf(f, 1, 1200), count); // And none that the filter hides.
    QTRY_VERIFY_WITH_TIMEOUT(page.model().isResolved(rowOf(page, QStringLiteral("u1"))), kPatience);
    page.triage()->undoAction()->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy() && !page.model().isAcknowledged(rowOf(page, QStringLiteral("u1"))), kPatience);
    QCOMPARE(acknowledgedOf(f, 1, 1200), 0);
}

/// What was not done any more is not done, and the report says how much was.
void TestAlertsGroups::cancelsAStepOnAGroup()
{
    ViewFixture f;
    std::vector<SecurityAlert> some = f.alerts(0, 20'000);
    for (std::size_t i = 0; i < some.size(); ++i)
        some[i].timestamp = f.start() + static_cast<TimestampMs>(i) * 100;
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().all, 20'000, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    page.setGrouping(AlertGrouping::Type);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience);
    goTo(page, 0);
    connect(page.triage(), &AlertTriage::progressed, &page, [&](qint64 done, qint64 total) {
        if (done > 0 && done < total)
            page.triage()->cancel();
    });
    QTRY_VERIFY_WITH_TIMEOUT(page.acknowledgeAction()->isEnabled(), kPatience);
    QTest::keyClick(page.table(), Qt::Key_A);
    auto *dialog = page.findChild<TriageDialog *>();
    QVERIFY(dialog);
    QCOMPARE(dialog->windowTitle(), QStringLiteral("Acknowledge 20,000 alerts"));
    QTest::mouseClick(dialog->acceptButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!page.selectionLine()->report().isEmpty() && !page.triage()->isBusy(), kPatience);
    QVERIFY2(page.selectionLine()->report().contains(QLatin1String("ancelled")), qPrintable(page.selectionLine()->report()));
    QTRY_VERIFY_WITH_TIMEOUT(page.model().counts().active < 20'000, kPatience);
    QVERIFY(page.model().counts().active > 0);
    QCOMPARE(page.model().extentOf(std::vector{0}).active, page.model().counts().active);
}

void TestAlertsGroups::arrivalsMoveNothing()
{
    ViewFixture f;
    const auto shown = showAlerts(f, ofUsers(f, 0, 400));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    page.setGrouping(AlertGrouping::User);
    goTo(page, rowOf(page, QStringLiteral("u2")));
    QTest::keyClick(table, Qt::Key_Right);
    QTRY_VERIFY_WITH_TIMEOUT(table->verticalScrollBar()->maximum() > 0, kPatience);
    table->scrollTo(page.model().index(60, 0), QAbstractItemView::PositionAtCenter);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cellOf(page, 60));
    const auto sight = [&] {
        const int row = table->currentIndex().row();
        return std::tuple(table->selectedIds(), page.model().keyAt(row), table->rowViewportPosition(row),
                          page.model().keyAt(table->rowAt(0)), page.model().rowCount());
    };
    const auto before = sight();
    QVERIFY(table->verticalScrollBar()->value() > 0);
    for (int first = 400; first < 1400; first += 200) {
        f.commit(ofUsers(f, first, 200));
        QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().waiting, first + 200 - 400, kPatience);
        QVERIFY(sight() == before);
    }
    const QString current = std::get<1>(before);
    QTest::keyClick(table, Qt::Key_N);
    QCOMPARE(page.model().counts().shown, 1400);
    QCOMPARE(page.model().keyAt(table->currentIndex().row()), current);
    QCOMPARE(page.table()->selectedIds(), std::get<0>(before));
}

void TestAlertsGroups::showsAnAlertThatIsAskedFor()
{
    ViewFixture f;
    const auto shown = showAlerts(f, ofUsers(f, 0, 40));
    AlertsPage &page = *shown;
    page.setGrouping(AlertGrouping::User);
    AlertDrillDown wanted;
    wanted.alertId = idOf(17);
    page.drillDown(wanted);
    QVERIFY(page.model().isOpen(rowOf(page, QStringLiteral("u1"))));
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(17)});
    QCOMPARE(page.details()->alertId(), id(17));
}

void TestAlertsGroups::keepsTheGrouping()
{
    ViewFixture f;
    f.commit(ofUsers(f, 0, 40));
    QVERIFY(f.open());
    {
        AlertsPage page(&f.context());
        showPage(page);
        page.setGrouping(AlertGrouping::Country);
        Q_EMIT page.viewsBar()->saveRequested();
        auto *dialog = page.findChild<SaveViewDialog *>();
        QVERIFY(dialog);
        QTest::keyClicks(dialog->nameEdit(), QStringLiteral("By country"));
        QTest::mouseClick(dialog->acceptButton(), Qt::LeftButton);
        page.setGrouping(AlertGrouping::User);
    }
    AlertsPage page(&f.context()); // As after a restart.
    showPage(page);
    QVERIFY(page.model().grouping() == AlertGrouping::User);
    QCOMPARE(page.groupBox()->currentText(), QStringLiteral("User"));
    QCOMPARE(page.model().rowCount(), 4);
    page.viewsBar()->list()->setCurrentIndex(page.views()->index(page.views()->rowCount() - 1));
    QVERIFY(page.model().grouping() == AlertGrouping::Country);
    QCOMPARE(page.groupBox()->currentText(), QStringLiteral("Country"));
    page.viewsBar()->list()->setCurrentIndex(page.views()->index(0)); // Built in: it leaves the grouping alone.
    QVERIFY(page.model().grouping() == AlertGrouping::Country);
}

void TestAlertsGroups::menuAndCommands()
{
    ViewFixture f;
    const auto shown = showAlerts(f, ofUsers(f, 0, 40));
    AlertsPage &page = *shown;
    const auto command = [&](const QString &text) {
        QAction *found = nullptr;
        const auto commands = page.commands();
        for (const QAction *one : commands) {
            if (!one->menu() || one->text() != QLatin1String("Group by"))
                continue;
            for (QAction *action : one->menu()->actions())
                found = action->text() == text ? action : found;
        }
        return found;
    };
    QVERIFY(!command(QStringLiteral("Expand all groups"))->isEnabled());
    command(QStringLiteral("User"))->trigger();
    QCOMPARE(page.model().rowCount(), 4);
    QVERIFY(command(QStringLiteral("User"))->isChecked());
    command(QStringLiteral("Expand all groups"))->trigger();
    QCOMPARE(page.model().rowCount(), 44);
    command(QStringLiteral("Collapse all groups"))->trigger();
    QCOMPARE(page.model().rowCount(), 4);
    goTo(page, rowOf(page, QStringLiteral("u1")));
    Q_EMIT page.table()->customContextMenuRequested(cellOf(page, page.table()->currentIndex().row()));
    const auto menus = page.findChildren<QMenu *>();
    QMenu *menu = nullptr;
    for (QMenu *one : menus)
        menu = one->isVisible() ? one : menu;
    QVERIFY(menu);
    QStringList texts;
    const auto actions = menu->actions();
    for (QAction *action : actions)
        texts.append(action->text());
    for (const char *text : {"Expand this group", "Only user u1", "Not user u1", "Show events of u1", "Resolve…"})
        QVERIFY2(texts.contains(QString::fromUtf8(text)), qPrintable(texts.join(QStringLiteral(", "))));
    QVERIFY(!texts.contains(QStringLiteral("Look up u1")));
    for (QAction *action : actions) {
        if (action->text() == QLatin1String("Only user u1"))
            action->trigger();
    }
    menu->close();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 10, kPatience);
    command(QStringLiteral("Nothing"))->trigger();
    QCOMPARE(page.model().rowCount(), 10);
}

void TestAlertsGroups::controlsAreNamedAndPlain()
{
    ViewFixture f;
    auto some = ofUsers(f, 0, 8);
    some[7].context.userId = "<b>bold</b>\n&amp;";
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    page.setGrouping(AlertGrouping::User);
    QCOMPARE(namelessControls(page), QStringList());
    QCOMPARE(markupLabels(page), QStringList());
    const QModelIndex group = page.model().index(0, AlertModel::TitleColumn);
    QVERIFY(!group.data().toString().contains(QLatin1Char('\n')));
    QVERIFY(group.data(Qt::ToolTipRole).toString().contains(QLatin1String("&lt;b&gt;")));
}

QTEST_MAIN(TestAlertsGroups)
#include "tst_alertsgroups.moc"
