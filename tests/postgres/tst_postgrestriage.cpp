// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <thread>

using namespace bartizan;
using bartizan::test::PostgresCluster;

/// Several people on the same alerts, and what each of them may do.
class TestPostgresTriage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        SKIP_WITHOUT_POSTGRES();
        m_cluster = std::make_unique<PostgresCluster>();
    }
    void init()
    {
        m_database = m_cluster->makeDatabase();
        m_store = connect(QStringLiteral("postgres"), StoreOptions::Mode::Create);
    }
    void cleanup() { m_store.reset(); }
    void cleanupTestCase() { m_cluster.reset(); }

    void oneWinnerForEachAlert();
    void tellsWhoHasAnAlertOpen();
    void keepsRolesApart();
    void refusesWhatARoleMayNotDo();
    void showsRowsByCompany();

private:
    std::unique_ptr<Store> connect(const QString &user, StoreOptions::Mode mode = StoreOptions::Mode::ReadWrite)
    {
        StoreOptions options;
        options.mode = mode;
        auto store = openStore(m_cluster->url(m_database, user), options);
        if (!store)
            qFatal("%s", qPrintable(store.error().message));
        return std::move(*store);
    }
    void makeRoles();
    QByteArray as(const QString &user, const QString &statements, bool *ok)
    {
        return m_cluster->trySql(m_database, statements, user, ok);
    }

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
    std::unique_ptr<Store> m_store;
    bool m_people = false;
};

void TestPostgresTriage::oneWinnerForEachAlert()
{
    constexpr int kAlerts = 10'000;
    std::vector<SecurityAlert> alerts;
    std::vector<std::string> ids;
    for (int i = 0; i < kAlerts; ++i) {
        alerts.push_back(alertNumber(i, kNoon + i));
        ids.push_back(alerts.back().id);
    }
    VERIFY_OK(m_store->commit(commitOf(alerts)));
    std::vector<AcknowledgeReport> reports(2);
    std::atomic<int> failed{0};
    std::vector<std::thread> consoles;
    for (const int console : {0, 1}) {
        consoles.emplace_back([&, console] {
            const auto store = connect(QStringLiteral("postgres"));
            // In portions, and from both ends, so that they meet.
            for (int portion = 0; portion < 100; ++portion) {
                const auto first = static_cast<std::size_t>((console == 0 ? portion : 99 - portion) * 100);
                const auto done = store->acknowledge(std::span(ids).subspan(first, 100), console == 0 ? "ann" : "bob",
                                                     kNoon + console, "mine");
                failed += !done.ok();
                if (!done)
                    continue;
                AcknowledgeReport &all = reports[static_cast<std::size_t>(console)];
                all.acknowledged.insert(all.acknowledged.end(), done->acknowledged.begin(), done->acknowledged.end());
                all.already.insert(all.already.end(), done->already.begin(), done->already.end());
            }
        });
    }
    for (std::thread &console : consoles)
        console.join();
    QCOMPARE(failed.load(), 0);
    QCOMPARE(reports[0].acknowledged.size() + reports[1].acknowledged.size(), std::size_t{kAlerts});
    QCOMPARE(reports[0].already.size() + reports[1].already.size(), std::size_t{kAlerts});
    for (const std::size_t loser : {0U, 1U}) {
        for (const AcknowledgeConflict &conflict : reports[loser].already) {
            QCOMPARE(conflict.by, std::string(loser == 0 ? "bob" : "ann"));
            QCOMPARE(conflict.at, kNoon + (loser == 0 ? 1 : 0));
        }
    }
    // Both attempts are on record, and the one that counts in the audit log.
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT action, count(*) FROM bartizan.alert_history "
                                                       "WHERE action <> 'created' GROUP BY 1 ORDER BY 1")),
             QByteArray("acknowledge_refused|10000\nacknowledged|10000"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT count(*), count(DISTINCT metadata) FROM bartizan.audit "
                                                       "WHERE action = 'alert_acknowledged'")),
             QByteArray("10000|10000"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT count(*), count(DISTINCT change) FROM bartizan.alert "
                                                       "WHERE acknowledged")),
             QByteArray("10000|10000"));
}

