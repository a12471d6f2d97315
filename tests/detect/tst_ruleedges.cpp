// SPDX-License-Identifier: GPL-3.0-or-later
// Of the rules that do not merely count: edges to the millisecond, suppression, and that they go on after a restart.
#include "core/detect/rules/impossibletravel.h"
#include "restoredetector.h"
#include "rulebench.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace bartizan;
using namespace bartizan::test;

namespace {

constexpr TimestampMs kQuiet = 10 * kMinute; ///< How long an alert suppresses.

/// A rule, and the rows that make it fire with the last of them.
struct Story {
    RuleId rule;
    std::vector<AuditEvent> rows;
};

AuditEvent at(AuditEvent row, TimestampMs t)
{
    row.timestamp = t;
    return row;
}

AuditEvent from(Type type, Outcome outcome, const std::string &country, const std::string &address = "192.0.2.1")
{
    AuditEvent row = rowOf(type, outcome);
    row.context.country = country;
    row.context.ipAddress = address;
    return row;
}

Story travel(const std::string &metadataThere, TimestampMs between)
{
    AuditEvent home = from(Type::Authentication, Outcome::Success, "DE");
    AuditEvent there = from(Type::Authentication, Outcome::Success, "JP");
    if (!metadataThere.empty())
        home.metadata = R"({"latitude":52.5,"longitude":13.4})";
    there.metadata = metadataThere;
    return {RuleId::ImpossibleTravel, {at(home, kStart), at(there, kStart + between)}};
}

Story scanner()
{
    AuditEvent row = rowOf(Type::ApiSecurity, Outcome::Failure);
    row.context.userAgent = "sqlmap/1.7";
    return {RuleId::ScannerUserAgent, {at(rowOf(Type::ApiSecurity, Outcome::Failure), kStart), at(row, kStart + kSecond)}};
}

Story spike()
{
    Story story{RuleId::TemporalAnomaly, {}};
    const TimestampMs today = kStart + 10 * kDay + 2 * kMinute; // 09:01
    for (int day = 3; day >= 1; --day) {
        for (int i = 0; i < 7; ++i)
            story.rows.push_back(at(rowOf(Type::PasswordReset, Outcome::Success), today - day * kDay + i));
    }
    for (int i = 0; i < 20; ++i)
        story.rows.push_back(at(rowOf(Type::PasswordReset, Outcome::Success), today));
    return story;
}

const std::map<QString, Story> &stories()
{
    static const std::map<QString, Story> all{
        {QStringLiteral("travel by country"), travel("", 15 * kMinute)},
        {QStringLiteral("travel by distance"), travel(R"({"latitude":35.7,"longitude":139.7})", 90 * kMinute)},
        {QStringLiteral("session, countries"),
         {RuleId::SessionHijacking,
          {at(from(Type::ApiSecurity, Outcome::Success, "DE"), kStart),
           at(from(Type::ApiSecurity, Outcome::Success, "RU", "203.0.113.5"), kStart + 15 * kMinute)}}},
        {QStringLiteral("scanner"), scanner()},
        {QStringLiteral("spike"), spike()},
    };
    return all;
}

/// What a store tells after these rows.
CollectedHistory historyOf(const std::vector<AuditEvent> &rows)
{
    CollectedHistory history(rows.back().timestamp);
    std::map<TimestampMs, std::int64_t> minutes;
    for (const AuditEvent &row : rows) {
        if (row.timestamp >= history.asOf - 2 * kHour)
            history.windowRows.push_back(row);
        ++minutes[row.timestamp - row.timestamp % kMinute];
    }
    for (const auto &[minute, count] : minutes) {
        history.typeMinutes.push_back({rows[0].eventType, minute, count});
        if (minute >= history.asOf - kHour - kMinute)
            history.processedLastHour.push_back({rows[0].eventType, minute, count});
    }
    return history;
}

} // namespace

class TestRuleEdges : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void restart_data() { allStories(); }
    void restart();
    void suppression_data() { allStories(); }
    void suppression();
    void windowsOfTravel_data();
    void windowsOfTravel();
    void exactDistanceAndSpeed();

private:
    void allStories()
    {
        QTest::addColumn<QString>("story");
        for (const auto &[name, story] : stories())
            QTest::newRow(qPrintable(name)) << name;
    }
};

