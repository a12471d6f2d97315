// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <iterator>
#include <thread>

using namespace bartizan;
using bartizan::test::PostgresCluster;

namespace {

using Ids = std::vector<std::string>;

constexpr int kAlerts = 3'000;
constexpr std::size_t kPortion = 250;

/// What one console is told of all the portions of its step.
struct Console {
    std::string person;
    TriageReport report;
    std::atomic<int> failed = 0;

    void append(const Result<TriageReport> &taken)
    {
        if (!taken) {
            ++failed;
            return;
        }
        report.done.insert(report.done.end(), taken->done.begin(), taken->done.end());
        report.conflicts.insert(report.conflicts.end(), taken->conflicts.begin(), taken->conflicts.end());
        report.unknown.insert(report.unknown.end(), taken->unknown.begin(), taken->unknown.end());
    }
};

std::vector<std::span<const std::string>> portionsOf(const Ids &ids, bool backwards)
{
    std::vector<std::span<const std::string>> portions;
    for (std::size_t i = 0; i < ids.size(); i += kPortion)
        portions.push_back(std::span(ids).subspan(i, std::min(kPortion, ids.size() - i)));
    if (backwards)
        std::reverse(portions.begin(), portions.end());
    return portions;
}

Ids sorted(Ids ids)
{
    std::sort(ids.begin(), ids.end());
    return ids;
}

} // namespace

/// Steps on many alerts at once, of several people who do not see the same: what is counted, noted and told of them stays
/// exact to the row.
class TestPostgresBulk : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_store.reset(); }
    void cleanupTestCase() { m_cluster.reset(); }

    void staysExactWhereStepsMeet();
    void takesNothingOfAStepThatFails();
    void tidiesUpAfterAStatementOverManyCompanies();

private:
    std::unique_ptr<Store> connect(const std::string &user) const
    {
        auto store = openStore(m_cluster->url(m_database, QString::fromStdString(user)), {});
        if (!store)
            qFatal("%s", qPrintable(store.error().message));
        return std::move(*store);
    }
    QByteArray sql(const QString &statements) const { return m_cluster->sql(m_database, statements); }
    /// Has two people do the same to the same alerts from both ends, beginning at once. Where they meet nobody says.
    template<typename Take>
    void meet(Console &first, Console &second, const Take &take) const
    {
        std::barrier connected(2);
        std::vector<std::thread> threads;
        for (Console *console : {&first, &second}) {
            threads.emplace_back([this, console, &take, &connected, backwards = console == &second] {
                const auto store = connect(console->person);
                connected.arrive_and_wait();
                for (const auto portion : portionsOf(m_ids, backwards))
                    console->append(take(*store, portion, console->person));
            });
        }
        for (std::thread &thread : threads)
            thread.join();
    }
    void checkSets() const;
    void checkBooks() const;

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
    std::unique_ptr<Store> m_store;
    Ids m_ids;   ///< All alerts: a third each is of acme, of zeta, and of no company.
    Ids m_acmes;
};

void TestPostgresBulk::initTestCase()
{
    SKIP_WITHOUT_POSTGRES();
    m_cluster = std::make_unique<PostgresCluster>();
}

void TestPostgresBulk::init()
{
    m_database = m_cluster->makeDatabase();
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    m_store = std::move(*openStore(m_cluster->url(m_database), options));
    VERIFY_OK(makePostgresRoles(*ConnectionProfile::fromUrl(m_cluster->url(m_database)), {}));
    sql(QStringLiteral("DO $$ BEGIN IF to_regrole('anna') IS NULL THEN CREATE ROLE anna LOGIN IN ROLE bartizan_analyst; "
                       "CREATE ROLE max LOGIN IN ROLE bartizan_analyst; END IF; END $$; "
                       "INSERT INTO bartizan.membership VALUES ('anna', 'acme'), ('max', '*')"));
    std::vector<SecurityAlert> alerts;
    m_ids.clear();
    m_acmes.clear();
    for (int i = 0; i < kAlerts; ++i) {
        SecurityAlert alert = alertNumber(i, kNoon + i, static_cast<AlertType>(i % 5));
        if (i % 3 != 0)
            alert.context.companyId = i % 3 == 1 ? "acme" : "zeta";
        m_ids.push_back(alert.id);
        if (i % 3 == 1)
            m_acmes.push_back(alert.id);
        alerts.push_back(std::move(alert));
    }
    VERIFY_OK(m_store->commit(commitOf(alerts)));
}

