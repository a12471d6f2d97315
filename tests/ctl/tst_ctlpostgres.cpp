// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctlprocess.h"
#include "core/storage/postgresconnection.h"
#include "tests/postgres/postgrescluster.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QTcpServer>
#include <QTest>

#include <csignal>

using bartizan::ConnectionProfile;
using bartizan::PostgresConnection;
using bartizan::test::Ctl;
using bartizan::test::Outcome;
using bartizan::test::PostgresCluster;

/// bartizanctl on a server: every command, beside the same on a file.
class TestCtlPostgres : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        SKIP_WITHOUT_POSTGRES();
        m_cluster = std::make_unique<PostgresCluster>();
    }
    void init()
    {
        m_ctl = std::make_unique<Ctl>();
        m_database = m_cluster->makeDatabase();
        m_url = m_cluster->url(m_database);
    }
    void cleanupTestCase() { m_cluster.reset(); }

    void saysTheSameAsOnAFile();
    void runsUntilItIsStopped();
    void attachesPrismasTable();
    void refusesFieldsThatNoRowHas();
    void tellsWhatATableDoesNotTake();
    void goesBackToItsOwnLog();
    void makesRoles();
    void takesNoPasswordFromArguments();
    void takesThePasswordFromFileAndEnvironment();
    void checksHealth();
    void tellsOfALongBacklog();
    void endsWhatTheServerWorksOn_data();
    void endsWhatTheServerWorksOn();
    void endsWhileItOpens_data();
    void endsWhileItOpens();
    void tellsWhatAnEngineFailsWith();

private:
    Outcome onServer(const QStringList &arguments) { return m_ctl->runBare(QStringList{QStringLiteral("--db"), m_url} + arguments); }
    std::unique_ptr<PostgresCluster> m_cluster;
    std::unique_ptr<Ctl> m_ctl;
    QString m_database;
    QString m_url;
};

void TestCtlPostgres::saysTheSameAsOnAFile()
{
    const QString log = QStringLiteral(BARTIZAN_TEST_DATA "/logs/auth-2980.log");
    const QString all = QStringLiteral("2017-01-01");
    const QStringList import{QStringLiteral("import"), QStringLiteral("--json"), QStringLiteral("--year"), QStringLiteral("2017"),
                             QStringLiteral("--timezone"), QStringLiteral("UTC"), log};
    const auto both = [&](const QStringList &arguments) {
        const Outcome file = m_ctl->run(arguments);
        const Outcome server = onServer(arguments);
        const bool same = file.status == server.status && file.out == server.out;
        if (!same)
            qWarning("file %s\nserver %s", file.told().constData(), server.told().constData());
        return same ? file.status : -1;
    };
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    QCOMPARE(m_ctl->run({QStringLiteral("init")}).status, 0);
    QCOMPARE(both(import), 0);
    QCOMPARE(both(import), 0); // Again, nothing is added.
    QCOMPARE(both({QStringLiteral("run"), QStringLiteral("--once")}), 0);
    QCOMPARE(both({QStringLiteral("alerts"), QStringLiteral("--all"), QStringLiteral("--json")}), 0);
    QCOMPARE(both({QStringLiteral("alerts"), QStringLiteral("--all"), QStringLiteral("--from"), all}), 0);
    for (const char *format : {"ndjson", "csv", "table"}) {
        QCOMPARE(both({QStringLiteral("events"), QStringLiteral("--from"), all, QStringLiteral("--limit"), QStringLiteral("5000"),
                       QStringLiteral("--format"), QLatin1String(format)}), 0);
    }
    QCOMPARE(both({QStringLiteral("metrics"), QStringLiteral("--from"), all, QStringLiteral("--json")}), 0);
    QCOMPARE(both({QStringLiteral("export"), QStringLiteral("--format"), QStringLiteral("csv")}), 0);
    QCOMPARE(both({QStringLiteral("export"), QStringLiteral("--format"), QStringLiteral("json")}), 0);
    QCOMPARE(both({QStringLiteral("ip"), QStringLiteral("--json"), QStringLiteral("--to"), QStringLiteral("2017-03-30T16:00:00Z"),
                   QStringLiteral("24.151.103.17")}), 0);
    QCOMPARE(both({QStringLiteral("config"), QStringLiteral("set"), QStringLiteral("thresholds.failedLoginsPerMinute"), QStringLiteral("8")}), 0);
    QCOMPARE(both({QStringLiteral("config"), QStringLiteral("--json")}), 0);

    const QJsonArray alerts = onServer({QStringLiteral("alerts"), QStringLiteral("--all"), QStringLiteral("--from"), all,
                                        QStringLiteral("--json")}).json().array();
    QVERIFY(!alerts.isEmpty());
    const QString id = alerts.first().toObject().value(QLatin1String("id")).toString();
    QCOMPARE(both({QStringLiteral("ack"), id, QStringLiteral("--comment"), QStringLiteral("handled")}), 0);
    const Outcome again = onServer({QStringLiteral("ack"), id});
    QCOMPARE(again.status, 0);
    QVERIFY2(again.err.contains("was acknowledged before"), again.told().constData());
    QCOMPARE(onServer({QStringLiteral("ack"), QStringLiteral("nobody")}).status, 1);
    const Outcome status = onServer({QStringLiteral("status"), QStringLiteral("--json")});
    QCOMPARE(status.json().object().value(QLatin1String("backlog")).toInt(), 3); // The rows about settings and triage, and of what came too late.
    QCOMPARE(status.json().object().value(QLatin1String("running")).toBool(), false);
}

