// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/headless.h"

#include "core/domain/backlog.h"
#include "core/engine/backoff.h"
#include "core/engine/databaseaddress.h"
#include "core/engine/engineprocessor.h"
#include "core/engine/monitoringengine.h"
#include "core/ports/store.h"
#include "core/storage/openingprospect.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <thread>

namespace bartizan {

namespace {

constexpr int kLookForStopMs = 50;
/// For how long what runs may go on once the end was asked for. A batch is done by then, and need not be done again.
constexpr std::chrono::seconds kGrace{1};
constexpr qint64 kTellMs = 200;
constexpr std::size_t kOnceBatch = 40'000;
// As a replay does after its last line.
constexpr TimestampMs kRunOn = kMinute;

volatile std::sig_atomic_t stopSignalled = 0;

void noteStop(int)
{
    stopSignalled = 1;
}

/// Catches SIGTERM and SIGINT while it lives.
class StopSignals {
public:
    StopSignals()
    {
        stopSignalled = 0;
        struct sigaction action{};
        action.sa_handler = noteStop;
        sigemptyset(&action.sa_mask);
        sigaction(SIGTERM, &action, &m_term);
        sigaction(SIGINT, &action, &m_int);
    }
    ~StopSignals()
    {
        sigaction(SIGTERM, &m_term, nullptr);
        sigaction(SIGINT, &m_int, nullptr);
    }
    StopSignals(const StopSignals &) = delete;
    StopSignals &operator=(const StopSignals &) = delete;

    static bool arrived() { return stopSignalled != 0; }

private:
    struct sigaction m_term{};
    struct sigaction m_int{};
};

/// Has the database end what it does when a signal has come and the engine goes on: its thread waits for the database then.
/// Again and again, since a request between two statements hits neither.
class Interrupter {
public:
    /// `interrupt` is called on another thread, and returns at once.
    explicit Interrupter(std::function<void()> interrupt) : m_interrupt(std::move(interrupt)), m_thread([this] { watch(); }) {}
    ~Interrupter()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_ended = true;
        }
        m_wake.notify_all();
        m_thread.join();
    }
    Interrupter(const Interrupter &) = delete;
    Interrupter &operator=(const Interrupter &) = delete;

private:
    void watch()
    {
        std::optional<std::chrono::steady_clock::time_point> since;
        for (std::unique_lock lock(m_mutex);
             !m_wake.wait_for(lock, std::chrono::milliseconds(kLookForStopMs), [this] { return m_ended; });) {
            if (!StopSignals::arrived())
                continue;
            const auto now = std::chrono::steady_clock::now();
            if (now - since.value_or(now) >= kGrace)
                m_interrupt();
            since = since.value_or(now);
        }
    }

    const std::function<void()> m_interrupt;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_ended = false;
    std::thread m_thread; ///< Last: it uses the others.
};

/// Processes all rows that are there, or those until a signal comes.
Result<void> workThrough(Store &store, EngineProcessor &processor, const HeadlessOptions &options, HeadlessReport &report)
{
    if (const auto begun = processor.begin(); !begun)
        return begun.error();
    EngineStatus status;
    status.state = EngineState::Behind;
    status.warning = processor.geoTrouble();
    if (options.status && !status.warning.isEmpty())
        options.status(status); // Even where there is nothing to do.
    QElapsedTimer sinceTold;
    qint64 pause = kTellMs;
    for (bool more = true; more && !StopSignals::arrived();) {
        const auto step = processor.step(kOnceBatch);
        if (!step)
            return step.error();
        more = step->more;
        report.processed += step->rows;
        report.alerts += step->alerts;
        if (options.status && (!sinceTold.isValid() || sinceTold.hasExpired(pause))) {
            sinceTold.start();
            const auto backlog = store.backlog(processor.cursor().lastRowId);
            if (!backlog)
                return backlog.error();
            pause = std::max(kTellMs, kWorkPerCount * sinceTold.restart());
            status.backlog = *backlog;
            status.processed = report.processed;
            options.status(status);
        }
    }
    return {};
}

/// When all rows are processed: the timers run on, and the roll-ups are filled.
Result<void> finish(EngineProcessor &processor, HeadlessReport &report)
{
    const auto ranOn = processor.runClock(processor.cursor().watermark + kRunOn);
    if (!ranOn)
        return ranOn.error();
    report.alerts += *ranOn;
    if (*ranOn > 0) {
        // Past the rows about these alerts, so that nothing seems to be left.
        const auto passed = processor.step(kOnceBatch);
        if (!passed)
            return passed.error();
        report.processed += passed->rows;
        report.alerts += passed->alerts;
    }
    (void)processor.checkpoint();
    for (bool left = true; left && !StopSignals::arrived();) {
        const auto rolledUp = processor.rollUp();
        if (!rolledUp)
            return rolledUp.error();
        left = *rolledUp;
    }
    return {};
}

