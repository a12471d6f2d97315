// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/consoletest.h"

#include "core/storage/openstore.h"
#include "ui/theme/theme.h"
#include "ui/views/alertstable.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/exportdialog.h"
#include "ui/views/iplookupdialog.h"
#include "ui/views/keysdialog.h"
#include "ui/views/mainmenu.h"
#include "ui/views/navigationrail.h"
#include "ui/views/openfailurepage.h"
#include "ui/views/page.h"
#include "ui/views/settingspage.h"
#include "ui/views/relatedevents.h"
#include "ui/views/statusline.h"
#include "ui/views/triagesteps.h"
#include "ui/views/windowstate.h"
#include "ui/widgets/inlinemessage.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

using namespace bartizan;

/// The table that a page is about, rather than one of its details.
static QTableView *tableOf(const Page &page)
{
    const auto tables = page.findChildren<QTableView *>();
    const auto found = std::find_if(tables.begin(), tables.end(),
                                    [](const QTableView *table) { return qobject_cast<const RelatedEvents *>(table) == nullptr; });
    return found == tables.end() ? nullptr : *found;
}

/// The window as a person uses it, over a real database that another process writes to.
class TestMainWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void opensAndSaysWhatTheEngineDoes();
    void goesToEveryPageByKey();
    void showsAnAlertThatAnotherProcessCaused();
    void acknowledgesByKeyAndByTheButtonOfARow();
    void acknowledgesInBulk();
    void theFirstWindowFitsTheScreen();
    void searchFiltersThePage();
    void enterInTheSearchClearsNothing_data();
    void enterInTheSearchClearsNothing();
    void typingOnAfterEnterStaysInTheSearch_data();
    void typingOnAfterEnterStaysInTheSearch();
    void aHitOfAPageThatWasLeftTakesNothing();
    void thePageHasTheKeyboardAfterADialog_data();
    void thePageHasTheKeyboardAfterADialog();
    void onlyItsOwnArrowsKeepTheKeyboardInTheRail();
    void holdsTheViewWhilePaused();
    void switchesTheTheme();
    void namesFileAndReasonWhenADatabaseIsDamaged();
    void reportsALastDatabaseThatIsGone();
    void makesAMissingDatabaseOnRequestOnly();
    void marksDemoData();
    void showsTheKeysOverADialog();
    void keepsRangeZoneAndPage();
    void aRangeBetweenInstantsIsOfItsDatabase();
    void asksBeforeEditedSettingsAreLost();
    void asksBeforeStepsAreLost();
    void keysGoByThePage();
    void becomesNarrow();

private:
    /// Searches a page, entered while it is still being read; the field of the search, nullptr where that fails.
    static QLineEdit *seekWhileReading(ConsoleTest &console, PageId page);
    /// The rows of the queue that can still be acknowledged.
    static std::vector<int> activeRows(const ConsoleTest &console);
};

std::vector<int> TestMainWindow::activeRows(const ConsoleTest &console)
{
    std::vector<int> rows;
    const AlertModel &model = console.alerts()->model();
    for (int row = 0; row < model.rowCount(); ++row) {
        if (!model.index(row, 0).data(AlertModel::AcknowledgedRole).toBool())
            rows.push_back(row);
    }
    return rows;
}

QLineEdit *TestMainWindow::seekWhileReading(ConsoleTest &console, PageId page)
{
    if (!console.open() || !console.append(QStringLiteral("203.0.113.1"), 5))
        return nullptr;
    console.window->showPage(PageId::Alerts);
    if (!console.waitForAlerts(1))
        return nullptr;
    console.window->showPage(page);
    const Page *shown = console.window->page(page);
    if (!QTest::qWaitForWindowActive(console.window.get())
        || !QTest::qWaitFor([shown] { return !shown->isLoading(); }, kPatienceMs))
        return nullptr;
    QTest::keyClick(console.window.get(), Qt::Key_F, Qt::ControlModifier);
    auto *field = qobject_cast<QLineEdit *>(console.window->focusWidget());
    if (field == nullptr)
        return nullptr;
    QTest::keyClicks(field, QStringLiteral("203.0.113"));
    console.window->context()->refresh();
    QTest::keyClick(field, Qt::Key_Return);
    return field;
}

