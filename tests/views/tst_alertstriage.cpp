// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/triagefixture.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/pill.h"

#include <QAction>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>

using namespace bartizan;
using namespace bartizan::fixtures;

/// Working through the queue: acknowledging by button and key, marking, and what new alerts must not disturb.
class TestAlertsTriage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void rowButtonAcknowledgesItsOwnRow();
    void rowButtonFiresOnlyOnReleaseInside();
    void keyAcknowledgesAndMovesOn();
    void bulkReportsWhoWasFirst();
    void detailsButtonAcknowledges();
    void resolvingFromTheDetailsKeepsTheSelection();
    void whoGoesElsewhereMeanwhileStaysThere();
    void selectionStaysWhileAThousandArrive();
    void arrivalsComeInWhenNobodyLooksAtARow();
    void pausedKeepsArrivalsWaiting();
    void keyboardMovesAndMarks();
    void spaceMarksRowsApart();
};

void TestAlertsTriage::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_alertstriage"));
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestAlertsTriage::rowButtonAcknowledgesItsOwnRow()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 10));
    AlertsPage &page = *shown;
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 7));
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, buttonOf(page, 3).center());
    QTRY_VERIFY_WITH_TIMEOUT(page.model().isAcknowledged(3), kPatience);
    QCOMPARE(page.model().counts().active, 9);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(2)}); // Row 7 still.
    // The report comes on another way than the change.
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    const auto stored = f.store().alert(idOf(6));
    QVERIFY(stored && *stored && (*stored)->acknowledged);
    // The place of the button is empty now: a click there selects the row and acknowledges nothing.
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, buttonOf(page, 3).center());
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(6)});
}

void TestAlertsTriage::rowButtonFiresOnlyOnReleaseInside()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4));
    AlertsPage &page = *shown;
    QSignalSpy clicked(page.table(), &AlertsTable::acknowledgeClicked);
    QWidget *viewport = page.table()->viewport();
    QTest::mousePress(viewport, Qt::LeftButton, {}, buttonOf(page, 1).center());
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, buttonOf(page, 2).center());
    QTest::mousePress(viewport, Qt::LeftButton, {}, buttonOf(page, 1).center());
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, cellOf(page, 1));
    QCOMPARE(clicked.size(), 0);
    QVERIFY(!page.table()->selectionModel()->hasSelection());
    QTest::mousePress(viewport, Qt::LeftButton, {}, buttonOf(page, 1).center());
    QCOMPARE(clicked.size(), 0);
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, buttonOf(page, 1).center() + QPoint(3, 2));
    QCOMPARE(clicked.size(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(page.model().isAcknowledged(1), kPatience);
}

void TestAlertsTriage::keyAcknowledgesAndMovesOn()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 6));
    AlertsPage &page = *shown;
    page.table()->setFocus();
    QVERIFY(!page.acknowledgeAction()->isEnabled());
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 1));
    QTest::keyClick(page.table(), Qt::Key_A);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(3)}); // Row 2.
    QTRY_VERIFY_WITH_TIMEOUT(page.model().isAcknowledged(1), kPatience);
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_VERIFY_WITH_TIMEOUT(page.model().isAcknowledged(2), kPatience);
    QCOMPARE(page.table()->currentIndex().row(), 3);
    QCOMPARE(page.model().rowCount(), 6);
}

void TestAlertsTriage::bulkReportsWhoWasFirst()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 6));
    AlertsPage &page = *shown;
    const std::string other[] = {idOf(5)};
    QVERIFY(f.store().acknowledge(other, "l.meyer", f.start() + kHour, {}).ok());
    page.acknowledge({idOf(5), idOf(4), idOf(3)});
    QTRY_VERIFY_WITH_TIMEOUT(!page.selectionLine()->report().isEmpty(), kPatience);
    QVERIFY2(page.selectionLine()->report().startsWith(QLatin1String("2 acknowledged, 1 had been by l.meyer at ")),
             qPrintable(page.selectionLine()->report()));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 3, kPatience);
    const auto first = f.store().alert(idOf(5));
    QCOMPARE(*(*first)->acknowledgedBy, std::string("l.meyer"));

    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 3));
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, Qt::ShiftModifier, cellOf(page, 5));
    auto *link = page.selectionLine()->findChild<LinkButton *>();
    QVERIFY(link->isVisible());
    link->click();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 0, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("3 acknowledged"), kPatience);
}

