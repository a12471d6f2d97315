// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/changefollower.h"
#include "core/storage/auditattach.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresTest;

namespace {

constexpr int kPatienceMs = 60'000;
/// The time and the names of what belongs to a company that somebody does not see.
constexpr TimestampMs kSecret = 1'888'888'888'888;
const std::string kHidden = "zeta-hidden";

AuditEvent hiddenEvent()
{
    AuditEvent event = failedLogin(kSecret);
    event.context.companyId = kHidden;
    event.context.userId = kHidden;
    event.context.ipAddress = kHidden;
    event.context.country = kHidden;
    return event;
}

} // namespace

/// What the schema gives to nobody, whoever he is: read from the catalogue, and tried.
class TestPostgresPrivileges : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void whoLogsCallsNothing();
    void whoLogsIntoHisOwnTableCallsNothing();
    void tellsNothingOfOtherCompanies();
    void pinsWhereFunctionsLook_data();
    void pinsWhereFunctionsLook();
    void forcesRowsByCompany();

private:
    /// Has a table of the application's followed, with triggers.
    void attach() const;
    void prepare() override
    {
        sql(QStringLiteral("DO $$ BEGIN CREATE ROLE app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"));
    }
    /// Functions of the schema that an application may call.
    QByteArray callable() const
    {
        return sql(QStringLiteral("SELECT string_agg(oid::regprocedure::text, ' ') FROM pg_proc WHERE pronamespace = "
                                  "'bartizan'::regnamespace AND has_function_privilege('app', oid, 'EXECUTE')"));
    }
    void refuses(const char *statement) const
    {
        bool ok = true;
        const QByteArray said = as(QStringLiteral("app"), QLatin1String(statement), &ok);
        QVERIFY2(!ok && said.startsWith("42501"), QByteArray(QByteArray(statement) + '\n' + said).constData());
    }
};

/// An application has what README names, and can neither triage nor change settings nor empty anything, where roles were
/// made and where they were not.
void TestPostgresPrivileges::whoLogsCallsNothing()
{
    sql(QStringLiteral("GRANT USAGE ON SCHEMA bartizan TO app; GRANT INSERT ON bartizan.security_audit_log TO app"));
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon)})));
    const QString log = QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, metadata) "
                                       "VALUES ('AUTHENTICATION', 'login', 'FAILURE', '{}')");
    bool ok = false;
    for (const bool roles : {false, true}) {
        if (roles)
            VERIFY_OK(makePostgresRoles(m_profile, {}));
        QCOMPARE(callable(), QByteArray());
        const QByteArray said = as(QStringLiteral("app"), log, &ok);
        QVERIFY2(ok, said.constData());
        for (const char *statement : {"SELECT bartizan.save_settings(0, 1, '', 'UTC', '{}', 'off', '{}')",
                                      "SELECT bartizan.triage('{a}', 's', 'acknowledged', 0, false, '', 1, '')",
                                      "SELECT bartizan.undo_step('{a}', 'u', 's', '', 1)",
                                      "SELECT bartizan.set_mute('m', 'brute-force', '', '', '', 'r', '', '', 1, 2)",
                                      "SELECT * FROM bartizan.lift_mute('m', true, '', 1)",
                                      "SELECT bartizan.write_rows('[]')", "SELECT bartizan.restart_rollups(-1)",
                                      "SELECT bartizan.drop_rollups(0, 9)", "SELECT bartizan.drop_months()",
                                      "SELECT bartizan.forget_dropped()", "SELECT bartizan.holds_epoch(0)",
                                      "SELECT bartizan.make_month(0)", "SELECT bartizan.end_blockers()",
                                      "SELECT bartizan.sum_alert_counts()", "SELECT bartizan.tidy_alert_sets()",
                                      "SELECT * FROM bartizan.log_extent()", "SELECT * FROM bartizan.alert"}) {
            refuses(statement);
            if (QTest::currentTestFailed())
                return;
        }
        // What a later version of the schema makes is nobody's either.
        sql(QStringLiteral("CREATE OR REPLACE FUNCTION bartizan.later() RETURNS integer LANGUAGE sql AS 'SELECT 1'; "
                           "GRANT EXECUTE ON FUNCTION bartizan.later() TO PUBLIC"));
        QCOMPARE(callable(), QByteArray("bartizan.later()"));
        PostgresConnection connection;
        VERIFY_OK(connection.open(m_profile, {}, QStringLiteral("bartizan")));
        VERIFY_OK(renewPostgresRights(connection));
        refuses("SELECT bartizan.later()");
    }
    QCOMPARE(*m_store->countEvents({}), 3); // Its two, and the one about the alert.
}

