// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/monitoringengine.h"

#include "core/engine/engineprocessor.h"
#include "core/engine/workerthread.h"
#include "tests/engine/enginetesting.h"
#include "tests/engine/faultystore.h"

#include <QElapsedTimer>
#include <QSignalSpy>

#include <mutex>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr int kPatience = 20'000;

/// An engine on a thread of its own, over a store with faults.
class Engine {
public:
    Engine(const TestDatabase &database, const Clock &clock, std::shared_ptr<Faults> faults = {})
    {
        auto settings = MonitoringEngine::settingsFor(database.path(), clock);
        settings.tidyEvery = std::chrono::milliseconds(100);
        settings.rollUpEvery = std::chrono::milliseconds(100);
        if (faults) {
            settings.openStore = [open = settings.openStore, faults, opened = m_opened]() -> Result<std::unique_ptr<Store>> {
                opened->note();
                auto real = open();
                if (!real)
                    return real;
                return std::unique_ptr<Store>(std::make_unique<FaultyStore>(std::move(*real), faults));
            };
        }
        m_engine = new MonitoringEngine(std::move(settings), clock);
        QObject::connect(m_engine, &MonitoringEngine::statusChanged, &m_receiver, [this](const EngineStatus &status) {
            m_status = status;
            m_states.push_back(status.state);
            m_backlogs.push_back(status.backlog);
            if (!status.detail.isEmpty())
                m_details.append(status.detail);
        });
        QObject::connect(m_engine, &MonitoringEngine::nearMissesChanged, &m_receiver,
                         [this](const std::vector<NearMiss> &misses) {
                             m_nearMisses = misses;
                             ++m_nearMissesTold;
                         });
        m_thread = std::make_unique<WorkerThread>(m_engine, QStringLiteral("engine"));
        m_thread->post([engine = m_engine] { engine->start(); });
    }
    ~Engine() { m_engine->stopSoon(); }

    const EngineStatus &status() const { return m_status; }
    bool was(EngineState state) const { return std::find(m_states.begin(), m_states.end(), state) != m_states.end(); }
    bool told(const Backlog &backlog) const { return std::find(m_backlogs.begin(), m_backlogs.end(), backlog) != m_backlogs.end(); }
    const QStringList &details() const { return m_details; }
    const std::vector<NearMiss> &nearMisses() const { return m_nearMisses; }
    int nearMissesTold() const { return m_nearMissesTold; }
    /// When it opened its store, over faults, each time; in milliseconds.
    std::vector<qint64> openings() const { return m_opened->all(); }
    void watchNearMisses(bool watch)
    {
        m_thread->post([engine = m_engine, watch] { engine->watchNearMisses(watch); });
    }

private:
    /// Filled on the engine's thread.
    class Moments {
    public:
        Moments() { m_since.start(); }
        void note()
        {
            const std::lock_guard lock(m_mutex);
            m_all.push_back(m_since.elapsed());
        }
        std::vector<qint64> all()
        {
            const std::lock_guard lock(m_mutex);
            return m_all;
        }

    private:
        std::mutex m_mutex;
        QElapsedTimer m_since;
        std::vector<qint64> m_all;
    };

    const std::shared_ptr<Moments> m_opened = std::make_shared<Moments>();
    MonitoringEngine *m_engine;
    QObject m_receiver;
    EngineStatus m_status;
    std::vector<EngineState> m_states;
    std::vector<Backlog> m_backlogs;
    QStringList m_details;
    std::vector<NearMiss> m_nearMisses;
    int m_nearMissesTold = 0;
    std::unique_ptr<WorkerThread> m_thread;
};

std::vector<SecurityAlert> undisturbed(const std::vector<AuditEvent> &rows)
{
    const TestDatabase database;
    const ManualClock clock;
    const auto store = database.open();
    append(*store, rows);
    EngineProcessor processor(*store, clock);
    if (!processor.begin())
        qFatal("begin");
    for (bool more = true; more;) {
        const auto step = processor.step(100'000);
        if (!step)
            qFatal("step");
        more = step->more;
    }
    return sortedAlerts(*store);
}

} // namespace

