// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditattach.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresTest;

/// What the schema gives to nobody, whoever he is: read from the catalogue, and tried.
class TestPostgresPrivileges : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void whoLogsCallsNothing();
    void whoLogsIntoHisOwnTableCallsNothing();

private:
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

/// Nor does an application whose own table is followed; it does not even know of Bartizan.
void TestPostgresPrivileges::whoLogsIntoHisOwnTableCallsNothing()
{
    m_store.reset();
    sql(QStringLiteral("CREATE TABLE events (id bigserial PRIMARY KEY, event_type text, action text, outcome text, user_id text, "
                       "company_id text, \"timestamp\" timestamptz DEFAULT now()); CREATE INDEX ON events (\"timestamp\"); "
                       "GRANT SELECT, INSERT, UPDATE, DELETE ON events TO app; GRANT USAGE ON SEQUENCE events_id_seq TO app"));
    const auto table = describeAuditTable(m_profile, {}, QStringLiteral("public.events"), {});
    VERIFY_OK(table);
    AttachOptions options;
    options.addCursor = true;
    options.rollUp = true;
    VERIFY_OK(attachAuditTable(m_profile, {}, *table, options));
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

QTEST_GUILESS_MAIN(TestPostgresPrivileges)
#include "tst_postgresprivileges.moc"
