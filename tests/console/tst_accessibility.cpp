// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/consoletest.h"
#include "ui/views/page.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QComboBox>
#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace bartizan;

/// What a screen reader and a keyboard meet: every control of every page and dialog has a name and is reached by Tab.
class TestAccessibility : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void everyControlOfEveryPageHasAName();
    void everyControlOfEveryDialogHasAName();
    void tabReachesEveryControl();
    void togglingIsAsGoodAsAClick();
    void paintedWidgetsHaveARole();
    void boxesAreNamedByALabel();
    void noLabelReadsMarkup();
    void noDescriptionReadsMarkup();

private:
    static bool isControl(const QWidget *widget);
    static QStringList nameless(QWidget *in);
};

bool TestAccessibility::isControl(const QWidget *widget)
{
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) != 0
        && widget->focusProxy() == nullptr && qobject_cast<const QHeaderView *>(widget) == nullptr
        && !widget->isWindow();
}

QStringList TestAccessibility::nameless(QWidget *in)
{
    QStringList found;
    const auto widgets = in->findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        if (!isControl(widget) || (widget->parentWidget() != nullptr && widget->parentWidget()->focusProxy() == widget))
            continue;
        const QAccessibleInterface *reader = QAccessible::queryAccessibleInterface(widget);
        // The editor inside a box is named by the box.
        const bool inside = qobject_cast<QLineEdit *>(widget) != nullptr
            && (qobject_cast<QComboBox *>(widget->parentWidget()) != nullptr
                || widget->parentWidget()->inherits("QAbstractSpinBox"));
        if (!inside && (reader == nullptr || reader->text(QAccessible::Name).trimmed().isEmpty()))
            found << QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName();
    }
    return found;
}

void TestAccessibility::everyControlOfEveryPageHasAName()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QVERIFY(console.append(QStringLiteral("203.0.113.1"), 5));
    for (const PageId id : {PageId::Overview, PageId::Alerts, PageId::Events, PageId::Handover, PageId::Rules,
                            PageId::Settings}) {
        console.window->showPage(id);
        QTRY_VERIFY_WITH_TIMEOUT(!console.window->page(id)->isLoading(), kPatienceMs);
        const QStringList missing = nameless(console.window.get());
        QVERIFY2(missing.isEmpty(), qPrintable(console.window->page(id)->title() + QStringLiteral(": ")
                                               + missing.join(QStringLiteral(", "))));
    }
}

void TestAccessibility::everyControlOfEveryDialogHasAName()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QDialog *databases = console.window->openDatabaseDialog();
    QTest::mouseClick(buttonNamed(databases, QStringLiteral("&New")), Qt::LeftButton);
    for (QDialog *dialog : {databases, console.window->openImport(), console.window->openExport(),
                            console.window->openCustomRange(), console.window->openEngineDetails(),
                            console.window->openKeys(), console.window->openAbout(),
                            console.window->openLookUp(QStringLiteral("203.0.113.1"))}) {
        const QStringList missing = nameless(dialog);
        QVERIFY2(missing.isEmpty(), qPrintable(dialog->windowTitle() + QStringLiteral(": ")
                                               + missing.join(QStringLiteral(", "))));
        dialog->close();
    }
}

void TestAccessibility::tabReachesEveryControl()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->showPage(PageId::Settings);
    QVERIFY(QTest::qWaitForWindowActive(console.window.get()));
    QSet<QWidget *> reached;
    for (int i = 0; i < 200; ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QWidget *now = QApplication::focusWidget();
        QVERIFY(now != nullptr);
        if (reached.contains(now))
            break;
        reached.insert(now);
    }
    const auto fields = console.window->page(PageId::Settings)->findChildren<QWidget *>();
    for (QWidget *field : fields) {
        const auto *button = qobject_cast<QAbstractButton *>(field);
        const bool otherOfAGroup = button != nullptr && button->autoExclusive() && !button->isChecked();
        if (!isControl(field) || otherOfAGroup || qobject_cast<QLineEdit *>(field) != nullptr)
            continue; // arrows move within a group; an editor belongs to its box
        QVERIFY2(reached.contains(field), qPrintable(QString::fromLatin1(field->metaObject()->className())
                                                     + QLatin1Char(' ') + field->accessibleName()));
    }
}

/// What a screen reader does to a button that can be checked, which clicks nothing.
static bool toggle(QWidget *in, const QString &name)
{
    const auto buttons = in->findChildren<QAbstractButton *>();
    for (QAbstractButton *button : buttons) {
        QAccessibleInterface *reader = QAccessible::queryAccessibleInterface(button);
        if (!button->isCheckable() || reader->text(QAccessible::Name) != name)
            continue;
        reader->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
        return true;
    }
    return false;
}

