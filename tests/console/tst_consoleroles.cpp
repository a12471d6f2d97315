// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/console/consoletest.h"
#include "tests/postgres/postgrescluster.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alertstable.h"
#include "ui/views/importdialog.h"
#include "ui/views/mutedialog.h"
#include "ui/views/mutesdialog.h"
#include "ui/views/ruleeditor.h"
#include "ui/views/rulesedit.h"
#include "ui/views/rulespage.h"
#include "ui/views/rulestable.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/inlinemessage.h"

#include <QAbstractButton>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

#include <algorithm>

using namespace bartizan;
using bartizan::test::PostgresCluster;

/// The window as people of each role have it: what the server would refuse is not offered, and why is told.
class TestConsoleRoles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanupTestCase() { m_cluster.reset(); }

    void anAnalystChangesNoSettings();
    void aManagerChangesSettings();
    void noneOfThemImports_data();
    void noneOfThemImports();
    void anAnalystMutesWhatSheSees();
    void aManagerMutesForAll();
    void anAuditorMutesNothing();

private:
    bool open(ConsoleTest &console, const QString &user) const;
    /// Opens the console on its queue and asks to mute the alert there.
    MuteDialog *askToMute(ConsoleTest &console) const;
    bool mute(ConsoleTest &console, MuteDialog *dialog) const;
    static RulesPage *rules(const ConsoleTest &console) { return static_cast<RulesPage *>(console.window->page(PageId::Rules)); }
    static QSpinBox *threshold(const ConsoleTest &console)
    {
        return rules(console)->editor()->findChild<QSpinBox *>(QStringLiteral("threshold"));
    }
    /// Whether a text is to be read in a part of the window.
    static bool reads(const QWidget *in, const QString &text)
    {
        const auto labels = in->findChildren<ElidedLabel *>();
        const auto messages = in->findChildren<InlineMessage *>();
        return std::any_of(labels.begin(), labels.end(), [&](const ElidedLabel *one) { return one->isVisible() && one->text().contains(text); })
            || std::any_of(messages.begin(), messages.end(),
                           [&](const InlineMessage *one) { return one->isVisible() && one->text().contains(text); });
    }
    QByteArray sql(const QString &statements) const { return m_cluster->sql(m_database, statements); }

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
};

void TestConsoleRoles::initTestCase()
{
    SKIP_WITHOUT_POSTGRES();
    ConsoleTest::isolate();
    m_cluster = std::make_unique<PostgresCluster>();
}

/// A database with one alert, of company acme, that an auditor, an analyst who sees that company, and a manager work on.
void TestConsoleRoles::init()
{
    m_database = m_cluster->makeDatabase();
    const QString url = m_cluster->url(m_database);
    QVERIFY(openStore(url, {.mode = StoreOptions::Mode::Create}).ok());
    QVERIFY(makePostgresRoles(*ConnectionProfile::fromUrl(url), {}).ok());
    if (sql(QStringLiteral("SELECT count(*) FROM pg_roles WHERE rolname = 'anna'")) == "0") {
        sql(QStringLiteral("CREATE ROLE anna LOGIN IN ROLE bartizan_analyst; CREATE ROLE max LOGIN IN ROLE bartizan_manager; "
                           "CREATE ROLE audi LOGIN IN ROLE bartizan_auditor"));
    }
    sql(QStringLiteral("INSERT INTO bartizan.membership VALUES ('anna', 'acme'), ('max', '*'), ('audi', '*'); "
                       "INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\", \"companyId\") "
                       "SELECT 'AUTHENTICATION', 'login', 'FAILURE', '203.0.113.9', 'acme' FROM generate_series(1, 5)"));
    QProcess engine;
    engine.start(QStringLiteral(BARTIZAN_BIN_DIR "/bartizanctl"), {QStringLiteral("--db"), url, QStringLiteral("run"), QStringLiteral("--once")});
    QVERIFY(engine.waitForFinished(kPatienceMs));
    QCOMPARE(sql(QStringLiteral("SELECT company_id FROM bartizan.alert")), QByteArray("acme"));
}

bool TestConsoleRoles::open(ConsoleTest &console, const QString &user) const
{
    console.window->openAtStart(ConnectionProfile::fromUrl(m_cluster->url(m_database, user))->toUrl(), false);
    return QTest::qWaitFor([&] { return console.session->isOpen(); }, kPatienceMs);
}