/// Whoever asks for alerts by what triage changes finds them all, by their company.
void TestPostgresBulk::checkSets() const
{
    const QString named = QStringLiteral("(SELECT u.seq, c.first, c.last, c.company_id FROM bartizan.alert_change AS c, "
                                         "unnest(c.alerts) AS u (seq)) AS c ON c.seq = a.seq");
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert AS a LEFT JOIN %1 AND a.change BETWEEN c.first AND c.last "
                                "WHERE c.seq IS NULL").arg(named)),
             QByteArray("0"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert AS a JOIN %1 "
                                "WHERE a.company_id IS DISTINCT FROM c.company_id").arg(named)),
             QByteArray("0"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert_change AS c JOIN bartizan.alert_change AS d "
                                "ON c.last < d.last AND c.last >= d.first")),
             QByteArray("0"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM (SELECT * FROM bartizan.alert AS a "
                                "WHERE bartizan.is_open(a.acknowledged_at, a.status, a.owner)) AS a LEFT JOIN bartizan.alert_open AS o "
                                "ON (o.alert_seq, o.severity, o.timestamp) = (a.seq, a.severity, a.timestamp) "
                                "AND o.company_id IS NOT DISTINCT FROM a.company_id WHERE o.alert_seq IS NULL")),
             QByteArray("0"));
}

