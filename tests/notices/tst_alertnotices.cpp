// SPDX-License-Identifier: GPL-3.0-or-later
#include "notificationserver.h"
#include "tests/views/viewfixture.h"
#include "ui/notices/alertnotices.h"

namespace bartizan {

using fixtures::kPatience;
using fixtures::ViewFixture;

/// Alerts of a real session on a real session bus.
class TestAlertNotices : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("CANBERRA_DRIVER", "null");
        QVERIFY(m_bus.start());
    }
    void cleanupTestCase() { m_bus.stop(); }
    void init() { open({QStringLiteral("body"), QStringLiteral("body-markup"), QStringLiteral("actions")}); }
    void cleanup()
    {
        m_notices.reset();
        m_fixture.reset();
        m_server.reset();
    }

    void showsAnAlert();
    void hostileTextIsText_data();
    void hostileTextIsText();
    void theTrayReadsNoMarkup();
    void oldAlertsAreNoNews();
    void stepsOnWhatWasThereAreNoNews_data();
    void stepsOnWhatWasThereAreNoNews();
    void repeatsAreNoNews();
    void manyBecomeOne();
    void acknowledgedOnesGo();
    void theSumGoesWithTheLastOfThem();
    void clickingOpensTheAlert();
    void goesOnWithoutAServer();

private:
    static constexpr int kThere = 7; ///< An alert of this moment that is there before the log is opened.

    void open(const QStringList &capabilities)
    {
        m_server = std::make_unique<NotificationServer>(m_bus.address(), capabilities);
        QVERIFY(m_server->serve());
        m_fixture = std::make_unique<ViewFixture>();
        m_fixture->commit({m_fixture->alert(1), alertNow(kThere)});
        m_preferences = m_fixture->context().noticePreferences();
        m_notices = std::make_unique<AlertNotices>(&m_fixture->session(), m_preferences);
        QVERIFY(m_fixture->open());
    }
    SecurityAlert alertNow(int number, AlertSeverity severity = AlertSeverity::High) const
    {
        SecurityAlert made = m_fixture->alert(number, severity);
        made.timestamp = QDateTime::currentMSecsSinceEpoch();
        return made;
    }
    /// The server has shown what was asked of it so far: a last alert of its own says so.
    bool settled()
    {
        SecurityAlert last = alertNow(9000 + m_server->told());
        last.title = "Alert " + std::to_string(m_server->told());
        m_fixture->commit({last});
        const QString title = QString::fromStdString(last.title);
        return QTest::qWaitFor([&] {
            return !m_server->standing().empty() && m_server->standing().back().summary.endsWith(title);
        }, kPatience);
    }

    SessionBus m_bus;
    std::unique_ptr<NotificationServer> m_server;
    std::unique_ptr<ViewFixture> m_fixture;
    NoticePreferences *m_preferences = nullptr;
    std::unique_ptr<AlertNotices> m_notices;
};

void TestAlertNotices::showsAnAlert()
{
    QSignalSpy sound(m_notices.get(), &AlertNotices::soundPlayed);
    QSignalSpy shown(m_notices.get(), &AlertNotices::shown);
    const SecurityAlert alert = alertNow(2, AlertSeverity::Critical);
    m_fixture->commit({alert});
    QTRY_COMPARE_WITH_TIMEOUT(m_server->standing().size(), 1U, kPatience);
    const NotificationServer::Notice &notice = m_server->standing().front();
    QCOMPARE(notice.summary, QStringLiteral("CRITICAL: %1").arg(QString::fromStdString(alert.title)));
    QCOMPARE(notice.body, QString::fromStdString(alert.description).toHtmlEscaped());
    QCOMPARE(notice.hints.value(QStringLiteral("urgency")).toInt(), 2);
    QCOMPARE(notice.hints.value(QStringLiteral("suppress-sound")).toBool(), true);
    QCOMPARE(notice.actions.value(0), QStringLiteral("default"));
    QTRY_COMPARE_WITH_TIMEOUT(shown.count(), 1, kPatience);
    QCOMPARE(shown.first().first().toString(), QStringLiteral("Test desktop"));
    QCOMPARE(sound.count(), 1);
}

