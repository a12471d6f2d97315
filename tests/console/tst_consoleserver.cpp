// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/console/consoletest.h"
#include "tests/console/memorysecrets.h"
#include "tests/postgres/postgrescluster.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alertstable.h"
#include "ui/views/connectionprofiles.h"
#include "ui/views/opendatabasedialog.h"
#include "ui/views/openfailurepage.h"
#include "ui/views/statusline.h"
#include "ui/views/topbar.h"
#include "ui/views/undonesteps.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/inlinemessage.h"

#include <QAbstractButton>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace bartizan;
using bartizan::test::PostgresCluster;

namespace {

const QString kUser = QStringLiteral("anna");
const QString kPassword = QStringLiteral("correct horse");

} // namespace

/// The window over a database on a real server: from the dialog to the acknowledged alert, and through its troubles.
class TestConsoleServer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void connectsThroughTheDialogAndSetsUp();
    void showsAndAcknowledgesWhatAnApplicationCaused();
    void keepsStepsWhileTheServerIsAway();
    void recoversWhenTheServerRestarts();
    void opensTheLastOneAgainAndMendsItsPassword();
    void saysWhoRunsTheEngineElsewhere();
    void tellsWhoElseHasAnAlertOpen();
    void offersWhatTheRoleMayDo();
    void goesOnWhereAReplicaIsPromoted();
    void refusesASchemaThatIsNewer();
    void cleanupTestCase() { m_cluster.reset(); }

private:
    /// A database that is Bartizan's; its URL.
    QString preparedUrl();
    bool open(ConsoleTest &console, const QString &url);
    /// An application appends failed log-ins.
    void append(const QString &url, const QString &address, int count);
    static QLabel *check(QWidget *in, const char *name) { return in->findChild<QLabel *>(QLatin1String(name)); }
    static void enter(QWidget *in, const char *field, const QString &text)
    {
        in->findChild<QLineEdit *>(QLatin1String(field))->setText(text);
    }

    std::unique_ptr<PostgresCluster> m_cluster;
};

void TestConsoleServer::initTestCase()
{
    SKIP_WITHOUT_POSTGRES();
    ConsoleTest::isolate();
    PostgresCluster::Options options;
    options.tls = true;
    m_cluster = std::make_unique<PostgresCluster>(options);
    m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("CREATE ROLE %1 LOGIN PASSWORD '%2'").arg(kUser, kPassword));
}

QString TestConsoleServer::preparedUrl()
{
    const QString database = m_cluster->makeDatabase();
    m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("ALTER DATABASE %1 OWNER TO %2").arg(database, kUser));
    const QString url = ConnectionProfile::fromUrl(m_cluster->url(database, kUser))->toUrl();
    const auto made = openStore(url, {.mode = StoreOptions::Mode::Create});
    if (!made)
        qFatal("%s", qPrintable(made.error().message));
    return url;
}

bool TestConsoleServer::open(ConsoleTest &console, const QString &url)
{
    console.window->openAtStart(url, false);
    return QTest::qWaitFor([&] {
        return console.session->isOpen() && console.session->database().path == url
            && console.session->engineStatus().state == EngineState::Running;
    }, kPatienceMs);
}

void TestConsoleServer::append(const QString &url, const QString &address, int count)
{
    m_cluster->sql(ConnectionProfile::fromUrl(url)->database,
                   QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\", "
                                  "\"userId\") SELECT 'AUTHENTICATION', 'login', 'FAILURE', '%1', 'm.okafor' "
                                  "FROM generate_series(1, %2)")
                       .arg(address)
                       .arg(count));
}

