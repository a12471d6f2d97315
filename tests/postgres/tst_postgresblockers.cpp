// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QTest>

#include <future>

using namespace bartizan;
using bartizan::test::PostgresCluster;

namespace {

constexpr int kPatienceMs = 60'000;

} // namespace

/// Whom the engine ends so that it need not wait, whom it leaves alone, and who may do that at all.
class TestPostgresBlockers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        SKIP_WITHOUT_POSTGRES();
        m_cluster = std::make_unique<PostgresCluster>();
        m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("CREATE ROLE dbo LOGIN CREATEROLE"));
        // Whoever waits for a table that is being vacuumed is let in after as long as housekeeping waits: it would be chance.
        m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("ALTER SYSTEM SET autovacuum = off"));
        m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("SELECT pg_reload_conf()"));
    }
    void init()
    {
        m_database = m_cluster->makeDatabase();
        VERIFY_OK(openStore(m_cluster->url(m_database), {.mode = StoreOptions::Mode::Create}));
        makeRoles(QStringLiteral("postgres"));
        sql(QStringLiteral("DO $$ BEGIN CREATE ROLE eng LOGIN IN ROLE bartizan_engine; CREATE ROLE anna LOGIN IN ROLE bartizan_analyst; "
                           "CREATE ROLE ben LOGIN IN ROLE bartizan_analyst; CREATE ROLE app LOGIN; "
                           "EXCEPTION WHEN duplicate_object THEN NULL; END $$; "
                           "INSERT INTO bartizan.membership VALUES ('anna', '*'), ('ben', '*'); "
                           "GRANT USAGE ON SCHEMA bartizan TO app; GRANT INSERT ON bartizan.security_audit_log TO app"));
    }
    void cleanupTestCase() { m_cluster.reset(); }

    void housekeepingEndsNobody();
    void makesMonthsThatWereAskedForInVain();
    void makesAMonthOfManyRowsInParts();
    void isOverdueOnlyWhileMonthsAreDue();
    void endsWhoIsBehindAnother();
    void oneRoleEndsSessions();
    void leavesWhatOnlyASuperuserMakes();

private:
    QByteArray sql(const QString &text) const { return m_cluster->sql(m_database, text); }
    QString url(const QString &user) const { return m_cluster->url(m_database, user); }
    void makeRoles(const QString &user) const { VERIFY_OK(makePostgresRoles(*ConnectionProfile::fromUrl(url(user)), {})); }
    bool open(PostgresConnection &connection, const QString &user) const
    {
        return connection.open(*ConnectionProfile::fromUrl(url(user)), {}, QStringLiteral("psql of ") + user).ok();
    }
    /// To whom end_blockers() belongs, who may do what it needs, and who belongs to its owner.
    QByteArray who() const
    {
        return sql(QStringLiteral("SELECT (SELECT proowner::regrole FROM pg_proc WHERE proname = 'end_blockers'), "
                                  "(SELECT string_agg(DISTINCT member::regrole::text, ' ') FROM pg_auth_members WHERE roleid IN "
                                  "('pg_signal_backend'::regrole, 'pg_read_all_stats'::regrole) AND member::regrole::text !~ '^pg_'), "
                                  "(SELECT count(*) FROM pg_auth_members WHERE roleid = 'bartizan_signal'::regrole)"));
    }
    /// Which of those who do not belong to the owner may call it.
    QByteArray callers() const
    {
        return sql(QStringLiteral("SELECT string_agg(r, ' ') FROM unnest(ARRAY['bartizan_engine', 'bartizan_manager', 'app']) AS r "
                                  "WHERE has_function_privilege(r, 'bartizan.end_blockers()', 'EXECUTE')"));
    }

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
};

