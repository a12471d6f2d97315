// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics of a log of the application's own whose rows are said to stay: from roll-ups, and from the log once they went.
#include "core/storage/auditattach.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/metricsoracle.h"
#include "tests/storage/storetesting.h"

#include <QTest>

#include <libpq-fe.h>

#include <thread>

using namespace bartizan;
using bartizan::test::PostgresCluster;
using bartizan::test::PostgresTest;

namespace {

const QString kTable = QStringLiteral("public.events");
constexpr int kRows = 6'000;

/// Rows of 60 days in the order of time, none at the instant of another.
const QString kLog = QStringLiteral(R"(
CREATE TABLE events (id bigserial PRIMARY KEY, event_type text, action text, outcome text, severity text, user_id text,
                     company_id text, ip_address text, country text, "timestamp" timestamp(3));
CREATE INDEX ON events ("timestamp");
INSERT INTO events (event_type, action, outcome, severity, user_id, company_id, ip_address, country, "timestamp")
SELECT (ARRAY['AUTHENTICATION', 'AUTHORIZATION', 'API_SECURITY'])[1 + n % 3], 'act', (ARRAY['SUCCESS', 'FAILURE'])[1 + n % 2],
       (ARRAY['INFO', 'HIGH', 'CRITICAL'])[1 + n % 7 % 3], 'user' || n % 41, (ARRAY['acme', 'globex', NULL])[1 + n % 3],
       '198.51.100.' || n % 200, (ARRAY['DE', 'FR', NULL])[1 + n % 5 % 3],
       timestamp '2026-09-21 12:00:00' + n * interval '14 minutes 24.123 seconds'
FROM generate_series(1, %1) AS n;
INSERT INTO events (event_type, action, outcome, "timestamp") VALUES ('COFFEE', 'brewed', 'SUCCESS', '2026-10-01');
)").arg(kRows);

/// An hour with so many rows more that there are cells of it.
constexpr int kDense = 4'000;
const QString kDenseHour = QStringLiteral(R"(
INSERT INTO events (id, event_type, action, outcome, severity, user_id, company_id, ip_address, "timestamp")
SELECT 10000 + n, (ARRAY['AUTHENTICATION', 'AUTHORIZATION'])[1 + n % 2], 'act', (ARRAY['SUCCESS', 'FAILURE'])[1 + n % 2],
       'INFO', 'user' || n % 601, (ARRAY['acme', 'globex', NULL])[1 + n % 3], '198.51.100.' || n % 200,
       timestamp '2026-11-01 10:00:00' + n * interval '0.8 seconds'
FROM generate_series(1, %1) AS n;
)").arg(kDense);

/// The whole log, and parts of it that begin and end anywhere.
std::vector<MetricsQuery> questions()
{
    std::vector<MetricsQuery> all(1);
    for (const std::int64_t days : {1, 7, 30, 55}) {
        MetricsQuery query;
        query.range = {kNoon - days * kDay - 17 * kMinute, kNoon - 11 * kHour - 5};
        query.timeZone = "Asia/Kathmandu";
        all.push_back(query);
        query.companyId = "acme";
        all.push_back(query);
    }
    return all;
}

/// Each address is in a country of its own.
class ManyCountries final : public CountryResolver {
public:
    std::string_view ofAddress(std::string_view address) override { return address.substr(address.rfind('.') + 1); }
    std::string_view ofText(std::string_view stored) override { return stored; }
    std::uint64_t identity() const override { return 4711; }
};

} // namespace

class TestAttachedRollUps : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void answersFromThem();
    void asksTheServerFewTimes();
    void givesThemUpWhenRowsWent_data();
    void givesThemUpWhenRowsWent();
    void countsAnewWhatChanged_data();
    void countsAnewWhatChanged();
    void followsChangesWhileItRollsUp();
    void tellsNobodyWhoChangedIt();
    void keepsNoneUnlessTold();
    void keepsRolesApart();
    void needsACursor();
    void needsAPlainTable();
    void isAttachedBesideARunningEngine();

