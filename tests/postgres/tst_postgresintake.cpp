// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engineprocessor.h"
#include "core/ports/clock.h"
#include "core/storage/auditattach.h"
#include "core/storage/postgresschema.h"
#include "core/storage/postgresstore.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <libpq-fe.h>

using namespace bartizan;
using bartizan::test::PostgresCluster;

namespace {

constexpr int kPatienceMs = 60'000;
const QString kLogin = QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) "
                                      "SELECT 'AUTHENTICATION', '%1', 'FAILURE' FROM generate_series(1, %2)");
const QString kTable = QStringLiteral(
    "CREATE TABLE log (id bigserial PRIMARY KEY, event_type text NOT NULL, action text NOT NULL, outcome text NOT NULL, "
    "severity text, ip_address text, timestamp timestamptz NOT NULL DEFAULT now()); CREATE INDEX ON log (timestamp)");
const QString kEntry = QStringLiteral("INSERT INTO log (event_type, action, outcome, ip_address) "
                                      "SELECT 'AUTHENTICATION', '%1', 'FAILURE', '203.0.113.9' FROM generate_series(1, %2)");

std::string actionsOf(const Result<std::vector<AuditEvent>> &rows)
{
    std::string actions = rows ? "" : "failed: " + rows.error().message.toStdString();
    for (const AuditEvent &row : rows ? *rows : std::vector<AuditEvent>())
        actions += (actions.empty() ? "" : " ") + row.action;
    return actions;
}

} // namespace

/// How rows of applications are taken in, whatever becomes of the server, the table and the engine.
class TestPostgresIntake : public QObject {
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
        m_profile = *ConnectionProfile::fromUrl(m_cluster->url(m_database));
        VERIFY_OK(openStore(m_profile, {}, {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}}));
    }
    void cleanupTestCase() { m_cluster.reset(); }

    void goesOnAfterARestore_data();
    void goesOnAfterARestore();
    void passesOverRowsThatAreGone();
    void passesOverMonthsThatAreGone();
    void resumesWhereRowsAreGone();
    void findsLateCommitsAfterARestart();
    void findsWhatRanBeforeItsFirstLook();
    void quarantinesWhatItCannotRead_data();
    void quarantinesWhatItCannotRead();
    void quarantinesWhatHasNoTime_data();
    void quarantinesWhatHasNoTime();
    void refusesNoRowForItsTime();
    void countsUpToABound();
    void comparesNoRowWithAll_data();
    void comparesNoRowWithAll();

private:
    std::unique_ptr<Store> engine() { return engineOf(m_profile); }
    static std::unique_ptr<Store> engineOf(const ConnectionProfile &profile)
    {
        StoreOptions options;
        options.role = StoreOptions::Role::Engine;
        return std::move(*openStore(profile, {}, options));
    }
    /// An engine that looks through the whole overlap each time, which is no longer than the oldest transaction.
    std::unique_ptr<Store> hastyEngine()
    {
        auto store = engine();
        dynamic_cast<PostgresStore &>(*store).setPace({std::chrono::milliseconds(0), 0, 0});
        return store;
    }
    Result<void> attach(bool addCursor = false)
    {
        sql(kTable);
        const auto table = describeAuditTable(m_profile, {}, QStringLiteral("public.log"), {});
        return table ? attachAuditTable(m_profile, {}, *table, {addCursor, false}) : Result<void>(table.error());
    }
    QByteArray sql(const QString &text) { return m_cluster->sql(m_database, text); }

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
    ConnectionProfile m_profile;
};

void TestPostgresIntake::goesOnAfterARestore_data()
{
    QTest::addColumn<bool>("addCursor");
    QTest::addColumn<bool>("own");
    QTest::addColumn<bool>("overtaken");
    QTest::newRow("Bartizan's log") << false << true << false;
    QTest::newRow("an application's") << true << false << false;
    QTest::newRow("without a cursor") << false << false << false;
    QTest::newRow("whose server has come as far meanwhile") << false << true << true;
}

