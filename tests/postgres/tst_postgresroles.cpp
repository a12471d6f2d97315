// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresTest;

/// What each role may do and see, logged in as each.
class TestPostgresRoles : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void keepsRolesApart();
    void mutesByRole();
    void refusesWhatARoleMayNotDo();
    void takesNothingOnTrust();
    void handsOverAnAnalystsStepAsOne();
    void keepsWhatTellsOfAlertsByCompany();
    void letsHistoryGoWithItsAlert();
    void keepsTheLogFromTheEngine();
    void keepsRolesWhenMigrating();
    void makesRolesWithoutASuperuser();
    void showsRowsByCompany();

private:
    void makeRoles();

    bool m_people = false;
};

void TestPostgresRoles::makeRoles()
{
    const auto profile = ConnectionProfile::fromUrl(m_cluster->url(m_database));
    VERIFY_OK(makePostgresRoles(*profile, {}));
    VERIFY_OK(makePostgresRoles(*profile, {})); // Again, it changes nothing.
    if (!m_people) {
        m_cluster->sql(m_database, QStringLiteral("CREATE ROLE eng LOGIN IN ROLE bartizan_engine; "
                                                  "CREATE ROLE anna LOGIN IN ROLE bartizan_analyst; "
                                                  "CREATE ROLE max LOGIN IN ROLE bartizan_manager; "
                                                  "CREATE ROLE audi LOGIN IN ROLE bartizan_auditor; "
                                                  "CREATE ROLE nobody LOGIN"));
    }
    m_people = true;
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.membership VALUES ('anna', 'acme'), ('max', '*'), ('audi', '*')"));
    SecurityAlert acme = alertNumber(1, kNoon);
    acme.context.companyId = "acme";
    SecurityAlert zeta = alertNumber(2, kNoon);
    zeta.context.companyId = "zeta";
    const auto engine = connect(QStringLiteral("eng"));
    VERIFY_OK(engine->commit(commitOf({acme, zeta, alertNumber(3, kNoon)})));
}

void TestPostgresRoles::keepsRolesApart()
{
    makeRoles();
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT bool_or(rolcanlogin) FROM pg_roles WHERE rolname LIKE 'bartizan\\_%'")),
             QByteArray("f"));
    // The engine does all its work.
    StoreOptions options;
    options.role = StoreOptions::Role::Engine;
    const auto engine = std::move(*openStore(m_cluster->url(m_database, QStringLiteral("eng")), options));
    const auto lock = EngineLock::take(m_cluster->url(m_database, QStringLiteral("eng")), QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(lock);
    QVERIFY(lock->held());
    VERIFY_OK(engine->fetchAfter(0, 10));
    VERIFY_OK(engine->saveHealth({}));
    VERIFY_OK(engine->append(std::vector<NewAuditRow>{{failedLogin(kNoon), 0}}, {}));
    VERIFY_OK(engine->tidy());
    // An analyst triages in his own name, whatever he says; a manager changes settings as well.
    const auto anna = connect(QStringLiteral("anna"));
    const auto done = anna->acknowledge(std::vector{alertNumber(1, 0).id, alertNumber(2, 0).id}, "root", kNoon, "mine");
    VERIFY_OK(done);
    QVERIFY((*done == AcknowledgeReport{{alertNumber(1, 0).id}, {}, {alertNumber(2, 0).id}}));
    QCOMPARE(anna->alert(alertNumber(1, 0).id)->value().acknowledgedBy.value(), std::string("anna"));
    TriageStep resolve;
    resolve.id = "step";
    resolve.kind = TriageKind::Resolve;
    const auto resolved = anna->triage(std::vector{alertNumber(1, 0).id, alertNumber(2, 0).id}, resolve, "root", kNoon);
    VERIFY_OK(resolved);
    QVERIFY(resolved->done == std::vector{alertNumber(1, 0).id} && resolved->unknown == std::vector{alertNumber(2, 0).id});
    QCOMPARE(anna->alert(alertNumber(1, 0).id)->value().resolvedBy.value(), std::string("anna"));
    const auto back = anna->undo(std::vector{alertNumber(1, 0).id}, {"back", "step"}, "root", kNoon);
    VERIFY_OK(back);
    QVERIFY(back->done == std::vector{alertNumber(1, 0).id});
    QCOMPARE(anna->history(alertNumber(1, 0).id)->back().actor, std::string("anna"));
    QVERIFY(!anna->updateSettings({}, "Europe/Berlin", "root", kNoon));
    QVERIFY(!anna->append(std::vector<NewAuditRow>{{failedLogin(kNoon), 0}}, {}));
    const auto max = connect(QStringLiteral("max"));
    VERIFY_OK(max->updateSettings({}, "Europe/Berlin", "root", kNoon));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT changed_by FROM bartizan.settings")), QByteArray("max"));
    VERIFY_OK(max->acknowledge(std::vector{alertNumber(2, 0).id}, "x", kNoon, {}));
    const auto audi = connect(QStringLiteral("audi"));
    QCOMPARE(audi->alerts({})->size(), 3U);
    QVERIFY(!audi->acknowledge(std::vector{alertNumber(3, 0).id}, "audi", kNoon, {}));
}