private:
    PostgresCluster::Options options() const override
    {
        PostgresCluster::Options options;
        options.settings = {QStringLiteral("shared_preload_libraries='pg_stat_statements'")};
        return options;
    }
    void prepare() override
    {
        m_store.reset();
        sql(kLog);
    }
    std::unique_ptr<Store> open(StoreOptions::Role role, const QString &user = {})
    {
        StoreOptions options;
        options.role = role;
        return std::move(*(user.isEmpty() ? openStore(m_profile, {}, options)
                                          : openStore(m_cluster->url(m_database, user), options)));
    }
    Result<void> attach(const AttachOptions &options)
    {
        const auto table = describeAuditTable(m_profile, {}, kTable, {});
        return table ? attachAuditTable(m_profile, {}, *table, options) : Result<void>(table.error());
    }
    /// How long it is until everything is as the triggers say.
    std::int64_t stale() { return sql(QStringLiteral("SELECT count(*) FROM bartizan.rollup_stale")).toLongLong(); }
    /// Whether somebody's metrics are those of the rows that he sees.
    bool answersAsTheLog(const QString &user = {})
    {
        const auto console = open(StoreOptions::Role::Client, user);
        EventQuery each;
        each.limit = 2 * (kRows + kDense);
        const auto present = console->events(each);
        if (!present)
            return false;
        const std::vector<AuditEvent> rows(present->rbegin(), present->rend());
        const std::vector<MetricsQuery> all = questions();
        for (const std::size_t one : {0U, 5U, 8U}) { // The whole, a month, and two months of a company.
            const MetricsQuery &query = all[one];
            const auto answer = console->metricsInputs(query, nullptr);
            if (!answer || *answer != countedPlainly(rows, query, nullptr))
                return false;
        }
        return true;
    }
    /// How many rows are rolled up.
    std::int64_t rolledUp()
    {
        return sql(QStringLiteral("SELECT coalesce(sum(rows), 0) FROM bartizan.rollup_block")).toLongLong();
    }
    /// All rows that can be read, in the order in which they are taken in.
    static std::vector<AuditEvent> takenInBy(Store &engine)
    {
        std::vector<AuditEvent> rows;
        for (;;) {
            const auto more = engine.fetchAfter(rows.empty() ? 0 : rows.back().id, 10'000);
            if (!more || more->empty())
                return rows;
            rows.insert(rows.end(), more->begin(), more->end());
        }
    }
    static bool rollUpAll(Store &engine, CountryResolver *countries = nullptr)
    {
        for (int slices = 0; slices < 1000; ++slices) {
            const auto more = engine.rollUp(countries);
            if (!more || !*more)
                return more.ok();
        }
        return false;
    }
};

void TestAttachedRollUps::answersFromThem()
{
    VERIFY_OK(attach({true, true}));
    const auto engine = open(StoreOptions::Role::Engine);
    const auto console = open(StoreOptions::Role::Client);
    std::vector<AuditEvent> rows = takenInBy(*engine);
    QCOMPARE(rows.size(), static_cast<std::size_t>(kRows));
    QVERIFY(rollUpAll(*engine));
    QCOMPARE(rolledUp(), kRows);
    const auto answersRight = [&] {
        for (const MetricsQuery &query : questions()) {
            auto answer = console->metricsInputs(query, nullptr);
            if (!answer)
                return false;
            answer->activeAlerts = 0; // Alerts are no rows of the log.
            answer->alertsByType.clear();
            if (*answer != countedPlainly(rows, query, nullptr))
                return false;
        }
        return true;
    };
    QVERIFY(answersRight());
    // Rows that came since, and that no engine has taken in: one of them late.
    sql(QStringLiteral("INSERT INTO events (event_type, action, outcome, severity, user_id, \"timestamp\") VALUES "
                       "('AUTHENTICATION', 'login', 'FAILURE', 'HIGH', 'late', '2026-11-20 11:58:00.001'), "
                       "('AUTHENTICATION', 'login', 'FAILURE', 'HIGH', 'new', '2026-11-20 11:59:00.001')"));
    AuditEvent row = rows.back();
    for (const auto &[user, minutes] : {std::pair("late", 2), std::pair("new", 1)}) {
        row = AuditEvent();
        row.timestamp = kNoon - minutes * kMinute + 1;
        row.outcome = AuditOutcome::Failure;
        row.severity = AuditSeverity::High;
        row.action = "login";
        row.context.userId = user;
        rows.push_back(row);
    }
    QVERIFY(answersRight());
    QCOMPARE(takenInBy(*engine).size(), rows.size());
    QVERIFY(rollUpAll(*engine));
    QVERIFY(answersRight());
    // What Bartizan writes stands in the table as well.
    VERIFY_OK(engine->commit(commitOf({alertNumber(1, kNoon)}, {static_cast<std::int64_t>(rows.size()), kNoon, kNoon, 0})));
    rows.push_back(takenInBy(*engine).back());
    QCOMPARE(rows.back().action, std::string("security_alert_created"));
    QVERIFY(answersRight());
    VERIFY_OK(engine->tidy());
    // It is not the log that is counted: what goes from it unnoticed is counted still.
    sql(QStringLiteral("ALTER TABLE events DISABLE TRIGGER USER; DELETE FROM events WHERE id = 3000"));
    QVERIFY(answersRight());
}

