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

QTEST_MAIN(TestAlertsAnchor)
#include "tst_alertsanchor.moc"
