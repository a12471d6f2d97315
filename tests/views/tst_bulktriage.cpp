// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliteconnection.h"
#include "tests/views/triagefixture.h"
#include "ui/models/filterchips.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alerttriage.h"
#include "ui/views/filteredit.h"
#include "ui/views/translations.h"

#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>

#include <functional>
#include <numeric>

using namespace bartizan;
using namespace bartizan::fixtures;

/// Steps of triage on many alerts at once: what is marked, what is asked, and what the filter has to do with it.
class TestBulkTriage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void sortsWithManySelected();
    void extendsToTheEnds();
    void extendingKeepsAll();
    void marksWithX();
    void linksOfTheSelectionLine();
    void asksOneQuestionAtATime();
    void bulkAsksCountsAndReports();
    void bulkFollowsTheFilter();
    void allMeansTheOlderOnesToo();
    void aStepOnAllWaitsForTheOlderOnes();
    void aSecondReadReadsTheOlderOnesToo();
    void allIsNotWhatAReadAnewBrings();
    void escEndsTheWait_data();
    void escEndsTheWait();
    void anotherSelectionEndsTheWait();
    void saysWhatIsNotHeld();
    void allStaysAllWhenSomeGo();
    void cancelsABulkStep();
    void escCancelsABulkStep();
    void undoEndsTheStepThatRuns();
    void undoIsAboutTheStepBegunLast();
    void escInTheFilterEndsNoStep();
    void showsWhatAStepLeftAsItWas();
    void saysWhatOfItCannotBeShown();
    void allIsWhatPasses();
    void theCurrentRowStaysAmongMany();
    void theCurrentRowStaysWithManySelected();
    void manyAreForgottenWithTheirRows();

private:
    static void midway(AlertsPage &page, const ViewFixture &f, const std::function<void()> &act);
    static void doEarly(AlertsPage &page, const std::function<void()> &act);
    static LinkButton *link(AlertsPage &page, const QString &text);
    static bool says(const QWidget &where, const QString &text);
};

void TestBulkTriage::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_bulktriage"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