void TestPostgresRoles::mutesByRole()
{
    makeRoles();
    const auto engine = connect(QStringLiteral("eng"));
    const auto anna = connect(QStringLiteral("anna"));
    const auto max = connect(QStringLiteral("max"));
    const auto audi = connect(QStringLiteral("audi"));
    // She mutes what she sees, in her own name, and nothing else; the manager, who sees all, mutes for all.
    Mute mute;
    mute.id = "mute-1";
    mute.rule = "brute-force";
    mute.group = "address:203.0.113.9";
    mute.reason = "our scanner";
    mute.by = "root";
    mute.createdAt = kNoon;
    mute.expiresAt = kNoon + kDay;
    QVERIFY(!anna->refusals().muteAll.isEmpty());
    QVERIFY2(!anna->setMute(mute) && anna->setMute(mute).error().message.contains(QLatin1String("every company")), "all");
    mute.company = "zeta";
    QVERIFY2(!anna->setMute(mute) && anna->setMute(mute).error().message.contains(QLatin1String("zeta")), "zeta");
    mute.company = "acme";
    const auto muted = anna->setMute(mute);
    VERIFY_OK(muted);
    QCOMPARE(muted->by, std::string("anna"));
    mute.id = "mute-2";
    mute.company.reset();
    QVERIFY(max->refusals().muteAll.isEmpty());
    VERIFY_OK(max->setMute(mute));
    QCOMPARE(anna->mutes()->size(), 1U); // Whom the other one names is a secret, as long as no alert of her company's is hidden by it.
    QVERIFY(anna->liftMute({"mute-2", true}, "anna", kNoon + 5)->outcome == MuteLifted::Outcome::Unknown);
    SecurityAlert ofAcme = alertNumber(11, kNoon + 1);
    ofAcme.context.companyId = "acme";
    SecurityAlert ofZeta = alertNumber(12, kNoon + 1);
    ofZeta.context.companyId = "zeta";
    EngineCommit batch = commitOf({ofAcme, ofZeta});
    batch.storedAt = max->mutes()->front().createdAt; // By the server's clock: theirs are not trusted.
    QVERIFY(batch.storedAt > kNoon + kDay);
    QCOMPARE(max->mutes()->front().expiresAt, batch.storedAt + kDay);
    VERIFY_OK(engine->commit(batch));
    QCOMPARE(anna->alert(ofAcme.id)->value().mute.value_or("none"), std::string("mute-1"));
    QCOMPARE(max->alert(ofZeta.id)->value().mute.value_or("none"), std::string("mute-2"));
    const auto liftedOwn = anna->liftMute({"mute-1", true}, "root", kNoon + 5);
    VERIFY_OK(liftedOwn);
    QVERIFY(liftedOwn->outcome == MuteLifted::Outcome::Lifted);
    QCOMPARE(liftedOwn->restored, 1);
    QCOMPARE(liftedOwn->mute.liftedBy.value_or("nobody"), std::string("anna"));
    QCOMPARE(audi->alerts({})->size(), 5U);
    QCOMPARE(audi->mutes()->size(), 2U);
    mute.id = "mute-3";
    QVERIFY(!audi->setMute(mute));
    QVERIFY(!audi->liftMute({"mute-2", false}, "audi", kNoon + 6));
    QVERIFY(max->mutes()->front().liftedAt == std::nullopt);
}

