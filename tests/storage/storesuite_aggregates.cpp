// SPDX-License-Identifier: GPL-3.0-or-later
#include "storesuite.h"
#include "storetesting.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <tuple>

namespace bartizan {
namespace {

using Type = SecurityEventType;
using Outcome = AuditOutcome;

AuditEvent from(AuditEvent event, const std::string &country)
{
    event.context.country = country;
    return event;
}

MetricsQuery everything()
{
    MetricsQuery query;
    query.range = {kNoon - 365 * kDay, kNoon + 365 * kDay};
    return query;
}

// Not at the start of a minute.
constexpr TimestampMs kAsOf = kNoon + 17'321;
constexpr TimestampMs kWindow = 90 * kMinute;
constexpr TimestampMs kOldest = kAsOf - kHistorySpan - kLateSlack;

TimestampMs minuteOf(TimestampMs t)
{
    return t - t % kMinute;
}

/// Rows of all kinds in no order, on both sides of every edge, many in one millisecond. Each is followed by
/// `oldRowsBetween` rows that are too old for any rule.
std::vector<NewAuditRow> scatteredRows(int count, int oldRowsBetween)
{
    std::mt19937 random(5);
    const auto below = [&](std::uint32_t end) { return static_cast<std::int64_t>(random() % end); };
    std::vector<NewAuditRow> rows;
    for (int i = 0; i < count; ++i) {
        const std::array<TimestampMs, 8> times{kAsOf - below(100) * 100 * kMinute, kAsOf - below(80) * kMinute,
                                               kAsOf - below(16) * kMinute,        kAsOf - below(4),
                                               kAsOf + below(3),                   kOldest - below(3),
                                               kOldest + below(2),                 kAsOf - kWindow - kLateSlack - below(2)};
        AuditEvent event = row(times[static_cast<std::size_t>(below(8))], static_cast<Type>(below(12)),
                               static_cast<Outcome>(below(5)), below(4) == 0 ? "" : "user-" + std::to_string(below(3)));
        if (below(4) != 0)
            event.context.country = below(2) == 0 ? "DE" : "FR";
        if (below(4) != 0)
            event.context.ipAddress = "10.0.0." + std::to_string(below(3));
        if (below(4) == 0) {
            event.origin = RowOrigin::Monitor;
            event.action = below(2) == 0 ? "security_alert_created" : "alert_acknowledged";
        }
        rows.push_back({std::move(event), below(2) == 0 ? 0 : std::uint64_t{random()} << 20U | static_cast<unsigned>(i)});
        rows.back().event.imported = rows.back().fingerprint != 0;
        for (int old = 0; old < oldRowsBetween; ++old)
            rows.push_back({from(row(kOldest - kDay - old, Type::Authentication, Outcome::Failure, "old"), "CN"), 0});
    }
    return rows;
}

using Minutes = std::map<std::pair<Type, TimestampMs>, std::int64_t>;

Minutes asMap(const std::vector<DetectorHistory::MinuteCount> &counts)
{
    Minutes minutes;
    for (const auto &count : counts)
        minutes[{count.eventType, count.minute}] += count.count;
    return minutes;
}

std::vector<TimestampMs> timesOf(const std::vector<DetectorHistory::ProcessedRow> &rows)
{
    std::vector<TimestampMs> times;
    for (const auto &row : rows)
        times.push_back(row.at);
    return times;
}

/// What a history must hold, computed row by row from its description.
struct ExpectedHistory {
    Minutes typeMinutes;
    Minutes processedHour;
    std::multiset<TimestampMs> processedMinute;
    std::map<std::pair<TimestampMs, std::int64_t>, AuditEvent> window;
    std::map<std::tuple<Type, std::string, std::string>, std::set<TimestampMs>> countries;

