// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/consoletest.h"
#include "ui/models/savedviews.h"
#include "ui/theme/theme.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertspage.h"
#include "ui/views/commandpalette.h"
#include "ui/views/consolecontext.h"
#include "ui/views/eventspage.h"
#include "ui/views/filteredit.h"
#include "ui/views/iplookupdialog.h"
#include "ui/views/statusline.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QLabel>
#include <QLineEdit>
#include <QTableView>
#include <QTableWidget>
#include <QTest>

using namespace bartizan;

/// Ctrl+K in the real window, by keyboard alone.
class TestCommandPalette : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void goesToAPage();
    void opensFromTheStatusBar();
    void looksUpAnAddress();
    void doesWhatThePageOffers();
    void saysWhatEnterWillDo();
    void showsWholeRowsAndKeys();

private:
    static QLineEdit *openLine(ConsoleTest &console);
};

QLineEdit *TestCommandPalette::openLine(ConsoleTest &console)
{
    console.window->activateWindow(); // As a window manager does when a dialog goes.
    (void)QTest::qWaitForWindowActive(console.window.get());
    QTest::keyClick(console.window.get(), Qt::Key_K, Qt::ControlModifier);
    auto *palette = console.window->findChild<CommandPalette *>();
    return palette ? palette->findChild<QLineEdit *>() : nullptr;
}

void TestCommandPalette::goesToAPage()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QLineEdit *line = openLine(console);
    QVERIFY(line);
    QTest::keyClicks(line, QStringLiteral("evt"));
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(console.window->currentPage() == PageId::Events);
    QTRY_VERIFY(!console.window->findChild<CommandPalette *>());
    line = openLine(console);
    QTest::keyClick(line, Qt::Key_Escape);
    QTRY_VERIFY(!console.window->findChild<CommandPalette *>());
    QVERIFY(console.window->currentPage() == PageId::Events);
}

/// Whoever does not know the key reads it there, beside that of the list of keys.
void TestCommandPalette::opensFromTheStatusBar()
{
    ConsoleTest console;
    QVERIFY(console.open());
    const auto buttons = console.window->findChild<StatusLine *>()->findChildren<QAbstractButton *>();
    const auto at = std::find_if(buttons.begin(), buttons.end(),
                                 [](const QAbstractButton *one) { return one->text() == QLatin1String("Ctrl+K Commands"); });
    QVERIFY(at != buttons.end() && (*at)->isVisible());
    QTest::mouseClick(*at, Qt::LeftButton);
    auto *palette = console.window->findChild<CommandPalette *>();
    QVERIFY(palette);
    palette->reject();
    QTRY_VERIFY(!console.window->findChild<CommandPalette *>());
}

void TestCommandPalette::looksUpAnAddress()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QLineEdit *line = openLine(console);
    QTest::keyClicks(line, QStringLiteral(" 2001:DB8::7"));
    auto *list = console.window->findChild<CommandPalette *>()->findChild<QTableWidget *>();
    QCOMPARE(list->item(0, CommandPalette::TextColumn)->text(), QStringLiteral("Look up 2001:db8::7"));
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_VERIFY(console.window->findChild<IpLookUpDialog *>());
    const auto lines = console.window->findChild<IpLookUpDialog *>()->findChildren<QLineEdit *>();
    QVERIFY(std::any_of(lines.begin(), lines.end(),
                        [](const QLineEdit *field) { return field->text() == QLatin1String("2001:db8::7"); }));
}