/// Each statement waits for its turn on a busy server: there is none for each country that addresses are in.
void TestAttachedRollUps::asksTheServerFewTimes()
{
    VERIFY_OK(attach({true, true}));
    const auto engine = open(StoreOptions::Role::Engine);
    const auto console = open(StoreOptions::Role::Client);
    ManyCountries countries;
    const std::vector<AuditEvent> rows = takenInBy(*engine);
    QVERIFY(rollUpAll(*engine, &countries));
    MetricsQuery query;
    query.range = {kNoon - 58 * kDay - 17 * kMinute, kNoon - 11 * kHour - 5}; // Clocks change on 2026-10-25.
    query.timeZone = "Europe/Berlin";
    query.companyId = "acme";
    auto answer = console->metricsInputs(query, &countries);
    VERIFY_OK(answer);
    QVERIFY(*answer == countedPlainly(rows, query, &countries));
    QVERIFY(answer->geo.size() > 40);
    sql(QStringLiteral("CREATE EXTENSION pg_stat_statements; SELECT pg_stat_statements_reset()"));
    VERIFY_OK(console->metricsInputs(query, &countries));
    const auto asked = [this] {
        return sql(QStringLiteral("SELECT sum(calls) FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' AND toplevel "
                                  "AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"));
    };
    QVERIFY2(asked().toInt() > 5 && asked().toInt() < 24, asked().constData());
    // Nor for each company that somebody sees, and each level of cells.
    VERIFY_OK(makePostgresRoles(m_profile, {}));
    sql(QStringLiteral("CREATE ROLE ida LOGIN IN ROLE bartizan_analyst; INSERT INTO bartizan.membership VALUES ('ida', 'acme'), ('ida', 'globex')"));
    query.companyId.reset();
    const auto ida = open(StoreOptions::Role::Client, QStringLiteral("ida"));
    VERIFY_OK(ida->metricsInputs(query, &countries));
    sql(QStringLiteral("SELECT pg_stat_statements_reset()"));
    answer = ida->metricsInputs(query, &countries);
    VERIFY_OK(answer);
    QVERIFY(answer->totalEvents > 3'000);
    QVERIFY2(asked().toInt() > 5 && asked().toInt() < 17, asked().constData());
}

void TestAttachedRollUps::givesThemUpWhenRowsWent_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<bool>("noticed");
    QTest::newRow("deleted") << QStringLiteral("DELETE FROM events WHERE id = 3000") << true;
    QTest::newRow("another user") << QStringLiteral("UPDATE events SET user_id = NULL WHERE id = 3000") << true;
    QTest::newRow("made unreadable") << QStringLiteral("UPDATE events SET outcome = 'TEA' WHERE id = 3000") << true;
    QTest::newRow("all of them") << QStringLiteral("TRUNCATE events") << true;
    QTest::newRow("none") << QStringLiteral("DELETE FROM events WHERE id = 0; UPDATE events SET user_id = NULL WHERE id = 0") << false;
    QTest::newRow("taken back") << QStringLiteral("BEGIN; DELETE FROM events; ROLLBACK") << false;
}

