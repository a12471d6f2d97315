// SPDX-License-Identifier: GPL-3.0-or-later
// The painted widgets: badges, gauge, deductions, map, bars and chart, in both themes.
#include "ui/theme/theme.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/barlist.h"
#include "ui/widgets/deductionlist.h"
#include "ui/widgets/hourchart.h"
#include "ui/widgets/mapshapes.h"
#include "ui/widgets/scoregauge.h"
#include "ui/widgets/tabledialog.h"
#include "ui/widgets/worldmap.h"

#include <QAccessible>
#include <QApplication>
#include <QPainter>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <cmath>

using namespace bartizan;

namespace {

SecurityScore exampleScore()
{
    using Kind = ScoreDeduction::Kind;
    SecurityScore score;
    score.exact = 64.18;
    score.rounded = 64;
    score.deductions = {ScoreDeduction{Kind::CriticalEvents, 2, 4.0, 30.0, false},
                        ScoreDeduction{Kind::ActiveAlerts, 4, 12.0, 25.0, false},
                        ScoreDeduction{Kind::TopThreats, 3, 15.0, 20.0, false},
                        ScoreDeduction{Kind::EventVolume, 482, 4.82, 15.0, false}};
    return score;
}

bool holds(const QImage &image, const QColor &colour, const QRect &where)
{
    for (int y = where.top(); y <= where.bottom(); ++y) {
        for (int x = where.left(); x <= where.right(); ++x) {
            if (image.pixelColor(x, y).rgb() == colour.rgb())
                return true;
        }
    }
    return false;
}

/// Whether anything but the ground touches the edge of an image.
bool edgeIsFree(const QImage &image, const QColor &ground)
{
    for (int x = 0; x < image.width(); ++x) {
        if (image.pixelColor(x, 0) != ground || image.pixelColor(x, image.height() - 1) != ground)
            return false;
    }
    for (int y = 0; y < image.height(); ++y) {
        if (image.pixelColor(0, y) != ground || image.pixelColor(image.width() - 1, y) != ground)
            return false;
    }
    return true;
}

/// A widget's picture on the theme's surface, at one pixel a point.
QImage pictureOf(QWidget &widget)
{
    widget.ensurePolished();
    QImage image(widget.size(), QImage::Format_RGB32);
    image.fill(Theme::current().surface);
    widget.render(&image, QPoint(), QRegion(), QWidget::DrawChildren);
    return image;
}

QPoint onRing(const QSize &size, double points)
{
    const double side = std::min(size.width(), size.height());
    const double radius = 70.0 * side / 168.0;
    const double angle = (225.0 - 2.7 * points) * M_PI / 180.0;
    return {qRound(size.width() / 2.0 + radius * std::cos(angle)), qRound(size.height() / 2.0 - radius * std::sin(angle))};
}

std::vector<HourChart::Column> columns(std::int64_t factor)
{
    std::vector<HourChart::Column> result;
    for (int i = 0; i < 24; ++i)
        result.push_back({QString::number(i), QStringLiteral("%1:00").arg(i), (i + 1) * factor});
    return result;
}

} // namespace

class TestPictures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void badgesAreWhole_data() { themes(); }
    void badgesAreWhole();
    void gaugeDrawsItsArcs_data() { themes(); }
    void gaugeDrawsItsArcs();
    void gaugeAndLinesAreOne();
    void deductionsSayWhy();
    void capIsSaid();
    void mapShadesCountries_data() { themes(); }
    void mapShadesCountries();
    void mapHasNoBands();
    void mapKnowsEverySpelling();
    void mapClasses();
    void mapWalksByKeyboard();
    void barsAreInProportion();
    void barListOpensByKeyAndClick();
    void chartIsZeroBased_data() { themes(); }
    void chartIsZeroBased();
    void chartScales();
    void chartAsTable();

private:
    static void themes();
    static void use(bool dark);
};

void TestPictures::themes()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestPictures::use(bool dark)
{
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()),
               dark ? ThemeChoice::Dark : ThemeChoice::Light);
}

