// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/alertspagefixture.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alerttriage.h"
#include "ui/views/translations.h"
#include "ui/views/triagedialog.h"

#include <QDeadlineTimer>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

constexpr int kBefore = 400;
constexpr int kArriving = 10'000;
/// What arrives in a second at 500/s, committed at once; the next is committed when the page has heard of it.
constexpr int kPerCommit = 500;

/// What an analyst has before the eyes, and must find unchanged.
struct Sight {
    std::vector<std::string> selected;
    QString current;
    int currentY = 0;
    QString topmost;
    int topmostY = 0;
    QString filter;
    QString typed;
    int cursor = 0;
    QString details;

    bool operator==(const Sight &) const = default;
};

} // namespace

/// The queue stays where it is while alerts pour in.
class TestAlertsAnchor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void nothingMovesWhileAlertsArrive_data();
    void nothingMovesWhileAlertsArrive();
    void nothingIsLostWhileManyAreSorted();
    void whatOthersDoMovesNothing_data();
    void whatOthersDoMovesNothing();
    void repeatsMoveNothing();
    void thePointedRowStays();
    void ownStepsMoveOn();
    void followsAtTheTopWhenNobodyLooks();
    void anothersBulkStepMovesNothing();
    void readingAnewKeepsThePlace();
};

void TestAlertsAnchor::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_alertsanchor"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestAlertsAnchor::nothingMovesWhileAlertsArrive_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<int>("order");
    QTest::newRow("newest first") << int(AlertModel::TimeColumn) << int(Qt::DescendingOrder);
    QTest::newRow("oldest first") << int(AlertModel::TimeColumn) << int(Qt::AscendingOrder);
    QTest::newRow("by severity") << int(AlertModel::SeverityColumn) << int(Qt::DescendingOrder);
    QTest::newRow("by source") << int(AlertModel::AddressColumn) << int(Qt::AscendingOrder);
}

/// 10,000 alerts at 500/s, while a selection, a filter and a half-typed comment stand.
void TestAlertsAnchor::nothingMovesWhileAlertsArrive()
{
    QFETCH(int, column);
    QFETCH(int, order);
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, kBefore));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    table->sortByColumn(column, static_cast<Qt::SortOrder>(order));
    page.filterBar()->setText(QStringLiteral("severity>=medium"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, kBefore * 3 / 4, kPatience);
    table->setFocus();
    table->scrollTo(page.model().index(150, 0), QAbstractItemView::PositionAtCenter);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cellOf(page, 150));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::ControlModifier, cellOf(page, 147));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::ShiftModifier | Qt::ControlModifier, cellOf(page, 153));
    QTest::keyClick(table, Qt::Key_C);
    auto *dialog = page.findChild<TriageDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    QTest::keyClicks(dialog->commentEdit(), QStringLiteral("half a senten"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);

    const auto sight = [&] {
        const int top = table->rowAt(0);
        return Sight{table->selectedIds(), page.model().idAt(table->currentIndex().row()),
                     table->rowViewportPosition(table->currentIndex().row()), page.model().idAt(top),
                     table->rowViewportPosition(top), filterText(page.model().filter()), dialog->commentEdit()->toPlainText(),
                     dialog->commentEdit()->textCursor().position(), page.details()->alertId()};
    };
    const Sight before = sight();
    QVERIFY(before.selected.size() > 5 && table->verticalScrollBar()->value() > 0);
    const auto stands = [&] { return dialog->isVisible() && sight() == before; };
    int moved = 0; // Looked at after every change of the table, not only at the end.
    const auto watching = connect(&page.model(), &AlertModel::countsChanged, &page, [&] { moved += stands() ? 0 : 1; });

    for (int first = kBefore; first < kBefore + kArriving; first += kPerCommit) {
        f.commit(f.alerts(first, kPerCommit));
        const int waiting = (first + kPerCommit - kBefore) * 3 / 4;
        QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().waiting, waiting, kPatience);
        QVERIFY(stands());
    }
    QCOMPARE(moved, 0);
    disconnect(watching);
    QCOMPARE(page.model().counts().shown, kBefore * 3 / 4);
    // Putting them in their places moves nothing under the eyes either, and loses no selection.
    QTest::keyClick(dialog->commentEdit(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(),
                              QStringLiteral("%1 commented on").arg(before.selected.size()), kPatience);
    QCOMPARE(f.store().history(before.selected.front())->back().comment, std::string("half a senten"));
    QApplication::setActiveWindow(&page); // As a window manager does when a dialog has gone.
    table->setFocus();
    QTest::keyClick(table, Qt::Key_N);
    QCOMPARE(page.model().counts().shown, (kBefore + kArriving) * 3 / 4);
    QCOMPARE(table->selectedIds().size(), before.selected.size());
    QVERIFY(table->selectionModel()->isRowSelected(page.model().rowOfId(before.current)));
}