/// A dump brings the numbers of transactions to a server that is yet to give them out.
void TestPostgresIntake::goesOnAfterARestore()
{
    QFETCH(const bool, own);
    QFETCH(const bool, overtaken);
    const QString insert = own ? kLogin : kEntry;
    const QString use = QStringLiteral("DO $$ BEGIN FOR i IN 1..5000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
    if (!own) {
        QFETCH(const bool, addCursor);
        VERIFY_OK(attach(addCursor));
    }
    sql(use);
    sql(insert.arg(QStringLiteral("old")).arg(3));
    {
        const auto store = engine();
        QCOMPARE(actionsOf(store->fetchAfter(0, 100)), std::string("old old old"));
        QCOMPARE(actionsOf(store->fetchAfter(3, 100)), std::string());
        VERIFY_OK(store->commit(commitOf({}, {3, kNoon, kNoon, 0})));
    }
    sql(insert.arg(QStringLiteral("waiting")).arg(2));

    PostgresCluster other;
    const QString database = other.makeDatabase();
    QProcess dump;
    QProcess restore;
    dump.setStandardOutputProcess(&restore);
    restore.setProcessChannelMode(QProcess::MergedChannels);
    dump.start(QStringLiteral("pg_dump"), {m_cluster->url(m_database)});
    restore.start(QStringLiteral("psql"), {QStringLiteral("-qXv"), QStringLiteral("ON_ERROR_STOP=1"), other.url(database)});
    QVERIFY(dump.waitForFinished(kPatienceMs) && restore.waitForFinished(kPatienceMs));
    QVERIFY2(dump.exitCode() == 0 && restore.exitCode() == 0, restore.readAll().constData());
    other.sql(database, insert.arg(QStringLiteral("new")).arg(2));
    if (overtaken) {
        other.sql(database, use);
        other.sql(database, use);
    }

    const auto profile = *ConnectionProfile::fromUrl(other.url(database));
    QCOMPARE((*openStore(profile, {}, {}))->backlog(3)->count, 4);
    const auto store = engineOf(profile);
    QCOMPARE(actionsOf(store->fetchAfter(3, 100)), std::string("waiting waiting new new"));
    QCOMPARE(actionsOf(store->fetchAfter(7, 100)), std::string());
    other.sql(database, insert.arg(QStringLiteral("newest")).arg(1));
    std::string found;
    QTRY_VERIFY_WITH_TIMEOUT(!(found = actionsOf(store->fetchAfter(7, 100))).empty(), kPatienceMs);
    QCOMPARE(found, std::string("newest"));
    QCOMPARE(store->backlog(8)->count, 0);
}

/// The application keeps its own log short, and is ahead of the engine.
void TestPostgresIntake::passesOverRowsThatAreGone()
{
    VERIFY_OK(attach(true));
    sql(kEntry.arg(QStringLiteral("kept")).arg(5));
    sql(kEntry.arg(QStringLiteral("gone")).arg(17));
    sql(kEntry.arg(QStringLiteral("last")).arg(3));
    const auto store = engine();
    QCOMPARE(store->fetchAfter(0, 5)->size(), 5U);
    sql(QStringLiteral("DELETE FROM log WHERE action = 'gone'"));
    const auto next = store->fetchAfter(5, 5);
    QCOMPARE(actionsOf(next), std::string("last last last"));
    QCOMPARE(next->back().id, 25);
    QCOMPARE((*openStore(m_profile, {}, {}))->backlog(5)->count, 3);

    // All that has a number.
    sql(kEntry.arg(QStringLiteral("more")).arg(40));
    QCOMPARE(store->fetchAfter(25, 5)->size(), 5U);
    sql(QStringLiteral("DELETE FROM log"));
    QCOMPARE(store->fetchAfter(30, 5)->size(), 0U);
    QCOMPARE(store->backlog(30)->count, 0);
    QCOMPARE((*openStore(m_profile, {}, {}))->backlog(30)->count, 0);
    sql(kEntry.arg(QStringLiteral("new")).arg(2));
    const auto found = store->fetchAfter(30, 5);
    QCOMPARE(actionsOf(found), std::string("new new"));
    QCOMPARE(found->back().id, 67);
}

void TestPostgresIntake::passesOverMonthsThatAreGone()
{
    constexpr TimestampMs kMay = 1'462'060'800'000; // 2016-05-01
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 30; ++i)
        rows.push_back(failedLogin(kMay + i * kHour));
    const auto store = engine();
    VERIFY_OK(appendRows(*store, rows));
    QCOMPARE(store->fetchAfter(0, 5)->size(), 5U);
    VERIFY_OK(keepPostgresMonths(m_profile, {}, 6));
    VERIFY_OK(store->tidy());
    QCOMPARE(*store->countEvents({}), 0);
    sql(kLogin.arg(QStringLiteral("new")).arg(1));
    const auto found = store->fetchAfter(5, 5);
    QCOMPARE(actionsOf(found), std::string("new"));
    QCOMPARE(found->back().id, 31);
    QCOMPARE((*openStore(m_profile, {}, {}))->backlog(5)->count, 1);
}

