// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QDateTime>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresCluster;

/// What Citus asks of the schema before packaging/postgresql/citus.sql can spread it, as the catalogue of a database of
/// ours tells it, and what becomes of it then. Citus itself is not needed.
class TestCitus : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_cluster.reset(); }

    void placesEveryTable();
    void hasTheDistributionColumnInEveryKey();
    void spreadsAndGoesOn();
    void goesWithoutRoles();
    void asksNothingThatCitusRefuses();

private:
    /// Has the script run on a database, with what Citus refuses in place of Citus.
    void spread(const QString &database) const;
    QStringList lines(const QString &query) const
    {
        const QString answer = QString::fromUtf8(m_cluster->sql(m_database, query));
        return answer.isEmpty() ? QStringList() : answer.split(QLatin1Char('\n'));
    }

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
    QString m_script;
    QSet<QString> m_references;            ///< Tables that are copied to every server.
    QMap<QString, QString> m_distributed;  ///< The others, with the column that they are spread by.
};

void TestCitus::initTestCase()
{
    SKIP_WITHOUT_POSTGRES();
    QFile file(QStringLiteral(BARTIZAN_CITUS_SQL));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_script = QString::fromUtf8(file.readAll());
    static const QRegularExpression list(QStringLiteral("unnest\\(ARRAY\\[([^\\]]*)\\]"));
    static const QRegularExpression word(QStringLiteral("'(\\w+)'"));
    for (auto names = word.globalMatch(list.match(m_script).captured(1)); names.hasNext();)
        m_references.insert(names.next().captured(1));
    static const QRegularExpression distributed(
        QStringLiteral("create_distributed_table\\('bartizan\\.(\\w+)', '(\\w+)'\\)"));
    for (auto found = distributed.globalMatch(m_script); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        m_distributed.insert(match.captured(1), match.captured(2));
    }
    QVERIFY(!m_references.isEmpty());
    QVERIFY(m_distributed.contains(QStringLiteral("audit")));
    PostgresCluster::Options options;
    options.settings = {QStringLiteral("log_statement=all")};
    m_cluster = std::make_unique<PostgresCluster>(options);
    m_database = m_cluster->makeDatabase();
    const auto store = openStore(m_cluster->url(m_database), {.mode = StoreOptions::Mode::Create});
    VERIFY_OK(store);
    VERIFY_OK(appendRows(**store, {failedLogin(kNoon)})); // With a month of its own.
}

/// A table that stays on the coordinator alone could not be joined with the others.
void TestCitus::placesEveryTable()
{
    const QStringList tables = lines(QStringLiteral("SELECT relname FROM pg_class WHERE relnamespace = 'bartizan'::regnamespace "
                                                    "AND relkind IN ('r', 'p') AND NOT relispartition"));
    QVERIFY(tables.size() > 20);
    qsizetype placed = 0;
    for (const QString &table : tables) {
        if (m_script.contains(QStringLiteral("DROP TABLE bartizan.%1;").arg(table)))
            continue;
        ++placed;
        QVERIFY2(m_references.contains(table) != m_distributed.contains(table),
                 qPrintable(QStringLiteral("%1 is not named, or named twice, in citus.sql").arg(table)));
    }
    QCOMPARE(m_references.size() + m_distributed.size(), placed); // And no other ones are named.
}

void TestCitus::hasTheDistributionColumnInEveryKey()
{
    for (auto table = m_distributed.cbegin(); table != m_distributed.cend(); ++table) {
        const QStringList keys = lines(
            QStringLiteral("SELECT i.indexrelid::regclass::text, '%2' = ANY (SELECT a.attname FROM pg_attribute AS a "
                           "WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)), "
                           "(SELECT attnotnull FROM pg_attribute WHERE attrelid = i.indrelid AND attname = '%2') "
                           "FROM pg_index AS i WHERE (i.indisunique OR i.indisexclusion) AND i.indrelid IN "
                           "(SELECT relid FROM pg_partition_tree('bartizan.%1'))")
                .arg(table.key(), table.value()));
        QVERIFY(keys.size() >= 3); // Of the table, of what has no month, and of the month.
        for (const QString &key : keys)
            QVERIFY2(key.endsWith(QLatin1String("|t|t")), qPrintable(key));
        const QStringList constraints = lines(
            QStringLiteral("SELECT c.conname, '%2' = ANY (SELECT a.attname FROM pg_attribute AS a "
                           "WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) FROM pg_constraint AS c "
                           "WHERE c.contype IN ('p', 'u', 'x') AND c.conrelid IN "
                           "(SELECT relid FROM pg_partition_tree('bartizan.%1'))")
                .arg(table.key(), table.value()));
        QVERIFY(!constraints.isEmpty());
        for (const QString &constraint : constraints)
            QVERIFY2(constraint.endsWith(QLatin1String("|t")), qPrintable(constraint));
    }
}

