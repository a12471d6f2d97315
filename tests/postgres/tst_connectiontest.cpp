// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditattach.h"
#include "core/storage/auditlogcheck.h"
#include "core/storage/connectiontest.h"
#include "core/storage/openstore.h"
#include "core/storage/postgrestext.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QScopeGuard>
#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresCluster;
using State = ConnectionCheck::State;

/// Ways to a server, and what is said where they lead nowhere.
class TestConnectionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_cluster.reset(); }
    void readsUrls();
    void refusesPasswordsInUrls();
    void escapesWhatTheServerCannotHold();
    void explainsTheHost();
    void explainsTls();
    void knowsWhereTheEnvironmentLeads();
    void explainsThePassword();
    void explainsPrivilegesAndSchema();
    void tellsOfAnApplicationsLog();
    void outlivesARestart();
    void outlivesACutConnection();
    void tellsOfTimeoutsAndReadOnlyServers();

private:
    /// Over TCP with TLS, to "localhost", which the certificate names.
    ConnectionProfile secure(const QString &user) const
    {
        ConnectionProfile profile = *ConnectionProfile::fromUrl(m_cluster->tcpUrl(m_database, user));
        profile.host = QStringLiteral("localhost");
        profile.parameters.insert(QStringLiteral("hostaddr"), QStringLiteral("127.0.0.1"));
        profile.tls = TlsMode::VerifyFull;
        profile.rootCertificate = m_cluster->certificate();
        return profile;
    }
    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
    QString m_url;
};

void TestConnectionTest::initTestCase()
{
    SKIP_WITHOUT_POSTGRES();
    PostgresCluster::Options options;
    options.tls = true;
    m_cluster = std::make_unique<PostgresCluster>(options);
    m_database = m_cluster->makeDatabase();
    m_url = m_cluster->url(m_database);
    m_cluster->sql(m_database, QStringLiteral("CREATE ROLE anna LOGIN PASSWORD 'geheim; ''x'' \\'"));
}

void TestConnectionTest::readsUrls()
{
    const auto profile = ConnectionProfile::fromUrl(
        QStringLiteral("postgresql://an%20na@db.example.org:6432/audit?sslmode=verify-ca&sslrootcert=/x/ca.crt&target_session_attrs=any"));
    VERIFY_OK(profile);
    QCOMPARE(profile->host, QStringLiteral("db.example.org"));
    QCOMPARE(profile->port, QStringLiteral("6432"));
    QCOMPARE(profile->user, QStringLiteral("an na"));
    QCOMPARE(profile->database, QStringLiteral("audit"));
    QVERIFY(profile->tls == TlsMode::VerifyCa);
    QCOMPARE(profile->rootCertificate, QStringLiteral("/x/ca.crt"));
    QVERIFY(profile->overTcp());
    QCOMPARE(*ConnectionProfile::fromUrl(profile->toUrl()), *profile);
    QCOMPARE(profile->inWords(), QStringLiteral("audit on db.example.org"));
    // Nothing weaker unless it is said.
    QVERIFY(ConnectionProfile::fromUrl(QStringLiteral("postgresql://h/d"))->tls == TlsMode::VerifyFull);
    QVERIFY(!ConnectionProfile::fromUrl(QStringLiteral("postgresql://h/d?sslmode=prefer")));
    for (const char *url : {"postgresql:///d?host=/run/postgresql", "postgresql://u@h1:1,h2:2/d", "postgres:///"}) {
        const auto one = ConnectionProfile::fromUrl(QString::fromLatin1(url));
        VERIFY_OK(one);
        QCOMPARE(*ConnectionProfile::fromUrl(one->toUrl()), *one);
    }
    QVERIFY(!ConnectionProfile::fromUrl(QStringLiteral("postgresql:///d?host=/run/postgresql"))->name.size());
    QVERIFY(!ConnectionProfile::fromUrl(QStringLiteral("postgresql:///d?host=/run/postgresql"))->overTcp());
    // An address goes before whatever host there is.
    for (const char *url : {"postgresql:///d?hostaddr=10.0.0.5&sslmode=disable", "postgresql:///d?host=/run/postgresql&hostaddr=10.0.0.5"})
        QVERIFY2(ConnectionProfile::fromUrl(QString::fromLatin1(url))->overTcp(), url);
    QCOMPARE(ConnectionProfile::fromUrl(QStringLiteral("postgresql:///d?hostaddr=10.0.0.5"))->inWords(), QStringLiteral("d on 10.0.0.5"));
    QVERIFY(!ConnectionProfile::fromUrl(QStringLiteral("postgresql://h/d?colour=red")));
    QVERIFY(ConnectionProfile::isUrl(QStringLiteral("postgres://x")));
    QVERIFY(!ConnectionProfile::isUrl(QStringLiteral("/tmp/postgresql.db")));
}