void TestAccessibility::togglingIsAsGoodAsAClick()
{
    ConsoleTest console;
    QVERIFY(console.open());
    MainWindow *window = console.window.get();
    QVERIFY(toggle(window, QStringLiteral("Settings")));
    QVERIFY(window->currentPage() == PageId::Settings);
    auto *kept = console.child<QSpinBox>(QStringLiteral("retention.alertRetentionDays"));
    QVERIFY(!kept->isVisible());
    QVERIFY(toggle(window->page(PageId::Settings), QStringLiteral("Retention")));
    QVERIFY(kept->isVisible());
    QVERIFY(toggle(window, QStringLiteral("The last 7 days")));
    QVERIFY(window->context()->rangeChoice().kind == RangeChoice::Kind::Week);
    QVERIFY(toggle(window, QStringLiteral("Live, pause")));
    QVERIFY(window->context()->isPaused());
    // Where the program chooses, nobody is told that a person did.
    QSignalSpy ranges(window->context(), &ConsoleContext::rangeChanged);
    window->context()->setRangeChoice({RangeChoice::Kind::Day, {}});
    QCOMPARE(ranges.count(), 1);
    QVERIFY(window->context()->rangeChoice().kind == RangeChoice::Kind::Day);
}

void TestAccessibility::paintedWidgetsHaveARole()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QVERIFY(QAccessible::queryAccessibleInterface(console.window.get())->role() == QAccessible::Window);
    const std::pair<const char *, QAccessible::Role> wanted[] = {{"bartizan::ElidedLabel", QAccessible::StaticText},
                                                                 {"bartizan::ScoreGauge", QAccessible::Indicator},
                                                                 {"bartizan::WorldMap", QAccessible::Chart},
                                                                 {"bartizan::HourChart", QAccessible::Chart},
                                                                 {"bartizan::BarList", QAccessible::Chart},
                                                                 {"bartizan::SeverityBadge", QAccessible::StaticText}};
    const auto widgets = console.window->findChildren<QWidget *>();
    for (const auto &[name, role] : wanted) {
        const auto isIt = [name = name](const QWidget *widget) { return widget->inherits(name); };
        const auto it = std::find_if(widgets.begin(), widgets.end(), isIt);
        QVERIFY2(it != widgets.end(), name);
        QVERIFY2(QAccessible::queryAccessibleInterface(*it)->role() == role, name);
    }
}

/// What is chosen in a box is its name on Linux; what the box is, a label's relation says.
void TestAccessibility::boxesAreNamedByALabel()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QStringList names;
    QStringList unnamed;
    const auto boxes = console.window->findChildren<QComboBox *>();
    for (QComboBox *box : boxes) {
        const auto relations = QAccessible::queryAccessibleInterface(box)->relations(QAccessible::Label);
        for (const auto &[other, relation] : relations)
            names.append(other->text(QAccessible::Name));
        if (relations.isEmpty())
            unnamed.append(QString::fromLatin1(box->parentWidget()->metaObject()->className()) + QLatin1Char(' ')
                           + box->accessibleName());
    }
    QVERIFY2(unnamed.isEmpty(), qPrintable(unnamed.join(QLatin1Char('|'))));
    QVERIFY2(names.contains(QStringLiteral("Company")), qPrintable(names.join(QLatin1Char('|'))));
    QVERIFY(names.contains(QStringLiteral("Time zone of the times shown")));
}

void TestAccessibility::noLabelReadsMarkup()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->openAbout();
    console.window->openImport();
    const auto labels = console.window->findChildren<QLabel *>();
    QVERIFY(labels.size() > 20);
    for (const QLabel *label : labels) {
        const bool markup = label->textFormat() == Qt::RichText
            || (label->textFormat() == Qt::AutoText && Qt::mightBeRichText(label->text()));
        QVERIFY2(!markup, qPrintable(label->text()));
    }
}

/// Where a widget has no description of its own, a screen reader says its tool tip, which is escaped with markup.
void TestAccessibility::noDescriptionReadsMarkup()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QVERIFY(console.append(QStringLiteral("203.0.113.1"), 5));
    for (const PageId id : {PageId::Overview, PageId::Alerts, PageId::Events, PageId::Handover, PageId::Rules,
                            PageId::Settings}) {
        console.window->showPage(id);
        QTRY_VERIFY_WITH_TIMEOUT(!console.window->page(id)->isLoading(), kPatienceMs);
    }
    int described = 0;
    const auto widgets = console.window->findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        const QAccessibleInterface *reader = QAccessible::queryAccessibleInterface(widget);
        const QString text = reader == nullptr ? QString() : reader->text(QAccessible::Description);
        described += text.isEmpty() ? 0 : 1;
        QVERIFY2(!text.startsWith(QLatin1String("<p")),
                 qPrintable(QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + text));
    }
    QVERIFY(described > 20);
}

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