void TestCitus::spread(const QString &database) const
{
    const auto sql = [&](const QString &text) { return m_cluster->sql(database, text); };
    sql(QStringLiteral(
        "CREATE TABLE spread (name regclass); "
        "CREATE VIEW pg_dist_partition AS SELECT name AS logicalrelid FROM spread; "
        "CREATE FUNCTION refuse_what_citus_refuses(name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = name AND NOT tgisinternal) THEN "
        "RAISE EXCEPTION 'triggers are not supported: %', name; END IF; "
        // As the owner it asks the other servers, where nothing of who has logged in here is known.
        "IF NOT (SELECT r.rolcanlogin FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner WHERE c.oid = name) THEN "
        "RAISE EXCEPTION 'role is not permitted to log in: owner of %', name; END IF; "
        "IF EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = name) THEN "
        "RAISE EXCEPTION 'rows are shown by whoever is connected here: %', name; END IF; "
        "IF EXISTS (SELECT 1 FROM spread AS s WHERE s.name = refuse_what_citus_refuses.name) THEN "
        "RAISE EXCEPTION 'is distributed already: %', name; END IF; "
        "IF EXISTS (SELECT 1 FROM pg_constraint AS c WHERE c.contype = 'f' AND c.conrelid = name AND c.confrelid <> name "
        "AND c.confrelid NOT IN (SELECT s.name FROM spread AS s)) THEN "
        "RAISE EXCEPTION 'refers to a table that is not on every server: %', name; END IF; "
        "INSERT INTO spread VALUES (name); END $$; "
        "CREATE FUNCTION create_reference_table(name regclass) RETURNS void LANGUAGE sql AS "
        "$$ SELECT refuse_what_citus_refuses(name) $$; "
        "CREATE FUNCTION create_distributed_table(name regclass, by text) RETURNS void LANGUAGE sql AS "
        "$$ SELECT refuse_what_citus_refuses(name) $$"));
    QString script = m_script;
    QVERIFY(script.contains(QLatin1String("CREATE EXTENSION IF NOT EXISTS citus;")));
    script.remove(QStringLiteral("CREATE EXTENSION IF NOT EXISTS citus;"));
    sql(script);
    sql(script); // Again, it changes nothing.
    // Once: engines and consoles that run go by it.
    QCOMPARE(sql(QStringLiteral("SELECT has_tx, generation FROM bartizan.source")), QByteArray("f|1"));
}

/// The whole script, with what Citus refuses in place of Citus: tables with triggers, and keys into tables that are not on
/// every server. What Bartizan does then with the log and the alerts still works.
void TestCitus::spreadsAndGoesOn()
{
    const QString database = m_cluster->makeDatabase();
    const auto profile = *ConnectionProfile::fromUrl(m_cluster->url(database));
    const auto store = std::move(*openStore(profile, {}, {.mode = StoreOptions::Mode::Create}));
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon)})));
    const auto sql = [&](const QString &text) { return m_cluster->sql(database, text); };
    spread(database);

    // Housekeeping does not count alerts, of which there may be a million: it gets on while nobody may read them.
    PostgresConnection holder;
    VERIFY_OK(holder.open(profile, {}, QStringLiteral("psql")));
    VERIFY_OK(holder.execute("BEGIN; LOCK TABLE bartizan.alert"));
    sql(QStringLiteral("SET lock_timeout = '1s'; SELECT bartizan.sum_alert_counts()"));
    VERIFY_OK(holder.execute("COMMIT"));

    // Months are made with the rows that came before them, and dropped with what is in no month.
    const auto engine = std::move(*openStore(profile, {}, {.role = StoreOptions::Role::Engine}));
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QDate month = QDate(now.date().year(), now.date().month(), 1).addMonths(-11);
    const auto startOf = [](const QDate &day) { return day.startOfDay(Qt::UTC).toMSecsSinceEpoch(); };
    sql(QStringLiteral("INSERT INTO bartizan.audit (timestamp, event_type, outcome, action) VALUES (%1, 0, 1, 'in no month'), "
                       "(%2, 0, 1, 'before its month'), (%3, 0, 1, 'of now')")
            .arg(startOf(month.addYears(-10)))
            .arg(startOf(month))
            .arg(now.toMSecsSinceEpoch()));
    const QString kept = QStringLiteral("SELECT string_agg(action, ', ' ORDER BY timestamp) FROM bartizan.audit WHERE action LIKE '% %'");
    QCOMPARE(sql(QStringLiteral("SELECT bartizan.make_month(%1)").arg(startOf(month))), QByteArray("t"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.audit_%1").arg(month.toString(QStringLiteral("yyyy_MM")))),
             QByteArray("1"));
    QCOMPARE(sql(kept), QByteArray("in no month, before its month, of now"));
    VERIFY_OK(keepPostgresMonths(profile, {}, 100));
    VERIFY_OK(engine->tidy());
    QCOMPARE(sql(kept), QByteArray("before its month, of now"));
    // Alerts are counted, to whoever may see them.
    VERIFY_OK(engine->commit(commitOf({alertNumber(3, kNoon)})));
    VERIFY_OK(engine->acknowledge(std::vector{alertNumber(1, 0).id}, "ann", kNoon, {}));
    QCOMPARE(engine->metricsInputs({})->activeAlerts, 2);
    QCOMPARE(engine->metricsInputs({})->resolvedAlerts, 1);
    VERIFY_OK(engine->responseTimes({kNoon - 30 * kDay, kNoon + kDay}, {}));
}

