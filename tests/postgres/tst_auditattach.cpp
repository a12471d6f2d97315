// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/jsontext.h"
#include "core/storage/auditattach.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "core/storage/postgresstore.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QTest>

#include <libpq-fe.h>

using namespace bartizan;
using bartizan::test::PostgresTest;

namespace {

/// As `prisma migrate` makes it, with a reference to a table of users.
const QString kPrisma = QStringLiteral(R"(
CREATE TYPE "SecurityEventType" AS ENUM ('AUTHENTICATION', 'AUTHORIZATION', 'USER_MANAGEMENT', 'COMPANY_MANAGEMENT',
    'RATE_LIMITING', 'CSRF_PROTECTION', 'SECURITY_HEADERS', 'PASSWORD_RESET', 'PLATFORM_ADMIN', 'DATA_PRIVACY',
    'SYSTEM_CONFIG', 'API_SECURITY', 'COFFEE');
CREATE TYPE "AuditOutcome" AS ENUM ('SUCCESS', 'FAILURE', 'BLOCKED', 'RATE_LIMITED', 'SUSPICIOUS');
CREATE TYPE "AuditSeverity" AS ENUM ('INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL');
CREATE TABLE "User" ("id" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE TABLE "SecurityAuditLog" (
    "id" TEXT NOT NULL, "eventType" "SecurityEventType" NOT NULL, "action" TEXT NOT NULL, "outcome" "AuditOutcome" NOT NULL,
    "severity" "AuditSeverity" NOT NULL DEFAULT 'INFO', "userId" TEXT, "companyId" TEXT, "platformUserId" TEXT,
    "ipAddress" TEXT, "userAgent" TEXT, "country" TEXT, "metadata" JSONB, "errorMessage" TEXT, "sessionId" TEXT,
    "requestId" TEXT, "timestamp" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "SecurityAuditLog_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "SecurityAuditLog_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id"));
CREATE INDEX "SecurityAuditLog_timestamp_idx" ON "SecurityAuditLog" ("timestamp");
INSERT INTO "User" VALUES ('u1');
INSERT INTO "SecurityAuditLog" ("id", "eventType", "action", "outcome", "severity", "userId", "companyId", "ipAddress",
                                "metadata", "timestamp") VALUES
    ('clx0000000000000000000002', 'AUTHENTICATION', 'login', 'FAILURE', 'HIGH', 'u1', 'acme', '203.0.113.9',
     '{"port": 4000}', '2026-11-20 12:00:00.123'),
    ('clx0000000000000000000001', 'API_SECURITY', 'call', 'RATE_LIMITED', 'INFO', NULL, NULL, NULL, NULL,
     '2026-03-29 01:30:00'),
    ('clx0000000000000000000003', 'COFFEE', 'brewed', 'SUCCESS', 'INFO', NULL, NULL, NULL, NULL, '2026-11-20 12:00:01');
)");
/// What Bartizan's own log is read and written by, and that it is followed.
const QString kOwnShape = QStringLiteral(
    "SELECT string_agg(thing, E'\\n' ORDER BY thing) FROM ("
    "SELECT c.relname || pg_get_viewdef(c.oid) || coalesce(c.reloptions::text, '') || coalesce(c.relacl::text, '') || c.relowner "
    "FROM pg_class AS c WHERE relnamespace = 'bartizan'::regnamespace AND relname IN ('log', 'log_all', 'log_raw', 'security_audit_log') "
    "UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger AS t WHERE tgname IN ('log_insert', 'security_audit_log_insert') "
    "UNION ALL SELECT pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '') || p.proowner FROM pg_proc AS p "
    "WHERE pronamespace = 'bartizan'::regnamespace AND proname IN ('log_insert', 'new_row_key', 'security_audit_log_insert', "
    "'is_json_object') UNION ALL SELECT (to_jsonb(s) - 'generation')::text FROM bartizan.source AS s UNION ALL SELECT last_row_id::text FROM bartizan.rollup_state"
    ") AS shape (thing)");
const QString kTable = QStringLiteral("public.\"SecurityAuditLog\"");

} // namespace

/// Bartizan on an audit log that is there already.
class TestAuditAttach : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void findsPrismasTable();
    void followsPrismasTable();
    void leavesTheTableAsItIs();
    void followsSnakeCaseAndMappedColumns();
    void refusesWhatCannotServe();
    void findsATableByItsBareName();
    void runsNobodysFunction();
    void followsOneLogOnly();
    void keepsItsOwnSchemaWhole();
    void goesBackToItsOwnLog_data();
    void goesBackToItsOwnLog();
    void goesBackAfterItFollowedItselfAsATable();
    void addsACursor();
    void searchesAnOverlapWithoutACursor();
    void warnsOfATransactionThatOutlivesTheOverlap();
    void keepsRolesApart_data();
    void keepsRolesApart();

private:
    void prepare() override { m_store.reset(); }
    std::unique_ptr<Store> engine()
    {
        StoreOptions options;
        options.role = StoreOptions::Role::Engine;
        return std::move(*openStore(m_profile, {}, options));
    }
    Result<void> attach(const QString &relation, const QMap<QString, QString> &columns = {}, bool addCursor = false,
                        bool appendOnly = false)
    {
        const auto table = describeAuditTable(m_profile, {}, relation, columns);
        return table ? attachAuditTable(m_profile, {}, *table, {addCursor, appendOnly}) : Result<void>(table.error());
    }
};

void TestAuditAttach::findsPrismasTable()
{
    QVERIFY(findAuditTables(m_profile, {})->empty());
    sql(kPrisma);
    sql(QStringLiteral("CREATE TABLE other (id int, timestamp timestamp, action text)"));
    const auto found = findAuditTables(m_profile, {});
    VERIFY_OK(found);
    QCOMPARE(found->size(), 1U);
    const AuditTable &table = found->front();
    QCOMPARE(table.relation, kTable);
    QCOMPARE(table.columns.size(), 16);
    QCOMPARE(table.columns.value(QStringLiteral("platformUserId")), QStringLiteral("platformUserId"));
    QCOMPARE(table.keyType, QStringLiteral("text"));
    QCOMPARE(table.timeType, QStringLiteral("timestamp"));
    QVERIFY(!table.hasCursor);
    QCOMPARE(table.problem, QString());
    QCOMPARE(table.unknownWords, QStringList{QStringLiteral("COFFEE")});
}

void TestAuditAttach::followsPrismasTable()
{
    sql(kPrisma);
    sql(QStringLiteral("ALTER DATABASE %1 SET TimeZone = 'Europe/Berlin'").arg(m_database)); // It must not matter.
    VERIFY_OK(attach(kTable));
    const auto store = engine();
    const auto rows = store->fetchAfter(0, 100);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), 2U); // In the order of time; the word that nobody knows is in quarantine.
    const auto aside = store->quarantined(0, 100);
    QCOMPARE(aside->size(), 1U);
    QCOMPARE(aside->front().source, kTable.toStdString());
    QCOMPARE(aside->front().reason, std::string("eventType: \"COFFEE\" is unknown"));
    QVERIFY2(aside->front().text.find("\"action\": \"brewed\"") != std::string::npos, aside->front().text.c_str());
    AuditEvent expected;
    expected.id = 2;
    expected.timestamp = kNoon + 123;
    expected.eventType = SecurityEventType::Authentication;
    expected.outcome = AuditOutcome::Failure;
    expected.severity = AuditSeverity::High;
    expected.action = "login";
    expected.context.userId = "u1";
    expected.context.companyId = "acme";
    expected.context.ipAddress = "203.0.113.9";
    expected.metadata = "{\"port\": 4000}";
    QVERIFY((*rows)[1] == expected);
    QCOMPARE(formatIso((*rows)[0].timestamp), std::string("2026-03-29T01:30:00.000Z"));
    QVERIFY((*rows)[0].eventType == SecurityEventType::ApiSecurity);
    QCOMPARE(*store->companies(), std::vector<std::string>{"acme"});
    EventQuery query;
    query.range = {kNoon + 123, kNoon + 123};
    query.ipAddress = "203.0.113.9";
    QCOMPARE(*store->countEvents(query), 1);
    QVERIFY(store->events(query)->front() == expected);
    QCOMPARE(store->metricsInputs({})->totalEvents, 2);
    QVERIFY((*store->extent() == TimeRange{(*rows)[0].timestamp, kNoon + 123}));

    // What Bartizan writes goes into the table as if the application had written it.
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon + 5)}, {2, kNoon, kNoon, 0})));
    VERIFY_OK(store->acknowledge(std::vector{alertNumber(1, 0).id}, "nobody the application knows", kNoon + 6, {}));
    QCOMPARE(sql(QStringLiteral("SELECT \"eventType\", severity, \"ipAddress\", \"timestamp\" FROM \"SecurityAuditLog\" "
                                "WHERE action = 'security_alert_created'")),
             QByteArray("SYSTEM_CONFIG|HIGH|203.0.113.9|2026-11-20 12:00:00.005"));
    QCOMPARE(sql(QStringLiteral("SELECT \"userId\" IS NULL, metadata->>'userId', metadata->>'alertId' FROM \"SecurityAuditLog\" "
                                "WHERE action = 'alert_acknowledged'")),
             "t|nobody the application knows|" + QByteArray::fromStdString(alertNumber(1, 0).id));
    const auto own = store->fetchAfter(2, 100);
    QCOMPARE(own->size(), 2U);
    QVERIFY((*own)[0].origin == RowOrigin::Monitor);
    QVERIFY((*own)[1].origin == RowOrigin::Monitor);
    // Importing into it adds nothing the second time.
    const std::vector<NewAuditRow> imported{{failedLogin(kNoon), 7}, {failedLogin(kNoon), 8}, {failedLogin(kNoon), 7}};
    QCOMPARE(store->append(imported, {})->inserted, 2);
    QCOMPARE(store->append(imported, {})->inserted, 0);
    QCOMPARE(store->backlog(own->back().id)->count, 2);
    QCOMPARE(*store->quarantinedCount(), 1);
}