void TestCtlPostgres::runsUntilItIsStopped()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    QProcess engine;
    engine.setProcessChannelMode(QProcess::MergedChannels);
    engine.start(Ctl::program(), {QStringLiteral("--db"), m_url, QStringLiteral("run")});
    QByteArray told;
    QTRY_VERIFY_WITH_TIMEOUT((told += engine.readAll()).contains("running"), 60'000);
    const Outcome once = onServer({QStringLiteral("run"), QStringLiteral("--once")});
    QCOMPARE(once.status, 1);
    QVERIFY2(once.err.contains("elsewhere"), once.told().constData());
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\") "
                                              "SELECT 'AUTHENTICATION', 'login', 'FAILURE', '203.0.113.9' FROM generate_series(1, 5);"
                                              "INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                              "VALUES ('NONSENSE', 'x', 'FAILURE')"));
    QTRY_COMPARE_WITH_TIMEOUT(onServer({QStringLiteral("alerts"), QStringLiteral("--active"), QStringLiteral("--json")}).json().array().size(),
                              1, 60'000);
    const QJsonObject status = onServer({QStringLiteral("status"), QStringLiteral("--json")}).json().object();
    QVERIFY(status.value(QLatin1String("running")).toBool());
    QCOMPARE(status.value(QLatin1String("quarantined")).toInt(), 1);
    // It outlives a restart of the server.
    m_cluster->stop();
    QTRY_VERIFY_WITH_TIMEOUT((told += engine.readAll()).contains("trying again"), 60'000);
    m_cluster->start();
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\") "
                                              "SELECT 'AUTHENTICATION', 'login', 'FAILURE', '203.0.113.10' FROM generate_series(1, 5)"));
    QTRY_COMPARE_WITH_TIMEOUT(onServer({QStringLiteral("alerts"), QStringLiteral("--active"), QStringLiteral("--json")}).json().array().size(),
                              2, 60'000);
    engine.terminate();
    QVERIFY(engine.waitForFinished(60'000));
    QCOMPARE(engine.exitCode(), 0);
    QCOMPARE(onServer({QStringLiteral("run"), QStringLiteral("--once")}).status, 0);
}

void TestCtlPostgres::attachesPrismasTable()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    QVERIFY(onServer({QStringLiteral("attach")}).err.contains("No table"));
    m_cluster->sql(m_database, QStringLiteral("CREATE TABLE \"SecurityAuditLog\" (id text PRIMARY KEY, \"eventType\" text NOT NULL, "
                                              "action text NOT NULL, outcome text NOT NULL, \"ipAddress\" text, "
                                              "timestamp timestamp(3) NOT NULL DEFAULT now())"));
    const QString table = QStringLiteral("public.\"SecurityAuditLog\"");
    const Outcome listed = onServer({QStringLiteral("attach")});
    QVERIFY2(listed.out.startsWith(QByteArray(table.toUtf8() + ": can serve")), listed.told().constData());
    QCOMPARE(onServer({QStringLiteral("attach"), QStringLiteral("nowhere")}).status, 1);
    QCOMPARE(m_ctl->run({QStringLiteral("attach"), table}).status, 2);
    const Outcome attached = onServer({QStringLiteral("attach"), table, QStringLiteral("--add-cursor-column")});
    QCOMPARE(attached.status, 0);
    QVERIFY2(attached.out.contains("is followed from now on"), attached.told().constData());
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO \"SecurityAuditLog\" (id, \"eventType\", action, outcome, \"ipAddress\") "
                                              "SELECT 'c' || i, 'AUTHENTICATION', 'login', 'FAILURE', '203.0.113.9' FROM generate_series(1, 5) AS i"));
    QCOMPARE(onServer({QStringLiteral("run"), QStringLiteral("--once")}).status, 0);
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT action, count(*) FROM \"SecurityAuditLog\" GROUP BY 1 ORDER BY 1")),
             QByteArray("login|5\nsecurity_alert_created|1"));
}

