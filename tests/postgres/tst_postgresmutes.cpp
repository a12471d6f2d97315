// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/mute.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresCluster;

namespace {

constexpr int kPatienceMs = 60'000;

} // namespace

/// What the server takes for a mute from whoever calls its functions past Bartizan, and what mutes cost the engine.
class TestPostgresMutes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanupTestCase() { m_cluster.reset(); }

    void takesNoMuteOnTrust_data();
    void takesNoMuteOnTrust();
    void storesNetworksAsBartizanReadsThem_data();
    void storesNetworksAsBartizanReadsThem();
    void tellsOfNoAlertThatIsNotSeen();
    void boundsTheMutesOfACaller();
    void readsNoAlertThatNoMuteIsAbout();
    void findsWhatRetentionDrops();

private:
    QByteArray sql(const QString &text) { return m_cluster->sql(m_database, text); }
    /// As anna, who sees what belongs to acme; `arguments` in the order of bartizan.set_mute().
    QByteArray setMute(const QStringList &arguments, bool *ok)
    {
        return m_cluster->trySql(m_database, QStringLiteral("SELECT bartizan.set_mute(%1)").arg(arguments.join(QStringLiteral(", "))),
                                 QStringLiteral("anna"), ok);
    }
    /// What set_mute() takes.
    static QStringList sound()
    {
        return {QStringLiteral("'m'"),    QStringLiteral("'brute-force'"), QStringLiteral("'address:203.0.113.9'"),
                QStringLiteral("''"),     QStringLiteral("'acme'"),        QStringLiteral("'our scanner'"),
                QStringLiteral("''"),     QStringLiteral("'root'"),        QStringLiteral("0"),
                QStringLiteral("3600000")};
    }
    std::unique_ptr<Store> engine() const
    {
        return std::move(*openStore(m_cluster->url(m_database), {.role = StoreOptions::Role::Engine}));
    }

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
};

void TestPostgresMutes::initTestCase()
{
    SKIP_WITHOUT_POSTGRES();
    m_cluster = std::make_unique<PostgresCluster>();
    m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("CREATE ROLE anna LOGIN"));
}

void TestPostgresMutes::init()
{
    m_database = m_cluster->makeDatabase();
    VERIFY_OK(openStore(m_cluster->url(m_database), {.mode = StoreOptions::Mode::Create}));
    VERIFY_OK(makePostgresRoles(*ConnectionProfile::fromUrl(m_cluster->url(m_database)), {}));
    sql(QStringLiteral("GRANT bartizan_analyst TO anna; INSERT INTO bartizan.membership VALUES ('anna', 'acme')"));
}

void TestPostgresMutes::takesNoMuteOnTrust_data()
{
    QTest::addColumn<int>("argument");
    QTest::addColumn<QString>("value");
    const auto add = [](const char *what, int argument, const char *value) {
        QTest::newRow(what) << argument << QString::fromLatin1(value);
    };
    add("an id that says more in a filter", 0, "'x severity:low'");
    add("an id in quotes", 0, R"('"x"')");
    add("no id", 0, "''");
    add("a long id", 0, "repeat('x', 65)");
    add("a rule of any length", 1, "repeat('x', 100000)");
    add("no rule", 1, "''");
    add("a group of no kind", 2, "'planet:mars'");
    add("a group of any length", 2, "'user:' || repeat('x', 100000)");
    add("no network", 3, "'everything'");
    add("bits behind the prefix", 3, "'203.0.113.9/24'");
    add("a network without the address", 3, "'198.51.100.0/24'");
    add("a network of the other family", 3, "'::/0'");
    add("a company of any length", 4, "repeat('x', 100000)");
    add("no reason", 5, "'  '");
    add("a reason of any length", 5, "repeat('x', 4097)");
    add("an alert that is not there", 6, "repeat('x', 100000)");
    add("no end", 9, "0");
    add("an end years ahead", 9, "40000000000");
}

void TestPostgresMutes::takesNoMuteOnTrust()
{
    QFETCH(const int, argument);
    QFETCH(const QString, value);
    QStringList arguments = sound();
    arguments[argument] = value;
    bool ok = true;
    const QByteArray said = setMute(arguments, &ok);
    QVERIFY2(!ok || said != "set", said.constData());
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.mute")), QByteArray("0"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.audit WHERE action = 'alert_mute_set'")), QByteArray("0"));
    QCOMPARE(setMute(sound(), &ok), QByteArray("set"));
    QCOMPARE(sql(QStringLiteral("SELECT created_by FROM bartizan.mute")), QByteArray("anna"));
}

void TestPostgresMutes::storesNetworksAsBartizanReadsThem_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("network");
    QTest::addColumn<QString>("stored");
    const auto add = [](const char *group, const char *network, const char *stored) {
        QTest::newRow(network) << QString::fromLatin1(group) << QString::fromLatin1(network) << QString::fromLatin1(stored);
    };
    add("address:203.0.113.9", "203.0.113.0/24", "203.0.113.0/24");
    add("address:203.0.113.9", "203.0.113", "203.0.113.0/24");
    add("address:203.0.113.9", "203.0.113.9", "203.0.113.9");
    add("address:203.0.113.9", "203.0.113.9/32", "203.0.113.9");
    add("address:::ffff:203.0.113.9", "203.0.113.8/31", "203.0.113.8/31");
    add("address:2001:DB8::1", "2001:db8::/32", "2001:db8::/32");
    add("user:anna", "2001:DB8:0::/48", "2001:db8::/48");
}

