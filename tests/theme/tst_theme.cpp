// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "tests/theme/colourscience.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/tabulartext.h"

#include <QApplication>
#include <QPainter>
#include <QTest>

#include <array>
#include <cmath>
#include <span>
#include <vector>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr double kTextFloor = 4.5;
constexpr double kControlFloor = 3.0;
constexpr double kDifferenceFloor = 10.0;

struct Named {
    const char *name;
    QColor colour;
};

std::vector<Named> groundsOf(const Theme &t)
{
    return {{"window", t.window},       {"surface", t.surface},     {"hover", t.hover},
            {"selection", t.selection}, {"inactive", t.selectionInactive}, {"raised", t.raised},
            {"button", t.button},       {"alt", t.alt}};
}

/// The smallest difference within a set, under one kind of vision.
double smallestDifference(std::span<const QColor> colours, Vision vision)
{
    double smallest = 1000.0;
    for (std::size_t i = 0; i < colours.size(); ++i) {
        for (std::size_t j = i + 1; j < colours.size(); ++j)
            smallest = std::min(smallest, difference(simulated(colours[i], vision), simulated(colours[j], vision)));
    }
    return smallest;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void measuresAreRight();
    void textHasContrast_data() { themes(); }
    void textHasContrast();
    void controlsHaveContrast_data() { themes(); }
    void controlsHaveContrast();
    void severitiesHaveContrast_data() { themes(); }
    void severitiesHaveContrast();
    void rampClimbs_data() { themes(); }
    void rampClimbs();
    void coloursStayApart_data();
    void coloursStayApart();
    void paletteFollows_data() { themes(); }
    void paletteFollows();
    void switchingTellsWidgets();
    void fontsHaveTwoSizesAndANumeral();
    void iconsTakeTheColour();
    void digitsAreTabular();

private:
    static void themes();
};

void TestTheme::themes()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

