// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/viewfixture.h"
#include "ui/theme/format.h"
#include "ui/views/iplookupdialog.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/hourchart.h"
#include "ui/widgets/inlinemessage.h"

#include <QClipboard>
#include <QLayout>
#include <QPushButton>
#include <QTableView>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

QTableView *tableNamed(const IpLookUpDialog &dialog, const char *name)
{
    const auto tables = dialog.findChildren<QTableView *>();
    for (QTableView *table : tables) {
        if (table->accessibleName() == QLatin1String(name))
            return table;
    }
    return nullptr;
}

LinkButton *linkNamed(const IpLookUpDialog &dialog, const QString &text)
{
    const auto links = dialog.findChildren<LinkButton *>();
    for (LinkButton *link : links) {
        if (link->text() == text)
            return link;
    }
    return nullptr;
}

/// 24 failed logins and 8 rate limits of 203.0.113.47 over 8 accounts: all three factors.
void fill(ViewFixture &f)
{
    std::vector<AuditEvent> events;
    for (int i = 0; i < 32; ++i) {
        AuditEvent event = f.event(i);
        event.context.ipAddress = "203.0.113.47";
        event.context.country = "NLD";
        event.context.userId = "user" + std::to_string(i % 8);
        if (i >= 24)
            event.outcome = AuditOutcome::RateLimited;
        events.push_back(event);
    }
    f.append(events);
    SecurityAlert alert = f.alert(3);
    alert.context.ipAddress = "203.0.113.47";
    f.commit({alert, f.alert(4)});
}

} // namespace

class TestIpLookUpDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void showsLevelFactorsAndEvidence();
    void quietAddressesAreLow();
    void findsTheAddressAsTheLogSpellsIt();
    void oldAddressesSayWhenTheyWereSeen();
    void looksAroundAnOldAlert();
    void errorLineMovesNothing();
    void saysWhatIsNoAddress_data();
    void saysWhatIsNoAddress();
    void copiesAsText();
    void opensItsEvents();
    void hostileTextStaysText();
    void everythingHasAName();
};