/// Sorting with very many rows selected, but not all: Qt would note the place of each.
void TestBulkTriage::sortsWithManySelected()
{
    ViewFixture f;
    f.commit(f.alerts(0, 7'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 7'000, kPatience);
    activate(page);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 2, AlertModel::AddressColumn));
    QTest::keyClick(page.table(), Qt::Key_End, Qt::ShiftModifier);
    QTest::keyClick(page.table(), Qt::Key_Home, Qt::ShiftModifier); // Turned round, from where it began.
    QCOMPARE(page.table()->selectedIds(), (std::vector<std::string>{idOf(6'999), idOf(6'998), idOf(6'997)}));
    QTest::keyClick(page.table(), Qt::Key_End, Qt::ShiftModifier);
    QCOMPARE(page.table()->currentIndex().row(), 6'999);
    std::vector<std::string> selected = page.table()->selectedIds();
    QCOMPARE(selected.size(), 6'998U);
    QSignalSpy moved(&page.model(), &QAbstractItemModel::layoutChanged);
    QSignalSpy reset(&page.model(), &QAbstractItemModel::modelReset);
    const int scrolled = page.table()->verticalScrollBar()->value();
    QVERIFY(scrolled > 0);
    page.table()->sortByColumn(AlertModel::TimeColumn, Qt::AscendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(reset.size(), 1, kPatience);
    QCOMPARE(moved.size(), 0);
    QCOMPARE(page.table()->verticalScrollBar()->value(), scrolled); // It does not go where the current row went.
    QCOMPARE(page.table()->currentIndex().column(), int(AlertModel::AddressColumn));
    QCOMPARE(page.model().idAt(0), id(0));
    std::vector<std::string> after = page.table()->selectedIds();
    std::sort(selected.begin(), selected.end());
    std::sort(after.begin(), after.end());
    QVERIFY(after == selected);
    QCOMPARE(page.model().idAt(page.table()->currentIndex().row()), id(0)); // The last one, as before.
    // A few are carried along as they are.
    select(page, 2);
    QTest::keyClick(page.table(), Qt::Key_Home, Qt::ShiftModifier);
    QCOMPARE(page.table()->selectedIds(), (std::vector<std::string>{idOf(0), idOf(1), idOf(2)}));
    select(page, 2);
    page.table()->sortByColumn(AlertModel::TimeColumn, Qt::DescendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(moved.size(), 1, kPatience);
    QCOMPARE(reset.size(), 1);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(2)});
}

/// Shift+Home and Shift+End go from where the selection began, whichever way it went, and leave what is marked elsewhere.
void TestBulkTriage::extendsToTheEnds()
{
    AlertModel model;
    model.load(alerts(0, 12));
    AlertsTable table(&model);
    table.resize(1000, 600);
    table.show();
    const auto press = [&table](Qt::Key key) { QTest::keyClick(&table, key, Qt::ShiftModifier); };
    const auto rows = [](int first, int last) {
        std::vector<int> all(static_cast<std::size_t>(last - first + 1));
        std::iota(all.begin(), all.end(), first);
        return all;
    };
    table.selectId(id(7)); // Newest first.
    QCOMPARE(table.selectedRowNumbers(), rows(4, 4));
    press(Qt::Key_Down);
    press(Qt::Key_Down);
    press(Qt::Key_Home);
    QCOMPARE(table.selectedRowNumbers(), rows(0, 4));
    QCOMPARE(table.currentIndex().row(), 0);
    press(Qt::Key_End);
    QCOMPARE(table.selectedRowNumbers(), rows(4, 11));
    QCOMPARE(table.currentIndex().row(), 11);
    press(Qt::Key_End);
    QCOMPARE(table.selectedRowNumbers(), rows(4, 11));
    press(Qt::Key_Up); // What Qt does from there has the same beginning.
    QCOMPARE(table.selectedRowNumbers(), rows(4, 10));
    // Another range is no part of it.
    table.selectId(id(10));
    table.selectionModel()->select(model.index(7, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    table.selectionModel()->setCurrentIndex(model.index(7, 0), QItemSelectionModel::NoUpdate);
    press(Qt::Key_End);
    std::vector<int> wanted = rows(7, 11);
    wanted.insert(wanted.begin(), 1);
    QCOMPARE(table.selectedRowNumbers(), wanted);
    press(Qt::Key_Home);
    QCOMPARE(table.selectedRowNumbers(), rows(0, 7));
}

/// Ctrl+A leaves the current row where it is, perhaps at the head of what is selected: that is not where it was extended to.
void TestBulkTriage::extendingKeepsAll()
{
    AlertModel model;
    model.load(alerts(0, 12));
    AlertsTable table(&model);
    table.selectId(id(11));
    table.selectAll();
    QCOMPARE(table.currentIndex().row(), 0);
    for (const Qt::Key key : {Qt::Key_End, Qt::Key_Home}) {
        QTest::keyClick(&table, key, Qt::ShiftModifier);
        QCOMPARE(table.selectedRowNumbers().size(), std::size_t(12));
        QCOMPARE(table.currentIndex().row(), key == Qt::Key_End ? 11 : 0);
        QVERIFY(table.isAllSelected());
    }
}

void TestBulkTriage::marksWithX()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_X);
    QTest::keyClick(page.table(), Qt::Key_J);
    QTest::keyClick(page.table(), Qt::Key_J);
    QTest::keyClick(page.table(), Qt::Key_X);
    QCOMPARE(page.table()->selectedIds(), (std::vector<std::string>{idOf(4), idOf(2)}));
}

void TestBulkTriage::linksOfTheSelectionLine()
{
    ViewFixture f;
    f.commit(f.alerts(0, 3));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    const auto link = [&page](const QString &text) -> LinkButton * {
        const auto links = page.selectionLine()->findChildren<LinkButton *>();
        for (LinkButton *candidate : links) {
            if (candidate->text() == text && candidate->isVisible())
                return candidate;
        }
        return nullptr;
    };
    QVERIFY(!link(QStringLiteral("Resolve…")) && !link(QStringLiteral("Undo")));
    select(page, 2);
    QVERIFY(link(QStringLiteral("Resolve…")) && link(QStringLiteral("Escalate…")) && link(QStringLiteral("Comment…")));
    QTest::mouseClick(link(QStringLiteral("Take over")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(link(QStringLiteral("Undo")), kPatience);
    QVERIFY(stored(f, 0).owner);
    QTest::mouseClick(link(QStringLiteral("Undo")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 0).owner, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!link(QStringLiteral("Undo")), kPatience);
    QTest::mouseClick(link(QStringLiteral("Comment…")), Qt::LeftButton);
    QVERIFY(dialogOf(page));
    dialogOf(page)->reject();
}

/// Keys typed ahead over a large selection ask nothing on top of what is being asked.
void TestBulkTriage::asksOneQuestionAtATime()
{
    ViewFixture f;
    f.commit(f.alerts(0, 120));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    const IdList all = page.table()->selectedIds();
    QCOMPARE(all.size(), 120U);
    for (const TriageKind kind : {TriageKind::Acknowledge, TriageKind::Acknowledge, TriageKind::Escalate, TriageKind::Own})
        page.triage()->begin(kind, all);
    const auto questions = page.findChildren<TriageDialog *>();
    QCOMPARE(questions.size(), 1);
    QCOMPARE(questions.front()->windowTitle(), QStringLiteral("Acknowledge 120 alerts"));
    questions.front()->reject();
    page.triage()->begin(TriageKind::Escalate, all); // Once it is answered, the next one is asked.
    QTRY_COMPARE_WITH_TIMEOUT(page.findChildren<TriageDialog *>().size(), 1, kPatience);
    QCOMPARE(dialogOf(page)->windowTitle(), QStringLiteral("Escalate 120 alerts"));
    dialogOf(page)->reject();
    // One that needs no question waits no less than the others.
    page.triage()->begin(TriageKind::Escalate, {idOf(1)});
    page.triage()->begin(TriageKind::Own, {idOf(2)});
    QVERIFY(!page.triage()->isBusy());
}

void TestBulkTriage::bulkAsksCountsAndReports()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_A);
    TriageDialog *dialog = dialogOf(page);
    QVERIFY(dialog);
    QCOMPARE(dialog->windowTitle(), QStringLiteral("Acknowledge %1 alerts").arg(QLocale().toString(5'000)));
    QVERIFY(!page.triage()->isBusy());
    QTest::keyClick(dialog->acceptButton(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(),
                              QStringLiteral("%1 acknowledged").arg(QLocale().toString(5'000)), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 0, kPatience);
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(),
                              QStringLiteral("Taken back: acknowledging %1 alerts").arg(QLocale().toString(5'000)), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 5'000, kPatience);
}

/// "All" is what the filter shows, to the last one, and nothing else.
void TestBulkTriage::bulkFollowsTheFilter()
{
    ViewFixture f;
    f.commit(f.alerts(0, 4'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.filterBar()->setText(QStringLiteral("severity:critical"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 1'000, kPatience);
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_A);
    QVERIFY(dialogOf(page));
    QTest::keyClick(dialogOf(page)->acceptButton(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(),
                              QStringLiteral("%1 acknowledged").arg(QLocale().toString(1'000)), kPatience);
    AlertQuery acknowledged;
    acknowledged.acknowledged = true;
    QCOMPARE(*f.store().countAlerts(acknowledged), 1'000);
    acknowledged.severity = AlertSeverity::Critical;
    QCOMPARE(*f.store().countAlerts(acknowledged), 1'000);
}

/// Whoever selects all while the older alerts are still being read has them selected, too, once they are there.
void TestBulkTriage::allMeansTheOlderOnesToo()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    page.resize(1368, 828);
    page.show();
    int selectedEarly = 0;
    connect(&page.model(), &QAbstractItemModel::modelReset, &page, [&] {
        if (selectedEarly > 0)
            return;
        page.table()->selectAll();
        selectedEarly = static_cast<int>(page.table()->selectedRowNumbers().size());
    }, Qt::QueuedConnection);
    page.activate();
    QTRY_VERIFY_WITH_TIMEOUT(selectedEarly > 0 && !page.isLoading(), kPatience);
    QCOMPARE(selectedEarly, 2'000);
    QCOMPARE(page.table()->selectedRowNumbers().size(), 5'000U);
    // A filter that shows more again adds nothing to what is selected.
    page.filterBar()->setText(QStringLiteral("severity:critical"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 1'250, kPatience);
    page.table()->selectAll();
    page.filterBar()->setFilter({});
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 5'000, kPatience);
    QCOMPARE(page.table()->selectedRowNumbers().size(), 1'250U);
}

/// Shows the page, and does something once the newest alerts are there while the older ones are being read.
void TestBulkTriage::doEarly(AlertsPage &page, const std::function<void()> &act)
{
    page.resize(1368, 828);
    page.show();
    QApplication::setActiveWindow(&page);
    bool done = false;
    const auto connection = connect(&page.model(), &QAbstractItemModel::modelReset, &page, [&] {
        if (!std::exchange(done, true))
            act();
    }, Qt::QueuedConnection);
    page.activate();
    QTRY_VERIFY_WITH_TIMEOUT(done && !page.isLoading(), kPatience);
    disconnect(connection);
}

/// A link of the selection line that is shown; null: none.
LinkButton *TestBulkTriage::link(AlertsPage &page, const QString &text)
{
    const auto links = page.selectionLine()->findChildren<LinkButton *>();
    const auto at = std::find_if(links.begin(), links.end(),
                                 [&](const LinkButton *one) { return one->text() == text && one->isVisible(); });
    return at == links.end() ? nullptr : *at;
}

bool TestBulkTriage::says(const QWidget &where, const QString &text)
{
    const auto labels = where.findChildren<QLabel *>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) { return label->text() == text; });
}

/// A step on all that is shown is about the alerts that are still being read, too: it says so, waits, and then asks.
void TestBulkTriage::aStepOnAllWaitsForTheOlderOnes()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    const auto number = [](int count) { return QLocale().toString(count); };
    doEarly(page, [&] {
        QVERIFY(says(page, QStringLiteral("%1 shown, %1 active, older ones follow").arg(number(2'000))));
        page.table()->setFocus();
        QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(page.table(), Qt::Key_A);
        QVERIFY(!dialogOf(page));
        QCOMPARE(page.selectionLine()->message(),
                 QStringLiteral("Waiting until all older alerts are read, 0 of %1 so far; Esc cancels").arg(number(5'000)));
    });
    QTRY_VERIFY_WITH_TIMEOUT(dialogOf(page), kPatience);
    QCOMPARE(dialogOf(page)->windowTitle(), QStringLiteral("Acknowledge %1 alerts").arg(number(5'000)));
    QVERIFY(!page.selectionLine()->message().startsWith(QLatin1String("Waiting")));
    QVERIFY(says(page, QStringLiteral("%1 shown, %1 active").arg(number(5'000))));
    QTest::keyClick(dialogOf(page)->acceptButton(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("%1 acknowledged").arg(number(5'000)), kPatience);
}

/// F5 while there are only the newest: nothing takes these for all that there are.
void TestBulkTriage::aSecondReadReadsTheOlderOnesToo()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    doEarly(page, [&] {
        Q_EMIT f.context().refreshRequested();
        page.table()->setFocus();
        QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(page.table(), Qt::Key_A);
        QVERIFY(!dialogOf(page));
    });
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 5'000, kPatience);
    QCOMPARE(page.selectionLine()->report(), QStringLiteral("Nothing was done: the alerts are just being read anew"));
    QVERIFY(!dialogOf(page));
    page.table()->selectAll();
    QTest::keyClick(page.table(), Qt::Key_A);
    QCOMPARE(dialogOf(page)->windowTitle(), QStringLiteral("Acknowledge %1 alerts").arg(QLocale().toString(5'000)));
}

/// Nobody has seen these.
void TestBulkTriage::allIsNotWhatAReadAnewBrings()
{
    ViewFixture f;
    f.commit(f.alerts(0, 50));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.table()->selectAll();
    f.commit(f.alerts(50, 5));
    Q_EMIT f.context().refreshRequested();
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().all + page.model().counts().waiting, 55, kPatience);
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_N);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 55, kPatience);
    QCOMPARE(page.table()->selectedRowNumbers().size(), 50U);
}

void TestBulkTriage::escEndsTheWait_data()
{
    QTest::addColumn<AlertGrouping>("grouping");
    QTest::addColumn<std::size_t>("rows");
    QTest::newRow("rows") << AlertGrouping::Nothing << std::size_t(5'000);
    QTest::newRow("a group") << AlertGrouping::Type << std::size_t(1);
}

/// It is said, and stays so when the older alerts come to be selected, too: nobody has selected them.
void TestBulkTriage::escEndsTheWait()
{
    QFETCH(const AlertGrouping, grouping);
    QFETCH(const std::size_t, rows);
    ViewFixture f;
    f.commit(f.alerts(0, 5'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    page.setGrouping(grouping);
    doEarly(page, [&] {
        page.table()->setFocus();
        page.table()->selectAll();
        QTest::keyClick(page.table(), Qt::Key_R);
        QVERIFY(page.selectionLine()->message().startsWith(QLatin1String("Waiting")));
        QTest::keyClick(page.table(), Qt::Key_Escape);
        QCOMPARE(page.selectionLine()->message(), QStringLiteral("Cancelled: nothing was done"));
    });
    QCOMPARE(page.table()->selectedRowNumbers().size(), rows); // What is selected stays so.
    QVERIFY(page.table()->isAllSelected() && says(page, QStringLiteral("%1 selected").arg(QLocale().toString(5'000))));
    QCOMPARE(page.selectionLine()->message(), QStringLiteral("Cancelled: nothing was done"));
    QVERIFY(!dialogOf(page) && !page.triage()->isBusy());
    QTest::keyClick(page.table(), Qt::Key_Escape);
    QVERIFY(page.table()->selectedRowNumbers().empty());
}

void TestBulkTriage::anotherSelectionEndsTheWait()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    doEarly(page, [&] {
        page.table()->setFocus();
        page.table()->selectAll();
        QTest::keyClick(page.table(), Qt::Key_O);
        QVERIFY(page.selectionLine()->message().startsWith(QLatin1String("Waiting")));
        select(page, 1);
        QCOMPARE(page.selectionLine()->report(), QStringLiteral("Nothing was done: the selection has changed"));
    });
    QVERIFY(!dialogOf(page) && !page.triage()->isBusy());
    QCOMPARE(page.table()->selectedRowNumbers().size(), 1U);
}

/// Where there are more alerts than are held, the page and the question say of which the numbers are.
void TestBulkTriage::saysWhatIsNotHeld()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    page.setMostAlerts(3'000);
    showPage(page);
    const QString held = QStringLiteral("the newest %1 of %2").arg(QLocale().toString(3'000), QLocale().toString(5'000));
    QVERIFY(says(page, QStringLiteral("%1 shown, %1 active, of %2").arg(QLocale().toString(3'000), held)));
    const QString told = QStringLiteral("Only %1 alerts of this range are held here. Older ones stay as they are.").arg(held);
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_A);
    QVERIFY(dialogOf(page) && says(*dialogOf(page), told));
    QVERIFY(dialogOf(page)->accessibleDescription().contains(told));
    dialogOf(page)->reject();
    select(page, 2); // Of what was chosen one by one, nothing is missing.
    QTest::keyClick(page.table(), Qt::Key_R);
    QVERIFY(dialogOf(page) && !says(*dialogOf(page), told));
    dialogOf(page)->reject();
}

/// Alerts that others acknowledge leave the rows of a filter: what is left is all, still.
void TestBulkTriage::allStaysAllWhenSomeGo()
{
    AlertModel model;
    model.setFilter(Filter{{filterTerm(FilterField::Status, QStringLiteral("active"))}});
    model.load(alerts(0, 50));
    AlertsTable table(&model);
    table.selectAll();
    QVERIFY(table.isAllSelected());
    model.apply(std::vector{acknowledged(alert(20), "l.meyer"), acknowledged(alert(31), "l.meyer")}, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(model.rowCount(), 48);
    QVERIFY(table.isAllSelected());
    table.selectionModel()->select(model.index(3, 0), QItemSelectionModel::Deselect | QItemSelectionModel::Rows);
    QVERIFY(!table.isAllSelected());
}

/// Does something once a step that runs has told how far it is, of a database that takes its time.
void TestBulkTriage::midway(AlertsPage &page, const ViewFixture &f, const std::function<void()> &act)
{
    SqliteConnection slow;
    QVERIFY(slow.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(slow.execute("CREATE TRIGGER slow BEFORE UPDATE ON alert BEGIN SELECT sum(value) FROM (WITH RECURSIVE n (value) AS "
                         "(SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 2000) SELECT value FROM n); END"));
    connect(page.triage(), &AlertTriage::progressed, &page, [act, done = false](qint64 part, qint64 total) mutable {
        if (total > 0 && part < total && !std::exchange(done, true))
            act();
    });
}

void TestBulkTriage::cancelsABulkStep()
{
    ViewFixture f;
    f.commit(f.alerts(0, 7'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    LinkButton *cancel = nullptr;
    const auto links = page.selectionLine()->findChildren<LinkButton *>();
    for (LinkButton *link : links)
        cancel = link->text() == QLatin1String("Cancel") ? link : cancel;
    QVERIFY(cancel && !cancel->isVisible());
    midway(page, f, [&] {
        QVERIFY(cancel->isVisible());
        QVERIFY(page.selectionLine()->message().contains(QLatin1String("done")));
        QTest::mouseClick(cancel, Qt::LeftButton);
    });
    std::vector<std::string> ids;
    for (int i = 0; i < 7'000; ++i)
        ids.push_back(idOf(i));
    page.acknowledge(ids);
    QTRY_VERIFY_WITH_TIMEOUT(!page.selectionLine()->report().isEmpty(), kPatience);
    AlertQuery acknowledged;
    acknowledged.acknowledged = true;
    const auto done = f.store().countAlerts(acknowledged);
    QVERIFY(done && *done >= static_cast<std::int64_t>(kTriageChunk) && *done < 7'000);
    QVERIFY(!cancel->isVisible());
    const auto left = static_cast<std::size_t>(7'000 - *done);
    QCOMPARE(page.selectionLine()->report(), QStringLiteral("%1 acknowledged, cancelled: %2 left as they were")
                                                 .arg(QLocale().toString(static_cast<qlonglong>(*done)),
                                                      QLocale().toString(static_cast<qlonglong>(left))));
    // The report leads to what it left.
    const std::size_t most = AlertTriage::kMostUnchanged;
    const QString shows = left < most ? QStringLiteral("Show them") : QStringLiteral("Show the first %1").arg(QLocale().toString(int(most)));
    QVERIFY(link(page, shows));
    QTest::mouseClick(link(page, shows), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page.table()->selectedIds().size(), std::min(left, most), kPatience);
    const auto selected = page.table()->selectedIds();
    QVERIFY(std::none_of(selected.begin(), selected.end(), [&f](const std::string &id) { return (*f.store().alert(id))->acknowledged; }));
}

void TestBulkTriage::escCancelsABulkStep()
{
    ViewFixture f;
    f.commit(f.alerts(0, 7'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 7'000, kPatience);
    midway(page, f, [&page] {
        activate(page);
        QTest::keyClick(page.table(), Qt::Key_Escape);
    });
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_A);
    QVERIFY(dialogOf(page));
    QTest::keyClick(dialogOf(page)->acceptButton(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(page.selectionLine()->report().contains(QLatin1String("cancelled: ")), kPatience);
    QVERIFY(page.table()->isAllSelected() || !page.table()->selectedRowNumbers().empty()); // It was not about the selection.
    QTest::keyClick(page.table(), Qt::Key_Escape);
    QVERIFY(page.table()->selectedRowNumbers().empty());
}

/// Ctrl+Z is about the last step, even if that is not at its end, and not about the one before.
void TestBulkTriage::undoEndsTheStepThatRuns()
{
    ViewFixture f;
    f.commit(f.alerts(0, 7'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.acknowledge({idOf(6'999)});
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    midway(page, f, [&page] {
        activate(page);
        QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    });
    std::vector<std::string> ids;
    for (int i = 0; i < 6'900; ++i)
        ids.push_back(idOf(i));
    page.acknowledge(ids);
    QTRY_VERIFY_WITH_TIMEOUT(page.selectionLine()->report().startsWith(QLatin1String("Taken back: acknowledging ")), 2 * kPatience);
    AlertQuery acknowledged;
    acknowledged.acknowledged = true;
    QCOMPARE(*f.store().countAlerts(acknowledged), 1);
    QVERIFY(page.triage()->undoAction()->isEnabled());
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(*f.store().countAlerts(acknowledged), 0, kPatience);
}

/// A short step is taken while a long one runs, and is through before it: it is the last one.
void TestBulkTriage::undoIsAboutTheStepBegunLast()
{
    ViewFixture f;
    f.commit(f.alerts(0, 7'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    midway(page, f, [&page] { page.acknowledge({idOf(6'999)}); });
    QStringList told;
    connect(page.triage(), &AlertTriage::reported, &page, [&](const QString &text, bool undoable) {
        told.append(text);
        if (told.size() > 1)
            return;
        QVERIFY(undoable);
        activate(page);
        QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    });
    std::vector<std::string> ids;
    for (int i = 0; i < 6'000; ++i)
        ids.push_back(idOf(i));
    page.acknowledge(ids);
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 3, 2 * kPatience);
    told.sort();
    QCOMPARE(told, (QStringList{QStringLiteral("1 acknowledged"), QStringLiteral("6,000 acknowledged"),
                                QStringLiteral("Taken back: acknowledging 1 alert")}));
    AlertQuery acknowledged;
    acknowledged.acknowledged = true;
    QCOMPARE(*f.store().countAlerts(acknowledged), 6'000);
}

void TestBulkTriage::escInTheFilterEndsNoStep()
{
    ViewFixture f;
    f.commit(f.alerts(0, 5'000));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    bool pressed = false;
    midway(page, f, [&page, &pressed] {
        activate(page);
        page.filterBar()->beginEdit();
        QTest::keyClick(page.filterBar()->edit(), Qt::Key_Escape);
        pressed = page.triage()->isBusy();
    });
    std::vector<std::string> ids;
    for (int i = 0; i < 5'000; ++i)
        ids.push_back(idOf(i));
    page.acknowledge(ids);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("%1 acknowledged").arg(QLocale().toString(5'000)), 2 * kPatience);
    QVERIFY(pressed); // While it ran.
}

/// Others were there before, and the filter hides what they have done: the report leads to just these alerts.
void TestBulkTriage::showsWhatAStepLeftAsItWas()
{
    ViewFixture f;
    f.commit(f.alerts(0, 40));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.acknowledge({idOf(30)});
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    QVERIFY(!link(page, QStringLiteral("Show them")));
    const std::vector<std::string> others{idOf(7), idOf(8), idOf(20)};
    QVERIFY(f.store().acknowledge(others, "l.meyer", f.start() + kHour, {}).ok());
    page.setGrouping(AlertGrouping::Type);
    page.filterBar()->setFilter(filterchips::withAcknowledged({}, false));
    page.acknowledge({idOf(6), idOf(7), idOf(8), idOf(9), idOf(20)});
    QTRY_VERIFY_WITH_TIMEOUT(page.selectionLine()->report().startsWith(QLatin1String("2 acknowledged, 3 had been, ")), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 34, kPatience);
    QVERIFY(link(page, QStringLiteral("Show them")));
    QTest::mouseClick(link(page, QStringLiteral("Show them")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page.table()->selectedIds(), (std::vector<std::string>{idOf(20), idOf(8), idOf(7)}), kPatience);
    QCOMPARE(page.model().filter(), Filter());
    QVERIFY(page.table()->hasFocus());
    QCOMPARE(page.details()->alertId(), id(20));
    // What was looked at before is a click away.
    QVERIFY(page.wayBack()->isVisible());
    auto *back = page.wayBack()->findChild<QAbstractButton *>();
    QCOMPARE(back->text(), QStringLiteral("Back to status:active, by type"));
    QTest::mouseClick(back, Qt::LeftButton);
    QVERIFY(page.model().filter() == filterchips::withAcknowledged({}, false) && page.model().grouping() == AlertGrouping::Type);
    QVERIFY(!page.wayBack()->isVisible());
    page.setGrouping(AlertGrouping::Nothing);
    // Where all are shown, the filter stays.
    const Filter critical = filterchips::withSeverities({}, {false, false, false, true});
    page.filterBar()->setFilter(critical);
    page.acknowledge({idOf(7), idOf(31)});
    QTRY_VERIFY_WITH_TIMEOUT(page.selectionLine()->report().startsWith(QLatin1String("1 acknowledged, 1 had been by ")), kPatience);
    QTest::mouseClick(link(page, QStringLiteral("Show them")), Qt::LeftButton);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(7)});
    QCOMPARE(page.model().filter(), critical);
    QVERIFY(!page.wayBack()->isVisible());
    // Groups alone are something to go back to.
    page.filterBar()->setFilter({});
    page.setGrouping(AlertGrouping::User);
    page.acknowledge({idOf(8), idOf(32), idOf(33)});
    QTRY_VERIFY_WITH_TIMEOUT(page.selectionLine()->report().startsWith(QLatin1String("2 acknowledged, 1 had been by ")), kPatience);
    QTest::mouseClick(link(page, QStringLiteral("Show them")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page.table()->selectedIds(), std::vector<std::string>{idOf(8)}, kPatience);
    QVERIFY(page.wayBack()->isVisible());
    QCOMPARE(back->text(), QStringLiteral("Back to no filter, by user"));
}

/// One of what a step left is not in the queue.
void TestBulkTriage::saysWhatOfItCannotBeShown()
{
    ViewFixture f;
    std::vector<SecurityAlert> some = f.alerts(0, 21);
    some[20].timestamp = f.start() - 3 * kDay;
    f.context().setRangeChoice({RangeChoice::Kind::Day, {}});
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    QCOMPARE(page.model().counts().all, 20);
    QVERIFY(f.store().acknowledge(std::vector{idOf(4), idOf(5), idOf(20)}, "l.meyer", f.start() + kHour, {}).ok());
    page.acknowledge({idOf(3), idOf(4), idOf(5), idOf(20)});
    QTRY_VERIFY_WITH_TIMEOUT(page.selectionLine()->report().startsWith(QLatin1String("1 acknowledged, 3 had been")), kPatience);
    QVERIFY(link(page, QStringLiteral("Show them")));
    QTest::mouseClick(link(page, QStringLiteral("Show them")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page.table()->selectedIds(), (std::vector<std::string>{idOf(5), idOf(4)}), kPatience);
    QCOMPARE(page.selectionLine()->report(), QStringLiteral("2 of 3 alerts are selected: the others are muted, or not in this range"));
    QVERIFY(!link(page, QStringLiteral("Show them")));
}

/// Others have acknowledged what the filter hides then, but stands there while somebody looks: all is what passes.
void TestBulkTriage::allIsWhatPasses()
{
    ViewFixture f;
    f.commit(f.alerts(0, 30));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.filterBar()->setText(QStringLiteral("status:active"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    select(page, 2);
    std::vector<std::string> theirs;
    for (int number = 0; number < 30; number += 3)
        theirs.push_back(idOf(number));
    QVERIFY(f.store().acknowledge(theirs, "l.meyer", f.start() + kHour, {}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 20, kPatience);
    QCOMPARE(page.model().rowCount(), 30);
    QVERIFY(says(page, QStringLiteral("20 shown, 20 active, 10 no longer match")));
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(page.model().rowCount(), 20);
    QVERIFY(says(page, QStringLiteral("20 selected")));
    QTest::keyClick(page.table(), Qt::Key_R);
    QCOMPARE(dialogOf(page)->windowTitle(), QStringLiteral("Resolve 20 alerts"));
    dialogOf(page)->dispositionButton(AlertDisposition::TruePositive)->setChecked(true);
    QTest::keyClick(dialogOf(page)->acceptButton(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("20 resolved as true positive"), kPatience);
    for (const std::string &id : theirs)
        QVERIFY((*f.store().alert(id))->status == AlertStatus::Acknowledged);
}

/// Rows that go in many places at once leave the current one where it is, or its neighbour.
void TestBulkTriage::theCurrentRowStaysAmongMany()
{
    AlertModel model;
    model.setFilter(Filter{{filterTerm(FilterField::Status, QStringLiteral("active"))}});
    model.load(alerts(0, 80));
    AlertsTable table(&model);
    table.resize(1000, 400);
    table.show();
    table.selectRow(31);
    const QString neighbour = model.idAt(32);
    std::vector<SecurityAlert> done;
    for (int row = 1; row < 80; row += 2)
        done.push_back(acknowledged(alert(79 - row), "me"));
    QCOMPARE(model.idAt(31), QString::fromStdString(done[15].id));
    model.apply(done, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(model.rowCount(), 40);
    QCOMPARE(model.idAt(table.currentIndex().row()), neighbour);
    QVERIFY(table.viewport()->rect().intersects(table.visualRect(table.currentIndex())));
    // The last ones go: then it is the one above.
    table.selectRow(39);
    const QString above = model.idAt(38);
    done.clear();
    for (int row = 1; row < 40; row += 2)
        done.push_back(acknowledged(alert(std::stoi(model.idAt(row).toStdString().substr(24), nullptr, 16)), "me"));
    model.apply(done, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(model.idAt(table.currentIndex().row()), above);
}

/// They are on their way out one behind the other then, and the current one is not found among those that stay.
void TestBulkTriage::theCurrentRowStaysWithManySelected()
{
    constexpr int kMany = 6'000;
    AlertModel model;
    model.setFilter(Filter{{filterTerm(FilterField::Status, QStringLiteral("active"))}});
    model.load(alerts(0, kMany));
    AlertsTable table(&model);
    table.resize(1000, 400);
    table.show();
    const int last = kMany - 1;
    table.selectionModel()->select(QItemSelection(model.index(0, 0), model.index(last - 1, AlertModel::ColumnCount - 1)),
                                   QItemSelectionModel::ClearAndSelect);
    table.selectionModel()->setCurrentIndex(model.index(last, AlertModel::AddressColumn), QItemSelectionModel::NoUpdate);
    std::vector<SecurityAlert> done;
    for (int row = 1; row < 80; row += 2)
        done.push_back(acknowledged(alert(last - row), "l.meyer"));
    const auto gone = static_cast<int>(done.size());
    model.apply(done, {}, AlertModel::Arrivals::Wait);
    QCOMPARE(model.rowCount(), kMany - gone);
    QCOMPARE(table.currentIndex().row(), last - gone);
    QCOMPARE(table.currentIndex().column(), int(AlertModel::AddressColumn));
    QCOMPARE(model.idAt(table.currentIndex().row()), id(0));
    QCOMPARE(table.selectedRowNumbers().size(), std::size_t(last - gone));
}

/// Of other alerts nothing is selected: their rows move like any.
void TestBulkTriage::manyAreForgottenWithTheirRows()
{
    AlertModel model;
    model.load(alerts(0, 6'000));
    AlertsTable table(&model);
    table.selectionModel()->select(QItemSelection(model.index(1, 0), model.index(5'999, AlertModel::ColumnCount - 1)),
                                   QItemSelectionModel::ClearAndSelect);
    model.load(alerts(10'000, 20));
    QVERIFY(!table.selectionModel()->hasSelection());
    QSignalSpy moved(&model, &QAbstractItemModel::layoutChanged);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    table.sortByColumn(AlertModel::TimeColumn, Qt::AscendingOrder);
    QCOMPARE(model.idAt(0), id(10'000));
    QCOMPARE(moved.size(), 1);
    QCOMPARE(reset.size(), 0);
}

QTEST_MAIN(TestBulkTriage)
#include "tst_bulktriage.moc"