/// A word misspelt costs every rule by that field, and must not go unnoticed.
void TestCtlPostgres::refusesFieldsThatNoRowHas()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    m_cluster->sql(m_database, QStringLiteral("CREATE TABLE audit_log (id text PRIMARY KEY, event_type text, action text, outcome text, "
                                              "who text, timestamp timestamptz)"));
    for (const char *columns : {"userID=who", "foo=who", "userId=who,user=who"}) {
        const Outcome refused = onServer({QStringLiteral("attach"), QStringLiteral("audit_log"), QStringLiteral("--columns"),
                                          QLatin1String(columns)});
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains("there is no field") && refused.err.contains("userId, companyId, platformUserId"),
                 refused.told().constData());
    }
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT own FROM bartizan.source")), QByteArray("t"));
    QCOMPARE(onServer({QStringLiteral("attach"), QStringLiteral("audit_log"), QStringLiteral("--columns"),
                       QStringLiteral("userId=who")}).status, 0);
    // Whoever asks is told by which columns it is read, and can say so again.
    const Outcome listed = onServer({QStringLiteral("attach")});
    QVERIFY2(listed.out.startsWith("public.audit_log: is followed with --columns id=id,timestamp=timestamp,eventType=event_type,"
                                   "outcome=outcome,action=action,userId=who; can serve"),
             listed.told().constData());
}

void TestCtlPostgres::tellsWhatATableDoesNotTake()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    m_cluster->sql(m_database, QStringLiteral("CREATE TABLE audit_log (id bigserial PRIMARY KEY, event_type text, action varchar(16), "
                                              "outcome text, user_id uuid, timestamp timestamptz)"));
    const Outcome listed = onServer({QStringLiteral("attach")});
    QVERIFY2(listed.out.startsWith("public.audit_log: cannot serve: it does not take a row"), listed.told().constData());
    const Outcome refused = onServer({QStringLiteral("attach"), QStringLiteral("audit_log")});
    QCOMPARE(refused.status, 1);
    const QByteArray mend = "ALTER TABLE public.audit_log ALTER COLUMN \"action\" TYPE text";
    QVERIFY2(refused.err.contains(mend), refused.told().constData());
    m_cluster->sql(m_database, QString::fromLatin1(mend));
    const Outcome attached = onServer({QStringLiteral("attach"), QStringLiteral("audit_log")});
    QCOMPARE(attached.status, 0);
    QVERIFY2(attached.err.contains("do not tell who acknowledges"), attached.told().constData());
    // Whoever triages may do so all the same.
    QCOMPARE(onServer({QStringLiteral("config"), QStringLiteral("set"), QStringLiteral("preset"), QStringLiteral("reference")}).status, 0);
    m_cluster->sql(m_database, QStringLiteral("ALTER TABLE audit_log ADD COLUMN metadata jsonb"));
    const Outcome again = onServer({QStringLiteral("attach"), QStringLiteral("audit_log")});
    QVERIFY2(again.status == 0 && again.err.contains("as 'userId' in the metadata"), again.told().constData());
    QCOMPARE(onServer({QStringLiteral("config"), QStringLiteral("set"), QStringLiteral("preset"), QStringLiteral("standard")}).status, 0);
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT action, metadata->>'userId' IS NULL, user_id IS NULL FROM audit_log ORDER BY id")),
             QByteArray("monitoring_config_changed|t|t\nmonitoring_config_changed|f|t"));
}