    void add(std::int64_t id, const AuditEvent &event, std::int64_t maxRowId)
    {
        const bool own = event.origin == RowOrigin::Monitor;
        const TimestampMs t = event.timestamp;
        if (t > kAsOf || (id > maxRowId && !(own && event.action == "security_alert_created")))
            return;
        if (t >= minuteOf(kOldest))
            ++typeMinutes[{event.eventType, minuteOf(t)}];
        if (t >= kOldest && event.context.userId && event.context.country)
            countries[{event.eventType, *event.context.userId, *event.context.country}].insert(t);
        if (t >= kAsOf - kWindow - kLateSlack)
            window.emplace(std::pair(t, id), event);
        if (id > maxRowId)
            return;
        if (!own && t >= minuteOf(kAsOf - kHour - kLateSlack))
            ++processedHour[{event.eventType, minuteOf(t)}];
        if (!own && t >= kAsOf - kMinute - kLateSlack)
            processedMinute.insert(t);
    }
};

} // namespace

void StoreSuite::metricsOfAnEmptyLog()
{
    const auto inputs = connect()->metricsInputs(everything());
    VERIFY_OK(inputs);
    QVERIFY(*inputs == MetricsInputs{});
}

void StoreSuite::metricsCountRangeAndCompany()
{
    const auto store = connect();
    std::vector<AuditEvent> events{
        row(kNoon - 1, Type::Authentication, Outcome::Failure, "ann"), // before the range
        from(row(kNoon, Type::Authentication, Outcome::Failure, "ann"), "DE"),
        from(row(kNoon + 1, Type::Authentication, Outcome::Failure, "ann"), "FR"),
        from(row(kNoon + 2, Type::Authentication, Outcome::Success, "ann"), "DE"),
        row(kNoon + 3, Type::ApiSecurity, Outcome::RateLimited, "bob"),
        from(row(kNoon + 4, Type::PlatformAdmin, Outcome::Failure), "DE"),
        row(kNoon + kHour, Type::DataPrivacy, Outcome::Success, "carl"),
        row(kNoon + kHour + 1, Type::DataPrivacy, Outcome::Success, "dora"), // behind the range
    };
    events[3].severity = AuditSeverity::Critical;
    events[4].severity = AuditSeverity::Critical;
    events[6].context.companyId = "acme";
    VERIFY_OK(appendRows(*store, events));
    VERIFY_OK(store->setUserEmails(std::vector<std::pair<std::string, std::string>>{{"ann", "old@x"}, {"bob", ""}}));
    VERIFY_OK(store->setUserEmails(std::vector<std::pair<std::string, std::string>>{{"ann", "ann@x"}}));

    MetricsQuery query;
    query.range = {kNoon, kNoon + kHour};
    const auto inputs = store->metricsInputs(query);
    VERIFY_OK(inputs);
    QCOMPARE(inputs->totalEvents, 6);
    QCOMPARE(inputs->criticalEvents, 2);
    MetricsInputs expected;
    expected.eventsByType[static_cast<std::size_t>(Type::Authentication)] = 3;
    expected.eventsByType[static_cast<std::size_t>(Type::ApiSecurity)] = 1;
    expected.eventsByType[static_cast<std::size_t>(Type::PlatformAdmin)] = 1;
    expected.eventsByType[static_cast<std::size_t>(Type::DataPrivacy)] = 1;
    QVERIFY(inputs->eventsByType == expected.eventsByType);
    expected.eventsByHour[12] = 5;
    expected.eventsByHour[13] = 1;
    QVERIFY(inputs->eventsByHour == expected.eventsByHour);
    const std::map<std::string, std::int64_t> geo(inputs->geo.begin(), inputs->geo.end());
    QVERIFY((geo == std::map<std::string, std::int64_t>{{"DE", 3}, {"FR", 1}}));
    const std::vector<UserActivity> users{{"ann", "ann@x", 2, 0, 1, 2}, {"bob", "", 0, 1, 1, 0}, {"carl", "", 0, 0, 0, 0}};
    QVERIFY(inputs->users == users);

    query.companyId = "acme";
    const auto ofCompany = store->metricsInputs(query);
    VERIFY_OK(ofCompany);
    QCOMPARE(ofCompany->totalEvents, 1);
    QCOMPARE(ofCompany->users.size(), 1U);
    // The whole log at once gives the same as any range that holds it.
    auto all = everything();
    const auto whole = store->metricsInputs(all);
    all.range = {kNoon - 1, kNoon + kHour};
    const auto most = store->metricsInputs(all);
    QCOMPARE(whole->totalEvents, 8);
    QCOMPARE(most->totalEvents, 7);
    QCOMPARE(whole->users.size(), 4U);
    QCOMPARE(whole->users.back().userId, std::string("dora"));
}

void StoreSuite::metricsTakeHoursInTheTimeZone()
{
    const auto store = connect();
    constexpr TimestampMs kMidnightBeforeDst = 1774742400000; // 2026-03-29T00:00Z; Berlin springs ahead at 01:00Z.
    VERIFY_OK(appendRows(*store, {row(kMidnightBeforeDst + 59 * kMinute, Type::Authentication, Outcome::Success),
                                  row(kMidnightBeforeDst + 60 * kMinute, Type::Authentication, Outcome::Success),
                                  row(kMidnightBeforeDst + 16 * kMinute, Type::Authentication, Outcome::Success)}));
    MetricsQuery query = everything();
    const auto hoursIn = [&](const char *zone) {
        query.timeZone = zone;
        std::map<std::size_t, std::int64_t> hours;
        if (const auto inputs = store->metricsInputs(query)) {
            for (std::size_t hour = 0; hour < 24; ++hour) {
                if (inputs->eventsByHour[hour] != 0)
                    hours[hour] = inputs->eventsByHour[hour];
            }
        }
        return hours;
    };
    using Hours = std::map<std::size_t, std::int64_t>;
    QVERIFY((hoursIn("UTC") == Hours{{0, 2}, {1, 1}}));
    QVERIFY((hoursIn("Europe/Berlin") == Hours{{1, 2}, {3, 1}}));
    QVERIFY((hoursIn("Asia/Kathmandu") == Hours{{6, 3}}));          // +05:45
    QVERIFY((hoursIn("America/St_Johns") == Hours{{21, 1}, {22, 2}})); // -02:30 in summer
    query.timeZone = "Mars/Olympus";
    const auto unknown = store->metricsInputs(query);
    QVERIFY(!unknown);
    QVERIFY(unknown.error().message.contains(QLatin1String("Mars/Olympus")));
}

void StoreSuite::metricsKeepTheOrderOfFirstOccurrence()
{
    const auto store = connect();
    VERIFY_OK(appendRows(*store, {row(kNoon + 5, Type::Authentication, Outcome::Success, "late"),
                                  row(kNoon + 1, Type::Authentication, Outcome::Success, "b"),
                                  row(kNoon + 1, Type::Authentication, Outcome::Success, "a"),
                                  row(kNoon, Type::Authentication, Outcome::Success, "late")}));
    std::vector<SecurityAlert> alerts;
    const std::vector<AlertType> types{AlertType::SuspiciousUserAgent, AlertType::BruteForceAttack,
                                       AlertType::SuspiciousUserAgent, AlertType::AuthenticationAnomaly};
    for (std::size_t i = 0; i < types.size(); ++i)
        alerts.push_back(alertNumber(static_cast<int>(i), kNoon - static_cast<TimestampMs>(i), types[i]));
    VERIFY_OK(store->commit(commitOf(alerts)));
    VERIFY_OK(store->acknowledge(std::vector{alerts[2].id}, "ann", kNoon + 9 * kDay, {}));

    for (const bool wholeLog : {false, true}) {
        MetricsQuery query = everything();
        if (!wholeLog)
            query.range = {kNoon - kHour, kNoon + kHour};
        const auto inputs = store->metricsInputs(query);
        VERIFY_OK(inputs);
        std::vector<std::string> users;
        for (const UserActivity &user : inputs->users)
            users.push_back(user.userId);
        std::vector<std::string> expected{"late", "b", "a"};
        if (wholeLog)
            expected.push_back("ann"); // By her acknowledgement.
        QCOMPARE(users, expected);
        // Alerts count whatever the range, by order of creation, not of time.
        QCOMPARE(inputs->activeAlerts, 3);
        QCOMPARE(inputs->resolvedAlerts, 1);
        const std::vector<ThreatCount> byType{
            {AlertType::SuspiciousUserAgent, 2}, {AlertType::BruteForceAttack, 1}, {AlertType::AuthenticationAnomaly, 1}};
        QVERIFY(inputs->alertsByType == byType);
    }
}

void StoreSuite::looksUpAnAddress()
{
    const auto store = connect();
    const std::string ip = "203.0.113.9";
    const auto of = [&](AuditEvent event, const std::string &user, const std::string &country) {
        event.context.ipAddress = ip;
        event.context.userId = user;
        return from(std::move(event), country);
    };
    const TimeRange day{kNoon - kDay, kNoon};
    VERIFY_OK(appendRows(
        *store, {failedLogin(day.start - 1, ip), // before
                 of(row(day.start, Type::Authentication, Outcome::Failure), "ann", "DE"),
                 of(row(day.start + kHour, Type::Authentication, Outcome::Failure), "bob", "FR"),
                 of(row(day.start + kHour + 1, Type::Authentication, Outcome::Failure), "bob", "FR"),
                 of(row(day.end - 1, Type::ApiSecurity, Outcome::RateLimited), "ann", "FR"),
                 of(row(day.end, Type::Authentication, Outcome::Success), "ann", "DE"),
                 failedLogin(kNoon, "203.0.113.90")}));
    SecurityAlert other = alertNumber(3, kNoon);
    other.context.ipAddress = "203.0.113.90";
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon - 30 * kDay), alertNumber(2, kNoon), other})));

    // The monitor's rows about the alerts carry the address too.
    const IpActivity expected{6, 3, 1, 2};
    QVERIFY(*store->ipActivity(ip, day) == expected);
    const auto evidence = store->ipEvidence(ip, day);
    VERIFY_OK(evidence);
    QVERIFY(evidence->activity == expected);
    QCOMPARE(evidence->eventsByHour.size(), 24U);
    QCOMPARE(evidence->eventsByHour.front(), 1);
    QCOMPARE(evidence->eventsByHour[1], 2);
    QCOMPARE(evidence->eventsByHour.back(), 3); // The closing edge belongs to the last hour.
    const std::vector<AccountActivity> accounts{{"bob", 2, 0, day.start + kHour + 1}, {"ann", 1, 1, day.end}};
    QVERIFY(evidence->accounts == accounts);
    QCOMPARE(evidence->countries, (std::vector<std::string>{"DE", "FR"}));
    QCOMPARE(evidence->alerts.size(), 2U);
    QCOMPARE(evidence->alerts.front().id, alertNumber(2, 0).id);
    QCOMPARE(evidence->firstSeen.value(), kNoon - 30 * kDay);

    const auto nobody = store->ipEvidence("198.51.100.1", day);
    VERIFY_OK(nobody);
    QVERIFY(nobody->activity == IpActivity{});
    QVERIFY(!nobody->firstSeen);
    QVERIFY(store->ipEvidence(ip, {})->eventsByHour.empty());
}