void TestAlertNotices::hostileTextIsText_data()
{
    QTest::addColumn<bool>("markup");
    QTest::addColumn<QString>("body");
    QTest::newRow("a server that reads markup")
        << true << QStringLiteral("&lt;img src=&quot;http://203.0.113.9/x&quot;&gt;\u240A&amp; more");
    QTest::newRow("a server that does not") << false << QStringLiteral("<img src=\"http://203.0.113.9/x\">\u240A& more");
}

void TestAlertNotices::hostileTextIsText()
{
    QFETCH(bool, markup);
    QFETCH(QString, body);
    cleanup();
    open(markup ? QStringList{QStringLiteral("body"), QStringLiteral("body-markup")} : QStringList{QStringLiteral("body")});
    SecurityAlert alert = alertNow(2);
    alert.title = "<b>x</b>\n\x1b[31m";
    alert.description = "<img src=\"http://203.0.113.9/x\">\n& more";
    m_fixture->commit({alert});
    QTRY_COMPARE_WITH_TIMEOUT(m_server->standing().size(), 1U, kPatience);
    const NotificationServer::Notice &notice = m_server->standing().front();
    QCOMPARE(notice.body, body);
    QVERIFY(notice.actions.isEmpty());
    QVERIFY(notice.summary.startsWith(QLatin1String("HIGH: <b>x</b>")));
    for (const QChar c : notice.summary)
        QVERIFY2(c.isPrint(), qPrintable(notice.summary));
}

void TestAlertNotices::theTrayReadsNoMarkup()
{
    const QString hostile = QStringLiteral("HIGH: <b>x</b> <img src=\"http://203.0.113.9/x\">");
    QVERIFY(Qt::mightBeRichText(hostile));
    const QString shown = AlertNotices::trayToolTip(hostile);
    QVERIFY2(!Qt::mightBeRichText(shown) && !shown.contains(QLatin1Char('<')), qPrintable(shown));
    QCOMPARE(AlertNotices::trayToolTip(QStringLiteral("HIGH: 5 > 3 & more")), QStringLiteral("Bartizan: HIGH: 5 > 3 & more"));
}

void TestAlertNotices::oldAlertsAreNoNews()
{
    m_fixture->commit({m_fixture->alert(3)}); // Of two hours ago.
    QVERIFY(settled());
    QCOMPARE(m_server->told(), 1);
}

void TestAlertNotices::stepsOnWhatWasThereAreNoNews_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("takenBack");
    QTest::newRow("owned") << int(TriageKind::Own) << false;
    QTest::newRow("escalated") << int(TriageKind::Escalate) << false;
    QTest::newRow("commented on") << int(TriageKind::Comment) << false;
    QTest::newRow("acknowledged, and active again") << int(TriageKind::Acknowledge) << true;
}

/// By whatever console.
void TestAlertNotices::stepsOnWhatWasThereAreNoNews()
{
    QFETCH(int, kind);
    QFETCH(bool, takenBack);
    const std::string ids[] = {fixtures::idOf(kThere)};
    QSignalSpy changes(&m_fixture->session(), &Session::alertsChanged);
    TriageStep step;
    step.id = "11111111-1111-4111-8111-111111111111";
    step.kind = static_cast<TriageKind>(kind);
    step.comment = "as told";
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    QVERIFY(m_fixture->store().triage(ids, step, "ann", now).ok());
    if (takenBack)
        QVERIFY(m_fixture->store().undo(ids, {"22222222-2222-4222-8222-222222222222", step.id}, "ann", now).ok());
    QTRY_VERIFY_WITH_TIMEOUT(!changes.isEmpty(), kPatience);
    QVERIFY(settled());
    QCOMPARE(m_server->told(), 1);
}

void TestAlertNotices::repeatsAreNoNews()
{
    const SecurityAlert alert = alertNow(2);
    m_fixture->commit({alert});
    QTRY_COMPARE_WITH_TIMEOUT(m_server->told(), 1, kPatience);
    EngineCommit commit;
    commit.repeats.push_back({alert.id, 5, alert.timestamp + 1});
    QVERIFY(m_fixture->store().commit(commit).ok());
    QVERIFY(settled());
    QCOMPARE(m_server->told(), 2);
    QCOMPARE(m_server->standing().size(), 2U);
}

