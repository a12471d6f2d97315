// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detector.h"
#include "core/detect/rules/temporalanomaly.h"
#include "core/domain/jsontext.h"

#include <QJsonArray>
#include <QTest>

using namespace bartizan;

namespace {

constexpr TimestampMs kStart = TimestampMs{1'741'597'140} * kSecond; // 2025-03-10T08:59:00Z

/// A detector with its clock started, and what it said.
struct Bench {
    Detector detector;
    DetectorOutput out;
    std::int64_t nextId = 1;

    Bench()
    {
        MonitoringConfig config;
        config.preset = Preset::Reference;
        detector.setConfig(config);
        detector.start(kStart);
    }
    void set(int &(*field)(MonitoringConfig &), int value)
    {
        MonitoringConfig config = detector.config();
        field(config) = value;
        detector.setConfig(config);
    }
    AuditEvent event(TimestampMs at, SecurityEventType type, AuditOutcome outcome, const char *address,
                     const char *user = nullptr, const char *country = nullptr)
    {
        AuditEvent e;
        e.id = nextId++;
        e.timestamp = at;
        e.eventType = type;
        e.outcome = outcome;
        e.action = "action";
        if (address)
            e.context.ipAddress = address;
        if (user)
            e.context.userId = user;
        if (country)
            e.context.country = country;
        return e;
    }
    void process(const AuditEvent &e) { detector.process(EventView::of(e), out); }
    void failLogin(TimestampMs at, const char *address)
    {
        process(event(at, SecurityEventType::Authentication, AuditOutcome::Failure, address));
    }
    std::size_t alerts() const { return out.alerts.size(); }
};

using Type = SecurityEventType;
using Outcome = AuditOutcome;

} // namespace

class TestRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thresholds_data();
    void thresholds();
    void windowEdges_data();
    void windowEdges();
    void wording();
    void whatDoesNotCount();
    void platformEventWithoutUserCountsEveryone();
    void severalFireInTheTablesOrder();
    void metadataOfTheEventWins();
    void emptyTextIsAsGoodAsAbsentForTheRules();
    void country();
    void ownRowsAreHistory();
    void temporalIsFoundButDoesNotAlert();
    void hourOfDayInTheMonitoringZone();
    void volume();
    void volumeOverQuietYears();
    void hourlyRetention();
    void suppressionSpan();
};

void TestRules::thresholds_data()
{
    QTest::addColumn<int>("rule");
    QTest::addColumn<int>("events");
    QTest::addColumn<int>("alerts");
    for (const auto &[rule, threshold] : {std::pair{0, 5}, {1, 25}, {2, 10}}) {
        for (int d = -1; d <= 1; ++d)
            QTest::addRow("rule %d, %d", rule, threshold + d) << rule << threshold + d << (d < 0 ? 0 : 1);
    }
}

void TestRules::thresholds()
{
    QFETCH(int, rule);
    QFETCH(int, events);
    QFETCH(int, alerts);
    Bench b;
    for (int i = 0; i < events; ++i) {
        const TimestampMs at = kStart + kMinute + i * 100;
        if (rule == 0)
            b.failLogin(at, "192.0.2.1");
        else if (rule == 1)
            b.process(b.event(at, i % 2 ? Type::PlatformAdmin : Type::UserManagement, Outcome::Success, nullptr, "u"));
        else
            b.process(b.event(at, i % 2 ? Type::CsrfProtection : Type::ApiSecurity, Outcome::RateLimited, "::1"));
    }
    QCOMPARE(b.alerts(), static_cast<std::size_t>(alerts));
    QCOMPARE(b.out.monitorRows.size(), static_cast<std::size_t>(alerts));
}

void TestRules::windowEdges_data()
{
    QTest::addColumn<int>("rule");
    QTest::addColumn<TimestampMs>("back");
    QTest::addColumn<int>("alerts");
    for (const auto &[rule, window] : {std::pair{0, 5 * kMinute}, {1, kHour}, {2, kMinute}}) {
        for (int d = -1; d <= 1; ++d)
            QTest::addRow("rule %d, %+d ms", rule, d) << rule << window + d << (d > 0 ? 0 : 1);
    }
}

