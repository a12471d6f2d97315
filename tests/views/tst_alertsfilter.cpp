// SPDX-License-Identifier: GPL-3.0-or-later
// What the alerts page shows of many alerts: the filter line, its chips, and arrivals around them.
#include "tests/views/triagefixture.h"
#include "ui/models/filterchips.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/filteredit.h"
#include "ui/views/rangenote.h"
#include "ui/views/rowruns.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/inlinemessage.h"

#include <QAction>
#include <QCompleter>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QScrollBar>

using namespace bartizan;
using namespace bartizan::fixtures;

class TestAlertsFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void tenThousandArriveAroundAHalfTypedFilter();
    void aLargeSelectionFollowsTheFilter();
    void aStepOnAllIsAboutWhatTheFilterBrings();
    void olderAlertsFollowTheNewest();
    void filterLineShowsWhatIsRight();
    void filterLineTakesBackAndRemembers();
    void filterLineCompletes();
    void ofTwoThatLookAlikeTheChosenOneIsTaken();
    void onlyThisAndNotThis();
    void aMenuIsAboutTheAlertItWasOpenedOn();
    void chipsTurnAndGo();
    void filtersPersist();
    void enterGoesToTheFirstHit_data();
    void enterGoesToTheFirstHit();
    void typingOnAfterEnterStaysInTheFilter();
    void whatIsTypedIsLeftAsItIs();
    void noStepTakesARowOutOfSight();
    void noStepSkipsTheFirstRow();
    void completionsAreWholeAndBelowTheField();
    void aFilterOfTheLastHoursFollowsTheClock();
    void saysWhereTheRangeCutsTheFilter();
};

void TestAlertsFilter::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_alertsfilter"));
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestAlertsFilter::enterGoesToTheFirstHit_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("hits");
    QTest::newRow("one hit") << QStringLiteral("user:anna") << 1;
    QTest::newRow("several") << QStringLiteral("severity:low") << 2;
    QTest::newRow("none") << QStringLiteral("user:nobody") << 0;
}

/// After Enter the keyboard goes on: the first hit is selected, and A is about it.
void TestAlertsFilter::enterGoesToTheFirstHit()
{
    QFETCH(QString, filter);
    QFETCH(int, hits);
    ViewFixture f;
    auto some = f.alerts(0, 8);
    some[6].context.userId = "anna";
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterBar()->edit();
    QVERIFY(edit->hasFocus());
    QTest::keyClicks(edit, filter);
    QTest::keyClick(edit, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, hits, kPatience);
    QVERIFY(!edit->isVisible());
    QCOMPARE(filterText(page.model().filter()), filter);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    if (hits == 0) {
        QVERIFY(page.table()->selectedIds().empty());
        return;
    }
    QVERIFY(page.table()->hasFocus());
    QCOMPARE(page.table()->selectedRowNumbers(), std::vector<int>{0});
    QCOMPARE(page.details()->alertId(), page.model().idAt(0));
    QVERIFY(page.acknowledgeAction()->isEnabled());
}