void TestConsoleServer::connectsThroughTheDialogAndSetsUp()
{
    MemorySecrets keyring;
    ConsoleTest console(&keyring);
    const QString database = m_cluster->makeDatabase();
    m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("ALTER DATABASE %1 OWNER TO %2").arg(database, kUser));
    auto *dialog = static_cast<OpenDatabaseDialog *>(console.window->openDatabaseDialog());
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("&New")), Qt::LeftButton);
    enter(dialog, "connection.name", QStringLiteral("Live"));
    enter(dialog, "connection.host", QStringLiteral("localhost"));
    enter(dialog, "connection.port", QString::number(m_cluster->port()));
    enter(dialog, "connection.database", database);
    enter(dialog, "connection.user", kUser);
    const auto tries = [&](const QString &button) {
        QTest::mouseClick(buttonNamed(dialog, button), Qt::LeftButton);
        return QTest::qWaitFor([&] { return !dialog->isTrying(); }, kPatienceMs);
    };
    // The system trusts no certificate that this server made for itself.
    QVERIFY(tries(QStringLiteral("&Test connection")));
    QVERIFY2(check(dialog, "check.host")->accessibleName().startsWith(QStringLiteral("Server: in order.")),
             qPrintable(check(dialog, "check.host")->accessibleName()));
    QVERIFY2(check(dialog, "check.tls")->accessibleName().startsWith(QStringLiteral("Encryption: wrong.")),
             qPrintable(check(dialog, "check.tls")->accessibleName()));
    enter(dialog, "connection.root", m_cluster->certificate());
    QVERIFY(tries(QStringLiteral("&Test connection")));
    QVERIFY2(check(dialog, "check.tls")->accessibleName().startsWith(QStringLiteral("Encryption: in order.")),
             qPrintable(check(dialog, "check.tls")->accessibleName()));
    QVERIFY2(check(dialog, "check.password")->accessibleName().startsWith(QStringLiteral("Password: wrong.")),
             qPrintable(check(dialog, "check.password")->accessibleName()));
    auto *password = dialog->findChild<QLineEdit *>(QStringLiteral("connection.password"));
    QTest::keyClicks(password, QStringLiteral("not this one"));
    QVERIFY(tries(QStringLiteral("Connect")));
    QVERIFY2(check(dialog, "check.password")->accessibleName().startsWith(QStringLiteral("Password: wrong.")),
             qPrintable(check(dialog, "check.password")->accessibleName()));
    QTest::keyClicks(password, kPassword); // In place of the wrong one.
    QCOMPARE(password->text(), kPassword);
    QVERIFY(tries(QStringLiteral("Connect")));
    QVERIFY2(check(dialog, "check.password")->accessibleName().startsWith(QStringLiteral("Password: in order.")),
             qPrintable(check(dialog, "check.password")->accessibleName()));
    QVERIFY(!console.session->isOpen()); // Nothing is made in a database without having been asked for.
    QAbstractButton *setUp = buttonNamed(dialog, QStringLiteral("Set up and connect"));
    QVERIFY(setUp != nullptr && setUp->isEnabled());
    QTest::mouseClick(setUp, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen(), kPatienceMs);
    QCOMPARE(console.session->database().name, database + QStringLiteral(" @ PostgreSQL"));
    QVERIFY(!console.session->database().path.contains(kPassword));
    const auto *status = console.window->findChild<StatusLine *>();
    QTRY_COMPARE_WITH_TIMEOUT(status->stateText(), QStringLiteral("Engine running here, up to date"), kPatienceMs);
    QCOMPARE(keyring.secrets.values(), QStringList{kPassword});

    // Tried again, every line is in order.
    dialog = static_cast<OpenDatabaseDialog *>(console.window->openDatabaseDialog());
    QTRY_COMPARE_WITH_TIMEOUT(dialog->findChild<QLineEdit *>(QStringLiteral("connection.password"))->text(), kPassword,
                              kPatienceMs);
    QVERIFY(tries(QStringLiteral("&Test connection")));
    for (const char *line : {"check.host", "check.tls", "check.password", "check.schema", "check.privileges", "check.auditLog"}) {
        const QString said = check(dialog, line)->accessibleName();
        QVERIFY2(said.contains(QStringLiteral(": in order.")), qPrintable(said));
    }
    dialog->close();
}

void TestConsoleServer::showsAndAcknowledgesWhatAnApplicationCaused()
{
    ConsoleTest console;
    const QString url = preparedUrl();
    QVERIFY(open(console, url));
    console.window->showPage(PageId::Alerts);
    append(url, QStringLiteral("203.0.113.47"), 5);
    QVERIFY(console.waitForAlerts(1));
    AlertsTable *table = console.alerts()->table();
    QCOMPARE(console.alerts()->model().index(0, AlertModel::AddressColumn).data().toString(), QStringLiteral("203.0.113.47"));
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(1), kPatienceMs);
    table->setFocus();
    table->setCurrentIndex(console.alerts()->model().index(0, AlertModel::TitleColumn));
    QTest::keyClick(table, Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(0), kPatienceMs);
}

