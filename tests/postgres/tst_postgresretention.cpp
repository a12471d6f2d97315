// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/import.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QDateTime>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <future>

using namespace bartizan;
using bartizan::test::PostgresTest;

namespace {

constexpr int kPatienceMs = 60'000;
constexpr TimestampMs kMay = 1'462'060'800'000; // 2016-05-01

} // namespace

/// Old months of the log go, and keep nobody waiting.
class TestPostgresRetention : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void writersGoOnWhileMonthsGo_data();
    void writersGoOnWhileMonthsGo();
    void forgetsWhatWasDroppedInParts();
    void dropsOldRowsThatComeAgain();
    void dropsWhatIsInNoMonthInParts();
    void doesNothingWhereItMayNot();
    void tellsOfImportsThatAreNotKept();
    void dropsAPartOfAMonthToTheEndOfItsDay();

private:
    std::unique_ptr<Store> engine() const
    {
        return std::move(*openStore(m_url, {.role = StoreOptions::Role::Engine}));
    }
    static void rollUpAll(Store &store)
    {
        for (bool more = true; more;) {
            const auto rolledUp = store.rollUp(nullptr);
            VERIFY_OK(rolledUp);
            more = *rolledUp;
        }
    }
    QByteArray count(const char *what) const { return sql(QStringLiteral("SELECT count(*) FROM bartizan.") + QLatin1String(what)); }
};

/// Whatever of a month takes long to be deleted, or waits for somebody, no writer waits for that.
void TestPostgresRetention::writersGoOnWhileMonthsGo_data()
{
    QTest::addColumn<QString>("held");
    QTest::addColumn<bool>("dropped");
    QTest::newRow("while it is taken out of the roll-ups") << QStringLiteral("rollup_block") << false;
    QTest::newRow("while it is taken out of the intake") << QStringLiteral("intake") << true;
}

void TestPostgresRetention::writersGoOnWhileMonthsGo()
{
    QFETCH(const QString, held);
    QFETCH(const bool, dropped);
    {
        const auto store = engine();
        VERIFY_OK(appendRows(*store, {failedLogin(kMay), failedLogin(kMay + kHour)}));
        for (bool more = true; more;) {
            const auto rolledUp = store->rollUp(nullptr);
            VERIFY_OK(rolledUp);
            more = *rolledUp;
        }
    }
    VERIFY_OK(keepPostgresMonths(m_profile, {}, 6));
    PostgresConnection holder;
    VERIFY_OK(holder.open(m_profile, {}, QStringLiteral("psql")));
    VERIFY_OK(holder.execute("BEGIN; SELECT FROM bartizan." + held.toStdString() + " FOR UPDATE"));
    PostgresConnection writer;
    VERIFY_OK(writer.open(m_profile, {}, QStringLiteral("psql")));
    auto tidied = std::async(std::launch::async, [this] { return engine()->tidy().ok(); });
    QTRY_COMPARE_WITH_TIMEOUT(sql(QStringLiteral("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted")), QByteArray("t"), kPatienceMs);
    const auto written = writer.execute("SET lock_timeout = '100ms'; INSERT INTO bartizan.security_audit_log "
                                        "(\"eventType\", action, outcome) VALUES ('AUTHENTICATION', 'new', 'FAILURE')");
    QVERIFY(tidied.get());
    VERIFY_OK(written);
    QCOMPARE(sql(QStringLiteral("SELECT to_regclass('bartizan.audit_2016_05') IS NULL")), QByteArray(dropped ? "t" : "f"));
    VERIFY_OK(holder.execute("COMMIT"));
    sql(QStringLiteral("UPDATE bartizan.meta SET value = (value::numeric - 700)::text WHERE key = 'months_refused_drop'"));
    VERIFY_OK(engine()->tidy());
    QCOMPARE(sql(QStringLiteral("SELECT to_regclass('bartizan.audit_2016_05') IS NULL")), QByteArray("t"));
    QCOMPARE(count("intake"), QByteArray("0")); // The new one has no number yet.
    QCOMPARE(count("rollup_block"), QByteArray("0"));
    QCOMPARE(count("intake_gone"), QByteArray("0"));
    QCOMPARE(*m_store->countEvents({}), 1);
}