/// Enter, and back into the filter before the first hit is there: it leaves the keyboard where it is.
void TestAlertsFilter::typingOnAfterEnterStaysInTheFilter()
{
    ViewFixture f;
    f.commit(f.alerts(0, 8));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterBar()->edit();
    QTest::keyClicks(edit, QStringLiteral("severity:low"));
    f.context().refresh();
    QTest::keyClick(edit, Qt::Key_Return);
    QVERIFY(page.isLoading());
    QTest::keyClick(page.table(), Qt::Key_Slash);
    QVERIFY(edit->hasFocus());
    QTest::keyClicks(edit, QStringLiteral(" user:"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.model().counts().shown, 2);
    QVERIFY(edit->hasFocus());
    QVERIFY(edit->text().endsWith(QLatin1String(" user:")));
    QVERIFY(page.table()->selectedIds().empty());
}

void TestAlertsFilter::completionsAreWholeAndBelowTheField()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 3));
    AlertsPage &page = *shown;
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterBar()->edit();
    for (const char *typed : {"sev", " status:"}) { // One entry, then several.
        QTest::keyClicks(edit, QLatin1String(typed));
        const QAbstractItemView *popup = edit->findChild<QCompleter *>()->popup();
        QTRY_VERIFY_WITH_TIMEOUT(popup->isVisible(), kPatience);
        const QAbstractItemModel *offered = popup->model();
        QVERIFY(offered->rowCount() > 0);
        const QRect last = popup->visualRect(offered->index(offered->rowCount() - 1, 0));
        QVERIFY2(popup->viewport()->rect().contains(last), typed);
        // Descenders stand within the frame of the chosen entry, and no explanation is cut while the field is wider.
        QVERIFY2(last.height() >= popup->fontMetrics().height() + 6, typed);
        for (int row = 0; row < offered->rowCount(); ++row) {
            const int wide = popup->fontMetrics().horizontalAdvance(offered->index(row, 0).data().toString());
            QVERIFY2(popup->viewport()->width() >= wide, typed);
        }
        QVERIFY2(popup->geometry().top() >= edit->mapToGlobal(QPoint(0, edit->height() - 1)).y(), typed);
    }
    // What is wrong elsewhere in the line can be read while one goes on.
    edit->clear();
    QTest::keyClicks(edit, QStringLiteral("status:bogus sev"));
    const auto *reason = page.filterBar()->findChild<FieldError *>();
    const QAbstractItemView *popup = edit->findChild<QCompleter *>()->popup();
    QTRY_VERIFY_WITH_TIMEOUT(popup->isVisible() && reason->isVisible() && !reason->text().isEmpty(), kPatience);
    QVERIFY(popup->geometry().top() >= reason->mapToGlobal(QPoint(0, reason->height() - 1)).y());
}

/// A pause within a line applies it; the line stays as it was typed, and goes on.
void TestAlertsFilter::whatIsTypedIsLeftAsItIs()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterBar()->edit();
    QTest::keyClicks(edit, QStringLiteral("status:active severity>=high "));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 4, kPatience);
    QTest::keyClicks(edit, QStringLiteral("user:a"));
    QCOMPARE(edit->text(), QStringLiteral("status:active severity>=high user:a"));
}

/// New alerts may have pushed the current row out of sight; whoever begins there would act on what is not seen.
void TestAlertsFilter::noStepTakesARowOutOfSight()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 120));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    table->setFocus();
    QVERIFY(table->currentIndex().row() <= 0);
    table->scrollTo(page.model().index(60, 0), QAbstractItemView::PositionAtTop);
    const int first = table->rowAt(0);
    QVERIFY(first > 30 && table->selectedIds().empty());
    QTest::keyClick(table, Qt::Key_J);
    QCOMPARE(table->selectedRowNumbers(), std::vector<int>{first});
    QVERIFY(table->viewport()->rect().intersects(table->visualRect(table->currentIndex())));
}

/// Where the keyboard stands on a row that is not selected, the first step selects it and moves on from there.
void TestAlertsFilter::noStepSkipsTheFirstRow()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    table->setFocus();
    QVERIFY(table->selectedIds().empty());
    QTest::keyClick(table, Qt::Key_J);
    QCOMPARE(table->selectedRowNumbers(), std::vector<int>{0});
    QTest::keyClick(table, Qt::Key_J);
    QCOMPARE(table->selectedRowNumbers(), std::vector<int>{1});
    table->clearSelection();
    QTest::keyClick(table, Qt::Key_K);
    QCOMPARE(table->selectedRowNumbers(), std::vector<int>{1});
}