void TestPostgresRoles::refusesWhatARoleMayNotDo()
{
    makeRoles();
    const QString eng = QStringLiteral("eng");
    const QString anna = QStringLiteral("anna");
    const QString max = QStringLiteral("max");
    const QString audi = QStringLiteral("audi");
    const QString nobody = QStringLiteral("nobody");
    const QStringList nobodys{
        QStringLiteral("DELETE FROM bartizan.audit"), QStringLiteral("UPDATE bartizan.audit SET outcome = 0"),
        QStringLiteral("TRUNCATE bartizan.audit"), QStringLiteral("DELETE FROM bartizan.audit_rest"),
        QStringLiteral("DROP TABLE bartizan.alert"), QStringLiteral("SET ROLE bartizan_owner"),
        QStringLiteral("INSERT INTO bartizan.membership VALUES (current_user, '*')"),
        QStringLiteral("UPDATE bartizan.source SET own = false"),
        QStringLiteral("CREATE FUNCTION bartizan.sees_all(x int) RETURNS boolean LANGUAGE sql AS 'SELECT true'"),
        QStringLiteral("ALTER TABLE bartizan.alert DISABLE ROW LEVEL SECURITY"),
    };
    const QStringList readers{
        QStringLiteral("UPDATE bartizan.alert SET acknowledged_by = 'x'"), QStringLiteral("DELETE FROM bartizan.alert"),
        QStringLiteral("INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment) VALUES (1, 1, '', '', '')"),
        QStringLiteral("DELETE FROM bartizan.alert_history"), QStringLiteral("SELECT * FROM bartizan.audit"),
        QStringLiteral("UPDATE bartizan.mute SET expires_at = 9"), QStringLiteral("DELETE FROM bartizan.mute"),
        QStringLiteral("SELECT bartizan.note_mute('x', 'x', 1, '{}')"),
        QStringLiteral("SELECT bartizan.note_mute_at('x', 'x', 'x', 1, 'x', 'x')"),
        QStringLiteral("SELECT * FROM bartizan.membership"), QStringLiteral("SELECT * FROM bartizan.log_all"),
        QStringLiteral("INSERT INTO bartizan.log (row_key, timestamp) VALUES ('1', 1)"),
        QStringLiteral("SELECT bartizan.write_rows('[]')"), QStringLiteral("SELECT bartizan.drop_months()"),
        QStringLiteral("UPDATE bartizan.engine_epoch SET epoch = 99"), QStringLiteral("UPDATE bartizan.counter SET value = 0"),
        QStringLiteral("INSERT INTO bartizan.settings VALUES (9, 1, '', '', '', '')"),
        QStringLiteral("SELECT pg_advisory_lock(1112689230, 1)"),
        QStringLiteral("SELECT pg_try_advisory_lock(1112689230, 1)"),
    };
    const QString settings = QStringLiteral("SELECT bartizan.save_settings(0, 1, '', 'UTC', '{}', 'off', '{}')");
    const QString triage = QStringLiteral("SELECT bartizan.triage('{a}', 's', 'acknowledged', 0, false, '', 1, '')");
    const QString undo = QStringLiteral("SELECT bartizan.undo_step('{a}', 'u', 's', '', 1)");
    const QString mute = QStringLiteral("SELECT bartizan.set_mute('m', 'brute-force', '', '', '', 'r', '', '', 1, 2)");
    const QString lift = QStringLiteral("SELECT * FROM bartizan.lift_mute('m', true, '', 1)");
    QList<std::pair<QString, QString>> forbidden{
        {audi, mute}, {audi, lift}, {nobody, mute}, {nobody, lift}, {nobody, QStringLiteral("SELECT * FROM bartizan.mute")},
        {anna, settings}, {audi, settings}, {audi, triage}, {audi, undo}, {nobody, QStringLiteral("SELECT * FROM bartizan.log")}, {nobody, triage}};
    for (const QString &user : {eng, anna, max, audi}) {
        for (const QString &statement : nobodys)
            forbidden.append({user, statement});
    }
    for (const QString &user : {anna, max, audi}) {
        for (const QString &statement : readers)
            forbidden.append({user, statement});
    }
    for (const auto &[user, statement] : forbidden) {
        bool ok = true;
        const QByteArray said = as(user, statement, &ok);
        QVERIFY2(!ok && said.startsWith("42501"), QByteArray((user + QStringLiteral(": ") + statement).toUtf8() + '\n' + said).constData());
    }
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM bartizan.alert WHERE acknowledged")), QByteArray("0"));
}

