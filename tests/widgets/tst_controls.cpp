// SPDX-License-Identifier: GPL-3.0-or-later
// The small controls: chips, pill, segments, messages, empty states, labels; what they say, and to whom.
#include "ui/theme/shorttext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/barlist.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/figure.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/rowpainting.h"
#include "ui/widgets/segmentedcontrol.h"
#include "ui/widgets/wholerows.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QFocusFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTest>
#include <QVBoxLayout>

using namespace bartizan;

namespace {

QString accessible(QWidget &widget, QAccessible::Text text)
{
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(&widget);
    return interface ? interface->text(text) : QString();
}

} // namespace

class TestControls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void chipIsRemoved();
    void chipShowsHostileTextAsText();
    void severityChipToggles();
    void severityChipTellsWithoutColour_data();
    void severityChipTellsWithoutColour();
    void pillAppearsAndCounts();
    void segmentsChoose();
    void messageIsPlain();
    void fieldErrorIsRed_data();
    void fieldErrorIsRed();
    void emptyStateFocusesTheLikeliest();
    void emptyStateForgetsItsButtons();
    void labelElides();
    void longTextIsCutBeforeItIsLaidOut();
    void addressKeepsItsEnds();
    void linkClicksByKey();
    void figureOpens();
    void figuresNoteFits();
    void splitterMovesByKey();
    void controlsAre28High();
    void ringFollowsTheKeyboard();
    void tablesEndWithAWholeRow();
};

void TestControls::initTestCase()
{
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), ThemeChoice::Light);
}

void TestControls::chipIsRemoved()
{
    Chip chip(QStringLiteral("Address"), QStringLiteral("is"), QStringLiteral("203.0.113.47"));
    chip.resize(chip.sizeHint());
    QSignalSpy removed(&chip, &Chip::removeRequested);
    QSignalSpy clicked(&chip, &QAbstractButton::clicked);
    QTest::mouseClick(&chip, Qt::LeftButton, {}, QPoint(chip.width() - 12, 12));
    QCOMPARE(removed.count(), 1);
    QCOMPARE(clicked.count(), 0);
    QTest::mouseClick(&chip, Qt::LeftButton, {}, QPoint(20, 12));
    QCOMPARE(clicked.count(), 1);
    QTest::keyClick(&chip, Qt::Key_Backspace);
    QCOMPARE(removed.count(), 2);
    QCOMPARE(chip.height(), 24);
    QCOMPARE(accessible(chip, QAccessible::Name), QStringLiteral("Filter: Address is 203.0.113.47"));
}

void TestControls::chipShowsHostileTextAsText()
{
    Chip chip(QStringLiteral("User"), QStringLiteral("is"), QStringLiteral("<img src=x>") + QString(5000, QLatin1Char('x')));
    QVERIFY(chip.sizeHint().width() < 420);
    QVERIFY(!chip.toolTip().contains(QStringLiteral("<img")));
    QVERIFY(chip.toolTip().contains(QStringLiteral("&lt;img")));
}

void TestControls::severityChipToggles()
{
    SeverityChip chip(AlertSeverity::High);
    chip.setCount(1234);
    chip.resize(chip.sizeHint());
    QVERIFY(chip.isChecked());
    QTest::keyClick(&chip, Qt::Key_Space);
    QVERIFY(!chip.isChecked());
    QCOMPARE(accessible(chip, QAccessible::Name), QStringLiteral("Severity HIGH, 1,234"));
    QVERIFY(QAccessible::queryAccessibleInterface(&chip)->state().checkable);
}

void TestControls::severityChipTellsWithoutColour_data()
{
    QTest::addColumn<int>("severity");
    for (int severity = 0; severity < 4; ++severity)
        QTest::addRow("%d", severity) << severity;
}

/// On and off differ in what is drawn, and not only in its colours.
void TestControls::severityChipTellsWithoutColour()
{
    QFETCH(int, severity);
    SeverityChip chip(static_cast<AlertSeverity>(severity));
    chip.resize(chip.sizeHint());
    const auto drawn = [&chip] {
        const QImage image = chip.grab().toImage();
        const QRgb ground = image.pixel(image.width() / 2, 2);
        std::vector<bool> ink;
        for (int y = 3; y < image.height() - 3; ++y) {
            for (int x = 8; x < image.width() - 8; ++x) {
                const QRgb pixel = image.pixel(x, y);
                ink.push_back(std::abs(qGray(pixel) - qGray(ground)) > 60);
            }
        }
        return ink;
    };
    const std::vector<bool> on = drawn();
    QVERIFY(std::count(on.begin(), on.end(), true) > 20);
    chip.setChecked(false);
    const std::vector<bool> off = drawn();
    int more = 0; // The line through the word adds some; a paler colour takes some away.
    for (std::size_t i = 0; i < on.size(); ++i)
        more += off[i] && !on[i] ? 1 : 0;
    QVERIFY2(more > 5, qPrintable(QString::number(more)));
}