void TestMainWindow::opensAndSaysWhatTheEngineDoes()
{
    ConsoleTest console;
    QVERIFY(console.open());
    const auto *status = console.window->findChild<StatusLine *>();
    QTRY_COMPARE_WITH_TIMEOUT(status->stateText(), QStringLiteral("Engine running here, up to date"), kPatienceMs);
    QVERIFY(console.window->windowTitle().contains(QStringLiteral("audit")));
    QVERIFY(console.session->engineStatus().rulesOn > 0);
}

void TestMainWindow::goesToEveryPageByKey()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QVERIFY(QTest::qWaitForWindowActive(console.window.get()));
    for (int page = 3; page >= 0; --page) {
        QTest::keyClick(console.window.get(), static_cast<Qt::Key>(Qt::Key_1 + page), Qt::ControlModifier);
        QCOMPARE(static_cast<int>(console.window->currentPage()), page);
        QVERIFY(console.window->page(static_cast<PageId>(page))->isVisible());
        QCOMPARE(console.window->findChild<NavigationRail *>()->current(), page);
    }
}

void TestMainWindow::showsAnAlertThatAnotherProcessCaused()
{
    ConsoleTest console;
    QVERIFY(console.openWithAlerts({QStringLiteral("203.0.113.47")}));
    const QModelIndex address = console.alerts()->model().index(0, AlertModel::AddressColumn);
    QCOMPARE(address.data().toString(), QStringLiteral("203.0.113.47"));
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(1), kPatienceMs);
    const auto entries = console.window->findChild<NavigationRail *>()->findChildren<QAbstractButton *>();
    QTRY_COMPARE_WITH_TIMEOUT(entries.at(1)->accessibleDescription(), QStringLiteral("1 active alert"), kPatienceMs);
}

void TestMainWindow::acknowledgesByKeyAndByTheButtonOfARow()
{
    ConsoleTest console;
    QVERIFY(console.openWithAlerts({QStringLiteral("203.0.113.1"), QStringLiteral("203.0.113.2")}));
    AlertsTable *table = console.alerts()->table();

    table->setFocus();
    table->setCurrentIndex(console.alerts()->model().index(0, AlertModel::TitleColumn));
    QTest::keyClick(table, Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(1), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(activeRows(console).size(), std::size_t(1), kPatienceMs);

    const QModelIndex action = console.alerts()->model().index(activeRows(console).front(), AlertModel::ActionColumn);
    const QRect cell = table->visualRect(action);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, QPoint(cell.right() - 30, cell.center().y()));
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(0), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(activeRows(console).empty(), kPatienceMs);
}

void TestMainWindow::acknowledgesInBulk()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->showPage(PageId::Alerts);
    for (int i = 1; i <= 3; ++i)
        QVERIFY(console.append(QStringLiteral("198.51.100.%1").arg(i), 5));
    QVERIFY(console.waitForAlerts(3));
    QSignalSpy triaged(console.session.get(), &Session::triaged);
    console.alerts()->table()->selectAll();
    console.alerts()->acknowledgeAction()->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(triaged.count(), 1, kPatienceMs);
    QCOMPARE(triaged.first().at(1).value<TriageOutcome>().done.size(), std::size_t(3));
    QTRY_VERIFY_WITH_TIMEOUT(activeRows(console).empty(), kPatienceMs);
}

/// With the frame around it, which is not known before it is shown.
void TestMainWindow::theFirstWindowFitsTheScreen()
{
    QSettings().clear(); // No geometry is kept yet.
    QWidget window;
    windowstate::restoreGeometry(window);
    const int available = window.screen()->availableSize().height();
    QVERIFY2(window.height() <= available - 30, qPrintable(QStringLiteral("%1 of %2").arg(window.height()).arg(available)));
}

