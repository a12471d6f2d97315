// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/monitoringengine.h"

#include "core/domain/backlog.h"
#include "core/domain/timestamp.h"
#include "core/engine/databaseaddress.h"
#include "core/engine/engineprocessor.h"
#include "core/engine/freememory.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "core/storage/openstore.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <tuple>
#include <utility>

namespace bartizan {

namespace {

constexpr int kPollMs = 20;
constexpr int kLockRetryMs = 2'000;
constexpr qint64 kBacklogMs = 500;
constexpr qint64 kClockRunMs = 1'000;
// How often a slice of the roll-ups is done while there is work, and how often while rows wait.
constexpr qint64 kRollUpOnMs = 250;
constexpr qint64 kRollUpBehindMs = 2'000;
constexpr qint64 kCheckpointMs = 60'000;
// Late rows often come in a row (a clock that ran ahead makes every other row late), and each time from the beginning
// would cost a rebuild.
constexpr qint64 kLateRestMs = 60'000;
constexpr std::size_t kBatch = 5'000;
// Behind, larger transactions pay: every commit waits for the disk.
constexpr std::size_t kLargestBatch = 40'000;
// A stream whose newest row is this near to the wall clock is a live one.
constexpr TimestampMs kLiveSpan = 10 * kMinute;
// The timers of a live stream run this much behind the wall clock, so that a row committed a little late is still seen.
constexpr TimestampMs kLiveLag = 2 * kSecond;
// How often the retention runs where the stream's clock cannot time it.
constexpr TimestampMs kRetentionEvery = kHour;

} // namespace

MonitoringEngine::Settings MonitoringEngine::settingsFor(const QString &path, const Clock &clock)
{
    return settingsFor(DatabaseAddress{path, {}}, clock);
}

MonitoringEngine::Settings MonitoringEngine::settingsFor(const DatabaseAddress &address, const Clock &clock)
{
    // The connection for the engine's work is told the epoch that the election gave it.
    const auto epoch = std::make_shared<std::atomic<std::int64_t>>(0);
    const auto opening = std::make_shared<OpeningStop>();
    return {[address, epoch, opening] {
                StoreOptions options;
                options.role = StoreOptions::Role::Engine;
                options.stop = opening;
                if (address.onServer())
                    options.epoch = epoch;
                return address.open(options);
            },
            [address, epoch, opening, &clock] {
                auto lock = address.takeLock(clock.now(), opening);
                if (lock && lock->held())
                    *epoch = lock->epoch();
                return lock;
            },
            address.electorate(opening), opening};
}

MonitoringEngine::MonitoringEngine(Settings settings, const Clock &clock)
    : m_settings(std::move(settings)), m_clock(clock), m_timer(this), m_batch(kBatch)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &MonitoringEngine::tick);
}

MonitoringEngine::~MonitoringEngine()
{
    setBusy(nullptr);
    // Where it fails, the next start takes longer, and that is all.
    if (m_processor)
        (void)m_processor->checkpoint();
}

void MonitoringEngine::start()
{
    m_running.start();
    tell(EngineState::Starting);
    tick();
}

void MonitoringEngine::stopSoon()
{
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    if (m_settings.opening)
        m_settings.opening->stop();
    if (m_interruptible)
        m_interruptible->interrupt();
}

bool MonitoringEngine::stopped()
{
    const std::lock_guard lock(m_mutex);
    return m_stopped;
}

void MonitoringEngine::watchNearMisses(bool watch)
{
    m_nearMissesWatched = watch;
    m_nearMissesAt = 0; // Who begins to look is told at once.
}

void MonitoringEngine::setBusy(Store *store)
{
    const std::lock_guard lock(m_mutex);
    m_interruptible = store;
}

void MonitoringEngine::tick()
{
    if (stopped())
        return;
    if (m_processor && !m_lock.held()) // Another engine has taken over, or the server is out of reach.
        return fail(Error{QCoreApplication::translate("Engine", "The right to run the engine was lost")});
    if (!m_lock.held() && !takeLock())
        return;
    if (!m_processor && !openAndBegin())
        return;
    work();
}