/// Many alerts take their new order a while after it was asked for: until then all is as it was, and the page says so.
void TestAlertsAnchor::nothingIsLostWhileManyAreSorted()
{
    constexpr int kMany = 21'000;
    ViewFixture f;
    const auto past = [&f](int first, int count) { // All of them before now.
        std::vector<SecurityAlert> some = f.alerts(first, count);
        for (SecurityAlert &one : some)
            one.timestamp -= 6 * kHour;
        return some;
    };
    const auto shown = showAlerts(f, past(0, kMany));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), kMany, kPatience);
    static_cast<AlertModel *>(table->model())->setSlice(0);
    table->setFocus();
    table->scrollTo(page.model().index(9000, 0), QAbstractItemView::PositionAtCenter);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cellOf(page, 9000));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::ShiftModifier, cellOf(page, 9003));
    QTest::keyClick(table, Qt::Key_C);
    auto *dialog = page.findChild<TriageDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    QTest::keyClicks(dialog->commentEdit(), QStringLiteral("half a senten"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    const QString current = page.model().idAt(table->currentIndex().row());
    std::vector<std::string> selected = table->selectedIds();
    QCOMPARE(selected.size(), std::size_t(4));
    const int scrolled = table->verticalScrollBar()->value();

    table->sortByColumn(AlertModel::SeverityColumn, Qt::AscendingOrder);
    QVERIFY(page.isLoading());
    QCOMPARE(table->horizontalHeader()->sortIndicatorSection(), int(AlertModel::SeverityColumn));
    while (page.isLoading()) {
        QCOMPARE(table->currentIndex().row(), 9003);
        QCOMPARE(table->verticalScrollBar()->value(), scrolled);
        QVERIFY(table->selectedIds() == selected);
        f.commit(past(kMany, 1)); // Which changes nothing after the first time.
        QCoreApplication::processEvents();
    }
    QCOMPARE(page.model().idAt(table->currentIndex().row()), current);
    std::vector<std::string> still = table->selectedIds();
    std::sort(still.begin(), still.end());
    std::sort(selected.begin(), selected.end());
    QVERIFY(still == selected);
    QVERIFY(table->currentIndex().row() != 9003);
    QVERIFY(dialog->isVisible());
    QCOMPARE(dialog->commentEdit()->toPlainText(), QStringLiteral("half a senten"));
    QVERIFY(page.model().severityAt(0) == AlertSeverity::Low);
    QVERIFY(page.model().severityAt(page.model().rowCount() - 1) == AlertSeverity::Critical);

    // Whoever sorts again and again is told, and in the end no more.
    const auto isTold = [&page] {
        const auto labels = page.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) { return label->text().endsWith(QLatin1String("being sorted")); });
    };
    QVERIFY(!isTold());
    const QDeadlineTimer patience(kPatience);
    for (int column = 0; !isTold(); column = 1 - column) {
        QVERIFY(!patience.hasExpired());
        table->sortByColumn(column == 0 ? AlertModel::UserColumn : AlertModel::CountColumn, Qt::AscendingOrder);
        QCoreApplication::processEvents();
    }
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QVERIFY(!isTold());
}

void TestAlertsAnchor::whatOthersDoMovesNothing_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<bool>("resolves");
    QTest::addColumn<bool>("grouped");
    QTest::newRow("acknowledged at the top") << 5 << false << false;
    QTest::newRow("acknowledged further down") << 150 << false << false;
    QTest::newRow("resolved at the top") << 5 << true << false;
    QTest::newRow("resolved further down") << 150 << true << false;
    QTest::newRow("acknowledged in a group at the top") << 5 << false << true;
    QTest::newRow("resolved in a group further down") << 150 << true << true;
}