void TestConnectionTest::refusesPasswordsInUrls()
{
    for (const char *url : {"postgresql://u:geheim@h/d", "postgresql://h/d?password=geheim", "postgresql://u:geheim@[h/d",
                            "postgresql://h/d?sslkey=/x/key&sslpassword=geheim"}) {
        const auto profile = ConnectionProfile::fromUrl(QString::fromLatin1(url));
        QVERIFY(!profile);
        QVERIFY2(!profile.error().message.contains(QLatin1String("geheim")), qPrintable(profile.error().message));
    }
    QVERIFY(ConnectionProfile::fromUrl(QStringLiteral("postgresql://u:p@h/d")).error().message.contains(QLatin1String("PGPASSFILE")));
}

void TestConnectionTest::escapesWhatTheServerCannotHold()
{
    using namespace std::string_literals;
    std::string scratch;
    for (const std::string &plain : {""s, "plain"s, "\u00e4\u20ac\U0001F525"s, "\U0010FFFF"s})
        QCOMPARE(postgresEncoded(plain), plain);
    for (const std::string &odd : {"\0"s, "a\0b"s, "\xff"s, "\xc0\x80"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "\xe2\x82"s,
                                   "\xEF\xB7\x90"s, "\xEF\xB7\x90" "00"s, "\xEF\xB7\x90\xEF\xB7"s}) {
        const std::string stored = postgresEncoded(odd);
        QVERIFY(stored != odd);
        QVERIFY(stored.find('\0') == std::string::npos);
        QCOMPARE(postgresEncoded(stored) == stored, false); // It is injective: what is escaped is never taken for plain.
        QCOMPARE(postgresDecodedString(stored), odd);
    }
    QCOMPARE(std::string(postgresDecoded("\xEF\xB7\x90zz", scratch)), "\xEF\xB7\x90zz"s); // Another program's.
}

void TestConnectionTest::explainsTheHost()
{
    ConnectionProfile profile = secure(QStringLiteral("anna"));
    profile.port = QStringLiteral("1");
    const ConnectionReport report = testConnection(profile, {});
    QVERIFY2(report.host.state == State::Bad, qPrintable(report.host.text));
    QVERIFY2(report.host.text.contains(QLatin1String("localhost")), qPrintable(report.host.text));
    QVERIFY2(report.tls.state == State::NotReached, qPrintable(report.tls.text));
    QVERIFY(!report.usable());
    const auto store = openStore(profile, {});
    QVERIFY(!store);
    QVERIFY2(store.error().message.contains(QLatin1String("localhost")), qPrintable(store.error().message));
}