void TestRules::windowEdges()
{
    QFETCH(int, rule);
    QFETCH(TimestampMs, back);
    QFETCH(int, alerts);
    Bench b;
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.failedLoginsPerMinute; }, 2);
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.adminActionsPerHour; }, 2);
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.rateLimitViolationsPerMinute; }, 2);
    const TimestampMs at = kStart + 3 * kHour;
    for (const TimestampMs t : {at - back, at}) {
        if (rule == 0)
            b.failLogin(t, "192.0.2.1");
        else if (rule == 1)
            b.process(b.event(t, Type::UserManagement, Outcome::Failure, "192.0.2.1", "u"));
        else
            b.process(b.event(t, Type::Authentication, Outcome::RateLimited, "192.0.2.1"));
    }
    QCOMPARE(b.alerts(), static_cast<std::size_t>(alerts));
}

void TestRules::wording()
{
    Bench b;
    for (int i = 0; i < 5; ++i)
        b.failLogin(kStart + i, "192.0.2.1");
    QCOMPARE(b.alerts(), std::size_t{1});
    const SecurityAlert &a = b.out.alerts.front();
    QCOMPARE(a.title, std::string("Brute Force Attack Detected"));
    QCOMPARE(a.description, std::string("5 failed login attempts from IP 192.0.2.1 in 5 minutes"));
    QVERIFY(a.severity == AlertSeverity::High);
    QVERIFY(a.type == AlertType::BruteForceAttack);
    QVERIFY(a.eventType == Type::Authentication);
    QCOMPARE(a.timestamp, kStart + 4);
    QCOMPARE(a.metadata, std::string("{\"failedAttempts\":5}"));
    QCOMPARE(a.eventId, 5);
    QCOMPARE(a.context.ipAddress, std::optional<std::string>("192.0.2.1"));
    const AuditEvent &row = b.out.monitorRows.front();
    QCOMPARE(row.action, std::string("security_alert_created"));
    QVERIFY(row.eventType == Type::SystemConfig);
    QVERIFY(row.severity == AuditSeverity::High);
    QVERIFY(row.origin == RowOrigin::Monitor);
    QCOMPARE(row.context, a.context);
    QCOMPARE(row.timestamp, a.timestamp);
}

void TestRules::whatDoesNotCount()
{
    Bench b;
    const TimestampMs at = kStart + kMinute;
    for (int i = 0; i < 4; ++i)
        b.failLogin(at + i, "192.0.2.1");
    b.process(b.event(at + 10, Type::Authentication, Outcome::Success, "192.0.2.1"));
    b.process(b.event(at + 11, Type::Authentication, Outcome::Blocked, "192.0.2.1"));
    b.process(b.event(at + 12, Type::Authorization, Outcome::Failure, "192.0.2.1"));
    b.failLogin(at + 13, nullptr);
    b.failLogin(at + 14, "192.0.2.01");
    QCOMPARE(b.alerts(), std::size_t{0});
    b.failLogin(at + 15, "192.0.2.1");
    QCOMPARE(b.alerts(), std::size_t{1});
    // With the threshold passed and nothing to suppress it, only another failed login alerts.
    b.set([](MonitoringConfig &c) -> int & { return c.alerting.suppressDuplicateMinutes; }, 1);
    b.process(b.event(at + 2 * kMinute, Type::Authentication, Outcome::Success, "192.0.2.1"));
    QCOMPARE(b.alerts(), std::size_t{1});
    b.failLogin(at + 2 * kMinute, "192.0.2.1");
    QCOMPARE(b.alerts(), std::size_t{2});
}

void TestRules::platformEventWithoutUserCountsEveryone()
{
    Bench b;
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.adminActionsPerHour; }, 4);
    const TimestampMs at = kStart + kMinute;
    b.process(b.event(at, Type::UserManagement, Outcome::Success, nullptr, "a"));
    b.process(b.event(at + 1, Type::UserManagement, Outcome::Success, nullptr, "b"));
    b.process(b.event(at + 2, Type::UserManagement, Outcome::Success, nullptr)); // Counted, not looked at.
    QCOMPARE(b.alerts(), std::size_t{0});
    b.process(b.event(at + 3, Type::PlatformAdmin, Outcome::Success, nullptr));
    QCOMPARE(b.alerts(), std::size_t{1});
    QCOMPARE(b.out.alerts.front().description, std::string("User undefined performed 4 admin actions in 1 hour"));
}