void TestCtlPostgres::goesBackToItsOwnLog()
{
    const auto listed = [&] { return onServer({QStringLiteral("attach")}).out; };
    const auto followed = [&] {
        const Outcome plain = onServer({QStringLiteral("status")});
        const QString log = onServer({QStringLiteral("status"), QStringLiteral("--json")}).json().object().value(QLatin1String("auditLog")).toString();
        return plain.out.contains(QStringLiteral("Audit log       %1\n").arg(log).toUtf8()) ? log : QString::fromUtf8(plain.told());
    };
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    QCOMPARE(followed(), QStringLiteral("bartizan.audit"));
    QCOMPARE(listed(), QByteArray("bartizan.audit: is followed; it is Bartizan's own log\n"));
    m_cluster->sql(m_database, QStringLiteral("CREATE TABLE audit_log (id text PRIMARY KEY, event_type text, action text, outcome text, timestamp timestamptz)"));
    const Outcome empty = onServer({QStringLiteral("attach"), QStringLiteral("audit_log")});
    QVERIFY2(empty.status == 0 && !empty.err.contains("out of sight"), empty.told().constData());
    QCOMPARE(followed(), QStringLiteral("public.audit_log"));
    QVERIFY2(listed().startsWith("public.audit_log: is followed with --columns id=id,timestamp=timestamp,eventType=event_type,"
                                 "outcome=outcome,action=action; can serve") && listed().contains("bartizan.audit: Bartizan's own log, not followed now"),
             listed().constData());
    const Outcome part = onServer({QStringLiteral("attach"), QStringLiteral("bartizan.log")});
    QVERIFY2(part.status == 1 && part.err.contains("attach --own"), part.told().constData());
    QCOMPARE(onServer({QStringLiteral("attach"), QStringLiteral("--own"), QStringLiteral("audit_log")}).status, 2);
    QCOMPARE(onServer({QStringLiteral("attach"), QStringLiteral("--own"), QStringLiteral("--append-only")}).status, 2);
    QCOMPARE(onServer({QStringLiteral("attach"), QStringLiteral("--own")}).out, QByteArray("bartizan.audit is followed from now on\n"));
    QCOMPARE(onServer({QStringLiteral("attach"), QStringLiteral("--own")}).out, QByteArray("bartizan.audit is followed already\n"));
    QCOMPARE(followed(), QStringLiteral("bartizan.audit"));
    QVERIFY2(listed().startsWith("public.audit_log: can serve"), listed().constData());
    // Applications add rows as before, and the engine sees them.
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\") "
                                              "SELECT 'AUTHENTICATION', 'login', 'FAILURE', '203.0.113.9' FROM generate_series(1, 5)"));
    const Outcome hides = onServer({QStringLiteral("attach"), QStringLiteral("audit_log")});
    QVERIFY2(hides.status == 0 && hides.err.contains("out of sight"), hides.told().constData());
    QCOMPARE(onServer({QStringLiteral("attach"), QStringLiteral("bartizan.audit")}).status, 0);
    QCOMPARE(onServer({QStringLiteral("run"), QStringLiteral("--once")}).status, 0);
    QCOMPARE(onServer({QStringLiteral("alerts"), QStringLiteral("--active"), QStringLiteral("--json")}).json().array().size(), 1);
}

void TestCtlPostgres::makesRoles()
{
    QCOMPARE(m_ctl->run({QStringLiteral("init"), QStringLiteral("--roles")}).status, 2);
    QCOMPARE(onServer({QStringLiteral("init"), QStringLiteral("--roles")}).status, 0);
    QCOMPARE(onServer({QStringLiteral("init"), QStringLiteral("--roles")}).status, 0);
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname LIKE 'bartizan%'")),
             QByteArray("bartizan_analyst bartizan_auditor bartizan_engine bartizan_manager bartizan_owner bartizan_signal"));
}