/// And of rows that have come to the same month since nothing is forgotten.
/// A device whose clock stands in 1970 writes on, and the engine has not taken its rows in between.
void TestPostgresRetention::dropsOldRowsThatComeAgain()
{
    const auto store = engine();
    VERIFY_OK(keepPostgresMonths(m_profile, {}, 6));
    for (int round = 0; round < 2; ++round) {
        sql(QStringLiteral("INSERT INTO bartizan.audit (timestamp, event_type, outcome, action) VALUES (1000, 0, 0, 'login')"));
        QCOMPARE(sql(QStringLiteral("SELECT bartizan.drop_months()")), QByteArray("1"));
    }
    QCOMPARE(*store->countEvents({}), 0);
    QCOMPARE(count("intake_gone"), QByteArray("1"));
}

void TestPostgresRetention::forgetsWhatWasDroppedInParts()
{
    const auto store = engine();
    std::vector<NewAuditRow> rows;
    for (int i = 0; i < 25'000; ++i)
        rows.push_back({failedLogin(kMay + i * kMinute), static_cast<std::uint64_t>(i) + 1});
    rows.push_back({failedLogin(kNoon), 1});
    VERIFY_OK(store->append(rows, {}));
    VERIFY_OK(keepPostgresMonths(m_profile, {}, 6));
    const QString drop = QStringLiteral("SELECT bartizan.drop_months()");
    const QString forget = QStringLiteral("SELECT bartizan.forget_dropped()");
    QCOMPARE(sql(drop), QByteArray("1"));
    QCOMPARE(sql(drop), QByteArray("0"));
    QCOMPARE(*store->countEvents({}), 1);
    QCOMPARE(count("intake"), QByteArray("25001"));
    VERIFY_OK(store->append(std::vector<NewAuditRow>{{failedLogin(kMay), 70'000}, {failedLogin(kMay + kHour), 70'001}}, {}));
    QCOMPARE(sql(forget), QByteArray("t"));
    QCOMPARE(count("intake"), QByteArray("5003"));
    QCOMPARE(sql(forget), QByteArray("f"));
    QCOMPARE(sql(QStringLiteral("SELECT string_agg(seq::text, ' ' ORDER BY seq) FROM bartizan.intake")), QByteArray("25001 25002 25003"));
    QCOMPARE(*store->countEvents({}), 3);
}

void TestPostgresRetention::dropsWhatIsInNoMonthInParts()
{
    sql(QStringLiteral("INSERT INTO bartizan.audit (timestamp, event_type, outcome, action) "
                       "SELECT %1 + i * 60000, 0, 0, 'login' FROM generate_series(0, 29999) AS i").arg(kMay));
    const auto store = engine();
    for (std::int64_t last = 0;;) {
        const auto taken = store->fetchAfter(last, 5'000);
        VERIFY_OK(taken);
        if (taken->empty())
            break;
        last = taken->back().id;
    }
    QCOMPARE(count("intake"), QByteArray("30000"));
    VERIFY_OK(keepPostgresMonths(m_profile, {}, 6));
    const QString drop = QStringLiteral("SELECT bartizan.drop_months()");
    QCOMPARE(sql(drop), QByteArray("1"));
    QCOMPARE(count("audit_rest"), QByteArray("9840")); // Fourteen whole days are gone.
    QCOMPARE(sql(drop), QByteArray("1"));
    QCOMPARE(count("audit_rest"), QByteArray("0"));
    QCOMPARE(sql(drop), QByteArray("0"));
    VERIFY_OK(store->tidy());
    QCOMPARE(count("intake"), QByteArray("0"));
    QCOMPARE(count("intake_gone"), QByteArray("0"));
}

/// What housekeeping drops half a minute later has not come silently.
void TestPostgresRetention::tellsOfImportsThatAreNotKept()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("log.ndjson")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QByteArray today = QByteArray::fromStdString(formatIso(QDateTime::currentMSecsSinceEpoch()));
    for (const QByteArray &time : {QByteArray("2016-05-01T00:00:00Z"), today, QByteArray("2016-05-01T00:00:01Z")})
        file.write("{\"timestamp\":\"" + time + R"(","eventType":"AUTHENTICATION","action":"login","outcome":"FAILURE"})" + '\n');
    file.close();
    VERIFY_OK(keepPostgresMonths(m_profile, {}, 6));
    const auto report = importFile(file.fileName(), {}, *m_store, {});
    VERIFY_OK(report);
    QCOMPARE(report->totals.imported, 3);
    QCOMPARE(report->expired, 2);
    QCOMPARE(importFile(file.fileName(), {}, *m_store, {})->expired, 0); // Nothing came.
    VERIFY_OK(keepPostgresMonths(m_profile, {}, {}));
    VERIFY_OK(engine()->tidy());
    QCOMPARE(m_store->append(std::vector<NewAuditRow>{{failedLogin(kMay + kHour), 9}}, {})->expired, 0);
}