void TestAttachedRollUps::givesThemUpWhenRowsWent()
{
    QFETCH(const QString, change);
    QFETCH(const bool, noticed);
    VERIFY_OK(attach({true, true}));
    const auto engine = open(StoreOptions::Role::Engine);
    const auto console = open(StoreOptions::Role::Client);
    QCOMPARE(takenInBy(*engine).size(), static_cast<std::size_t>(kRows));
    QVERIFY(rollUpAll(*engine));
    QCOMPARE(rolledUp(), kRows);
    VERIFY_OK(engine->tidy());
    sql(change);
    const auto answersAsTheLog = [&] {
        EventQuery all;
        all.limit = 2 * kRows;
        const auto present = console->events(all);
        if (!present)
            return false;
        const std::vector<AuditEvent> rows(present->rbegin(), present->rend());
        const auto answer = console->metricsInputs({}, nullptr);
        return answer && *answer == countedPlainly(rows, {}, nullptr);
    };
    QVERIFY(answersAsTheLog());
    QVERIFY(rollUpAll(*engine));
    const auto tidy = engine->tidy();
    QCOMPARE(!tidy, noticed);
    if (noticed) {
        const QString trouble = tidy.error().message;
        QVERIFY2(trouble.contains(kTable) && trouble.contains(change.section(QLatin1Char(' '), 0, 0)), qPrintable(trouble));
        QCOMPARE(engine->tidy().error().message, trouble); // It stays until somebody has acted.
    }
    VERIFY_OK(attach({true, true}));
    const auto next = open(StoreOptions::Role::Engine);
    takenInBy(*next);
    QVERIFY(rollUpAll(*next));
    VERIFY_OK(next->tidy());
    QCOMPARE(rolledUp(), sql(QStringLiteral("SELECT count(*) FROM bartizan.log")).toLongLong());
    QVERIFY(answersAsTheLog());
}

void TestAttachedRollUps::countsAnewWhatChanged_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<bool>("noticed");
    QTest::newRow("deleted") << QStringLiteral("DELETE FROM events WHERE id = 3000") << true;
    QTest::newRow("a week deleted") << QStringLiteral("DELETE FROM events WHERE id BETWEEN 3000 AND 3700") << true;
    QTest::newRow("another user") << QStringLiteral("UPDATE events SET user_id = 'x' WHERE id % 500 = 3") << true;
    QTest::newRow("another company") << QStringLiteral("UPDATE events SET company_id = 'initech' WHERE id BETWEEN 3000 AND 3010") << true;
    QTest::newRow("another address") << QStringLiteral("UPDATE events SET ip_address = NULL, country = 'US' WHERE id = 3000") << true;
    QTest::newRow("critical") << QStringLiteral("UPDATE events SET severity = 'CRITICAL' WHERE id > 5900") << true;
    QTest::newRow("another day") << QStringLiteral("UPDATE events SET \"timestamp\" = \"timestamp\" - interval '3 days 1 ms' WHERE id = 3000") << true;
    QTest::newRow("made unreadable") << QStringLiteral("UPDATE events SET outcome = 'TEA' WHERE id = 3000") << true;
    QTest::newRow("without a time") << QStringLiteral("UPDATE events SET \"timestamp\" = '-infinity' WHERE id = 3000") << true;
    QTest::newRow("within cells") << QStringLiteral("UPDATE events SET user_id = 'y', severity = 'CRITICAL' WHERE id BETWEEN 12000 AND 12002") << true;
    QTest::newRow("deleted within cells") << QStringLiteral("DELETE FROM events WHERE id BETWEEN 12000 AND 12100") << true;
    QTest::newRow("nothing left of a quarter-hour") << QStringLiteral("DELETE FROM events WHERE \"timestamp\" >= '2026-11-01 10:15' "
                                                                      "AND \"timestamp\" < '2026-11-01 10:30'") << true;
    QTest::newRow("put instead") << QStringLiteral("INSERT INTO events (id, event_type, action, outcome, \"timestamp\") VALUES "
                                                   "(3000, 'AUTHENTICATION', 'a', 'FAILURE', '2026-11-01') "
                                                   "ON CONFLICT (id) DO UPDATE SET user_id = 'new'") << true;
    QTest::newRow("what is not counted") << QStringLiteral("UPDATE events SET action = 'other' WHERE id = 3000") << false;
    QTest::newRow("none") << QStringLiteral("DELETE FROM events WHERE id = 0; UPDATE events SET user_id = NULL WHERE id = 0") << false;
    QTest::newRow("taken back") << QStringLiteral("BEGIN; DELETE FROM events; ROLLBACK") << false;
}