void TestCtlPostgres::takesNoPasswordFromArguments()
{
    const Outcome refused = m_ctl->runBare({QStringLiteral("--db"), QStringLiteral("postgresql://u:geheim@localhost/d"), QStringLiteral("status")});
    QCOMPARE(refused.status, 2);
    QVERIFY(refused.err.contains("PGPASSFILE"));
    QVERIFY2(!refused.err.contains("geheim"), refused.told().constData());
}

void TestCtlPostgres::takesThePasswordFromFileAndEnvironment()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    m_cluster->sql(m_database, QStringLiteral("CREATE ROLE secret SUPERUSER LOGIN PASSWORD 'geheim'"));
    const QString url = m_cluster->tcpUrl(m_database, QStringLiteral("secret"));
    const QStringList status{QStringLiteral("--db"), url, QStringLiteral("status")};
    const QString file = m_ctl->put(QStringLiteral("pgpass"), "127.0.0.1:*:*:secret:geheim\n");
    QFile::setPermissions(file, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    QCOMPARE(m_ctl->runBare(status, {}, {{QStringLiteral("PGPASSFILE"), file}}).status, 0);
    QCOMPARE(m_ctl->runBare(status, {}, {{QStringLiteral("PGPASSWORD"), QStringLiteral("geheim")}}).status, 0);
    const Outcome wrong = m_ctl->runBare(status, {}, {{QStringLiteral("PGPASSWORD"), QStringLiteral("falsch")}});
    QCOMPARE(wrong.status, 1);
    QVERIFY2(wrong.err.contains("did not take the password"), wrong.told().constData());
    // Where it stands is where it is put right: nothing asks while the variable is set.
    QVERIFY2(wrong.err.contains("PGPASSWORD or the password file (PGPASSFILE) holds it, put it right there"), wrong.told().constData());
    const Outcome none = m_ctl->runBare(status, {}, {{QStringLiteral("PGPASSFILE"), QStringLiteral("/nowhere")}});
    QCOMPARE(none.status, 1);
    QVERIFY2(none.err.contains("asks for the password"), none.told().constData());
}

void TestCtlPostgres::checksHealth()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    const QStringList check{QStringLiteral("status"), QStringLiteral("--check"), QStringLiteral("--patience"), QStringLiteral("1")};
    const Outcome nobody = onServer(check);
    QCOMPARE(nobody.status, 1);
    QVERIFY2(nobody.err.contains("no engine runs"), nobody.told().constData());
    QProcess engine;
    engine.start(Ctl::program(), {QStringLiteral("--db"), m_url, QStringLiteral("run")});
    QTRY_COMPARE_WITH_TIMEOUT(onServer(check).status, 0, 60'000);
    ::kill(static_cast<pid_t>(engine.processId()), SIGSTOP);
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                              "SELECT 'AUTHENTICATION', 'login', 'SUCCESS' FROM generate_series(1, 50)"));
    QCOMPARE(onServer(check + QStringList{QStringLiteral("--max-backlog"), QStringLiteral("10")}).status, 1);
    QTRY_VERIFY_WITH_TIMEOUT(onServer(check).err.contains("no engine runs"), 60'000);
    engine.kill();
    engine.waitForFinished();
}

/// What waits is counted up to a bound, and said to be more than that.
void TestCtlPostgres::tellsOfALongBacklog()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                              "SELECT 'AUTHENTICATION', 'login', 'SUCCESS' FROM generate_series(1, 100001)"));
    const QStringList status{QStringLiteral("status"), QStringLiteral("--json")};
    const QJsonObject told = onServer(status).json().object();
    QCOMPARE(told.value(QLatin1String("backlog")).toInt(), 100'000);
    QVERIFY(told.value(QLatin1String("backlogIsBound")).toBool());
    const QStringList check{QStringLiteral("status"), QStringLiteral("--check"), QStringLiteral("--patience"), QStringLiteral("0")};
    const Outcome amiss = onServer(check);
    QCOMPARE(amiss.status, 1);
    QVERIFY2(amiss.err.contains("over 100000 rows are waiting, more than 100000"), amiss.told().constData());
    // Who lets more wait has more counted.
    const Outcome counted = onServer(check + QStringList{QStringLiteral("--max-backlog"), QStringLiteral("200000")});
    QCOMPARE(counted.status, 1); // No engine runs.
    QVERIFY2(!counted.err.contains("rows are waiting") && counted.out.contains("100001"), counted.told().constData());
}

