// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/headless.h"

#include "core/domain/backlog.h"
#include "core/engine/engineprocessor.h"
#include "core/engine/monitoringengine.h"
#include "core/ports/store.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <csignal>

namespace bartizan {

namespace {

constexpr int kLookForStopMs = 50;
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

Result<HeadlessReport> processAll(Store &store, const HeadlessOptions &options, const Clock &clock)
{
    HeadlessReport report;
    EngineProcessor processor(store, clock);
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
    report.stopped = StopSignals::arrived();
    if (report.stopped) {
        (void)processor.checkpoint(); // Without one the next run takes longer, and that is all.
        return report;
    }
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
    return report;
}

Result<HeadlessReport> runOnce(const HeadlessOptions &options, const Clock &clock)
{
    const MonitoringEngine::Settings settings = MonitoringEngine::settingsFor(options.path, clock);
    // Opened before it is locked: a lock file beside a file that is no database would only confuse.
    const auto store = settings.openStore();
    if (!store)
        return store.error();
    if (const QString reason = (*store)->readOnlyReason(); !reason.isEmpty())
        return Error{reason};
    const auto lock = settings.takeLock();
    if (!lock)
        return lock.error();
    if (!lock->held()) {
        return Error{QCoreApplication::translate("Engine", "The engine of %1 runs elsewhere: %2.")
                         .arg(options.path, lock->holder())};
    }
    return processAll(**store, options, clock);
}

} // namespace

Result<HeadlessReport> runEngine(const HeadlessOptions &options, const Clock &clock)
{
    const StopSignals signalsCaught;
    if (options.once)
        return runOnce(options, clock);
    const MonitoringEngine::Settings settings = MonitoringEngine::settingsFor(options.path, clock);
    // What can never work is told at once rather than retried for ever.
    if (const auto tried = settings.openStore(); !tried)
        return tried.error();
    else if (const QString reason = (*tried)->readOnlyReason(); !reason.isEmpty())
        return Error{reason};

    MonitoringEngine engine(settings, clock);
    if (options.status)
        QObject::connect(&engine, &MonitoringEngine::statusChanged, &engine, options.status);
    QTimer stop;
    QObject::connect(&stop, &QTimer::timeout, &stop, [] {
        if (StopSignals::arrived())
            QCoreApplication::exit();
    });
    stop.start(kLookForStopMs);
    QTimer::singleShot(0, &engine, &MonitoringEngine::start);
    QCoreApplication::exec();
    return HeadlessReport{engine.status().processed, 0, true};
}

} // namespace bartizan