/// Neither where they are there nor later on: they tell people apart by who is connected, which only one of the servers knows.
void TestCitus::goesWithoutRoles()
{
    const QString database = m_cluster->makeDatabase();
    const auto profile = *ConnectionProfile::fromUrl(m_cluster->url(database));
    VERIFY_OK(openStore(profile, {}, {.mode = StoreOptions::Mode::Create}));
    m_cluster->sql(database, QStringLiteral("CREATE ROLE crew LOGIN; ALTER SCHEMA bartizan OWNER TO crew"));
    spread(database);
    QCOMPARE(m_cluster->sql(database, QStringLiteral("SELECT DISTINCT relowner::regrole FROM pg_class WHERE relnamespace = "
                                                     "'bartizan'::regnamespace AND relname IN ('alert_count', 'alert_open')")),
             QByteArray("crew"));
    const auto made = makePostgresRoles(profile, {});
    QVERIFY(!made);
    QVERIFY2(made.error().message.contains(QLatin1String("without roles")), qPrintable(made.error().message));

    const QString other = m_cluster->makeDatabase();
    const auto elsewhere = *ConnectionProfile::fromUrl(m_cluster->url(other));
    VERIFY_OK(openStore(elsewhere, {}, {.mode = StoreOptions::Mode::Create}));
    VERIFY_OK(makePostgresRoles(elsewhere, {}));
    bool ok = true;
    const QByteArray said = m_cluster->trySql(other, m_script, QStringLiteral("postgres"), &ok);
    QVERIFY2(!ok && said.contains("goes without roles"), said.constData());
}

/// Of the log, whose rows are on several servers, no subquery may have an OFFSET or a LIMIT that refers to the query around it.
void TestCitus::asksNothingThatCitusRefuses()
{
    const QString database = m_cluster->makeDatabase();
    const auto profile = *ConnectionProfile::fromUrl(m_cluster->url(database));
    VERIFY_OK(openStore(profile, {}, {.mode = StoreOptions::Mode::Create}));
    spread(database);
    QFile log(m_cluster->socketFolder() + QStringLiteral("/server.log"));
    QVERIFY(log.open(QIODevice::ReadOnly));
    log.readAll();
    const auto engine = std::move(*openStore(profile, {}, {.role = StoreOptions::Role::Engine}));
    VERIFY_OK(appendRows(*engine, {failedLogin(kNoon), failedLogin(kNoon + kHour)}));
    m_cluster->sql(database, QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                            "SELECT 'AUTHENTICATION', 'login', 'FAILURE' FROM generate_series(1, 5)"));
    QCOMPARE(engine->backlog(0, 100)->count, 7);
    QCOMPARE(engine->fetchAfter(0, 100)->size(), 7U);
    VERIFY_OK(engine->commit(commitOf({alertNumber(1, kNoon)}, {7, kNoon, kNoon, 0})));
    MetricsQuery edges;
    edges.range = {kNoon + 1, kNoon + kHour};
    for (int round = 0; round < 2; ++round) { // Without roll-ups, and with them.
        QCOMPARE(engine->metricsInputs({})->totalEvents, 8);
        QCOMPARE(engine->metricsInputs(edges)->totalEvents, 1);
        for (bool more = true; more;) {
            const auto rolledUp = engine->rollUp(nullptr);
            VERIFY_OK(rolledUp);
            more = *rolledUp;
        }
    }
    VERIFY_OK(appendRows(*engine, {failedLogin(kNoon + 2 * kHour)})); // What comes behind them.
    QCOMPARE(engine->metricsInputs({})->totalEvents, 9);
    QCOMPARE(engine->events({})->size(), 9U);
    QCOMPARE(*engine->countEvents({}), 9);
    VERIFY_OK(engine->ipActivity("203.0.113.9", edges.range));
    VERIFY_OK(engine->loadCheckpoint());
    VERIFY_OK(engine->extent());
    const QStringList statements = QString::fromUtf8(log.readAll()).split(QStringLiteral(" LOG:  "));
    int asked = 0;
    static const QRegularExpression ofTheLog(QStringLiteral("bartizan\\.(log|log_all|log_raw)\\b"));
    for (const QString &statement : statements) {
        if (!statement.contains(ofTheLog))
            continue;
        ++asked;
        QVERIFY2(!statement.contains(QLatin1String("OFFSET")), qPrintable(statement));
        QVERIFY2(!statement.contains(QLatin1String("LATERAL")), qPrintable(statement));
    }
    QVERIFY2(asked > 10, qPrintable(QString::number(asked)));
}

QTEST_GUILESS_MAIN(TestCitus)
#include "tst_citus.moc"