Result<HeadlessReport> processAll(Store &store, const HeadlessOptions &options, const Clock &clock)
{
    HeadlessReport report;
    EngineProcessor processor(store, clock);
    {
        const Interrupter interrupter([&store] { store.interrupt(); });
        auto done = workThrough(store, processor, options, report);
        report.stopped = StopSignals::arrived();
        if (done && !report.stopped)
            done = finish(processor, report);
        if (!done && !StopSignals::arrived())
            return done.error();
        if (!done) {
            report.stopped = true; // On the way: its state is not that of the rows it has committed.
            return report;
        }
    }
    if (report.stopped)
        (void)processor.checkpoint(); // Without one the next run takes longer, and that is all.
    return report;
}

/// What an opening ends with that failed, or that a signal has ended.
Result<HeadlessReport> unlessStopped(const Error &error)
{
    return StopSignals::arrived() ? Result<HeadlessReport>(HeadlessReport{0, 0, true, {}}) : Result<HeadlessReport>(error);
}

Result<HeadlessReport> runOnce(const HeadlessOptions &options, const Clock &clock)
{
    const MonitoringEngine::Settings settings = MonitoringEngine::settingsFor(options.path, clock);
    std::optional<Interrupter> interrupter(std::in_place, [&settings] { settings.opening->stop(); });
    // Opened before it is locked: a lock file beside a file that is no database would only confuse.
    const auto store = settings.openStore();
    if (!store)
        return unlessStopped(store.error());
    if (const QString reason = (*store)->readOnlyReason(); !reason.isEmpty())
        return Error{reason};
    const auto lock = settings.takeLock();
    if (!lock)
        return unlessStopped(lock.error());
    interrupter.reset();
    if (!lock->held()) {
        return Error{QCoreApplication::translate("Engine", "The engine of %1 runs elsewhere: %2.")
                         .arg(options.path, lock->holder())};
    }
    return processAll(**store, options, clock);
}

/// Whether an opening that has failed is to be tried again: of a file none is, and of a server those that time may mend.
bool worthTrying(const QString &path, const MonitoringEngine::Settings &settings)
{
    if (!DatabaseAddress{path, {}}.onServer())
        return false;
    const auto profile = ConnectionProfile::fromUrl(path);
    return profile && mayOpenLater(*profile, {}, settings.opening);
}

/// Waits, or until a signal comes.
void pause(std::chrono::milliseconds time)
{
    const QDeadlineTimer deadline(time);
    QEventLoop waiting;
    QTimer look;
    look.callOnTimeout([&] {
        if (deadline.hasExpired() || StopSignals::arrived())
            waiting.quit();
    });
    look.start(kLookForStopMs);
    waiting.exec();
}

/// Opens the database once, to tell at once what can never work. What may work later is tried again, less and less often, and
/// told: whoever starts this program anew instead would offer a password that is refused time and again. Answers a report where
/// a signal has ended it, nullopt where the engine can begin.
Result<std::optional<HeadlessReport>> awaitOpening(const HeadlessOptions &options, const MonitoringEngine::Settings &settings)
{
    const Interrupter interrupter([&settings] { settings.opening->stop(); });
    Backoff backoff;
    QString failure;
    for (;;) {
        const auto tried = settings.openStore();
        const bool opened = tried.ok();
        if (!opened && StopSignals::arrived())
            return std::optional(HeadlessReport{0, 0, true, failure}); // This try has not failed, but was ended.
        if (opened) {
            const QString reason = (*tried)->readOnlyReason();
            if (!reason.isEmpty() && !DatabaseAddress{options.path, {}}.onServer())
                return Error{reason};
            return std::optional<HeadlessReport>();
        }
        if (!worthTrying(options.path, settings))
            return tried.error();
        failure = tried.error().message;
        EngineStatus status;
        status.state = EngineState::Retrying;
        status.detail = failure;
        if (options.status)
            options.status(status);
        pause(std::chrono::milliseconds(backoff.next()));
        if (StopSignals::arrived())
            return std::optional(HeadlessReport{0, 0, true, failure});
    }
}

} // namespace

Result<HeadlessReport> runEngine(const HeadlessOptions &options, const Clock &clock)
{
    const StopSignals signalsCaught;
    if (options.once)
        return runOnce(options, clock);
    const MonitoringEngine::Settings settings = MonitoringEngine::settingsFor(options.path, clock);
    const auto awaited = awaitOpening(options, settings);
    if (!awaited)
        return awaited.error();
    if (*awaited)
        return **awaited;

    MonitoringEngine engine(settings, clock);
    if (options.status)
        QObject::connect(&engine, &MonitoringEngine::statusChanged, &engine, options.status);
    QTimer stop;
    QObject::connect(&stop, &QTimer::timeout, &stop, [] {
        if (StopSignals::arrived())
            QCoreApplication::exit();
    });
    stop.start(kLookForStopMs);
    const Interrupter interrupter([&engine] { engine.stopSoon(); });
    QTimer::singleShot(0, &engine, &MonitoringEngine::start);
    QCoreApplication::exec();
    const EngineStatus &last = engine.status();
    return HeadlessReport{last.processed, 0, true, last.state == EngineState::Retrying ? last.detail : QString()};
}

} // namespace bartizan