class TestMonitoringEngine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void recoversFromFaults_data();
    void recoversFromFaults();
    void waitsLongerWhileTheClockFails();
    void goesOnWhereTheBacklogCannotBeCounted();
    void waitsForTheLock();
    void liveClockRunsOn();
    void silentOldStreamStandsStill();
    void farFutureRowLeavesTheRetention();
    void readOnlyFileIsNoEngine();
    void tellsBacklogAndRate();
    void tellsNearMissesWhileSomebodyLooks();
    void leavesItsFiguresInTheDatabase();
    void tellsOfHousekeepingThatFails();
    void tellsWhatFailsBesideHousekeeping();
    void tellsOfRollUpsThatFail();
};

void TestMonitoringEngine::recoversFromFaults_data()
{
    QTest::addColumn<int>("fetches");
    QTest::addColumn<int>("commits");
    QTest::addColumn<int>("lostAnswers");
    QTest::addColumn<int>("histories");
    QTest::newRow("reads fail") << 2 << 0 << 0 << 0;
    QTest::newRow("full disk") << 0 << 3 << 0 << 0;
    QTest::newRow("lost answers") << 0 << 0 << 3 << 0;
    QTest::newRow("all of it") << 1 << 1 << 1 << 1;
}

void TestMonitoringEngine::recoversFromFaults()
{
    QFETCH(int, fetches);
    QFETCH(int, commits);
    QFETCH(int, lostAnswers);
    QFETCH(int, histories);
    const auto rows = traffic(12'000, 21);
    const auto expected = undisturbed(rows);
    QVERIFY(expected.size() > 20);

    const TestDatabase database;
    const ManualClock clock;
    const auto writer = database.open();
    const auto faults = std::make_shared<Faults>();
    Engine engine(database, clock, faults);
    QTRY_COMPARE_WITH_TIMEOUT(int(engine.status().state), int(EngineState::Running), kPatience);
    // Faults strike while rows arrive in four portions.
    faults->fetches = fetches;
    faults->commits = commits;
    faults->lostAnswers = lostAnswers;
    faults->histories = histories;
    for (int i = 0; i < 4; ++i) {
        append(*writer, {rows.begin() + i * 3000, rows.begin() + (i + 1) * 3000});
        const auto last = [&] { return writer->backlog(writer->loadCursor()->lastRowId)->count; };
        QTRY_COMPARE_WITH_TIMEOUT(last(), 0, kPatience);
    }
    QTRY_COMPARE_WITH_TIMEOUT(int(engine.status().state), int(EngineState::Running), kPatience);
    QCOMPARE(faults->failed.load(), fetches + commits + lostAnswers + histories);
    QVERIFY(engine.was(EngineState::Retrying));
    QVERIFY(!engine.details().filter(QStringLiteral("injected")).isEmpty());
    const auto found = sortedAlerts(*writer);
    QCOMPARE(found.size(), expected.size());
    QVERIFY(withoutKeys(found) == withoutKeys(expected));
    QCOMPARE(*writer->countEvents({}), static_cast<std::int64_t>(rows.size() + expected.size()));
}

/// What fails behind the rows, each time it comes so far, is a failure like any other: it is tried less and less often.
void TestMonitoringEngine::waitsLongerWhileTheClockFails()
{
    const TestDatabase database;
    ManualClock clock(kBase + 10 * kSecond);
    const auto writer = database.open();
    const auto faults = std::make_shared<Faults>();
    Engine engine(database, clock, faults);
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 60; ++i)
        rows.push_back(auditEvent(kBase + i * 100, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u"));
    append(*writer, rows);
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().processed, 60, kPatience);
    faults->commits = 4;
    clock.set(kBase + 33 * kSecond); // Past the tick that raises an alert.
    QTRY_COMPARE_WITH_TIMEOUT(sortedAlerts(*writer).size(), std::size_t(1), kPatience);
    const std::vector<qint64> openings = engine.openings();
    QCOMPARE(openings.size(), std::size_t(5));
    QCOMPARE(faults->failed.load(), 4);
    QVERIFY2(openings[4] - openings[3] >= 2'000, qPrintable(QString::number(openings[4] - openings[3])));
}

/// On a large log the server may end the count each time.
void TestMonitoringEngine::goesOnWhereTheBacklogCannotBeCounted()
{
    const TestDatabase database;
    const ManualClock clock;
    append(*database.open(), traffic(60'000, 31));
    const auto faults = std::make_shared<Faults>();
    faults->backlogs = 1'000'000;
    Engine engine(database, clock, faults);
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().processed, 60'000, kPatience);
    QVERIFY(faults->failed.load() > 0);
    QVERIFY(engine.was(EngineState::Behind) && !engine.was(EngineState::Retrying));
    QCOMPARE(engine.openings().size(), std::size_t(1));
    QVERIFY(engine.told({0, true})); // Not that nothing waits; nor to other processes.
    QCOMPARE(faults->mostBacklogSaved.load(), std::int64_t(1));
    QTRY_COMPARE_WITH_TIMEOUT(int(engine.status().state), int(EngineState::Running), kPatience);
    QVERIFY(engine.status().backlog.isEmpty());
}

void TestMonitoringEngine::waitsForTheLock()
{
    const TestDatabase database;
    const ManualClock clock;
    auto lock = EngineLock::take(database.path(), QStringLiteral("somebody"), kBase);
    QVERIFY(lock && lock->held());
    Engine engine(database, clock);
    QTRY_COMPARE_WITH_TIMEOUT(int(engine.status().state), int(EngineState::RunningElsewhere), kPatience);
    QVERIFY2(engine.status().detail.contains(QStringLiteral("somebody")), qPrintable(engine.status().detail));
    append(*database.open(), traffic(100, 1));
    lock->release();
    QTRY_COMPARE_WITH_TIMEOUT(int(engine.status().state), int(EngineState::Running), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().processed, 100, kPatience);
}

void TestMonitoringEngine::liveClockRunsOn()
{
    const TestDatabase database;
    ManualClock clock(kBase + 10 * kSecond);
    const auto writer = database.open();
    Engine engine(database, clock);
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 60; ++i)
        rows.push_back(auditEvent(kBase + i * 100, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u"));
    append(*writer, rows);
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().processed, 60, kPatience);
    QVERIFY(sortedAlerts(*writer).empty());
    // No row comes any more; the wall clock reaches the tick and the lag for late commits.
    clock.set(kBase + 33 * kSecond);
    QTRY_COMPARE_WITH_TIMEOUT(sortedAlerts(*writer).size(), std::size_t(1), kPatience);
    QCOMPARE(sortedAlerts(*writer)[0].timestamp, kBase + 30 * kSecond);
    QVERIFY(sortedAlerts(*writer)[0].type == AlertType::SuspiciousIpActivity);
    // The row about it is nothing that is left to do.
    const auto left = [&] { return writer->backlog(writer->loadCursor()->lastRowId)->count; };
    QTRY_COMPARE_WITH_TIMEOUT(left(), std::int64_t(0), kPatience);
}

void TestMonitoringEngine::silentOldStreamStandsStill()
{
    const TestDatabase database;
    ManualClock clock(kBase + 300 * kDay);
    const auto writer = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 5; ++i)
        rows.push_back(failedLogin(kBase + i * kSecond, "203.0.113.9"));
    append(*writer, rows);
    Engine engine(database, clock);
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().processed, 5, kPatience);
    // The stream ended 300 days ago: the alert is not dropped by the retention of today. The engine has gone through
    // idle rounds when it has seen one more commit.
    append(*writer, {failedLogin(kBase + kMinute, "203.0.113.10")});
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().processed, 6, kPatience);
    QCOMPARE(sortedAlerts(*writer).size(), std::size_t(1));
}

void TestMonitoringEngine::farFutureRowLeavesTheRetention()
{
    const TestDatabase database;
    ManualClock clock(kBase + kMinute);
    const auto writer = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 5; ++i)
        rows.push_back(failedLogin(kBase + i * kSecond, "203.0.113.9"));
    constexpr TimestampMs kYear9999 = 253'370'764'800'000;
    rows.push_back(auditEvent(kYear9999, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u"));
    append(*writer, rows);
    Engine engine(database, clock);
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().processed, 6, kPatience);
    AlertQuery old;
    old.range.end = kBase + kDay;
    QCOMPARE(*writer->countAlerts(old), 1);
    const auto retention = writer->loadSettings()->config.retention.alertRetentionDays * kDay;
    // Not once only: the same holds for what comes after, from when it was raised.
    for (const TimestampMs later : {0 * kDay, retention + kDay}) {
        clock.set(kBase + later + retention + 2 * kHour);
        QTRY_COMPARE_WITH_TIMEOUT(*writer->countAlerts(old), 0, kPatience);
        rows.clear();
        old.range.end = kBase + later + 40 * kDay + kDay;
        for (int i = 0; i < 5; ++i)
            rows.push_back(failedLogin(kBase + later + 40 * kDay + i * kSecond, "203.0.113.9"));
        append(*writer, rows);
        QTRY_COMPARE_WITH_TIMEOUT(*writer->countAlerts(old), 1, kPatience);
    }
}

void TestMonitoringEngine::readOnlyFileIsNoEngine()
{
    const TestDatabase database;
    const ManualClock clock;
    auto settings = MonitoringEngine::settingsFor(database.path(), clock);
    settings.openStore = [path = database.path()] {
        StoreOptions options;
        options.mode = StoreOptions::Mode::ReadOnly;
        return openStore(path, options);
    };
    MonitoringEngine engine(std::move(settings), clock);
    QSignalSpy status(&engine, &MonitoringEngine::statusChanged);
    engine.start();
    QCOMPARE(int(engine.status().state), int(EngineState::Retrying));
    QVERIFY(!engine.status().detail.isEmpty());
}

void TestMonitoringEngine::tellsBacklogAndRate()
{
    const TestDatabase database;
    const ManualClock clock;
    append(*database.open(), traffic(60'000, 31));
    Engine engine(database, clock);
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().processed, 60'000, kPatience);
    QVERIFY(engine.was(EngineState::Behind));
    QTRY_COMPARE_WITH_TIMEOUT(int(engine.status().state), int(EngineState::Running), kPatience);
    QVERIFY(engine.status().backlog.isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().rulesOn, MonitoringConfig().rulesOn(), kPatience); // It follows the state.
}

void TestMonitoringEngine::tellsNearMissesWhileSomebodyLooks()
{
    const TestDatabase database;
    const ManualClock clock(kBase + 10 * kSecond);
    const auto writer = database.open();
    Engine engine(database, clock);
    QTRY_COMPARE_WITH_TIMEOUT(int(engine.status().state), int(EngineState::Running), kPatience);
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 4; ++i)
        rows.push_back(failedLogin(kBase + i * kSecond, "203.0.113.9"));
    append(*writer, rows);
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().processed, 4, kPatience);
    QCOMPARE(engine.nearMissesTold(), 0); // Nobody has asked.
    engine.watchNearMisses(true);
    const auto bruteForce = [&engine]() -> std::optional<NearMiss> {
        for (const NearMiss &miss : engine.nearMisses()) {
            if (miss.rule == RuleId::BruteForce)
                return miss;
        }
        return std::nullopt;
    };
    QTRY_VERIFY_WITH_TIMEOUT(bruteForce().has_value(), kPatience);
    QCOMPARE(bruteForce()->group, std::string("203.0.113.9"));
    QCOMPARE(bruteForce()->count, 4);
    QCOMPARE(bruteForce()->threshold, 5);
    QVERIFY(bruteForce()->expiresAt > clock.now());
    QVERIFY(engine.nearMisses().size() <= 50);
}

/// Other processes read there how the engine does; an error stays named when it has recovered.
void TestMonitoringEngine::leavesItsFiguresInTheDatabase()
{
    const TestDatabase database;
    const ManualClock clock(kBase + 10 * kSecond);
    const auto writer = database.open();
    const auto faults = std::make_shared<Faults>();
    Engine engine(database, clock, faults);
    QTRY_COMPARE_WITH_TIMEOUT(int(engine.status().state), int(EngineState::Running), kPatience);
    faults->fetches = 1;
    append(*writer, traffic(300, 3));
    const auto told = [&writer] {
        const auto health = writer->loadHealth();
        return health && *health ? **health : EngineHealth();
    };
    QTRY_VERIFY_WITH_TIMEOUT(told().processed == 300 && told().keysHeld > 0, kPatience);
    QCOMPARE(told().rulesOn, 20);
    QCOMPARE(told().keysEvicted, 0);
    QCOMPARE(told().lastError, std::string("injected: disk I/O error"));
    QCOMPARE(told().lastErrorAt, clock.now());
    QCOMPARE(engine.status().lastError, QStringLiteral("injected: disk I/O error"));
    QVERIFY(engine.status().keysHeld > 0);
}

/// It goes on, and says so where whoever watches it looks, until the next one succeeds.
void TestMonitoringEngine::tellsOfHousekeepingThatFails()
{
    const TestDatabase database;
    const ManualClock clock(kBase);
    const auto faults = std::make_shared<Faults>();
    faults->tidies = 1'000'000;
    Engine engine(database, clock, faults);
    const QString expected = QStringLiteral("Housekeeping failed: injected: permission denied");
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, expected, kPatience);
    QVERIFY(engine.status().lastErrorAt == clock.now());
    QVERIFY(!engine.was(EngineState::Retrying));
    const auto reader = database.open();
    const auto told = [&reader] { return reader->loadHealth()->value_or(EngineHealth()).lastError; };
    QTRY_COMPARE_WITH_TIMEOUT(told(), expected.toStdString(), kPatience);
    faults->tidies = 0;
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, QString(), kPatience);
    QVERIFY(!engine.status().lastErrorAt);
    QTRY_COMPARE_WITH_TIMEOUT(told(), std::string(), kPatience);
    // An error that stood there before comes back.
    faults->fetches = 1;
    append(*reader, traffic(10, 3));
    const QString other = QStringLiteral("injected: disk I/O error");
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, other, kPatience);
    faults->tidies = 1'000'000;
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, expected, kPatience);
    faults->tidies = 0;
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, other, kPatience);
    QVERIFY(engine.status().lastErrorAt == clock.now());
}