void TestAuditAttach::leavesTheTableAsItIs()
{
    sql(kPrisma);
    const QString shape = QStringLiteral("SELECT (SELECT string_agg(a::text, E'\\n' ORDER BY ordinal_position) FROM information_schema.columns AS a "
                                         "WHERE table_name = 'SecurityAuditLog'), (SELECT string_agg(indexdef, ',') FROM pg_indexes "
                                         "WHERE tablename = 'SecurityAuditLog'), (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal "
                                         "AND tgrelid = '\"SecurityAuditLog\"'::regclass), (SELECT string_agg(l::text, ',' ORDER BY id) "
                                         "FROM \"SecurityAuditLog\" AS l WHERE id LIKE 'clx%')");
    const QByteArray before = sql(shape);
    VERIFY_OK(attach(kTable));
    const auto store = engine();
    VERIFY_OK(store->fetchAfter(0, 100));
    VERIFY_OK(store->append(std::vector<NewAuditRow>{{failedLogin(kNoon), 7}}, {}));
    VERIFY_OK(store->tidy());
    QCOMPARE(sql(shape), before);
}

void TestAuditAttach::followsSnakeCaseAndMappedColumns()
{
    sql(QStringLiteral("CREATE TABLE audit_log (id bigserial PRIMARY KEY, timestamp timestamptz NOT NULL, event_type text NOT NULL, "
                       "action text NOT NULL, outcome text NOT NULL, who uuid, ip_address inet);"
                       "INSERT INTO audit_log (timestamp, event_type, action, outcome, who, ip_address) VALUES "
                       "('2026-11-20 13:00:00.0015+01', 'authentication', 'login', 'failure', "
                       "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '203.0.113.9')"));
    QCOMPARE(findAuditTables(m_profile, {})->size(), 1U);
    VERIFY_OK(attach(QStringLiteral("public.audit_log"), {{QStringLiteral("userId"), QStringLiteral("who")}}));
    const auto store = engine();
    const auto rows = store->fetchAfter(0, 100);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), 1U);
    QCOMPARE(rows->front().timestamp, kNoon + 1); // Down to the millisecond.
    QCOMPARE(rows->front().context.userId.value(), std::string("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
    QCOMPARE(rows->front().context.ipAddress.value(), std::string("203.0.113.9"));
    EventQuery query;
    query.range = {kNoon + 1, kNoon + 1};
    QCOMPARE(*store->countEvents(query), 1);
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon + 5)})));
    QCOMPARE(sql(QStringLiteral("SELECT id, action, event_type FROM audit_log ORDER BY id")),
             QByteArray("1|login|authentication\n2|security_alert_created|SYSTEM_CONFIG"));
}