/// 10,000 alerts arrive while a filter, a selection and half a term stand: nothing of that moves or goes.
void TestAlertsFilter::tenThousandArriveAroundAHalfTypedFilter()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 300));
    AlertsPage &page = *shown;
    page.search(QStringLiteral("severity>=high"));
    QCOMPARE(page.model().rowCount(), 150);
    page.table()->scrollTo(page.model().index(60, 0), QAbstractItemView::PositionAtTop);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 62));
    const auto selected = page.table()->selectedIds();
    const QRect place = page.table()->visualRect(page.table()->currentIndex());
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterBar()->edit();
    QVERIFY(edit->hasFocus());
    QTest::keyClicks(edit, QStringLiteral(" user:"));
    const QString typed = edit->text();
    const QRect grown = page.table()->visualRect(page.table()->currentIndex());
    for (int batch = 0; batch < 20; ++batch)
        f.commit(f.alerts(300 + 500 * batch, 500));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().waiting, 5000, kPatience);
    QCOMPARE(page.model().rowCount(), 150);
    QCOMPARE(page.table()->selectedIds(), selected);
    QCOMPARE(page.table()->visualRect(page.table()->currentIndex()), grown);
    QCOMPARE(edit->text(), typed);
    QVERIFY(edit->hasFocus());
    QTest::keyClick(edit, Qt::Key_Escape);
    if (edit->isVisible()) // The first Escape closed the list of completions.
        QTest::keyClick(edit, Qt::Key_Escape);
    QVERIFY(!edit->isVisible());
    QCOMPARE(page.table()->visualRect(page.table()->currentIndex()).topLeft(), place.topLeft());
}

/// What stays selected is kept in as few ranges as there are runs of rows, and the header looks at none of them: views
/// look at every range for every cell. Rows too scattered are given up, and the selection line says so.
void TestAlertsFilter::aLargeSelectionFollowsTheFilter()
{
    constexpr int kAlerts = 4 * (static_cast<int>(RowRuns::kMost) + 50);
    ViewFixture f;
    auto all = f.alerts(0, kAlerts);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i].timestamp = f.start() + static_cast<TimestampMs>(i); // None in the future.
    const auto shown = showAlerts(f, all);
    AlertsPage &page = *shown;
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(page.table()->selectedRowNumbers().size(), static_cast<std::size_t>(kAlerts));
    QVERIFY(!page.table()->horizontalHeader()->selectionModel()->hasSelection());
    page.search(QStringLiteral("severity:high"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), kAlerts / 4, kPatience);
    QCOMPARE(page.table()->selectedRowNumbers().size(), static_cast<std::size_t>(kAlerts / 4));
    QCOMPARE(page.table()->selectionModel()->selection().size(), 1);
    const auto high = page.table()->selectedIds();
    // Every fourth row of all: the first ones stay selected.
    page.filterBar()->setFilter({});
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), kAlerts, kPatience);
    QCOMPARE(page.table()->selectionModel()->selection().size(), RowRuns::kMost);
    QCOMPARE(page.table()->selectedIds(), std::vector(high.begin(), high.begin() + RowRuns::kMost));
    const QString said = QStringLiteral("Of 2,050 selected alerts the first 2,000 stay selected: the others stand too far apart here");
    QCOMPARE(page.selectionLine()->message(), said);
    // In another order as well: neighbours by time, which their severity parts.
    page.table()->sortByColumn(AlertModel::SeverityColumn, Qt::DescendingOrder);
    page.table()->selectionModel()->select(
        QItemSelection(page.model().index(0, 0), page.model().index(kAlerts * 3 / 4 - 1, AlertModel::ColumnCount - 1)),
        QItemSelectionModel::ClearAndSelect);
    page.table()->sortByColumn(AlertModel::TimeColumn, Qt::DescendingOrder);
    QVERIFY(page.table()->selectionModel()->selection().size() <= RowRuns::kMost);
    QCOMPARE(page.table()->selectedRowNumbers().size(), static_cast<std::size_t>(3 * RowRuns::kMost));
}

/// Enter, Ctrl+A and A, before the filter is through.
void TestAlertsFilter::aStepOnAllIsAboutWhatTheFilterBrings()
{
    constexpr int kAlerts = 40'000;
    ViewFixture f;
    auto all = f.alerts(0, kAlerts);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].timestamp = f.start() + static_cast<TimestampMs>(i); // None in the future.
        all[i].context.userId = i % 20'000 == 0 ? "anna" : "m.okafor";
    }
    const auto shown = showAlerts(f, all);
    AlertsPage &page = *shown;
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), kAlerts, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    activate(page);
    static_cast<AlertModel *>(page.table()->model())->setSlice(0); // As if all took long.
    page.search(QStringLiteral("NNA"));
    QVERIFY(page.model().isFiltering());
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_A);
    QVERIFY(!dialogOf(page));
    QCOMPARE(page.selectionLine()->message(), QStringLiteral("Waiting until the filter is through; Esc cancels"));
    QTRY_VERIFY_WITH_TIMEOUT(dialogOf(page), kPatience);
    QCOMPARE(page.model().rowCount(), 2);
    QCOMPARE(dialogOf(page)->windowTitle(), QStringLiteral("Acknowledge 2 alert(s)"));
    QTest::keyClick(dialogOf(page), Qt::Key_Escape);

    // What was selected before is not all that the filter brings: nothing is done.
    activate(page);
    page.search({});
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), kAlerts, kPatience);
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    page.search(QStringLiteral("NNA"));
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 2, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->message(), QStringLiteral("Nothing was done: the selection has changed"), kPatience);
    QVERIFY(!dialogOf(page));
}

