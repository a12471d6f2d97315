// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detector.h"
#include "core/domain/ipaddress.h"
#include "core/ingest/demotraffic.h"

#include <QJsonDocument>
#include <QtTest>

#include <map>
#include <set>

using namespace bartizan;

namespace {

constexpr TimestampMs kNow = 1795184400000; // A Friday, 2026-11-20T14:20:00Z.

struct Week {
    std::vector<AuditEvent> events;
    std::size_t announced = 0;
};

Week weekBefore(TimestampMs now, std::uint64_t seed = DemoTraffic::kSeed)
{
    Week week;
    DemoTraffic traffic(now, seed);
    const auto done = traffic.history([&week](std::vector<AuditEvent> &&batch, std::size_t total) {
        week.announced = total;
        std::move(batch.begin(), batch.end(), std::back_inserter(week.events));
        return true;
    });
    if (!done)
        week.events.clear();
    return week;
}

std::vector<SecurityAlert> alertsOf(const std::vector<AuditEvent> &events, Preset preset = Preset::Reference)
{
    MonitoringConfig config;
    config.preset = preset;
    Detector detector(config);
    DetectorOutput out;
    if (!events.empty())
        detector.start(events.front().timestamp);
    for (const AuditEvent &event : events)
        detector.process(EventView::of(event), out);
    if (!events.empty())
        detector.advanceClock(events.back().timestamp + kMinute, out);
    return out.alerts;
}

} // namespace

class TestDemoTraffic : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void isInOrderAndInTheWeek();
    void isTheSameForTheSame();
    void looksLikeWork();
    void hasTheRealAttack();
    void usesReservedAddresses();
    void raisesEveryType();
    void raisesEveryTypeOfTheStandardPreset();
    void leavesAHandfulOpen();
    void triageShowsEveryState();
    void stopsWhenTold();
    void trickles();
    void goesOnAfterAPause();
    void emailsAreReserved();

private:
    Week m_week;
    std::vector<SecurityAlert> m_alerts;
};

void TestDemoTraffic::initTestCase()
{
    m_week = weekBefore(kNow);
    m_alerts = alertsOf(m_week.events);
    QVERIFY(!m_week.events.empty());
}

void TestDemoTraffic::isInOrderAndInTheWeek()
{
    QCOMPARE(m_week.announced, m_week.events.size());
    TimestampMs previous = kNow - DemoTraffic::kSpan;
    for (const AuditEvent &event : m_week.events) {
        QVERIFY(event.timestamp >= previous);
        previous = event.timestamp;
        QVERIFY(!event.action.empty());
        if (!event.metadata.empty())
            QVERIFY(QJsonDocument::fromJson(QByteArray::fromStdString(event.metadata)).isObject());
    }
    QVERIFY(previous < kNow);
    QVERIFY(kNow - previous < 5 * kMinute);
}

void TestDemoTraffic::isTheSameForTheSame()
{
    QVERIFY(weekBefore(kNow).events == m_week.events);
    QVERIFY(weekBefore(kNow, 7).events != m_week.events);
    const auto later = weekBefore(kNow + kHour);
    QVERIFY(later.events.back().timestamp > kNow);
}