void TestCtlPostgres::endsWhatTheServerWorksOn_data()
{
    QTest::addColumn<QStringList>("run");
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("status");
    const QStringList run{QStringLiteral("run")};
    const QStringList once{QStringLiteral("run"), QStringLiteral("--once")};
    QTest::newRow("run, stopped") << run << SIGTERM << 0;
    QTest::newRow("run --once, stopped") << once << SIGTERM << 1;
    QTest::newRow("run, killed") << run << SIGKILL << -1;
}

/// A statement that takes for ever keeps no engine from ending, and goes on for nobody.
void TestCtlPostgres::endsWhatTheServerWorksOn()
{
    QFETCH(const QStringList, run);
    QFETCH(const int, signal);
    QFETCH(const int, status);
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    m_cluster->sql(m_database, QStringLiteral("CREATE FUNCTION public.never() RETURNS boolean LANGUAGE sql VOLATILE AS "
                                              "$$ SELECT pg_sleep(100000) IS NULL $$; "
                                              "CREATE OR REPLACE VIEW bartizan.log_raw AS SELECT l.row_key, l.raw_id, l.raw_time, l.tx, "
                                              "l.timestamp, l.company_id, NULL::text AS problem, NULL::text AS problem_row "
                                              "FROM bartizan.log_all AS l WHERE public.never(); "
                                              "INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                              "VALUES ('AUTHENTICATION', 'login', 'SUCCESS')"));
    const auto working = [&] {
        return m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                                                         "AND state = 'active' AND wait_event = 'PgSleep'"));
    };
    QProcess engine;
    engine.start(Ctl::program(), QStringList{QStringLiteral("--db"), m_url} + run);
    QTRY_COMPARE_WITH_TIMEOUT(working(), QByteArray("1"), 60'000);
    ::kill(static_cast<pid_t>(engine.processId()), signal);
    QVERIFY(engine.waitForFinished(60'000));
    if (status >= 0) {
        const QByteArray told = engine.readAllStandardError();
        QVERIFY2(engine.exitStatus() == QProcess::NormalExit && engine.exitCode() == status, told.constData());
        QVERIFY2(!told.contains("trying again"), told.constData());
    }
    QTRY_COMPARE_WITH_TIMEOUT(working(), QByteArray("0"), 60'000);
}

void TestCtlPostgres::endsWhileItOpens_data()
{
    QTest::addColumn<QString>("lock");
    QTest::addColumn<bool>("once");
    for (const bool once : {false, true}) {
        QTest::addRow("no answer%s", once ? ", once" : "") << QString() << once;
        QTest::addRow("schema%s", once ? ", once" : "") << QStringLiteral("LOCK TABLE bartizan.meta") << once;
        QTest::addRow("election%s", once ? ", once" : "")
            << QStringLiteral("SELECT pg_advisory_xact_lock(1112689230, 1); LOCK TABLE bartizan.engine_heartbeat") << once;
    }
}

/// Nor does what it waits for before it begins: servers that let nobody in, or a table that somebody has locked.
void TestCtlPostgres::endsWhileItOpens()
{
    QFETCH(const QString, lock);
    QFETCH(const bool, once);
    QTcpServer silent; // Nobody answers who connects.
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    const QStringList hosts(60, QStringLiteral("127.0.0.1")); // Each of them is given its time.
    PostgresConnection other;
    QString url = QStringLiteral("postgresql://nobody@%1:%2/nothing?sslmode=disable")
                      .arg(hosts.join(QLatin1Char(','))).arg(silent.serverPort());
    if (!lock.isEmpty()) {
        url = m_url;
        QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
        QVERIFY(other.open(*ConnectionProfile::fromUrl(m_url), {}, QStringLiteral("test")));
        QVERIFY(other.execute("SET idle_in_transaction_session_timeout = 0; BEGIN; " + lock.toStdString()));
    }
    const auto waits = [&] {
        return lock.isEmpty() ? silent.hasPendingConnections()
                              : m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE datname = "
                                                                          "current_database() AND wait_event_type = 'Lock'")) == "1";
    };
    QProcess engine;
    engine.start(Ctl::program(), QStringList{QStringLiteral("--db"), url, QStringLiteral("run")}
                                     + (once ? QStringList{QStringLiteral("--once")} : QStringList()));
    QTRY_VERIFY_WITH_TIMEOUT(waits(), 60'000);
    engine.terminate();
    QVERIFY(engine.waitForFinished(60'000));
    const QByteArray told = engine.readAllStandardError();
    QVERIFY2(engine.exitStatus() == QProcess::NormalExit && engine.exitCode() == (once ? 1 : 0), told.constData());
    QCOMPARE(told.contains("stopped before all was processed"), once);
    QVERIFY2(!told.contains("does not answer") && !told.contains("trying again"), told.constData());
    QVERIFY(engine.readAllStandardOutput().contains("Rows processed: 0"));
    if (!lock.isEmpty())
        QTRY_VERIFY_WITH_TIMEOUT(!waits(), 60'000);
}

/// Its batch is undone and its right let go, and yet others learn why there are no alerts.
void TestCtlPostgres::tellsWhatAnEngineFailsWith()
{
    QCOMPARE(onServer({QStringLiteral("init")}).status, 0);
    const QString refuse = QStringLiteral("ALTER TABLE bartizan.audit ADD CONSTRAINT no_rows_of_bartizans CHECK (event_type <> 10) NOT VALID");
    const auto attack = [&](int address) {
        m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\") "
                                                  "SELECT 'AUTHENTICATION', 'login', 'FAILURE', '203.0.113.%1' FROM generate_series(1, 5)")
                                       .arg(address));
    };
    const auto status = [&] { return onServer({QStringLiteral("status"), QStringLiteral("--json")}).json().object(); };
    const auto state = [&] { return status().value(QLatin1String("state")).toString(); };
    QCOMPARE(state(), QStringLiteral("stopped"));
    m_cluster->sql(m_database, refuse);
    QProcess engine;
    engine.start(Ctl::program(), {QStringLiteral("--db"), m_url, QStringLiteral("run")});
    attack(9);
    QTRY_COMPARE_WITH_TIMEOUT(state(), QStringLiteral("failing"), 60'000);
    const QJsonObject told = status();
    QVERIFY(!told.value(QLatin1String("failingSince")).isNull());
    const QString message = told.value(QLatin1String("lastError")).toObject().value(QLatin1String("message")).toString();
    QVERIFY2(message.contains(QLatin1String("no_rows_of_bartizans")), qPrintable(message));
    const Outcome plain = onServer({QStringLiteral("status")});
    QVERIFY2(plain.out.contains("failing since") && plain.out.contains("no_rows_of_bartizans"), plain.told().constData());
    const Outcome check = onServer({QStringLiteral("status"), QStringLiteral("--check")});
    QCOMPARE(check.status, 1);
    QVERIFY2(check.err.contains("failing since") && check.err.contains("no_rows_of_bartizans") && !check.err.contains("no engine runs"),
             check.told().constData());
    // It tries again, and says so when it works.
    const QString allow = QStringLiteral("ALTER TABLE bartizan.audit DROP CONSTRAINT no_rows_of_bartizans");
    m_cluster->sql(m_database, allow);
    QTRY_COMPARE_WITH_TIMEOUT(state(), QStringLiteral("running"), 60'000);
    QVERIFY(status().value(QLatin1String("failingSince")).isNull());
    // Who ends it while it fails learns that rows are left.
    m_cluster->sql(m_database, refuse);
    attack(10);
    QTRY_COMPARE_WITH_TIMEOUT(state(), QStringLiteral("failing"), 60'000);
    engine.terminate();
    QVERIFY(engine.waitForFinished(60'000));
    const QByteArray said = engine.readAllStandardError();
    QVERIFY2(engine.exitStatus() == QProcess::NormalExit && engine.exitCode() == 1, said.constData());
    QVERIFY2(said.contains("stopped while the engine was failing") && said.contains("no_rows_of_bartizans"), said.constData());
}

QTEST_GUILESS_MAIN(TestCtlPostgres)
#include "tst_ctlpostgres.moc"
