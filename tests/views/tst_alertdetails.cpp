// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/alertspagefixture.h"
#include "core/query/filterparser.h"
#include "ui/theme/format.h"
#include "ui/views/metadataview.h"
#include "ui/views/alertmarkdown.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alertsurroundings.h"
#include "ui/views/eventsfilterline.h"
#include "ui/views/eventspage.h"
#include "ui/views/alerttriage.h"
#include "ui/views/translations.h"
#include "ui/views/mutedialog.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/timeline.h"

#include <QAction>
#include <QClipboard>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QPointer>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>
#include <memory>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

/// A page with the alert, which somebody has commented on, in the details.
std::unique_ptr<AlertsPage> commented(ViewFixture &f, const SecurityAlert &alert, const std::string &comment)
{
    f.commit({alert});
    TriageStep step;
    step.id = newStepId();
    step.kind = TriageKind::Comment;
    step.comment = comment;
    if (!f.store().triage(std::vector{alert.id}, step, "ben", f.start() + kHour) || !f.open())
        qFatal("the alert cannot be commented on");
    auto page = std::make_unique<AlertsPage>(&f.context());
    showPage(*page);
    page->table()->selectId(QString::fromStdString(alert.id));
    return page;
}

} // namespace

/// What the pane beside the queue tells of the surroundings of an alert, and how it is copied.
class TestAlertDetails : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void countsEventsByStep_data();
    void countsEventsByStep();
    void timelineIsReadByKeys();
    void showsAllRelatedEvents_data();
    void showsAllRelatedEvents();
    void namesOtherAlerts();
    void keepsTheKeyboardWhereItIs();
    void theMenuCopiesEveryField();
    void linksStandInLineWithTexts();
    void markdownIsTextOfTheAlert();
    void copiesAreComplete();
    void filtersByAnyValue_data();
    void filtersByAnyValue();
    void filtersByWhatIsInTheMetadata();
    void filtersByAVeryLongValue();
    void buttonsActOnWhatIsShown();
    void whatCannotBeReadIsNotShown();
    void showsOnlyWhatIsSelected();

private:
    static QAbstractButton *buttonOf(const AlertsPage &page, const QString &name);
    static LinkButton *linkOf(const QWidget &inside, const QString &text);
};

void TestAlertDetails::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_alertdetails"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

LinkButton *TestAlertDetails::linkOf(const QWidget &inside, const QString &text)
{
    const auto links = inside.findChildren<LinkButton *>();
    for (LinkButton *link : links) {
        if (link->isVisible() && link->text() == text)
            return link;
    }
    return nullptr;
}

QAbstractButton *TestAlertDetails::buttonOf(const AlertsPage &page, const QString &name)
{
    const auto buttons = page.details()->findChildren<QAbstractButton *>();
    const auto found = std::find_if(buttons.begin(), buttons.end(),
                                    [&](const QAbstractButton *button) { return button->accessibleName() == name; });
    return found == buttons.end() ? nullptr : *found;
}

void TestAlertDetails::countsEventsByStep_data()
{
    QTest::addColumn<int>("more"); // More than are read at once: then the database counts.
    QTest::newRow("few") << 0;
    QTest::newRow("many") << 700;
}

void TestAlertDetails::countsEventsByStep()
{
    QFETCH(int, more);
    ViewFixture f;
    SecurityAlert one = f.alert(0);
    one.timestamp = f.start() - f.start() % kMinute;
    f.commit({one});
    const auto eventAt = [&](TimestampMs at) {
        AuditEvent made = f.event(0);
        made.timestamp = at;
        made.context.ipAddress = one.context.ipAddress;
        return made;
    };
    std::vector<AuditEvent> events{eventAt(one.timestamp - kHour - 1), eventAt(one.timestamp - kHour), eventAt(one.timestamp - 1),
                                   eventAt(one.timestamp), eventAt(one.timestamp + kHour), eventAt(one.timestamp + kHour + 1)};
    for (int i = 0; i < more; ++i)
        events.push_back(eventAt(one.timestamp + 7 * kMinute + i));
    f.append(events);
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.table()->selectId(id(0));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    const std::vector<Timeline::Step> &steps = page.details()->surroundings()->timeline()->steps();
    QCOMPARE(steps.size(), AlertDetails::kSteps);
    std::map<std::size_t, std::int64_t> found;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].value > 0)
            found[i] = steps[i].value;
    }
    std::map<std::size_t, std::int64_t> expected{{0, 1}, {11, 1}, {12, 1}, {23, 1}};
    if (more > 0)
        expected[13] = more;
    QCOMPARE(found, expected);
}

