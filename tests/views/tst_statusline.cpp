// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/viewfixture.h"
#include "ui/theme/measures.h"
#include "ui/views/enginedetailsdialog.h"
#include "ui/views/statusline.h"
#include "ui/views/translations.h"

#include <QImage>

using namespace bartizan;
using namespace bartizan::fixtures;

/// What the bar at the bottom says of the engine.
class TestStatusLine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void saysHowFarTheEngineIsBehind_data();
    void saysHowFarTheEngineIsBehind();
    void detailsSayWhatCannotBeCounted();
};

void TestStatusLine::initTestCase()
{
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestStatusLine::saysHowFarTheEngineIsBehind_data()
{
    QTest::addColumn<EngineState>("state");
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("bound");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("behind");
    const auto row = [](const char *name, EngineState state, const Backlog &backlog, const char *text, bool behind) {
        QTest::newRow(name) << state << int(backlog.count) << backlog.isBound << QString::fromLatin1(text) << behind;
    };
    row("here, counted", EngineState::Behind, {12'480, false}, "Behind by 12,480 events", true);
    row("here, more than are counted", EngineState::Behind, {100'000, true}, "Behind by over 100,000 events", true);
    row("here, not counted", EngineState::Behind, {0, true}, "Behind, nobody can count how far", true);
    row("elsewhere, none", EngineState::RunningElsewhere, {}, "Engine running elsewhere: on srv", false);
    row("elsewhere, counted", EngineState::RunningElsewhere, {70, false}, "Engine elsewhere is behind by 70 events: on srv", true);
    row("elsewhere, more than are counted", EngineState::RunningElsewhere, {100'000, true},
        "Engine elsewhere is behind by at least 100,000 events: on srv", true);
    row("elsewhere, not counted", EngineState::RunningElsewhere, {kUncounted, true},
        "Engine elsewhere is behind by at least 1 event: on srv", true);
}

/// In words, and by the glyph.
void TestStatusLine::saysHowFarTheEngineIsBehind()
{
    QFETCH(const EngineState, state);
    QFETCH(const int, count);
    QFETCH(const bool, bound);
    QFETCH(const QString, text);
    QFETCH(const bool, behind);
    StatusLine line;
    line.resize(1368, line.height());
    line.show();
    const auto glyph = [&line](const EngineStatus &status) {
        line.setStatus(status);
        auto *button = line.findChild<QAbstractButton *>();
        return button->grab(QRect(measure::kGrid, 0, measure::kIcon, button->height())).toImage();
    };
    EngineStatus status;
    status.state = EngineState::Behind;
    const QImage behindGlyph = glyph(status);
    status.state = EngineState::Running;
    const QImage connectedGlyph = glyph(status);
    QVERIFY(behindGlyph != connectedGlyph);
    status.state = state;
    status.backlog = {count, bound};
    if (state == EngineState::RunningElsewhere)
        status.detail = QStringLiteral("on srv");
    const QImage shown = glyph(status);
    QCOMPARE(line.stateText(), text);
    QVERIFY(shown == (behind ? behindGlyph : connectedGlyph));
}

/// Not "over 0 events", which nobody would look into.
void TestStatusLine::detailsSayWhatCannotBeCounted()
{
    ViewFixture f;
    EngineDetailsDialog dialog(&f.session(), QTimeZone::utc());
    const auto told = [&](EngineState state, const Backlog &backlog) {
        EngineStatus status;
        status.state = state;
        status.backlog = backlog;
        Q_EMIT f.session().engineStatusChanged(status);
        const auto labels = dialog.findChildren<QLabel *>();
        const auto found = std::find_if(labels.begin(), labels.end(), [](const QLabel *label) {
            return label->accessibleName() == QLatin1String("Not yet looked at");
        });
        return found == labels.end() ? QString() : (*found)->text();
    };
    QCOMPARE(told(EngineState::Running, {}), QStringLiteral("0 events"));
    QCOMPARE(told(EngineState::Behind, {12'480, false}), QStringLiteral("12,480 events"));
    QCOMPARE(told(EngineState::Behind, {100'000, true}), QStringLiteral("over 100,000 events"));
    QCOMPARE(told(EngineState::Behind, {0, true}), QStringLiteral("some, nobody can count how many"));
    QCOMPARE(told(EngineState::RunningElsewhere, {kUncounted, true}), QStringLiteral("one event at least"));
}

QTEST_MAIN(TestStatusLine)
#include "tst_statusline.moc"