// The reference values of the two published formulas, so that a mistake in them cannot hide one in a colour.
void TestTheme::measuresAreRight()
{
    QCOMPARE(contrast(Qt::white, Qt::black), 21.0);
    QVERIFY(std::abs(contrast(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
    QCOMPARE(difference(Qt::red, Qt::red), 0.0);
    // Tokens of the design that were computed elsewhere: MEDIUM and HIGH, light.
    const QColor medium(0xab, 0x73, 0x06), high(0xad, 0x3a, 0x14);
    QVERIFY(std::abs(difference(medium, high) - 23.9) < 0.1);
    QVERIFY(std::abs(difference(simulated(medium, Vision::Deuteranopia), simulated(high, Vision::Deuteranopia)) - 10.2)
            < 0.15);
}

void TestTheme::textHasContrast()
{
    QFETCH(bool, dark);
    const Theme &t = dark ? Theme::darkTheme() : Theme::lightTheme();
    const std::vector<Named> inks{{"text", t.text}, {"muted", t.muted}, {"accent", t.accent}, {"ok", t.ok},
                                  {"warn", t.warn}, {"error", t.error}};
    for (const Named &ground : groundsOf(t)) {
        for (const Named &ink : inks)
            QVERIFY2(contrast(ink.colour, ground.colour) >= kTextFloor,
                     qPrintable(QStringLiteral("%1 on %2").arg(QLatin1String(ink.name), QLatin1String(ground.name))));
    }
    const std::vector<std::pair<QColor, QColor>> pairs{
        {t.onAccent, t.accent}, {t.onAccent, t.accentGround(true, false)}, {t.onAccent, t.accentGround(true, true)}, {t.onCritical, t.severity[3]}, {t.text, t.tintHigh}, {t.severity[2], t.tintHigh},
        {t.ok, t.okTint},       {t.warn, t.warnTint},          {t.error, t.errorTint}, {t.info, t.infoTint},
        {t.text, t.okTint},     {t.text, t.warnTint},          {t.text, t.errorTint},  {t.text, t.infoTint}};
    for (const auto &[ink, ground] : pairs)
        QVERIFY2(contrast(ink, ground) >= kTextFloor, qPrintable(ink.name() + QStringLiteral(" on ") + ground.name()));
}

void TestTheme::controlsHaveContrast()
{
    QFETCH(bool, dark);
    const Theme &t = dark ? Theme::darkTheme() : Theme::lightTheme();
    for (const Named &ground : groundsOf(t)) {
        QVERIFY2(contrast(t.control, ground.colour) >= kControlFloor, ground.name);
        QVERIFY2(contrast(t.focus, ground.colour) >= kControlFloor, ground.name);
    }
    for (const QColor &colour : {t.series[0], t.series[1], t.series[2], t.axis, t.lost})
        QVERIFY2(contrast(colour, t.surface) >= kControlFloor, qPrintable(colour.name()));
}

void TestTheme::severitiesHaveContrast()
{
    QFETCH(bool, dark);
    const Theme &t = dark ? Theme::darkTheme() : Theme::lightTheme();
    for (const Named &ground : groundsOf(t)) {
        for (const auto &set : {t.severity, t.threat}) {
            for (const QColor &colour : set)
                QVERIFY2(contrast(colour, ground.colour) >= kControlFloor,
                         qPrintable(colour.name() + QStringLiteral(" on ") + QLatin1String(ground.name)));
        }
    }
}

void TestTheme::rampClimbs()
{
    QFETCH(bool, dark);
    const Theme &t = dark ? Theme::darkTheme() : Theme::lightTheme();
    double before = contrast(t.land, t.surface);
    for (const QColor &step : t.mapRamp) {
        const double now = contrast(step, t.surface);
        QVERIFY2(now > before, qPrintable(step.name()));
        before = now;
    }
}

void TestTheme::coloursStayApart_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<int>("vision");
    const char *const names[] = {"normal", "protanopia", "deuteranopia", "tritanopia"};
    for (const bool dark : {false, true}) {
        for (int vision = 0; vision < 4; ++vision)
            QTest::addRow("%s, %s", dark ? "dark" : "light", names[vision]) << dark << vision;
    }
}

void TestTheme::coloursStayApart()
{
    QFETCH(bool, dark);
    QFETCH(int, vision);
    const Theme &t = dark ? Theme::darkTheme() : Theme::lightTheme();
    const auto seen = static_cast<Vision>(vision);
    QVERIFY(smallestDifference(t.severity, seen) >= kDifferenceFloor);
    QVERIFY(smallestDifference(t.threat, seen) >= kDifferenceFloor);
    const std::array<QColor, 4> status{t.ok, t.warn, t.error, t.info};
    QVERIFY(smallestDifference(status, seen) >= kDifferenceFloor);
    // Neighbouring steps of the map's ramp and the series are told by number or name as well.
    for (std::size_t i = 1; i < t.mapRamp.size(); ++i)
        QVERIFY(difference(simulated(t.mapRamp[i - 1], seen), simulated(t.mapRamp[i], seen)) >= 8.9);
    QVERIFY(smallestDifference(t.series, seen) >= 8.9);
}

void TestTheme::paletteFollows()
{
    QFETCH(bool, dark);
    const Theme &t = dark ? Theme::darkTheme() : Theme::lightTheme();
    const QPalette palette = t.palette();
    for (const auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled}) {
        QCOMPARE(palette.color(group, QPalette::Window), t.window);
        QCOMPARE(palette.color(group, QPalette::Base), t.surface);
        QCOMPARE(palette.color(group, QPalette::Link), t.accent);
    }
    QCOMPARE(palette.color(QPalette::Active, QPalette::Text), t.text);
    QCOMPARE(palette.color(QPalette::Disabled, QPalette::Text), t.disabled);
    QCOMPARE(palette.color(QPalette::Active, QPalette::Highlight), t.accent);
    QCOMPARE(palette.color(QPalette::Active, QPalette::HighlightedText), t.onAccent);
}

void TestTheme::switchingTellsWidgets()
{
    class Listener : public QWidget {
    public:
        int changes = 0;

    protected:
        void changeEvent(QEvent *event) override
        {
            if (event->type() == QEvent::PaletteChange)
                ++changes;
            QWidget::changeEvent(event);
        }
    } listener;
    auto *application = qobject_cast<QApplication *>(QCoreApplication::instance());
    applyTheme(*application, ThemeChoice::Light);
    QVERIFY(!Theme::current().dark);
    listener.show();
    listener.changes = 0;
    applyTheme(*application, ThemeChoice::Dark, true);
    QTRY_VERIFY_WITH_TIMEOUT(listener.changes > 0, 20'000);
    QVERIFY(Theme::current().dark);
    QCOMPARE(QApplication::palette().color(QPalette::Base), Theme::darkTheme().surface);
    QVERIFY(Theme::current().rowHeight >= 36);
    applyTheme(*application, ThemeChoice::Light);
    QVERIFY(Theme::current().rowHeight >= 28 && Theme::current().rowHeight < 36);
}

void TestTheme::fontsHaveTwoSizesAndANumeral()
{
    QVERIFY(fonts::body().pixelSize() >= 13);
    QCOMPARE(fonts::small().pixelSize(), qRound(fonts::body().pixelSize() * 0.85));
    QVERIFY(fonts::numeral().pixelSize() > 2 * fonts::body().pixelSize());
    QCOMPARE(fonts::semibold().weight(), QFont::DemiBold);
}

void TestTheme::iconsTakeTheColour()
{
    for (const char *name : {"bell-ring", "check", "triangle-alert", "circle-alert", "chevron-down", "layout-dashboard"})
        QVERIFY2(icons::exists(QLatin1String(name)), name);
    QVERIFY(!icons::exists(QStringLiteral("no-such-icon")));
    const QImage image = icons::pixmap(QStringLiteral("check"), Qt::red, 16, 2.0).toImage();
    QCOMPARE(image.size(), QSize(32, 32));
    int solid = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            if (pixel.alpha() == 255) {
                ++solid;
                QCOMPARE(pixel.red(), 255);
                QCOMPARE(pixel.green(), 0);
            }
        }
    }
    QVERIFY(solid > 20);
}

void TestTheme::digitsAreTabular()
{
    const QFont font = fonts::body();
    QCOMPARE(tabulartext::width(font, QStringLiteral("11:11:11")), tabulartext::width(font, QStringLiteral("08:40:59")));
    QVERIFY(tabulartext::width(font, QStringLiteral("1,111")) > tabulartext::width(font, QStringLiteral("111")));
    // What does not fit is elided, not painted over its neighbour.
    QImage image(60, 20, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setPen(Qt::black);
    tabulartext::draw(&painter, QRectF(0, 0, 30, 20), Qt::AlignLeft | Qt::AlignVCenter, font,
                      QStringLiteral("2026-11-20 14:27:12"));
    painter.end();
    for (int y = 0; y < 20; ++y)
        QCOMPARE(image.pixelColor(36, y), QColor(Qt::white));
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