/// An engine that goes on from its checkpoint asks for as many rows as it has judged since; it must not judge others.
void TestPostgresIntake::resumesWhereRowsAreGone()
{
    VERIFY_OK(attach(true));
    const SystemClock clock;
    const auto store = engine();
    {
        EngineProcessor processor(*store, clock);
        VERIFY_OK(processor.begin());
        sql(kEntry.arg(QStringLiteral("harmless")).arg(1));
        VERIFY_OK(processor.step(100));
        VERIFY_OK(processor.checkpoint());
        sql(QStringLiteral("INSERT INTO log (event_type, action, outcome) "
                           "SELECT 'API_SECURITY', 'call', 'SUCCESS' FROM generate_series(1, 8)"));
        VERIFY_OK(processor.step(100));
        QCOMPARE(processor.cursor().lastRowId, 9);
    }
    sql(QStringLiteral("DELETE FROM log WHERE action = 'call'"));
    sql(kEntry.arg(QStringLiteral("login")).arg(3));
    const auto next = engine();
    QCOMPARE(next->fetchAfter(9, 100)->size(), 3U); // They have their numbers.
    EngineProcessor processor(*next, clock);
    VERIFY_OK(processor.begin());
    QVERIFY(processor.resumed());
    const auto step = processor.step(100);
    VERIFY_OK(step);
    QCOMPARE(step->rows, 3);
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert")), QByteArray("0")); // Four failures, not seven.
}

/// A row appears when its transaction ends: the engine that finds it is not the one that ran when it was written.
void TestPostgresIntake::findsLateCommitsAfterARestart()
{
    VERIFY_OK(attach());
    auto store = hastyEngine();
    QCOMPARE(actionsOf(store->fetchAfter(0, 100)), std::string());
    PGconn *late = PQconnectdb(m_cluster->url(m_database).toUtf8().constData());
    PQclear(PQexec(late, "BEGIN"));
    PQclear(PQexec(late, kEntry.arg(QStringLiteral("late")).arg(1).toUtf8().constData()));
    const auto past = [this](const QString &action) {
        return sql(QStringLiteral("SELECT clock_timestamp() > max(timestamp) + interval '2 ms' FROM log WHERE action = '%1'")
                       .arg(action)) == "t";
    };
    sql(kEntry.arg(QStringLiteral("new")).arg(1));
    QCOMPARE(actionsOf(store->fetchAfter(0, 100)), std::string("new"));
    QTRY_VERIFY_WITH_TIMEOUT(past(QStringLiteral("new")), kPatienceMs);
    QCOMPARE(actionsOf(store->fetchAfter(1, 100)), std::string());

    store = hastyEngine();
    QCOMPARE(actionsOf(store->fetchAfter(1, 100)), std::string());
    sql(kEntry.arg(QStringLiteral("newer")).arg(1));
    QCOMPARE(actionsOf(store->fetchAfter(1, 100)), std::string("newer"));
    QTRY_VERIFY_WITH_TIMEOUT(past(QStringLiteral("newer")), kPatienceMs);
    QCOMPARE(actionsOf(store->fetchAfter(2, 100)), std::string());
    PQclear(PQexec(late, "COMMIT"));
    PQfinish(late);
    const auto found = store->fetchAfter(2, 100);
    QCOMPARE(actionsOf(found), std::string("late"));
    QCOMPARE(found->back().id, 3);
}