void StoreSuite::historyForTheDetector()
{
    const auto store = connect();
    std::vector<AuditEvent> events{
        failedLogin(kNoon - 16 * kMinute),                                           // 0
        failedLogin(kNoon - 14 * kMinute),                                           // 1
        row(kNoon - 65 * kMinute, Type::UserManagement, Outcome::Success, "root"),   // 2
        row(kNoon - 71 * kMinute, Type::UserManagement, Outcome::Success, "root"),   // 3: too old
        row(kNoon - 10 * kMinute, Type::PlatformAdmin, Outcome::Success),            // 4: of nobody
        row(kNoon - 5 * kMinute, Type::ApiSecurity, Outcome::RateLimited, "x"),      // 5
        row(kNoon - 5 * kMinute, Type::ApiSecurity, Outcome::RateLimited, "x"),      // 6
        row(kNoon - 12 * kMinute, Type::ApiSecurity, Outcome::RateLimited, "x"),     // 7
        from(row(kNoon - 7 * kDay, Type::Authentication, Outcome::Success, "ann"), "DE"),         // 8
        from(row(kNoon - 2 * kDay, Type::Authentication, Outcome::Success, "ann"), "DE"),         // 9
        from(row(kNoon - 2 * kDay, Type::Authentication, Outcome::Success, "ann"), "DE"),         // 10
        from(row(kNoon - kDay, Type::Authorization, Outcome::Success, "ann"), "DE"),              // 11
        from(row(kNoon - 9 * kDay, Type::Authentication, Outcome::Success, "ann"), "FR"),         // 12: too old
    };
    events[6].context.ipAddress = "10.0.0.1";
    events[7].context.ipAddress = "10.0.0.1";
    events[2].context.sessionId = "s";
    events[2].context.userAgent = "curl";
    events[2].metadata = "{\"recordCount\":7}";
    events[2].errorMessage = "long";
    VERIFY_OK(appendRows(*store, events));
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon - 2 * kHour), alertNumber(2, kNoon - kHour),
                                      alertNumber(3, kNoon - 2 * kDay, AlertType::RateLimitBreach),
                                      alertNumber(4, kNoon - 9 * kMinute), alertNumber(5, kNoon)})));

    const auto history = historyOf(*store, {kNoon, static_cast<std::int64_t>(events.size()), kHour});
    QVERIFY(history);
    std::vector<TimestampMs> window;
    for (const auto &known : history->windowRows)
        window.push_back(known.timestamp);
    QCOMPARE(window, (std::vector{events[2].timestamp, kNoon - kHour, events[0].timestamp, events[1].timestamp,
                                  events[7].timestamp, events[4].timestamp, kNoon - 9 * kMinute, events[5].timestamp,
                                  events[6].timestamp, kNoon}));
    AuditEvent whole = events[2];
    whole.id = 3;
    whole.errorMessage.reset(); // All but this.
    QVERIFY(history->windowRows[0] == whole);
    QCOMPARE(timesOf(history->processedLastMinute),
             (std::vector{events[4].timestamp, events[5].timestamp, events[6].timestamp}));

    std::int64_t minutes = 0;
    std::int64_t ownRows = 0;
    for (const auto &minute : history->typeMinutes) {
        QCOMPARE(minute.minute % kMinute, 0);
        minutes += minute.count;
        ownRows += minute.eventType == Type::SystemConfig ? minute.count : 0;
    }
    QCOMPARE(minutes, 12 + 5); // All but row 12, and the rows about the five alerts, whose keys are higher.
    QCOMPARE(ownRows, 5);
    std::int64_t processed = 0;
    for (const auto &minute : history->processedLastHour)
        processed += minute.count;
    QCOMPARE(processed, 7); // 0, 1, 2, 4, 5, 6, 7: never Bartizan's own.

    QCOMPARE(history->countries.size(), 2U);
    const auto ann = std::find_if(history->countries.begin(), history->countries.end(),
                                  [](const auto &known) { return known.eventType == Type::Authentication; });
    QCOMPARE(ann->userId, std::string("ann"));
    QCOMPARE(ann->country, std::string("DE"));
    QCOMPARE(ann->first, kNoon - 7 * kDay);
    QCOMPARE(ann->last, kNoon - 2 * kDay);
    QCOMPARE(ann->lastBefore.value(), kNoon - 7 * kDay); // Before `last`, strictly.

    // In order of time, and none that can suppress no more.
    std::vector<TimestampMs> raised;
    for (const auto &alert : history->alerts)
        raised.push_back(alert.timestamp);
    QCOMPARE(raised, (std::vector{kNoon - 2 * kHour, kNoon - kHour, kNoon - 9 * kMinute, kNoon}));
    QVERIFY(history->alerts[1].type == AlertType::BruteForceAttack);
    QCOMPARE(history->alerts[1].ipAddress.value(), std::string("203.0.113.9"));
    QCOMPARE(history->alerts[1].id, alertNumber(2, 0).id);
    QCOMPARE(history->alerts[1].group, std::string("address:203.0.113.9"));
}