void TestAlertDetails::timelineIsReadByKeys()
{
    Timeline line;
    line.setSteps({{QStringLiteral("a"), 1}, {QStringLiteral("b"), 1200}, {QStringLiteral("c"), 0}}, 0.5, QStringLiteral("Events"));
    QCOMPARE(line.accessibleName(), QStringLiteral("Events"));
    QCOMPARE(line.caption(), QStringLiteral("most b: 1,200"));
    QTest::keyClick(&line, Qt::Key_Right);
    QCOMPARE(line.caption(), QStringLiteral("b: 1,200"));
    QTest::keyClick(&line, Qt::Key_Right);
    QTest::keyClick(&line, Qt::Key_Right);
    QCOMPARE(line.caption(), QStringLiteral("c: 0"));
    QCOMPARE(line.accessibleDescription(), line.caption());
    QTest::keyClick(&line, Qt::Key_Left);
    QTest::keyClick(&line, Qt::Key_Left);
    QCOMPARE(line.caption(), QStringLiteral("a: 1"));
    line.setSteps({}, 0.5, QStringLiteral("Events"));
    QTest::keyClick(&line, Qt::Key_Left);
    QCOMPARE(line.caption(), QString());
}

void TestAlertDetails::showsAllRelatedEvents_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<int>("related");
    QTest::newRow("account") << "account:anna" << 3;
    QTest::newRow("user") << "user:Anna" << 2;
    QTest::newRow("session") << "session:s 1" << 2;
    QTest::newRow("company") << "company:acme" << 4;
    QTest::newRow("no company") << "company:" << 5;
    QTest::newRow("event type") << "eventType:AUTHENTICATION" << 9;
    QTest::newRow("its address") << "" << 3;
}

/// The same events that were counted, on the page of events.
void TestAlertDetails::showsAllRelatedEvents()
{
    QFETCH(QString, group);
    QFETCH(int, related);
    ViewFixture f;
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 10; ++i)
        rows.push_back(f.event(i));
    rows[3].context.userId = rows[4].context.userId = "Anna";
    rows[5].context.userId.reset();
    rows[5].metadata = R"({"username":"anna"})";
    rows[6].context.sessionId = rows[7].context.sessionId = "s 1";
    for (std::size_t i = 0; i < 4; ++i)
        rows[i].context.companyId = "acme";
    rows[0].origin = RowOrigin::Monitor;
    rows[4].context.companyId = "acme";
    f.append(rows);
    SecurityAlert one = f.alert(0);
    one.context.ipAddress = "203.0.113.1";
    one.group = group.toStdString();
    f.commit({one});
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.table()->selectId(id(0));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    EventsPage events(&f.context());
    showPage(events);
    QAbstractButton *all = buttonOf(page, QStringLiteral("Show all related events"));
    QVERIFY(all && all->isVisible());
    all->click();
    QTRY_COMPARE_WITH_TIMEOUT(events.model().rowCount(), related, kPatience);
    for (int row = 0; row < related; ++row)
        QVERIFY(events.model().eventAt(row).origin == RowOrigin::Application);
    // Each chip goes, and what it said with it.
    const auto chips = events.findChildren<Chip *>();
    for (Chip *chip : chips)
        Q_EMIT chip->removeRequested();
    QVERIFY(!events.filterLine()->base().account && !events.filterLine()->base().applicationOnly);
}