void TestControls::pillAppearsAndCounts()
{
    Pill pill;
    QVERIFY(pill.isHidden());
    pill.setWaiting(7, QStringLiteral("7 new alerts"), 1);
    QVERIFY(!pill.isHidden());
    const int withCritical = pill.sizeHint().width();
    QCOMPARE(accessible(pill, QAccessible::Name), QStringLiteral("7 new alerts, 1 of them CRITICAL"));
    pill.setWaiting(7, QStringLiteral("7 new alerts"), 0);
    QVERIFY(pill.sizeHint().width() < withCritical);
    pill.setWaiting(0, QString());
    QVERIFY(pill.isHidden());
}

void TestControls::segmentsChoose()
{
    SegmentedControl control;
    for (const char *text : {"1 h", "24 h", "7 d"})
        control.addSegment(QLatin1String(text));
    control.setCurrent(1);
    QSignalSpy activated(&control, &SegmentedControl::activated);
    control.show();
    QVERIFY(QTest::qWaitForWindowExposed(&control));
    const int width = control.sizeHint().width();
    QTest::mouseClick(control.segment(2), Qt::LeftButton);
    QCOMPARE(control.current(), 2);
    QCOMPARE(activated.count(), 1);
    QTest::mouseClick(control.segment(2), Qt::LeftButton); // Again: "Custom…" opens its dialog again.
    QCOMPARE(activated.count(), 2);
    QCOMPARE(control.sizeHint().width(), width);
    control.setCurrent(0);
    QCOMPARE(activated.count(), 2);
}

void TestControls::messageIsPlain()
{
    InlineMessage message;
    QVERIFY(message.isHidden());
    message.setMessage(MessageKind::Error, QStringLiteral("<b>no</b>"), QStringLiteral("Do it"));
    QVERIFY(!message.isHidden());
    for (const QLabel *label : message.findChildren<QLabel *>()) {
        if (!label->text().isEmpty())
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    QCOMPARE(message.text(), QStringLiteral("<b>no</b>"));
    QVERIFY(message.minimumHeight() >= 36);
    QSignalSpy link(&message, &InlineMessage::linkActivated);
    QTest::keyClick(message.findChild<LinkButton *>(), Qt::Key_Return);
    QCOMPARE(link.count(), 1);
    QCOMPARE(accessible(message, QAccessible::Name), QStringLiteral("<b>no</b>"));
}

void TestControls::fieldErrorIsRed_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestControls::fieldErrorIsRed()
{
    QFETCH(bool, dark);
    QWidget page;
    auto *layout = new QVBoxLayout(&page);
    auto *edit = new QLineEdit(&page);
    auto *error = new FieldError(&page);
    layout->addWidget(edit);
    layout->addWidget(error);
    error->setText(QStringLiteral("Enter 1 to 1440 minutes."));
    FieldError::markField(edit, true);
    // The switch comes after the text: both must follow it.
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), dark ? ThemeChoice::Dark : ThemeChoice::Light);
    page.resize(300, 120);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    const QColor wanted = Theme::current().error;
    const auto holds = [&wanted](const QImage &image) {
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (image.pixelColor(x, y).rgb() == wanted.rgb())
                    return true;
            }
        }
        return false;
    };
    QVERIFY(holds(edit->grab().toImage()));
    for (QLabel *label : error->findChildren<QLabel *>()) {
        if (!label->text().isEmpty())
            QCOMPARE(label->palette().color(QPalette::WindowText), wanted);
    }
    QVERIFY(holds(error->grab().toImage()));
    FieldError::markField(edit, false);
    QVERIFY(!holds(edit->grab().toImage()));
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), ThemeChoice::Light);
}

void TestControls::emptyStateFocusesTheLikeliest()
{
    EmptyState state;
    state.setText(QStringLiteral("bell-ring"), QStringLiteral("Nothing"), QStringLiteral("Do this."));
    QPushButton *first = state.addButton(QStringLiteral("Import"), QStringLiteral("file-up"));
    QPushButton *second = state.addButton(QStringLiteral("Demo"));
    QVERIFY(isPrimary(first));
    QVERIFY(!isPrimary(second));
    state.resize(900, 600);
    state.show();
    QVERIFY(QTest::qWaitForWindowActive(&state));
    state.setFocus();
    QCOMPARE(QApplication::focusWidget(), first);
    // A third of the height, left-aligned in a block of 512.
    const int top = first->parentWidget()->y();
    QVERIFY(top > 100 && top < 300);
    QCOMPARE(first->parentWidget()->width(), 512);
    const int without = first->parentWidget()->height();
    state.addFact(QStringLiteral("File"), QStringLiteral("one that <b>you</b> have"));
    QTRY_VERIFY(first->parentWidget()->height() > without);
    QLabel *fact = nullptr;
    for (QLabel *label : state.findChildren<QLabel *>())
        fact = label->text().startsWith(QStringLiteral("one")) ? label : fact;
    QVERIFY(fact && fact->isVisible() && fact->textFormat() == Qt::PlainText);
    state.clearButtons();
    QTRY_COMPARE(first->parentWidget()->findChildren<QLabel *>().size(), 3);
}