/// Somebody else acknowledges or resolves what stands above the selection, the selection itself, and what stands below, while
/// the filter shows only what is active: all rows stay, and say who it was.
void TestAlertsAnchor::whatOthersDoMovesNothing()
{
    QFETCH(int, row);
    QFETCH(bool, resolves);
    QFETCH(bool, grouped);
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, kBefore));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    page.filterBar()->setText(QStringLiteral("status:active"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, kBefore, kPatience);
    if (grouped) {
        page.setGrouping(AlertGrouping::Type);
        static_cast<AlertModel *>(table->model())->setOpen(0, true);
    }
    table->setFocus();
    if (row > 20)
        table->scrollTo(page.model().index(row, 0), QAbstractItemView::PositionAtCenter);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cellOf(page, row));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::ShiftModifier, cellOf(page, row + 1));
    QTest::keyClick(table, Qt::Key_C);
    auto *dialog = page.findChild<TriageDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    QTest::keyClicks(dialog->commentEdit(), QStringLiteral("half a senten"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    const auto sight = [&] {
        const int top = table->rowAt(0);
        QStringList rows;
        for (int one = 0; one < page.model().rowCount(); ++one)
            rows.append(page.model().keyAt(one));
        return std::pair(rows, Sight{table->selectedIds(), page.model().keyAt(table->currentIndex().row()),
                         table->rowViewportPosition(table->currentIndex().row()), page.model().keyAt(top),
                         table->rowViewportPosition(top), filterText(page.model().filter()), dialog->commentEdit()->toPlainText(),
                         dialog->commentEdit()->textCursor().position(), page.details()->alertId()});
    };
    const auto before = sight();
    QCOMPARE(table->verticalScrollBar()->value() > 0, row > 20);
    int left = kBefore;
    for (const std::vector<int> &rows : {std::vector<int>{row - 4, row - 3}, {row}, {row + 1, row + 3}}) {
        std::vector<std::string> ids;
        for (const int one : rows)
            ids.push_back(page.model().idAt(one).toStdString());
        TriageStep step;
        step.id = "step " + ids.front();
        step.kind = resolves ? TriageKind::Resolve : TriageKind::Acknowledge;
        if (resolves)
            step.disposition = AlertDisposition::Benign;
        QVERIFY(f.store().triage(ids, step, "l.meyer", f.start() + kHour).ok());
        left -= int(ids.size());
        QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, left, kPatience);
        QCOMPARE(page.model().counts().shown, left);
        QVERIFY(sight() == before);
        QVERIFY(dialog->isVisible());
    }
    const QModelIndex status = page.model().index(row, AlertModel::StatusColumn);
    QCOMPARE(status.data().toString(), resolves ? QStringLiteral("Benign") : QStringLiteral("Acknowledged"));
    QVERIFY(status.data(Qt::ToolTipRole).toString().contains(QLatin1String("l.meyer")));
    QVERIFY(status.data(AlertModel::AcknowledgedRole).toBool());
    const auto isTold = [&page] {
        const auto labels = page.details()->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) { return label->text().contains(QLatin1String("l.meyer")); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(isTold(), kPatience); // The details say so, too.
    QVERIFY(sight() == before);

    // Whoever wants to see what is new sees what is left.
    QTest::keyClick(dialog, Qt::Key_Escape);
    QApplication::setActiveWindow(&page);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_N);
    QCOMPARE(page.model().rowCount(), left + (grouped ? 1 : 0));
    QVERIFY(!page.model().isHolding());
}

/// Sorted by how often they repeated, alerts repeat.
void TestAlertsAnchor::repeatsMoveNothing()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 300));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    table->sortByColumn(AlertModel::CountColumn, Qt::DescendingOrder);
    for (const int row : {4, 150}) {
        table->scrollTo(page.model().index(row > 20 ? row : 0, 0), QAbstractItemView::PositionAtCenter);
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cellOf(page, row));
        const auto sight = [&] {
            const int current = table->currentIndex().row();
            return std::tuple(table->selectedIds(), page.model().idAt(current), table->rowViewportPosition(current),
                              page.model().idAt(table->rowAt(0)), table->verticalScrollBar()->value());
        };
        const auto before = sight();
        for (const int other : {row + 2, row, 290}) {
            EngineCommit commit;
            commit.repeats.push_back({page.model().idAt(other).toStdString(), 7, f.start() + kHour});
            const qlonglong hits = page.model().index(other, 0).data(AlertModel::HitsRole).toLongLong();
            QVERIFY(f.store().commit(commit).ok());
            QTRY_COMPARE_WITH_TIMEOUT(page.model().index(other, 0).data(AlertModel::HitsRole).toLongLong(), hits + 7, kPatience);
            QVERIFY(sight() == before);
        }
    }
    const QString most = page.model().idAt(290); // Of which two were told.
    table->sortByColumn(AlertModel::SeverityColumn, Qt::DescendingOrder);
    table->sortByColumn(AlertModel::CountColumn, Qt::DescendingOrder);
    QCOMPARE(page.model().idAt(0), most);
}

