// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rolluplevels.h"
#include "metricsoracle.h"
#include "sqlitefixture.h"

namespace bartizan {

using Type = SecurityEventType;
using Outcome = AuditOutcome;

/// The tables of the roll-ups: what is built, used, dropped and filled, in a SQLite file.
class TestSqliteRollups : public QObject, protected SqliteFixture {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        VERIFY_OK(openBoth());
        m_rows.clear();
    }
    void cleanup() { closeBoth(); }

    void answersFromCells();
    void aLateRowDropsTheCellsAboveIt();
    void anotherLookupBuildsAnew();
    void fillsADatabaseFromBefore();
    void countsRowsOfOtherPrograms();
    void rollsUpWithTheCursor();
    void tellsADamagedBlock();
    void countsAlertsAsTheyChange();
    void readsNoAlertThatNoMuteIsAbout();
    void findsWhatRetentionDrops();

private:
    /// Rows of a day and a half, four hundred in a quarter-hour, and half of them to be looked up.
    void appendDays()
    {
        ScatteredRows random(11);
        for (int i = 0; i < 60'000; ++i) {
            AuditEvent event = random.next(kStart + i * (kSpan / 60'000));
            if (i % 2 == 0) {
                event.context.country.reset();
                event.context.ipAddress = "10.0." + std::to_string(i % 200) + ".1";
            }
            m_rows.push_back(std::move(event));
        }
        VERIFY_OK(appendRows(*m_store, m_rows));
    }
    bool finish(CountryResolver *countries)
    {
        for (int slices = 0; slices < 1000; ++slices) {
            const auto more = m_store->rollUp(countries);
            if (!more || !*more)
                return more.ok();
        }
        return false;
    }
    bool answersRight(CountryResolver *countries)
    {
        MetricsQuery query;
        query.range = {kStart + kHour + 1, kStart + kSpan - kHour};
        for (const char *company : {"", "acme"}) {
            if (*company)
                query.companyId = company;
            const auto answer = m_store->metricsInputs(query, countries);
            if (!answer || !(*answer == countedPlainly(m_rows, query, countries)))
                return false;
        }
        return true;
    }
    std::int64_t number(const char *sql)
    {
        const auto found = m_direct->integer(sql);
        return found ? *found : -1;
    }

    static constexpr TimestampMs kSpan = 36 * kHour;
    static constexpr TimestampMs kStart = kNoon - kNoon % (16 * kHour) - 64 * kHour; // Where a cell of 16 h begins.

    TellingCountries m_countries{77};
    std::vector<AuditEvent> m_rows;
};

void TestSqliteRollups::answersFromCells()
{
    appendDays();
    QVERIFY(finish(&m_countries));
    QVERIFY(number("SELECT count(*) FROM rollup_cell WHERE level = 2 AND company = 0") >= 8);
    QVERIFY(number("SELECT count(*) FROM rollup_cell WHERE level = 3 AND company = 0") >= 2);
    QVERIFY(number("SELECT count(*) FROM rollup_cell WHERE company > 0") > 10);
    QVERIFY(answersRight(&m_countries));
    QVERIFY(answersRight(nullptr));
    // They are read indeed: a damaged one is an error that names it.
    for (const char *damage : {"UPDATE rollup_cell SET users = substr(users, 1, length(users) - 1) WHERE level = 3",
                               "UPDATE rollup_cell SET counts = substr(counts, 1, 10) WHERE level = 3"}) {
        VERIFY_OK(m_direct->execute(damage));
        const auto answer = m_store->metricsInputs({{kStart, kStart + 48 * kHour - 1}, {}, "UTC"});
        QVERIFY(!answer);
        QVERIFY2(answer.error().message.contains(QLatin1String("rollup_cell")), qPrintable(answer.error().message));
    }
}

void TestSqliteRollups::aLateRowDropsTheCellsAboveIt()
{
    appendDays();
    QVERIFY(finish(&m_countries));
    const std::int64_t cells = number("SELECT count(*) FROM rollup_cell");
    const std::int64_t large = number("SELECT count(*) FROM rollup_cell WHERE level = 3 AND company = 0");
    AuditEvent late = row(kStart + 20 * kHour, Type::Authentication, Outcome::Failure, "user-1");
    VERIFY_OK(appendRows(*m_store, {late}));
    m_rows.push_back(late);
    QCOMPARE(number("SELECT count(*) FROM rollup_cell WHERE level = 3 AND company = 0"), large - 1);
    QVERIFY(answersRight(&m_countries));
    QVERIFY(finish(&m_countries));
    QCOMPARE(number("SELECT count(*) FROM rollup_cell"), cells);
    QVERIFY(answersRight(&m_countries));
}

void TestSqliteRollups::anotherLookupBuildsAnew()
{
    appendDays();
    TellingCountries others(78, 3);
    QVERIFY(finish(&m_countries));
    const std::int64_t cells = number("SELECT count(*) FROM rollup_cell WHERE lookup = 77");
    QVERIFY(cells > 0);
    QVERIFY(answersRight(&others)); // From the blocks.
    QVERIFY(finish(&others));
    QCOMPARE(number("SELECT count(*) FROM rollup_cell WHERE lookup = 77"), 0);
    QCOMPARE(number("SELECT count(*) FROM rollup_cell WHERE lookup = 78"), cells);
    QVERIFY(answersRight(&others));
    QVERIFY(answersRight(&m_countries));
    // Without a look-up any of them serve, and none is built anew.
    QVERIFY(finish(nullptr));
    QCOMPARE(number("SELECT count(*) FROM rollup_cell WHERE lookup = 78"), cells);
    QVERIFY(answersRight(nullptr));
}

void TestSqliteRollups::fillsADatabaseFromBefore()
{
    appendDays();
    VERIFY_OK(m_direct->execute("DELETE FROM rollup_cell; DELETE FROM rollup_block; DELETE FROM rollup_due;"
                                "DELETE FROM rollup_name; UPDATE rollup_state SET last_row_id = 0"));
    // Another connection has not seen the numbers that this one gave.
    auto reopened = openStore(m_folder->filePath(QStringLiteral("log.db")));
    VERIFY_OK(reopened);
    m_store = std::move(*reopened);
    QVERIFY(answersRight(&m_countries)); // From the log.
    int slices = 0;
    for (bool more = true; more; ++slices) {
        const auto slice = m_store->rollUp(&m_countries);
        VERIFY_OK(slice);
        more = *slice;
        QVERIFY(answersRight(&m_countries));
    }
    QVERIFY2(slices >= 3, qPrintable(QString::number(slices))); // 20,000 rows each.
    QCOMPARE(number("SELECT sum(rows) FROM rollup_block"), 60'000);
    QVERIFY(number("SELECT count(*) FROM rollup_cell WHERE level = 3") > 0);
}

void TestSqliteRollups::countsRowsOfOtherPrograms()
{
    appendDays();
    QVERIFY(finish(&m_countries));
    for (const TimestampMs time : {kStart + 20 * kHour, kStart + 34 * kHour, kStart + 20 * kHour}) {
        AuditEvent event = row(time, Type::Authentication, Outcome::RateLimited, "stranger");
        event.context.companyId = "acme";
        event.context.ipAddress = "10.0.9.9";
        m_rows.push_back(event);
        VERIFY_OK(m_direct->execute(
            ("INSERT INTO security_audit_log (timestamp, eventType, action, outcome, userId, companyId, ipAddress) "
             "VALUES (" + std::to_string(time) + ", 'AUTHENTICATION', 'test', 'RATE_LIMITED', 'stranger', 'acme', "
             "'10.0.9.9')").c_str()));
        QVERIFY(answersRight(&m_countries));
    }
    QCOMPARE(number("SELECT last_row_id FROM rollup_state"), 60'000);
    MetricsQuery ofNobody;
    ofNobody.companyId = "nobody";
    QVERIFY(*m_store->metricsInputs(ofNobody) == MetricsInputs());
    // The engine's next commit takes them in.
    EngineCommit reached;
    reached.cursor = {60'003, kNoon, kNoon};
    VERIFY_OK(m_store->commit(reached));
    QCOMPARE(number("SELECT last_row_id FROM rollup_state"), 60'003);
    QVERIFY(answersRight(&m_countries));
}

void TestSqliteRollups::rollsUpWithTheCursor()
{
    VERIFY_OK(m_direct->execute("INSERT INTO security_audit_log (timestamp, eventType, action, outcome, userId) "
                                "VALUES (1795176000000, 'API_SECURITY', 'test', 'SUCCESS', 'ann')"));
    EngineCommit refused = commitOf({alertNumber(1, kNoon)}, {1, kNoon, kNoon});
    refused.monitorRows.front().eventType = static_cast<Type>(99);
    QVERIFY(!m_store->commit(refused));
    QCOMPARE(number("SELECT last_row_id FROM rollup_state"), 0);
    QCOMPARE(number("SELECT count(*) FROM rollup_block"), 0);
    QCOMPARE(number("SELECT count(*) FROM rollup_name"), 0);
    // With the row about the alert, which is part of the log as well.
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon)}, {1, kNoon, kNoon})));
    QCOMPARE(number("SELECT last_row_id FROM rollup_state"), 2);
    QCOMPARE(number("SELECT sum(rows) FROM rollup_block"), 2);
    VERIFY_OK(m_store->acknowledge(std::vector{alertNumber(1, kNoon).id}, "ann", kNoon, {}));
    QCOMPARE(number("SELECT last_row_id FROM rollup_state"), 3);
    QCOMPARE(m_store->metricsInputs({})->totalEvents, 3);
}

void TestSqliteRollups::tellsADamagedBlock()
{
    VERIFY_OK(appendRows(*m_store, {row(kNoon, Type::ApiSecurity, Outcome::Success, "ann")}));
    VERIFY_OK(m_direct->execute("UPDATE rollup_block SET bytes = substr(bytes, 1, length(bytes) - 1)"));
    const auto answer = m_store->metricsInputs({});
    QVERIFY(!answer);
    QVERIFY2(answer.error().message.contains(QLatin1String("rollup_block")), qPrintable(answer.error().message));
}

void TestSqliteRollups::countsAlertsAsTheyChange()
{
    std::vector<SecurityAlert> alerts;
    for (int i = 0; i < 40; ++i)
        alerts.push_back(alertNumber(i, kNoon + i, static_cast<AlertType>(i * 7 % 15)));
    const auto countsAreRight = [this] {
        return number("SELECT count(*) FROM (SELECT type, iif(muted, 2, acknowledged), count(*) FROM alert GROUP BY 1, 2 "
                      "EXCEPT SELECT type, standing, count FROM alert_count)") == 0
            && number("SELECT sum(count) FROM alert_count") == number("SELECT count(*) FROM alert");
    };
    VERIFY_OK(m_store->commit(commitOf(alerts)));
    VERIFY_OK(m_store->commit(commitOf(alerts))); // Known: nothing is counted twice.
    QVERIFY(countsAreRight());
    std::vector<std::string> some;
    for (int i = 0; i < 40; i += 3)
        some.push_back(alerts[static_cast<std::size_t>(i)].id);
    VERIFY_OK(m_store->acknowledge(some, "ann", kNoon, {}));
    QVERIFY(countsAreRight());
    QCOMPARE(m_store->metricsInputs({})->resolvedAlerts, 14);
    // Muted from the beginning, triaged, taken back, brought back: each is counted where it stands.
    Mute mute;
    mute.id = "m";
    mute.rule = "brute-force";
    mute.group = "address:203.0.113.9";
    mute.reason = "the scanner";
    mute.createdAt = kNoon + 100;
    mute.expiresAt = kNoon + kDay;
    VERIFY_OK(m_store->setMute(mute));
    VERIFY_OK(m_store->commit(commitOf({alertNumber(41, kNoon + 100), alertNumber(42, kNoon + 101)})));
    QVERIFY(countsAreRight());
    QCOMPARE(number("SELECT sum(count) FROM alert_count WHERE standing = 2"), 2);
    const std::vector<std::string> muted{alertNumber(41, 0).id};
    TriageStep step;
    step.id = "step";
    VERIFY_OK(m_store->triage(muted, step, "ann", kNoon + 102));
    QVERIFY(countsAreRight());
    VERIFY_OK(m_store->undo(muted, {"back", "step"}, "ann", kNoon + 103));
    QVERIFY(countsAreRight());
    VERIFY_OK(m_store->liftMute({"m", true}, "ann", kNoon + 104));
    QVERIFY(countsAreRight());
    QCOMPARE(number("SELECT sum(count) FROM alert_count WHERE standing = 2"), 0);
    EngineCommit retention;
    retention.dropAlertsBefore = kNoon + 20;
    VERIFY_OK(m_store->commit(retention));
    QVERIFY(countsAreRight());
    QCOMPARE(number("SELECT sum(count) FROM alert_count"), 22);
}

/// A row that cannot be read shows whether it is.
void TestSqliteRollups::readsNoAlertThatNoMuteIsAbout()
{
    Mute mute;
    mute.id = "m";
    mute.rule = "account-enumeration";
    mute.group = "address:203.0.113.9";
    mute.reason = "the scanner";
    mute.createdAt = kNoon;
    mute.expiresAt = kNoon + kDay;
    VERIFY_OK(m_store->setMute(mute));
    mute.id = "over";
    mute.rule = "brute-force";
    mute.expiresAt = kNoon + 1;
    VERIFY_OK(m_store->setMute(mute));
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon + kHour)})));
    VERIFY_OK(m_direct->execute("PRAGMA ignore_check_constraints = ON; UPDATE alert SET type = 99"));
    QVERIFY(!m_store->alert(alertNumber(1, 0).id));
    EngineCommit repeats;
    repeats.repeats = {{alertNumber(1, 0).id, 3, kNoon + 2 * kHour}};
    repeats.storedAt = kNoon + 2 * kHour;
    VERIFY_OK(m_store->commit(repeats));
    QCOMPARE(number("SELECT repeats FROM alert"), 3);
}

/// Alerts of an old log that were raised lately are passed over.
void TestSqliteRollups::findsWhatRetentionDrops()
{
    for (const char *sql : {"DELETE FROM alert WHERE max(timestamp, raised_at) < ?1",
                            "SELECT id FROM alert WHERE max(timestamp, raised_at) < ?1"}) {
        auto plan = m_direct->prepare(std::string("EXPLAIN QUERY PLAN ") + sql);
        VERIFY_OK(plan);
        QVERIFY(*plan->step());
        QVERIFY2(plan->string(3).find("alert_kept") != std::string::npos, plan->string(3).c_str());
    }
}

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestSqliteRollups)
#include "tst_sqliterollups.moc"
