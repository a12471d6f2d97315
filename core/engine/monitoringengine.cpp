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
constexpr qint64 kTellMs = 200;
constexpr qint64 kNearMissesMs = 1'000;
constexpr qint64 kHealthMs = 5'000;
constexpr std::size_t kNearMisses = 50;
constexpr qint64 kBacklogMs = 500;
constexpr qint64 kRateSpanMs = 10'000;
constexpr qint64 kClockRunMs = 1'000;
// How often the roll-ups are looked at, how often a slice is done while there is work, and how often while rows wait.
constexpr qint64 kRollUpMs = 5'000;
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
    if (const auto tidied = m_store->tidy(); !tidied) {
        if (!std::exchange(m_untidy, true))
            m_failedMeanwhile = false;
        const QString untidy = QCoreApplication::translate("Engine", "Housekeeping failed: %1").arg(tidied.error().message);
        m_status.lastError = m_failedMeanwhile ? withFailure(untidy) : untidy;
        m_status.lastErrorAt = m_clock.now();
    } else if (std::exchange(m_untidy, false)) {
        std::tie(m_status.lastError, m_status.lastErrorAt) = m_failure;
    }
    // Rebuilding the state, or a long backlog, takes several times what is needed from then on.
    if (std::exchange(m_hasWorkedMuch, false))
        returnFreeMemory();
}

/// Housekeeping may fail for days; what else fails meanwhile is told with it.
QString MonitoringEngine::withFailure(const QString &untidy) const
{
    return QCoreApplication::translate("Engine", "%1. Before that, %2: %3", "housekeeping, time, other error")
        .arg(untidy, QString::fromStdString(formatIso(m_failure.second.value_or(0))), m_failure.first);
}

void MonitoringEngine::rollUp()
{
    const qint64 pause = !m_caughtUp ? kRollUpBehindMs : m_moreToRollUp ? kRollUpOnMs : kRollUpMs;
    if (m_running.elapsed() - m_rolledUpAt < pause)
        return;
    // Without it answers take longer, and that is all; what the rows need was committed with them.
    const auto more = m_processor->rollUp();
    m_moreToRollUp = more && *more;
    m_rolledUpAt = m_running.elapsed();
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

void MonitoringEngine::countProcessed(std::int64_t rows)
{
    const qint64 now = m_running.elapsed();
    if (rows > 0) {
        m_status.processed += rows;
        m_recent.emplace_back(now, rows);
    }
    while (!m_recent.empty() && m_recent.front().first < now - kRateSpanMs)
        m_recent.pop_front();
}

void MonitoringEngine::tell(EngineState state, const QString &detail)
{
    if (m_status.state == state && m_status.detail == detail)
        return;
    m_status.state = state;
    m_status.detail = detail;
    if (state != EngineState::Running && state != EngineState::Behind) {
        m_status.eventsPerSecond = 0.0;
        m_recent.clear();
    }
    m_toldAt = m_running.elapsed();
    Q_EMIT statusChanged(m_status);
}

void MonitoringEngine::tellFigures()
{
    const qint64 now = m_running.elapsed();
    if (now - m_toldAt < kTellMs)
        return;
    m_toldAt = now;
    countProcessed(0);
    std::int64_t rows = 0;
    for (const auto &[at, count] : m_recent)
        rows += count;
    EngineStatus figures = m_status;
    const DetectorLoad load = m_processor->load();
    figures.keysHeld = load.keysHeld;
    figures.keysEvicted = load.keysEvicted;
    figures.stateBytes = load.bytes;
    figures.rulesOn = m_processor->settings().config.rulesOn();
    figures.eventsPerSecond = static_cast<double>(rows) * 1000.0 / static_cast<double>(kRateSpanMs);
    if (figures == m_told)
        return;
    m_status = figures;
    m_told = figures;
    Q_EMIT statusChanged(m_status);
}

/// Leaves the figures where other processes can read them; nothing is written while nothing changes.
void MonitoringEngine::saveHealth()
{
    const bool recovered = m_health.failingSince != 0 && !m_failingSince;
    if (m_healthAt != 0 && m_running.elapsed() - m_healthAt < kHealthMs && !recovered)
        return;
    EngineHealth health{m_health.at,           m_status.eventsPerSecond, m_status.backlog.count,
                        m_status.processed,    m_status.keysHeld,        m_status.keysEvicted,
                        m_status.stateBytes,   m_status.rulesOn,         m_status.lastError.toStdString(),
                        m_status.lastErrorAt.value_or(0), m_failingSince.value_or(0)};
    if (health == m_health && m_healthAt != 0)
        return;
    m_healthAt = std::max<qint64>(1, m_running.elapsed());
    health.at = m_clock.now();
    // A failure shows in what the engine commits next; the figures alone are not worth a restart.
    if (m_store->saveHealth(health))
        m_health = health;
}

/// Tells other processes of a failure before the right to run the engine, and with it all that tells of this one, is let go.
/// What failed is undone by now; where this cannot be stored either, the database tells them itself.
void MonitoringEngine::leaveFailure()
{
    if (!m_store || !m_lock.held())
        return;
    m_status.eventsPerSecond = 0.0;
    m_healthAt = 0;
    saveHealth();
}

void MonitoringEngine::tellNearMisses()
{
    const qint64 now = m_running.elapsed();
    if (!m_nearMissesWatched || (m_nearMissesAt != 0 && now - m_nearMissesAt < kNearMissesMs))
        return;
    m_nearMissesAt = now;
    // By the wall clock: what an old log left in the windows has long run out.
    Q_EMIT nearMissesChanged(m_processor->nearMisses(m_clock.now(), kNearMisses));
}

} // namespace bartizan