void TestControls::emptyStateForgetsItsButtons()
{
    EmptyState state;
    QPushButton *button = state.addButton(QStringLiteral("One"));
    connect(button, &QPushButton::clicked, &state, [&state] { state.clearButtons(); });
    button->click(); // A button that clears itself away.
    QVERIFY(!state.firstButton());
    QVERIFY(state.addButton(QStringLiteral("Two")) == state.firstButton());
}

void TestControls::labelElides()
{
    ElidedLabel label(QStringLiteral("<i>a text that is much too long for its place</i>"));
    label.resize(80, 18);
    label.show();
    QVERIFY(QTest::qWaitForWindowExposed(&label));
    QVERIFY(label.isElided());
    QVERIFY(label.toolTip().contains(QStringLiteral("&lt;i&gt;")));
    label.resize(label.sizeHint());
    QVERIFY(!label.isElided());
    QVERIFY(label.toolTip().isEmpty());
    QCOMPARE(accessible(label, QAccessible::Name), label.text());
    // The shorter form, where there is one; the whole is in the tool tip and for screen readers.
    label.setShortForm(QStringLiteral("in short"));
    QCOMPARE(label.shownText(), label.text());
    label.resize(label.sizeHint() - QSize(20, 0));
    QCOMPARE(label.shownText(), QStringLiteral("in short"));
    QVERIFY(label.isElided());
    QVERIFY(label.toolTip().contains(QStringLiteral("much too long")));
    QCOMPARE(accessible(label, QAccessible::Name), label.text());
}