/// Where somebody reads the log, nothing is deleted first that is then rolled back, and nobody waits behind.
void TestPostgresRetention::doesNothingWhereItMayNot()
{
    const auto store = engine();
    VERIFY_OK(appendRows(*store, {failedLogin(kMay), failedLogin(kMay + kHour)}));
    rollUpAll(*store);
    VERIFY_OK(keepPostgresMonths(m_profile, {}, 6));
    PostgresConnection reader;
    VERIFY_OK(reader.open(m_profile, {}, QStringLiteral("psql")));
    VERIFY_OK(reader.execute("BEGIN; SELECT FROM bartizan.audit LIMIT 1"));
    QCOMPARE(sql(QStringLiteral("SELECT bartizan.drop_months()")), QByteArray("-1"));
    // A row that somebody has deleted, in vain or not, says by whom.
    QVERIFY(count("rollup_block") != "0");
    QCOMPARE(count("rollup_block WHERE xmax <> 0"), QByteArray("0"));
    QCOMPARE(count("rollup_cell WHERE xmax <> 0"), QByteArray("0"));
    QCOMPARE(count("meta WHERE key IN ('months_overdue', 'months_refused_drop')"), QByteArray("2"));
    VERIFY_OK(reader.execute("COMMIT"));
    sql(QStringLiteral("UPDATE bartizan.meta SET value = (value::numeric - 700)::text WHERE key = 'months_refused_drop'"));
    QCOMPARE(sql(QStringLiteral("SELECT bartizan.drop_months()")), QByteArray("1"));
    QCOMPARE(count("rollup_block"), QByteArray("0"));
    QCOMPARE(count("rollup_cell"), QByteArray("0"));
}

/// Amid a quarter-hour, as parts of months do.
void TestPostgresRetention::dropsAPartOfAMonthToTheEndOfItsDay()
{
    sql(QStringLiteral("CREATE TABLE bartizan.audit_2016_05_part1 PARTITION OF bartizan.audit FOR VALUES FROM (%1) TO (%2); "
                       "INSERT INTO bartizan.meta VALUES ('months_parted_audit_2016_05', extract(epoch FROM now())::text)")
            .arg(kMay).arg(kMay + 600'001));
    const auto store = engine();
    std::vector<AuditEvent> rows;
    for (int minute = 0; minute < 3'000; ++minute) {
        rows.push_back(failedLogin(kMay + minute * kMinute));
        rows.back().context.companyId = "acme";
    }
    VERIFY_OK(appendRows(*store, rows));
    QCOMPARE(count("audit_rest"), QByteArray("2989"));
    rollUpAll(*store);
    VERIFY_OK(keepPostgresMonths(m_profile, {}, 6));
    MetricsQuery ofAcme;
    ofAcme.companyId = "acme";
    for (const std::int64_t left : {1'560, 0}) {
        QCOMPARE(sql(QStringLiteral("SELECT bartizan.drop_months()")), QByteArray("1"));
        QCOMPARE(*store->countEvents({}), left);
        QCOMPARE(count("audit_rest"), QByteArray::number(qint64{left}));
        QCOMPARE(store->metricsInputs({})->totalEvents, left);
        QCOMPARE(store->metricsInputs(ofAcme)->totalEvents, left);
        QCOMPARE(sql(QStringLiteral("SELECT coalesce(sum(rows), 0) FROM bartizan.rollup_block")), QByteArray::number(qint64{left}));
        for (bool more = true; more;)
            more = sql(QStringLiteral("SELECT bartizan.forget_dropped()")) == "t";
        QCOMPARE(count("intake"), QByteArray::number(qint64{left}));
        rollUpAll(*store);
    }
}

QTEST_GUILESS_MAIN(TestPostgresRetention)
#include "tst_postgresretention.moc"