void TestAlertsTriage::detailsButtonAcknowledges()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 3));
    AlertsPage &page = *shown;
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QPushButton *button = nullptr;
    const auto buttons = page.details()->findChildren<QPushButton *>();
    for (QPushButton *candidate : buttons)
        button = isPrimary(candidate) ? candidate : button;
    QVERIFY(button && button->isVisible());
    button->click();
    QTRY_VERIFY_WITH_TIMEOUT(page.model().isAcknowledged(0), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!button->isVisible(), kPatience); // The pane tells who and when instead.
}

void TestAlertsTriage::resolvingFromTheDetailsKeepsTheSelection()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    select(page, 1);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, Qt::ShiftModifier, cellOf(page, 4));
    const std::vector<std::string> selected = page.table()->selectedIds();
    QCOMPARE(selected.size(), 4U);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && page.details()->alert(), kPatience);
    const std::string one = page.details()->alert()->id;
    const auto resolveButton = [&page]() -> QPushButton * {
        const auto buttons = page.details()->findChildren<QPushButton *>();
        const auto found = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton *button) {
            return button->text() == QStringLiteral("Resolve…");
        });
        return found == buttons.end() ? nullptr : *found;
    };
    QVERIFY(resolveButton() && resolveButton()->isVisible());
    resolveButton()->click();
    QTest::keyClick(dialogOf(page)->dispositionButton(AlertDisposition::TruePositive), Qt::Key_1);
    answer(page, QStringLiteral("ours"));
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 resolved as true positive"), kPatience);
    QVERIFY(f.store().alert(one)->value().status == AlertStatus::Resolved);
    QCOMPARE(page.table()->selectedIds(), selected);

    // Where it is all that is selected, it is as by key: on to the next.
    select(page, 6);
    QTRY_VERIFY_WITH_TIMEOUT(page.details()->alert() && page.details()->alert()->id == idOf(1), kPatience);
    resolveButton()->click();
    QTest::keyClick(dialogOf(page)->dispositionButton(AlertDisposition::TruePositive), Qt::Key_1);
    answer(page, QStringLiteral("ours"));
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(0)});
}

/// A notice of the desktop is clicked while a step asks.
void TestAlertsTriage::whoGoesElsewhereMeanwhileStaysThere()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    select(page, 1);
    QTest::keyClick(page.table(), Qt::Key_R);
    QVERIFY(dialogOf(page));
    AlertDrillDown clicked;
    clicked.alertId = idOf(2); // Row 5.
    f.context().showAlerts(clicked);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(2)});
    QTest::keyClick(dialogOf(page)->dispositionButton(AlertDisposition::TruePositive), Qt::Key_1);
    answer(page, QStringLiteral("ours"));
    QTRY_VERIFY_WITH_TIMEOUT(stored(f, 6).status == AlertStatus::Resolved, kPatience);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(2)});
}

void TestAlertsTriage::selectionStaysWhileAThousandArrive()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 300));
    AlertsPage &page = *shown;
    page.table()->scrollTo(page.model().index(120, 0), QAbstractItemView::PositionAtTop);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 125));
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, Qt::ControlModifier, cellOf(page, 127));
    const auto selected = page.table()->selectedIds();
    const QRect place = page.table()->visualRect(page.table()->currentIndex());
    const int scroll = page.table()->verticalScrollBar()->value();
    for (int batch = 0; batch < 10; ++batch)
        f.commit(f.alerts(300 + 100 * batch, 100));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().waiting, 1000, kPatience);
    QCOMPARE(page.model().rowCount(), 300);
    QCOMPARE(page.table()->selectedIds(), selected);
    QCOMPARE(page.table()->visualRect(page.table()->currentIndex()), place);
    QCOMPARE(page.table()->verticalScrollBar()->value(), scroll);
    QVERIFY(page.filterBar()->findChild<Pill *>()->isVisible());

    QTest::keyClick(page.table(), Qt::Key_N);
    QCOMPARE(page.model().rowCount(), 1300);
    QCOMPARE(page.table()->verticalScrollBar()->value(), 0);
    QCOMPARE(page.table()->selectedIds(), selected);
    QVERIFY(!page.filterBar()->findChild<Pill *>()->isVisible());
}