void TestRuleEdges::restart()
{
    QFETCH(QString, story);
    const Story &told = stories().at(story);
    Bench whole(told.rule);
    for (const AuditEvent &row : told.rows)
        whole.process(row, row.timestamp);
    QCOMPARE(whole.alerts(), std::size_t{1});
    QCOMPARE(whole.out.alerts[0].eventId, whole.seen.back().id);
    for (std::size_t cut = 1; cut < whole.seen.size(); ++cut) {
        Bench after(told.rule);
        restore(after.detector, historyOf({whole.seen.begin(), whole.seen.begin() + static_cast<std::ptrdiff_t>(cut)}));
        for (std::size_t i = cut; i < whole.seen.size(); ++i)
            after.process(whole.seen[i], whole.seen[i].timestamp, whole.seen[i].id);
        QVERIFY2(after.out.alerts == whole.out.alerts, std::to_string(cut).c_str());
    }
    // Behind it the alert is known, and counted on.
    const SecurityAlert &alert = whole.out.alerts[0];
    CollectedHistory history = historyOf(whole.seen);
    history.alerts.push_back({alert.type, alert.context.ipAddress, alert.timestamp, alert.id, alert.group});
    Bench after(told.rule);
    restore(after.detector, history);
    if (told.rule == RuleId::ImpossibleTravel) // Back again at once.
        after.process(told.rows.front(), history.asOf + 1);
    after.process(told.rows.back(), history.asOf + 2);
    QVERIFY(after.out.alerts.empty());
    QCOMPARE(after.out.repeats.size(), std::size_t{1});
    QCOMPARE(after.out.repeats[0].alertId, alert.id);
}

void TestRuleEdges::suppression()
{
    QFETCH(QString, story);
    const Story &told = stories().at(story);
    Bench b(told.rule);
    for (const AuditEvent &row : told.rows)
        b.process(row, row.timestamp);
    QCOMPARE(b.alerts(), std::size_t{1});
    const TimestampMs last = told.rows.back().timestamp;
    const bool travels = told.rule == RuleId::ImpossibleTravel;
    for (int i = 1; i <= 3; ++i)
        b.process(travels && i % 2 == 1 ? told.rows.front() : told.rows.back(), last + i);
    QCOMPARE(b.alerts(), std::size_t{1});
    QVERIFY(b.out.repeats == (std::vector<AlertRepeat>{{b.out.alerts[0].id, 3, last + 3}}));
    b.out.clear();
    // A millisecond before its time is over, and then.
    b.process(told.rows.back(), last + kQuiet - 1);
    QCOMPARE(b.alerts(), std::size_t{0});
    QCOMPARE(b.out.repeats.size(), std::size_t{1});
    b.process(travels ? told.rows.front() : told.rows.back(), last + kQuiet);
    QCOMPARE(b.alerts(), std::size_t{1});
}

void TestRuleEdges::windowsOfTravel_data()
{
    QTest::addColumn<bool>("byDistance");
    QTest::addColumn<TimestampMs>("between");
    QTest::addColumn<bool>("alerts");
    for (const bool byDistance : {false, true}) {
        const TimestampMs window = byDistance ? 90 * kMinute : 15 * kMinute;
        for (const int d : {-1, 0, 1})
            QTest::addRow("%s, %+d ms", byDistance ? "90 min" : "15 min", d) << byDistance << window + d << (d <= 0);
    }
}

void TestRuleEdges::windowsOfTravel()
{
    QFETCH(bool, byDistance);
    QFETCH(TimestampMs, between);
    QFETCH(bool, alerts);
    Bench b(RuleId::ImpossibleTravel);
    for (const AuditEvent &row : travel(byDistance ? R"({"latitude":35.7,"longitude":139.7})" : "", between).rows)
        b.process(row, row.timestamp);
    QCOMPARE(b.alerts(), std::size_t{alerts ? 1u : 0u});
}

void TestRuleEdges::exactDistanceAndSpeed()
{
    // On the equator, to the last bit of the longitude: 500 km at once, and 800 km/h over three durations.
    for (const auto &[between, kilometres] : {std::pair<TimestampMs, double>{0, 500}, {kMinute, 500}, {kHour, 800},
                                              {75 * kMinute, 1000}, {90 * kMinute, 1200}}) {
        double least = 0; // Of the longitudes that are far enough, the smallest.
        double most = 90;
        while (std::nextafter(least, most) < most) {
            const double middle = least + (most - least) / 2;
            (kilometresBetween(0, 0, 0, middle) >= kilometres ? most : least) = middle;
        }
        for (const bool far : {true, false}) {
            Bench b(RuleId::ImpossibleTravel);
            AuditEvent row = rowOf(Type::Authentication, Outcome::Success);
            for (const bool second : {false, true}) {
                row.id = second ? 2 : 1;
                row.timestamp = kStart + (second ? between : 0);
                EventView view = EventView::of(row);
                view.latitude = 0;
                view.longitude = !second ? 0 : far ? most : least;
                b.detector.process(view, b.out);
            }
            QCOMPARE(b.alerts(), std::size_t{far ? 1u : 0u});
        }
    }
}

QTEST_APPLESS_MAIN(TestRuleEdges)
#include "tst_ruleedges.moc"