void TestConsoleRoles::anAnalystChangesNoSettings()
{
    ConsoleTest console;
    QVERIFY(open(console, QStringLiteral("anna")));
    const QString refusal = QStringLiteral("The role of “anna” on the server may not change settings");
    console.window->showPage(PageId::Rules);
    QVERIFY(rules(console)->table()->setCurrentRule(RuleId::BruteForce));
    QVERIFY(reads(rules(console), refusal));
    QVERIFY(threshold(console) != nullptr && !threshold(console)->isEnabled());
    QTest::keyClick(rules(console)->table(), Qt::Key_Space);
    QVERIFY(!rules(console)->hasEdits());
    QVERIFY(!buttonNamed(rules(console), QStringLiteral("Save rule"))->isEnabled());
    rules(console)->edit()->setEnabled(RuleId::BruteForce, false); // However it came to be.
    QTest::keyClick(rules(console)->table(), Qt::Key_S, Qt::ControlModifier);
    rules(console)->discardEdits();

    console.window->showPage(PageId::Settings);
    QWidget *settings = console.window->page(PageId::Settings);
    QVERIFY(reads(settings, refusal));
    console.child<QSpinBox>(QStringLiteral("alerting.suppressDuplicateMinutes"))->setValue(25);
    QVERIFY(static_cast<Page *>(settings)->hasEdits());
    QVERIFY(!buttonNamed(settings, QStringLiteral("Save"))->isEnabled());
    QVERIFY(!buttonNamed(settings, QStringLiteral("Restore defaults…"))->isEnabled());
    QTest::keyClick(settings, Qt::Key_S, Qt::ControlModifier);
    static_cast<Page *>(settings)->discardEdits();
    // Nothing was asked of the server, which would have refused it.
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.audit WHERE action = 'monitoring_config_changed'")), QByteArray("0"));
    QVERIFY(console.session->settings().config == MonitoringConfig());
}