void TestDemoTraffic::looksLikeWork()
{
    QVERIFY2(m_week.events.size() > 8'000 && m_week.events.size() < 12'000, qPrintable(QString::number(m_week.events.size())));
    std::set<std::string> countries;
    std::set<std::string> companies;
    std::set<std::string> users;
    std::set<SecurityEventType> types;
    std::set<AuditOutcome> outcomes;
    std::map<int, int> byHour;
    std::size_t critical = 0;
    for (const AuditEvent &event : m_week.events) {
        types.insert(event.eventType);
        outcomes.insert(event.outcome);
        if (event.context.companyId)
            companies.insert(*event.context.companyId);
        if (event.timestamp < kNow - kDay)
            continue;
        if (event.context.country)
            countries.insert(*event.context.country);
        if (event.context.userId)
            users.insert(*event.context.userId);
        ++byHour[static_cast<int>(event.timestamp / kHour)];
        critical += event.severity == AuditSeverity::Critical ? 1 : 0;
    }
    QCOMPARE(types.size(), enumCount<SecurityEventType>());
    QCOMPARE(outcomes.size(), enumCount<AuditOutcome>());
    QCOMPARE(companies.size(), std::size_t(6));
    QVERIFY(countries.size() >= 20);
    QVERIFY(users.size() >= 60);
    QCOMPARE(critical, std::size_t(1));
    int quietest = std::numeric_limits<int>::max();
    int busiest = 0;
    for (const auto &[hour, count] : byHour) {
        quietest = std::min(quietest, count);
        busiest = std::max(busiest, count);
    }
    QVERIFY(byHour.size() >= 24);
    QVERIFY2(busiest > 3 * quietest, qPrintable(QStringLiteral("%1 to %2").arg(quietest).arg(busiest)));
}

void TestDemoTraffic::hasTheRealAttack()
{
    int attempts = 0;
    TimestampMs last = 0;
    for (const AuditEvent &event : m_week.events) {
        if (event.action != "ssh_login")
            continue;
        last = event.timestamp;
        attempts += event.context.ipAddress == "91.197.232.109" ? 1 : 0;
    }
    QCOMPARE(attempts, 58);
    QCOMPARE(kNow - last, 5 * kHour);
}

void TestDemoTraffic::usesReservedAddresses()
{
    for (const AuditEvent &event : m_week.events) {
        if (event.action == "ssh_login" || !event.context.ipAddress)
            continue;
        const auto address = IpAddress::parse(*event.context.ipAddress);
        QVERIFY2(address && address->scope() == IpScope::Documentation, event.context.ipAddress->c_str());
        QCOMPARE(address->text(), *event.context.ipAddress);
    }
}

void TestDemoTraffic::raisesEveryType()
{
    std::map<AlertType, int> week;
    int lastDay = 0;
    int lastHour = 0;
    for (const SecurityAlert &alert : m_alerts) {
        ++week[alert.type];
        lastDay += alert.timestamp > kNow - kDay ? 1 : 0;
        lastHour += alert.timestamp > kNow - kHour ? 1 : 0;
    }
    for (const auto &[type, count] : week)
        qInfo() << QByteArray::fromStdString(std::string(toString(type))) << count;
    for (const AlertType type : {AlertType::BruteForceAttack, AlertType::UnusualAdminActivity, AlertType::RateLimitBreach,
                                 AlertType::AuthenticationAnomaly, AlertType::SuspiciousIpActivity})
        QVERIFY2(week[type] >= 3, std::string(toString(type)).c_str());
    QCOMPARE(week.size(), std::size_t(5));
    QVERIFY2(lastDay >= 10 && lastDay <= 24, qPrintable(QString::number(lastDay)));
    QVERIFY(lastHour >= 2);
    QVERIFY2(m_alerts.size() >= 30 && m_alerts.size() <= 80, qPrintable(QString::number(m_alerts.size())));
}

void TestDemoTraffic::raisesEveryTypeOfTheStandardPreset()
{
    std::set<std::string> types;
    std::set<std::string> rules;
    for (const SecurityAlert &alert : alertsOf(m_week.events, Preset::Standard)) {
        types.insert(std::string(toString(alert.type)));
        rules.insert(alert.rule);
    }
    for (const std::string_view type : enumNames<AlertType>())
        QVERIFY2(types.contains(std::string(type)), std::string(type).c_str());
    for (const RuleInfo &rule : ruleCatalog())
        QVERIFY2(rules.contains(std::string(rule.key)), std::string(rule.key).c_str());
}