void TestPictures::badgesAreWhole()
{
    QFETCH(bool, dark);
    use(dark);
    const Theme &theme = Theme::current();
    for (int rank = 0; rank < 4; ++rank) {
        const auto severity = static_cast<AlertSeverity>(rank);
        const QSize size = badge::size(severity);
        QVERIFY(size.height() >= 18 && size.width() <= badge::widestSeverity());
        QImage image(size + QSize(8, 8), QImage::Format_RGB32);
        image.fill(theme.surface);
        QPainter painter(&image);
        badge::paint(&painter, QRect(QPoint(4, 4), size), severity);
        painter.end();
        QVERIFY2(edgeIsFree(image, theme.surface), "painted outside of its size");
        QVERIFY(holds(image, theme.severity[static_cast<std::size_t>(rank)], image.rect()));
        // Weight: a tint behind HIGH, a solid fill behind CRITICAL, nothing behind the others.
        const QColor ground = image.pixelColor(4 + size.width() / 2, 5);
        QCOMPARE(ground, rank == 2 ? theme.tintHigh : rank == 3 ? theme.severity[3] : theme.surface);
        SeverityBadge widget;
        widget.setSeverity(severity);
        QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(&widget);
        QVERIFY(accessible);
        QCOMPARE(accessible->text(QAccessible::Name), badge::accessibleText(severity));
    }
    QCOMPARE(badge::accessibleText(AlertSeverity::High), QStringLiteral("Severity HIGH"));
    QCOMPARE(badge::accessibleText(ThreatLevel::Moderate), QStringLiteral("Threat level MODERATE"));
}

void TestPictures::gaugeDrawsItsArcs()
{
    QFETCH(bool, dark);
    use(dark);
    ScoreGauge gauge;
    gauge.resize(168, 168);
    gauge.setScore(exampleScore(), ThreatLevel::High);
    const QImage image = pictureOf(gauge);
    const Theme &theme = Theme::current();
    QVERIFY(edgeIsFree(image, theme.surface));
    for (const double kept : {5.0, 30.0, 60.0})
        QCOMPARE(image.pixelColor(onRing(gauge.size(), kept)), theme.threat[2]);
    // From the sum upwards: critical events to 68.18, volume to 73, active alerts to 85, top threats to 100.
    for (const double lost : {67.0, 71.0, 80.0, 93.0})
        QCOMPARE(image.pixelColor(onRing(gauge.size(), lost)), theme.lost);
    QVERIFY2(image.pixelColor(onRing(gauge.size(), 85.5)) != theme.lost, "no gap between two deductions");
    // The gap below is open.
    QCOMPARE(image.pixelColor(gauge.width() / 2, 160), theme.surface);

    gauge.setMarker(70.18);
    const QImage marked = pictureOf(gauge);
    QVERIFY(!holds(image, theme.accent, image.rect()));
    QVERIFY(holds(marked, theme.accent, marked.rect()));
    QVERIFY(gauge.accessibleDescription().contains(QStringLiteral("64 of 100")));
    QVERIFY(gauge.accessibleDescription().contains(QStringLiteral("Threat level HIGH")));
}

void TestPictures::gaugeAndLinesAreOne()
{
    use(false);
    ScoreGauge gauge;
    gauge.resize(168, 168);
    gauge.setScore(exampleScore(), ThreatLevel::High);
    std::vector<ScoreDeduction::Kind> seen;
    connect(&gauge, &ScoreGauge::activated, this, [&seen](ScoreDeduction::Kind kind) { seen.push_back(kind); });
    QTest::mouseClick(&gauge, Qt::LeftButton, {}, onRing(gauge.size(), 93.0));
    QTest::mouseClick(&gauge, Qt::LeftButton, {}, onRing(gauge.size(), 30.0)); // What is kept opens nothing.
    QTest::keyClick(&gauge, Qt::Key_Right);
    QTest::keyClick(&gauge, Qt::Key_Return);
    const std::vector<ScoreDeduction::Kind> expected{ScoreDeduction::Kind::TopThreats,
                                                     ScoreDeduction::Kind::CriticalEvents};
    QCOMPARE(seen, expected);

    DeductionList list;
    list.resize(330, list.sizeHint().height());
    list.setScore(exampleScore());
    std::optional<ScoreDeduction::Kind> highlighted;
    connect(&list, &DeductionList::highlighted, this, [&](std::optional<ScoreDeduction::Kind> kind) { highlighted = kind; });
    QTest::keyClick(&list, Qt::Key_Down);
    QCOMPARE(highlighted, std::optional(ScoreDeduction::Kind::TopThreats)); // The largest comes first.
    QTest::keyClick(&list, Qt::Key_End);
    QCOMPARE(highlighted, std::optional(ScoreDeduction::Kind::CriticalEvents));
}