/// What is acknowledged while the server is away is told as not done, and can be done once it is back.
void TestConsoleServer::keepsStepsWhileTheServerIsAway()
{
    ConsoleTest console;
    const QString url = preparedUrl();
    QVERIFY(open(console, url));
    console.window->showPage(PageId::Alerts);
    append(url, QStringLiteral("203.0.113.46"), 5);
    QVERIFY(console.waitForAlerts(1));
    AlertsPage *alerts = console.alerts();
    alerts->table()->selectRow(0);
    QTRY_VERIFY_WITH_TIMEOUT(!alerts->isLoading(), kPatienceMs);
    const auto *undone = alerts->findChild<UndoneSteps *>();
    m_cluster->stop();
    QTest::keyClick(alerts->table(), Qt::Key_A);
    QTRY_VERIFY_WITH_TIMEOUT(!undone->text().isEmpty(), 3 * kPatienceMs);
    QVERIFY2(undone->text().startsWith(QStringLiteral("Not done: Acknowledge 1 alert (")), qPrintable(undone->text()));
    QVERIFY(!alerts->model().isAcknowledged(0));
    m_cluster->start();
    const auto *status = console.window->findChild<StatusLine *>();
    QTRY_COMPARE_WITH_TIMEOUT(status->stateText(), QStringLiteral("Engine running here, up to date"), 3 * kPatienceMs);
    QVERIFY(!undone->text().isEmpty() && !alerts->model().isAcknowledged(0));
    QTest::mouseClick(buttonNamed(alerts, QStringLiteral("Try again")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(alerts->model().isAcknowledged(0), kPatienceMs);
    QCOMPARE(undone->text(), QString());
}

void TestConsoleServer::recoversWhenTheServerRestarts()
{
    ConsoleTest console;
    const QString url = preparedUrl();
    QVERIFY(open(console, url));
    console.window->showPage(PageId::Alerts);
    const auto *status = console.window->findChild<StatusLine *>();
    append(url, QStringLiteral("203.0.113.46"), 5);
    append(url, QStringLiteral("203.0.113.47"), 5);
    QVERIFY(console.waitForAlerts(2));
    AlertsPage *alerts = console.alerts();
    alerts->table()->selectRow(0);
    const QString seen = alerts->details()->alertId();
    QTRY_VERIFY_WITH_TIMEOUT(!alerts->isLoading(), kPatienceMs);
    const auto *header = console.window->findChild<TopBar *>();
    const auto shown = [header](const QString &text) {
        const auto labels = header->findChildren<ElidedLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const ElidedLabel *label) { return label->text() == text; });
    };
    QVERIFY(shown(QStringLiteral("Connected")));
    m_cluster->stop();
    QTRY_VERIFY_WITH_TIMEOUT(status->stateText().startsWith(QStringLiteral("Engine stopped, trying again: ")), kPatienceMs);
    QVERIFY(shown(QStringLiteral("Interrupted")) && !shown(QStringLiteral("Connected")));
    // Details that cannot be read give way to the reason: nothing of the alert before can be acted on.
    alerts->table()->selectRow(1);
    QVERIFY(alerts->details()->alertId() != seen);
    const auto message = [alerts] {
        const auto messages = alerts->details()->findChildren<InlineMessage *>();
        const auto told = std::find_if(messages.begin(), messages.end(), [](const auto *one) { return one->isVisible(); });
        return told == messages.end() ? QString() : (*told)->text();
    };
    QTRY_VERIFY_WITH_TIMEOUT(!message().isEmpty(), kPatienceMs);
    QVERIFY(buttonNamed(alerts->details(), QStringLiteral("Acknowledge")) == nullptr);
    console.window->context()->refresh(); // The queue cannot be read either.
    const auto isBarred = [alerts] {
        const auto messages = alerts->findChildren<InlineMessage *>();
        return std::any_of(messages.begin(), messages.end(), [alerts](const InlineMessage *one) {
            return one->isVisible() && !alerts->details()->isAncestorOf(one);
        });
    };
    QTRY_VERIFY_WITH_TIMEOUT(isBarred(), kPatienceMs);
    m_cluster->start();
    QTRY_COMPARE_WITH_TIMEOUT(status->stateText(), QStringLiteral("Engine running here, up to date"), 3 * kPatienceMs);
    QVERIFY(shown(QStringLiteral("Connected")));
    QTRY_VERIFY_WITH_TIMEOUT(!isBarred() && !alerts->isLoading(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(message().isEmpty(), kPatienceMs);
    QCOMPARE(alerts->details()->alertId(), alerts->model().idAt(1));
    QAbstractButton *acknowledge = buttonNamed(alerts->details(), QStringLiteral("Acknowledge"));
    QVERIFY(acknowledge != nullptr && acknowledge->isEnabled());
    append(url, QStringLiteral("203.0.113.48"), 5);
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(3), kPatienceMs);
}

void TestConsoleServer::opensTheLastOneAgainAndMendsItsPassword()
{
    MemorySecrets keyring;
    auto profile = *ConnectionProfile::fromUrl(preparedUrl());
    profile.name = QStringLiteral("Live");
    profile.host = QStringLiteral("localhost");
    profile.port = QString::number(m_cluster->port());
    profile.rootCertificate = m_cluster->certificate();
    ConsoleTest console(&keyring);
    connectionprofiles::save({profile});
    keyring.secrets.insert(connectionprofiles::secretKey(profile), kPassword);
    QVERIFY(open(console, profile.toUrl()));
    console.session->close();
    keyring.secrets[connectionprofiles::secretKey(profile)] = QStringLiteral("outdated");

    MainWindow again(console.session.get(), console.appearance.get(), &keyring);
    again.show();
    QSignalSpy failed(console.session.get(), &Session::openFailed);
    again.openAtStart({}, false);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
    auto *page = again.findChild<OpenFailurePage *>();
    QTRY_VERIFY_WITH_TIMEOUT(page->isVisible(), kPatienceMs);
    QVERIFY2(page->reason().contains(QStringLiteral("did not take the password")), qPrintable(page->reason()));
    QAbstractButton *mend = buttonNamed(page, QStringLiteral("Password and connection…"));
    QVERIFY(mend != nullptr);
    QTest::mouseClick(mend, Qt::LeftButton);
    auto *dialog = again.findChild<OpenDatabaseDialog *>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    auto *password = dialog->findChild<QLineEdit *>(QStringLiteral("connection.password"));
    QTRY_COMPARE_WITH_TIMEOUT(password->text(), QStringLiteral("outdated"), kPatienceMs);
    QTest::keyClicks(password, kPassword); // In place of the outdated one.
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Connect")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen(), kPatienceMs);
    QCOMPARE(console.session->database().path, profile.toUrl());
    QCOMPARE(keyring.secrets.values(), QStringList{kPassword});
    again.closeAtOnce();
}

void TestConsoleServer::saysWhoRunsTheEngineElsewhere()
{
    ConsoleTest console;
    const QString url = preparedUrl();
    QProcess other;
    other.setProcessChannelMode(QProcess::ForwardedChannels);
    other.start(QStringLiteral(BARTIZAN_BIN_DIR "/bartizanctl"), {QStringLiteral("--db"), url, QStringLiteral("run")});
    QVERIFY(other.waitForStarted(kPatienceMs));
    const QString database = ConnectionProfile::fromUrl(url)->database;
    QTRY_VERIFY_WITH_TIMEOUT(
        m_cluster->sql(database, QStringLiteral("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")) != "0",
        kPatienceMs);
    console.window->openAtStart(url, false);
    const auto *status = console.window->findChild<StatusLine *>();
    const QString who = QStringLiteral("Engine running elsewhere: bartizanctl (process %1 on ").arg(other.processId());
    QVERIFY2(QTest::qWaitFor([&] { return status->stateText().startsWith(who); }, kPatienceMs), qPrintable(status->stateText()));
    QVERIFY2(status->stateText().contains(QStringLiteral("since")), qPrintable(status->stateText()));
    // Its alerts are seen here all the same, and when it ends this console takes over.
    console.window->showPage(PageId::Alerts);
    append(url, QStringLiteral("203.0.113.49"), 5);
    QVERIFY(console.waitForAlerts(1));
    other.terminate();
    QVERIFY(other.waitForFinished(kPatienceMs));
    QTRY_COMPARE_WITH_TIMEOUT(status->stateText(), QStringLiteral("Engine running here, up to date"), 2 * kPatienceMs);
}

void TestConsoleServer::tellsWhoElseHasAnAlertOpen()
{
    ConsoleTest console;
    const QString url = preparedUrl();
    const QString database = ConnectionProfile::fromUrl(url)->database;
    QVERIFY(open(console, url));
    console.window->showPage(PageId::Alerts);
    append(url, QStringLiteral("203.0.113.50"), 5);
    QVERIFY(console.waitForAlerts(1));
    const auto other = openStore(url);
    QVERIFY(other.ok());
    const std::string id = m_cluster->sql(database, QStringLiteral("SELECT id FROM bartizan.alert")).toStdString();
    QVERIFY((*other)->lookAt(id, "bob", "another window").ok());
    const auto *others = console.window->findChild<ElidedLabel *>(QStringLiteral("alert.others"));
    QVERIFY(others != nullptr && !others->isVisible());
    console.alerts()->table()->setCurrentIndex(console.alerts()->model().index(0, AlertModel::TitleColumn));
    QTRY_VERIFY_WITH_TIMEOUT(others->isVisible(), kPatienceMs);
    QCOMPARE(others->text(), QStringLiteral("Also open at: bob"));
    QVERIFY((*other)->lookAt(id, "bob", "another window")->size() == 1); // And bob is told of this one.
    // What is not on the screen is not open.
    console.window->showPage(PageId::Overview);
    QTRY_COMPARE_WITH_TIMEOUT(m_cluster->sql(database, QStringLiteral("SELECT person FROM bartizan.presence")), QByteArray("bob"),
                              kPatienceMs);
}

void TestConsoleServer::offersWhatTheRoleMayDo()
{
    const QString url = preparedUrl();
    const QString database = ConnectionProfile::fromUrl(url)->database;
    {
        ConsoleTest console;
        QVERIFY(open(console, url));
        QVERIFY(console.session->database().refusals == StoreRefusals());
        append(url, QStringLiteral("203.0.113.51"), 5);
        console.window->showPage(PageId::Alerts);
        QVERIFY(console.waitForAlerts(1));
    }
    QVERIFY(makePostgresRoles(*ConnectionProfile::fromUrl(m_cluster->url(database)), {}).ok());
    m_cluster->sql(database, QStringLiteral("CREATE ROLE auditor LOGIN IN ROLE bartizan_auditor; "
                                            "INSERT INTO bartizan.membership VALUES ('auditor', '*')"));
    ConsoleTest console;
    console.window->openAtStart(ConnectionProfile::fromUrl(m_cluster->url(database, QStringLiteral("auditor")))->toUrl(), false);
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen(), kPatienceMs);
    const StoreRefusals refusals = console.session->database().refusals;
    QVERIFY2(refusals.triage.contains(QStringLiteral("“auditor”")), qPrintable(refusals.triage));
    QVERIFY(!refusals.settings.isEmpty() && !refusals.append.isEmpty());
    console.window->showPage(PageId::Alerts);
    QVERIFY(console.waitForAlerts(1));
    AlertsTable *table = console.alerts()->table();
    table->setFocus();
    table->setCurrentIndex(console.alerts()->model().index(0, AlertModel::TitleColumn));
    const auto isOffered = [&console] {
        const QAbstractButton *button = buttonNamed(console.alerts(), QStringLiteral("Acknowledge"));
        return button == nullptr || button->isEnabled();
    };
    QTRY_VERIFY_WITH_TIMEOUT(!isOffered(), kPatienceMs); // It says why not, instead.
    QVERIFY2(console.alerts()->selectionLine()->message().contains(QStringLiteral("may read alerts, and not triage them")),
             qPrintable(console.alerts()->selectionLine()->message()));
    QVERIFY(buttonNamed(console.alerts(), QStringLiteral("Resolve…")) == nullptr
            || !buttonNamed(console.alerts(), QStringLiteral("Resolve…"))->isEnabled());
    QVERIFY(buttonNamed(console.alerts(), QStringLiteral("Take it")) == nullptr);
    QVERIFY(buttonNamed(console.alerts(), QStringLiteral("Take over")) == nullptr);
    QSignalSpy clicked(table, &AlertsTable::acknowledgeClicked);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                      rowButtonRect(table->visualRect(console.alerts()->model().index(0, AlertModel::ActionColumn))).center());
    QCOMPARE(clicked.count(), 0);
    QTest::keyClick(table, Qt::Key_A);
    QCOMPARE(m_cluster->sql(database, QStringLiteral("SELECT count(*) FROM bartizan.alert_history WHERE action <> 'created'")),
             QByteArray("0"));
}