/// Nothing is selected; the pointer rests on a button.
void TestAlertsAnchor::thePointedRowStays()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, kBefore));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    page.filterBar()->setText(QStringLiteral("status:active"));
    for (const int row : {5, 150}) {
        table->scrollTo(page.model().index(row > 20 ? row : 0, 0), QAbstractItemView::PositionAtCenter);
        const QPoint place = buttonOf(page, row).center();
        QTest::mouseMove(table->viewport(), place);
        QTRY_VERIFY_WITH_TIMEOUT(table->viewport()->underMouse(), kPatience);
        const QString pointed = page.model().idAt(row);
        const int scrolled = table->verticalScrollBar()->value();
        const int active = page.model().counts().active;
        const std::vector<std::string> ids{page.model().idAt(row - 5).toStdString(), page.model().idAt(row - 2).toStdString()};
        QVERIFY(f.store().acknowledge(ids, "l.meyer", f.start() + kHour, {}).ok());
        QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, active - 2, kPatience);
        QCOMPARE(page.model().idAt(table->rowAt(place.y())), pointed);
        QCOMPARE(table->verticalScrollBar()->value(), scrolled);
        QCOMPARE(page.model().rowCount(), kBefore);
    }
    QTest::mouseMove(&page, QPoint(2, 2)); // For the tests that follow.
    QTRY_VERIFY_WITH_TIMEOUT(!table->viewport()->underMouse(), kPatience);
}

/// What one does oneself shows at once, also to what others had before.
void TestAlertsAnchor::ownStepsMoveOn()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 10));
    AlertsPage &page = *shown;
    page.filterBar()->setText(QStringLiteral("status:active"));
    page.table()->setFocus();
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 1));
    const std::vector<std::string> another{idOf(4)};
    QVERIFY(f.store().acknowledge(another, "l.meyer", f.start() + kHour, {}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 9, kPatience);
    QCOMPARE(page.model().rowCount(), 10);
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 9, kPatience);
    QCOMPARE(page.model().rowOfId(id(8)), -1);
    QVERIFY(page.model().rowOfId(id(4)) >= 0);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(7)});
    QTRY_VERIFY_WITH_TIMEOUT(page.triage()->undoAction()->isEnabled(), kPatience);
    page.triage()->undoAction()->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(page.model().rowOfId(id(8)) >= 0, kPatience); // It does not wait.
    QCOMPARE(page.model().counts().waiting, 0);
    // A step of one's own is told once; what somebody else does to the same alert afterwards leaves it there.
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy(), kPatience);
    const std::vector<std::string> same{idOf(8)};
    QVERIFY(f.store().acknowledge(same, "l.meyer", f.start() + kHour, {}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 8, kPatience);
    QCOMPARE(page.model().rowCount(), 10);
}

