// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ruletrial.h"

#include "core/engine/engineprocessor.h"
#include "core/engine/session.h"
#include "tests/engine/enginetesting.h"

#include <QSignalSpy>

#include <algorithm>
#include <set>
#include <span>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr int kPatience = 20'000;

/// Failed log-ins of one address, a second apart.
std::vector<AuditEvent> attack(TimestampMs at, const std::string &address, int failures)
{
    std::vector<AuditEvent> rows;
    for (int i = 0; i < failures; ++i)
        rows.push_back(failedLogin(at + i * kSecond, address));
    return rows;
}

MonitoringConfig bruteForceAt(int threshold)
{
    MonitoringConfig config;
    config.thresholds.failedLoginsPerMinute = threshold;
    return config;
}

TrialRequest trialAt(int threshold, int days = 7)
{
    return {RuleId::BruteForce, bruteForceAt(threshold), days};
}

/// A log on which every rule has something to say, in order of time, and what the engine said.
struct JudgedLog {
    JudgedLog()
    {
        settings.config = touchyConfig();
        // Ten days of ordinary hours, each with a burst of a kind; then an hour with far more of one.
        std::vector<AuditEvent> rows;
        std::mt19937 random(11);
        const auto upTo = [&random](int n) { return std::uniform_int_distribution<int>(0, n)(random); };
        for (int day = 0; day < 10; ++day) {
            TimestampMs at = kBase + day * kDay + 9 * kHour;
            for (int i = 0; i < 400; ++i)
                rows.push_back(rowOfAnyKind(random, at += upTo(20) == 0 ? 1000 * upTo(60) : upTo(600)));
        }
        for (AuditEvent &row : attacks(kBase + 9 * kDay + 15 * kHour))
            rows.push_back(std::move(row));
        TimestampMs at = kBase + 10 * kDay + 9 * kHour;
        for (int i = 0; i < 400; ++i)
            rows.push_back(auditEvent(at += 100, SecurityEventType::PasswordReset, AuditOutcome::Success, "192.0.2.77", "anna"));
        const auto set = store->updateSettings(toJson(settings.config), {}, "tester", kBase, "off");
        if (!set)
            qFatal("%s", qPrintable(set.error().message));
        settings = *store->loadSettings();
        EngineProcessor processor(*store, clock);
        if (!processor.begin())
            qFatal("begin");
        // A few at a time, as they happened: what comes later than that does not count for the volume.
        constexpr std::size_t few = 10;
        for (std::size_t from = 0; from < rows.size(); from += few) {
            const auto part = std::span(rows).subspan(from, std::min(few, rows.size() - from));
            append(*store, {part.begin(), part.end()});
            clock.set(part.back().timestamp);
            for (bool more = true; more;) {
                const auto step = processor.step(700);
                if (!step)
                    qFatal("step");
                more = step->more;
            }
        }
        clock.set(kBase + 30 * kDay);
        alerts = sortedAlerts(*store);
    }

    const TestDatabase database;
    const std::unique_ptr<Store> store = database.open();
    MonitoringSettings settings;
    ManualClock clock;
    std::vector<SecurityAlert> alerts;
};

} // namespace

/// What edited settings of a rule would change, over real logs.
class TestRuleTrial : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anEmptyLogHasNothing();
    void sameSettingsChangeNothing();
    void aHigherThresholdLosesTheSmallAttack();
    void aLowerThresholdGains();
    void oneEventLaterIsTheSameAlert();
    void switchedOffLosesAll();
    void agreesWithTheEngine_data();
    void agreesWithTheEngine();
    void tellsWhatWasAcknowledged();
    void looksAtTheLastDaysOnly();
    void countsWhatLiesBeforeTheRange();
    void writesNothing();
    void tellsProgressAndCanBeCancelled();
    void runsAsAJobOfASession();
    void aClosedDatabaseEndsIt();

private:
    std::unique_ptr<JudgedLog> m_log; ///< Made once.

    static TrialReport tried(Store &store, const TrialRequest &request, TimestampMs now,
                             const MonitoringSettings &saved = {})
    {
        const auto report = tryRule(store, request, saved, now);
        if (!report)
            qFatal("%s", qPrintable(report.error().message));
        return *report;
    }
};

void TestRuleTrial::anEmptyLogHasNothing()
{
    const TestDatabase database;
    const TrialReport report = tried(*database.open(), trialAt(3), kBase);
    QCOMPARE(report.events, 0);
    QCOMPARE(report.gained + report.lost + report.same, 0);
    QVERIFY(!report.cancelled);
}

void TestRuleTrial::sameSettingsChangeNothing()
{
    const TestDatabase database;
    const auto store = database.open();
    append(*store, attack(kBase, "203.0.113.9", 7));
    const TrialReport report = tried(*store, trialAt(5), kBase + kDay);
    QCOMPARE(report.events, 7);
    QCOMPARE(report.gained, 0);
    QCOMPARE(report.lost, 0);
    QCOMPARE(report.same, 1);
    QCOMPARE(report.sameAlerts.at(0).group, std::string("address:203.0.113.9"));
}