void TestMainWindow::searchFiltersThePage()
{
    ConsoleTest console;
    QVERIFY(console.openWithAlerts({QStringLiteral("203.0.113.1"), QStringLiteral("198.51.100.9")}));
    QVERIFY(QTest::qWaitForWindowActive(console.window.get()));
    QTest::keyClick(console.window.get(), Qt::Key_F, Qt::ControlModifier);
    auto *field = qobject_cast<QLineEdit *>(console.window->focusWidget());
    QVERIFY(field != nullptr);
    QTest::keyClicks(field, QStringLiteral("198.51"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(console.waitForAlerts(1));
    console.window->commands()->find->trigger();
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(console.waitForAlerts(2));
}

void TestMainWindow::enterInTheSearchClearsNothing_data()
{
    QTest::addColumn<int>("page");
    QTest::newRow("alerts") << static_cast<int>(PageId::Alerts);
    QTest::newRow("events") << static_cast<int>(PageId::Events);
}

/// Enter brings up that nothing matches, where a button clears the filters: it is not pressed by the same key.
void TestMainWindow::enterInTheSearchClearsNothing()
{
    QFETCH(int, page);
    ConsoleTest console;
    QVERIFY(console.open());
    QVERIFY(console.append(QStringLiteral("203.0.113.1"), 5));
    console.window->showPage(PageId::Alerts);
    QVERIFY(console.waitForAlerts(1));
    console.window->showPage(static_cast<PageId>(page));
    QVERIFY(QTest::qWaitForWindowActive(console.window.get()));
    Page *shown = console.window->page(static_cast<PageId>(page));
    QTest::keyClick(console.window.get(), Qt::Key_F, Qt::ControlModifier);
    auto *field = qobject_cast<QLineEdit *>(console.window->focusWidget());
    QVERIFY(field != nullptr);
    const QString sought = QStringLiteral("nobody");
    QTest::keyClicks(field, sought);
    for (int times = 0; times < 2; ++times) {
        QTest::keyClick(console.window->focusWidget(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!shown->isLoading(), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(buttonNamed(shown, QStringLiteral("Clear filters")) != nullptr, kPatienceMs);
        QCOMPARE(field->text(), sought);
        QCOMPARE(shown->searchText(), sought);
    }
    // Cleared on the page, the search in the header follows; found, the first hit has the keyboard.
    QTest::mouseClick(buttonNamed(shown, QStringLiteral("Clear filters")), Qt::LeftButton);
    QCOMPARE(field->text(), QString());
    field->setFocus();
    QTest::keyClicks(field, QStringLiteral("203.0.113.1"));
    QTest::keyClick(field, Qt::Key_Return);
    const auto *table = qobject_cast<QAbstractItemView *>(tableOf(*shown));
    QTRY_VERIFY_WITH_TIMEOUT(table->hasFocus() && table->selectionModel()->isRowSelected(0), kPatienceMs);
    console.window->showPage(PageId::Overview);
    QCOMPARE(field->text(), QString());
    console.window->showPage(static_cast<PageId>(page));
    QCOMPARE(field->text(), QStringLiteral("203.0.113.1"));
}

void TestMainWindow::typingOnAfterEnterStaysInTheSearch_data()
{
    QTest::addColumn<int>("page");
    QTest::newRow("alerts") << static_cast<int>(PageId::Alerts);
    QTest::newRow("events") << static_cast<int>(PageId::Events);
}

/// The first hit comes a while after Enter. Who has typed on by then has the hand in the search, and letters are commands
/// in the table.
void TestMainWindow::typingOnAfterEnterStaysInTheSearch()
{
    QFETCH(int, page);
    ConsoleTest console;
    auto *field = seekWhileReading(console, static_cast<PageId>(page));
    QVERIFY(field != nullptr);
    Page *shown = console.window->page(static_cast<PageId>(page));
    QVERIFY(shown->isLoading());
    QTest::keyClicks(field, QStringLiteral(".1"));
    QTRY_VERIFY_WITH_TIMEOUT(!shown->isLoading() && shown->searchText() == QStringLiteral("203.0.113.1"), kPatienceMs);
    QCOMPARE(console.window->focusWidget(), field);
    QCOMPARE(field->text(), QStringLiteral("203.0.113.1"));
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(tableOf(*shown)->hasFocus(), kPatienceMs);
}

/// The table of a page that is not shown would take the keys and show nothing.
void TestMainWindow::aHitOfAPageThatWasLeftTakesNothing()
{
    ConsoleTest console;
    QVERIFY(seekWhileReading(console, PageId::Alerts) != nullptr);
    const Page *left = console.window->page(PageId::Alerts);
    QVERIFY(left->isLoading());
    console.window->showPage(PageId::Rules);
    const Page *rules = console.window->page(PageId::Rules);
    QVERIFY(rules->isAncestorOf(console.window->focusWidget()));
    QTRY_VERIFY_WITH_TIMEOUT(!left->isLoading(), kPatienceMs);
    QVERIFY(rules->isAncestorOf(console.window->focusWidget()));
}

void TestMainWindow::thePageHasTheKeyboardAfterADialog_data()
{
    QTest::addColumn<int>("page");
    QTest::newRow("alerts") << static_cast<int>(PageId::Alerts);
    QTest::newRow("events") << static_cast<int>(PageId::Events);
}

/// What had the keyboard, a button that says what to do while there is nothing, goes behind the dialog: the table has it.
void TestMainWindow::thePageHasTheKeyboardAfterADialog()
{
    QFETCH(int, page);
    ConsoleTest console;
    const auto id = static_cast<PageId>(page);
    console.window->showPage(id);
    QVERIFY(console.open());
    Page *shown = console.window->page(id);
    QTRY_VERIFY_WITH_TIMEOUT(buttonNamed(shown, QStringLiteral("Import a file…")) != nullptr, kPatienceMs);
    QVERIFY(QTest::qWaitForWindowActive(console.window.get()));
    console.window->showPage(id);
    QVERIFY(qobject_cast<QAbstractButton *>(console.window->focusWidget()));
    QDialog *dialog = console.window->openMutes();
    QVERIFY(QTest::qWaitForWindowActive(dialog));
    QVERIFY(console.append(QStringLiteral("203.0.113.3"), 1)); // The first event: the button goes.
    QTRY_VERIFY_WITH_TIMEOUT(buttonNamed(shown, QStringLiteral("Import a file…")) == nullptr, kPatienceMs);
    QVERIFY(console.append(QStringLiteral("203.0.113.1"), 5));
    QVERIFY(console.append(QStringLiteral("203.0.113.2"), 5));
    auto *table = tableOf(*shown);
    QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() >= 2, kPatienceMs);
    QTest::keyClick(dialog, Qt::Key_Escape);
    console.window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(console.window.get()));
    QTRY_COMPARE_WITH_TIMEOUT(QApplication::focusWidget(), table, kPatienceMs);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    QVERIFY(console.window->currentPage() == id);
    QVERIFY(table->selectionModel()->isRowSelected(1));
}

void TestMainWindow::onlyItsOwnArrowsKeepTheKeyboardInTheRail()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->showPage(PageId::Alerts);
    QVERIFY(QTest::qWaitForWindowActive(console.window.get()));
    auto *rail = console.window->findChild<NavigationRail *>();
    const auto entries = rail->findChildren<QAbstractButton *>();
    entries.at(1)->setFocus(Qt::TabFocusReason);
    QTest::keyClick(entries.at(1), Qt::Key_Down);
    QVERIFY(console.window->currentPage() == PageId::Events);
    QVERIFY(entries.at(2)->hasFocus());
    QTest::keyClick(console.window.get(), Qt::Key_2, Qt::ControlModifier);
    QVERIFY(console.window->currentPage() == PageId::Alerts);
    const auto isOn = [&](PageId id) {
        const QWidget *focused = QApplication::focusWidget();
        return focused == console.window->page(id) || console.window->page(id)->isAncestorOf(focused);
    };
    QVERIFY(isOn(PageId::Alerts));
    entries.at(1)->setFocus(Qt::TabFocusReason);
    QTest::mouseClick(entries.at(0), Qt::LeftButton);
    QVERIFY(console.window->currentPage() == PageId::Overview);
    QVERIFY(isOn(PageId::Overview));
}

void TestMainWindow::holdsTheViewWhilePaused()
{
    ConsoleTest console;
    QVERIFY(console.openWithAlerts({QStringLiteral("203.0.113.1")}));
    console.window->commands()->pause->trigger();
    QVERIFY(console.window->context()->isPaused());
    QVERIFY(buttonNamed(console.window.get(), QStringLiteral("Paused")) != nullptr);
    QVERIFY(console.append(QStringLiteral("203.0.113.2"), 5));
    // The engine runs on.
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(2), kPatienceMs);
    QCOMPARE(console.alerts()->model().rowCount(), 1);
    QTest::mouseClick(buttonNamed(console.window.get(), QStringLiteral("Paused")), Qt::LeftButton);
    QVERIFY(console.waitForAlerts(2));
}