void TestAlertsAnchor::followsAtTheTopWhenNobodyLooks()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 10));
    AlertsPage &page = *shown;
    page.filterBar()->setText(QStringLiteral("status:active"));
    const std::vector<std::string> one{idOf(4)};
    QVERIFY(f.store().acknowledge(one, "l.meyer", f.start() + kHour, {}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 9, kPatience);
    page.table()->selectRow(3);
    const std::vector<std::string> another{idOf(8)};
    QVERIFY(f.store().acknowledge(another, "l.meyer", f.start() + kHour, {}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 8, kPatience);
    QCOMPARE(page.model().rowCount(), 9);
    page.table()->clearSelection(); // Nobody looks any more.
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 8, kPatience);
    // All that is shown is done by somebody else: the rows are there as long as somebody looks.
    page.table()->selectRow(3);
    std::vector<std::string> all;
    for (int row = 0; row < 8; ++row)
        all.push_back(page.model().idAt(row).toStdString());
    QVERIFY(f.store().acknowledge(all, "l.meyer", f.start() + kHour, {}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 0, kPatience);
    QCOMPARE(page.model().rowCount(), 8);
    QVERIFY(page.table()->rowViewportPosition(7) < page.table()->viewport()->height());
    QCOMPARE(page.table()->selectedIds().size(), 1U);
}

/// Another console acknowledges very many at once.
void TestAlertsAnchor::anothersBulkStepMovesNothing()
{
    constexpr int kMany = 6'000;
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, kMany));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), kMany, kPatience);
    page.filterBar()->setText(QStringLiteral("status:active"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    table->scrollTo(page.model().index(3000, 0), QAbstractItemView::PositionAtCenter);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cellOf(page, 3000));
    const auto sight = [&] {
        return std::tuple(table->selectedIds(), table->currentIndex().row(), table->rowViewportPosition(3000), page.model().rowCount());
    };
    const auto before = sight();
    int moved = 0;
    const auto watching = connect(&page.model(), &AlertModel::countsChanged, &page, [&] { moved += sight() == before ? 0 : 1; });
    std::vector<std::string> ids;
    for (int i = 0; i < kMany; i += 2)
        ids.push_back(idOf(i));
    QVERIFY(f.store().acknowledge(ids, "l.meyer", f.start() + kHour, {}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, kMany / 2, kPatience);
    QCOMPARE(moved, 0);
    QVERIFY(sight() == before);
    disconnect(watching);
    const std::string selected = std::get<0>(before).front();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_N);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), kMany / 2, kPatience);
    QCOMPARE(selected, idOf(2999)); // Nobody's.
    QCOMPARE(table->selectedIds(), std::vector<std::string>{selected});
}

/// F5, and coming back to a page that has missed something, behind the newest alerts, which are read first.
void TestAlertsAnchor::readingAnewKeepsThePlace()
{
    constexpr int kMany = 6'000;
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, kMany));
    AlertsPage &page = *shown;
    AlertsTable *table = page.table();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), kMany, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    table->setFocus();
    table->scrollTo(page.model().index(4000, 0), QAbstractItemView::PositionAtCenter);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cellOf(page, 4000));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::ShiftModifier, cellOf(page, 4003));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    const auto sight = [&] {
        const int current = table->currentIndex().row();
        const int top = table->rowAt(0);
        return std::tuple(table->selectedIds(), current < 0 ? QString() : page.model().idAt(current), table->rowViewportPosition(current),
                          page.model().idAt(top), table->rowViewportPosition(top), page.details()->alertId());
    };
    const auto before = sight();
    QCOMPARE(std::get<0>(before).size(), 4U);
    int moved = 0;
    int shownFewer = 0;
    const auto watching = connect(&page.model(), &AlertModel::countsChanged, &page, [&] {
        moved += sight() == before ? 0 : 1;
        shownFewer += page.model().rowCount() < kMany ? 1 : 0;
    });
    f.context().refresh();
    QVERIFY(page.isLoading());
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QVERIFY(sight() == before);

    page.hide();
    f.context().refresh(); // From now on the page does not follow: it is read when somebody comes back.
    f.commit(f.alerts(kMany, 200));
    const std::vector<std::string> another{idOf(kMany - 1)};
    QVERIFY(f.store().acknowledge(another, "l.meyer", f.start() + kHour, {}).ok());
    QSignalSpy told(&f.session(), &Session::alertsChanged);
    QVERIFY(!told.isEmpty() || told.wait(kPatience));
    page.show();
    page.activate();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().all + page.model().counts().waiting, kMany + 200, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && page.model().counts().active == kMany + 199, kPatience);
    QVERIFY(sight() == before);
    QCOMPARE(moved, 0);
    QCOMPARE(shownFewer, 0);
    QVERIFY(page.model().isAcknowledged(page.model().rowOfId(id(kMany - 1))));
    disconnect(watching);

    // Another range is another matter: it is read from the newest on.
    RangeChoice week;
    week.kind = RangeChoice::Kind::Week;
    f.context().setRangeChoice(week);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), kMany + 200, kPatience);
}

QTEST_MAIN(TestAlertsAnchor)
#include "tst_alertsanchor.moc"