/// What must hold whatever was done.
void TestPostgresBulk::checkBooks() const
{
    // What is counted as alerts change is what a look at each of them counts.
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM ("
                                "SELECT type, acknowledged, company_id, sum(change) AS many FROM bartizan.alert_count "
                                "GROUP BY 1, 2, 3 HAVING sum(change) <> 0) AS c FULL JOIN ("
                                "SELECT type, acknowledged, company_id, count(*) AS many FROM bartizan.alert "
                                "WHERE NOT muted GROUP BY 1, 2, 3) AS a ON (c.type, c.acknowledged, c.many) "
                                "= (a.type, a.acknowledged, a.many) AND c.company_id IS NOT DISTINCT FROM a.company_id "
                                "WHERE c.type IS NULL OR a.type IS NULL")),
             QByteArray("0"));
    QCOMPARE(sql(QStringLiteral(
                 "SELECT count(*) FROM (SELECT day, severity, coalesce(company_id, '') AS company, sum(raised) AS n, "
                 "sum(acknowledged) AS a, sum(acknowledge_wait) AS aw, sum(resolved) AS r, sum(resolve_wait) AS rw "
                 "FROM bartizan.alert_wait GROUP BY 1, 2, 3 HAVING sum(raised) <> 0) AS k FULL JOIN ("
                 "SELECT bartizan.day_of(timestamp) AS day, severity, coalesce(company_id, '') AS company, count(*) AS n, "
                 "count(acknowledged_at) AS a, sum(bartizan.wait_of(timestamp, acknowledged_at)) AS aw, count(resolved_at) AS r, "
                 "sum(bartizan.wait_of(timestamp, resolved_at)) AS rw FROM bartizan.alert GROUP BY 1, 2, 3) AS o "
                 "USING (day, severity, company, n, a, aw, r, rw) WHERE (k IS NULL) OR (o IS NULL)")),
             QByteArray("0"));
    // So is what is found by what changes in them, also where what is past stands there still, and once that is tidied up.
    checkSets();
    while (sql(QStringLiteral("SELECT bartizan.tidy_alert_sets()")) == "t") { }
    checkSets();
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert_open AS o JOIN bartizan.alert AS a ON a.seq = o.alert_seq "
                                "WHERE NOT bartizan.is_open(a.acknowledged_at, a.status, a.owner)")),
             QByteArray("0"));
    // Each entry of a history follows the one before it, and the alert stands as the last one left it.
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM (SELECT alert_seq, was_version, lag(version, 1, 0::bigint) "
                                "OVER (PARTITION BY alert_seq ORDER BY id) AS before FROM bartizan.alert_history "
                                "WHERE version IS NOT NULL) AS h WHERE was_version <> before")),
             QByteArray("0"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert AS a WHERE a.version <> coalesce((SELECT h.version "
                                "FROM bartizan.alert_history AS h WHERE h.alert_seq = a.seq AND h.version IS NOT NULL "
                                "ORDER BY h.id DESC LIMIT 1), 0)")),
             QByteArray("0"));
    // An audit row for each entry that tells of something done, in the name of who did it, and none beside.
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM ("
                                "SELECT a.id, h.actor, h.at, CASE h.action WHEN 'undone' THEN 'alert_triage_undone' "
                                "ELSE 'alert_' || h.action END AS action, count(*) AS many "
                                "FROM bartizan.alert_history AS h JOIN bartizan.alert AS a ON a.seq = h.alert_seq "
                                "WHERE h.step IS NOT NULL AND h.action NOT LIKE '%\\_refused' GROUP BY 1, 2, 3, 4) AS h "
                                "FULL JOIN (SELECT metadata::json ->> 'alertId' AS id, user_id AS actor, timestamp AS at, "
                                "action, count(*) AS many FROM bartizan.audit WHERE action <> 'security_alert_created' AND action NOT LIKE '%\\_refused' "
                                "GROUP BY 1, 2, 3, 4) AS r USING (id, actor, at, action, many) "
                                "WHERE h.actor IS NULL OR r.actor IS NULL OR h.id IS NULL OR r.id IS NULL")),
             QByteArray("0"));
    // And of what was refused, one for all alerts of a step that one statement refused.
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM (SELECT s.uid, h.actor, 'alert_' || h.action AS action, count(*) AS many "
                                "FROM bartizan.alert_history AS h JOIN bartizan.triage_step AS s ON s.id = h.step "
                                "WHERE h.action LIKE '%\\_refused' GROUP BY 1, 2, 3) AS h "
                                "FULL JOIN (SELECT metadata::json ->> 'step' AS uid, user_id AS actor, action, "
                                "sum((metadata::json ->> 'alerts')::integer)::bigint AS many FROM bartizan.audit "
                                "WHERE action LIKE '%\\_refused' GROUP BY 1, 2, 3) AS r USING (uid, actor, action, many) "
                                "WHERE h IS NULL OR r IS NULL")),
             QByteArray("0"));
    // Its numbers have no gaps, and each has its row.
    QCOMPARE(sql(QStringLiteral("SELECT count(*) = max(seq) AND count(*) = (SELECT value FROM bartizan.counter "
                                "WHERE name = 'row') AND count(*) = (SELECT count(*) FROM bartizan.audit) AND bool_and(EXISTS ("
                                "SELECT FROM bartizan.log AS l WHERE l.raw_id = i.row_id AND l.raw_time = i.row_time)) "
                                "FROM bartizan.intake AS i")),
             QByteArray("t"));
    QCOMPARE(sql(QStringLiteral("SELECT max(change) = (SELECT value FROM bartizan.counter WHERE name = 'change') "
                                "FROM bartizan.alert")),
             QByteArray("t"));
}

