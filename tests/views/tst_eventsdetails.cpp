// SPDX-License-Identifier: GPL-3.0-or-later
// What the Events page shows of one row.
#include "tests/views/viewfixture.h"
#include "ui/views/eventsdetails.h"
#include "ui/views/eventsfilterline.h"
#include "ui/views/eventspage.h"
#include "ui/views/filteredit.h"
#include "ui/views/metadataview.h"
#include "ui/widgets/elidedlabel.h"

#include <QAction>
#include <QClipboard>
#include <QMenu>
#include <QTableView>
#include <QThreadPool>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

void clickFirstRow(const EventsPage &page)
{
    const QModelIndex first = page.model().index(0, EventModel::TimeColumn);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, page.table()->visualRect(first).center());
}

} // namespace

class TestEventsDetails : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void showEveryField();
    void filtersByEveryField();
    void leadsToTheAlertItIsAbout();
    void hostileTextStaysText();
    void mayGoWhileMetadataAreTakenApart();
};

void TestEventsDetails::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_eventsdetails"));
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestEventsDetails::showEveryField()
{
    ViewFixture f;
    AuditEvent event = f.event(1);
    event.context.requestId = "7d0c52e4";
    event.context.companyId = "Quayside";
    event.errorMessage = "password expired";
    f.append({event});
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    clickFirstRow(page);
    QStringList texts;
    const auto labels = page.details()->findChildren<ElidedLabel *>();
    for (const ElidedLabel *label : labels)
        texts.append(label->text());
    for (const char *text : {"7d0c52e4", "Quayside", "FAILURE", "the application"})
        QVERIFY2(texts.contains(QLatin1String(text)), text);
    page.details()->copyJson();
    QVERIFY(QApplication::clipboard()->text().contains(QLatin1String("password expired")));
    QVERIFY(QApplication::clipboard()->text().contains(QLatin1String("\"port\": 22")));
}

void TestEventsDetails::filtersByEveryField()
{
    ViewFixture f;
    AuditEvent event = f.event(1);
    event.context.sessionId = "s-1 \"quoted\"";
    event.context.userAgent = "curl/8 & more";
    event.context.platformUserId = "platform-7";
    event.errorMessage = "password expired";
    f.append({f.event(0), event});
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    clickFirstRow(page);
    QStringList offered;
    QAction *only = nullptr;
    for (const QWidget *value : page.details()->findChildren<QWidget *>()) {
        for (QAction *action : value->actions()) {
            offered.append(action->text());
            only = action->text().startsWith(QLatin1String("Only session")) ? action : only;
        }
    }
    for (const char *text : {"Only type authentication", "Not outcome failure", "Only user agent curl/8 && more", "Not user user1", "Only text platform-7",
                             "Only action login", "Not text password expired"})
        QVERIFY2(offered.contains(QLatin1String(text)), qPrintable(offered.join(u'|')));
    QMenu menu; // The same by keyboard.
    page.details()->addFiltersTo(&menu);
    QVERIFY(menu.findChild<QMenu *>()->actions().size() >= 12);
    QVERIFY(only);
    only->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience);
    QCOMPARE(page.filterLine()->filter(), (Filter{{filterTerm(FilterField::Session, QStringLiteral("s-1 \"quoted\""))}}));
}

/// What Bartizan noted leads to its alert and its mute; what an application wrote leads nowhere, whatever it names.
void TestEventsDetails::leadsToTheAlertItIsAbout()
{
    ViewFixture f;
    AuditEvent claimed = f.event(1);
    claimed.metadata = R"({"alertId":"a-1","muteId":"m-1"})";
    AuditEvent noted = f.event(2);
    noted.origin = RowOrigin::Monitor;
    noted.action = "alert_acknowledged";
    noted.metadata = R"({"alertId":"a-1"})";
    AuditEvent muted = noted;
    muted.action = "alert_mute_set";
    muted.metadata = R"({"muteId":"m-1","alertId":"a-2"})";
    AuditEvent raised = noted;
    raised.action = "security_alert_created";
    raised.metadata.clear();
    QVERIFY(f.open());
    EventsDetails details(&f.context());
    details.resize(320, 700);
    details.show();
    const auto link = [&details](const char *name) -> QAbstractButton * {
        for (QAbstractButton *button : details.findChildren<QAbstractButton *>()) {
            if (!button->isHidden() && button->accessibleName() == QLatin1String(name))
                return button;
        }
        return nullptr;
    };
    details.showEvent(&claimed);
    QVERIFY(!link("Show the alert a-1") && !link("Show the mutes"));
    QSignalSpy alerts(&f.context(), &ConsoleContext::alertsRequested);
    QSignalSpy mutes(&f.context(), &ConsoleContext::mutesRequested);
    const auto asked = [&alerts] { return alerts.last().first().value<AlertDrillDown>(); };
    details.showEvent(&noted);
    QTRY_VERIFY_WITH_TIMEOUT(link("Show the alert a-1"), kPatience);
    QVERIFY(!link("Show the mutes"));
    QTest::keyClick(link("Show the alert a-1"), Qt::Key_Return);
    QCOMPARE(alerts.size(), 1);
    QVERIFY(asked().isOneAlert() && asked().alertId == "a-1");
    details.showEvent(&muted);
    QTRY_VERIFY_WITH_TIMEOUT(link("Show the alert a-2") && link("Show the mutes"), kPatience);
    link("Show the alert a-2")->click();
    QVERIFY(asked().alertId == "a-2");
    link("Show the mutes")->click();
    QCOMPARE(mutes.size(), 1);
    details.showEvent(&raised); // It names none: what was raised just then.
    QTRY_VERIFY_WITH_TIMEOUT(link("Show the alert raised at this moment"), kPatience);
    link("Show the alert raised at this moment")->click();
    QVERIFY(asked().range && asked().range->custom.start == raised.timestamp && asked().range->custom.end == raised.timestamp);
}

void TestEventsDetails::hostileTextStaysText()
{
    ViewFixture f;
    AuditEvent hostile = f.event(1);
    hostile.action = "<b>bold</b>\u202Egnp.exe\n";
    hostile.context.userId = "<a href='x'>user</a>";
    hostile.errorMessage = "<img src=x>" + std::string(100'000, 'e');
    hostile.metadata = "{\"payload\":\"" + std::string(10'000'000, 'y') + "\"}";
    f.append({hostile});
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    clickFirstRow(page);
    const QStringList markup = markupLabels(page);
    QVERIFY2(markup.isEmpty(), qPrintable(markup.join(QLatin1Char('\n'))));
    const QString tip = page.model().index(0, EventModel::ActionColumn).data(Qt::ToolTipRole).toString();
    QVERIFY(!tip.contains(QLatin1String("<b>")) && tip.contains(QLatin1String("&lt;b&gt;")));
    QVERIFY(page.details()->width() < page.width() / 2);
    page.grab();
}

void TestEventsDetails::mayGoWhileMetadataAreTakenApart()
{
    const std::string large = "{\"payload\":\"" + std::string(4'000'000, 'y') + "\"}";
    for (int i = 0; i < 8; ++i) {
        MetadataView view;
        view.setMetadata(large);
    }
    QVERIFY(QThreadPool::globalInstance()->waitForDone(kPatience));
    QCoreApplication::processEvents(); // What came too late finds nobody.
}

QTEST_MAIN(TestEventsDetails)
#include "tst_eventsdetails.moc"
