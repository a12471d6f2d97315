// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine tells of itself: to whoever runs it, and in the database to other processes.
#include "core/engine/monitoringengine.h"

#include "core/domain/timestamp.h"
#include "core/engine/engineprocessor.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"

#include <QCoreApplication>

#include <algorithm>
#include <tuple>

namespace bartizan {

namespace {

constexpr qint64 kTellMs = 200;
constexpr qint64 kNearMissesMs = 1'000;
constexpr qint64 kHealthMs = 5'000;
constexpr std::size_t kNearMisses = 50;
constexpr qint64 kRateSpanMs = 10'000;

} // namespace

/// What is done beside the rows may fail for days and is told in place of the last error, with what else fails meanwhile, until it
/// succeeds. `trouble` is what it had failed with, `found` with what it did now; empty: it did not.
void MonitoringEngine::noteChore(QString &trouble, const QString &found)
{
    if ((trouble.isEmpty() && found.isEmpty()) || stopped()) // Then it was ended, and has not failed.
        return;
    if (m_untidy.isEmpty() && m_notRolledUp.isEmpty())
        m_failedMeanwhile = false;
    trouble = found;
    if (m_untidy.isEmpty() && m_notRolledUp.isEmpty()) {
        std::tie(m_status.lastError, m_status.lastErrorAt) = m_failure;
        return;
    }
    const QString failing = m_untidy.isEmpty() || m_notRolledUp.isEmpty() ? m_untidy + m_notRolledUp
        : QCoreApplication::translate("Engine", "%1. %2", "two sentences").arg(m_untidy, m_notRolledUp);
    m_status.lastError = !m_failedMeanwhile ? failing
        : QCoreApplication::translate("Engine", "%1. Before that, %2: %3", "housekeeping, time, other error")
              .arg(failing, QString::fromStdString(formatIso(m_failure.second.value_or(0))), m_failure.first);
    if (!found.isEmpty())
        m_status.lastErrorAt = m_clock.now();
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
    EngineHealth health{m_health.at,           m_status.eventsPerSecond, std::max(m_status.backlog.count, m_status.backlog.isEmpty() ? 0 : kUncounted),
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