void TestAlertDetails::namesOtherAlerts()
{
    ViewFixture f;
    std::vector<SecurityAlert> some = f.alerts(0, 12);
    for (SecurityAlert &one : some) {
        one.context.ipAddress = "198.51.100.7";
        one.title = "Alert " + one.id.substr(0, 8);
    }
    some[3].context.ipAddress = "203.0.113.9";
    some[3].context.userId = some[4].context.userId = "anna";
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    page.table()->selectId(id(4));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    const QWidget &pane = *page.details()->surroundings();
    QVERIFY(linkOf(pane, QStringLiteral("Alert 0000000b")) && linkOf(pane, QStringLiteral("Alert 00000007")));
    QVERIFY(!linkOf(pane, QStringLiteral("Alert 00000004"))); // It is the one that is shown.
    QVERIFY(linkOf(pane, QStringLiteral("10 of 198.51.100.7")));
    // To another alert, and back to all of the user's.
    QTest::mouseClick(linkOf(pane, QStringLiteral("Alert 0000000b")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page.details()->alertId(), id(11), kPatience);
    page.table()->selectId(id(3));
    QTRY_VERIFY_WITH_TIMEOUT(linkOf(pane, QStringLiteral("1 of anna")), kPatience);
    QTest::mouseClick(linkOf(pane, QStringLiteral("1 of anna")), Qt::LeftButton);
    QCOMPARE(filterText(page.model().filter()), QStringLiteral("user:anna"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 2, kPatience);
}

/// Others' steps and repeats make the links of the shown alert anew.
void TestAlertDetails::keepsTheKeyboardWhereItIs()
{
    ViewFixture f;
    const auto shown = commented(f, f.alert(0), "seen");
    AlertsPage &page = *shown;
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && buttonOf(page, QStringLiteral("Take ownership of this alert")), kPatience);
    const QString name = QStringLiteral("Look up address %1").arg(QString::fromStdString(*f.alert(0).context.ipAddress));
    const QPointer<QAbstractButton> link = buttonOf(page, name);
    QVERIFY(link);
    page.activateWindow();
    link->setFocus();
    QTRY_COMPARE_WITH_TIMEOUT(QApplication::focusWidget(), link.data(), kPatience);
    TriageStep step;
    step.id = newStepId();
    step.kind = TriageKind::Own;
    QVERIFY(f.store().triage(std::vector{idOf(0)}, step, "ben", f.start() + kHour));
    QTRY_VERIFY_WITH_TIMEOUT(!link, kPatience);
    QVERIFY(QApplication::focusWidget());
    QCOMPARE(QApplication::focusWidget()->accessibleName(), name);
}

void TestAlertDetails::theMenuCopiesEveryField()
{
    ViewFixture f;
    SecurityAlert one = f.alert(0);
    one.context.userAgent = "a & <b>";
    one.description = std::string(3000, 'd') + "!";
    const auto shown = commented(f, one, "seen before\nby the night shift");
    AlertsPage &page = *shown;
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QMenu *menu = nullptr;
    const auto buttons = page.details()->findChildren<QToolButton *>();
    for (QToolButton *button : buttons)
        menu = button->accessibleName() == QLatin1String("More about this alert") ? button->menu() : menu;
    QVERIFY(menu);
    Q_EMIT menu->aboutToShow();
    const QMenu *fields = menu->findChild<QMenu *>();
    QVERIFY(fields);
    QStringList copied;
    const auto actions = fields->actions();
    for (QAction *action : actions) {
        action->trigger();
        copied.append(QGuiApplication::clipboard()->text());
    }
    QVERIFY(copied.contains(QStringLiteral("203.0.113.0")) && copied.contains(QStringLiteral("a & <b>")));
    QVERIFY(copied.contains(id(0)));
    // What stands above the fields and below them can be had without a mouse as well.
    for (const QString &text : {QString::fromStdString(one.title), QString::fromStdString(one.description),
                                format::fullTime(one.timestamp, f.context().displayZone()), QStringLiteral("HIGH"),
                                QStringLiteral("seen before\nby the night shift")})
        QVERIFY2(copied.contains(text), qPrintable(text + QLatin1String(" in ") + copied.join(QLatin1Char('|'))));
    QVERIFY(fields->actions().at(3)->text().startsWith(QLatin1String("Status: ")));
    page.table()->setFocus();
    const auto offersUndo = [&page] {
        const auto links = page.selectionLine()->findChildren<QAbstractButton *>();
        return std::any_of(links.begin(), links.end(),
                           [](const QAbstractButton *link) { return link->text() == QLatin1String("Undo") && link->isVisible(); });
    };
    QTest::keyClick(page.table(), Qt::Key_O);
    QTRY_VERIFY_WITH_TIMEOUT(offersUndo(), kPatience);
    QTest::keyClick(page.table(), Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QLatin1String("## HIGH: Brute Force Attack Detected")));
    QCOMPARE(page.selectionLine()->report(), QStringLiteral("Copied as Markdown"));
    QVERIFY(!offersUndo()); // Which would take back the step before.
    QVERIFY(page.triage()->undoAction()->isEnabled());
    QTest::keyClick(page.table(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QLatin1Char('{')));
}