void TestPostgresPrivileges::attach() const
{
    sql(QStringLiteral("CREATE TABLE events (id bigserial PRIMARY KEY, event_type text, action text, outcome text, user_id text, "
                       "company_id text, \"timestamp\" timestamptz DEFAULT now()); CREATE INDEX ON events (\"timestamp\"); "
                       "GRANT SELECT, INSERT, UPDATE, DELETE ON events TO app; GRANT USAGE ON SEQUENCE events_id_seq TO app"));
    const auto table = describeAuditTable(m_profile, {}, QStringLiteral("public.events"), {});
    VERIFY_OK(table);
    AttachOptions options;
    options.addCursor = true;
    options.rollUp = true;
    VERIFY_OK(attachAuditTable(m_profile, {}, *table, options));
}

/// Nor does an application whose own table is followed; it does not even know of Bartizan.
void TestPostgresPrivileges::whoLogsIntoHisOwnTableCallsNothing()
{
    m_store.reset();
    attach();
    const auto engine = std::move(*openStore(m_profile, {}, {.role = StoreOptions::Role::Engine}));
    bool ok = false;
    for (const bool roles : {false, true}) {
        if (roles)
            VERIFY_OK(makePostgresRoles(m_profile, {}));
        QCOMPARE(callable(), QByteArray());
        sql(QStringLiteral("DELETE FROM bartizan.rollup_stale"));
        for (const char *statement : {"INSERT INTO events (event_type, action, outcome) VALUES ('AUTHENTICATION', 'login', 'FAILURE'), "
                                      "('AUTHENTICATION', 'logout', 'SUCCESS')",
                                      "UPDATE events SET outcome = 'SUCCESS' WHERE action = 'login'", "DELETE FROM events WHERE action = 'logout'"}) {
            const QByteArray said = as(QStringLiteral("app"), QLatin1String(statement), &ok);
            QVERIFY2(ok, said.constData());
        }
        QVERIFY(sql(QStringLiteral("SELECT count(*) FROM bartizan.rollup_stale")) != "0");
        refuses("SELECT bartizan.restart_rollups(-1)");
        // And what Bartizan writes there, it writes as before.
        VERIFY_OK(engine->append(std::vector<NewAuditRow>{{failedLogin(kNoon), 0}}, {}));
    }
    QCOMPARE(*engine->countEvents({}), 4);
}