/// Asked until it is known, and again behind a failure: whoever may not is not refused again and again. Where the server can only
/// be read, it is not known.
bool MonitoringEngine::mayLead()
{
    if (!m_settings.electorate)
        return true;
    QString readOnlyReason;
    if (!m_mayLead) {
        const auto found = m_settings.electorate->candidacy();
        if (!found) {
            fail(found.error());
            return false;
        }
        readOnlyReason = found->readOnlyReason;
        if (readOnlyReason.isEmpty())
            m_mayLead = found->may;
    }
    const bool may = m_mayLead.value_or(false);
    if (!may)
        watchLeader(readOnlyReason);
    return may;
}

void MonitoringEngine::watchLeader(const QString &readOnlyReason)
{
    const auto leader = m_settings.electorate->leader();
    if (!leader)
        return fail(leader.error());
    m_backoff.reset();
    if (*leader)
        tell(EngineState::RunningElsewhere, **leader);
    else if (!readOnlyReason.isEmpty())
        tell(EngineState::ReadOnly, readOnlyReason);
    else
        tell(EngineState::Idle, QCoreApplication::translate("Engine", "This user may not run the engine, and nobody else does."));
    m_timer.start(kLockRetryMs);
}

bool MonitoringEngine::takeLock()
{
    if (!mayLead())
        return false;
    auto lock = m_settings.takeLock();
    if (!lock) {
        fail(lock.error());
        return false;
    }
    if (!lock->held()) {
        tell(EngineState::RunningElsewhere, lock->holder());
        m_timer.start(kLockRetryMs);
        return false;
    }
    m_lock = std::move(*lock);
    return true;
}

bool MonitoringEngine::openAndBegin()
{
    if (m_status.state != EngineState::Retrying)
        tell(EngineState::Starting);
    auto store = m_settings.openStore();
    if (!store) {
        fail(store.error());
        return false;
    }
    m_store = std::move(*store);
    if (const QString reason = m_store->readOnlyReason(); !reason.isEmpty()) {
        fail(Error{reason});
        return false;
    }
    setBusy(m_store.get());
    m_processor = std::make_unique<EngineProcessor>(*m_store, m_clock);
    if (const auto begun = m_processor->begin(); !begun) {
        fail(begun.error());
        return false;
    }
    m_status.warning = warning();
    m_caughtUp = false;
    m_hasWorkedMuch = true;
    m_clockRunAt = m_running.elapsed() - kClockRunMs; // Where the clock had failed, that is tried before all counts as well.
    return true;
}

QString MonitoringEngine::warning() const
{
    const QString ofLog = m_store->warning();
    return ofLog.isEmpty() ? m_processor->geoTrouble() : ofLog;
}

void MonitoringEngine::work()
{
    const auto changed = m_store->changed();
    if (!changed)
        return fail(changed.error());
    if (*changed) {
        m_caughtUp = false;
        if (const auto read = m_processor->refreshSettings(); !read)
            return fail(read.error());
    }
    m_status.warning = warning();
    if (!m_caughtUp) {
        const auto step = m_processor->step(m_batch);
        if (!step)
            return fail(step.error());
        m_caughtUp = !step->more;
        m_hasWorkedMuch = m_hasWorkedMuch || step->rows >= static_cast<std::int64_t>(kLargestBatch);
        m_batch = step->more ? std::min(kLargestBatch, m_batch * 2) : kBatch;
        if (step->late > 0)
            m_lateAt = m_running.elapsed();
        countProcessed(step->rows);
    }
    keepCheckpoint();
    rollUp();
    if (m_caughtUp) {
        if (m_running.elapsed() - m_lateAt > kLateRestMs)
            m_processor->rest();
        followClock();
        if (!m_processor)
            return; // The clock's commit failed.
        tidy();
        m_status.backlog = {};
        tell(EngineState::Running);
    } else {
        countBacklog();
        tell(EngineState::Behind);
    }
    m_backoff.reset(); // All that is done each time was.
    m_failingSince.reset();
    tellFigures();
    tellNearMisses();
    saveHealth();
    m_timer.start(m_caughtUp ? kPollMs : 0);
}