/// Nobody knows for how long a transaction has been running that was there before the engine.
void TestPostgresIntake::findsWhatRanBeforeItsFirstLook()
{
    VERIFY_OK(attach());
    PGconn *late = PQconnectdb(m_cluster->url(m_database).toUtf8().constData());
    PQclear(PQexec(late, "BEGIN"));
    PQclear(PQexec(late, kEntry.arg(QStringLiteral("late")).arg(1).toUtf8().constData()));
    PQclear(PQexec(late, "UPDATE log SET timestamp = now() - interval '1 day'"));
    const auto store = hastyEngine();
    sql(kEntry.arg(QStringLiteral("new")).arg(1));
    QCOMPARE(actionsOf(store->fetchAfter(0, 100)), std::string("new"));
    QCOMPARE(actionsOf(store->fetchAfter(1, 100)), std::string());
    PQclear(PQexec(late, "COMMIT"));
    PQfinish(late);
    QCOMPARE(actionsOf(store->fetchAfter(1, 100)), std::string("late"));
    QCOMPARE(actionsOf(store->fetchAfter(2, 100)), std::string());
}

void TestPostgresIntake::quarantinesWhatItCannotRead_data()
{
    QTest::addColumn<bool>("addCursor");
    QTest::newRow("with a cursor") << true;
    QTest::newRow("without") << false;
}

void TestPostgresIntake::quarantinesWhatItCannotRead()
{
    QFETCH(const bool, addCursor);
    VERIFY_OK(attach(addCursor));
    sql(QStringLiteral("ALTER TABLE log ALTER outcome DROP NOT NULL"));
    sql(kEntry.arg(QStringLiteral("good")).arg(1));
    sql(QStringLiteral("INSERT INTO log (event_type, action, outcome, severity, timestamp) VALUES "
                       "('TEA''S', 'a', 'FAILURE', NULL, now()), ('AUTHENTICATION', 'b', NULL, NULL, now()), "
                       "('AUTHENTICATION', 'c', 'LATE', NULL, now()), ('AUTHENTICATION', 'd', 'FAILURE', NULL, 'infinity'), "
                       "('AUTHENTICATION', 'e', 'FAILURE', NULL, '-infinity'), ('AUTHENTICATION', 'good', 'FAILURE', 'WARN', now())"));
    const auto all = [](Store &store) {
        std::string reasons;
        const auto lines = store.quarantined(0, 100);
        if (!lines)
            return lines.error().message.toStdString();
        for (const QuarantinedLine &line : *lines) {
            if (line.source != "public.log" || line.text.find("\"action\": ") == std::string::npos)
                qFatal("%s: %s", line.source.c_str(), line.text.c_str());
            reasons += line.reason + '\n';
        }
        return reasons;
    };
    const std::string expected = "timestamp: \"-infinity\" is no time\nevent_type: \"TEA'S\" is unknown\n"
                                 "outcome: is missing\noutcome: \"LATE\" is unknown\ntimestamp: \"infinity\" is no time\n";
    auto store = engine();
    const auto rows = store->fetchAfter(0, 100);
    QCOMPARE(actionsOf(rows), std::string("good good"));
    QVERIFY(rows->back().severity == AuditSeverity::Info);
    QCOMPARE(all(*store), expected);
    QCOMPARE(*store->countEvents({}), 2);
    QCOMPARE((*openStore(m_profile, {}, {}))->backlog(0)->count, 2);
    store = engine();
    QCOMPARE(actionsOf(store->fetchAfter(rows->back().id, 100)), std::string());
    QCOMPARE(all(*store), expected);
}

void TestPostgresIntake::quarantinesWhatHasNoTime_data()
{
    QTest::addColumn<QString>("column");
    QTest::addColumn<bool>("addCursor");
    QTest::newRow("times, with a cursor") << QStringLiteral("timestamptz") << true;
    QTest::newRow("times, without") << QStringLiteral("timestamptz") << false;
    QTest::newRow("milliseconds, with a cursor") << QStringLiteral("bigint") << true;
    QTest::newRow("milliseconds, without") << QStringLiteral("bigint") << false;
}