/// A time or a name of another company's stands in no column that somebody may read, in whatever state the engine is; and what a
/// console shows of the log is of his own companies.
void TestPostgresPrivileges::tellsNothingOfOtherCompanies()
{
    VERIFY_OK(makePostgresRoles(m_profile, {}));
    sql(QStringLiteral("DO $$ BEGIN CREATE ROLE anna LOGIN IN ROLE bartizan_manager; CREATE ROLE max LOGIN IN ROLE bartizan_auditor; "
                       "CREATE ROLE ben LOGIN IN ROLE bartizan_auditor; "
                       "EXCEPTION WHEN duplicate_object THEN NULL; END $$; "
                       "INSERT INTO bartizan.membership VALUES ('anna', 'acme'), ('max', '*')"));
    const auto engine = std::move(*openStore(m_profile, {}, {.role = StoreOptions::Role::Engine}));
    AuditEvent seen = failedLogin(kNoon);
    seen.context.companyId = "acme";
    VERIFY_OK(appendRows(*engine, {seen, hiddenEvent()}));
    SecurityAlert alert = alertNumber(1, kSecret);
    alert.title = alert.group = alert.id = kHidden;
    alert.context.companyId = kHidden;
    VERIFY_OK(engine->commit(commitOf({alert}, {2, kSecret, kSecret, kSecret})));
    VERIFY_OK(engine->acknowledge(std::vector{kHidden}, kHidden, kSecret, kHidden));
    VERIFY_OK(engine->lookAt(kHidden, kHidden, "window"));
    // Mutes of all companies: one that hides an alert of acme's as well, and has been hit elsewhere since, and one that does not.
    sql(QStringLiteral("INSERT INTO bartizan.mute (id, rule, alert_group, network, reason, alert_id, created_by, created_at, expires_at, "
                       "ends_at, alerts, hits, last_hit_at) SELECT m.id, 'brute-force', m.of, '', 'why: ' || m.of, '%1', 'max', 1, 9, 9, 7, "
                       "%2, %2 FROM (VALUES ('both', 'user:acme'), ('other', 'user:%1')) AS m (id, of)")
            .arg(QString::fromStdString(kHidden)).arg(kSecret));
    SecurityAlert muted = alertNumber(2, kNoon);
    muted.context.companyId = "acme";
    muted.repeats = 3;
    VERIFY_OK(engine->commit(commitOf({muted}, {2, kSecret, kSecret, kSecret})));
    sql(QStringLiteral("UPDATE bartizan.alert SET mute = 'both', muted = true WHERE id = '%1'").arg(QString::fromStdString(muted.id)));
    EngineHealth health;
    health.lastError = "a row of " + kHidden;
    health.failingSince = kNoon;
    VERIFY_OK(engine->saveHealth(health));
    for (bool more = true; more;) {
        const auto rolledUp = engine->rollUp(nullptr);
        VERIFY_OK(rolledUp);
        more = *rolledUp;
    }
    sql(QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"companyId\", timestamp) SELECT "
                       "'AUTHENTICATION', 'login', 'FAILURE', '%1', to_timestamp(%2 / 1000.0) FROM generate_series(1, 9)")
            .arg(QString::fromStdString(kHidden)).arg(kSecret));
    VERIFY_OK(engine->fetchAfter(2, 4)); // Amid a portion.
    QCOMPARE(sql(QStringLiteral("SELECT last_time FROM bartizan.intake_state")), QByteArray::number(qint64{kSecret}));

    const auto tell = [this](const QString &user) {
        const QString questions = QString::fromUtf8(sql(QStringLiteral(
            "SELECT format('SELECT %L WHERE EXISTS (SELECT FROM (SELECT %s FROM bartizan.%I) AS t WHERE t::text ~ ''%s|%s|%s'')', "
            "c.relname, string_agg(quote_ident(a.attname), ', '), c.relname, '%1', %2, %2 / 900000) "
            "FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "WHERE c.relnamespace = 'bartizan'::regnamespace AND c.relkind IN ('r', 'p', 'v') "
            "AND has_column_privilege('%3', c.oid, a.attnum, 'SELECT') GROUP BY c.relname ORDER BY c.relname")
                                                                .arg(QString::fromStdString(kHidden)).arg(kSecret).arg(user)));
        QStringList told;
        for (const QString &question : questions.split(QLatin1Char('\n'))) {
            bool ok = false;
            const QByteArray answer = as(user, question, &ok);
            if (!ok || !answer.isEmpty())
                told << QString::fromUtf8(answer);
        }
        return told.join(QLatin1Char(' '));
    };
    QCOMPARE(tell(QStringLiteral("anna")), QString());
    const QString all = tell(QStringLiteral("max"));
    for (const char *name : {"alert", "engine_condition", "engine_place", "intake", "intake_place", "log", "mute_seen", "rollup_block"})
        QVERIFY2(all.split(QLatin1Char(' ')).contains(QLatin1String(name)), qPrintable(all));

    const auto anna = connect(QStringLiteral("anna"));
    const auto max = connect(QStringLiteral("max"));
    QVERIFY((*anna->loadCursor() == EngineCursor{2, 0, 0, 0}));
    QVERIFY((*max->loadCursor() == EngineCursor{2, kSecret, kSecret, kSecret}));
    QCOMPARE(max->mutes()->size(), 2U);
    QCOMPARE(max->mutes()->front().hits, kSecret);
    const auto known = anna->mutes();
    QCOMPARE(known->size(), 1U);
    QCOMPARE(known->front().id, std::string("both"));
    QCOMPARE(known->front().hits, 4);
    QCOMPARE(known->front().lastHitAt, std::optional(kNoon));
    QCOMPARE(anna->loadHealth()->value().failingSince, kNoon);
    QVERIFY(anna->loadHealth()->value().lastError.find("every company") != std::string::npos);
    QCOMPARE(max->loadHealth()->value().lastError, health.lastError);
    QCOMPARE(anna->metricsInputs({})->totalEvents, 2); // With the row about her alert.
    QCOMPARE(max->metricsInputs({})->totalEvents, *max->countEvents({}));
    using Told = std::optional<TimestampMs>;
    for (const auto &[user, newest] : {std::pair("anna", Told(kNoon)), std::pair("max", Told(kSecret)), std::pair("ben", Told())}) {
        ChangeFollower follower([this, name = QLatin1String(user)] { return openStore(m_cluster->url(m_database, name)); }, 0, 0, {});
        bool read = false;
        Told told;
        QObject::connect(&follower, &ChangeFollower::figuresChanged, this, [&](const LogFigures &figures) { told = figures.lastEventAt; });
        QObject::connect(&follower, &ChangeFollower::logAdvanced, this, [&] { read = true; });
        follower.start();
        QTRY_VERIFY_WITH_TIMEOUT(read, kPatienceMs);
        QCOMPARE(told, newest);
        follower.stopSoon();
    }
}