void TestAuditAttach::refusesWhatCannotServe()
{
    sql(QStringLiteral("CREATE TABLE a (id text, timestamp timestamp, event_type text, action text);"
                       "CREATE TABLE b (id int PRIMARY KEY, timestamp timestamp, event_type text, action text, outcome text);"
                       "CREATE TABLE c (id text, timestamp text, event_type text, action text, outcome text);"
                       "CREATE TABLE d (id text, timestamp timestamp, event_type text, action text, outcome text, tenant int NOT NULL)"));
    const auto reasonFor = [&](const char *table) {
        const auto attached = attach(QString::fromLatin1(table));
        return attached ? QString() : attached.error().message;
    };
    QVERIFY2(reasonFor("public.a").contains(QStringLiteral("“outcome”")), qPrintable(reasonFor("public.a")));
    QVERIFY(reasonFor("public.b").contains(QLatin1String("no sequence")));
    QVERIFY(reasonFor("public.c").contains(QLatin1String("its times")));
    QVERIFY(reasonFor("public.d").contains(QStringLiteral("“tenant”")));
    QVERIFY(reasonFor("public.e").contains(QLatin1String("public.e")));
    QCOMPARE(sql(QStringLiteral("SELECT own FROM bartizan.source")), QByteArray("t"));
}