/// One column of values, whether they can be pressed or not.
void TestAlertDetails::linksStandInLineWithTexts()
{
    ViewFixture f;
    SecurityAlert one = f.alert(0);
    one.context.companyId = "acme";
    const auto shown = showAlerts(f, {one});
    AlertsPage &page = *shown;
    page.table()->selectId(id(0));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    const LinkButton *link = linkOf(*page.details(), QString::fromStdString(*one.context.ipAddress));
    QVERIFY(link);
    const auto labels = page.details()->findChildren<ElidedLabel *>();
    const auto text = std::find_if(labels.begin(), labels.end(), [](const auto *label) { return label->text() == QLatin1String("acme"); });
    QVERIFY(text != labels.end());
    const auto leftOf = [&page](const QWidget *widget) { return widget->mapTo(page.details(), QPoint()).x(); };
    QCOMPARE(leftOf(link) + LinkButton::kInset, leftOf(*text));
}

/// What an attacker wrote stays text: no heading, link, image, table, tag or code of its own.
void TestAlertDetails::markdownIsTextOfTheAlert()
{
    SecurityAlert one = alert(1);
    one.title = "# [x](http://evil) <img src=x>";
    one.description = "line\n## heading | `code` ![y](z)";
    one.context.userId = "*a*_b_@everyone";
    one.metadata = R"({"note":"````\n# out"})";
    one.status = AlertStatus::Resolved;
    one.disposition = AlertDisposition::Benign;
    const std::vector<AlertHistoryEntry> history{{1, one.id, kNoon, "created", "", "", "", "", "", false},
                                                 {2, one.id, kNoon, "commented", "anna", "- [ ] <b>done</b>", "s", "", "", true}};
    const QString text = alertMarkdown(one, history, QTimeZone::utc());
    const QStringList lines = text.split(QLatin1Char('\n'));
    QCOMPARE(lines[0], QStringLiteral("## HIGH: \\# \\[x](http\\://evil) \\<img src=x>"));
    QVERIFY(text.contains(QLatin1String("- **User**: \\*a\\*\\_b\\_\\@everyone")));
    QVERIFY(text.contains(QLatin1String("- **Status**: Benign")));
    QVERIFY(text.contains(QLatin1String("`````json"))); // Longer than what stands in it.
    QVERIFY(text.contains(QLatin1String("comment of anna (taken back): \\- \\[ ] \\<b>done\\</b>")));
    for (const QString &line : lines)
        QVERIFY2(!line.startsWith(QLatin1String("## heading")) && !line.startsWith(QLatin1String("# out")), qPrintable(line));
}

