// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detector.h"
#include "logoracle.h"
#include "restoredetector.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <random>

using namespace bartizan;
using bartizan::test::LogOracle;
using bartizan::test::Raised;

namespace {

constexpr TimestampMs kStart = TimestampMs{1'741'597'140} * kSecond;

/// Low thresholds and few keys, so that a short stream fires everything often.
MonitoringConfig touchy()
{
    MonitoringConfig config;
    config.preset = Preset::Reference;
    config.thresholds.failedLoginsPerMinute = 3;
    config.thresholds.adminActionsPerHour = 4;
    config.thresholds.rateLimitViolationsPerMinute = 3;
    config.alerting.suppressDuplicateMinutes = 2;
    return config;
}

/// A seeded stream: bursts, pauses of minutes, hours and days, rows of one millisecond, and rows up to kLateSlack late.
class Traffic {
public:
    Traffic(unsigned seed, bool late) : m_random(seed), m_late(late) {}

    AuditEvent next()
    {
        const auto kind = m_random() % 1000;
        if (m_id % 500 < 120) // A flood that the volume of events gives away.
            m_now += below(400);
        else if (kind < 5)
            m_now += below(3 * kDay);
        else if (kind < 25)
            m_now += below(2 * kHour);
        else if (kind < 300)
            m_now += below(40 * kSecond);
        else if (kind < 800)
            m_now += below(900);
        AuditEvent row;
        row.id = ++m_id;
        row.timestamp = m_late && m_random() % 8 == 0 ? std::max(kStart, m_now - below(kLateSlack)) : m_now;
        row.eventType = pick(std::array{SecurityEventType::Authentication, SecurityEventType::PlatformAdmin,
                                        SecurityEventType::UserManagement, SecurityEventType::SystemConfig});
        row.outcome = pick(std::array{AuditOutcome::Failure, AuditOutcome::RateLimited, AuditOutcome::Success});
        if (m_random() % 10 != 0)
            row.context.ipAddress = "192.0.2." + std::to_string(m_random() % 6);
        if (m_random() % 5 != 0)
            row.context.userId = "user" + std::to_string(m_random() % 4);
        if (m_random() % 3 != 0)
            row.context.country = m_random() % 30 != 0 ? "DE" : m_random() % 2 ? "FR" : "JP";
        return row;
    }

private:
    TimestampMs below(TimestampMs n) { return static_cast<TimestampMs>(m_random() % static_cast<std::uint64_t>(n)); }
    template<typename T, std::size_t N>
    T pick(const std::array<T, N> &values) { return values[m_random() % N]; }

    std::mt19937 m_random;
    bool m_late;
    TimestampMs m_now = kStart + 1;
    std::int64_t m_id = 0;
};

/// The number a description begins or ends its count with.
std::int64_t countIn(const SecurityAlert &alert)
{
    if (alert.type == AlertType::AuthenticationAnomaly)
        return 0;
    const char *marks[] = {" failed login", " security events", " admin actions", " times in"};
    for (const char *mark : marks) {
        const std::size_t end = alert.description.find(mark);
        if (end == std::string::npos)
            continue;
        const std::size_t blank = alert.description.rfind(' ', end - 1);
        return std::stoll(alert.description.substr(blank == std::string::npos ? 0 : blank + 1));
    }
    return -1;
}

void append(std::vector<Raised> &all, const DetectorOutput &out)
{
    for (const SecurityAlert &alert : out.alerts)
        all.push_back({alert.timestamp, alert.type, alert.context.ipAddress.value_or(std::string()), countIn(alert)});
}

QByteArray shown(const std::vector<Raised> &alerts, std::size_t at)
{
    if (at >= alerts.size())
        return "nothing";
    const Raised &a = alerts[at];
    return QByteArray::fromStdString(formatIso(a.at) + " " + std::string(toString(a.type)) + " " + a.address + " "
                                     + std::to_string(a.count));
}

/// Fails with the first alert that differs.
void compare(const std::vector<Raised> &actual, const std::vector<Raised> &expected)
{
    for (std::size_t i = 0; i < std::max(actual.size(), expected.size()); ++i) {
        const bool same = i < actual.size() && i < expected.size() && actual[i] == expected[i];
        const QByteArray both = shown(actual, i) + " instead of " + shown(expected, i);
        QVERIFY2(same, both.constData());
    }
}

} // namespace

class TestDetector : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithTheOracle_data();
    void agreesWithTheOracle();
    void restoringAnywhereChangesNothing_data();
    void restoringAnywhereChangesNothing();
    void theSameRowsGiveTheSameIds();
    void expiringStateChangesNothing();
    void rowsObservedBeforeCount();
};

void TestDetector::agreesWithTheOracle_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<bool>("late");
    for (unsigned seed = 1; seed <= 6; ++seed) {
        QTest::addRow("in order, %u", seed) << seed << false;
        QTest::addRow("late rows, %u", seed) << seed << true;
    }
}