void TestConsoleRoles::aManagerChangesSettings()
{
    ConsoleTest console;
    QVERIFY(open(console, QStringLiteral("max")));
    console.window->showPage(PageId::Rules);
    QVERIFY(rules(console)->table()->setCurrentRule(RuleId::BruteForce));
    QVERIFY(!reads(rules(console), QStringLiteral("may not")));
    threshold(console)->setValue(3);
    QTest::keyClick(rules(console)->table(), Qt::Key_S, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(console.session->settings().config.thresholds.failedLoginsPerMinute, 3, kPatienceMs);
    console.window->showPage(PageId::Settings);
    QWidget *settings = console.window->page(PageId::Settings);
    QVERIFY(!reads(settings, QStringLiteral("may not")));
    console.child<QSpinBox>(QStringLiteral("alerting.suppressDuplicateMinutes"))->setValue(25);
    QTest::mouseClick(buttonNamed(settings, QStringLiteral("Save")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(console.session->settings().config.alerting.suppressDuplicateMinutes, 25, kPatienceMs);
    QCOMPARE(sql(QStringLiteral("SELECT string_agg(DISTINCT user_id, ' ') FROM bartizan.audit WHERE action = 'monitoring_config_changed'")),
             QByteArray("max"));
}

void TestConsoleRoles::noneOfThemImports_data()
{
    QTest::addColumn<QString>("user");
    for (const char *user : {"anna", "max", "audi"})
        QTest::newRow(user) << QString::fromLatin1(user);
}

void TestConsoleRoles::noneOfThemImports()
{
    QFETCH(const QString, user);
    ConsoleTest console;
    QVERIFY(open(console, user));
    auto *dialog = static_cast<ImportDialog *>(console.window->openImport(QStringLiteral(BARTIZAN_TEST_DATA "/logs/auth-2980.log")));
    dialog->start();
    QVERIFY(!dialog->isRunning());
    const auto errors = dialog->findChildren<FieldError *>();
    QVERIFY(std::any_of(errors.begin(), errors.end(), [&](const FieldError *error) {
        return error->text() == QStringLiteral("The role of “%1” on the server may not import logs").arg(user);
    }));
    dialog->close();
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.audit WHERE action = 'login'")), QByteArray("5"));
}

MuteDialog *TestConsoleRoles::askToMute(ConsoleTest &console) const
{
    console.window->showPage(PageId::Alerts);
    if (!console.waitForAlerts(1))
        return nullptr;
    AlertsTable *table = console.alerts()->table();
    table->setFocus();
    table->selectRow(0);
    if (!QTest::qWaitFor([&] { return !console.alerts()->isLoading(); }, kPatienceMs))
        return nullptr;
    QTest::keyClick(table, Qt::Key_M);
    MuteDialog *dialog = nullptr;
    (void)QTest::qWaitFor([&] {
        dialog = console.window->findChild<MuteDialog *>();
        return dialog && !dialog->isLooking();
    }, kPatienceMs);
    return dialog;
}

bool TestConsoleRoles::mute(ConsoleTest &console, MuteDialog *dialog) const
{
    QSignalSpy set(console.session.get(), &Session::muteSet);
    QTest::keyClicks(dialog->reasonEdit(), QStringLiteral("our scanner"));
    if (!QTest::qWaitFor([&] { return dialog->acceptButton()->isEnabled(); }, kPatienceMs))
        return false;
    QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
    return QTest::qWaitFor([&] { return set.size() == 1; }, kPatienceMs);
}

void TestConsoleRoles::anAnalystMutesWhatSheSees()
{
    ConsoleTest console;
    QVERIFY(open(console, QStringLiteral("anna")));
    MuteDialog *dialog = askToMute(console);
    QVERIFY(dialog != nullptr && dialog->companyBox() != nullptr);
    // Those of every company are not hers to mute.
    QVERIFY(dialog->companyBox()->isChecked() && !dialog->companyBox()->isEnabled());
    QVERIFY2(dialog->companyBox()->toolTip().contains(QLatin1String("Only who sees every company")),
             qPrintable(dialog->companyBox()->toolTip()));
    QVERIFY(mute(console, dialog));
    QCOMPARE(sql(QStringLiteral("SELECT company_id, created_by FROM bartizan.mute")), QByteArray("acme|anna"));
    auto *list = static_cast<MutesDialog *>(console.window->openMutes());
    QTRY_COMPARE_WITH_TIMEOUT(list->model().rowCount(), 1, kPatienceMs);
    list->table()->selectRow(0);
    QVERIFY(list->liftButton()->isEnabled());
    QTest::mouseClick(list->liftButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(sql(QStringLiteral("SELECT lifted_by FROM bartizan.mute")), QByteArray("anna"), kPatienceMs);
    list->close();
}

void TestConsoleRoles::aManagerMutesForAll()
{
    ConsoleTest console;
    QVERIFY(open(console, QStringLiteral("max")));
    MuteDialog *dialog = askToMute(console);
    QVERIFY(dialog != nullptr && dialog->companyBox() != nullptr);
    QVERIFY(!dialog->companyBox()->isChecked() && dialog->companyBox()->isEnabled());
    QVERIFY(mute(console, dialog));
    QCOMPARE(sql(QStringLiteral("SELECT company_id IS NULL, created_by FROM bartizan.mute")), QByteArray("t|max"));
}

void TestConsoleRoles::anAuditorMutesNothing()
{
    {
        ConsoleTest console;
        QVERIFY(open(console, QStringLiteral("max")));
        MuteDialog *dialog = askToMute(console);
        QVERIFY(dialog != nullptr && mute(console, dialog));
    }
    ConsoleTest console;
    QVERIFY(open(console, QStringLiteral("audi")));
    console.window->showPage(PageId::Alerts);
    QVERIFY(console.waitForAlerts(1));
    AlertsTable *table = console.alerts()->table();
    table->setFocus();
    table->selectRow(0);
    QTRY_VERIFY_WITH_TIMEOUT(!console.alerts()->selectionLine()->message().isEmpty(), kPatienceMs);
    QVERIFY(!console.alerts()->muteAction()->isEnabled());
    QTest::keyClick(table, Qt::Key_M);
    QVERIFY(console.window->findChild<MuteDialog *>() == nullptr);
    // What is muted is shown to him, and stays so.
    auto *list = static_cast<MutesDialog *>(console.window->openMutes());
    QTRY_COMPARE_WITH_TIMEOUT(list->model().rowCount(), 1, kPatienceMs);
    list->table()->selectRow(0);
    QVERIFY(!list->liftButton()->isEnabled() && !list->restoreBox()->isEnabled());
    QVERIFY2(list->liftButton()->toolTip().contains(QLatin1String("may read alerts")), qPrintable(list->liftButton()->toolTip()));
    QTest::keyClick(list->table(), Qt::Key_Delete);
    list->close();
    QCOMPARE(sql(QStringLiteral("SELECT lifted_by IS NULL FROM bartizan.mute")), QByteArray("t"));
}

QTEST_MAIN(TestConsoleRoles)
#include "tst_consoleroles.moc"