/// Whoever calls the functions himself, past Bartizan, still does what he may, in his own name and at the present time.
void TestPostgresRoles::takesNothingOnTrust()
{
    makeRoles();
    const QString anna = QStringLiteral("anna");
    const QString id = QString::fromStdString(alertNumber(1, 0).id);
    const QString triage = QStringLiteral("SELECT state FROM bartizan.triage('{%1}', '%2', '%3', %4, false, 'root', 9000000000000000, '')");
    bool ok = true;
    for (const auto &[what, disposition] : {std::pair("whatever", 0), std::pair("undone", 0), std::pair("resolved", 7)}) {
        const QByteArray said = as(anna, triage.arg(id, QStringLiteral("s1"), QLatin1String(what)).arg(disposition), &ok);
        QVERIFY2(!ok && said.startsWith("22023"), said.constData());
    }
    QCOMPARE(as(anna, triage.arg(id, QStringLiteral("s1"), QStringLiteral("acknowledged")).arg(0), &ok), QByteArray("done"));
    const QByteArray now = m_cluster->sql(m_database, QStringLiteral("SELECT actor, abs(at - extract(epoch FROM now()) * 1000) < 600000 "
                                                                     "FROM bartizan.alert_history WHERE action = 'acknowledged'"));
    QCOMPARE(now, QByteArray("anna|t"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM bartizan.audit WHERE timestamp > 4000000000000")), QByteArray("0"));
    // A step is its actor's.
    const QByteArray foreign = as(QStringLiteral("max"), triage.arg(QString::fromStdString(alertNumber(3, 0).id), QStringLiteral("s1"),
                                                                    QStringLiteral("acknowledged")).arg(0), &ok);
    QVERIFY2(!ok && foreign.startsWith("42501"), foreign.constData());
    // Of a change of settings the row says what it is, and who did it.
    const QString save = QStringLiteral("SELECT bartizan.save_settings(0, 9000000000000000, 'root', 'UTC', '%1', 'off', '%2')");
    for (const char *config : {"not json", "[]"}) {
        const QByteArray said = as(QStringLiteral("max"), save.arg(QLatin1String(config), QStringLiteral("{}")), &ok);
        QVERIFY2(!ok && said.startsWith("22"), said.constData());
    }
    QCOMPARE(as(QStringLiteral("max"), save.arg(QStringLiteral("{}"), QStringLiteral("{\"event_type\": 8, \"company_id\": \"victim\"}")), &ok),
             QByteArray("t"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT event_type, action, user_id, company_id FROM bartizan.audit "
                                                       "WHERE metadata LIKE '%victim%'")),
             QByteArray("10|monitoring_config_changed|max|"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM bartizan.company WHERE id = 'victim'")), QByteArray("0"));
}

/// The server notes when each part of an analyst's step came: it is one step all the same.
void TestPostgresRoles::handsOverAnAnalystsStepAsOne()
{
    makeRoles();
    std::vector<SecurityAlert> alerts;
    for (int i = 11; i <= 14; ++i) {
        alerts.push_back(alertNumber(i, kNoon));
        alerts.back().context.companyId = "acme";
    }
    VERIFY_OK(connect(QStringLiteral("eng"))->commit(commitOf(alerts)));
    const auto anna = connect(QStringLiteral("anna"));
    TriageStep step;
    step.id = "bulk";
    const auto take = [&](std::size_t first) {
        return anna->triage(std::vector{alerts[first].id, alerts[first + 1].id}, step, "root", kNoon);
    };
    VERIFY_OK(take(0));
    const QString times = QStringLiteral("SELECT count(DISTINCT at) FROM bartizan.alert_history WHERE action = 'acknowledged'");
    m_cluster->sql(m_database, times); // Later by more than a millisecond.
    VERIFY_OK(take(2));
    QCOMPARE(m_cluster->sql(m_database, times), QByteArray("2"));
    VERIFY_OK(anna->undo(std::vector{alerts[0].id}, {"back", "bulk"}, "root", kNoon));
    const auto handover = anna->handover({{}, {}, 50});
    VERIFY_OK(handover);
    const HandoverSteps &acknowledged = handover->of(HandoverAction::Acknowledged);
    QCOMPARE(acknowledged.steps, 1);
    QCOMPARE(acknowledged.newest[0].alerts, 4);
    QCOMPARE(acknowledged.newest[0].takenBack, 1);
    QCOMPARE(acknowledged.newest[0].actor, std::string("anna"));
}

void TestPostgresRoles::keepsWhatTellsOfAlertsByCompany()
{
    makeRoles();
    const std::string zeta = alertNumber(2, 0).id;
    const auto max = connect(QStringLiteral("max"));
    VERIFY_OK(max->lookAt(zeta, "max", "window"));
    VERIFY_OK(max->acknowledge(std::vector{zeta}, "max", kNoon, {}));
    const auto anna = connect(QStringLiteral("anna"));
    QVERIFY(anna->lookAt(zeta, "anna", "window")->empty());
    bool ok = true;
    for (const char *table : {"presence", "triage_step", "alert_history", "alert_tombstone"}) {
        const QString count = QStringLiteral("SELECT count(*) FROM bartizan.") + QLatin1String(table)
            + QLatin1String(QLatin1String(table) == QLatin1String("alert_history") ? " WHERE action <> 'created'" : "");
        QCOMPARE(as(QStringLiteral("anna"), count, &ok), QByteArray("0"));
    }
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT person FROM bartizan.presence")), QByteArray("max"));
    for (const char *table : {"alert_change", "alert_open"}) {
        const QString seen = QStringLiteral("SELECT count(DISTINCT company_id), max(company_id) FROM bartizan.%1").arg(QLatin1String(table));
        QCOMPARE(as(QStringLiteral("anna"), seen, &ok), QByteArray("1|acme"));
    }
    // Nothing that can be seen is asked for: nothing is locked that the engine waits for.
    QCOMPARE(as(QStringLiteral("anna"), QStringLiteral("BEGIN; SELECT state FROM bartizan.triage('{%1}', 's', 'acknowledged', 0, false, '', 1, '');"
                                                       "SELECT count(*) FROM pg_locks WHERE relation = 'bartizan.counter'::regclass AND pid = pg_backend_pid()")
                                            .arg(QString::fromStdString(zeta)), &ok),
             QByteArray("0"));
}

void TestPostgresRoles::letsHistoryGoWithItsAlert()
{
    makeRoles();
    const auto told = [this] { return m_cluster->sql(m_database, QStringLiteral("SELECT count(*), count(DISTINCT alert_seq) FROM bartizan.alert_history")); };
    QCOMPARE(told(), QByteArray("3|3"));
    const auto engine = connect(QStringLiteral("eng"));
    VERIFY_OK(engine->acknowledge(std::vector{alertNumber(1, 0).id}, "root", kNoon, "mine"));
    QCOMPARE(told(), QByteArray("4|3"));
    bool ok = false;
    as(QStringLiteral("eng"), QStringLiteral("DELETE FROM bartizan.alert WHERE id <> '%1'").arg(QString::fromStdString(alertNumber(3, 0).id)), &ok);
    QVERIFY(ok);
    QCOMPARE(told(), QByteArray("1|1"));
    as(QStringLiteral("postgres"), QStringLiteral("TRUNCATE bartizan.alert"), &ok);
    QVERIFY(!ok);
}

void TestPostgresRoles::keepsTheLogFromTheEngine()
{
    makeRoles();
    const auto engine = connect(QStringLiteral("eng"));
    VERIFY_OK(engine->append(std::vector<NewAuditRow>{{failedLogin(kNoon), 1}, {failedLogin(kNoon - 400 * kDay), 2}}, {}));
    const qint64 rows = *engine->countEvents({});
    bool ok = false;
    QCOMPARE(as(QStringLiteral("eng"), QStringLiteral("SELECT bartizan.drop_months()"), &ok), QByteArray("0"));
    QVERIFY(!as(QStringLiteral("eng"), QStringLiteral("INSERT INTO bartizan.meta VALUES ('keep_months', '0')"), &ok).isEmpty() && !ok);
    QCOMPARE(*engine->countEvents({}), rows);
}

void TestPostgresRoles::keepsRolesWhenMigrating()
{
    makeRoles();
    // As it is when a newer schema has other functions and tables.
    m_cluster->sql(m_database, QStringLiteral("GRANT EXECUTE ON FUNCTION bartizan.undo_step(text[], text, text, text, bigint) TO PUBLIC;"
                                              "ALTER TABLE bartizan.triage_step OWNER TO postgres;"
                                              "REVOKE ALL ON bartizan.triage_step FROM bartizan_engine"));
    auto connection = PostgresConnection();
    VERIFY_OK(connection.open(*ConnectionProfile::fromUrl(m_cluster->url(m_database)), {}, QStringLiteral("bartizan")));
    VERIFY_OK(renewPostgresRights(connection));
    bool ok = true;
    const QByteArray said = as(QStringLiteral("audi"), QStringLiteral("SELECT bartizan.undo_step('{a}', 'u', 's', '', 1)"), &ok);
    QVERIFY2(!ok && said.startsWith("42501"), said.constData());
    QCOMPARE(as(QStringLiteral("eng"), QStringLiteral("SELECT count(*) FROM bartizan.triage_step"), &ok), QByteArray("0"));
}

void TestPostgresRoles::makesRolesWithoutASuperuser()
{
    m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("CREATE ROLE dbo LOGIN CREATEROLE"));
    m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("CREATE DATABASE dbos OWNER dbo"));
    const QString url = m_cluster->url(QStringLiteral("dbos"), QStringLiteral("dbo"));
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    VERIFY_OK(openStore(url, options));
    VERIFY_OK(makePostgresRoles(*ConnectionProfile::fromUrl(url), {}));
    VERIFY_OK(makePostgresRoles(*ConnectionProfile::fromUrl(url), {}));
    QCOMPARE(m_cluster->sql(QStringLiteral("dbos"), QStringLiteral("SELECT tableowner FROM pg_tables WHERE tablename = 'alert'")),
             QByteArray("bartizan_owner"));
}

void TestPostgresRoles::showsRowsByCompany()
{
    makeRoles();
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"companyId\") VALUES "
                                              "('AUTHENTICATION', 'a', 'FAILURE', 'acme'), ('AUTHENTICATION', 'z', 'FAILURE', 'zeta')"));
    const auto anna = connect(QStringLiteral("anna"));
    QCOMPARE(anna->alerts({})->size(), 1U);
    QCOMPARE(anna->alerts({})->front().context.companyId.value(), std::string("acme"));
    const auto seen = anna->events({});
    VERIFY_OK(seen);
    for (const AuditEvent &event : *seen)
        QCOMPARE(event.context.companyId.value_or("none"), std::string("acme"));
    QCOMPARE(*anna->countEvents({}), 2); // Her company's event, and the row about its alert.
    QVERIFY(*anna->companies() == std::vector<std::string>{"acme"});
    QCOMPARE(anna->history(alertNumber(2, 0).id)->size(), 0U);
    QVERIFY(!anna->alert(alertNumber(2, 0).id)->has_value());
    QCOMPARE(anna->metricsInputs({})->totalEvents, 2);
    // By the login alone: no setting and no function of her own shows more.
    bool ok = false;
    QCOMPARE(as(QStringLiteral("anna"), QStringLiteral("SET row_security = off; SELECT count(*) FROM bartizan.alert"), &ok).left(5),
             QByteArray("42501"));
    const QByteArray peeked = as(QStringLiteral("anna"),
                                 QStringLiteral("CREATE FUNCTION pg_temp.peek(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS "
                                                "$$ BEGIN IF t <> 'acme' THEN RAISE EXCEPTION 'seen: %', t; END IF; RETURN true; END $$; "
                                                "SELECT count(*) FROM bartizan.log WHERE pg_temp.peek(company_id)"), &ok);
    QVERIFY2(ok, peeked.constData());
    QCOMPARE(peeked, QByteArray("2"));
    // Of roll-ups she has her company's, and the same figures; see tst_companyrollups.
    StoreOptions options;
    options.role = StoreOptions::Role::Engine;
    const auto engine = std::move(*openStore(m_cluster->url(m_database, QStringLiteral("eng")), options));
    for (bool more = true; more;) {
        const auto rolledUp = engine->rollUp(nullptr);
        VERIFY_OK(rolledUp);
        more = *rolledUp;
    }
    QCOMPARE(as(QStringLiteral("anna"), QStringLiteral("SELECT count(*) FROM bartizan.rollup_block"), &ok), QByteArray("0"));
    QVERIFY(m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM bartizan.rollup_block")) != "0");
    QCOMPARE(as(QStringLiteral("anna"), QStringLiteral("SELECT count(*) FROM bartizan.rollup_name WHERE kind = 1"), &ok), QByteArray("1"));
    // Nor does she see times and keys of others' rows where all have their numbers.
    VERIFY_OK(engine->fetchAfter(0, 100));
    const QString taken = QStringLiteral("SELECT count(*), count(DISTINCT company_id), max(company_id) FROM bartizan.intake");
    QCOMPARE(as(QStringLiteral("anna"), taken, &ok), QByteArray("2|1|acme"));
    QCOMPARE(as(QStringLiteral("max"), taken, &ok), QByteArray("5|2|zeta"));
    QCOMPARE(as(QStringLiteral("anna"), QStringLiteral("SELECT count(*) FROM bartizan.intake AS i JOIN bartizan.log AS l USING (row_key)"), &ok),
             QByteArray("2"));
    QCOMPARE(anna->metricsInputs({})->totalEvents, 2);
    const auto max = connect(QStringLiteral("max"));
    QCOMPARE(max->alerts({})->size(), 3U);
    QCOMPARE(max->metricsInputs({})->totalEvents, *max->countEvents({}));
    QCOMPARE(*max->countEvents({}), 5);
}

QTEST_GUILESS_MAIN(TestPostgresRoles)
#include "tst_postgresroles.moc"