/// Such rows stand before all times or behind none, whatever was taken in before them: once, and not at the cost of others.
void TestPostgresIntake::quarantinesWhatHasNoTime()
{
    QFETCH(const QString, column);
    QFETCH(const bool, addCursor);
    const bool number = column == QLatin1String("bigint");
    sql(kTable);
    sql(number ? QStringLiteral("ALTER TABLE log ALTER timestamp DROP DEFAULT, ALTER timestamp TYPE bigint USING 0, "
                                "ALTER timestamp SET DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
               : QStringLiteral("SELECT 1"));
    sql(QStringLiteral("ALTER TABLE log ALTER timestamp DROP NOT NULL"));
    const auto table = describeAuditTable(m_profile, {}, QStringLiteral("public.log"), {});
    VERIFY_OK(table);
    VERIFY_OK(attachAuditTable(m_profile, {}, *table, {addCursor, false}));
    const auto store = hastyEngine();
    const QString timeless = QStringLiteral("INSERT INTO log (event_type, action, outcome, timestamp) SELECT 'AUTHENTICATION', "
                                            "'timeless', 'FAILURE', %1 FROM generate_series(1, %2) AS i")
                                 .arg(number ? QStringLiteral("NULL")
                                             : QStringLiteral("CASE i % 2 WHEN 0 THEN '-infinity'::timestamptz END"));
    // More than a batch, of rows with a time and without one, in one look.
    sql(kEntry.arg(QStringLiteral("good")).arg(2'500));
    sql(timeless.arg(2'100));
    std::int64_t last = 0;
    std::size_t good = 0;
    const auto fetchAll = [&] {
        for (int nothing = 0; nothing < 3;) { // A batch may be of rows that cannot be read alone.
            const auto rows = store->fetchAfter(last, 1'000);
            nothing += !rows || rows->empty() ? 1 : 0;
            last = rows && !rows->empty() ? rows->back().id : last;
            good += rows ? rows->size() : 0;
        }
    };
    fetchAll();
    QCOMPARE(good, std::size_t{2'500});
    QCOMPARE(*store->quarantinedCount(), 2'100);
    // And when the log was looked through before.
    sql(timeless.arg(2));
    fetchAll();
    sql(kEntry.arg(QStringLiteral("good")).arg(1));
    fetchAll();
    QCOMPARE(good, std::size_t{2'501});
    QCOMPARE(*store->quarantinedCount(), 2'102);
    fetchAll();
    QCOMPARE(*store->quarantinedCount(), 2'102);
    QCOMPARE(sql(QStringLiteral("SELECT DISTINCT reason FROM bartizan.quarantine ORDER BY 1")),
             number ? QByteArray("timestamp: is missing")
                    : QByteArray("timestamp: \"-infinity\" is no time\ntimestamp: is missing"));
    QCOMPARE(store->backlog(last)->count, 0);
}

/// The program that logs goes on, whatever it takes for a time.
void TestPostgresIntake::refusesNoRowForItsTime()
{
    sql(QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, timestamp) VALUES "
                       "('AUTHENTICATION', 'a', 'FAILURE', 'infinity'), ('AUTHENTICATION', 'b', 'FAILURE', '-infinity'), "
                       "('AUTHENTICATION', 'c', 'FAILURE', '2026-11-20 12:00:00Z')"));
    const auto store = engine();
    QCOMPARE(actionsOf(store->fetchAfter(0, 100)), std::string("c"));
    const auto lines = store->quarantined(0, 100);
    QCOMPARE(lines->size(), 2U);
    QCOMPARE(lines->front().reason, std::string("timestamp: \"infinity\" is no time"));
    QVERIFY2(lines->back().text.find("\"action\": \"b\"") != std::string::npos, lines->back().text.c_str());
}

/// Nobody waits until millions are counted.
void TestPostgresIntake::countsUpToABound()
{
    VERIFY_OK(attach(true));
    sql(kEntry.arg(QStringLiteral("many")).arg(101'500));
    const auto store = engine();
    QCOMPARE(store->fetchAfter(0, 10)->size(), 10U);
    QVERIFY((*store->backlog(10) == Backlog{kMostCounted + 990, true})); // 990 have their number.
    const auto watcher = std::move(*openStore(m_profile, {}, {}));
    QVERIFY((*watcher->backlog(10) == Backlog{kMostCounted + 990, true}));
    QVERIFY((*watcher->backlog(10, 500) == Backlog{500, true}));
    QVERIFY((*watcher->backlog(10, 200'000) == Backlog{101'490, false}));
    QVERIFY((*watcher->backlog(10, std::numeric_limits<std::int64_t>::max()) == Backlog{101'490, false}));
    QCOMPARE(store->fetchAfter(10, 20'000)->size(), 20'000U);
    QCOMPARE(store->backlog(20'010)->count, 81'490);
}

void TestPostgresIntake::comparesNoRowWithAll_data()
{
    QTest::addColumn<bool>("own");
    QTest::addColumn<bool>("addCursor");
    QTest::newRow("Bartizan's log, from another server") << true << false;
    QTest::newRow("an application's") << false << true;
    QTest::newRow("without a cursor") << false << false;
}

/// Whatever the server believes: a vacuum that looks while a first import runs takes the intake for empty.
void TestPostgresIntake::comparesNoRowWithAll()
{
    QFETCH(const bool, own);
    QFETCH(const bool, addCursor);
    constexpr int kRows = 2'000;
    const QString insert = own ? kLogin : kEntry;
    if (!own)
        VERIFY_OK(attach(addCursor));
    sql(QStringLiteral("ALTER TABLE bartizan.intake SET (autovacuum_enabled = off)"));
    sql(insert.arg(QStringLiteral("taken")).arg(kRows));
    QCOMPARE(engine()->fetchAfter(0, 10 * kRows)->size(), std::size_t{kRows});
    sql(insert.arg(QStringLiteral("waiting")).arg(3));
    sql(QStringLiteral("UPDATE pg_class SET reltuples = 0, relpages = 20 WHERE oid = 'bartizan.intake'::regclass "
                       "OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'bartizan.intake'::regclass); "
                       "UPDATE bartizan.intake_state SET from_snapshot = NULL, last_time = NULL, scanned_at = NULL"));
    sql(QStringLiteral("ALTER DATABASE %1 SET session_preload_libraries = auto_explain; "
                       "ALTER DATABASE %1 SET auto_explain.log_min_duration = 0; "
                       "ALTER DATABASE %1 SET auto_explain.log_timing = off; ALTER DATABASE %1 SET auto_explain.log_analyze = on").arg(m_database));
    QFile log(m_cluster->socketFolder() + QStringLiteral("/server.log"));
    QVERIFY(log.open(QIODevice::ReadOnly));
    log.seek(log.size());
    const auto store = engine();
    QCOMPARE(actionsOf(store->fetchAfter(kRows, 100)), std::string("waiting waiting waiting"));
    QCOMPARE(actionsOf(store->fetchAfter(kRows + 3, 100)), std::string());
    QCOMPARE(store->backlog(kRows)->count, 3);
    const auto client = std::move(*openStore(m_profile, {}, {}));
    QCOMPARE(client->backlog(kRows)->count, 3);
    const QString plans = QString::fromUtf8(log.readAll());
    QVERIFY2(plans.contains(QLatin1String("actual rows=")), "auto_explain does not tell");
    // Of a join that compares, the server tells how often it did so in vain.
    static const QRegularExpression kCompared(QStringLiteral("Rows Removed by Join Filter: (\\d+)"));
    for (auto found = kCompared.globalMatch(plans); found.hasNext();) {
        const auto one = found.next();
        QVERIFY2(one.capturedView(1).toLongLong() < 10 * kRows,
                 qPrintable(plans.mid(std::max<qsizetype>(0, one.capturedStart() - 3'000), 3'100)));
    }
}

QTEST_GUILESS_MAIN(TestPostgresIntake)
#include "tst_postgresintake.moc"