void TestPictures::deductionsSayWhy()
{
    const std::vector<ScoreLine> lines = scoreLines(exampleScore());
    QCOMPARE(lines.size(), 4U);
    QCOMPARE(lines[0].amount, QString(QChar(0x2212) + QStringLiteral("15")));
    QCOMPARE(lines[1].reason, QStringLiteral("4 × 3, at most 25"));
    QCOMPARE(lines[2].reason, QStringLiteral("482 over 1,000, 1 per 100, at most 15"));
    QCOMPARE(lines[3].name, QStringLiteral("Critical events"));
    DeductionList list;
    list.setScore(exampleScore());
    list.setForecast(QStringLiteral("If so: "), QStringLiteral("So: "), QStringLiteral("70"), QStringLiteral(", still HIGH"),
                     QString());
    const QString description = QAccessible::queryAccessibleInterface(&list)->text(QAccessible::Description);
    QVERIFY(description.contains(QStringLiteral("64.18")));
    QVERIFY(description.contains(QStringLiteral("If so: 70, still HIGH")));
}

void TestPictures::capIsSaid()
{
    SecurityScore score = exampleScore();
    score.deductions[1] = {ScoreDeduction::Kind::ActiveAlerts, 15, 25.0, 25.0, true};
    QCOMPARE(scoreLines(score).front().reason, QStringLiteral("15 × 3, at most 25, reached"));
    const QString reason = threatLevelReason(ThreatLevel::Critical, 41, 15, 1);
    QVERIFY(reason.contains(QStringLiteral("15 active")));
    QVERIFY(!reason.contains(QStringLiteral("critical event")));
    QVERIFY(reason.contains(QStringLiteral("below 50")));
}

void TestPictures::mapShadesCountries()
{
    QFETCH(bool, dark);
    use(dark);
    WorldMap map;
    map.resize(900, 460);
    map.setCountries(countriesOf({{"US", 486}, {"BR", 64}, {"AU", 2}}));
    const QImage image = pictureOf(map);
    const Theme &theme = Theme::current();
    QCOMPARE(map.colourOf(QStringLiteral("US")), theme.mapRamp[5]);
    QCOMPARE(map.colourOf(QStringLiteral("BR")), theme.mapRamp[3]);
    QCOMPARE(map.colourOf(QStringLiteral("AU")), theme.mapRamp[0]);
    QCOMPARE(map.colourOf(QStringLiteral("CN")), theme.land);
    QHash<QString, int> found;
    for (int y = 2; y < 430; y += 3) {
        for (int x = 2; x < 898; x += 3) {
            const QString country = map.countryAt(QPointF(x, y));
            if (!country.isEmpty() && image.pixelColor(x, y) == map.colourOf(country))
                ++found[country];
        }
    }
    for (const char *country : {"US", "BR", "AU", "CN", "RU", "CD"})
        QVERIFY2(found.value(QLatin1String(country)) > 20, country);
    QVERIFY(!found.contains(QStringLiteral("AQ")));
    QVERIFY(map.accessibleDescription().contains(QStringLiteral("United States 486")));
}