void TestMainWindow::switchesTheTheme()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->commands()->themeDark->trigger();
    QVERIFY(Theme::current().dark);
    const auto statusBar = [&console] {
        const QImage image = console.window->grab().toImage();
        return image.pixelColor(4, image.height() - 4).lightness();
    };
    QTRY_VERIFY_WITH_TIMEOUT(statusBar() < 64, kPatienceMs);
    console.window->commands()->themeLight->trigger();
    QVERIFY(!Theme::current().dark);
    QTRY_VERIFY_WITH_TIMEOUT(statusBar() > 192, kPatienceMs);
    QCOMPARE(QSettings().value(QStringLiteral("appearance/theme")).toString(), QStringLiteral("light"));
}

void TestMainWindow::namesFileAndReasonWhenADatabaseIsDamaged()
{
    ConsoleTest console;
    const QString path = console.file(QStringLiteral("notes.db"));
    const QByteArray content("these are notes, and no database at all\n");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content.repeated(200));
    file.close();
    QSignalSpy failed(console.session.get(), &Session::openFailed);
    console.window->openAtStart(path, false);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
    auto *page = console.window->findChild<OpenFailurePage *>();
    QVERIFY(page->isVisible());
    QVERIFY(page->reason().contains(path));
    QVERIFY(page->reason().contains(failed.first().at(1).value<Error>().message));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), content.repeated(200));

    QAbstractButton *embedded = buttonNamed(page, QStringLiteral("Use the embedded database"));
    QVERIFY(embedded != nullptr);
    QTest::mouseClick(embedded, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen(), kPatienceMs);
    QVERIFY(console.session->database().embedded);
    QTRY_VERIFY_WITH_TIMEOUT(!page->isVisible(), kPatienceMs);
}