void TestRules::severalFireInTheTablesOrder()
{
    Bench b;
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.adminActionsPerHour; }, 1);
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.rateLimitViolationsPerMinute; }, 1);
    const TimestampMs at = kStart + kMinute;
    b.process(b.event(at, Type::PlatformAdmin, Outcome::Success, "192.0.2.1", "u", "DE"));
    b.out.clear();
    b.process(b.event(at + kHour, Type::PlatformAdmin, Outcome::RateLimited, "192.0.2.1", "u", "IR"));
    QCOMPARE(b.alerts(), std::size_t{3});
    QVERIFY(b.out.alerts[0].type == AlertType::UnusualAdminActivity);
    QVERIFY(b.out.alerts[1].type == AlertType::RateLimitBreach);
    QVERIFY(b.out.alerts[2].type == AlertType::AuthenticationAnomaly);
    QVERIFY(b.out.alerts[0].id != b.out.alerts[1].id);
}

void TestRules::metadataOfTheEventWins()
{
    Bench b;
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.failedLoginsPerMinute; }, 1);
    AuditEvent e = b.event(kStart, Type::Authentication, Outcome::Failure, "192.0.2.1");
    e.metadata = R"({"failedAttempts":"many","nested":{"x":[1]}})";
    b.process(e);
    QCOMPARE(jsonObjectOf(b.out.alerts.front().metadata), jsonObjectOf(e.metadata));
    AuditEvent broken = b.event(kStart + 1, Type::Authentication, Outcome::Failure, "192.0.2.2");
    broken.metadata = "{not json";
    b.process(broken);
    QCOMPARE(b.out.alerts.back().metadata, std::string("{\"failedAttempts\":1}"));
}

void TestRules::emptyTextIsAsGoodAsAbsentForTheRules()
{
    Bench b;
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.failedLoginsPerMinute; }, 1);
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.adminActionsPerHour; }, 1);
    b.failLogin(kStart, "");
    b.process(b.event(kStart + 1, Type::UserManagement, Outcome::Success, "", ""));
    QCOMPARE(b.alerts(), std::size_t{0});
    b.process(b.event(kStart + 2, Type::PlatformAdmin, Outcome::Success, "", ""));
    QCOMPARE(b.alerts(), std::size_t{1});
    // What the event said stays in the context.
    QCOMPARE(b.out.alerts.front().context.ipAddress, std::optional<std::string>(""));
    b.process(b.event(kStart + 3, Type::PlatformAdmin, Outcome::Success, nullptr));
    QCOMPARE(b.alerts(), std::size_t{1}); // Empty and absent address share one suppression.
}

void TestRules::country()
{
    Bench b;
    const TimestampMs at = kStart + kMinute;
    const auto visit = [&](TimestampMs t, const char *user, const char *country, const char *address) {
        b.process(b.event(t, Type::DataPrivacy, Outcome::Success, address, user, country));
    };
    visit(at, "anna", "DE", "192.0.2.1");
    visit(at, "anna", "FR", "192.0.2.1"); // The same millisecond is no history.
    QCOMPARE(b.out.geographicalAnomalies, 0);
    visit(at + 1, "anna", "fr", "192.0.2.2"); // Case matters.
    QCOMPARE(b.alerts(), std::size_t{1});
    const SecurityAlert &a = b.out.alerts.front();
    QCOMPARE(a.title, std::string("Anomaly Detected: geographical_anomaly"));
    QCOMPARE(a.description, std::string("User accessing from unusual country: fr"));
    QVERIFY(a.severity == AlertSeverity::High);
    const QJsonObject metadata = jsonObjectOf(a.metadata);
    QCOMPARE(metadata.value(QLatin1String("confidence")).toDouble(), 0.8);
    QCOMPARE(metadata.value(QLatin1String("anomaly")).toObject().value(QLatin1String("recommendedActions")).toArray().size(),
             3);
    visit(at + 2, "bert", "JP", "192.0.2.3"); // No history, no anomaly.
    QCOMPARE(b.alerts(), std::size_t{1});
    b.process(b.event(at + 3, Type::Authorization, Outcome::Success, "192.0.2.4", "anna", "JP")); // Per type.
    QCOMPARE(b.alerts(), std::size_t{1});
    visit(at + 1 + kHistorySpan, "anna", "US", "192.0.2.5"); // "fr" is on the edge: still history.
    QCOMPARE(b.alerts(), std::size_t{2});
    Bench c;
    c.process(c.event(at, Type::DataPrivacy, Outcome::Success, nullptr, "anna", "DE"));
    c.process(c.event(at + kHistorySpan + 1, Type::DataPrivacy, Outcome::Success, nullptr, "anna", "US"));
    QCOMPARE(c.alerts(), std::size_t{0}); // Beyond the edge there is no history.
}