/// A name of a megabyte, as whoever fails to log in may choose: no more than a line of it is laid out.
void TestControls::longTextIsCutBeforeItIsLaidOut()
{
    const QString megabyte(1'000'000, QLatin1Char('W'));
    const int widest = 2 * QFontMetrics(QApplication::font()).horizontalAdvance(megabyte.left(512));
    ElidedLabel label(megabyte);
    QVERIFY(label.sizeHint().width() < widest);
    label.resize(200, 20);
    QVERIFY(label.isElided());
    QVERIFY(label.shownText().size() < 512);
    QCOMPARE(label.text(), megabyte); // What is copied.
    QVERIFY(accessible(label, QAccessible::Name).size() <= 512 && label.toolTip().size() < 5'000);
    LinkButton link(megabyte);
    QVERIFY(link.sizeHint().width() < widest);
    Chip chip(QStringLiteral("User"), QStringLiteral("is"), megabyte);
    QVERIFY(accessible(chip, QAccessible::Name).size() < 600);
    BarList bars;
    bars.setRows({{megabyte, 3, QString(), QString()}});
    QVERIFY(bars.accessibleDescription().size() < 600);
    QCOMPARE(format::shortText(QStringLiteral("ab\ncd"), 5), QStringLiteral("ab\u240Acd"));
    QCOMPARE(format::shortText(QStringLiteral("abcdef"), 4), QStringLiteral("abc\u2026"));
    QCOMPARE(format::shortText(QStringLiteral("ab\U0001F600cd"), 4), QStringLiteral("ab\u2026")); // No half character.
}

void TestControls::addressKeepsItsEnds()
{
    const QFontMetrics metrics(QApplication::font());
    const QString address = QStringLiteral("2001:db8:85a3:1234:5678:8a2e:370:7334");
    const QString shown = elidedAddress(metrics, address, 120);
    QVERIFY(shown.startsWith(QStringLiteral("2001:")));
    QVERIFY(shown.endsWith(QStringLiteral(":7334")));
    QVERIFY(metrics.horizontalAdvance(shown) <= 120);
    QCOMPARE(elidedAddress(metrics, QStringLiteral("192.0.2.1"), 200), QStringLiteral("192.0.2.1"));
}

void TestControls::linkClicksByKey()
{
    LinkButton link(QStringLiteral("Open queue"));
    QSignalSpy clicked(&link, &QAbstractButton::clicked);
    QTest::keyClick(&link, Qt::Key_Return);
    QTest::keyClick(&link, Qt::Key_Space);
    QCOMPARE(clicked.count(), 2);
    QCOMPARE(accessible(link, QAccessible::Name), QStringLiteral("Open queue"));
}

void TestControls::figureOpens()
{
    Figure figure(QStringLiteral("Events"));
    figure.setFigure(QStringLiteral("1.48 M"), QStringLiteral("in 24 h"), QStringLiteral("1,482,003"));
    QCOMPARE(figure.focusPolicy(), Qt::NoFocus);
    figure.setDrillDown(true);
    QCOMPARE(figure.focusPolicy(), Qt::StrongFocus);
    QSignalSpy clicked(&figure, &QAbstractButton::clicked);
    QTest::keyClick(&figure, Qt::Key_Return);
    QCOMPARE(clicked.count(), 1);
    QCOMPARE(accessible(figure, QAccessible::Name), QStringLiteral("Events: 1,482,003"));
}

/// The note is whole in the room that the figure asks for, whatever its advance is rounded to; in less, it is shorter.
void TestControls::figuresNoteFits()
{
    Figure figure(QStringLiteral("Events"));
    for (int i = 100; i < 400; ++i) {
        const QString note = QStringLiteral("%1 without country").arg(i);
        figure.setFigure(QStringLiteral("1"), note);
        figure.resize(figure.sizeHint());
        QCOMPARE(figure.shownNote(), note);
    }
    figure.setShortNote(QStringLiteral("399 no country"));
    QCOMPARE(figure.shownNote(), QStringLiteral("399 without country")); // There is still room for it.
    figure.resize(figure.sizeHint());
    QCOMPARE(figure.shownNote(), QStringLiteral("399 no country"));
    QCOMPARE(figure.accessibleDescription(), QStringLiteral("399 without country"));
}

void TestControls::splitterMovesByKey()
{
    HairlineSplitter splitter(Qt::Horizontal);
    for (int i = 0; i < 2; ++i) {
        auto *pane = new QWidget;
        pane->setMinimumWidth(50);
        splitter.addWidget(pane);
    }
    splitter.resize(400, 100);
    splitter.show();
    QVERIFY(QTest::qWaitForWindowExposed(&splitter));
    const int before = splitter.sizes().at(0);
    QTest::keyClick(splitter.handle(1), Qt::Key_Right);
    QVERIFY(splitter.sizes().at(0) > before);
}

void TestControls::controlsAre28High()
{
    QPushButton button(QStringLiteral("Save"));
    QLineEdit edit;
    QCOMPARE(button.sizeHint().height(), 28);
    QCOMPARE(edit.sizeHint().height(), 28);
    QPushButton small(QStringLiteral("Edit"));
    setRowSized(&small);
    QCOMPARE(small.sizeHint().height(), 22);
    const QRect place = rowButtonRect(QRect(900, 28, 94, 28));
    QCOMPARE(place, QRect(902, 31, 86, 22));
}

void TestControls::ringFollowsTheKeyboard()
{
    QWidget page;
    auto *layout = new QVBoxLayout(&page);
    auto *edit = new QLineEdit(&page);
    auto *button = new QPushButton(QStringLiteral("Save"), &page);
    layout->addWidget(edit);
    layout->addWidget(button);
    page.show();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    edit->setFocus(Qt::MouseFocusReason);
    auto *frame = page.findChild<QFocusFrame *>();
    QVERIFY(frame);
    QCOMPARE(frame->widget(), edit);
    button->setFocus(Qt::MouseFocusReason);
    QVERIFY(!frame->widget());
    edit->setFocus(Qt::TabFocusReason);
    QTest::keyClick(edit, Qt::Key_Tab);
    frame = page.findChild<QFocusFrame *>();
    QVERIFY(frame && frame->widget() == button);
}

void TestControls::tablesEndWithAWholeRow()
{
    auto *table = new QTableWidget(40, 2);
    rowpainting::setUpTable(table);
    WholeRows room(table);
    room.show();
    const int row = table->rowHeight(0);
    for (const int height : {151, 200, 213, 300}) {
        room.resize(400, height);
        QCOMPARE(table->viewport()->height() % row, 0);
        QVERIFY(table->height() <= height && table->height() > height - row);
        QCOMPARE(table->width(), 400);
    }
    // A bar below takes its part of the height, when it comes and when it goes.
    for (const int column : {500, 100}) {
        table->setColumnWidth(0, column);
        QTRY_COMPARE(table->horizontalScrollBar()->isVisible(), column == 500);
        QTRY_COMPARE(table->viewport()->height() % row, 0);
        QVERIFY(table->height() <= 300 && table->height() > 300 - row);
    }
    room.resize(400, 20); // No room for one: then as it comes.
    QCOMPARE(table->height(), 20);
}

QTEST_MAIN(TestControls)
#include "tst_controls.moc"