void TestConnectionTest::explainsTls()
{
    const QString password = QStringLiteral("geheim; 'x' \\");
    ConnectionProfile profile = secure(QStringLiteral("anna"));
    QVERIFY(testConnection(profile, password).tls.state == State::Good);
    profile.tls = TlsMode::Require;
    QVERIFY(testConnection(profile, password).tls.state == State::Weak);
    profile.tls = TlsMode::Disable;
    QVERIFY(testConnection(profile, password).tls.state == State::Weak);
    profile.host.clear(); // By its address alone, as in the clear as before.
    const ConnectionReport byAddress = testConnection(profile, password);
    QVERIFY2(byAddress.tls.state == State::Weak, qPrintable(byAddress.tls.text));
    QVERIFY2(byAddress.host.text.contains(QLatin1String("127.0.0.1")), qPrintable(byAddress.host.text));
    // Another name than the certificate's, and a certificate that nobody vouches for.
    profile = secure(QStringLiteral("anna"));
    profile.host = QStringLiteral("db.example.org");
    ConnectionReport report = testConnection(profile, password);
    QVERIFY2(report.host.state == State::Good, qPrintable(report.host.text));
    QVERIFY2(report.tls.state == State::Bad, qPrintable(report.tls.text));
    QVERIFY2(report.tls.text.contains(QLatin1String("db.example.org")), qPrintable(report.tls.text));
    QVERIFY2(report.password.state == State::NotReached, qPrintable(report.password.text));
    profile = secure(QStringLiteral("anna"));
    profile.rootCertificate = QStringLiteral("/etc/ssl/certs/ca-certificates.crt");
    report = testConnection(profile, password);
    QVERIFY2(report.tls.state == State::Bad, qPrintable(report.tls.text));
    QVERIFY(!openStore(profile, {}));
    // A socket needs none.
    QVERIFY(testConnection(*ConnectionProfile::fromUrl(m_url), {}).tls.state == State::Good);
}

/// What the profile leaves open libpq takes from the environment, and that is no socket then.
void TestConnectionTest::knowsWhereTheEnvironmentLeads()
{
    ConnectionProfile profile = secure(QStringLiteral("anna"));
    profile.host.clear();
    profile.parameters.clear();
    profile.tls = TlsMode::Disable;
    for (const auto &[variable, value] : {std::pair("PGHOST", "localhost"), std::pair("PGHOSTADDR", "127.0.0.1")}) {
        qputenv(variable, value);
        const auto unset = qScopeGuard([name = variable] { qunsetenv(name); });
        const ConnectionReport report = testConnection(profile, QStringLiteral("geheim; 'x' \\"));
        QVERIFY2(report.password.state == State::Good, qPrintable(report.password.text));
        QVERIFY2(report.tls.state == State::Weak, qPrintable(report.tls.text));
        QVERIFY2(report.host.text.contains(QLatin1String(value)), qPrintable(report.host.text));
        QVERIFY(profile.overTcp());
    }
    QVERIFY(!profile.overTcp());
    // What a service names is not seen here.
    QVERIFY(!ConnectionProfile::fromUrl(QStringLiteral("postgresql:///d?service=live")));
    qputenv("PGSERVICE", "live");
    QVERIFY(profile.overTcp());
    qunsetenv("PGSERVICE");
}

void TestConnectionTest::explainsThePassword()
{
    const ConnectionProfile profile = secure(QStringLiteral("anna"));
    ConnectionReport report = testConnection(profile, {});
    QVERIFY2(report.tls.state == State::Good, qPrintable(report.tls.text));
    QVERIFY2(report.password.state == State::Bad, qPrintable(report.password.text));
    QVERIFY(report.wantsPassword);
    report = testConnection(profile, QStringLiteral("falsch"));
    QVERIFY2(report.password.state == State::Bad, qPrintable(report.password.text));
    QVERIFY(!report.wantsPassword);
    QVERIFY2(report.password.text.contains(QStringLiteral("“anna”")), qPrintable(report.password.text));
    const auto store = openStore(profile, QStringLiteral("falsch"));
    QVERIFY(!store);
    QVERIFY2(store.error().message.contains(QStringLiteral("password of “anna”")), qPrintable(store.error().message));
    const auto let = openStore(profile, QStringLiteral("geheim; 'x' \\"), {});
    QVERIFY2(!let && let.error().message.contains(QLatin1String("bartizanctl init")), "whatever is in it");
    ConnectionProfile elsewhere = profile;
    elsewhere.database = QStringLiteral("nowhere");
    report = testConnection(elsewhere, QStringLiteral("geheim; 'x' \\"));
    QVERIFY2(report.password.state == State::Bad, qPrintable(report.password.text));
    QVERIFY2(report.password.text.contains(QLatin1String("nowhere")), qPrintable(report.password.text));
}