void TestIpLookUpDialog::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_iplookupdialog"));
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestIpLookUpDialog::showsLevelFactorsAndEvidence()
{
    ViewFixture f;
    fill(f);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    QTest::keyClicks(dialog.addressField(), QStringLiteral("203.0.113.47"));
    QTest::keyClick(dialog.addressField(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report().has_value(), kPatience);
    QVERIFY(dialog.isVisible()); // Enter looks up and does not close.
    QVERIFY(dialog.findChild<ThreatBadge *>()->level() == ThreatLevel::Critical);
    QCOMPARE(dialog.report()->threat.factors.size(), size_t(3));
    QTableView *accounts = tableNamed(dialog, "Accounts touched");
    QCOMPARE(accounts->model()->rowCount(), 8);
    const int height = accounts->height();
    linkNamed(dialog, QStringLiteral("3 more"))->click();
    QVERIFY(accounts->height() > height);
    QCOMPARE(tableNamed(dialog, "Alerts that name the address")->model()->rowCount(), 1);
    std::int64_t events = 0;
    for (const HourChart::Column &column : dialog.findChild<HourChart *>()->columns())
        events += column.value;
    QCOMPARE(events, 32);
}

void TestIpLookUpDialog::quietAddressesAreLow()
{
    ViewFixture f;
    fill(f);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    dialog.lookUp(QStringLiteral("2001:DB8:0::1"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report().has_value(), kPatience);
    QCOMPARE(dialog.report()->address, std::string("2001:db8::1"));
    QVERIFY(dialog.findChild<ThreatBadge *>()->level() == ThreatLevel::Low);
    QVERIFY(dialog.asText().contains(QLatin1String("0 security events in 24h")));
}

void TestIpLookUpDialog::findsTheAddressAsTheLogSpellsIt()
{
    ViewFixture f;
    std::vector<AuditEvent> events;
    for (int i = 0; i < 6; ++i) {
        AuditEvent event = f.event(i);
        event.context.ipAddress = "::ffff:10.0.0.1";
        events.push_back(event);
    }
    f.append(events);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    dialog.lookUp(QStringLiteral(" ::ffff:10.0.0.1 "));
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report().has_value(), kPatience);
    QCOMPARE(dialog.report()->address, std::string("::ffff:10.0.0.1"));
    QCOMPARE(dialog.report()->evidence.activity.events, std::int64_t(6));
}

void TestIpLookUpDialog::oldAddressesSayWhenTheyWereSeen()
{
    ViewFixture f;
    std::vector<AuditEvent> events;
    for (int i = 0; i < 12; ++i) {
        AuditEvent event = f.event(i);
        event.timestamp -= 300 * kDay;
        event.context.ipAddress = "203.0.113.9";
        events.push_back(event);
    }
    f.append(events);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    dialog.lookUp(QStringLiteral("203.0.113.9"));
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isLoading() && dialog.report(), kPatience);
    auto *message = dialog.findChild<InlineMessage *>();
    QVERIFY(message->isVisible());
    QVERIFY2(message->text().startsWith(QLatin1String("No events of 203.0.113.9 in the last 24 h; the newest is of ")),
             qPrintable(message->text()));
    QVERIFY(message->text().contains(format::clockTime(events.back().timestamp, f.context().displayZone())));
    QVERIFY(dialog.asText().contains(message->text()));
    // Its events are one click away, though none is of these 24 h.
    QSignalSpy asked(&f.context(), &ConsoleContext::eventsRequested);
    linkNamed(dialog, QStringLiteral("Open all in Events"))->click();
    QVERIFY(asked.last()[0].value<EventQuery>().range == (TimeRange{events[0].timestamp, events.back().timestamp}));
    // So are the 24 h up to the newest one, and the way back.
    linkNamed(dialog, QStringLiteral("Show the 24 h up to it"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report()->evidence.activity.events == 12, kPatience);
    QCOMPARE(dialog.report()->range.end, events.back().timestamp);
    QCOMPARE(dialog.report()->range.start, events.back().timestamp - kDay);
    QVERIFY(dialog.findChild<ThreatBadge *>()->level() == ThreatLevel::High); // Failures and accounts.
    QVERIFY(message->text().contains(QLatin1String("up to its newest event")));
    linkNamed(dialog, QStringLiteral("Show the last 24 h"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report()->evidence.activity.events == 0, kPatience);

    dialog.lookUp(QStringLiteral("203.0.113.10"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report()->address == "203.0.113.10", kPatience);
    QCOMPARE(message->text(), QStringLiteral("The log holds no event of 203.0.113.10."));
}

void TestIpLookUpDialog::looksAroundAnOldAlert()
{
    ViewFixture f;
    std::vector<AuditEvent> events;
    for (int i = 0; i < 40; ++i) {
        AuditEvent event = f.event(i);
        event.timestamp = f.start() - 300 * kDay + i * kHour;
        event.context.ipAddress = "203.0.113.9";
        events.push_back(event);
    }
    f.append(events);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    const TimestampMs at = events[20].timestamp;
    dialog.lookUp(QStringLiteral("203.0.113.9"), at);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isLoading() && dialog.report(), kPatience);
    QVERIFY(dialog.report()->range == (TimeRange{at - kDay / 2, at + kDay / 2}));
    QCOMPARE(dialog.report()->evidence.activity.events, std::int64_t(25)); // Both edges belong to it.
    QVERIFY(dialog.rangeNote().contains(format::clockTime(at, f.context().displayZone())));
    // What has just been seen is looked up as ever: over the last 24 h.
    dialog.lookUp(QStringLiteral("203.0.113.9"), QDateTime::currentMSecsSinceEpoch() - kHour);
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report()->range.end > at + kDay, kPatience);
}

void TestIpLookUpDialog::errorLineMovesNothing()
{
    ViewFixture f;
    fill(f);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    dialog.lookUp(QStringLiteral("203.0.113.47"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report().has_value(), kPatience);
    const auto *chart = dialog.findChild<HourChart *>();
    QCoreApplication::processEvents();
    const QPoint place = chart->mapTo(&dialog, QPoint());
    dialog.addressField()->setText(QStringLiteral("203.0.113"));
    QVERIFY(!dialog.fieldError().isEmpty());
    dialog.layout()->activate();
    QCoreApplication::processEvents();
    QCOMPARE(chart->mapTo(&dialog, QPoint()), place);
}

void TestIpLookUpDialog::saysWhatIsNoAddress_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("valid");
    QTest::newRow("IPv4") << QStringLiteral("192.0.2.1") << true;
    QTest::newRow("blanks around") << QStringLiteral(" 192.0.2.1 ") << true;
    QTest::newRow("IPv6") << QStringLiteral("2001:db8::1") << true;
    QTest::newRow("too large") << QStringLiteral("192.0.2.256") << false;
    QTest::newRow("short") << QStringLiteral("192.0.2") << false;
    QTest::newRow("name") << QStringLiteral("example.org") << false;
    QTest::newRow("statement") << QStringLiteral("1' OR '1'='1") << false;
}

void TestIpLookUpDialog::saysWhatIsNoAddress()
{
    ViewFixture f;
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    QPushButton *lookUp = nullptr;
    const auto buttons = dialog.findChildren<QPushButton *>();
    for (QPushButton *button : buttons)
        lookUp = isPrimary(button) ? button : lookUp;
    QVERIFY(lookUp && !lookUp->isEnabled());
    QVERIFY(dialog.fieldError().isEmpty()); // Nothing typed is no mistake.
    QFETCH(QString, text);
    QFETCH(bool, valid);
    dialog.addressField()->setText(text);
    QCOMPARE(lookUp->isEnabled(), valid);
    QCOMPARE(dialog.fieldError().isEmpty(), valid);
}

void TestIpLookUpDialog::copiesAsText()
{
    ViewFixture f;
    fill(f);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    dialog.lookUp(QStringLiteral("203.0.113.47"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report().has_value(), kPatience);
    const auto buttons = dialog.findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        if (button->text() == QLatin1String("Copy as text"))
            button->click();
    }
    const QString text = QApplication::clipboard()->text();
    for (const char *part : {"203.0.113.47", "CRITICAL", "24 failed login attempts in 24h", "8 rate limit violations",
                             "Consider temporary IP blocking", "Netherlands (NL)", "user7", "Brute Force Attack"})
        QVERIFY2(text.contains(QLatin1String(part)), part);
}

void TestIpLookUpDialog::opensItsEvents()
{
    ViewFixture f;
    fill(f);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    dialog.lookUp(QStringLiteral("203.0.113.47"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report().has_value(), kPatience);
    QSignalSpy asked(&f.context(), &ConsoleContext::eventsRequested);
    linkNamed(dialog, QStringLiteral("Open in Events"))->click();
    QCOMPARE(asked.size(), 1);
    const auto query = asked[0][0].value<EventQuery>();
    QVERIFY(query.ipAddress == std::string("203.0.113.47"));
    QVERIFY(query.range == dialog.report()->range);
}

void TestIpLookUpDialog::hostileTextStaysText()
{
    ViewFixture f;
    std::vector<AuditEvent> events;
    for (int i = 0; i < 8; ++i) {
        AuditEvent event = f.event(i);
        event.context.ipAddress = "203.0.113.47";
        event.context.userId = "<b>" + std::to_string(i) + "</b>\u202E";
        event.context.country = "<i>nowhere</i>";
        events.push_back(event);
    }
    f.append(events);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    dialog.lookUp(QStringLiteral("203.0.113.47"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report().has_value(), kPatience);
    const QStringList markup = markupLabels(dialog);
    QVERIFY2(markup.isEmpty(), qPrintable(markup.join(QLatin1Char('\n'))));
    QVERIFY(!dialog.asText().contains(QChar(0x202e)));
    const QModelIndex account = tableNamed(dialog, "Accounts touched")->model()->index(0, 0);
    QVERIFY(!account.data().toString().contains(QChar(0x202e)));
    QVERIFY(!account.data(Qt::ToolTipRole).toString().contains(QLatin1String("<b>")));
}

void TestIpLookUpDialog::everythingHasAName()
{
    ViewFixture f;
    fill(f);
    QVERIFY(f.open());
    IpLookUpDialog dialog(&f.context());
    dialog.show();
    dialog.lookUp(QStringLiteral("203.0.113.47"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog.report().has_value(), kPatience);
    const QStringList nameless = namelessControls(dialog);
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char(' '))));
    QVERIFY(!dialog.isModal());
}

QTEST_MAIN(TestIpLookUpDialog)
#include "tst_iplookupdialog.moc"
