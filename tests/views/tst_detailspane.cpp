// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/triage.h"
#include "tests/views/alertspagefixture.h"
#include "ui/theme/consolestyle.h"
#include "ui/theme/focusring.h"
#include "ui/theme/format.h"
#include "ui/views/alertmarkdown.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsurroundings.h"
#include "ui/views/eventsdetails.h"
#include "ui/views/eventspage.h"
#include "ui/views/metadataview.h"
#include "ui/views/relatedevents.h"
#include "ui/views/remarks.h"
#include "ui/views/translations.h"
#include "ui/views/viewsbar.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/wrappedlabel.h"

#include <QClipboard>
#include <QFocusFrame>
#include <QListView>
#include <QPushButton>
#include <QScrollArea>
#include <QTreeView>

#include <algorithm>

using namespace bartizan;
using namespace bartizan::fixtures;

/// How the pane beside the queue is read: what people wrote, in whatever width, and by keyboard.
class TestDetailsPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void remarksKeepTheirLines();
    void aLongRemarkIsShownWhole();
    void markdownQuotesSeveralLines();
    void whatIsHiddenIsSeen();
    void tabFollowsWhatIsSeen();
    void panesShowThatTheyHaveTheFocus();
    void nothingIsWiderThanThePane();
    void otherAlertsSayWhenAndHowTheyStand();
    void relatedEventsAreOpenedAndCopied();
    void aMomentLeadsToItsAlert();
    void aHiddenListHasNoFocus();

private:
    static std::unique_ptr<AlertsPage> shown(ViewFixture &f, const std::vector<SecurityAlert> &alerts,
                                             const std::string &comment = {});
    static bool select(AlertsPage &page, int number);
    static QPushButton *toggle(const AlertsPage &page, const char *text);
};

void TestDetailsPane::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_detailspane"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
    FocusRing::install(*qApp);
}

/// A page with alert 0 selected, about which somebody has written.
std::unique_ptr<AlertsPage> TestDetailsPane::shown(ViewFixture &f, const std::vector<SecurityAlert> &alerts,
                                                   const std::string &comment)
{
    f.commit(alerts);
    if (!comment.empty()) {
        TriageStep step;
        step.id = newStepId();
        step.kind = TriageKind::Comment;
        step.comment = comment;
        const std::vector<std::string> ids{idOf(0)};
        if (const auto done = f.store().triage(ids, step, "anna", f.start() + kMinute); !done)
            qFatal("%s", qPrintable(done.error().message));
    }
    if (!f.open())
        qFatal("it cannot be opened");
    auto page = std::make_unique<AlertsPage>(&f.context());
    showPage(*page);
    return select(*page, 0) ? std::move(page) : nullptr;
}

bool TestDetailsPane::select(AlertsPage &page, int number)
{
    page.table()->selectId(id(number));
    if (!QTest::qWaitFor([&] { return !page.isLoading() && page.details()->alert(); }, kPatience))
        return false;
    QCoreApplication::processEvents(); // What was made anew is shown in the next turn.
    return true;
}

QPushButton *TestDetailsPane::toggle(const AlertsPage &page, const char *text)
{
    const auto buttons = page.details()->findChildren<QPushButton *>();
    const auto found = std::find_if(buttons.begin(), buttons.end(),
                                    [text](const QPushButton *button) { return button->text().startsWith(QLatin1String(text)); });
    return found == buttons.end() ? nullptr : *found;
}

void TestDetailsPane::remarksKeepTheirLines()
{
    ViewFixture f;
    const auto page = shown(f, f.alerts(0, 1), "first\nsecond <b>x</b>\tend");
    QVERIFY(page);
    toggle(*page, "Comments")->click();
    toggle(*page, "History")->click();
    const auto remarks = page->details()->findChildren<Remarks *>();
    QCOMPARE(remarks.size(), 2);
    for (const Remarks *one : remarks) {
        QVERIFY(one->isVisible());
        QVERIFY2(one->text().endsWith(QStringLiteral("\nfirst\nsecond <b>x</b>\u2409end")), qPrintable(one->text()));
        // Two lines of text below who wrote it.
        const auto *label = one->findChild<WrappedLabel *>();
        QVERIFY(label && label->height() >= (one->text().count(QLatin1Char('\n')) + 1) * label->fontMetrics().height());
    }
    QVERIFY(markupLabels(*page).isEmpty());
}