void TestConnectionTest::explainsPrivilegesAndSchema()
{
    const QString database = m_cluster->makeDatabase();
    const auto owner = *ConnectionProfile::fromUrl(m_cluster->url(database));
    const auto anna = *ConnectionProfile::fromUrl(m_cluster->url(database, QStringLiteral("anna")));
    ConnectionReport report = testConnection(owner, {});
    QVERIFY2(report.schema.state == State::Bad, qPrintable(report.schema.text));
    QVERIFY(report.mayMakeSchema);
    QVERIFY(!testConnection(anna, {}).mayMakeSchema);
    const auto none = openStore(owner, {});
    QVERIFY2(!none && none.error().message.contains(QLatin1String("bartizanctl init")), "it must be made first");
    VERIFY_OK(openStore(owner, {}, {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}}));
    report = testConnection(owner, {});
    QVERIFY(report.usable());
    QVERIFY2(report.privileges.state == State::Good, qPrintable(report.privileges.text));
    QVERIFY(report.privileges.text.contains(QLatin1String("run the engine")));
    report = testConnection(anna, {});
    QVERIFY(!report.usable());
    // There is one, which she may not use: nobody is to make another.
    QVERIFY(!report.mayMakeSchema);
    QVERIFY2(report.schema.text.contains(QLatin1String("which this user may not look into")), qPrintable(report.schema.text));
    QVERIFY2(report.privileges.state == State::Bad && report.privileges.text.contains(QLatin1String("GRANT bartizan_analyst TO \"anna\"")),
             qPrintable(report.privileges.text));
    m_cluster->sql(database, QStringLiteral("GRANT USAGE ON SCHEMA bartizan TO anna"));
    report = testConnection(anna, {});
    QVERIFY2(report.schema.text.contains(QLatin1String("may not read Bartizan's schema")), qPrintable(report.schema.text));
    m_cluster->sql(database, QStringLiteral("REVOKE USAGE ON SCHEMA bartizan FROM anna"));
    // A newer schema is left alone, an older one is brought up to date.
    m_cluster->sql(database, QStringLiteral("UPDATE bartizan.meta SET value = '99' WHERE key = 'schema'"));
    QVERIFY(testConnection(owner, {}).schema.state == State::Bad);
    const auto newer = openStore(owner, {});
    QVERIFY(!newer);
    QVERIFY2(newer.error().message.contains(QLatin1String("newer Bartizan")), qPrintable(newer.error().message));
    m_cluster->sql(database, QStringLiteral("DROP SCHEMA bartizan CASCADE; CREATE SCHEMA bartizan; CREATE TABLE bartizan.x ()"));
    report = testConnection(owner, {});
    QVERIFY2(report.schema.text.contains(QLatin1String("another program's")) && !report.mayMakeSchema, qPrintable(report.schema.text));
    const auto foreign = openStore(owner, {}, {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}});
    QVERIFY(!foreign);
    QVERIFY2(foreign.error().message.contains(QLatin1String("another program")), qPrintable(foreign.error().message));
}