// A shape that crosses 180 degrees and is not cut lies over the whole map.
void TestPictures::mapHasNoBands()
{
    const MapShapes &shapes = MapShapes::instance();
    QVERIFY(shapes.shapes().size() > 230);
    const double equator = MapShapes::project(180.0, 0.0).x();
    QVERIFY(std::abs(equator - 0.8707 * M_PI) < 1e-9);
    const MapShapes::Shape *russia = shapes.find(QStringLiteral("RU"));
    const MapShapes::Shape *fiji = shapes.find(QStringLiteral("FJ"));
    QVERIFY(russia && fiji);
    QVERIFY(!russia->path.contains(MapShapes::project(-100.0, 67.0))); // Northern Canada.
    QVERIFY(russia->path.contains(MapShapes::project(100.0, 62.0)));
    QVERIFY(russia->path.contains(MapShapes::project(-175.0, 66.5))); // Chukotka, east of the antimeridian.
    QVERIFY(!fiji->path.contains(MapShapes::project(20.0, -17.0)));
    QVERIFY(shapes.find(QStringLiteral("GF"))); // Overseas parts stand under their own codes.
    QVERIFY(shapes.find(QStringLiteral("FR"))->box.width() < 0.5);
    QVERIFY(!shapes.find(QString()));
}

void TestPictures::mapKnowsEverySpelling()
{
    const auto countries = countriesOf({{"US", 5}, {"DEU", 40}, {"USA", 6}, {"United States", 7}, {"germany", 1},
                                        {"<b>Nowhere</b>", 3}, {"de", 1}});
    QCOMPARE(countries.size(), 3U);
    QCOMPARE(countries[0].alpha2, QStringLiteral("DE"));
    QCOMPARE(countries[0].events, 42);
    QCOMPARE(countries[1].alpha2, QStringLiteral("US"));
    QCOMPARE(countries[1].events, 18);
    const std::vector<std::string> stored{"US", "USA", "United States"};
    QCOMPARE(countries[1].stored, stored);
    QCOMPARE(countries[2].alpha2, QString());
    QCOMPARE(countries[2].name, QStringLiteral("<b>Nowhere</b>"));
}

void TestPictures::mapClasses()
{
    using Limits = std::array<std::int64_t, 6>;
    QCOMPARE(mapClassLimits(486), (Limits{1, 3, 10, 30, 100, 300}));
    QCOMPARE(mapClassLimits(2999), (Limits{1, 3, 10, 30, 100, 300}));
    QCOMPARE(mapClassLimits(3000), (Limits{10, 30, 100, 300, 1000, 3000}));
    QCOMPARE(mapClassLimits(10'000'000), (Limits{10'000, 30'000, 100'000, 300'000, 1'000'000, 3'000'000}));
    QCOMPARE(mapClassLimits(299), (Limits{1, 1, 1, 3, 10, 30}));
    QCOMPARE(mapClassLimits(1), (Limits{1, 1, 1, 1, 1, 1}));
}

void TestPictures::mapWalksByKeyboard()
{
    WorldMap map;
    map.resize(600, 300);
    map.setCountries(countriesOf({{"BR", 64}, {"US", 486}, {"Atlantis", 99}}));
    QStringList opened;
    connect(&map, &WorldMap::activated, this, [&opened](const CountryEvents &c) { opened.append(c.alpha2); });
    QTest::keyClick(&map, Qt::Key_Right);
    QCOMPARE(map.highlightedCountry(), QStringLiteral("US"));
    QVERIFY(map.accessibleDescription().startsWith(QStringLiteral("United States (US)")));
    QTest::keyClick(&map, Qt::Key_Return);
    QTest::keyClick(&map, Qt::Key_Right); // What no shape stands for is passed over.
    QTest::keyClick(&map, Qt::Key_Return);
    QCOMPARE(opened, QStringList({QStringLiteral("US"), QStringLiteral("BR")}));
}