void TestRules::ownRowsAreHistory()
{
    Bench b;
    b.set([](MonitoringConfig &c) -> int & { return c.thresholds.failedLoginsPerMinute; }, 1);
    const TimestampMs at = kStart + kMinute;
    b.process(b.event(at, Type::Authentication, Outcome::Failure, "192.0.2.1", "anna", "DE"));
    QCOMPARE(b.alerts(), std::size_t{1}); // Its row is SYSTEM_CONFIG, with user and country.
    b.process(b.event(at + 1, Type::SystemConfig, Outcome::Success, "192.0.2.9", "anna", "FR"));
    QCOMPARE(b.alerts(), std::size_t{2});
    QVERIFY(b.out.alerts.back().type == AlertType::AuthenticationAnomaly);
    // A row handed in as the monitor's own teaches as well, and is not judged.
    Bench c;
    AuditEvent own = c.event(at, Type::SystemConfig, Outcome::Success, nullptr, "anna", "DE");
    own.origin = RowOrigin::Monitor;
    c.detector.observe(EventView::of(own));
    c.process(c.event(at + 1, Type::SystemConfig, Outcome::Success, "192.0.2.9", "anna", "FR"));
    QCOMPARE(c.alerts(), std::size_t{1});
}

void TestRules::temporalIsFoundButDoesNotAlert()
{
    Bench b;
    const TimestampMs today = kStart + kDay + kMinute;
    for (int i = 0; i < 7; ++i)
        b.process(b.event(today - kDay + i, Type::PasswordReset, Outcome::Success, nullptr));
    b.out.clear();
    for (int i = 1; i <= 3; ++i)
        b.process(b.event(today, Type::PasswordReset, Outcome::Success, nullptr));
    QCOMPARE(b.out.temporalAnomalies, 0); // 3 is not more than 3 × 1.0; the same millisecond is no history.
    b.process(b.event(today, Type::PasswordReset, Outcome::Success, nullptr));
    QCOMPARE(b.out.temporalAnomalies, 1);
    QCOMPARE(b.alerts(), std::size_t{0});
    QCOMPARE(TemporalAnomaly::anomaly(4, 9, 0.7).description,
             std::string("Unusual activity spike: 4 events vs 1.3 average"));
    QVERIFY(severityOf(0.7) == AlertSeverity::Medium);
    QVERIFY(severityOf(0.9) == AlertSeverity::Critical);
    QVERIFY(severityOf(0.59) == AlertSeverity::Low);
}

void TestRules::hourOfDayInTheMonitoringZone()
{
    // 04:29:50Z is 09:59:50 in Kolkata, 04:30:10Z already 10:00:10.
    const TimestampMs before = kStart - 4 * kHour - 29 * kMinute - 10 * kSecond;
    for (const bool kolkata : {false, true}) {
        Bench b;
        if (kolkata) {
            auto zone = ZoneOffsets::ofZone("Asia/Kolkata");
            QVERIFY(zone.ok());
            b.detector.setZone(*zone);
        }
        for (int i = 0; i < 3; ++i)
            b.process(b.event(before, Type::PasswordReset, Outcome::Success, nullptr));
        b.process(b.event(before + 20 * kSecond, Type::PasswordReset, Outcome::Success, nullptr));
        // In UTC the four rows share an hour: 4 > 3 × 3/7. In Kolkata the last has no history in its hour.
        QCOMPARE(b.out.temporalAnomalies, kolkata ? 0 : 1);
    }
}