void TestDemoTraffic::leavesAHandfulOpen()
{
    std::size_t open = 0;
    std::set<std::string> by;
    for (const SecurityAlert &alert : m_alerts) {
        const auto seen = DemoTraffic::acknowledgement(alert, kNow);
        if (!seen) {
            ++open;
            continue;
        }
        QVERIFY(seen->at > alert.timestamp && seen->at < kNow);
        QVERIFY(DemoTraffic::acknowledgement(alert, kNow) == seen);
        by.insert(seen->by);
    }
    QVERIFY2(open >= 3 && open <= 5, qPrintable(QString::number(open)));
    QVERIFY(by == (std::set<std::string>{"l.meyer", "r.ito"}));
}

/// Triage in the demonstration shows every state, in an order that people could have worked in.
void TestDemoTraffic::triageShowsEveryState()
{
    std::set<AlertDisposition> dispositions;
    int escalated = 0;
    for (const SecurityAlert &alert : m_alerts) {
        const std::vector<DemoStep> steps = DemoTraffic::triage(alert, kNow);
        TimestampMs before = alert.timestamp;
        bool acknowledged = false;
        for (const DemoStep &one : steps) {
            TriageStep step = one.step;
            step.id = "x";
            QVERIFY(checkStep(step));
            QVERIFY(one.at >= before && one.at <= kNow);
            before = one.at;
            acknowledged = acknowledged || step.kind == TriageKind::Acknowledge;
            escalated += step.kind == TriageKind::Escalate ? 1 : 0;
            if (step.kind == TriageKind::Resolve)
                dispositions.insert(step.disposition);
        }
        QCOMPARE(acknowledged, DemoTraffic::acknowledgement(alert, kNow).has_value());
    }
    QCOMPARE(dispositions.size(), enumCount<AlertDisposition>());
    QVERIFY(escalated >= 1);
}

void TestDemoTraffic::stopsWhenTold()
{
    DemoTraffic traffic(kNow);
    int batches = 0;
    QVERIFY(traffic.history([&batches](std::vector<AuditEvent> &&, std::size_t) { return ++batches < 2; }).ok());
    QCOMPARE(batches, 2);
}

void TestDemoTraffic::trickles()
{
    DemoTraffic traffic(kNow);
    std::vector<AuditEvent> events = m_week.events;
    const std::size_t before = events.size();
    TimestampMs previous = kNow;
    for (TimestampMs now = kNow; now <= kNow + 15 * kMinute; now += 250) {
        for (AuditEvent &event : traffic.next(now)) {
            QVERIFY(event.timestamp >= previous && event.timestamp <= now);
            previous = event.timestamp;
            events.push_back(std::move(event));
        }
        QVERIFY(traffic.nextDue() > now);
    }
    const std::size_t live = events.size() - before;
    QVERIFY2(live > 350 && live < 1000, qPrintable(QString::number(live)));
    int raised = 0;
    TimestampMs first = 0;
    for (const SecurityAlert &alert : alertsOf(events)) {
        if (alert.timestamp < kNow + 10 * kSecond)
            continue;
        first = first == 0 ? alert.timestamp : first;
        ++raised;
    }
    QVERIFY2(raised >= 7 && raised <= 15, qPrintable(QString::number(raised)));
    QVERIFY(first < kNow + kMinute);
}

void TestDemoTraffic::goesOnAfterAPause()
{
    DemoTraffic traffic(kNow);
    traffic.next(kNow + kMinute);
    const auto events = traffic.next(kNow + kDay);
    QVERIFY(events.size() < 5);
    for (const AuditEvent &event : events)
        QVERIFY(event.timestamp >= kNow + kDay - kMinute);
    QVERIFY(traffic.nextDue() < kNow + kDay + 10 * kSecond);
}

void TestDemoTraffic::emailsAreReserved()
{
    const auto emails = DemoTraffic(kNow).emails();
    QVERIFY(emails.size() >= 60 && emails.size() <= 100);
    std::set<std::string> ids;
    for (const auto &[id, email] : emails) {
        ids.insert(id);
        QVERIFY(email.ends_with("@example.com") || email.ends_with("@example.org") || email.ends_with("@example.net"));
    }
    QCOMPARE(ids.size(), emails.size());
}

QTEST_GUILESS_MAIN(TestDemoTraffic)
#include "tst_demotraffic.moc"