void TestAlertsFilter::olderAlertsFollowTheNewest()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    page.resize(1368, 828);
    page.show();
    QSignalSpy reset(&page.model(), &QAbstractItemModel::modelReset);
    QSignalSpy inserted(&page.model(), &QAbstractItemModel::rowsInserted);
    QRect place;
    // The newest come at once. What is done then is done before the rest can have been read.
    connect(&page.model(), &QAbstractItemModel::modelReset, &page, [&page, &place] {
        page.table()->selectRow(1900);
        page.table()->scrollTo(page.model().index(1900, 0));
        place = page.table()->visualRect(page.table()->currentIndex());
    }, Qt::QueuedConnection);
    page.activate();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 5000, kPatience);
    QCOMPARE(reset.size(), 1);
    QCOMPARE(inserted.size(), 1); // The rest follows below them.
    QCOMPARE(inserted[0][1].toInt(), 2000);
    QCOMPARE(inserted[0][2].toInt(), 4999);
    QVERIFY(place.isValid());
    QCOMPARE(page.model().idAt(0), id(4999));
    QCOMPARE(page.model().idAt(4999), id(0));
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(3099)});
    QCOMPARE(page.table()->visualRect(page.table()->currentIndex()), place);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
}

void TestAlertsFilter::filterLineShowsWhatIsRight()
{
    ViewFixture f;
    auto some = f.alerts(0, 8);
    some[6].context.userId = "m.okafor";
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterBar()->edit();
    QSignalSpy read(edit, &FilterEdit::read);
    edit->setText(QStringLiteral("severity:hgih"));
    QCOMPARE(read.back().front().toString(), QStringLiteral("severity: 'hgih' is unknown; low, medium, high, critical"));
    QCOMPARE(edit->parsed().errors.front().start, 9);
    auto *reason = page.filterBar()->findChild<FieldError *>();
    QVERIFY(reason->isVisible());
    QCOMPARE(reason->text(), read.back().front().toString());
    QTest::keyClick(edit, Qt::Key_Return); // What is wrong is not taken.
    QVERIFY(edit->isVisible());
    QCOMPARE(page.model().rowCount(), 8);
    edit->setText(QStringLiteral("severity:high user:M.*"));
    QCOMPARE(reason->text(), QString());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience); // Without Enter.
    QTest::keyClick(edit, Qt::Key_Return);
    QVERIFY(!edit->isVisible());
    QVERIFY(page.table()->hasFocus());
    QCOMPARE(page.model().idAt(0), id(6));
    // The chips say the same.
    const auto chips = page.filterBar()->findChildren<SeverityChip *>();
    for (const SeverityChip *chip : chips)
        QCOMPARE(chip->isChecked(), chip->severity() == AlertSeverity::High);
    QStringList names;
    for (const Chip *chip : page.filterBar()->findChildren<Chip *>())
        names.append(chip->accessibleName());
    QCOMPARE(names, QStringList{QStringLiteral("Filter: User is M.*")});
}