void TestAuditAttach::findsATableByItsBareName()
{
    sql(kPrisma);
    const auto found = [this](const QString &name) {
        const auto table = describeAuditTable(m_profile, {}, name, {});
        return table ? table->relation : table.error().message;
    };
    QCOMPARE(found(QStringLiteral("\"SecurityAuditLog\"")), kTable);
    QVERIFY2(found(QStringLiteral("SecurityAuditLog")).contains(QStringLiteral("is it ") + kTable),
             qPrintable(found(QStringLiteral("SecurityAuditLog"))));
    sql(QStringLiteral("CREATE SCHEMA app; CREATE SCHEMA other; CREATE TABLE app.log (id text); CREATE TABLE other.log (id text)"));
    QVERIFY2(found(QStringLiteral("log")).contains(QLatin1String("is it app.log, other.log?")),
             qPrintable(found(QStringLiteral("log"))));
    sql(QStringLiteral("ALTER DATABASE %1 SET search_path = app, public").arg(m_database));
    QCOMPARE(found(QStringLiteral("log")), QStringLiteral("app.log"));
    QCOMPARE(found(QStringLiteral("other.log")), QStringLiteral("other.log"));
    sql(QStringLiteral("CREATE TABLE public.log (id text)"));
    QVERIFY2(found(QStringLiteral("log")).contains(QLatin1String("several tables log: app.log, public.log")),
             qPrintable(found(QStringLiteral("log"))));
    QVERIFY(found(QStringLiteral("nowhere")).contains(QLatin1String("there is no table nowhere")));
}