void TestRules::volume()
{
    for (const auto &[events, firstAt, alerts] :
         {std::tuple{50, 0, 0}, {51, 0, 1}, {51, -1, 0}}) {
        Bench b;
        const TimestampMs tick = kStart + 5 * kMinute;
        b.process(b.event(tick - kMinute + firstAt, Type::ApiSecurity, Outcome::Success, nullptr));
        for (int i = 1; i < events; ++i)
            b.process(b.event(tick - 25 * kSecond + i, Type::ApiSecurity, Outcome::Success, nullptr));
        b.process(b.event(tick, Type::ApiSecurity, Outcome::Success, nullptr)); // After the tick.
        QCOMPARE(b.alerts(), static_cast<std::size_t>(alerts));
        if (alerts == 1) {
            const SecurityAlert &a = b.out.alerts.front();
            QCOMPARE(a.timestamp, tick);
            QCOMPARE(a.description, std::string("51 security events in the last minute"));
            QVERIFY(a.eventType == Type::ApiSecurity);
            QCOMPARE(a.eventId, 0);
            QVERIFY(a.context.requestId.has_value() && !a.context.ipAddress);
            b.detector.advanceClock(tick + 5 * kMinute, b.out);
            QCOMPARE(b.alerts(), std::size_t{1});
        }
    }
}

void TestRules::volumeOverQuietYears()
{
    Bench b;
    for (int i = 0; i < 60; ++i)
        b.process(b.event(kStart + kMinute + i, Type::ApiSecurity, Outcome::Success, nullptr));
    b.process(b.event(kStart + 40 * 365 * kDay, Type::ApiSecurity, Outcome::Success, nullptr));
    QCOMPARE(b.alerts(), std::size_t{1});
    QCOMPARE(b.out.alerts.front().timestamp, kStart + kMinute + 30 * kSecond);
    // The ticks still stand where they stood.
    b.out.clear();
    const TimestampMs later = kStart + 40 * 365 * kDay + 7 * kSecond;
    for (int i = 0; i < 60; ++i)
        b.process(b.event(later + i, Type::ApiSecurity, Outcome::Success, nullptr));
    b.detector.advanceClock(later + kMinute, b.out);
    QCOMPARE(b.out.alerts.front().timestamp, kStart + 40 * 365 * kDay + 30 * kSecond);
}

void TestRules::hourlyRetention()
{
    Bench b;
    b.set([](MonitoringConfig &c) -> int & { return c.retention.alertRetentionDays; }, 2);
    b.detector.advanceClock(kStart + kHour - 1, b.out);
    QVERIFY(!b.out.dropAlertsBefore.has_value());
    b.detector.advanceClock(kStart + kHour, b.out);
    QCOMPARE(b.out.dropAlertsBefore, std::optional(kStart + kHour - 2 * kDay));
    b.detector.advanceClock(kStart + 5 * kDay + 90 * kMinute, b.out);
    QCOMPARE(b.out.dropAlertsBefore, std::optional(kStart + 5 * kDay + kHour - 2 * kDay));
}

void TestRules::suppressionSpan()
{
    for (const auto &[after, alerts] : {std::pair{10 * kMinute - 1, 1}, {10 * kMinute, 2}}) {
        Bench b;
        b.set([](MonitoringConfig &c) -> int & { return c.thresholds.failedLoginsPerMinute; }, 1);
        const TimestampMs at = kStart + kMinute;
        b.failLogin(at, "192.0.2.1");
        b.failLogin(at + 5 * kMinute, "192.0.2.1"); // Suppressed, and does not prolong the suppression.
        b.failLogin(at + after, "192.0.2.1");
        QCOMPARE(b.alerts(), static_cast<std::size_t>(alerts));
        b.failLogin(at + after, "192.0.2.2");
        QCOMPARE(b.alerts(), static_cast<std::size_t>(alerts + 1));
    }
}

QTEST_APPLESS_MAIN(TestRules)
#include "tst_rules.moc"