void TestAlertsFilter::filterLineTakesBackAndRemembers()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    FilterEdit *edit = page.filterBar()->edit();
    for (const char *text : {"severity:low", "severity:high"}) {
        QTest::keyClick(page.table(), Qt::Key_Slash);
        edit->setText(QLatin1String(text));
        QTest::keyClick(edit, Qt::Key_Return);
    }
    QTest::keyClick(page.table(), Qt::Key_Slash);
    edit->setText(QStringLiteral("severity:critical"));
    QTRY_VERIFY_WITH_TIMEOUT(page.model().severityAt(0) == AlertSeverity::Critical, kPatience);
    QTest::keyClick(edit, Qt::Key_Escape);
    QCOMPARE(filterText(page.model().filter()), QStringLiteral("severity:high"));
    QTest::keyClick(page.table(), Qt::Key_Slash);
    edit->setText(QStringLiteral("csrf"));
    QTest::keyClick(edit, Qt::Key_Up);
    QCOMPARE(edit->text(), QStringLiteral("severity:high"));
    QTest::keyClick(edit, Qt::Key_Up);
    QCOMPARE(edit->text(), QStringLiteral("severity:low"));
    QTest::keyClick(edit, Qt::Key_Up); // There is nothing older.
    QTest::keyClick(edit, Qt::Key_Down);
    QTest::keyClick(edit, Qt::Key_Down);
    QCOMPARE(edit->text(), QStringLiteral("csrf"));
}

void TestAlertsFilter::filterLineCompletes()
{
    ViewFixture f;
    auto some = f.alerts(0, 4);
    some[1].context.userId = "m.okafor";
    some[2].context.userId = "anna b";
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterBar()->edit();
    auto *popup = edit->findChild<QCompleter *>()->popup();
    QTest::keyClicks(edit, QStringLiteral("us"));
    QVERIFY(popup->isVisible());
    QTest::keyClick(popup, Qt::Key_Down);
    QTest::keyClick(popup, Qt::Key_Return);
    QCOMPARE(edit->text(), QStringLiteral("user:"));
    QVERIFY(popup->isVisible()); // Its values follow.
    QTest::keyClick(popup, Qt::Key_Down);
    QTest::keyClick(popup, Qt::Key_Return);
    QCOMPARE(edit->text(), QStringLiteral("user:\"anna b\" "));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience);
    QCOMPARE(page.model().idAt(0), id(2));
}

void TestAlertsFilter::ofTwoThatLookAlikeTheChosenOneIsTaken()
{
    FilterEdit edit(FilterSubject::Alerts);
    const QStringList values{QStringLiteral("a\u202Eb"), QStringLiteral("a\u202Db")};
    edit.setVocabulary([&values](FilterField, const QString &) { return values; });
    edit.show();
    QApplication::setActiveWindow(&edit);
    edit.setFocus();
    auto *popup = edit.findChild<QCompleter *>()->popup();
    QTest::keyClicks(&edit, QStringLiteral("user:a"));
    QVERIFY(popup->isVisible());
    const QAbstractItemModel &entries = *popup->model();
    QCOMPARE(entries.rowCount(), 2);
    QCOMPARE(entries.index(0, 0).data().toString(), entries.index(1, 0).data().toString());
    QTest::keyClick(popup, Qt::Key_Down);
    QTest::keyClick(popup, Qt::Key_Down);
    QTest::keyClick(popup, Qt::Key_Return);
    QCOMPARE(edit.parsed().filter, (Filter{{filterTerm(FilterField::User, values[1])}}));
}

namespace {

/// Opens the menu of a cell and chooses an entry by its text.
bool choose(const AlertsPage &page, const QModelIndex &cell, const QString &text, const std::function<void()> &meanwhile = {})
{
    const QPoint place = page.table()->visualRect(cell).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, place, page.table()->viewport()->mapToGlobal(place));
    QApplication::sendEvent(page.table()->viewport(), &event);
    if (meanwhile)
        meanwhile();
    const auto menus = page.findChildren<QMenu *>();
    for (QMenu *menu : menus) {
        const auto actions = menu->actions();
        for (QAction *action : actions) {
            if (action->text() == text) {
                action->trigger();
                menu->close();
                return true;
            }
        }
    }
    return false;
}

} // namespace