/// What runs as its owner finds nothing by a path that its caller has set; nor does what such a function calls, but for what is
/// read when it is made, asks for nothing, or stands in queries where it is planned with them.
void TestPostgresPrivileges::pinsWhereFunctionsLook_data()
{
    QTest::addColumn<bool>("roles");
    QTest::addColumn<bool>("attached");
    QTest::newRow("as it is made") << false << false;
    QTest::newRow("with roles") << true << false;
    QTest::newRow("with a table of the application's") << false << true;
    QTest::newRow("with both") << true << true;
}

void TestPostgresPrivileges::pinsWhereFunctionsLook()
{
    QFETCH(const bool, roles);
    QFETCH(const bool, attached);
    if (roles)
        VERIFY_OK(makePostgresRoles(m_profile, {}));
    if (attached)
        attach();
    const QString unpinned = QStringLiteral("SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc "
                                            "WHERE pronamespace = 'bartizan'::regnamespace AND NOT coalesce("
                                            "'search_path=pg_catalog, pg_temp' = ANY (proconfig), false)");
    QCOMPARE(sql(unpinned + QStringLiteral(" AND prosecdef")), QByteArray());
    QStringList others{QStringLiteral("alerts_stay"), QStringLiteral("audit_stays"), QStringLiteral("day_of"),
                       QStringLiteral("is_json_object"), QStringLiteral("is_open"), QStringLiteral("json_of"),
                       QStringLiteral("note_rows_stale"), QStringLiteral("row_id_of"), QStringLiteral("sees"), QStringLiteral("step_stays"),
                       QStringLiteral("wait_of")};
    if (attached)
        others.removeOne(QStringLiteral("note_rows_stale"));
    if (!roles) {
        others << QStringLiteral("my_companies") << QStringLiteral("my_company_numbers") << QStringLiteral("sees_all")
               << QStringLiteral("sees_each");
    }
    others.sort();
    QCOMPARE(QString::fromUtf8(sql(unpinned)), others.join(QLatin1Char(' ')));
}

/// Rows are shown by company to the owner as well, as whom views and functions run; and what has no rows by company is read by
/// the roles only where it holds none of a company's.
void TestPostgresPrivileges::forcesRowsByCompany()
{
    VERIFY_OK(makePostgresRoles(m_profile, {}));
    const QString tables = QStringLiteral("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class AS c "
                                          "WHERE relnamespace = 'bartizan'::regnamespace AND relkind IN ('r', 'p') ");
    QCOMPARE(sql(tables + QStringLiteral("AND relrowsecurity <> relforcerowsecurity")), QByteArray());
    QCOMPARE(sql(tables + QStringLiteral("AND relforcerowsecurity")),
             QByteArray("alert alert_change alert_count alert_history alert_open alert_tombstone alert_wait audit company intake mute "
                        "presence quarantine rollup_block rollup_cell rollup_company_block rollup_name rollup_named rollup_stale "
                        "triage_step user_email"));
    const QString read = QStringLiteral("AND NOT relforcerowsecurity AND has_%1_privilege('bartizan_manager', c.oid, 'SELECT')");
    QCOMPARE(sql(tables + read.arg(QStringLiteral("table"))),
             QByteArray("counter engine_epoch engine_heartbeat meta settings source vocabulary"));
    QCOMPARE(sql(tables + read.arg(QStringLiteral("any_column"))),
             QByteArray("counter engine_epoch engine_heartbeat log_changed meta rollup_state settings source vocabulary"));
    // Months are parts of the log that nobody asks by their own name, and belong to its owner.
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM pg_inherits AS h JOIN pg_class AS c ON c.oid = h.inhrelid "
                                "WHERE inhparent = 'bartizan.audit'::regclass AND (relowner <> 'bartizan_owner'::regrole "
                                "OR has_any_column_privilege('bartizan_manager', c.oid, 'SELECT, INSERT, UPDATE'))")),
             QByteArray("0"));
    // What is written, the functions write.
    QCOMPARE(sql(tables + QStringLiteral("AND (has_any_column_privilege('bartizan_manager', c.oid, 'INSERT, UPDATE') "
                                         "OR has_table_privilege('bartizan_manager', c.oid, 'DELETE, TRUNCATE'))")),
             QByteArray());
}

QTEST_GUILESS_MAIN(TestPostgresPrivileges)
#include "tst_postgresprivileges.moc"