void TestAlertsTriage::arrivalsComeInWhenNobodyLooksAtARow()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 3));
    AlertsPage &page = *shown;
    f.commit(f.alerts(3, 2));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 5, kPatience);
    QCOMPARE(page.model().idAt(0), id(4));
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 2));
    f.commit(f.alerts(5, 2));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().waiting, 2, kPatience);
    QCOMPARE(page.model().rowCount(), 5);
    page.table()->clearSelection(); // Nothing is in their way any more.
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 7, kPatience);
}

void TestAlertsTriage::pausedKeepsArrivalsWaiting()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 3));
    AlertsPage &page = *shown;
    f.context().setPaused(true);
    f.commit(f.alerts(3, 2));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().waiting, 2, kPatience);
    QCOMPARE(page.model().rowCount(), 3);
    f.context().setPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 5, kPatience);
}

void TestAlertsTriage::keyboardMovesAndMarks()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    page.table()->setFocus();
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0));
    QTest::keyClick(page.table(), Qt::Key_J);
    QTest::keyClick(page.table(), Qt::Key_J);
    QCOMPARE(page.table()->currentIndex().row(), 2);
    QTest::keyClick(page.table(), Qt::Key_K);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(6)});
    QTest::keyClick(page.table(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(page.table()->selectedIds().size(), size_t(2));
    QTest::keyClick(page.table(), Qt::Key_Down, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_Space);
    QCOMPARE(page.table()->selectedIds().size(), size_t(3));
    QTest::keyClick(page.table(), Qt::Key_Space);
    QCOMPARE(page.table()->selectedIds().size(), size_t(2));
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 6, kPatience);
    QCOMPARE(page.table()->currentIndex().row(), 3);
}

/// Without a mouse, and with nothing but Space and the keys that move.
void TestAlertsTriage::spaceMarksRowsApart()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_End);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(0)});
    QTest::keyClick(page.table(), Qt::Key_Home);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(7)});
    QTest::keyClick(page.table(), Qt::Key_Down);
    QCOMPARE(page.table()->currentIndex().row(), 1);
    QTest::keyClick(page.table(), Qt::Key_Space); // The row that moving selected is marked, not unmarked.
    QTest::keyClick(page.table(), Qt::Key_Down);
    QTest::keyClick(page.table(), Qt::Key_J);
    QCOMPARE(page.table()->currentIndex().row(), 3);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(6)});
    QTest::keyClick(page.table(), Qt::Key_Space);
    QTest::keyClick(page.table(), Qt::Key_Down);
    QTest::keyClick(page.table(), Qt::Key_Space);
    QTest::keyClick(page.table(), Qt::Key_Space); // And unmarked again.
    QCOMPARE(page.table()->selectedIds(), (std::vector<std::string>{idOf(6), idOf(4)}));
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 6, kPatience);
    // Then moving selects again.
    QTest::keyClick(page.table(), Qt::Key_Down);
    QCOMPARE(page.table()->selectedIds().size(), size_t(1));
    QTest::keyClick(page.table(), Qt::Key_Space);
    QTest::keyClick(page.table(), Qt::Key_Escape);
    QVERIFY(page.table()->selectedIds().empty());
    QTest::keyClick(page.table(), Qt::Key_Up);
    QCOMPARE(page.table()->selectedIds().size(), size_t(1));
}

QTEST_MAIN(TestAlertsTriage)
#include "tst_alertstriage.moc"