void TestMainWindow::reportsALastDatabaseThatIsGone()
{
    ConsoleTest console;
    const QString gone = console.file(QStringLiteral("gone.db"));
    QSettings().setValue(QStringLiteral("window/database"), gone);
    console.window->openAtStart({}, false);
    auto *page = console.window->findChild<OpenFailurePage *>();
    QVERIFY(page->isVisible());
    QVERIFY(page->reason().contains(gone));
    QVERIFY(!QFile::exists(gone));
}

void TestMainWindow::makesAMissingDatabaseOnRequestOnly()
{
    ConsoleTest console;
    auto *page = console.window->findChild<OpenFailurePage *>();
    QSignalSpy failed(console.session.get(), &Session::openFailed);
    // No folder, no offer.
    console.window->openAtStart(console.file(QStringLiteral("nowhere/new.db")), false);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
    QVERIFY(page->isVisible() && buttonNamed(page, QStringLiteral("Create it")) == nullptr);
    const QString path = console.file(QStringLiteral("new.db"));
    console.window->openAtStart(path, false);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 2, kPatienceMs);
    QVERIFY(!QFile::exists(path));
    const auto *status = console.window->findChild<StatusLine *>();
    QCOMPARE(status->stateText(), QStringLiteral("No database is open"));
    const auto labels = status->findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->isVisible()) // The clock alone: nothing is known of events and rules.
            QVERIFY2(label->text().contains(QLatin1String("UTC")), qPrintable(label->text()));
    }
    QAbstractButton *create = buttonNamed(page, QStringLiteral("Create it"));
    QVERIFY(create != nullptr);
    for (const QPushButton *button : page->findChildren<QPushButton *>()) // Four of them, and each can be read.
        QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
    QTest::mouseClick(create, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen(), kPatienceMs);
    QCOMPARE(console.session->database().path, path);
    QVERIFY(QFile::exists(path));
}