/// The figure alone is not worth a restart: where the count takes longer than the server lets it, rows are judged all the same.
void MonitoringEngine::countBacklog()
{
    const qint64 began = m_running.elapsed();
    if (began - m_backlogAt < m_backlogPause)
        return;
    if (const auto backlog = m_store->backlog(m_processor->cursor().lastRowId))
        m_status.backlog = *backlog;
    else if (m_status.backlog.isEmpty())
        m_status.backlog = {0, true};
    m_backlogAt = m_running.elapsed();
    m_backlogPause = std::max(kBacklogMs, kWorkPerCount * (m_backlogAt - began));
}

void MonitoringEngine::keepCheckpoint()
{
    if (!m_processor->worthACheckpoint() || m_running.elapsed() - m_checkpointAt < kCheckpointMs)
        return;
    m_checkpointAt = m_running.elapsed();
    // It spares a restart the reading of the log; nothing else hangs on it.
    (void)m_processor->checkpoint();
}

void MonitoringEngine::followClock()
{
    if (m_running.elapsed() - m_clockRunAt < kClockRunMs)
        return;
    m_clockRunAt = m_running.elapsed();
    const TimestampMs now = m_clock.now();
    const TimestampMs newest = m_processor->cursor().watermark;
    if (newest > now + kLiveSpan)
        return retainByWallClock(now);
    if (newest < now - kLiveSpan)
        return;
    const auto ran = m_processor->runClock(std::max(newest, now - kLiveLag));
    if (!ran)
        return fail(ran.error());
    if (*ran > 0)
        m_caughtUp = false; // The rows about these alerts stand behind the position.
}

/// A row from the far future has taken the stream's clock past every tick to come, that of the retention as well.
void MonitoringEngine::retainByWallClock(TimestampMs now)
{
    if (m_retainedAt && now >= *m_retainedAt && now - *m_retainedAt < kRetentionEvery)
        return;
    m_retainedAt = now;
    if (const auto dropped = m_processor->dropExpired(); !dropped)
        fail(dropped.error());
}

void MonitoringEngine::tidy()
{
    const qint64 now = m_running.elapsed();
    if (m_tidiedAt != 0 && now - m_tidiedAt < m_settings.tidyEvery.count())
        return;
    m_tidiedAt = std::max<qint64>(1, now);
    // It is tried again. Until then it costs disk space, or months that are not made; nothing is lost.
    const auto tidied = m_store->tidy();
    noteChore(m_untidy, tidied ? QString() : QCoreApplication::translate("Engine", "Housekeeping failed: %1").arg(tidied.error().message));
    // Rebuilding the state, or a long backlog, takes several times what is needed from then on.
    if (std::exchange(m_hasWorkedMuch, false))
        returnFreeMemory();
}

void MonitoringEngine::rollUp()
{
    const qint64 pause = !m_caughtUp ? kRollUpBehindMs : m_moreToRollUp ? kRollUpOnMs : m_settings.rollUpEvery.count();
    if (m_running.elapsed() - m_rolledUpAt < pause)
        return;
    // Without it answers take longer, and that is all; what the rows need was committed with them.
    const auto more = m_processor->rollUp();
    m_moreToRollUp = more && *more;
    m_rolledUpAt = m_running.elapsed();
    noteChore(m_notRolledUp, more ? QString() : QCoreApplication::translate("Engine", "Rolling up failed: %1").arg(more.error().message));
}

void MonitoringEngine::fail(const Error &error)
{
    const bool ended = stopped(); // Then what ran was ended, and has not failed.
    if (!ended) {
        m_failure = {error.message, m_clock.now()};
        m_failedMeanwhile = true;
        std::tie(m_status.lastError, m_status.lastErrorAt) = m_failure;
        m_failingSince = m_failingSince.value_or(m_clock.now());
        leaveFailure();
    }
    setBusy(nullptr);
    m_processor.reset();
    m_store.reset();
    m_lock.release(); // Where this process fails, another may do better.
    m_mayLead.reset();
    if (ended)
        return;
    tell(EngineState::Retrying, error.message);
    m_timer.start(m_backoff.next());
}

void MonitoringEngine::retryNow()
{
    if (m_status.state != EngineState::Retrying)
        return;
    m_backoff.reset();
    m_timer.start(0);
}

} // namespace bartizan