void TestAlertsFilter::onlyThisAndNotThis()
{
    ViewFixture f;
    auto some = f.alerts(0, 4);
    some[0].context.userId = some[1].context.userId = "m.okafor";
    some[2].context.userId = "anna";
    some[3].type = AlertType::CsrfAttack;
    some[2].repeats = 1234;
    const auto shown = showAlerts(f, some, {1800, 828}); // Wide enough for all columns.
    AlertsPage &page = *shown;
    const auto cell = [&page](int alert, int column) { return page.model().index(page.model().rowOfId(id(alert)), column); };
    QVERIFY(choose(page, cell(2, AlertModel::CountColumn), QStringLiteral("Only count 1235")));
    QCOMPARE(filterText(page.model().filter()), QStringLiteral("count:1235"));
    QCOMPARE(page.model().rowCount(), 1);
    page.filterBar()->setFilter({});
    QVERIFY(choose(page, cell(2, AlertModel::UserColumn), QStringLiteral("Not user anna")));
    QCOMPARE(page.model().rowCount(), 3);
    QVERIFY(choose(page, cell(0, AlertModel::UserColumn), QStringLiteral("Only user m.okafor")));
    QCOMPARE(filterText(page.model().filter()), QStringLiteral("-user:anna user:m.okafor"));
    QCOMPARE(page.model().rowCount(), 2);
    QVERIFY(choose(page, cell(0, AlertModel::UserColumn), QStringLiteral("Not user m.okafor")));
    QCOMPARE(page.model().rowCount(), 1);
    QVERIFY(choose(page, cell(3, AlertModel::AddressColumn), QStringLiteral("Only type CSRF attack")));
    QVERIFY(choose(page, cell(3, AlertModel::AddressColumn), QStringLiteral("Only address 203.0.113.3")));
    QCOMPARE(filterText(page.model().filter()), QStringLiteral("-user:anna -user:m.okafor type:csrf-attack ip:203.0.113.3"));
    QCOMPARE(page.model().rowCount(), 1);
}

void TestAlertsFilter::aMenuIsAboutTheAlertItWasOpenedOn()
{
    ViewFixture f;
    auto some = f.alerts(0, 2);
    some[1].context.userId = "anna";
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    QSignalSpy events(&f.context(), &ConsoleContext::eventsRequested);
    const auto otherRows = [&page] { page.filterBar()->setFilter({{filterTerm(FilterField::User, QStringLiteral("anna"), true)}}); };
    QVERIFY(choose(page, page.model().index(0, AlertModel::UserColumn), QStringLiteral("Show events of anna"), otherRows));
    QCOMPARE(page.model().idAt(0), id(0));
    QCOMPARE(events.size(), 1);
    const auto query = events.first().first().value<EventQuery>();
    QCOMPARE(query.userId.value(), std::string("anna"));
    QCOMPARE(query.range.start, some[1].timestamp - kDay);
    QCOMPARE(query.range.end, some[1].timestamp + kDay);
}

void TestAlertsFilter::chipsTurnAndGo()
{
    ViewFixture f;
    auto some = f.alerts(0, 4);
    some[2].context.userId = "anna";
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    page.search(QStringLiteral("user:anna"));
    QCOMPARE(page.model().rowCount(), 1);
    const auto chip = [&page] {
        for (Chip *candidate : page.filterBar()->findChildren<Chip *>()) {
            if (candidate->isVisible())
                return candidate;
        }
        return static_cast<Chip *>(nullptr);
    };
    QTest::mouseClick(chip(), Qt::LeftButton, {}, QPoint(12, 12));
    QCOMPARE(filterText(page.model().filter()), QStringLiteral("-user:anna"));
    QCOMPARE(page.model().rowCount(), 3);
    QCOMPARE(chip()->accessibleName(), QStringLiteral("Filter: User is not anna"));
    QTest::keyClick(chip(), Qt::Key_Backspace);
    QVERIFY(!chip());
    QVERIFY(page.model().filter().isEmpty());
}

void TestAlertsFilter::filtersPersist()
{
    ViewFixture f;
    f.commit(f.alerts(0, 8));
    QVERIFY(f.open());
    {
        AlertsPage page(&f.context());
        showPage(page);
        page.search(QStringLiteral("severity:high -user:anna"));
        page.table()->sortByColumn(AlertModel::AddressColumn, Qt::AscendingOrder);
    }
    AlertsPage page(&f.context());
    showPage(page);
    QCOMPARE(filterText(page.model().filter()), QStringLiteral("severity:high -user:anna"));
    QCOMPARE(page.model().rowCount(), 2);
    QCOMPARE(page.model().sortColumn(), int(AlertModel::AddressColumn));
}