/// Whoever attaches may do anything, and his search path may begin with a schema of somebody else's.
void TestAuditAttach::runsNobodysFunction()
{
    sql(QStringLiteral("CREATE SCHEMA app; CREATE TABLE app.log (id text); CREATE SEQUENCE app.calls; "
                       "CREATE FUNCTION app.current_schemas(boolean) RETURNS name[] LANGUAGE plpgsql AS "
                       "$$ BEGIN PERFORM nextval('app.calls'); RETURN '{app}'; END $$"));
    sql(QStringLiteral("ALTER DATABASE %1 SET search_path = app, pg_catalog").arg(m_database));
    const auto table = describeAuditTable(m_profile, {}, QStringLiteral("log"), {});
    VERIFY_OK(table);
    QCOMPARE(table->relation, QStringLiteral("app.log"));
    QCOMPARE(sql(QStringLiteral("SELECT is_called FROM app.calls")), QByteArray("f")); // Which no rollback would undo.
}

void TestAuditAttach::followsOneLogOnly()
{
    sql(kPrisma);
    VERIFY_OK(engine()->append(std::vector<NewAuditRow>{{failedLogin(kNoon), 7}}, {}));
    const auto refused = attach(kTable);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(QLatin1String("bartizan.audit")), qPrintable(refused.error().message));
}

/// A part of Bartizan's schema is no table of an application's.
void TestAuditAttach::keepsItsOwnSchemaWhole()
{
    const QByteArray before = sql(kOwnShape);
    VERIFY_OK(engine()->append(std::vector<NewAuditRow>{{failedLogin(kNoon), 7}}, {}));
    VERIFY_OK(attach(QStringLiteral("bartizan.audit"))); // It is followed already, with rows that were taken.
    for (const char *part : {"bartizan.security_audit_log", "bartizan.log", "bartizan.audit_rest", "bartizan.intake"}) {
        const auto refused = attach(QString::fromLatin1(part));
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains(QLatin1String("a part of Bartizan's own schema")), qPrintable(refused.error().message));
    }
    QCOMPARE(sql(kOwnShape), before);
    QCOMPARE(engine()->fetchAfter(0, 100)->size(), 1U);
}

void TestAuditAttach::goesBackToItsOwnLog_data()
{
    QTest::addColumn<bool>("roles");
    QTest::newRow("without roles") << false;
    QTest::newRow("with roles") << true;
}

void TestAuditAttach::goesBackToItsOwnLog()
{
    QFETCH(const bool, roles);
    if (roles)
        VERIFY_OK(makePostgresRoles(m_profile, {}));
    sql(kPrisma + QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                 "VALUES ('AUTHENTICATION', 'before', 'FAILURE')"));
    const QByteArray before = sql(kOwnShape);
    VERIFY_OK(attach(kTable, {}, true, true));
    QVERIFY(sql(kOwnShape) != before);
    VERIFY_OK(attach(QStringLiteral("bartizan.audit")));
    QCOMPARE(sql(kOwnShape), before);
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = '\"SecurityAuditLog\"'::regclass "
                                "AND tgname LIKE 'bartizan%'")), QByteArray("0"));
    sql(QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) VALUES ('AUTHENTICATION', 'after', 'FAILURE')"));
    const auto rows = engine()->fetchAfter(0, 100);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), 2U);
    QCOMPARE((*rows)[0].action + ' ' + (*rows)[1].action, std::string("before after"));
    // Once rows of a log were taken, there is no other.
    QVERIFY(!attach(kTable));
    m_database = m_cluster->makeDatabase();
    m_profile = *ConnectionProfile::fromUrl(m_cluster->url(m_database));
    VERIFY_OK(openStore(m_profile, {}, {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}}));
    sql(kPrisma);
    VERIFY_OK(attach(kTable));
    QCOMPARE(engine()->fetchAfter(0, 100)->size(), 2U);
    const auto refused = attach(QStringLiteral("bartizan.audit"));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(QStringLiteral("follows the audit log ") + kTable), qPrintable(refused.error().message));
}

