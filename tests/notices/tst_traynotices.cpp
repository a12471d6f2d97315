// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/notices/trayhost.h"
#include "tests/views/viewfixture.h"
#include "ui/notices/alertnotices.h"

#include <QDBusConnectionInterface>
#include <QSystemTrayIcon>

namespace bartizan {

using fixtures::kPatience;
using fixtures::ViewFixture;

/// Alerts on a desktop that has a tray, and no service for notices: under a real X server, and on a bus of the test's own, by
/// the CMake file.
class TestTrayNotices : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("CANBERRA_DRIVER", "null");
        if (QGuiApplication::platformName() != QLatin1String("xcb"))
            QSKIP("There is no tray but under X.");
        QVERIFY(QDBusConnection::sessionBus().isConnected());
        QVERIFY(!QDBusConnection::sessionBus().interface()->isServiceRegistered(QStringLiteral("org.freedesktop.Notifications")));
        m_host = std::make_unique<TrayHost>();
        connect(m_host.get(), &TrayHost::said, this, [this](const QString &title, const QString &body) {
            m_said.append(title);
            m_bodies.append(body);
        });
        QVERIFY(m_host->serve());
        QVERIFY(QSystemTrayIcon::isSystemTrayAvailable());
    }
    void init()
    {
        m_said.clear();
        m_bodies.clear();
        m_fixture = std::make_unique<ViewFixture>();
        m_fixture->commit({m_fixture->alert(1)});
        m_preferences = m_fixture->context().noticePreferences();
        m_notices = std::make_unique<AlertNotices>(&m_fixture->session(), m_preferences);
        QVERIFY(m_fixture->open());
    }
    void cleanup()
    {
        m_notices.reset();
        m_fixture.reset();
    }
    void cleanupTestCase() { m_host.reset(); }

    void showsAnAlertOnce();
    void keepsQuiet();
    void manyBecomeOne();

private:
    SecurityAlert alertNow(int number, AlertSeverity severity = AlertSeverity::High) const
    {
        SecurityAlert made = m_fixture->alert(number, severity);
        made.title = "Alert " + std::to_string(number);
        made.timestamp = QDateTime::currentMSecsSinceEpoch();
        return made;
    }

    std::unique_ptr<TrayHost> m_host;
    std::unique_ptr<ViewFixture> m_fixture;
    NoticePreferences *m_preferences = nullptr;
    std::unique_ptr<AlertNotices> m_notices;
    QStringList m_said;
    QStringList m_bodies;
};

void TestTrayNotices::showsAnAlertOnce()
{
    SecurityAlert alert = alertNow(2, AlertSeverity::Critical);
    alert.description = "<b>5</b> failed\nlogins";
    m_fixture->commit({alert});
    QTRY_COMPARE_WITH_TIMEOUT(m_said, QStringList{QStringLiteral("CRITICAL: Alert 2")}, kPatience);
    QVERIFY2(m_bodies.first().startsWith(QStringLiteral("<b>5</b> failed\u240Alogins")), qPrintable(m_bodies.first()));
    // A repeat and a step of triage are no news; the next alert is.
    EngineCommit commit;
    commit.repeats.push_back({alert.id, 5, alert.timestamp + 1});
    QVERIFY(m_fixture->store().commit(commit).ok());
    m_fixture->session().acknowledge({alert.id});
    QTRY_VERIFY_WITH_TIMEOUT((*m_fixture->store().alert(alert.id))->acknowledged, kPatience);
    m_fixture->commit({alertNow(3)});
    QTRY_COMPARE_WITH_TIMEOUT(m_said, (QStringList{QStringLiteral("CRITICAL: Alert 2"), QStringLiteral("HIGH: Alert 3")}), kPatience);
}

void TestTrayNotices::keepsQuiet()
{
    NoticeChoices choices;
    choices.quietHours = true;
    choices.quietTo = choices.quietFrom; // All day.
    m_preferences->setChoices(choices);
    QSignalSpy told(&m_fixture->session(), &Session::alertsChanged);
    m_fixture->commit({alertNow(2)});
    QTRY_COMPARE_WITH_TIMEOUT(told.count(), 1, kPatience);
    m_preferences->setChoices({});
    m_fixture->commit({alertNow(3)});
    QTRY_COMPARE_WITH_TIMEOUT(m_said, QStringList{QStringLiteral("HIGH: Alert 3")}, kPatience);
}

/// A message in the tray cannot be replaced: while the flood goes on, the number stands in the tool tip.
void TestTrayNotices::manyBecomeOne()
{
    m_fixture->commit({alertNow(2)});
    QTRY_COMPARE_WITH_TIMEOUT(m_said.size(), 1, kPatience);
    std::vector<SecurityAlert> many;
    for (int i = 10; i < 60; ++i)
        many.push_back(alertNow(i, i == 30 ? AlertSeverity::Critical : AlertSeverity::Low));
    m_fixture->commit(many);
    QTRY_COMPARE_WITH_TIMEOUT(m_said.size(), 2, kPatience);
    QVERIFY2(m_said.last().startsWith(QStringLiteral("51 new alert")), qPrintable(m_said.last()));
    QCOMPARE(m_bodies.last(), QStringLiteral("Highest severity: CRITICAL"));
    const auto *icon = m_notices->findChild<QSystemTrayIcon *>();
    QVERIFY(icon != nullptr);
    for (int i = 0; i < 3; ++i) {
        m_fixture->commit({alertNow(70 + i)});
        const QString number = QString::number(52 + i) + QStringLiteral(" new alert");
        QTRY_VERIFY_WITH_TIMEOUT(icon->toolTip().contains(number), kPatience);
    }
    QCOMPARE(m_said.size(), 2);
}

} // namespace bartizan

QTEST_MAIN(bartizan::TestTrayNotices)
#include "tst_traynotices.moc"