/// Alerts become too old for the filter while the page stands there; they go once nobody looks at a row.
void TestAlertsFilter::aFilterOfTheLastHoursFollowsTheClock()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8)); // Two hours old.
    AlertsPage &page = *shown;
    const auto says = [&page](const QString &text) {
        const auto labels = page.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) { return label->text().contains(text); });
    };
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    page.filterBar()->setFilter(Filter{{filterTerm(FilterField::Since, QStringLiteral("3h"))}});
    QCOMPARE(page.model().rowCount(), 8);
    page.passTime(now + 30 * kMinute);
    QCOMPARE(page.model().rowCount(), 8);
    QVERIFY(!says(QStringLiteral("filtered as of")));
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 2));
    page.passTime(now + 2 * kHour);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(5)}); // What somebody looks at stays.
    QCOMPARE(page.model().rowCount(), 8);
    QVERIFY(says(QStringLiteral("filtered as of")));
    page.table()->clearSelection();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 0, kPatience);
    QVERIFY(!says(QStringLiteral("filtered as of")));
    // At the top, with nothing selected, they go by themselves; what is paused stays.
    page.passTime(now);
    QCOMPARE(page.model().rowCount(), 8);
    f.context().setPaused(true);
    page.passTime(now + 2 * kHour);
    QCOMPARE(page.model().rowCount(), 8);
    f.context().setPaused(false);
    page.passTime(now + 2 * kHour);
    QCOMPARE(page.model().rowCount(), 0);
}

/// A filter that reaches back behind the range of the top bar is told to, and the range can be had that it asks for.
void TestAlertsFilter::saysWhereTheRangeCutsTheFilter()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    const auto since = [](const QString &age) { return Filter{{filterTerm(FilterField::Since, age)}}; };
    QVERIFY(!page.rangeNote()->isVisible());
    page.filterBar()->setFilter(since(QStringLiteral("24h"))); // As the range.
    QVERIFY(!page.rangeNote()->isVisible());
    page.filterBar()->setFilter(since(QStringLiteral("7d")));
    QVERIFY(page.rangeNote()->isVisible());
    QCOMPARE(page.rangeNote()->text(),
             QStringLiteral("“since:7d” reaches back behind the range above, 24 h: what is older is not shown"));
    QCOMPARE(page.rangeNote()->link()->text(), QStringLiteral("Show 7 d"));
    QTest::mouseClick(page.rangeNote()->link(), Qt::LeftButton);
    QVERIFY(f.context().rangeChoice().kind == RangeChoice::Kind::Week);
    QVERIFY(!page.rangeNote()->isVisible());
    page.filterBar()->setFilter(since(QStringLiteral("52w")));
    QTest::mouseClick(page.rangeNote()->link(), Qt::LeftButton);
    QVERIFY(f.context().rangeChoice().kind == RangeChoice::Kind::Custom);
    QVERIFY(f.context().currentRange().start <= QDateTime::currentMSecsSinceEpoch() - 364 * kDay);
    QVERIFY(!page.rangeNote()->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    // A range that has ended shows nothing of what comes, and says so whatever the filter.
    page.filterBar()->setFilter({});
    f.context().setRangeChoice({RangeChoice::Kind::Custom, {f.start() - 30 * kDay, f.start() - 20 * kDay}});
    QVERIFY(page.rangeNote()->isVisible());
    QVERIFY2(page.rangeNote()->text().endsWith(QStringLiteral(": what has come since is not")), qPrintable(page.rangeNote()->text()));
    const auto heads = [&] {
        const auto labels = page.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [](const QLabel *l) { return l->text() == QLatin1String("none in this range"); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(heads(), kPatience);
    QTest::mouseClick(page.rangeNote()->link(), Qt::LeftButton);
    QVERIFY(f.context().rangeChoice().kind == RangeChoice::Kind::Day);
    QVERIFY(!page.rangeNote()->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 8, kPatience);
}

QTEST_MAIN(TestAlertsFilter)
#include "tst_alertsfilter.moc"