/// What the pane shows is in both copies, history and comments too.
void TestAlertDetails::copiesAreComplete()
{
    ViewFixture f;
    SecurityAlert one = f.alert(0);
    one.rule = "brute-force";
    one.group = "account:root";
    one.context.platformUserId = "platform-7";
    one.repeats = 3;
    one.lastRepeatAt = f.start() + kMinute;
    const auto shown = commented(f, one, "our scanner");
    AlertsPage &page = *shown;
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    page.details()->copyMarkdown();
    const QString markdown = QGuiApplication::clipboard()->text();
    QVERIFY(ruleNamed(one.rule) && !ruleNamed(one.rule)->techniques[0].empty());
    for (const QString &line : {QStringLiteral("- **Platform user**: platform-7"), QStringLiteral("- **Counted for**: Account root"),
                                QStringLiteral("- **Event type**: "), QStringLiteral("- **ATT&CK**: T1110"), QStringLiteral(", last at "),
                                QStringLiteral("our scanner")})
        QVERIFY2(markdown.contains(line), qPrintable(line + QLatin1String(" in ") + markdown));
    page.details()->copyJson();
    const QJsonObject json = QJsonDocument::fromJson(QGuiApplication::clipboard()->text().toUtf8()).object();
    const QJsonArray history = json.value(QLatin1String("history")).toArray();
    QCOMPARE(history.size(), 2);
    QCOMPARE(history.last().toObject().value(QLatin1String("comment")).toString(), QStringLiteral("our scanner"));
    QCOMPARE(history.last().toObject().value(QLatin1String("actor")).toString(), QStringLiteral("ben"));
}

void TestAlertDetails::filtersByAnyValue_data()
{
    QTest::addColumn<QString>("entry");
    QTest::newRow("title") << QStringLiteral("Only title Brute");
    QTest::newRow("description") << QStringLiteral("Only text seldom seen");
    QTest::newRow("platform user") << QStringLiteral("Only text platform-7");
    QTest::newRow("counted for") << QStringLiteral("Only text root");
    QTest::newRow("id") << QStringLiteral("Only text ") + id(1);
    QTest::newRow("no address") << QStringLiteral("Only text gateway");
}

/// What has no field of the filter is looked for as a text, by mouse and by the menu of the keyboard; and it is found.
void TestAlertDetails::filtersByAnyValue()
{
    QFETCH(QString, entry);
    ViewFixture f;
    std::vector<SecurityAlert> two = f.alerts(0, 2);
    two[0].title = "Other";
    two[0].rule = two[1].rule = "brute-force";
    two[1].title = "Brute";
    two[1].description = "seldom seen";
    two[1].group = "account:root";
    two[1].metadata = R"({"account":"Root"})";
    two[1].context.platformUserId = "platform-7";
    two[1].context.ipAddress = "gateway";
    const auto shown = showAlerts(f, two);
    AlertsPage &page = *shown;
    page.table()->selectId(id(1));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QStringList offered;
    QAction *only = nullptr;
    const auto widgets = page.details()->findChildren<QWidget *>();
    for (const QWidget *value : widgets) {
        const auto actions = value->actions();
        for (QAction *action : actions) {
            offered.append(action->text());
            only = action->text() == entry && qobject_cast<const QMenu *>(value) == nullptr ? action : only;
        }
    }
    QVERIFY2(only, qPrintable(offered.join(u'|')));
    QMenu *menu = nullptr;
    const auto buttons = page.details()->findChildren<QToolButton *>();
    for (QToolButton *button : buttons)
        menu = button->accessibleName() == QLatin1String("More about this alert") ? button->menu() : menu;
    QVERIFY(menu);
    Q_EMIT menu->aboutToShow();
    const auto entries = menu->findChildren<QMenu *>().last()->actions();
    QVERIFY(std::any_of(entries.begin(), entries.end(), [&entry](const QAction *one) { return one->text() == entry; }));
    only->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 1, kPatience);
    QCOMPARE(page.model().index(0, 0).data(AlertModel::IdRole).toString(), id(1));
}