void TestRuleTrial::aHigherThresholdLosesTheSmallAttack()
{
    const TestDatabase database;
    const auto store = database.open();
    append(*store, attack(kBase, "203.0.113.9", 5));
    append(*store, attack(kBase + kHour, "203.0.113.10", 12));
    const TrialReport report = tried(*store, trialAt(8), kBase + kDay);
    QCOMPARE(report.lost, 1);
    QCOMPARE(report.lostAlerts.at(0).group, std::string("address:203.0.113.9"));
    QVERIFY(!report.lostAlerts.at(0).acknowledged.has_value()); // No engine has raised it.
    QCOMPARE(report.gained, 0);
    QCOMPARE(report.same, 1);
}

void TestRuleTrial::aLowerThresholdGains()
{
    const TestDatabase database;
    const auto store = database.open();
    append(*store, attack(kBase, "203.0.113.9", 3));
    append(*store, attack(kBase + kHour, "203.0.113.10", 5));
    const TrialReport report = tried(*store, trialAt(3), kBase + kDay);
    QCOMPARE(report.gained, 1);
    QCOMPARE(report.gainedAlerts.at(0).timestamp, kBase + 2 * kSecond);
    QCOMPARE(report.lost, 0);
    QCOMPARE(report.same, 1);
}

void TestRuleTrial::oneEventLaterIsTheSameAlert()
{
    const TestDatabase database;
    const auto store = database.open();
    append(*store, attack(kBase, "203.0.113.9", 9));
    const ManualClock clock(kBase + kDay);
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin().ok());
    QVERIFY(processor.step(1'000).ok());
    const TrialReport report = tried(*store, trialAt(6), clock.now());
    QCOMPARE(report.sameAlerts.at(0).id, sortedAlerts(*store).at(0).id);
    QCOMPARE(report.sameAlerts.at(0).acknowledged, std::optional(false));
    QCOMPARE(report.same, 1); // Told by the sixth row rather than the fifth: another id, the same attack.
    QCOMPARE(report.sameAlerts.at(0).timestamp, kBase + 5 * kSecond);
    QCOMPARE(report.gained + report.lost, 0);
}

void TestRuleTrial::switchedOffLosesAll()
{
    const TestDatabase database;
    const auto store = database.open();
    append(*store, attack(kBase, "203.0.113.9", 5));
    append(*store, attack(kBase + kHour, "203.0.113.10", 5));
    TrialRequest request = trialAt(5);
    request.edited.rules[static_cast<std::size_t>(RuleId::BruteForce)].enabled = false;
    const TrialReport report = tried(*store, request, kBase + kDay);
    QCOMPARE(report.lost, 2);
    QCOMPARE(report.same + report.gained, 0);
    QVERIFY(report.lostAlerts.at(0).timestamp > report.lostAlerts.at(1).timestamp); // Newest first.
}

void TestRuleTrial::agreesWithTheEngine_data()
{
    QTest::addColumn<int>("rule");
    for (const RuleInfo &rule : ruleCatalog())
        QTest::newRow(std::string(rule.key).c_str()) << static_cast<int>(rule.id);
}

/// Under unchanged settings the trial raises exactly what the engine raised, ids included, whatever the rule.
void TestRuleTrial::agreesWithTheEngine()
{
    QFETCH(int, rule);
    const auto id = static_cast<RuleId>(rule);
    const std::string_view key = ruleInfo(id).key;
    if (m_log == nullptr)
        m_log = std::make_unique<JudgedLog>();
    std::set<std::string> raised;
    for (const SecurityAlert &alert : m_log->alerts) {
        if (alert.rule == key)
            raised.insert(alert.id);
    }
    QVERIFY2(!raised.empty(), "the log has nothing for the rule");
    const TrialReport report = tried(*m_log->store, {id, m_log->settings.config, 365}, m_log->clock.now(), m_log->settings);
    QCOMPARE(report.gained + report.lost, 0);
    QCOMPARE(report.othersGained + report.othersLost, 0);
    std::set<std::string> same;
    for (const TrialAlert &alert : report.sameAlerts) {
        same.insert(alert.id);
        QCOMPARE(alert.acknowledged, std::optional(false));
    }
    QCOMPARE(static_cast<std::size_t>(report.same), raised.size());
    if (raised.size() <= kMostTrialRows)
        QCOMPARE(same, raised);
}

void TestRuleTrial::tellsWhatWasAcknowledged()
{
    const TestDatabase database;
    const auto store = database.open();
    append(*store, attack(kBase, "203.0.113.9", 5));
    append(*store, attack(kBase + kHour, "203.0.113.10", 5));
    const ManualClock clock(kBase + kDay);
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin().ok());
    QVERIFY(processor.step(1'000).ok());
    const auto alerts = sortedAlerts(*store);
    const std::vector<std::string> first{alerts.at(0).id};
    QVERIFY(store->acknowledge(first, "anna", clock.now(), {}).ok());
    const TrialReport report = tried(*store, trialAt(9), clock.now() + kSecond);
    QCOMPARE(report.lost, 2);
    QCOMPARE(report.lostAcknowledged, 1);
    QCOMPARE(report.lostAlerts.at(1).acknowledged, std::optional(true));
    QCOMPARE(report.lostAlerts.at(0).acknowledged, std::optional(false));
}

void TestRuleTrial::looksAtTheLastDaysOnly()
{
    const TestDatabase database;
    const auto store = database.open();
    append(*store, attack(kBase, "203.0.113.9", 5));
    append(*store, attack(kBase + 10 * kDay, "203.0.113.10", 5));
    // The log ended long ago: its last days count, not the last days of the calendar.
    const TrialReport report = tried(*store, trialAt(9, 2), kBase + 100 * kDay);
    QCOMPARE(report.lost, 1);
    QCOMPARE(report.lostAlerts.at(0).group, std::string("address:203.0.113.10"));
    QCOMPARE(report.range.end, kBase + 10 * kDay + 4 * kSecond);
    QCOMPARE(report.events, 5);
}

/// The window of the first row of the range reaches back to rows before it.
void TestRuleTrial::countsWhatLiesBeforeTheRange()
{
    const TestDatabase database;
    const auto store = database.open();
    const TimestampMs start = kBase + kDay; // The range is the day that ends with the newest row.
    append(*store, attack(start - 4 * kSecond, "203.0.113.9", 5));
    append(*store, attack(start + kDay, "203.0.113.10", 1));
    const TrialReport report = tried(*store, trialAt(5, 1), start + kDay);
    QCOMPARE(report.events, 2);
    QCOMPARE(report.same, 1);
    QCOMPARE(report.sameAlerts.at(0).timestamp, start);
}

void TestRuleTrial::writesNothing()
{
    const TestDatabase database;
    const auto store = database.open();
    append(*store, attack(kBase, "203.0.113.9", 9));
    const auto watcher = database.open();
    QVERIFY(watcher->changed().ok());
    (void)tried(*store, trialAt(3), kBase + kDay);
    QCOMPARE(*watcher->changed(), false);
    QCOMPARE(*store->countAlerts({}), 0);
}

void TestRuleTrial::tellsProgressAndCanBeCancelled()
{
    const TestDatabase database;
    const auto store = database.open();
    append(*store, traffic(9'000, 5));
    std::atomic<bool> cancel = false;
    std::vector<std::int64_t> told;
    TrialObserver observer;
    observer.cancel = &cancel;
    observer.progress = [&](std::int64_t done, std::int64_t total) {
        QCOMPARE(total, 9'000);
        told.push_back(done);
        cancel = told.size() == 2;
    };
    const auto report = tryRule(*store, trialAt(3, 365), {}, kBase + 100 * kDay, observer);
    QVERIFY(report.ok());
    QVERIFY(report->cancelled);
    QCOMPARE(told, (std::vector<std::int64_t>{2'000, 4'000}));
}

void TestRuleTrial::runsAsAJobOfASession()
{
    const TestDatabase database;
    append(*database.open(), attack(kBase, "203.0.113.9", 4));
    Session session;
    QSignalSpy opened(&session, &Session::opened);
    session.open({.path = database.path(), .demo = false, .runEngine = false});
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QSignalSpy finished(&session, &Session::trialFinished);
    const quint64 token = session.startTrial(trialAt(4));
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    QCOMPARE(finished.at(0).at(0).toULongLong(), token);
    QCOMPARE(finished.at(0).at(1).value<TrialReport>().gained, 1);
    QCOMPARE(session.settings().config, MonitoringConfig()); // Tried, not saved.
}

void TestRuleTrial::aClosedDatabaseEndsIt()
{
    const TestDatabase database;
    append(*database.open(), traffic(20'000, 6));
    Session session;
    QSignalSpy failed(&session, &Session::jobFailed);
    (void)session.startTrial(trialAt(3)); // Nothing is open.
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
    QSignalSpy opened(&session, &Session::opened);
    session.open({.path = database.path(), .demo = false, .runEngine = false});
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QSignalSpy finished(&session, &Session::trialFinished);
    (void)session.startTrial(trialAt(3, 365));
    session.close(); // Waits for the job's thread, which ends soon.
    QCoreApplication::processEvents();
    QCOMPARE(finished.count(), 0); // Nothing of a closed database is told any more.
    QCOMPARE(failed.count(), 1);
}

QTEST_GUILESS_MAIN(TestRuleTrial)
#include "tst_ruletrial.moc"
