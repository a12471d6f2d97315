// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/ipthreat.h"
#include "core/metrics/memorylog.h"
#include "core/metrics/securityscore.h"
#include "core/metrics/userrisk.h"

#include <QTest>

#include <map>
#include <set>

using namespace bartizan;

class TestMetrics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void scoreOfNothingIsHundred();
    void deductionsAreCappedAndExplained();
    void scoreRoundsHalfUpAndStaysAboveZero();
    void acknowledgingIsAnEventItself();
    void threatLevelEdges_data();
    void threatLevelEdges();
    void topThreatsKeepFirstOccurrence();
    void onlyTopThreatsWeigh();
    void userRisk();
    void riskiestTen();
    void ipThreatFactors_data();
    void ipThreatFactors();
    void logCountsRangeCompanyAndZone();
    void logKnowsAddresses();
    void logTellsItsNumbers();
};

void TestMetrics::scoreOfNothingIsHundred()
{
    const SecurityMetrics m = securityMetrics({});
    QCOMPARE(m.score.rounded, 100);
    QCOMPARE(m.score.exact, 100.0);
    QVERIFY(m.threatLevel == ThreatLevel::Low);
    for (const ScoreDeduction &d : m.score.deductions) {
        QCOMPARE(d.points, 0.0);
        QVERIFY(!d.capped);
    }
}

void TestMetrics::deductionsAreCappedAndExplained()
{
    MetricsInputs in;
    in.criticalEvents = 14;
    in.activeAlerts = 9;
    in.totalEvents = 1250;
    in.alertsByType = {{AlertType::DataBreachAttempt, 1}, {AlertType::PrivilegeEscalation, 2},
                       {AlertType::RateLimitBreach, 50}};
    const SecurityScore score = securityMetrics(in).score;
    QVERIFY(score.deductions[0] == (ScoreDeduction{ScoreDeduction::Kind::CriticalEvents, 14, 28.0, 30.0, false}));
    QVERIFY(score.deductions[1] == (ScoreDeduction{ScoreDeduction::Kind::ActiveAlerts, 9, 25.0, 25.0, true}));
    QVERIFY(score.deductions[2] == (ScoreDeduction{ScoreDeduction::Kind::TopThreats, 3, 15.0, 20.0, false}));
    QVERIFY(score.deductions[3] == (ScoreDeduction{ScoreDeduction::Kind::EventVolume, 250, 2.5, 15.0, false}));
    QCOMPARE(score.exact, 29.5);
    QCOMPARE(score.rounded, 30);
}

void TestMetrics::scoreRoundsHalfUpAndStaysAboveZero()
{
    for (const auto &[total, rounded] : {std::pair{1000, 100}, {1049, 100}, {1050, 100}, {1051, 99}, {1150, 99},
                                         {1151, 98}, {2500, 85}, {9'000'000, 85}}) {
        MetricsInputs in;
        in.totalEvents = total;
        QCOMPARE(securityScore(in, {}).rounded, rounded);
    }
    MetricsInputs worst;
    worst.criticalEvents = worst.activeAlerts = worst.totalEvents = 1'000'000;
    worst.alertsByType = {{AlertType::BruteForceAttack, 1000}};
    QCOMPARE(securityMetrics(worst).score.rounded, 10);
}

/// What is foretold of acknowledging is what is counted then.
void TestMetrics::acknowledgingIsAnEventItself()
{
    MetricsInputs in;
    in.totalEvents = 1000;
    in.activeAlerts = 200;
    MetricsInputs after = afterAcknowledging(in, 150, 160, true); // Ten of them were muted.
    QCOMPARE(after.activeAlerts, 50);
    QCOMPARE(after.totalEvents, 1160);
    QVERIFY(securityScore(after, {}).exact < securityScore(afterAcknowledging(in, 150, 160, false), {}).exact);
    after.activeAlerts = in.activeAlerts;
    after.totalEvents = in.totalEvents;
    QVERIFY(after == in);
}

void TestMetrics::threatLevelEdges_data()
{
    QTest::addColumn<int>("score");
    QTest::addColumn<int>("active");
    QTest::addColumn<int>("critical");
    QTest::addColumn<int>("level");
    QTest::newRow("85") << 85 << 0 << 0 << 0;
    QTest::newRow("84") << 84 << 0 << 0 << 1;
    QTest::newRow("70") << 70 << 0 << 0 << 1;
    QTest::newRow("69") << 69 << 0 << 0 << 2;
    QTest::newRow("50") << 50 << 0 << 0 << 2;
    QTest::newRow("49") << 49 << 0 << 0 << 3;
    QTest::newRow("1 active") << 100 << 1 << 0 << 1;
    QTest::newRow("2 active") << 100 << 2 << 0 << 1;
    QTest::newRow("3 active") << 100 << 3 << 0 << 2;
    QTest::newRow("4 active") << 100 << 4 << 0 << 2;
    QTest::newRow("5 active") << 100 << 5 << 0 << 3;
    QTest::newRow("1 critical") << 100 << 0 << 1 << 1;
    QTest::newRow("2 critical") << 100 << 0 << 2 << 2;
    QTest::newRow("3 critical") << 100 << 0 << 3 << 3;
}