void TestPictures::barsAreInProportion()
{
    use(false);
    BarList list;
    list.setColumnWidths(80, 200);
    list.setRowHeight(28);
    list.setRows({{QStringLiteral("a"), 100, {}, {}}, {QStringLiteral("b"), 25, {}, {}}, {QStringLiteral("c"), 0, {}, {}}});
    list.resize(400, 84);
    const QImage image = pictureOf(list);
    const auto length = [&image](int row) {
        int pixels = 0;
        for (int x = 80; x < image.width(); ++x)
            pixels += image.pixelColor(x, row * 28 + 14) == Theme::current().series[0] ? 1 : 0;
        return pixels;
    };
    QCOMPARE(length(0), 200);
    QCOMPARE(length(1), 50);
    QCOMPARE(length(2), 0);
}

void TestPictures::barListOpensByKeyAndClick()
{
    BarList list;
    list.setAccessibleName(QStringLiteral("Things"));
    list.setRowHeight(28);
    list.setRows({{QStringLiteral("<b>a</b>"), 3, {}, {}}, {QStringLiteral("b"), 2, {}, {}}});
    list.resize(300, 56);
    QSignalSpy opened(&list, &BarList::activated);
    QTest::mouseClick(&list, Qt::LeftButton, {}, QPoint(20, 40));
    QTest::keyClick(&list, Qt::Key_Up);
    QTest::keyClick(&list, Qt::Key_Return);
    QCOMPARE(opened.count(), 2);
    QCOMPARE(opened.at(0).at(0).toInt(), 1);
    QCOMPARE(opened.at(1).at(0).toInt(), 0);
    QVERIFY(list.accessibleDescription().contains(QStringLiteral("<b>a</b>: 3")));
}

void TestPictures::chartIsZeroBased()
{
    QFETCH(bool, dark);
    use(dark);
    HourChart chart;
    chart.resize(700, 220);
    chart.setColumns(columns(1));
    chart.setAxisTitles(QStringLiteral("Hour of day (UTC)"), QStringLiteral("Events"));
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QTRY_VERIFY_WITH_TIMEOUT(chart.columnRect(23).height() > 10.0, 20'000);
    const QRectF first = chart.columnRect(0);
    const QRectF last = chart.columnRect(23);
    QVERIFY(std::abs(last.height() / first.height() - 24.0) < 0.01);
    QVERIFY(std::abs(last.bottom() - first.bottom()) < 0.01);
    const QImage image = chart.grab().toImage();
    const double ratio = image.devicePixelRatio();
    const auto at = [&](const QPointF &p) { return image.pixelColor((p * ratio).toPoint()); };
    QCOMPARE(at(last.center()), Theme::current().series[0]);
    QCOMPARE(at(QPointF(first.center().x(), last.center().y())), Theme::current().surface);
}

void TestPictures::chartScales()
{
    const auto is = [](AxisScale scale, double end, double step) { return scale.end == end && scale.step == step; };
    QVERIFY(is(axisScale(0, 5), 1, 1));
    QVERIFY(is(axisScale(1, 5), 1, 1));
    QVERIFY(is(axisScale(112, 5), 125, 25));
    QVERIFY(is(axisScale(112, 3), 150, 50));
    QVERIFY(is(axisScale(10'000'000, 5), 10'000'000, 2'000'000));
    QVERIFY(is(axisScale(11, 5), 15, 5)); // Not 2.5: counts are whole.
}

void TestPictures::chartAsTable()
{
    HourChart chart;
    chart.setAxisTitles(QStringLiteral("Hour"), QStringLiteral("Events"));
    chart.setColumns(columns(1000));
    chart.showAsTable();
    auto *dialog = chart.findChild<TableDialog *>();
    QVERIFY(dialog);
    const QString text = dialog->copyText();
    QVERIFY(text.startsWith(QStringLiteral("Hour\tEvents\n0:00\t1,000\n1:00\t2,000\n")));
    // Numbers sort as numbers.
    auto *view = dialog->findChild<QTableView *>();
    view->sortByColumn(1, Qt::DescendingOrder);
    QCOMPARE(view->model()->index(0, 1).data().toString(), QStringLiteral("24,000"));
    QVERIFY(chart.accessibleDescription().contains(QStringLiteral("most at 23:00: 24,000")));
}

QTEST_MAIN(TestPictures)
#include "tst_pictures.moc"