/// Exact at once, by a count of what changed; and from the roll-ups alone once they are made anew.
void TestAttachedRollUps::countsAnewWhatChanged()
{
    QFETCH(const QString, change);
    QFETCH(const bool, noticed);
    VERIFY_OK(makePostgresRoles(m_profile, {}));
    sql(QStringLiteral("DO $$ BEGIN IF to_regrole('ada') IS NULL THEN CREATE ROLE ada LOGIN IN ROLE bartizan_analyst; END IF; END $$; "
                       "INSERT INTO bartizan.membership VALUES ('ada', 'acme')"));
    sql(kDenseHour);
    VERIFY_OK(attach({.addCursor = true, .rollUp = true}));
    const auto engine = open(StoreOptions::Role::Engine);
    QCOMPARE(takenInBy(*engine).size(), static_cast<std::size_t>(kRows + kDense));
    QVERIFY(rollUpAll(*engine));
    QCOMPARE(rolledUp(), kRows + kDense);
    const auto cells = [this] { return sql(QStringLiteral("SELECT count(*) FROM bartizan.rollup_cell WHERE company > 0")).toInt(); };
    QVERIFY(cells() > 0);
    sql(change);
    QCOMPARE(stale() > 0, noticed);
    const QString ada = QStringLiteral("ada");
    QVERIFY(answersAsTheLog());
    QVERIFY(answersAsTheLog(ada));
    // Rows come meanwhile as well, into the same quarter-hours.
    sql(QStringLiteral("INSERT INTO events (event_type, action, outcome, user_id, company_id, \"timestamp\") SELECT 'AUTHENTICATION', "
                       "'late', 'FAILURE', 'late', 'acme', \"timestamp\" + interval '7 ms' FROM events WHERE id IN (2999, 3001, 5999)"));
    QVERIFY(answersAsTheLog());
    takenInBy(*engine);
    QVERIFY(answersAsTheLog());
    QVERIFY(rollUpAll(*engine));
    QCOMPARE(stale(), 0);
    QCOMPARE(rolledUp(), sql(QStringLiteral("SELECT count(*) FROM bartizan.log")).toLongLong());
    QVERIFY(answersAsTheLog());
    QVERIFY(answersAsTheLog(ada));
    QVERIFY(cells() > 0);
    VERIFY_OK(engine->tidy());
    // It is not the log that is counted.
    const auto before = open(StoreOptions::Role::Client)->metricsInputs({}, nullptr);
    sql(QStringLiteral("ALTER TABLE events DISABLE TRIGGER USER; DELETE FROM events WHERE id BETWEEN 1000 AND 2000"));
    const auto after = open(StoreOptions::Role::Client)->metricsInputs({}, nullptr);
    QVERIFY(before && after && *before == *after);
}

/// What changes while the engine reads what had changed is not taken for done.
void TestAttachedRollUps::followsChangesWhileItRollsUp()
{
    VERIFY_OK(attach({.addCursor = true, .rollUp = true}));
    const auto engine = open(StoreOptions::Role::Engine);
    QCOMPARE(takenInBy(*engine).size(), static_cast<std::size_t>(kRows));
    QVERIFY(rollUpAll(*engine));
    // A change that is not committed yet; and of another row of the same quarter-hours, which is.
    PostgresConnection application;
    VERIFY_OK(application.open(m_profile, {}, QStringLiteral("test")));
    VERIFY_OK(application.execute("BEGIN; DELETE FROM public.events WHERE id = 3000"));
    sql(QStringLiteral("UPDATE events SET user_id = 'x' WHERE id BETWEEN 2999 AND 3001 AND id <> 3000"));
    QVERIFY(answersAsTheLog());
    QVERIFY(rollUpAll(*engine));
    QCOMPARE(stale(), 0);
    QVERIFY(answersAsTheLog());
    VERIFY_OK(application.execute("COMMIT"));
    QCOMPARE(stale(), 1);
    QVERIFY(answersAsTheLog());
    QVERIFY(rollUpAll(*engine));
    QVERIFY(answersAsTheLog());
    QCOMPARE(rolledUp(), kRows - 1);
    // Of a table that was emptied nothing is left to be followed.
    sql(QStringLiteral("TRUNCATE events"));
    QVERIFY(answersAsTheLog());
    const auto tidy = engine->tidy();
    QVERIFY(!tidy && tidy.error().message.contains(QStringLiteral("TRUNCATE")));
}