void TestAlertDetails::filtersByWhatIsInTheMetadata()
{
    ViewFixture f;
    std::vector<SecurityAlert> two = f.alerts(0, 2);
    two[0].metadata = R"({"port":220})";
    two[1].metadata = R"({"port":22,"path":"C:\\x \"y\"","exampleEvents":["4711"]})";
    const auto shown = showAlerts(f, two);
    AlertsPage &page = *shown;
    page.table()->selectId(id(1));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    auto *view = page.details()->findChild<MetadataView *>();
    QTreeView *tree = view->tree();
    QTRY_VERIFY_WITH_TIMEOUT(tree->isVisible() && tree->model()->rowCount() == 3, kPatience);
    const auto entriesOf = [&](const QModelIndex &index) {
        tree->setCurrentIndex(index);
        Q_EMIT tree->customContextMenuRequested(tree->visualRect(index).center());
        QMenu *menu = view->findChildren<QMenu *>().last();
        QList<QAction *> entries = menu->actions();
        menu->hide();
        return entries;
    };
    const auto named = [](const QList<QAction *> &entries, const QString &begin) -> QAction * {
        const auto found = std::find_if(entries.begin(), entries.end(), [&](const QAction *one) { return one->text().startsWith(begin); });
        return found == entries.end() ? nullptr : *found;
    };
    QModelIndex port;
    QModelIndex path;
    QModelIndex examples;
    for (int row = 0; row < 3; ++row) {
        const QModelIndex index = tree->model()->index(row, 0);
        const QString key = index.data().toString();
        (key == QLatin1String("port") ? port : key == QLatin1String("path") ? path : examples) = index;
    }
    QVERIFY(!named(entriesOf(examples), QStringLiteral("Only text")));
    tree->expand(examples);
    QVERIFY(!named(entriesOf(tree->model()->index(0, 0, examples)), QStringLiteral("Only text"))); // The search does not see it.
    QAction *only = named(entriesOf(path), QStringLiteral("Only text"));
    QVERIFY(only && named(entriesOf(path), QStringLiteral("Not text")));
    only->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 1, kPatience);
    page.filterBar()->setFilter({});
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 2, kPatience);
    QAction *without = named(entriesOf(port), QStringLiteral("Not text"));
    QVERIFY(without);
    without->trigger(); // 220 is another number, but begins alike.
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 0, kPatience);
}

/// What is filtered by can be shown, kept and read again, however long a value is.
void TestAlertDetails::filtersByAVeryLongValue()
{
    ViewFixture f;
    std::vector<SecurityAlert> two = f.alerts(0, 2);
    two[1].context.userAgent = std::string(5000, '"');
    two[1].context.userId = std::string(6000, 'u');
    const auto shown = showAlerts(f, two);
    AlertsPage &page = *shown;
    page.table()->selectId(id(1));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    const auto widgets = page.details()->findChildren<QWidget *>();
    std::vector<QAction *> entries;
    for (const QWidget *value : widgets) {
        const auto actions = value->actions();
        std::copy_if(actions.begin(), actions.end(), std::back_inserter(entries), [](const QAction *action) {
            return action->text().startsWith(QLatin1String("Only user agent \"")) || action->text().startsWith(QLatin1String("Only text uuu"));
        });
    }
    QCOMPARE(entries.size(), std::size_t(2));
    for (QAction *entry : entries)
        entry->trigger();
    const Filter filter = page.filterBar()->filter();
    QCOMPARE(filter.terms.size(), std::size_t(2));
    const ParsedFilter again = parseFilter(filterText(filter), FilterSubject::Alerts);
    QVERIFY(again.ok());
    QCOMPARE(again.filter, filter);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 1, kPatience);
    QCOMPARE(page.model().index(0, 0).data(AlertModel::IdRole).toString(), id(1));
}