/// Housekeeping that fails for long hides nothing that fails meanwhile, and that is what stays when it succeeds.
void TestMonitoringEngine::tellsWhatFailsBesideHousekeeping()
{
    const TestDatabase database;
    ManualClock clock(kBase);
    const auto faults = std::make_shared<Faults>();
    Engine engine(database, clock, faults);
    QTRY_COMPARE_WITH_TIMEOUT(int(engine.status().state), int(EngineState::Running), kPatience);
    const auto writer = database.open();
    faults->fetches = 1;
    append(*writer, traffic(10, 3));
    const QString read = QStringLiteral("injected: disk I/O error");
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, read, kPatience);
    faults->tidies = 1'000'000;
    const QString untidy = QStringLiteral("Housekeeping failed: injected: permission denied");
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, untidy, kPatience);
    clock.set(kBase + kMinute);
    faults->commits = 1;
    append(*writer, traffic(10, 4));
    const QString written = QStringLiteral("injected: database or disk is full");
    const QString both = QStringLiteral("%1. Before that, %2: %3")
                             .arg(untidy, QString::fromStdString(formatIso(kBase + kMinute)), written);
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, both, kPatience);
    clock.set(kBase + 2 * kMinute);
    QTRY_VERIFY_WITH_TIMEOUT(engine.status().lastErrorAt == kBase + 2 * kMinute, kPatience); // It fails still.
    faults->tidies = 0;
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, written, kPatience);
    QVERIFY(engine.status().lastErrorAt == kBase + kMinute);
}

/// Answers would take longer and longer, and nobody would know why.
void TestMonitoringEngine::tellsOfRollUpsThatFail()
{
    const TestDatabase database;
    ManualClock clock(kBase);
    const auto faults = std::make_shared<Faults>();
    faults->rollUps = 1'000'000;
    Engine engine(database, clock, faults);
    const QString stale = QStringLiteral("Rolling up failed: injected: cannot extend a file");
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, stale, kPatience);
    QVERIFY(engine.status().lastErrorAt == clock.now());
    QVERIFY(!engine.was(EngineState::Retrying));
    faults->tidies = 1'000'000;
    const QString untidy = QStringLiteral("Housekeeping failed: injected: permission denied");
    const QString both = untidy + QStringLiteral(". ") + stale;
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, both, kPatience);
    faults->rollUps = 0;
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, untidy, kPatience);
    faults->tidies = 0;
    QTRY_COMPARE_WITH_TIMEOUT(engine.status().lastError, QString(), kPatience);
    QVERIFY(!engine.status().lastErrorAt);
}

QTEST_GUILESS_MAIN(TestMonitoringEngine)
#include "tst_monitoringengine.moc"