/// Whoever sees one company is not told when rows of another one were changed, and by whom.
void TestAttachedRollUps::tellsNobodyWhoChangedIt()
{
    VERIFY_OK(makePostgresRoles(m_profile, {}));
    sql(QStringLiteral("CREATE ROLE gus LOGIN IN ROLE bartizan_auditor; INSERT INTO bartizan.membership VALUES ('gus', 'acme')"));
    const auto told = [this](const QString &query) {
        bool ok = false;
        const QByteArray said = m_cluster->trySql(m_database, query, QStringLiteral("gus"), &ok);
        return ok ? said : said.left(5);
    };
    VERIFY_OK(attach({.addCursor = true, .rollUp = true}));
    sql(QStringLiteral("DELETE FROM events WHERE id IN (3000, 3001, 3002)")); // acme, globex and none.
    QCOMPARE(stale(), 3);
    QCOMPARE(told(QStringLiteral("SELECT string_agg(company_id, ',') FROM bartizan.rollup_stale")), QByteArray("acme"));
    QCOMPARE(told(QStringLiteral("DELETE FROM bartizan.rollup_stale")), QByteArray("42501"));
    VERIFY_OK(attach({.addCursor = true, .appendOnly = true}));
    QCOMPARE(stale(), 0);
    sql(QStringLiteral("DELETE FROM events WHERE id = 3004")); // globex
    QCOMPARE(told(QStringLiteral("SELECT count(noted) FROM bartizan.log_changed")), QByteArray("1"));
    for (const char *column : {"who", "what", "at", "*"})
        QCOMPARE(told(QStringLiteral("SELECT %1 FROM bartizan.log_changed").arg(QLatin1String(column))), QByteArray("42501"));
}

void TestAttachedRollUps::keepsNoneUnlessTold()
{
    VERIFY_OK(attach({}));
    const auto engine = open(StoreOptions::Role::Engine);
    QCOMPARE(takenInBy(*engine).size(), static_cast<std::size_t>(kRows));
    QVERIFY(rollUpAll(*engine));
    QCOMPARE(rolledUp(), 0);
    sql(QStringLiteral("DELETE FROM events WHERE id = 3000"));
    VERIFY_OK(engine->tidy());
    QCOMPARE(open(StoreOptions::Role::Client)->metricsInputs({}, nullptr)->totalEvents, kRows - 1);
}