void TestAlertNotices::manyBecomeOne()
{
    m_fixture->commit({alertNow(2), alertNow(3)});
    QTRY_COMPARE_WITH_TIMEOUT(m_server->standing().size(), 2U, kPatience);
    std::vector<SecurityAlert> many;
    for (int i = 10; i < 60; ++i)
        many.push_back(alertNow(i, i == 30 ? AlertSeverity::Critical : AlertSeverity::Low));
    m_fixture->commit(many);
    QTRY_VERIFY_WITH_TIMEOUT(m_server->standing().size() == 1
                                 && m_server->standing().front().summary.startsWith(QLatin1String("52 new alert")),
                             kPatience);
    QCOMPARE(m_server->standing().front().body, QStringLiteral("Highest severity: CRITICAL"));
    QSignalSpy opened(m_notices.get(), &AlertNotices::openRequested);
    m_fixture->commit({alertNow(61)});
    QTRY_VERIFY_WITH_TIMEOUT(m_server->standing().front().summary.startsWith(QLatin1String("53 new alert")), kPatience);
    QCOMPARE(m_server->standing().size(), 1U);
    m_server->click(m_server->standing().front());
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QCOMPARE(opened.first().first().toString(), QString());
}

void TestAlertNotices::acknowledgedOnesGo()
{
    const SecurityAlert alert = alertNow(2);
    m_fixture->commit({alert});
    QTRY_COMPARE_WITH_TIMEOUT(m_server->standing().size(), 1U, kPatience);
    m_fixture->session().acknowledge({alert.id});
    QTRY_COMPARE_WITH_TIMEOUT(m_server->standing().size(), 0U, kPatience);
}

void TestAlertNotices::theSumGoesWithTheLastOfThem()
{
    m_fixture->commit({alertNow(2), alertNow(3)}); // Told one by one, and part of the sum then.
    QTRY_COMPARE_WITH_TIMEOUT(m_server->standing().size(), 2U, kPatience);
    std::vector<SecurityAlert> many;
    std::vector<std::string> ids{fixtures::idOf(2), fixtures::idOf(3)};
    for (int i = 10; i < 60; ++i) {
        many.push_back(alertNow(i));
        ids.push_back(many.back().id);
    }
    m_fixture->commit(many);
    QTRY_VERIFY_WITH_TIMEOUT(m_server->standing().size() == 1
                                 && m_server->standing().front().summary.startsWith(QLatin1String("52 new alert")),
                             kPatience);
    const std::vector<std::string> most(ids.begin() + 1, ids.end());
    m_fixture->session().acknowledge(most);
    QTRY_VERIFY_WITH_TIMEOUT((*m_fixture->store().alert(most.back()))->acknowledged, kPatience);
    m_fixture->commit({alertNow(61)});
    QTRY_VERIFY_WITH_TIMEOUT(!m_server->standing().empty()
                                 && m_server->standing().front().summary.startsWith(QLatin1String("53 new alert")),
                             kPatience);
    m_fixture->session().acknowledge({ids.front(), fixtures::idOf(61)});
    QTRY_COMPARE_WITH_TIMEOUT(m_server->standing().size(), 0U, kPatience);
    // What comes next is counted from there.
    m_fixture->commit({alertNow(62)});
    QTRY_VERIFY_WITH_TIMEOUT(!m_server->standing().empty(), kPatience);
    QVERIFY2(!m_server->standing().front().summary.startsWith(QLatin1String("5")), qPrintable(m_server->standing().front().summary));
}

void TestAlertNotices::clickingOpensTheAlert()
{
    const SecurityAlert alert = alertNow(2);
    m_fixture->commit({alertNow(3), alert});
    QTRY_COMPARE_WITH_TIMEOUT(m_server->standing().size(), 2U, kPatience);
    QSignalSpy opened(m_notices.get(), &AlertNotices::openRequested);
    m_server->click(m_server->standing().back());
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QCOMPARE(opened.first().first().toString(), QString::fromStdString(alert.id));
}

void TestAlertNotices::goesOnWithoutAServer()
{
    // One desktop ends, alerts come, and another begins.
    m_fixture->commit({alertNow(2)});
    QTRY_COMPARE_WITH_TIMEOUT(m_server->standing().size(), 1U, kPatience);
    m_server.reset();
    m_fixture->commit({alertNow(3)});
    m_server = std::make_unique<NotificationServer>(m_bus.address(), QStringList{QStringLiteral("body")});
    QVERIFY(m_server->serve());
    QVERIFY(settled());
}

} // namespace bartizan

QTEST_MAIN(bartizan::TestAlertNotices)
#include "tst_alertnotices.moc"