/// Before Bartizan is set up, and behind it while nobody writes into its own log.
void TestConnectionTest::tellsOfAnApplicationsLog()
{
    const QString database = m_cluster->makeDatabase();
    const auto owner = *ConnectionProfile::fromUrl(m_cluster->url(database));
    QVERIFY(checkAuditLog(owner, {}) == ConnectionCheck());
    m_cluster->sql(database, QStringLiteral("CREATE TABLE \"SecurityAuditLog\" (id text PRIMARY KEY, \"eventType\" text, action text, "
                                            "outcome text, timestamp timestamp(3)); CREATE TABLE other (timestamp int, event_type text, "
                                            "action text, outcome text)"));
    const QString command = QStringLiteral("“bartizanctl --db '%1' attach 'public.\"SecurityAuditLog\"'” follows it").arg(owner.toUrl());
    ConnectionCheck check = checkAuditLog(owner, {});
    QVERIFY2(check.state == State::Weak && check.text.contains(command), qPrintable(check.text));
    VERIFY_OK(openStore(owner, {}, {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}}));
    check = checkAuditLog(owner, {});
    QVERIFY2(check.state == State::Weak && check.text.startsWith(QLatin1String("Bartizan's own audit log")) && check.text.contains(command),
             qPrintable(check.text));
    m_cluster->sql(database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                            "VALUES ('AUTHENTICATION', 'login', 'FAILURE')"));
    QVERIFY(checkAuditLog(owner, {}).state == State::Good);
    m_cluster->sql(database, QStringLiteral("DROP SCHEMA bartizan CASCADE; DROP TABLE \"SecurityAuditLog\""));
    check = checkAuditLog(owner, {});
    QVERIFY2(check.state == State::Weak && check.text.contains(QLatin1String("public.other looks like"))
                 && check.text.contains(QStringLiteral("it has no column for “id”")),
             qPrintable(check.text));
}

void TestConnectionTest::outlivesARestart()
{
    const QString database = m_cluster->makeDatabase();
    const QString url = m_cluster->url(database);
    auto store = std::move(*openStore(*ConnectionProfile::fromUrl(url), {}, {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}}));
    VERIFY_OK(appendRows(*store, {failedLogin(kNoon)}));
    m_cluster->stop();
    const auto lost = store->countEvents({});
    QVERIFY(!lost);
    QVERIFY2(lost.error().message.contains(QLatin1String("connection")), qPrintable(lost.error().message));
    QVERIFY(!store->changed());
    QVERIFY(!openStore(url));
    m_cluster->start();
    QVERIFY(!appendRows(*store, {failedLogin(kNoon)})); // It stays lost, whoever has it opens another one.
    store = std::move(*openStore(url));
    QCOMPARE(*store->countEvents({}), 1);
}

void TestConnectionTest::outlivesACutConnection()
{
    const QString database = m_cluster->makeDatabase();
    const auto store = std::move(*openStore(*ConnectionProfile::fromUrl(m_cluster->url(database)), {},
                                            {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}}));
    (void)store->changed();
    m_cluster->sql(database, QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                            "WHERE datname = current_database() AND pid <> pg_backend_pid()"));
    // An idle connection notices as well: it is what consoles wait on.
    QTRY_VERIFY_WITH_TIMEOUT(!store->changed(), 10'000);
}

void TestConnectionTest::tellsOfTimeoutsAndReadOnlyServers()
{
    const QString database = m_cluster->makeDatabase();
    const QString url = m_cluster->url(database);
    auto store = std::move(*openStore(*ConnectionProfile::fromUrl(url), {}, {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}}));
    m_cluster->sql(database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                            "SELECT 'AUTHENTICATION', 'x', 'FAILURE' FROM generate_series(1, 50000)"));
    m_cluster->sql(database, QStringLiteral("ALTER DATABASE %1 SET statement_timeout = '1ms'").arg(database));
    auto limited = openStore(url);
    const QString said = limited ? [&] { const auto metrics = (*limited)->metricsInputs({}); return metrics ? QString() : metrics.error().message; }()
                                 : limited.error().message;
    QVERIFY2(said.contains(QLatin1String("took too long")), qPrintable(said));
    m_cluster->sql(database, QStringLiteral("ALTER DATABASE %1 RESET statement_timeout; "
                                            "ALTER DATABASE %1 SET default_transaction_read_only = on").arg(database));
    store = std::move(*openStore(url));
    QVERIFY(!store->readOnlyReason().isEmpty());
    QCOMPARE(*store->countEvents({}), 50'000);
    const auto refused = appendRows(*store, {failedLogin(kNoon)});
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(QLatin1String("read-only")), qPrintable(refused.error().message));
}

QTEST_GUILESS_MAIN(TestConnectionTest)
#include "tst_connectiontest.moc"