/// What a page has a mouse for, a person without one finds here.
void TestCommandPalette::doesWhatThePageOffers()
{
    ConsoleTest console;
    QVERIFY(console.openWithAlerts({QStringLiteral("203.0.113.47")}));
    console.window->showPage(PageId::Alerts);
    const auto run = [&console](const QString &typed, const QString &first) {
        QLineEdit *line = openLine(console);
        QTest::keyClicks(line, typed);
        const QString offered
            = console.window->findChild<CommandPalette *>()->findChild<QTableWidget *>()->item(0, CommandPalette::TextColumn)->text();
        QTest::keyClick(line, Qt::Key_Return);
        return offered == first && QTest::qWaitFor([&console] { return !console.window->findChild<CommandPalette *>(); });
    };
    const AlertModel &model = console.alerts()->model();
    QVERIFY(run(QStringLiteral("sort by count"), QStringLiteral("Sort by: Count")));
    QTRY_COMPARE(model.sortColumn(), int(AlertModel::CountColumn));
    QVERIFY(run(QStringLiteral("sort by count"), QStringLiteral("Sort by: Count, ascending"))); // And the other way round.
    QTRY_VERIFY(model.sortOrder() == Qt::AscendingOrder);
    QVERIFY(run(QStringLiteral("sort by country"), QStringLiteral("Sort by: Country"))); // Whose header has no room for its name.
    QTRY_COMPARE(model.sortColumn(), int(AlertModel::CountryColumn));
    QVERIFY(run(QStringLiteral("last 30 days"), QStringLiteral("Time range: Last 30 days")));
    QVERIFY(console.window->context()->rangeChoice().kind == RangeChoice::Kind::Month);
    QVERIFY(run(QStringLiteral("edit the filter"), QStringLiteral("Edit the filter")));
    QTRY_COMPARE(console.window->focusWidget(), console.alerts()->filterBar()->edit());
    QVERIFY(run(QStringLiteral("show the view mine"), QStringLiteral("Show the view: Mine")));
    QVERIFY(model.filter() == console.alerts()->views()->mine());
    console.window->showPage(PageId::Events);
    QVERIFY(run(QStringLiteral("columns agent"), QStringLiteral("Columns: User agent")));
    const auto *events = static_cast<EventsPage *>(console.window->page(PageId::Events));
    QVERIFY(!events->table()->isColumnHidden(EventModel::AgentColumn));
}

/// The keyboard stays in the line, so the line tells screen readers what is chosen.
void TestCommandPalette::saysWhatEnterWillDo()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QLineEdit *line = openLine(console);
    const auto said = [line] { return QAccessible::queryAccessibleInterface(line)->text(QAccessible::Description); };
    QTest::keyClicks(line, QStringLiteral("rules"));
    QCOMPARE(said(), QStringLiteral("Enter: Rules"));
    line->clear();
    QTest::keyClick(line, Qt::Key_Down);
    auto *list = console.window->findChild<CommandPalette *>()->findChild<QTableWidget *>();
    QCOMPARE(list->currentRow(), 1);
    QCOMPARE(list->currentItem()->text(), said().mid(7));
    QTest::keyClicks(line, QStringLiteral("xyzzy"));
    QCOMPARE(said(), QStringLiteral("Nothing matches"));
    QCOMPARE(list->rowCount(), 0);
    const auto *nothing = list->findChild<QLabel *>();
    QVERIFY(nothing->isVisible() && nothing->text() == said() && nothing->width() >= nothing->sizeHint().width());
    line->clear();
    QVERIFY(!nothing->isVisible());
}

/// Rows are as high as elsewhere, the last one is whole, and keys stand in a column of their own.
void TestCommandPalette::showsWholeRowsAndKeys()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QLineEdit *line = openLine(console);
    QVERIFY(line);
    auto *list = console.window->findChild<CommandPalette *>()->findChild<QTableWidget *>();
    QVERIFY(list->rowCount() > 10);
    QCOMPARE(list->rowHeight(0), Theme::current().rowHeight);
    QCOMPARE(list->viewport()->height() % list->rowHeight(0), 0);
    QTest::keyClicks(line, QStringLiteral("Refresh"));
    QCOMPARE(list->item(0, CommandPalette::TextColumn)->text(), QStringLiteral("Refresh"));
    QCOMPARE(list->item(0, CommandPalette::KeysColumn)->text(), QStringLiteral("F5"));
    // Coming down to the last one shows the whole of it.
    line->clear();
    QTest::keyClick(line, Qt::Key_Up);
    QCOMPARE(list->currentRow(), list->rowCount() - 1);
    const QRect last = list->visualRect(list->currentIndex());
    QCOMPARE(list->viewport()->rect().intersected(last), last);
}

QTEST_MAIN(TestCommandPalette)
#include "tst_commandpalette.moc"