void TestPostgresBulk::staysExactWhereStepsMeet()
{
    Console anna{"anna", {}, 0};
    Console max{"max", {}, 0};
    meet(anna, max, [](Store &store, std::span<const std::string> ids, const std::string &person) {
        TriageStep step;
        step.id = "taken by " + person;
        return store.triage(ids, step, "root", kNoon);
    });
    QCOMPARE(anna.failed + max.failed, 0);
    // What she does not see she is told nothing of; of the rest each has one winner, whom the other is told.
    QCOMPARE(anna.report.unknown.size(), m_ids.size() - m_acmes.size());
    QCOMPARE(anna.report.done.size() + anna.report.conflicts.size(), m_acmes.size());
    QCOMPARE(max.report.done.size() + max.report.conflicts.size(), m_ids.size());
    Ids lost;
    for (const TriageConflict &conflict : max.report.conflicts) {
        QCOMPARE(conflict.by, std::string("anna"));
        lost.push_back(conflict.alertId);
    }
    QVERIFY(sorted(lost) == sorted(anna.report.done));
    QVERIFY(std::all_of(anna.report.conflicts.begin(), anna.report.conflicts.end(),
                        [](const TriageConflict &conflict) { return conflict.by == "max"; }));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert WHERE acknowledged")), QByteArray::number(kAlerts));
    checkBooks();
    if (QTest::currentTestFailed())
        return;

    // Each takes back his own at once with what the other does.
    Console back{"max", {}, 0};
    Console escalated{"anna", {}, 0};
    meet(escalated, back, [](Store &store, std::span<const std::string> ids, const std::string &person) {
        if (person == "max")
            return store.undo(ids, {"taken back", "taken by max"}, "root", kNoon);
        TriageStep step;
        step.id = "escalated";
        step.kind = TriageKind::Escalate;
        step.comment = "look at this";
        return store.triage(ids, step, "root", kNoon);
    });
    QCOMPARE(back.failed + escalated.failed, 0);
    QCOMPARE(escalated.report.done.size(), m_acmes.size());
    QCOMPARE(back.report.done.size() + back.report.conflicts.size(), max.report.done.size());
    QVERIFY(back.report.unknown.size() == anna.report.done.size());
    for (const TriageConflict &conflict : back.report.conflicts)
        QCOMPARE(conflict.action + " by " + conflict.by, std::string("escalated by anna"));
    QVERIFY(back.report.done.size() >= m_ids.size() - m_acmes.size());
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert WHERE status = 2")),
             QByteArray::number(static_cast<int>(m_acmes.size())));
    checkBooks();
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.alert_history AS h JOIN bartizan.alert AS a "
                                "ON a.seq = h.alert_seq WHERE h.actor = 'anna' AND a.company_id IS DISTINCT FROM 'acme'")),
             QByteArray("0"));
}

void TestPostgresBulk::takesNothingOfAStepThatFails()
{
    const auto books = [this] {
        return sql(QStringLiteral("SELECT (SELECT count(*) FROM bartizan.alert_history), (SELECT count(*) FROM bartizan.audit), "
                                  "(SELECT count(*) FROM bartizan.alert WHERE acknowledged), "
                                  "(SELECT string_agg(value::text, ' ' ORDER BY name) FROM bartizan.counter)"));
    };
    const QByteArray before = books();
    // The log is the last that is written.
    sql(QStringLiteral("ALTER TABLE bartizan.audit ADD CONSTRAINT full_disk CHECK (action <> 'alert_acknowledged')"));
    TriageStep step;
    step.id = "step";
    const auto max = connect("max");
    QVERIFY(!max->triage(m_ids, step, "max", kNoon));
    QCOMPARE(books(), before);
    sql(QStringLiteral("ALTER TABLE bartizan.audit DROP CONSTRAINT full_disk"));
    const auto taken = max->triage(m_ids, step, "max", kNoon);
    VERIFY_OK(taken);
    QVERIFY(taken->done == m_ids);
    checkBooks();
}

/// What one statement changed ends with one number, of however many companies: it is one part, and never none.
void TestPostgresBulk::tidiesUpAfterAStatementOverManyCompanies()
{
    sql(QStringLiteral("INSERT INTO bartizan.alert_change SELECT 10000000, 10000009, array_agg(1000000000 + g), company "
                       "FROM generate_series(1, 5000) AS g, (VALUES ('a'), ('b'), ('c')) AS c (company) GROUP BY company"));
    QCOMPARE(sql(QStringLiteral("SELECT bartizan.end_of_part(9999999, 5000), bartizan.end_of_part(10000009, 5000) IS NULL")),
             QByteArray("10000009|t"));
    for (int parts = 0; sql(QStringLiteral("SELECT bartizan.tidy_alert_sets()")) == "t"; ++parts)
        QVERIFY(parts < 1000);
    QCOMPARE(sql(QStringLiteral("SELECT value FROM bartizan.meta WHERE key = 'open_tidied'")), QByteArray("10000009"));
}

QTEST_GUILESS_MAIN(TestPostgresBulk)
#include "tst_postgresbulk.moc"