void TestMainWindow::marksDemoData()
{
    ConsoleTest console;
    console.window->openAtStart({}, true);
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen(), 6 * kPatienceMs);
    QVERIFY(console.session->database().demo);
    QCOMPARE(console.window->windowTitle(), QStringLiteral("Demo data — Bartizan"));
    InlineMessage *banner = nullptr;
    const auto messages = console.window->findChildren<InlineMessage *>();
    for (InlineMessage *message : messages) {
        if (message->isVisible() && message->text().startsWith(QLatin1String("Demo data: invented traffic")))
            banner = message;
    }
    QVERIFY(banner != nullptr);
    QVERIFY(console.open());
    QCOMPARE(console.window->windowTitle(), QStringLiteral("audit.db — Bartizan"));
    QVERIFY(!banner->isVisible());
}

void TestMainWindow::showsTheKeysOverADialog()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QDialog *lookUp = console.window->openLookUp({});
    QVERIFY(QTest::qWaitForWindowActive(lookUp));
    QTest::keyClick(lookUp, Qt::Key_F1);
    auto *keys = console.window->findChild<KeysDialog *>();
    QVERIFY(keys != nullptr && keys->isVisible());
    // All of it can be reached on whatever screen, and the button is always there.
    QVERIFY(keys->height() <= keys->screen()->availableSize().height());
    for (const int height : {keys->screen()->availableSize().height(), 480}) {
        keys->resize(keys->width(), height);
        QCoreApplication::processEvents();
        QCOMPARE(keys->height(), height);
        const QWidget *close = buttonNamed(keys, QStringLiteral("Close"));
        QVERIFY(keys->rect().contains(close->geometry().translated(close->parentWidget()->mapTo(keys, QPoint()))));
    }
    auto *scroll = keys->findChild<QScrollArea *>();
    QVERIFY(scroll && scroll->verticalScrollBar()->maximum() > 0 && scroll->horizontalScrollBar()->maximum() == 0);
    QCOMPARE(keys->focusWidget(), scroll);
    QTest::keyClick(scroll, Qt::Key_PageDown);
    QVERIFY(scroll->verticalScrollBar()->value() > 0);
    QTest::keyClick(scroll, Qt::Key_Return);
    QVERIFY(!keys->isVisible());
}

void TestMainWindow::keepsRangeZoneAndPage()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->context()->setRangeChoice({RangeChoice::Kind::Week, {}});
    console.window->context()->setDisplayZone(QTimeZone::systemTimeZone());
    console.window->showPage(PageId::Events);
    console.window->close();
    MainWindow again(console.session.get(), console.appearance.get());
    QVERIFY(again.context()->rangeChoice().kind == RangeChoice::Kind::Week);
    QCOMPARE(again.context()->displayZone(), QTimeZone::systemTimeZone());
    QVERIFY(again.currentPage() == PageId::Events);
}

void TestMainWindow::aRangeBetweenInstantsIsOfItsDatabase()
{
    ConsoleTest console;
    QVERIFY(console.open());
    ConsoleContext &context = *console.window->context();
    context.setRangeChoice({RangeChoice::Kind::Week, {}});
    const RangeChoice lastYear{RangeChoice::Kind::Custom, {1'481'328'000'000, 1'490'832'000'000}};
    context.setRangeChoice(lastYear);
    // Another database, in which an attack may be going on, has one that ends now.
    const QString other = console.file(QStringLiteral("other.db"));
    QVERIFY(openStore(other, {.mode = StoreOptions::Mode::Create, .role = StoreOptions::Role::Client, .demo = false}));
    QVERIFY(console.openFile(other));
    QVERIFY(context.rangeChoice() == (RangeChoice{RangeChoice::Kind::Week, {}}));
    QVERIFY(console.openFile(console.path()));
    QVERIFY(context.rangeChoice() == lastYear);
    // What is chosen is kept at once, whatever ends the console.
    context.setRangeChoice({RangeChoice::Kind::Day, {}});
    QVERIFY(console.openFile(other));
    QVERIFY(console.openFile(console.path()));
    QVERIFY(context.rangeChoice() == (RangeChoice{RangeChoice::Kind::Day, {}}));
    MainWindow again(console.session.get(), console.appearance.get());
    QVERIFY(again.context()->rangeChoice() == (RangeChoice{RangeChoice::Kind::Day, {}}));
}

