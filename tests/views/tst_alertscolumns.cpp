// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/alertspagefixture.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsselectionline.h"
#include "ui/widgets/elidedlabel.h"

#include <QScrollBar>

#include <numeric>

using namespace bartizan;
using namespace bartizan::fixtures;

/// What stands whole in the queue, and where, as wide as the window is.
class TestAlertsColumns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void columnsFollowTheDrawing_data();
    void columnsFollowTheDrawing();
    void columnsStayWhenRowsFit_data() { columnsFollowTheDrawing_data(); }
    void columnsStayWhenRowsFit();
    void accountsCanBeToldApart_data() { columnsFollowTheDrawing_data(); }
    void accountsCanBeToldApart();
    void sortedHeadersStandWhole();
    void largeCountsHaveSeparators();
    void reportsGiveWayToTheirShortForm();
};

void TestAlertsColumns::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_alertscolumns"));
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestAlertsColumns::columnsFollowTheDrawing_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<QList<int>>("hidden");
    QTest::addColumn<int>("details");
    QTest::newRow("1280x800") << QSize(1208, 728) << QList<int>{AlertModel::TypeColumn} << 320;
    QTest::newRow("1440x900") << QSize(1368, 828) << QList<int>() << 320;
    QTest::newRow("1920x1080") << QSize(1848, 1008) << QList<int>() << 400;
}

/// As layout.md has it, with a scroll bar beside them: which columns there are, and that their values fit.
void TestAlertsColumns::columnsFollowTheDrawing()
{
    QFETCH(QSize, size);
    QFETCH(QList<int>, hidden);
    QFETCH(int, details);
    ViewFixture f;
    f.commit(f.alerts(0, 60));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page, size);
    const AlertsTable *table = page.table();
    QTRY_VERIFY_WITH_TIMEOUT(table->verticalScrollBar()->isVisible(), kPatience);
    QCOMPARE(page.details()->width(), details);
    int used = 0;
    for (int column = 0; column < AlertModel::ColumnCount; ++column) {
        QVERIFY2(table->isColumnHidden(column) == hidden.contains(column), qPrintable(QString::number(column)));
        used += table->columnWidth(column);
    }
    QCOMPARE(used, table->viewport()->width()); // The title takes the rest, and nothing has to be scrolled to.
    const auto fits = [&](int column, const QString &text, int besides) {
        return table->isColumnHidden(column)
            || table->columnWidth(column) >= tabulartext::width(fonts::body(), text) + measure::kCellPadding + besides;
    };
    QVERIFY(fits(AlertModel::AddressColumn, QStringLiteral("203.113.100.209"), 0));
    QVERIFY(fits(AlertModel::TimeColumn, QStringLiteral("11-19 22:54"), measure::kCellPadding));
    QVERIFY(fits(AlertModel::CountColumn, format::repeat(9999), 0));
    for (std::size_t i = 0; i < enumCount<AlertType>(); ++i)
        QVERIFY(fits(AlertModel::TypeColumn, format::alertType(static_cast<AlertType>(i)), measure::kCellPadding));
    for (std::size_t i = 0; i < enumCount<AlertDisposition>(); ++i)
        QVERIFY(fits(AlertModel::StatusColumn, format::status(AlertStatus::Resolved, static_cast<AlertDisposition>(i)), measure::kIcon));
    QVERIFY(fits(AlertModel::StatusColumn, format::status(AlertStatus::Acknowledged), measure::kIcon));
    QVERIFY(table->columnWidth(AlertModel::TitleColumn) >= 120);
}

/// A few rows take as much room as many do beside a scroll bar: no column comes, goes or moves when a group is opened.
void TestAlertsColumns::columnsStayWhenRowsFit()
{
    QFETCH(QSize, size);
    ViewFixture few;
    const auto shownFew = showAlerts(few, few.alerts(0, 2), size);
    ViewFixture many;
    const auto shownMany = showAlerts(many, many.alerts(0, 60), size);
    const AlertsTable *table = shownMany->table();
    QTRY_VERIFY_WITH_TIMEOUT(table->verticalScrollBar()->maximum() > 0, kPatience);
    for (int column = 0; column < AlertModel::ColumnCount; ++column)
        QCOMPARE(shownFew->table()->columnWidth(column), table->columnWidth(column));
}