void TestDetector::agreesWithTheOracle()
{
    QFETCH(unsigned, seed);
    QFETCH(bool, late);
    MonitoringConfig config = touchy();
    Detector detector(config);
    detector.start(kStart);
    LogOracle oracle(kStart);
    Traffic traffic(seed, late);
    std::vector<Raised> all;
    DetectorOutput out;
    for (int i = 0; i < 3000; ++i) {
        if (i % 700 == 699) { // The configuration changes on the way.
            config.alerting.suppressDuplicateMinutes = 1 + i % 13;
            config.thresholds.failedLoginsPerMinute = 2 + i % 5;
            detector.setConfig(config);
        }
        const AuditEvent row = traffic.next();
        detector.process(EventView::of(row), out);
        oracle.process(row, config);
    }
    append(all, out);
    compare(all, oracle.raised());
    for (const AlertType type : {AlertType::BruteForceAttack, AlertType::UnusualAdminActivity, AlertType::RateLimitBreach,
                                 AlertType::AuthenticationAnomaly, AlertType::SuspiciousIpActivity}) {
        QVERIFY2(std::any_of(all.begin(), all.end(), [&](const Raised &a) { return a.type == type; }),
                 std::string(toString(type)).c_str());
    }
}

void TestDetector::restoringAnywhereChangesNothing_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 11; seed <= 16; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void TestDetector::restoringAnywhereChangesNothing()
{
    QFETCH(unsigned, seed);
    const MonitoringConfig config = touchy();
    LogOracle oracle(kStart);
    Traffic traffic(seed, false);
    std::mt19937 random(seed);
    auto detector = std::make_unique<Detector>(config);
    detector->start(kStart);
    std::vector<Raised> all;
    for (int i = 0; i < 3000; ++i) {
        const AuditEvent row = traffic.next();
        DetectorOutput out;
        detector->process(EventView::of(row), out);
        append(all, out);
        oracle.process(row, config);
        if (random() % 60 == 0) {
            detector = std::make_unique<Detector>(config);
            detector->start(kStart);
            restore(*detector, oracle.history(row.timestamp));
            QCOMPARE(detector->newest(), row.timestamp);
        }
    }
    compare(all, oracle.raised());
}

void TestDetector::theSameRowsGiveTheSameIds()
{
    std::vector<std::string> ids[2];
    for (auto &list : ids) {
        Detector detector(touchy());
        detector.start(kStart);
        Traffic traffic(5, false);
        DetectorOutput out;
        for (int i = 0; i < 2000; ++i)
            detector.process(EventView::of(traffic.next()), out);
        for (const SecurityAlert &alert : out.alerts)
            list.push_back(alert.id);
    }
    QVERIFY(ids[0] == ids[1]);
    QVERIFY(!ids[0].empty());
    std::sort(ids[0].begin(), ids[0].end());
    QVERIFY(std::adjacent_find(ids[0].begin(), ids[0].end()) == ids[0].end());
}

void TestDetector::expiringStateChangesNothing()
{
    // Ten thousand addresses that come once make the detector clear up several times while one attacks slowly.
    Detector detector(touchy());
    detector.start(kStart);
    DetectorOutput out;
    std::int64_t id = 0;
    const auto fail = [&](TimestampMs at, const std::string &address) {
        AuditEvent row;
        row.id = ++id;
        row.timestamp = at;
        row.outcome = AuditOutcome::Failure;
        row.context.ipAddress = address;
        row.context.userId = address;
        row.context.country = "DE";
        detector.process(EventView::of(row), out);
    };
    constexpr std::int64_t step = 4 * kMinute; // Never three within five minutes.
    for (int i = 0; i < 20'000; ++i) {
        const TimestampMs at = kStart + i * step;
        fail(at, "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
        fail(at, "192.0.2.1");
    }
    QVERIFY(out.alerts.empty());
    const TimestampMs end = kStart + 20'000 * step;
    for (int i = 0; i < 3; ++i)
        fail(end + i, "192.0.2.2");
    QCOMPARE(out.alerts.size(), std::size_t{1});
    QCOMPARE(out.alerts.front().context.ipAddress, std::optional<std::string>("192.0.2.2"));
}

void TestDetector::rowsObservedBeforeCount()
{
    const MonitoringConfig config = touchy();
    Traffic traffic(21, false);
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 600; ++i)
        rows.push_back(traffic.next());
    Detector whole(config);
    Detector cut(config);
    whole.start(kStart);
    cut.start(kStart);
    DetectorOutput first;
    for (const AuditEvent &row : rows) {
        DetectorOutput out;
        whole.process(EventView::of(row), out);
        first.alerts.insert(first.alerts.end(), out.alerts.begin(), out.alerts.end());
        // Handed in as already processed, with the rows about its alerts: the detector learns and says nothing.
        cut.observe(EventView::of(row));
        for (const AuditEvent &own : out.monitorRows)
            cut.observe(EventView::of(own));
    }
    QVERIFY(!first.alerts.empty());
    // Without knowing the alerts there is no suppression: the next failed login of an address over its threshold fires
    // in both, once the suppression of the first has passed.
    const TimestampMs at = rows.back().timestamp + 3 * kMinute;
    for (Detector *detector : {&whole, &cut}) {
        DetectorOutput out;
        for (int i = 0; i < 3; ++i) {
            AuditEvent row;
            row.id = 10'000 + i;
            row.timestamp = at + i;
            row.outcome = AuditOutcome::Failure;
            row.context.ipAddress = "198.51.100.7";
            detector->process(EventView::of(row), out);
        }
        const auto brute = std::count_if(out.alerts.begin(), out.alerts.end(), [](const SecurityAlert &a) {
            return a.type == AlertType::BruteForceAttack;
        });
        QCOMPARE(brute, 1);
    }
}

QTEST_APPLESS_MAIN(TestDetector)
#include "tst_detector.moc"