/// Months are made and dropped another time where somebody reads the log for long, or adds rows in a transaction that stays
/// open: neither is ended, and that is no failure.
void TestPostgresBlockers::housekeepingEndsNobody()
{
    constexpr TimestampMs kMay = 1'462'060'800'000; // 2016-05-01
    const auto engine = std::move(*openStore(url(QStringLiteral("eng")), {.role = StoreOptions::Role::Engine}));
    const auto lock = EngineLock::take(url(QStringLiteral("eng")), QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(lock);
    QVERIFY(lock->held());
    VERIFY_OK(appendRows(*engine, {failedLogin(kMay)}));
    VERIFY_OK(keepPostgresMonths(*ConnectionProfile::fromUrl(url(QStringLiteral("postgres"))), {}, 6));
    sql(QStringLiteral("DO $$ BEGIN EXECUTE format('DROP TABLE bartizan.audit_%s', "
                       "to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYY_MM')); END $$"));
    const QString months = QStringLiteral("SELECT count(*) FILTER (WHERE relname = 'audit_2016_05'), count(*) FILTER (WHERE relname = "
                                          "to_char(now() AT TIME ZONE 'UTC' + interval '1 month', '\"audit_\"YYYY_MM')) "
                                          "FROM pg_class WHERE relnamespace = 'bartizan'::regnamespace");
    QCOMPARE(sql(months), QByteArray("1|0"));
    PostgresConnection reader;
    QVERIFY(open(reader, QStringLiteral("anna")));
    VERIFY_OK(reader.execute("BEGIN; SELECT count(*) FROM bartizan.log"));
    PostgresConnection writer;
    QVERIFY(open(writer, QStringLiteral("app")));
    VERIFY_OK(writer.execute("BEGIN; INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                             "VALUES ('AUTHENTICATION', 'login', 'FAILURE')"));
    // Longer than whoever keeps the engine's batch waiting is left alone.
    QTRY_COMPARE_WITH_TIMEOUT(sql(QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'psql of %' "
                                                 "AND state_change < clock_timestamp() - interval '2.5 s'")),
                              QByteArray("2"), kPatienceMs);
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(months), QByteArray("1|0"));
    // After a day it is told, and who it is.
    sql(QStringLiteral("UPDATE bartizan.meta SET value = (value::numeric - 90000)::text WHERE key = 'months_overdue'"));
    const auto told = engine->tidy();
    QVERIFY(!told && told.error().message.endsWith(QLatin1String("UTC: the log is in use by anna, app")));
    VERIFY_OK(reader.execute("COMMIT"));
    VERIFY_OK(writer.execute("COMMIT"));
    // Others waited behind the attempt: for a while there is no other.
    QVERIFY(!engine->tidy());
    QCOMPARE(sql(months), QByteArray("1|0"));
    sql(QStringLiteral("UPDATE bartizan.meta SET value = (value::numeric - 700)::text WHERE key LIKE 'months_refused_%'"));
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(months), QByteArray("0|1"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.meta WHERE key LIKE 'months_%'")), QByteArray("0"));
    QCOMPARE(*engine->countEvents({}), 1); // What the writer has added.
}

/// A month that cannot be made keeps no other from being made, and comes with what lies in audit_rest: with the next rows of
/// the same import, or by housekeeping. Where it does not for a day, that is told.
void TestPostgresBlockers::makesMonthsThatWereAskedForInVain()
{
    constexpr TimestampMs kMay = 1'462'060'800'000; // 2016-05-01
    constexpr TimestampMs kJune = kMay + 31 * kDay;
    const auto engine = std::move(*openStore(url(QStringLiteral("eng")), {.role = StoreOptions::Role::Engine}));
    const auto lock = EngineLock::take(url(QStringLiteral("eng")), QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(lock);
    const QString where = QStringLiteral("SELECT tableoid::regclass::text, count(*) FROM bartizan.audit "
                                         "WHERE timestamp < 1500000000000 GROUP BY 1 ORDER BY 1");
    const auto tenMinutesLater = [this] {
        sql(QStringLiteral("UPDATE bartizan.meta SET value = (value::numeric - 700)::text WHERE key LIKE 'months_refused_%'"));
    };
    PostgresConnection writer;
    QVERIFY(open(writer, QStringLiteral("app")));
    const char *const write = "BEGIN; INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                              "VALUES ('AUTHENTICATION', 'login', 'FAILURE')";
    VERIFY_OK(writer.execute(write));
    VERIFY_OK(appendRows(*engine, {failedLogin(kMay)}));
    QCOMPARE(sql(where), QByteArray("bartizan.audit_rest|1"));
    VERIFY_OK(writer.execute("COMMIT"));
    VERIFY_OK(appendRows(*engine, {failedLogin(kMay + 1), failedLogin(kJune)}));
    QCOMPARE(sql(where), QByteArray("bartizan.audit_2016_06|1\nbartizan.audit_rest|2"));
    tenMinutesLater();
    VERIFY_OK(appendRows(*engine, {failedLogin(kMay + 2)}));
    QCOMPARE(sql(where), QByteArray("bartizan.audit_2016_05|3\nbartizan.audit_2016_06|1"));

    // The import has ended, and its last two months were refused: others wait for the attempt at one of them only.
    VERIFY_OK(writer.execute(write));
    VERIFY_OK(appendRows(*engine, {failedLogin(kJune + 40 * kDay), failedLogin(kJune + 80 * kDay)}));
    QCOMPARE(sql(QStringLiteral("SELECT count(*), max(value::numeric) - min(value::numeric) < 1 FROM bartizan.meta "
                                "WHERE key LIKE 'months_refused_%'")),
             QByteArray("2|t"));
    VERIFY_OK(engine->tidy());
    sql(QStringLiteral("UPDATE bartizan.meta SET value = (value::numeric - 90000)::text WHERE key LIKE 'months_unmade_%'"));
    const auto told = engine->tidy();
    QVERIFY(!told);
    QVERIFY2(told.error().message.contains(QLatin1String("could not be made since"))
                 && told.error().message.endsWith(QLatin1String("UTC: the log is in use by app")),
             qPrintable(told.error().message));
    VERIFY_OK(writer.execute("COMMIT"));
    tenMinutesLater();
    QVERIFY(!engine->tidy()); // One of them each time.
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(where), QByteArray("bartizan.audit_2016_05|3\nbartizan.audit_2016_06|1\n"
                                    "bartizan.audit_2016_07|1\nbartizan.audit_2016_08|1"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.meta WHERE key LIKE 'months_%'")), QByteArray("0"));
}

/// A month with more rows than can be moved while nobody writes is made part by part, by housekeeping alone; no row is ever
/// missing, and the parts go with the month.
void TestPostgresBlockers::makesAMonthOfManyRowsInParts()
{
    constexpr TimestampMs kMay = 1'462'060'800'000; // 2016-05-01
    const auto engine = std::move(*openStore(url(QStringLiteral("eng")), {.role = StoreOptions::Role::Engine}));
    const auto lock = EngineLock::take(url(QStringLiteral("eng")), QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(lock);
    sql(QStringLiteral("INSERT INTO bartizan.audit (timestamp, event_type, outcome, action) "
                       "SELECT %1 + 10 * (i / 7), 0, 0, 'login' FROM generate_series(0, 219999) AS i").arg(kMay));
    const QString where = QStringLiteral("SELECT tableoid::regclass::text, count(*) FROM bartizan.audit "
                                         "WHERE timestamp < 1500000000000 GROUP BY 1 ORDER BY 1");
    VERIFY_OK(appendRows(*engine, {failedLogin(kMay + 20 * kDay)}));
    QCOMPARE(sql(where), QByteArray("bartizan.audit_rest|220001"));
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(where), QByteArray("bartizan.audit_2016_05_part1|100002\nbartizan.audit_rest|119999"));
    // Rows of any time find their place meanwhile, and whoever writes does none of it.
    VERIFY_OK(appendRows(*engine, {failedLogin(kMay), failedLogin(kMay + 25 * kDay)}));
    QCOMPARE(sql(where), QByteArray("bartizan.audit_2016_05_part1|100003\nbartizan.audit_rest|120000"));
    VERIFY_OK(engine->tidy());
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(where), QByteArray("bartizan.audit_2016_05|19998\nbartizan.audit_2016_05_part1|100003\n"
                                    "bartizan.audit_2016_05_part2|100002"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.meta WHERE key LIKE 'months_%'")), QByteArray("0"));
    VERIFY_OK(appendRows(*engine, {failedLogin(kMay + 26 * kDay)}));
    sql(QStringLiteral("INSERT INTO bartizan.meta VALUES ('keep_months', '2')"));
    QCOMPARE(sql(QStringLiteral("SELECT bartizan.drop_months()")), QByteArray("1"));
    QCOMPARE(sql(where), QByteArray());
}

/// What could not be dropped is no longer overdue when it is to be kept after all; and where nothing is due, nothing is
/// refused by whoever holds the lock.
void TestPostgresBlockers::isOverdueOnlyWhileMonthsAreDue()
{
    constexpr TimestampMs kMay = 1'462'060'800'000; // 2016-05-01
    const auto profile = *ConnectionProfile::fromUrl(url(QStringLiteral("postgres")));
    const auto engine = std::move(*openStore(url(QStringLiteral("eng")), {.role = StoreOptions::Role::Engine}));
    const QString notes = QStringLiteral("SELECT string_agg(key, ' ' ORDER BY key) FROM bartizan.meta WHERE key LIKE 'months_%'");
    PostgresConnection other;
    QVERIFY(open(other, QStringLiteral("postgres")));
    const char *const hold = "BEGIN; SELECT FROM bartizan.rollup_state FOR UPDATE";
    VERIFY_OK(keepPostgresMonths(profile, {}, 6));
    VERIFY_OK(other.execute(hold));
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(notes), QByteArray());
    VERIFY_OK(other.execute("COMMIT"));
    VERIFY_OK(appendRows(*engine, {failedLogin(kMay)}));
    VERIFY_OK(other.execute(hold));
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(notes), QByteArray("months_overdue months_refused_drop"));
    VERIFY_OK(keepPostgresMonths(profile, {}, 0));
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(notes), QByteArray());
    QCOMPARE(*engine->countEvents({}), 1);
    VERIFY_OK(other.execute("COMMIT"));
    VERIFY_OK(keepPostgresMonths(profile, {}, 6));
    VERIFY_OK(engine->tidy());
    QCOMPARE(*engine->countEvents({}), 0);
}

/// The engine waits for one who waits himself for another, who does nothing.
void TestPostgresBlockers::endsWhoIsBehindAnother()
{
    const auto engine = std::move(*openStore(url(QStringLiteral("eng")), {.role = StoreOptions::Role::Engine}));
    const auto lock = EngineLock::take(url(QStringLiteral("eng")), QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(lock);
    VERIFY_OK(engine->commit(commitOf({alertNumber(1, kNoon)})));
    const auto comment = [](PostgresConnection &connection, const char *step) {
        return connection.query("SELECT bartizan.triage(ARRAY[$1], $2, 'commented', 0, false, '', 1, 'mine')",
                                PostgresParameters().add(alertNumber(1, 0).id).add(std::string(step)))
            .ok();
    };
    PostgresConnection anna;
    QVERIFY(open(anna, QStringLiteral("anna")));
    VERIFY_OK(anna.execute("BEGIN"));
    QVERIFY(comment(anna, "annas"));
    VERIFY_OK(anna.execute("SET idle_in_transaction_session_timeout = 0"));
    auto waits = std::async(std::launch::async, [&] {
        PostgresConnection ben;
        return open(ben, QStringLiteral("ben")) && comment(ben, "bens");
    });
    QTRY_COMPARE_WITH_TIMEOUT(sql(QStringLiteral("SELECT count(*) FROM pg_locks WHERE NOT granted")), QByteArray("1"), kPatienceMs);
    VERIFY_OK(engine->commit(commitOf({alertNumber(2, kNoon)})));
    QVERIFY(waits.get());
    QVERIFY(!anna.execute("COMMIT"));
    QCOMPARE(sql(QStringLiteral("SELECT string_agg(actor, ' ') FROM bartizan.alert_history WHERE action = 'commented'")), QByteArray("ben"));
}

/// Whoever makes the roles belongs to bartizan_owner, and gets no right over the sessions of other databases by it.
void TestPostgresBlockers::oneRoleEndsSessions()
{
    const QByteArray right("bartizan_signal|bartizan_signal|0");
    QCOMPARE(who(), right);
    QCOMPARE(callers(), QByteArray("bartizan_engine"));
    QCOMPARE(sql(QStringLiteral("SELECT string_agg(DISTINCT proowner::regrole::text, ' ') FROM pg_proc "
                                "WHERE pronamespace = 'bartizan'::regnamespace AND proname <> 'end_blockers'")),
             QByteArray("bartizan_owner"));
    // By whomever it is owned, a superuser gives it to that role.
    sql(QStringLiteral("ALTER FUNCTION bartizan.end_blockers() OWNER TO bartizan_owner"));
    QVERIFY(who() != right);
    makeRoles(QStringLiteral("postgres"));
    QCOMPARE(who(), right);
    QCOMPARE(callers(), QByteArray("bartizan_engine"));
}

void TestPostgresBlockers::leavesWhatOnlyASuperuserMakes()
{
    m_database = QStringLiteral("dbos");
    m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("CREATE DATABASE dbos OWNER dbo"));
    VERIFY_OK(openStore(url(QStringLiteral("dbo")), {.mode = StoreOptions::Mode::Create}));
    for (int i = 0; i < 2; ++i) {
        makeRoles(QStringLiteral("dbo"));
        QVERIFY2(who().startsWith("bartizan_owner|bartizan_signal|0"), who().constData());
        QCOMPARE(callers(), QByteArray("bartizan_engine"));
    }
    for (const char *user : {"postgres", "dbo"}) {
        makeRoles(QLatin1String(user));
        QCOMPARE(who(), QByteArray("bartizan_signal|bartizan_signal|0"));
        QCOMPARE(callers(), QByteArray("bartizan_engine"));
    }
}

QTEST_GUILESS_MAIN(TestPostgresBlockers)
#include "tst_postgresblockers.moc"