/// The accounts of a brute force end differently, and stand whole where there is room.
void TestAlertsColumns::accountsCanBeToldApart()
{
    QFETCH(QSize, size);
    ViewFixture f;
    std::vector<SecurityAlert> alerts = f.alerts(0, 2);
    for (std::size_t i = 0; i < alerts.size(); ++i)
        alerts[i].context.userId = "elastic_user_" + std::to_string(i);
    const auto shown = showAlerts(f, alerts, size);
    const AlertsTable *table = shown->table();
    const auto cell = [table](int row) {
        const QRect where = table->visualRect(table->model()->index(row, AlertModel::UserColumn));
        return table->viewport()->grab(where.adjusted(0, 3, 0, -3)).toImage();
    };
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, kPatience);
    QVERIFY(cell(0) != cell(1));
    if (size.width() > 1400) {
        QVERIFY(table->columnWidth(AlertModel::UserColumn)
                >= tabulartext::width(fonts::body(), QStringLiteral("elastic_user_0")) + 2 * measure::kCellPadding);
    }
}

/// "Count" beside its arrow, at the drawn width of the window, and no column hides for that.
void TestAlertsColumns::sortedHeadersStandWhole()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 60), {1368, 828});
    AlertsTable *table = shown->table();
    const auto widths = [table] {
        QList<int> all;
        for (int column = 0; column < AlertModel::ColumnCount; ++column)
            all.append(table->columnWidth(column));
        return all;
    };
    const QList<int> before = widths();
    const QFontMetrics metrics(fonts::small());
    constexpr int kArrow = 16;
    for (int column = AlertModel::SeverityColumn; column < AlertModel::ActionColumn; ++column) {
        table->sortByColumn(column, Qt::DescendingOrder);
        const QString text = table->model()->headerData(column, Qt::Horizontal).toString();
        QVERIFY2(table->columnWidth(column) >= metrics.horizontalAdvance(text) + 2 * measure::kCellPadding + kArrow, qPrintable(text));
        QVERIFY(!table->isColumnHidden(AlertModel::TypeColumn));
        const QList<int> now = widths();
        QCOMPARE(std::accumulate(now.begin(), now.end(), 0), table->viewport()->width());
    }
    table->sortByColumn(AlertModel::TimeColumn, Qt::DescendingOrder);
    QCOMPARE(widths(), before);
}

/// Whoever reads "333373 selected" has to count digits.
void TestAlertsColumns::largeCountsHaveSeparators()
{
    AlertsSelectionLine line;
    line.setSelection(333'373, 0);
    QCOMPARE(line.findChild<QLabel *>()->text(), QStringLiteral("%1 selected").arg(QLocale().toString(333'373)));
}

void TestAlertsColumns::reportsGiveWayToTheirShortForm()
{
    AlertsSelectionLine line;
    const QString whole = QStringLiteral("Brute force, about 24.151.103.17, muted until 2026-11-29 22:10 UTC");
    line.setSelection(1, 1);
    line.setReport(whole, true, QStringLiteral("Muted until 22:10"));
    line.resize(1040, line.height());
    line.show();
    const auto said = [&line] { return line.findChild<ElidedLabel *>()->shownText(); };
    QTRY_COMPARE_WITH_TIMEOUT(said(), QStringLiteral("Muted until 22:10"), kPatience);
    line.resize(1700, line.height());
    QTRY_COMPARE_WITH_TIMEOUT(said(), whole, kPatience);
    QCOMPARE(line.report(), whole);
}

QTEST_MAIN(TestAlertsColumns)
#include "tst_alertscolumns.moc"
