// SPDX-License-Identifier: GPL-3.0-or-later

// Rows by the batch: exactly what the same rows give one by one.

#include "core/detect/detector.h"
#include "standardtraffic.h"

#include <QTest>

#include <map>
#include <random>
#include <vector>

using namespace bartizan;
using namespace bartizan::test;

namespace {

/// All that a detector has said, however often it was asked.
struct Story {
    std::vector<SecurityAlert> alerts;
    std::vector<AuditEvent> monitorRows;
    std::map<std::string, std::pair<std::int64_t, TimestampMs>> repeats;
    std::optional<TimestampMs> dropAlertsBefore;
    std::int64_t anomalies = 0;

    bool operator==(const Story &) const = default;
    void take(DetectorOutput &out)
    {
        std::move(out.alerts.begin(), out.alerts.end(), std::back_inserter(alerts));
        std::move(out.monitorRows.begin(), out.monitorRows.end(), std::back_inserter(monitorRows));
        for (const AlertRepeat &repeat : out.repeats) {
            auto &[count, lastAt] = repeats[repeat.alertId];
            count += repeat.count;
            lastAt = std::max(lastAt, repeat.lastAt);
        }
        if (out.dropAlertsBefore)
            dropAlertsBefore = out.dropAlertsBefore;
        anomalies += out.geographicalAnomalies + out.temporalAnomalies;
        out.clear();
    }
};

/// Rows about so many addresses, users and sessions that keys come, are forgotten, and come again under other numbers;
/// texts that are equal but for a byte, very long ones, and none.
AuditEvent rowAboutMany(std::mt19937 &random, std::int64_t id, TimestampMs &now)
{
    const auto below = [&](std::int64_t n) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n)); };
    now += below(200) == 0 ? below(40) * kMinute : below(1500);
    AuditEvent row;
    row.id = id;
    row.timestamp = below(10) == 0 ? std::max(kStart, now - below(9) * kMinute) : now;
    row.eventType = static_cast<SecurityEventType>(below(4) == 0 ? below(12) : 0);
    row.outcome = static_cast<AuditOutcome>(below(3) == 0 ? below(5) : 1);
    row.action = below(5) == 0 ? "Role_Granted" : "login";
    EventContext &c = row.context;
    const auto some = [&](const char *name) {
        const std::string text = name + std::to_string(below(2) == 0 ? below(6) : below(4000));
        return below(50) == 0 ? text + std::string(300, 'x') : below(50) == 0 ? std::string() : text;
    };
    c.ipAddress = some("2001:db8::");
    constexpr const char *kNames[]{"User", "user", "\u00dcser", "\u00fcser"};
    c.userId = some(kNames[below(4)]);
    if (below(4) == 0)
        c.userId.reset();
    if (below(3) == 0)
        c.sessionId = some("session");
    if (below(2) == 0)
        c.country = below(9) != 0 ? "DE" : below(2) == 0 ? "FR" : "Norway";
    if (below(3) == 0)
        row.metadata = R"({"username":"user)" + std::to_string(below(300)) + "\"}";
    return row;
}

/// Numbers texts in the order in which they come.
class Numbers {
public:
    std::uint32_t of(std::string_view text)
    {
        return text.empty() ? 0
                            : m_numbers.try_emplace(std::string(text), static_cast<std::uint32_t>(m_numbers.size() + 1))
                                  .first->second;
    }

private:
    std::map<std::string, std::uint32_t> m_numbers;
};

std::vector<AuditEvent> streamOf(const QString &kind, unsigned seed, bool late)
{
    std::vector<AuditEvent> rows;
    std::mt19937 random(seed);
    Traffic traffic(seed, late);
    TimestampMs now = kStart;
    for (std::int64_t id = 1; id <= 10'000; ++id)
        rows.push_back(kind == QLatin1String("many") ? rowAboutMany(random, id, now) : traffic.next());
    return rows;
}

} // namespace

class TestLookahead : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void batchesAreLikeSingleRows_data();
    void batchesAreLikeSingleRows();
    void numberedRowsAreLikeOthers_data() { batchesAreLikeSingleRows_data(); }
    void numberedRowsAreLikeOthers();
    void aCapitalCountsWhereverItStands();
    void noRowsAreNothing();

private:
    static void compare(bool numbered);
};

void TestLookahead::batchesAreLikeSingleRows_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<bool>("late");
    QTest::addColumn<bool>("reference");
    QTest::addColumn<int>("cap");
    QTest::newRow("few keys, in order") << "few" << false << false << 1'000'000;
    QTest::newRow("few keys, late rows") << "few" << true << false << 1'000'000;
    QTest::newRow("few keys, a tiny cap") << "few" << true << false << 12;
    QTest::newRow("many keys") << "many" << true << false << 1'000'000;
    QTest::newRow("many keys, evicted all the time") << "many" << true << false << 300;
    QTest::newRow("reference, few keys") << "few" << true << true << 1'000'000;
    QTest::newRow("reference, many keys") << "many" << true << true << 1'000'000;
}