/// A console on a replica shows and looks on; once that is promoted, it works there, with nothing opened anew.
void TestConsoleServer::goesOnWhereAReplicaIsPromoted()
{
    auto primary = std::make_unique<PostgresCluster>();
    const QString database = primary->makeDatabase();
    QVERIFY(openStore(primary->url(database), {.mode = StoreOptions::Mode::Create}).ok());
    QProcess engine;
    engine.setProcessChannelMode(QProcess::ForwardedChannels);
    engine.start(QStringLiteral(BARTIZAN_BIN_DIR "/bartizanctl"), {QStringLiteral("--db"), primary->url(database), QStringLiteral("run")});
    PostgresCluster::Options options;
    options.replicaOf = primary.get();
    PostgresCluster replica(options);
    primary->sql(database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\") "
                                          "SELECT 'AUTHENTICATION', 'login', 'FAILURE', '203.0.113.52' FROM generate_series(1, 5)"));
    ConsoleTest console;
    console.window->openAtStart(ConnectionProfile::fromUrl(replica.url(database))->toUrl(), false);
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen(), kPatienceMs);
    const auto *status = console.window->findChild<StatusLine *>();
    const QString who = QStringLiteral("Engine running elsewhere: bartizanctl (process %1 on ").arg(engine.processId());
    QVERIFY2(QTest::qWaitFor([&] { return status->stateText().startsWith(who); }, 2 * kPatienceMs), qPrintable(status->stateText()));
    const auto shows = [&console](const QString &text) {
        const auto labels = console.window->findChild<TopBar *>()->findChildren<ElidedLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const ElidedLabel *label) { return label->text() == text; });
    };
    QVERIFY(shows(QStringLiteral("Read-only")));
    console.window->showPage(PageId::Alerts);
    QVERIFY(console.waitForAlerts(1));
    AlertsTable *table = console.alerts()->table();
    table->selectRow(0);
    QTRY_VERIFY_WITH_TIMEOUT(console.alerts()->selectionLine()->message().contains(QStringLiteral("is a replica")), kPatienceMs);
    const auto offers = [&console] {
        const QAbstractButton *button = buttonNamed(console.alerts()->details(), QStringLiteral("Acknowledge"));
        return button != nullptr && button->isEnabled();
    };
    QVERIFY(!offers());

    engine.kill();
    QVERIFY(engine.waitForFinished(kPatienceMs));
    primary->crash();
    replica.promote();
    QTRY_VERIFY_WITH_TIMEOUT(shows(QStringLiteral("Connected")), 2 * kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(status->stateText(), QStringLiteral("Engine running here, up to date"), 2 * kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(offers(), kPatienceMs);
    QVERIFY2(!console.alerts()->selectionLine()->message().contains(QStringLiteral("replica")),
             qPrintable(console.alerts()->selectionLine()->message()));
    QTest::keyClick(table, Qt::Key_A);
    QTRY_VERIFY_WITH_TIMEOUT(console.alerts()->model().isAcknowledged(0), kPatienceMs);
    console.session->close();
}

void TestConsoleServer::refusesASchemaThatIsNewer()
{
    ConsoleTest console;
    const QString url = preparedUrl();
    m_cluster->sql(ConnectionProfile::fromUrl(url)->database,
                   QStringLiteral("UPDATE bartizan.meta SET value = '999' WHERE key = 'schema'"));
    console.window->openAtStart(url, false);
    auto *page = console.window->findChild<OpenFailurePage *>();
    QTRY_VERIFY_WITH_TIMEOUT(page->isVisible(), kPatienceMs);
    QVERIFY2(page->reason().contains(QStringLiteral("newer Bartizan")), qPrintable(page->reason()));
    QVERIFY(buttonNamed(page, QStringLiteral("Try again")) != nullptr);
}

QTEST_MAIN(TestConsoleServer)
#include "tst_consoleserver.moc"