void StoreSuite::historyStopsAtCursorAndTime()
{
    const auto store = connect();
    VERIFY_OK(appendRows(*store, {failedLogin(kNoon - 2), failedLogin(kNoon), failedLogin(kNoon + 1),
                                  failedLogin(kNoon - 1)}));
    const auto rowsOf = [&](TimestampMs asOf, std::int64_t maxRowId) {
        const auto history = historyOf(*store, {asOf, maxRowId, kHour});
        if (!history)
            return std::int64_t{-1};
        std::int64_t minutes = 0;
        for (const auto &minute : history->typeMinutes)
            minutes += minute.count;
        const auto rows = static_cast<std::int64_t>(history->windowRows.size());
        return minutes == rows && history->processedLastMinute.size() == history->windowRows.size() ? rows : -2;
    };
    QCOMPARE(rowsOf(kNoon, 4), 3);     // Up to and with asOf.
    QCOMPARE(rowsOf(kNoon, 3), 2);     // Only what the engine has seen.
    QCOMPARE(rowsOf(kNoon + 1, 3), 3);
    QCOMPARE(rowsOf(kNoon - 3, 4), 0);
    QCOMPARE(rowsOf(kNoon, 0), 0);
}

void StoreSuite::historyOfRowsInAnyOrder_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("oldRowsBetween");
    QTest::newRow("the log of a week") << 400 << 0;
    QTest::newRow("a week scattered over a long log") << 400 << 7;
    QTest::newRow("a week that two threads read") << 200'000 << 0;
}