/// As a Bartizan of before let happen.
void TestAuditAttach::goesBackAfterItFollowedItselfAsATable()
{
    VERIFY_OK(engine()->append(std::vector<NewAuditRow>{{failedLogin(kNoon), 7}}, {}));
    const QByteArray before = sql(kOwnShape);
    sql(QStringLiteral("UPDATE bartizan.source SET own = false, row_join = 'l.raw_id = i.row_id'; DROP VIEW bartizan.security_audit_log"));
    VERIFY_OK(attach(QStringLiteral("bartizan.audit")));
    QCOMPARE(sql(kOwnShape), before);
    QCOMPARE(engine()->fetchAfter(0, 100)->size(), 1U);
}

void TestAuditAttach::addsACursor()
{
    sql(kPrisma);
    VERIFY_OK(attach(kTable));
    QCOMPARE(engine()->fetchAfter(0, 100)->size(), 2U);
    VERIFY_OK(attach(kTable, {}, true)); // Later, when rows have been taken already.
    QVERIFY(findAuditTables(m_profile, {})->front().hasCursor);
    const auto store = engine();
    QCOMPARE(store->fetchAfter(2, 100)->size(), 0U);
    // A row with a time from long ago, in a transaction that ends behind a newer row.
    PGconn *late = PQconnectdb(m_cluster->url(m_database).toUtf8().constData());
    const QByteArray insert = "INSERT INTO \"SecurityAuditLog\" (id, \"eventType\", action, outcome, timestamp) VALUES "
                              "('late', 'AUTHENTICATION', 'late', 'FAILURE', '2001-01-01')";
    PQclear(PQexec(late, "BEGIN"));
    PQclear(PQexec(late, insert.constData()));
    sql(QStringLiteral("INSERT INTO \"SecurityAuditLog\" (id, \"eventType\", action, outcome) VALUES "
                       "('new', 'AUTHENTICATION', 'new', 'FAILURE')"));
    const auto fresh = store->fetchAfter(2, 100);
    QCOMPARE(fresh->size(), 1U);
    PQclear(PQexec(late, "COMMIT"));
    PQfinish(late);
    const auto found = store->fetchAfter(fresh->front().id, 100);
    QCOMPARE(found->size(), 1U);
    QCOMPARE(found->front().action, std::string("late"));
    QCOMPARE(found->front().id, fresh->front().id + 1);
    QCOMPARE(*store->quarantinedCount(), 1); // Looked at twice.
}