void TestLookahead::batchesAreLikeSingleRows()
{
    compare(false);
}

/// Whoever hands over rows numbers their users and addresses, now and then only; others come first under new numbers.
void TestLookahead::numberedRowsAreLikeOthers()
{
    compare(true);
}

void TestLookahead::compare(bool numbered)
{
    QFETCH(QString, kind);
    QFETCH(bool, late);
    QFETCH(bool, reference);
    QFETCH(int, cap);
    for (unsigned seed = 1; seed <= 2; ++seed) {
        MonitoringConfig config = reference ? MonitoringConfig() : touchy();
        config.preset = reference ? Preset::Reference : Preset::Standard;
        config.trackedKeys = cap;
        config.rules[static_cast<std::size_t>(RuleId::EventVolume)].enabled = true;
        Detector single(config);
        Detector batched(config);
        single.start(kStart);
        batched.start(kStart);
        const std::vector<AuditEvent> rows = streamOf(kind, seed, late);
        std::mt19937 random(seed);
        Story expected;
        Story actual;
        DetectorOutput out;
        Numbers users;
        Numbers addresses;
        for (std::size_t at = 0; at < rows.size();) {
            const std::size_t size = std::min<std::size_t>(rows.size() - at, random() % 100);
            std::vector<EventView> views;
            for (std::size_t i = at; i < at + size; ++i) {
                views.push_back(EventView::of(rows[i]));
                single.process(views.back(), out);
                expected.take(out);
                if (numbered && at % 5 != 0) {
                    views.back().userNumber = users.of(views.back().userId);
                    views.back().addressNumber = addresses.of(views.back().ipAddress);
                }
            }
            batched.process(views, out);
            actual.take(out);
            at += size;
        }
        QVERIFY(actual == expected);
        QVERIFY(actual.alerts.size() > 100 && !actual.repeats.empty() == !reference && actual.anomalies > 0);
        QCOMPARE(batched.load().keysHeld, single.load().keysHeld);
        QCOMPARE(batched.load().keysEvicted, single.load().keysEvicted);
        QCOMPARE(batched.load().keysEvicted > 0, cap < 1'000'000);
        QVERIFY(batched.nearMisses(batched.newest(), 1000) == single.nearMisses(single.newest(), 1000));
    }
}

void TestLookahead::aCapitalCountsWhereverItStands()
{
    std::vector<AuditEvent> rows;
    const auto add = [&](const std::string &user) {
        AuditEvent row;
        row.id = static_cast<std::int64_t>(rows.size()) + 1;
        row.timestamp = kStart + row.id * 20;
        row.outcome = AuditOutcome::Failure;
        row.context.userId = user;
        rows.push_back(row);
    };
    constexpr int kThreshold = 20;
    // The ends of the alphabet, and what stands beside them; the last is no text at all.
    constexpr std::string_view kBytes = "AZaz@[`{\xC3";
    for (std::size_t size = 1; size <= 20; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (const char byte : kBytes) {
                std::string user(size, 'm');
                user[at] = byte;
                std::string lowered = user;
                lowered[at] = byte == 'A' ? 'a' : byte == 'Z' ? 'z' : byte;
                for (int i = 1; i <= kThreshold; ++i)
                    add(i % 2 == 0 ? user : lowered);
            }
        }
    }
    Detector single;
    Detector batched;
    Story expected;
    Story actual;
    DetectorOutput out;
    std::vector<EventView> views;
    for (const AuditEvent &row : rows) {
        views.push_back(EventView::of(row));
        single.process(views.back(), out);
        expected.take(out);
    }
    batched.process(views, out);
    actual.take(out);
    QVERIFY(actual == expected);
    const auto saysAccount = [](const SecurityAlert &alert, std::string_view name) {
        return alert.rule == "multiple-failed-logins" && alert.context.userId == name;
    };
    // Written in both ways, it is one account: only all of its attempts together are enough, the last with the capital.
    for (const std::string_view user : {"mmmmmmmmmmA", "Ammmmmm", "mmmmmmmZmmmm", "mmmmmmm[", "@"}) {
        QVERIFY(std::any_of(actual.alerts.begin(), actual.alerts.end(),
                            [&](const SecurityAlert &alert) { return saysAccount(alert, user); }));
    }
}

void TestLookahead::noRowsAreNothing()
{
    Detector detector(touchy());
    DetectorOutput out;
    detector.process(std::span<const EventView>(), out);
    QCOMPARE(detector.newest(), std::numeric_limits<TimestampMs>::min());
    QVERIFY(out.alerts.empty());
}

QTEST_APPLESS_MAIN(TestLookahead)
#include "tst_lookahead.moc"