void TestDetailsPane::aLongRemarkIsShownWhole()
{
    ViewFixture f;
    const std::string comment = std::string(9'000, 'a') + "\nthe end";
    const auto page = shown(f, f.alerts(0, 1), comment);
    QVERIFY(page);
    toggle(*page, "Comments")->click();
    const auto remarks = page->details()->findChildren<Remarks *>();
    const auto comments = std::find_if(remarks.begin(), remarks.end(), [](const Remarks *one) { return one->isVisible(); });
    QVERIFY(comments != remarks.end());
    QVERIFY((*comments)->text().size() < 2'200);
    auto *more = (*comments)->findChild<LinkButton *>();
    QVERIFY(more && more->isVisible());
    more->setFocus();
    QTest::keyClick(more, Qt::Key_Return);
    QVERIFY((*comments)->text().endsWith(QLatin1String("a\nthe end")));
    QVERIFY((*comments)->text().size() > 9'000);
    // Read anew it stays as it is, with the focus where it was.
    page->details()->refresh();
    QTRY_VERIFY_WITH_TIMEOUT(!page->details()->isLoading(), kPatience);
    QVERIFY((*comments)->text().size() > 9'000 && more->hasFocus());
    more->click();
    QVERIFY((*comments)->text().size() < 2'200);
    // As many lines are cut as well.
    Remarks many;
    many.setRemarks({{QStringLiteral("anna"), std::string(500, '\n') + "x"}});
    QVERIFY(many.text().count(QLatin1Char('\n')) < 50);
    many.findChild<LinkButton *>()->click();
    QVERIFY(many.text().endsWith(QLatin1String("\nx")));
}

/// Each line stays a line, and text: none is a heading, a quotation within, code, or ends the list.
void TestDetailsPane::markdownQuotesSeveralLines()
{
    const SecurityAlert one = alert(1);
    const std::vector<AlertHistoryEntry> history{
        {2, one.id, kNoon, "commented", "anna", "- looked\r\n# not <b>\n\n    > quoted\n~~~\tx", "s", "", "", false}};
    const QString text = alertMarkdown(one, history, QTimeZone::utc());
    const QStringList lines = text.split(QLatin1Char('\n'));
    const auto first = std::find_if(lines.begin(), lines.end(),
                                    [](const QString &line) { return line.endsWith(QLatin1String("comment of anna:")); });
    QVERIFY(first != lines.end());
    QCOMPARE(QStringList(first + 1, lines.end()),
             (QStringList{QStringLiteral("  > \\- looked  "), QStringLiteral("  > \\# not \\<b>  "), QStringLiteral("  >"),
                          QStringLiteral("  > \\> quoted  "), QStringLiteral("  > \\~\\~\\~\u2409x  "), QString()}));
}

/// Two users that differ in what has no width look different, here and in a ticket.
void TestDetailsPane::whatIsHiddenIsSeen()
{
    ViewFixture f;
    std::vector<SecurityAlert> two = f.alerts(0, 2);
    two[0].context.userId = "a\xe2\x80\x8b" "b";
    two[1].context.userId = "ab";
    const auto page = shown(f, two);
    QVERIFY(page);
    const QString seen = QStringLiteral("a\ufffdb");
    const auto links = page->details()->findChildren<LinkButton *>();
    QVERIFY(std::any_of(links.begin(), links.end(), [&](const LinkButton *link) { return link->text() == seen; }));
    QSet<QString> users;
    for (int row = 0; row < 2; ++row)
        users.insert(page->model().index(row, AlertModel::UserColumn).data().toString());
    QCOMPARE(users, (QSet<QString>{seen, QStringLiteral("ab")}));
    QVERIFY(alertMarkdown(two[0], {}, QTimeZone::utc()).contains(seen));
}

/// From the queue on, Tab goes through the details from top to bottom, whatever was shown before.
void TestDetailsPane::tabFollowsWhatIsSeen()
{
    ViewFixture f;
    std::vector<SecurityAlert> some = f.alerts(0, 3);
    for (SecurityAlert &one : some) {
        one.context.userId = "anna";
        one.metadata = R"({"port":22})";
    }
    AuditEvent event = f.event(2);
    event.context.ipAddress = some[2].context.ipAddress;
    f.append({event});
    const auto page = shown(f, some);
    QVERIFY(page);
    QVERIFY(select(*page, 1));
    QVERIFY(select(*page, 2));
    QTRY_VERIFY_WITH_TIMEOUT(QTest::qWaitForWindowActive(page.get()), kPatience);
    AlertsDetails *details = page->details();
    page->table()->setFocus();
    QList<QWidget *> reached;
    QWidget *now = page->table();
    for (int i = 0; i < 60; ++i) {
        QTest::keyClick(now, Qt::Key_Tab);
        now = QApplication::focusWidget();
        if (now == page->table())
            break;
        reached.append(now);
    }
    // All of the details in one run, right behind the table and what divides them.
    if (!reached.isEmpty() && reached.first()->inherits("QSplitterHandle"))
        reached.removeFirst();
    const auto isWithin = [details](const QWidget *widget) { return details->isAncestorOf(widget); };
    QStringList order;
    for (const QWidget *widget : reached)
        order.append(QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->accessibleName());
    QVERIFY2(!reached.isEmpty() && isWithin(reached.first()), qPrintable(order.join(QLatin1Char('\n'))));
    const auto end = std::find_if_not(reached.begin(), reached.end(), isWithin);
    QVERIFY2(std::none_of(end, reached.end(), isWithin), qPrintable(order.join(QLatin1Char('\n'))));
    QSet<QString> names;
    QPoint before(-1, -1);
    for (auto it = reached.begin(); it != end; ++it) {
        names.insert((*it)->accessibleName());
        if (qobject_cast<QScrollArea *>(*it))
            continue; // It holds those that follow.
        const QPoint place = (*it)->mapTo(details, QPoint());
        // Along a line, or further down.
        const bool further = place.y() > before.y() || (place.y() > before.y() - 12 && place.x() > before.x());
        QVERIFY2(further, qPrintable((*it)->accessibleName()));
        before = place;
    }
    for (const char *name : {"Take ownership of this alert", "Look up address 203.0.113.2", "Show events of user anna",
                             "Newest related events", "Copy the metadata as JSON"})
        QVERIFY2(names.contains(QLatin1String(name)), name);
}

void TestDetailsPane::panesShowThatTheyHaveTheFocus()
{
    ViewFixture f;
    std::vector<SecurityAlert> one = f.alerts(0, 1);
    one[0].metadata = R"({"port":22})";
    const auto page = shown(f, one);
    QVERIFY(page);
    QTRY_VERIFY_WITH_TIMEOUT(QTest::qWaitForWindowActive(page.get()), kPatience);
    for (QWidget *pane : {static_cast<QWidget *>(page->details()->findChild<QScrollArea *>()),
                          static_cast<QWidget *>(page->details()->findChild<MetadataView *>()->tree())}) {
        pane->setFocus(Qt::TabFocusReason);
        QVERIFY(pane->hasFocus());
        const auto frames = page->findChildren<QFocusFrame *>();
        const auto ring = std::find_if(frames.begin(), frames.end(), [pane](const QFocusFrame *frame) {
            return frame->widget() == pane && frame->isVisible();
        });
        QVERIFY2(ring != frames.end(), pane->metaObject()->className());
        // Inside its edge, which may be that of the window.
        QCOMPARE((*ring)->mapToGlobal(QPoint()), pane->mapToGlobal(QPoint()));
        QCOMPARE((*ring)->size(), pane->size());
        pane->clearFocus();
        pane->setFocus(Qt::MouseFocusReason);
        QVERIFY(!(*ring)->isVisible() || (*ring)->widget() != pane);
    }
}

void TestDetailsPane::nothingIsWiderThanThePane()
{
    ViewFixture f;
    std::vector<SecurityAlert> two = f.alerts(0, 2);
    const std::string wide(60, 'W');
    for (SecurityAlert &one : two) {
        one.context.userId = one.context.companyId = wide;
        one.title = wide;
        one.description = "Log-ins of " + wide + " failed.";
    }
    two[1].timestamp -= 20 * kHour; // The day before, which takes room to say.
    two[1].status = AlertStatus::Resolved;
    two[1].disposition = AlertDisposition::TruePositive;
    two[1].severity = AlertSeverity::Critical;
    two[0].owner = wide;
    two[0].metadata = "{\"" + wide + "\":\"" + wide + "\"}";
    AuditEvent event = f.event(0);
    event.context.userId = wide;
    event.action = wide;
    f.append({event, event});
    const auto page = shown(f, two, wide + wide);
    QVERIFY(page);
    toggle(*page, "Comments")->click();
    toggle(*page, "History")->click();
    AlertsDetails *details = page->details();
    details->setParent(nullptr);
    details->setFixedWidth(320);
    details->resize(320, 700);
    details->show();
    QCoreApplication::sendPostedEvents();
    const auto *scroll = details->findChild<QScrollArea *>();
    QVERIFY2(scroll->widget()->minimumSizeHint().width() <= scroll->viewport()->width(),
             qPrintable(QString::number(scroll->widget()->minimumSizeHint().width())));
    const auto widgets = details->findChildren<QWidget *>();
    for (const QWidget *widget : widgets) {
        const QWidget *top = scroll->widget()->isAncestorOf(widget) ? scroll->widget() : nullptr;
        if (!top || !widget->isVisible() || widget->window() != details)
            continue;
        if (widget->parentWidget()->inherits("QAbstractScrollArea") || widget->inherits("QHeaderView")
            || widget->parentWidget()->inherits("QHeaderView"))
            continue; // What scrolls may be wider.
        const int right = widget->mapTo(top, QPoint(widget->width(), 0)).x();
        QVERIFY2(right <= scroll->viewport()->width(), qPrintable(QString::fromLatin1(widget->metaObject()->className())
                                                                  + QLatin1Char(' ') + widget->accessibleName()));
    }
    delete details;
}

void TestDetailsPane::otherAlertsSayWhenAndHowTheyStand()
{
    ViewFixture f;
    std::vector<SecurityAlert> two = f.alerts(0, 2);
    for (SecurityAlert &one : two) {
        one.context.userId = "anna";
        one.title = "Anomaly Detected: temporal_anomaly";
    }
    f.commit(two);
    TriageStep step;
    step.id = newStepId();
    step.kind = TriageKind::Resolve;
    step.disposition = AlertDisposition::FalsePositive;
    const std::vector<std::string> ids{idOf(1)};
    QVERIFY(f.store().triage(ids, step, "anna", f.start() + kMinute).ok());
    const auto page = shown(f, {});
    QVERIFY(page);
    const auto labels = page->details()->surroundings()->findChildren<ElidedLabel *>();
    const QString time = format::tableTime(two[1].timestamp, QDateTime::currentMSecsSinceEpoch(), QTimeZone::utc());
    for (const QString &text : {QStringLiteral("False positive"), time}) {
        const auto found = std::find_if(labels.begin(), labels.end(),
                                        [&](const ElidedLabel *label) { return label->isVisible() && label->text() == text; });
        QVERIFY2(found != labels.end(), qPrintable(text));
        QVERIFY2(!(*found)->isElided(), qPrintable(text));
    }
    const auto links = page->details()->surroundings()->findChildren<LinkButton *>();
    QVERIFY(std::any_of(links.begin(), links.end(), [](const auto *link) { return link->text() == QLatin1String("Anomaly: temporal"); }));
}

void TestDetailsPane::relatedEventsAreOpenedAndCopied()
{
    ViewFixture f;
    AuditEvent first = f.event(0);
    AuditEvent second = f.event(3); // Of the same address.
    second.action = "logout\t=1";
    f.append({first, second});
    std::vector<SecurityAlert> one = f.alerts(0, 1);
    one[0].context.ipAddress = first.context.ipAddress;
    const auto page = shown(f, one);
    QVERIFY(page);
    auto *events = page->details()->findChild<RelatedEvents *>();
    QVERIFY(events && events->isVisible());
    QCOMPARE(events->model()->rowCount(), 2);
    QVERIFY((events->focusPolicy() & Qt::TabFocus) != 0 && !events->accessibleName().isEmpty());
    QVERIFY(events->viewport()->height() >= events->rowViewportPosition(1) + events->rowHeight(1) - 1); // All lines are seen.
    EventsPage all(&f.context());
    showPage(all);
    QSignalSpy wanted(&f.context(), &ConsoleContext::eventsRequested);
    events->setFocus();
    events->setCurrentIndex(events->model()->index(0, 0));
    QTest::keyClick(events, Qt::Key_C, Qt::ControlModifier);
    QVERIFY2(QGuiApplication::clipboard()->text().contains(QLatin1String("logout")), qPrintable(QGuiApplication::clipboard()->text()));
    QTest::keyClick(events, Qt::Key_Down);
    QTest::keyClick(events, Qt::Key_Return);
    QCOMPARE(wanted.size(), 1);
    const auto query = wanted.last().first().value<EventQuery>();
    QVERIFY(query.range.start == first.timestamp && query.range.end == first.timestamp);
    QCOMPARE(query.ipAddress.value_or("none"), *first.context.ipAddress);
    QTRY_COMPARE_WITH_TIMEOUT(all.model().rowCount(), 1, kPatience); // It, and nothing else.
    QCOMPARE(all.model().eventAt(0).timestamp, first.timestamp);
    const QPoint cell = events->visualRect(events->model()->index(0, 1)).center();
    QTest::mouseClick(events->viewport(), Qt::LeftButton, {}, cell);
    QTest::mouseDClick(events->viewport(), Qt::LeftButton, {}, cell);
    QCOMPARE(wanted.size(), 2);
    QVERIFY(wanted.last().first().value<EventQuery>().range.start == second.timestamp);
}

/// As the row in Events about a new alert leads to it.
void TestDetailsPane::aMomentLeadsToItsAlert()
{
    ViewFixture f;
    const std::vector<SecurityAlert> three = f.alerts(0, 3);
    const auto page = shown(f, three);
    QVERIFY(page);
    AuditEvent raised = f.event(1);
    raised.timestamp = three[1].timestamp;
    raised.origin = RowOrigin::Monitor;
    raised.action = "security_alert_created";
    EventsDetails details(&f.context());
    details.showEvent(&raised);
    const auto links = details.findChildren<LinkButton *>();
    const auto link = std::find_if(links.begin(), links.end(),
                                   [](const LinkButton *one) { return one->text() == QLatin1String("raised at this moment"); });
    QVERIFY(link != links.end());
    (*link)->click();
    QTRY_COMPARE_WITH_TIMEOUT(page->model().counts().shown, 1, kPatience);
    QCOMPARE(page->model().index(0, 0).data(AlertModel::IdRole).toString(), id(1));
}

/// To a screen reader a list's current entry has the focus; hidden, it has none to tell of.
void TestDetailsPane::aHiddenListHasNoFocus()
{
    ViewFixture f;
    const auto page = shown(f, f.alerts(0, 1));
    QVERIFY(page);
    const auto focused = [&page] {
        QListView *list = page->viewsBar()->list();
        QAccessibleInterface *reader = QAccessible::queryAccessibleInterface(list);
        for (int i = 0; i < reader->childCount(); ++i) {
            if (reader->child(i)->state().focused)
                return true;
        }
        return false;
    };
    page->viewsBar()->setVisible(true);
    page->viewsBar()->setCurrent(0);
    QVERIFY(focused());
    page->viewsBar()->setVisible(false);
    QVERIFY(!focused());
    page->viewsBar()->setCurrent(0);
    QVERIFY(!focused());
    page->viewsBar()->setVisible(true);
    QVERIFY(focused());
}

QTEST_MAIN(TestDetailsPane)
#include "tst_detailspane.moc"