void TestMetrics::threatLevelEdges()
{
    QFETCH(int, score);
    QFETCH(int, active);
    QFETCH(int, critical);
    QFETCH(int, level);
    QCOMPARE(static_cast<int>(threatLevel(score, active, critical)), level);
}

void TestMetrics::topThreatsKeepFirstOccurrence()
{
    const std::vector<ThreatCount> in{{AlertType::CsrfAttack, 1},        {AlertType::RateLimitBreach, 3},
                                      {AlertType::BruteForceAttack, 3},  {AlertType::SessionHijacking, 1},
                                      {AlertType::MassDataAccess, 2},    {AlertType::AccountEnumeration, 1}};
    const std::vector<ThreatCount> expected{{AlertType::RateLimitBreach, 3}, {AlertType::BruteForceAttack, 3},
                                            {AlertType::MassDataAccess, 2},  {AlertType::CsrfAttack, 1},
                                            {AlertType::SessionHijacking, 1}};
    QVERIFY(topThreats(in) == expected);
}

void TestMetrics::onlyTopThreatsWeigh()
{
    MetricsInputs in;
    for (const AlertType type : {AlertType::CsrfAttack, AlertType::RateLimitBreach, AlertType::SessionHijacking,
                                 AlertType::MassDataAccess, AlertType::AccountEnumeration})
        in.alertsByType.push_back({type, 2});
    in.alertsByType.push_back({AlertType::BruteForceAttack, 1});
    QCOMPARE(securityMetrics(in).score.deductions[2].count, 0);
    in.alertsByType.back().count = 3;
    QCOMPARE(securityMetrics(in).score.deductions[2].points, 15.0);
}