void TestAuditAttach::searchesAnOverlapWithoutACursor()
{
    sql(kPrisma);
    VERIFY_OK(attach(kTable));
    const auto store = engine();
    QCOMPARE(store->fetchAfter(0, 1)->size(), 1U);
    QCOMPARE(store->fetchAfter(1, 100)->size(), 1U);
    PGconn *late = PQconnectdb(m_cluster->url(m_database).toUtf8().constData());
    PQclear(PQexec(late, "BEGIN"));
    PQclear(PQexec(late, "INSERT INTO \"SecurityAuditLog\" (id, \"eventType\", action, outcome) VALUES "
                         "('a', 'AUTHENTICATION', 'late', 'FAILURE')"));
    sql(QStringLiteral("INSERT INTO \"SecurityAuditLog\" (id, \"eventType\", action, outcome) VALUES "
                       "('b', 'AUTHENTICATION', 'new', 'FAILURE')"));
    std::vector<std::string> actions;
    std::int64_t last = 2;
    const auto fetch = [&] {
        if (const auto rows = store->fetchAfter(last, 100)) {
            for (const AuditEvent &row : *rows) {
                actions.push_back(row.action);
                last = row.id;
            }
        }
        return actions.size();
    };
    QTRY_COMPARE_WITH_TIMEOUT(fetch(), 1U, 10'000);
    PQclear(PQexec(late, "COMMIT"));
    PQfinish(late);
    QTRY_COMPARE_WITH_TIMEOUT(fetch(), 2U, 10'000);
    QCOMPARE(actions, (std::vector<std::string>{"new", "late"}));
    QCOMPARE(store->warning(), QString());
    QVERIFY(*store->changed()); // It says so now and then, since nothing tells of a commit.
}

/// More and more of the log is searched while one is open, and nothing is missed when it ends.
void TestAuditAttach::warnsOfATransactionThatOutlivesTheOverlap()
{
    sql(kPrisma);
    VERIFY_OK(attach(kTable));
    const auto store = engine();
    // A fraction of a second for the five minutes of every day.
    dynamic_cast<PostgresStore &>(*store).setPace({std::chrono::milliseconds(0), 300, 100});
    std::int64_t last = 0;
    std::vector<std::string> actions;
    const auto fetch = [&] {
        if (const auto rows = store->fetchAfter(last, 100)) {
            for (const AuditEvent &row : *rows) {
                actions.push_back(row.action);
                last = row.id;
            }
        }
    };
    fetch();
    QCOMPARE(last, 2);
    QCOMPARE(store->warning(), QString());
    PGconn *late = PQconnectdb(m_cluster->url(m_database).toUtf8().constData());
    PQclear(PQexec(late, "BEGIN"));
    PQclear(PQexec(late, "INSERT INTO \"SecurityAuditLog\" (id, \"eventType\", action, outcome) VALUES "
                         "('a', 'AUTHENTICATION', 'late', 'FAILURE')"));
    const auto warns = [&] {
        fetch();
        return !store->warning().isEmpty();
    };
    QTRY_VERIFY_WITH_TIMEOUT(warns(), 10'000);
    const QString warning = store->warning();
    QVERIFY2(warning.contains(kTable) && warning.contains(QLatin1String("open for longer than the overlap"))
                 && warning.contains(QLatin1String("--add-cursor-column")),
             qPrintable(warning));
    QCOMPARE(actions.size(), std::size_t{2});
    PQclear(PQexec(late, "COMMIT"));
    PQfinish(late);
    QTRY_VERIFY_WITH_TIMEOUT(!warns() && actions.size() == 3, 10'000);
    QCOMPARE(actions.back(), std::string("late"));
}

void TestAuditAttach::keepsRolesApart_data()
{
    QTest::addColumn<bool>("rolesFirst");
    QTest::newRow("attached before there are roles") << false;
    QTest::newRow("attached to a database with roles") << true;
}

void TestAuditAttach::keepsRolesApart()
{
    QFETCH(const bool, rolesFirst);
    sql(kPrisma);
    if (rolesFirst)
        VERIFY_OK(makePostgresRoles(m_profile, {}));
    VERIFY_OK(attach(kTable));
    if (!rolesFirst)
        VERIFY_OK(makePostgresRoles(m_profile, {}));
    if (sql(QStringLiteral("SELECT count(*) FROM pg_roles WHERE rolname = 'eva'")) == "0") {
        sql(QStringLiteral("CREATE ROLE eva LOGIN IN ROLE bartizan_analyst;"
                           "CREATE ROLE engine2 LOGIN IN ROLE bartizan_engine"));
    }
    sql(QStringLiteral("INSERT INTO bartizan.membership VALUES ('eva', 'acme')"));
    const auto as = [&](const char *user, StoreOptions::Role role) {
        StoreOptions options;
        options.role = role;
        return std::move(*openStore(m_cluster->url(m_database, QString::fromLatin1(user)), options));
    };
    const auto engine = as("engine2", StoreOptions::Role::Engine);
    QCOMPARE(engine->fetchAfter(0, 100)->size(), 2U);
    VERIFY_OK(engine->commit(commitOf({alertNumber(1, kNoon)})));
    QCOMPARE(*as("eva", StoreOptions::Role::Client)->countEvents({}), 1);
    bool ok = true;
    const QByteArray said = m_cluster->trySql(m_database, QStringLiteral("SELECT * FROM \"SecurityAuditLog\""), QStringLiteral("eva"), &ok);
    QVERIFY2(!ok && said.startsWith("42501"), said.constData());
}

QTEST_GUILESS_MAIN(TestAuditAttach)
#include "tst_auditattach.moc"