/// Another alert is asked for, and not there yet: what can be seen is what the buttons are about.
void TestAlertDetails::buttonsActOnWhatIsShown()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 2));
    AlertsPage &page = *shown;
    page.table()->selectId(id(0));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QAbstractButton *acknowledge = buttonOf(page, QStringLiteral("Acknowledge this alert"));
    QVERIFY(acknowledge && acknowledge->isVisible());
    QSignalSpy requested(page.details(), &AlertsDetails::acknowledgeRequested);
    page.table()->selectId(id(1));
    QVERIFY(page.details()->isLoading());
    if (acknowledge->isVisible())
        acknowledge->click();
    for (const QList<QVariant> &one : requested)
        QCOMPARE(one.first().toString(), id(0));
    QCOMPARE(requested.size(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    acknowledge->click();
    QCOMPARE(requested.last().first().toString(), id(1));
}

void TestAlertDetails::whatCannotBeReadIsNotShown()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 2));
    AlertsPage &page = *shown;
    page.table()->selectId(id(0));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    AlertsDetails *details = page.details();
    QAbstractButton *acknowledge = buttonOf(page, QStringLiteral("Acknowledge this alert"));
    QVERIFY(acknowledge->isVisible());
    AlertDrillDown wanted;
    wanted.alertId = "no-such-alert";
    page.drillDown(wanted);
    QTRY_VERIFY_WITH_TIMEOUT(!details->isLoading(), kPatience);
    QVERIFY(!acknowledge->isVisible());
    const auto messages = details->findChildren<InlineMessage *>();
    const auto told = std::find_if(messages.begin(), messages.end(), [](const auto *one) { return one->isVisible(); });
    QVERIFY(told != messages.end());
    QVERIFY2((*told)->text().contains(QLatin1String("no-such-alert")), qPrintable((*told)->text()));
    QGuiApplication::clipboard()->setText(QStringLiteral("before"));
    details->copyJson();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("before")); // Nothing is shown that could be copied.
    QVERIFY(!details->alert());
    Q_EMIT details->muteRequested(); // Nor muted: least of all what is like the alert before.
    QVERIFY(!page.findChild<MuteDialog *>());
    const auto said = page.findChildren<InlineMessage *>();
    const auto saysSo = [&said] {
        return std::any_of(said.begin(), said.end(), [](const auto *one) {
            return one->isVisible() && one->text().contains(QLatin1String("so that nothing tells what to mute"));
        });
    };
    QVERIFY(saysSo());
    page.table()->selectId(id(1));
    QTRY_VERIFY_WITH_TIMEOUT(!details->isLoading(), kPatience);
    QVERIFY(acknowledge->isVisible() && acknowledge->isEnabled() && !(*told)->isVisible());
    QCOMPARE(details->alert()->id, id(1).toStdString());
    QVERIFY(!saysSo()); // It was about the alert before.
    Q_EMIT details->muteRequested();
    QVERIFY(page.findChild<MuteDialog *>());
}

/// What leaves the selection leaves the details, buttons and all; an alert that was asked for by its id is shown though
/// the filter hides it.
void TestAlertDetails::showsOnlyWhatIsSelected()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 8));
    AlertsPage &page = *shown;
    page.table()->selectId(id(3)); // CRITICAL
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QAbstractButton *acknowledge = buttonOf(page, QStringLiteral("Acknowledge this alert"));
    QVERIFY(acknowledge->isVisible());
    page.search(QStringLiteral("severity:low"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 2, kPatience);
    QVERIFY(page.table()->selectedIds().empty());
    QCOMPARE(page.details()->alertId(), QString());
    QVERIFY(!acknowledge->isVisible());
    AlertDrillDown wanted;
    wanted.severity = AlertSeverity::Low;
    wanted.alertId = idOf(3);
    page.drillDown(wanted);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.details()->alertId(), id(3));
    QVERIFY(acknowledge->isVisible());
    page.filterBar()->setFilter({});
    QCOMPARE(page.details()->alertId(), QString());
}

QTEST_MAIN(TestAlertDetails)
#include "tst_alertdetails.moc"