void StoreSuite::historyOfRowsInAnyOrder()
{
    QFETCH(const int, count);
    QFETCH(const int, oldRowsBetween);
    const std::vector<NewAuditRow> rows = scatteredRows(count, oldRowsBetween);
    const auto maxRowId = static_cast<std::int64_t>(rows.size()) * 3 / 4;
    const auto store = connect();
    VERIFY_OK(store->append(rows, {}));
    const auto history = historyOf(*store, {kAsOf, maxRowId, kWindow});
    QVERIFY(history);

    ExpectedHistory expected;
    for (std::size_t i = 0; i < rows.size(); ++i)
        expected.add(static_cast<std::int64_t>(i) + 1, rows[i].event, maxRowId);
    QVERIFY(asMap(history->typeMinutes) == expected.typeMinutes);
    QVERIFY(asMap(history->processedLastHour) == expected.processedHour);
    QCOMPARE(timesOf(history->processedLastMinute),
             std::vector(expected.processedMinute.cbegin(), expected.processedMinute.cend()));
    QVERIFY(!expected.window.empty());
    QCOMPARE(history->windowRows.size(), expected.window.size());
    auto next = expected.window.begin();
    for (const auto &known : history->windowRows) {
        AuditEvent &event = next->second;
        event.id = next->first.second;
        QVERIFY(known == event);
        ++next;
    }
    // What the parts tell together.
    std::map<std::tuple<Type, std::string, std::string>, std::set<TimestampMs>> told;
    for (const auto &known : history->countries) {
        std::set<TimestampMs> &times = told[{known.eventType, known.userId, known.country}];
        times.insert({known.first, known.last, known.lastBefore.value_or(known.last)});
    }
    QCOMPARE(told.size(), expected.countries.size());
    for (const auto &[key, times] : told) {
        const std::set<TimestampMs> &all = expected.countries[key];
        QVERIFY(!all.empty());
        QCOMPARE(*times.begin(), *all.begin());
        QCOMPARE(*times.rbegin(), *all.rbegin());
        QVERIFY(all.size() == 1 ? times.size() == 1 : *std::next(times.rbegin()) == *std::next(all.rbegin()));
    }
}

