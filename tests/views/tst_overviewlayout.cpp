// SPDX-License-Identifier: GPL-3.0-or-later
// Where the panes of the Overview stand, and that what they show stays apart.
#include "core/domain/timestamp.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/overviewbody.h"
#include "ui/views/overviewpanes.h"
#include "ui/views/responsefigures.h"
#include "ui/widgets/barlist.h"
#include "ui/widgets/buttons.h"

#include <QAbstractButton>
#include <QApplication>
#include <QImage>
#include <QTest>

#include <utility>
#include <vector>

using namespace bartizan;

namespace {

/// From where to where columns of a widget are painted on; with less than `gap` between them they are read as one.
std::vector<std::pair<int, int>> inkedGroups(QWidget &widget, int gap)
{
    const QImage image = widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
    const QRgb ground = image.pixel(0, 1); // Below the line between rows.
    std::vector<std::pair<int, int>> groups;
    for (int x = 0; x < image.width(); ++x) {
        bool inked = false;
        for (int y = 1; y < image.height() && !inked; ++y)
            inked = image.pixel(x, y) != ground;
        if (!inked)
            continue;
        if (groups.empty() || x - groups.back().second > gap)
            groups.emplace_back(x, x);
        groups.back().second = x;
    }
    return groups;
}

} // namespace

class TestOverviewLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void followsTheWindow();
    void responseTimesStandApart_data();
    void responseTimesStandApart();
    void saysHowManyUsersAreLeftOut();
};

void TestOverviewLayout::initTestCase()
{
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestOverviewLayout::followsTheWindow()
{
    // Source: the console's layout table.
    const OverviewLayout drawn = OverviewLayout::of({1368, 784});
    QCOMPARE(drawn.score, QRect(0, 0, 572, 264));
    QCOMPARE(drawn.figures, QRect(572, 0, 280, 264));
    QCOMPARE(drawn.alerts, QRect(852, 0, 516, 264));
    QCOMPARE(drawn.countries, QRect(0, 264, 852, 292));
    QCOMPARE(drawn.users, QRect(852, 556, 516, 228));
    // The response times stand below the figures: the same lines through the page.
    QCOMPARE(drawn.hours, QRect(0, 556, 572, 228));
    QCOMPARE(drawn.response, QRect(572, 556, 280, 228));
    const OverviewLayout small = OverviewLayout::of({1208, 684});
    QCOMPARE(small.score.width(), 500);
    QCOMPARE(small.figures.width(), 232);
    QCOMPARE(small.alerts.width(), 476);
    QVERIFY(!small.alertCountry);
    QCOMPARE(small.height, 684);
    const OverviewLayout large = OverviewLayout::of({1848, 964});
    QCOMPARE(large.score.height(), 300);
    QCOMPARE(large.countries.height(), 360);
    // The room goes to the titles of the alerts.
    QCOMPARE(large.alerts.width(), 640);
    QCOMPARE(large.hours.width(), 1848 - 640 - 360);
    const OverviewLayout narrow = OverviewLayout::of({952, 500});
    QVERIFY(narrow.height > 500);
    QCOMPARE(narrow.figures.left(), 0);
    QCOMPARE(narrow.threats.right(), 951);
    QCOMPARE(narrow.hours.width(), 952);
}

void TestOverviewLayout::responseTimesStandApart_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<double>("seconds");
    for (const int width : {199, 247, 327}) { // of windows of 1280, 1440 and 1920
        for (const double seconds : {5.0, 1109.0, 3599.0, 86'340.0, 8'553'600.0}) {
            QTest::addRow("%d wide, %.0f s", width, seconds) << width << seconds;
        }
    }
}

/// What is painted in each line: name and two times, with a gap that tells them apart.
void TestOverviewLayout::responseTimesStandApart()
{
    QFETCH(int, width);
    QFETCH(double, seconds);
    ResponseTimes times;
    for (std::size_t i = 0; i < times.acknowledge.size(); ++i) {
        times.acknowledge[i] = {1, seconds * kSecond};
        times.resolve[i] = {1, seconds * kSecond};
    }
    ResponseFigures figures;
    figures.resize(width, 120);
    figures.setTimes(times);
    figures.show();
    for (QAbstractButton *row : figures.findChildren<QAbstractButton *>()) {
        const auto groups = inkedGroups(*row, measure::kControlGap);
        QCOMPARE(groups.size(), std::size_t(3));
        QVERIFY(groups.front().first >= 0 && groups.back().second < row->width());
    }
}

void TestOverviewLayout::saysHowManyUsersAreLeftOut()
{
    std::vector<UserRisk> users(10);
    for (std::size_t i = 0; i < users.size(); ++i) {
        users[i].activity.userId = "user" + std::to_string(i);
        users[i].riskScore = 10;
    }
    UsersPane pane(nullptr);
    pane.resize(476, 200);
    pane.show();
    pane.setUsers(users);
    const auto *list = pane.findChild<BarList *>();
    const auto *more = pane.findChild<LinkButton *>();
    QTRY_VERIFY(more->isVisible() && list->geometry().bottom() < more->y());
    QVERIFY(list->visibleRows() < 10);
    QCOMPARE(more->text(), QStringLiteral("%1 more").arg(10 - list->visibleRows()));
    QVERIFY(pane.rect().contains(QRect(more->mapTo(&pane, QPoint()), more->size())));
    pane.resize(476, 400);
    QTRY_VERIFY(!more->isVisible());
    QCOMPARE(list->visibleRows(), 10);
}

QTEST_MAIN(TestOverviewLayout)
#include "tst_overviewlayout.moc"