void TestMetrics::userRisk()
{
    QCOMPARE(riskScore({"u", "", 1, 1, 1, 0}), 50);
    QCOMPARE(riskScore({"u", "", 0, 0, 0, 2}), 0);
    QCOMPARE(riskScore({"u", "", 0, 0, 0, 3}), 20);
    QCOMPARE(riskScore({"u", "", 10, 0, 0, 0}), 100);
    QCOMPARE(riskScore({"u", "", 10'000'000'000, 0, 0, 9}), 100);
}

void TestMetrics::riskiestTen()
{
    std::vector<UserActivity> users;
    for (int i = 0; i < 30; ++i)
        users.push_back({"u" + std::to_string(i), "", i % 3, 0, 0, 0});
    const std::vector<UserRisk> top = riskiestUsers(users);
    QCOMPARE(top.size(), std::size_t{10});
    for (std::size_t i = 0; i < top.size(); ++i) {
        QCOMPARE(top[i].riskScore, 20);
        QCOMPARE(top[i].activity.userId, "u" + std::to_string(3 * i + 2));
    }
    users.resize(4);
    QCOMPARE(riskiestUsers(users).size(), std::size_t{4});
    QCOMPARE(riskiestUsers(users).back().riskScore, 0);
}

void TestMetrics::ipThreatFactors_data()
{
    QTest::addColumn<int>("failed");
    QTest::addColumn<int>("limited");
    QTest::addColumn<int>("users");
    QTest::addColumn<int>("level");
    QTest::addColumn<QString>("first");
    QTest::newRow("at every edge") << 10 << 5 << 5 << 0 << "20 security events in 24h";
    QTest::newRow("failed") << 11 << 5 << 5 << 1 << "11 failed login attempts in 24h";
    QTest::newRow("limited") << 10 << 6 << 5 << 1 << "6 rate limit violations";
    QTest::newRow("users") << 10 << 5 << 6 << 1 << "Access attempts to 6 different accounts";
    QTest::newRow("two") << 0 << 6 << 6 << 2 << "6 rate limit violations";
    QTest::newRow("three") << 11 << 6 << 6 << 3 << "11 failed login attempts in 24h";
}

void TestMetrics::ipThreatFactors()
{
    QFETCH(int, failed);
    QFETCH(int, limited);
    QFETCH(int, users);
    QFETCH(int, level);
    QFETCH(QString, first);
    const IpThreat threat = ipThreat({20, failed, limited, users});
    QCOMPARE(static_cast<int>(threat.level), level);
    QCOMPARE(threat.factors.size(), static_cast<std::size_t>(level));
    QCOMPARE(QString::fromStdString(threat.riskFactors.front()), first);
    QCOMPARE(threat.recommendations.size(), threat.riskFactors.size());
    if (level == 0)
        QCOMPARE(threat.recommendations.front(), std::string("Continue monitoring for suspicious activity"));
}

void TestMetrics::logCountsRangeCompanyAndZone()
{
    MemoryLog log;
    log.setEmail("u2", "two@example.org");
    const auto add = [&](TimestampMs at, const char *user, const char *company, const char *country,
                         AuditSeverity severity) {
        EventView row;
        row.timestamp = at;
        row.eventType = SecurityEventType::DataPrivacy;
        row.severity = severity;
        row.userId = user;
        row.companyId = company;
        row.country = country;
        log.append(row);
    };
    add(kHour, "u1", "acme", "DE", AuditSeverity::Critical);
    add(2 * kHour, "u2", "acme", "FR", AuditSeverity::Info);
    add(2 * kHour, "u2", "bolt", "DE", AuditSeverity::Info);
    add(3 * kHour, "u2", "acme", "", AuditSeverity::Low);
    const MetricsInputs all = log.metricsInputs({kHour, 3 * kHour}, std::nullopt, ZoneOffsets());
    QCOMPARE(all.totalEvents, 4);
    QCOMPARE(all.criticalEvents, 1);
    QCOMPARE(all.eventsByType[9], 4);
    QCOMPARE(all.eventsByHour[2], 2);
    QVERIFY(all.geo == (std::vector<std::pair<std::string, std::int64_t>>{{"DE", 2}, {"FR", 1}}));
    QCOMPARE(all.users.size(), std::size_t{2});
    QCOMPARE(all.users[1].countries, 2);
    QCOMPARE(all.users[1].email, std::string("two@example.org"));
    QCOMPARE(log.metricsInputs({kHour + 1, 3 * kHour - 1}, "acme", ZoneOffsets()).totalEvents, 1);
    QVERIFY(log.metricsInputs({}, "nobody", ZoneOffsets()) == MetricsInputs());
    QVERIFY(log.metricsInputs({2, 1}, std::nullopt, ZoneOffsets()) == MetricsInputs());
    const auto zone = ZoneOffsets::ofZone("Asia/Kolkata");
    QVERIFY(zone.ok());
    QCOMPARE(log.metricsInputs({}, std::nullopt, *zone).eventsByHour[6], 1); // 01:00Z is 06:30 there.
}

void TestMetrics::logKnowsAddresses()
{
    MemoryLog log;
    for (int i = 0; i < 12; ++i) {
        const std::string user = "u" + std::to_string(i % 7);
        EventView row;
        row.timestamp = i;
        row.outcome = i % 2 ? AuditOutcome::Failure : AuditOutcome::RateLimited;
        row.userId = user;
        row.ipAddress = i % 3 == 2 ? std::string_view() : i % 3 ? "192.0.2.1" : "::1";
        log.append(row);
    }
    QVERIFY(log.addresses() == (std::vector<std::string_view>{"::1", "192.0.2.1"}));
    const auto both = log.ipActivities({1, 10});
    QVERIFY(both[0] == log.ipActivity("::1", {1, 10}));
    QVERIFY(both[1] == log.ipActivity("192.0.2.1", {1, 10}));
    QVERIFY(both[0] == (IpActivity{3, 2, 1, 3}));  // Rows 3, 6, 9.
    QVERIFY(both[1] == (IpActivity{4, 2, 2, 4}));  // Rows 1, 4, 7, 10: users 1, 4, 0, 3.
    QVERIFY(log.ipActivity("0.0.0.0", {}) == IpActivity());
}

void TestMetrics::logTellsItsNumbers()
{
    MemoryLog log;
    EventView alone;
    alone.userId = "alone";
    log.append(alone);
    // Over the end of a block; every seventh row has neither user nor address.
    std::vector<std::string> texts;
    for (int i = 0; i < 500; ++i)
        texts.push_back("text" + std::to_string(i));
    std::vector<EventView> rows(10'000);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].timestamp = static_cast<TimestampMs>(i);
        if (i % 7 == 0)
            continue;
        rows[i].userId = texts[i * i % 500];
        rows[i].ipAddress = texts[i % 499];
    }
    log.appendNumbered(rows);
    QCOMPARE(log.size(), rows.size() + 1);
    std::map<std::string_view, std::uint32_t> users;
    std::map<std::string_view, std::uint32_t> addresses;
    for (const EventView &row : rows) {
        QCOMPARE(row.userNumber, users.try_emplace(row.userId, row.userNumber).first->second);
        QCOMPARE(row.addressNumber, addresses.try_emplace(row.ipAddress, row.addressNumber).first->second);
        QCOMPARE(row.userNumber == 0, row.userId.empty());
        QCOMPARE(row.addressNumber == 0, row.ipAddress.empty());
    }
    std::set<std::uint32_t> different;
    for (const auto &[text, number] : users)
        different.insert(number);
    QCOMPARE(different.size(), users.size());
    QCOMPARE(log.metricsInputs({0, 9'999}, std::nullopt, ZoneOffsets()).totalEvents, 10'001);
}

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