void TestAttachedRollUps::keepsRolesApart()
{
    VERIFY_OK(makePostgresRoles(m_profile, {}));
    VERIFY_OK(attach({true, true}));
    sql(QStringLiteral("CREATE ROLE eva LOGIN IN ROLE bartizan_analyst; CREATE ROLE max LOGIN IN ROLE bartizan_analyst; "
                       "CREATE ROLE engine2 LOGIN IN ROLE bartizan_engine"));
    sql(QStringLiteral("INSERT INTO bartizan.membership VALUES ('eva', 'acme'), ('max', '*')"));
    const auto engine = open(StoreOptions::Role::Engine, QStringLiteral("engine2"));
    QCOMPARE(takenInBy(*engine).size(), static_cast<std::size_t>(kRows));
    QVERIFY(rollUpAll(*engine));
    const auto seenBy = [this](const char *user) {
        return open(StoreOptions::Role::Client, QString::fromLatin1(user))->metricsInputs({}, nullptr)->totalEvents;
    };
    QCOMPARE(seenBy("max"), kRows);
    QCOMPARE(seenBy("eva"), kRows / 3);
    // Neither of them is answered by counting the log.
    sql(QStringLiteral("ALTER TABLE events DISABLE TRIGGER USER; DELETE FROM events WHERE id IN (3, 6); ALTER TABLE events ENABLE TRIGGER USER"));
    QCOMPARE(seenBy("max"), kRows);
    QCOMPARE(seenBy("eva"), kRows / 3);
    // Whoever writes the application's table needs no rights of Bartizan's.
    sql(QStringLiteral("CREATE ROLE app LOGIN; GRANT SELECT, INSERT, DELETE ON events TO app"));
    bool deleted = false;
    m_cluster->trySql(m_database, QStringLiteral("DELETE FROM events WHERE id = 3000"), QStringLiteral("app"), &deleted);
    QVERIFY(deleted);
    QCOMPARE(seenBy("max"), kRows - 3);
    QCOMPARE(seenBy("eva"), kRows / 3 - 3); // 3000 % 3 is 0: acme's.
    for (const QString &statement : {QStringLiteral("SELECT bartizan.restart_rollups(0)"),
                                     QStringLiteral("DELETE FROM bartizan.log_changed")}) {
        for (const QString &user : {QStringLiteral("max"), QStringLiteral("app"), QStringLiteral("engine2")}) {
            bool ok = true;
            const QByteArray said = m_cluster->trySql(m_database, statement, user, &ok);
            QVERIFY2(!ok && said.startsWith("42501"), said.constData());
        }
    }
    const auto tidy = engine->tidy();
    QVERIFY(!tidy && tidy.error().message.contains(QStringLiteral("“app”")));
}

void TestAttachedRollUps::needsACursor()
{
    const auto attached = attach({false, true});
    QVERIFY(!attached);
    QVERIFY2(attached.error().message.contains(QStringLiteral("--add-cursor-column")), qPrintable(attached.error().message));
    QCOMPARE(sql(QStringLiteral("SELECT own FROM bartizan.source")), QByteArray("t"));
    VERIFY_OK(attach({true, false}));
    VERIFY_OK(attach({false, true})); // It has one now.
    QCOMPARE(takenInBy(*open(StoreOptions::Role::Engine)).size(), static_cast<std::size_t>(kRows));
    const QString triggers = QStringLiteral("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'bartizan%'");
    QCOMPARE(sql(triggers), QByteArray("3"));
    VERIFY_OK(attach({}));
    QCOMPARE(sql(triggers), QByteArray("0")); // They are gone with what they were for.
}

void TestAttachedRollUps::needsAPlainTable()
{
    const auto refused = [this] {
        const auto attached = attach({false, true});
        return !attached && attached.error().message.contains(QStringLiteral("plain table"))
            && sql(QStringLiteral("SELECT own FROM bartizan.source")) == "t";
    };
    // Neither one whose rows come and go by way of another table nor one that has rows in others.
    sql(QStringLiteral("ALTER TABLE events ADD COLUMN tx xid8; CREATE TABLE whole (); ALTER TABLE events INHERIT whole"));
    QVERIFY(refused());
    sql(QStringLiteral("ALTER TABLE events NO INHERIT whole; CREATE TABLE part () INHERITS (events)"));
    QVERIFY(refused());
    VERIFY_OK(attach({}));
}

/// The engine holds its roll-ups while it reads the log: whoever takes the log from it waits for them first.
void TestAttachedRollUps::isAttachedBesideARunningEngine()
{
    PostgresConnection engine;
    VERIFY_OK(engine.open(m_profile, {}, QStringLiteral("test")));
    VERIFY_OK(engine.execute("BEGIN"));
    VERIFY_OK(engine.execute("SELECT FROM bartizan.rollup_state WHERE sole = 1 FOR UPDATE"));
    Result<void> attached;
    std::thread other([&] { attached = attach({true, true}); });
    const bool waits = QTest::qWaitFor([this] {
        return sql(QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")) != "0";
    }, 30'000);
    const auto counted = engine.integer("SELECT count(*) FROM bartizan.log_all");
    const auto ended = engine.execute("COMMIT");
    other.join();
    QVERIFY(waits);
    VERIFY_OK(counted);
    VERIFY_OK(ended);
    VERIFY_OK(attached);
}

QTEST_GUILESS_MAIN(TestAttachedRollUps)
#include "tst_attachedrollups.moc"
