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

/// Whom the engine ends so that it need not wait, and whom it leaves alone.
class TestPostgresBlockers : public QObject {
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
    void endsWhoIsBehindAnother();

private:
    QByteArray sql(const QString &text) const { return m_cluster->sql(m_database, text); }
    QString url(const QString &user) const { return m_cluster->url(m_database, user); }
    void makeRoles(const QString &user) const { VERIFY_OK(makePostgresRoles(*ConnectionProfile::fromUrl(url(user)), {})); }
    bool open(PostgresConnection &connection, const QString &user) const
    {
        return connection.open(*ConnectionProfile::fromUrl(url(user)), {}, QStringLiteral("psql of ") + user).ok();
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
    VERIFY_OK(reader.execute("COMMIT"));
    VERIFY_OK(writer.execute("COMMIT"));
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(months), QByteArray("0|1"));
    QCOMPARE(*engine->countEvents({}), 1); // What the writer has added.
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

QTEST_GUILESS_MAIN(TestPostgresBlockers)
#include "tst_postgresblockers.moc"