void TestMainWindow::asksBeforeEditedSettingsAreLost()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.child<QSpinBox>(QStringLiteral("thresholds.failedLoginsPerMinute"))->setValue(9);
    QVERIFY(!console.window->close());
    auto *question = console.window->findChild<QMessageBox *>();
    QVERIFY(question != nullptr);
    QVERIFY(console.window->currentPage() == PageId::Settings);
    QTest::mouseClick(buttonNamed(question, QStringLiteral("Discard them")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!console.window->isVisible(), kPatienceMs);
}

void TestMainWindow::asksBeforeStepsAreLost()
{
    ConsoleTest console;
    QVERIFY(console.open());
    TriageSteps *steps = console.window->context()->triageSteps();
    const QString path = steps->database();
    TriageStep step;
    step.kind = TriageKind::Comment;
    step.comment = "typed for minutes";
    const auto text = [&] {
        auto *question = console.window->findChild<QMessageBox *>();
        return question ? question->text() : QString();
    };
    console.session->close();
    steps->take(step, {"some-alert"}); // The database is not there.
    QCOMPARE(steps->countUndone(), 1U);
    QVERIFY(!console.window->close());
    QVERIFY2(text().startsWith(QLatin1String("1 step of triage could not be done")), qPrintable(text()));
    QTest::mouseClick(buttonNamed(console.window->findChild<QMessageBox *>(), QStringLiteral("Stay")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!console.window->findChild<QMessageBox *>(), kPatienceMs);
    QVERIFY(console.window->isVisible());
    steps->takeUndone();
    QSignalSpy opened(console.session.get(), &Session::opened);
    console.session->open({.path = path, .runEngine = false});
    QVERIFY(opened.wait(kPatienceMs));
    QVERIFY(steps->take(step, {"some-alert"}) != 0);
    QVERIFY(!console.window->close());
    QVERIFY2(text().startsWith(QLatin1String("A step of triage is still on its way")), qPrintable(text()));
    QTest::mouseClick(buttonNamed(console.window->findChild<QMessageBox *>(), QStringLiteral("Quit all the same")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!console.window->isVisible(), kPatienceMs);
}

/// What is exported, looked up, and offered by the menu of a row.
void TestMainWindow::keysGoByThePage()
{
    ConsoleTest console;
    QVERIFY(console.openWithAlerts({QStringLiteral("203.0.113.1")}));
    MainWindow *window = console.window.get();
    window->showPage(PageId::Events);
    QTest::keyClick(window, Qt::Key_E, Qt::ControlModifier);
    auto *exported = window->findChild<ExportDialog *>();
    QVERIFY(exported && exported->windowTitle() == QLatin1String("Export events"));
    exported->close();
    window->showPage(PageId::Alerts);
    window->activateWindow();
    AlertsTable *table = console.alerts()->table();
    table->setFocus();
    table->selectRow(0);
    QTRY_VERIFY_WITH_TIMEOUT(!console.alerts()->isLoading() && console.alerts()->details()->alert(), kPatienceMs);
    QTest::keyClick(window, Qt::Key_I, Qt::ControlModifier);
    auto *lookUp = window->findChild<IpLookUpDialog *>();
    QVERIFY(lookUp);
    QCOMPARE(lookUp->addressField()->text(), QStringLiteral("203.0.113.1"));
    lookUp->close();
    window->activateWindow();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_F10, Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(QApplication::activePopupWidget() != nullptr, kPatienceMs);
    QApplication::activePopupWidget()->close();
}

void TestMainWindow::becomesNarrow()
{
    ConsoleTest console;
    const auto *rail = console.window->findChild<NavigationRail *>();
    QVERIFY(!rail->isNarrow());
    console.window->resize(1024, 640);
    QTRY_VERIFY_WITH_TIMEOUT(rail->isNarrow(), kPatienceMs);
    QCOMPARE(rail->width(), 48);
    QCOMPARE(console.window->size(), QSize(1024, 640)); // nothing asks for more room
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