void TestPostgresTriage::tellsWhoHasAnAlertOpen()
{
    const auto other = connect(QStringLiteral("postgres"));
    QVERIFY(m_store->lookAt("a", "ann", "window 1")->empty());
    QVERIFY(*other->lookAt("a", "bob", "window 2") == std::vector<std::string>{"ann"});
    QVERIFY(*m_store->lookAt("a", "ann", "window 1") == std::vector<std::string>{"bob"});
    QVERIFY(other->lookAt("b", "bob", "window 2")->empty());
    QVERIFY(m_store->lookAt("a", "ann", "window 1")->empty());
    VERIFY_OK(m_store->lookAt("", "ann", "window 1"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT person, alert_id FROM bartizan.presence")), QByteArray("bob|b"));
    // A console that ended without a word is forgotten.
    m_cluster->sql(m_database, QStringLiteral("UPDATE bartizan.presence SET seen_at = seen_at - interval '31 s'"));
    QVERIFY(m_store->lookAt("b", "ann", "window 1")->empty());
}

void TestPostgresTriage::makeRoles()
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

void TestPostgresTriage::keepsRolesApart()
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

void TestPostgresTriage::refusesWhatARoleMayNotDo()
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
        QStringLiteral("SELECT * FROM bartizan.membership"), QStringLiteral("SELECT * FROM bartizan.log_all"),
        QStringLiteral("INSERT INTO bartizan.log (row_key, timestamp) VALUES ('1', 1)"),
        QStringLiteral("SELECT bartizan.write_rows('[]')"), QStringLiteral("SELECT bartizan.drop_months(9999999999999)"),
        QStringLiteral("UPDATE bartizan.engine_epoch SET epoch = 99"), QStringLiteral("UPDATE bartizan.counter SET value = 0"),
        QStringLiteral("INSERT INTO bartizan.settings VALUES (9, 1, '', '', '', '')"),
        QStringLiteral("SELECT pg_advisory_lock(1112689230, 1)"),
        QStringLiteral("SELECT pg_try_advisory_lock(1112689230, 1)"),
    };
    const QString settings = QStringLiteral("SELECT bartizan.save_settings(0, 1, '', 'UTC', '{}', 'off', '{}')");
    const QString triage = QStringLiteral("SELECT bartizan.triage('{a}', 's', 'acknowledged', 0, false, '', 1, '')");
    const QString undo = QStringLiteral("SELECT bartizan.undo_step('{a}', 'u', 's', '', 1)");
    QList<std::pair<QString, QString>> forbidden{
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

void TestPostgresTriage::showsRowsByCompany()
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
    // Roll-ups mix companies: she has none, and the same figures.
    const auto engine = connect(QStringLiteral("eng"));
    for (bool more = true; more;) {
        const auto rolledUp = engine->rollUp(nullptr);
        VERIFY_OK(rolledUp);
        more = *rolledUp;
    }
    for (const char *table : {"rollup_state", "rollup_name", "rollup_block", "rollup_cell"}) {
        const QString count = QStringLiteral("SELECT count(*) FROM bartizan.") + QLatin1String(table);
        QCOMPARE(as(QStringLiteral("anna"), count, &ok), QByteArray("0"));
    }
    QVERIFY(m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM bartizan.rollup_block")) != "0");
    QCOMPARE(anna->metricsInputs({})->totalEvents, 2);
    const auto max = connect(QStringLiteral("max"));
    QCOMPARE(max->alerts({})->size(), 3U);
    QCOMPARE(max->metricsInputs({})->totalEvents, *max->countEvents({}));
    QCOMPARE(*max->countEvents({}), 5);
}

QTEST_GUILESS_MAIN(TestPostgresTriage)
#include "tst_postgrestriage.moc"