void TestPostgresMutes::storesNetworksAsBartizanReadsThem()
{
    QFETCH(const QString, group);
    QFETCH(const QString, network);
    QFETCH(const QString, stored);
    QStringList arguments = sound();
    arguments[2] = QStringLiteral("'%1'").arg(group);
    arguments[3] = QStringLiteral("'%1'").arg(network);
    bool ok = false;
    QCOMPARE(setMute(arguments, &ok), QByteArray("set"));
    const auto mutes = engine()->mutes();
    QCOMPARE(mutes->front().network, stored.toStdString());
    QCOMPARE(checkedNetwork(group.toStdString(), mutes->front().network).value(), stored.toStdString());
}

/// Neither by an answer nor by a line in its history.
void TestPostgresMutes::tellsOfNoAlertThatIsNotSeen()
{
    SecurityAlert zeta = alertNumber(1, kNoon);
    zeta.context.companyId = "zeta";
    SecurityAlert acme = alertNumber(2, kNoon);
    acme.context.companyId = "acme";
    VERIFY_OK(engine()->commit(commitOf({zeta, acme})));
    bool ok = false;
    QStringList arguments = sound();
    arguments[6] = QStringLiteral("'%1'").arg(QString::fromStdString(zeta.id));
    QCOMPARE(setMute(arguments, &ok), QByteArray("unknown"));
    arguments[6] = QStringLiteral("'nowhere'");
    QCOMPARE(setMute(arguments, &ok), QByteArray("unknown"));
    arguments[6] = QStringLiteral("'%1'").arg(QString::fromStdString(acme.id));
    QCOMPARE(setMute(arguments, &ok), QByteArray("set"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert_history WHERE action = 'mute_set'")), QByteArray("1"));
}

void TestPostgresMutes::boundsTheMutesOfACaller()
{
    bool ok = false;
    const QString many = QStringLiteral("SELECT string_agg(DISTINCT bartizan.set_mute('m' || i, 'brute-force', 'user:' || i, '', 'acme', "
                                        "'why', '', '', 0, 1 + i % 2 * 3600000), ' ') FROM generate_series(%1, %2) AS i");
    const QString anna = QStringLiteral("anna");
    QCOMPARE(m_cluster->trySql(m_database, many.arg(1).arg(kMostMutes), anna, &ok), QByteArray("set"));
    QCOMPARE(m_cluster->trySql(m_database, many.arg(1'001).arg(1'100), anna, &ok), QByteArray("many"));
    sql(QStringLiteral("UPDATE bartizan.mute SET created_at = created_at - 86400000 WHERE ends_at = created_at + 1"));
    QCOMPARE(m_cluster->trySql(m_database, many.arg(2'001).arg(2'100), anna, &ok), QByteArray("set"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.mute")).toInt(), kMostMutes + 100);
}

/// The text of an alert stands apart from its row: whether it is read, the server counts.
void TestPostgresMutes::readsNoAlertThatNoMuteIsAbout()
{
    SecurityAlert large = alertNumber(1, kNoon);
    sql(QStringLiteral("ALTER TABLE bartizan.alert ALTER metadata SET STORAGE EXTERNAL"));
    large.metadata = "{\"text\":\"" + std::string(200'000, 'x') + "\"}";
    VERIFY_OK(engine()->commit(commitOf({large})));
    sql(QStringLiteral("INSERT INTO bartizan.mute (id, rule, alert_group, network, reason, alert_id, created_by, created_at, expires_at, "
                       "ends_at) SELECT id, rule, 'user:a', '', 'why', '', 'anna', %1 - 1, ends, ends FROM (VALUES "
                       "('over', 'brute-force', %1), ('other', 'account-enumeration', %1 + 3600000)) AS m (id, rule, ends)")
            .arg(kNoon));
    sql(QStringLiteral("SELECT pg_stat_reset()"));
    {
        const auto store = engine();
        EngineCommit repeats;
        repeats.repeats = {{large.id, 3, kNoon + 1}};
        VERIFY_OK(store->commit(repeats));
    } // Whoever goes leaves his figures.
    const auto figure = [this](const char *column) {
        return sql(QStringLiteral("SELECT %1 FROM pg_statio_user_tables WHERE relid = 'bartizan.alert'::regclass").arg(QLatin1String(column)));
    };
    QTRY_VERIFY_WITH_TIMEOUT(figure("heap_blks_hit + heap_blks_read") != "0", kPatienceMs);
    QCOMPARE(figure("toast_blks_hit + toast_blks_read"), QByteArray("0"));
    QCOMPARE(engine()->alert(large.id)->value().repeats, 3);
}

/// By an index, where there is any choice.
void TestPostgresMutes::findsWhatRetentionDrops()
{
    sql(QStringLiteral("ALTER DATABASE %1 SET enable_seqscan = off").arg(m_database));
    {
        const auto store = engine();
        EngineCommit old = commitOf({alertNumber(1, kNoon - kDay), alertNumber(2, kNoon + kDay)});
        VERIFY_OK(store->commit(old));
        EngineCommit lately = commitOf({alertNumber(3, kNoon - 400 * kDay)});
        lately.at = kNoon + kDay;
        VERIFY_OK(store->commit(lately));
        EngineCommit retention;
        retention.dropAlertsBefore = kNoon;
        VERIFY_OK(store->commit(retention));
        QCOMPARE(store->alerts({})->size(), 2U);
    }
    const auto scans = [this] {
        return sql(QStringLiteral("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'alert_kept'")).toInt();
    };
    QTRY_COMPARE_WITH_TIMEOUT(scans(), 2, kPatienceMs); // One to bury, one to remove.
}

QTEST_GUILESS_MAIN(TestPostgresMutes)
#include "tst_postgresmutes.moc"