void StoreSuite::refusesOtherThreads()
{
    const auto store = connect();
    VERIFY_OK(appendRows(*store, {failedLogin(kNoon)}));
    bool fetched = true;
    bool appended = true;
    std::thread other([&] {
        fetched = store->fetchAfter(0, 1).ok();
        appended = appendRows(*store, {failedLogin(kNoon)}).ok();
    });
    other.join();
    QVERIFY(!fetched);
    QVERIFY(!appended);
    QCOMPARE(*store->countEvents({}), 1);
}

void StoreSuite::interruptEndsAQuery()
{
    const auto store = connect();
    AuditEvent event = from(row(kNoon, Type::ApiSecurity, Outcome::Success, "user"), "DE");
    event.context.ipAddress = "203.0.113.9";
    const std::vector<AuditEvent> batch(20'000, event);
    for (int i = 0; i < 5; ++i)
        VERIFY_OK(appendRows(*store, batch));
    // Again and again, since an interrupt can also meet the end of the transaction.
    for (int round = 0; round < 20; ++round) {
        std::atomic<bool> done{false};
        std::thread other([&] {
            while (!done) {
                store->interrupt();
                std::this_thread::yield();
            }
        });
        const auto interrupted = store->ipEvidence("203.0.113.9", everything().range);
        done = true;
        other.join();
        QVERIFY(!interrupted);
        QVERIFY(!interrupted.error().message.isEmpty());
    }
    // What is committed elsewhere afterwards is seen: no old state is held on to.
    VERIFY_OK(appendRows(*connect(), {from(row(kNoon, Type::ApiSecurity, Outcome::Success, "user"), "DE")}));
    // It is no lasting state.
    const auto again = store->metricsInputs(everything());
    VERIFY_OK(again);
    QCOMPARE(again->totalEvents, 100'001);
}

} // namespace bartizan
