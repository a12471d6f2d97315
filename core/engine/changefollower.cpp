// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/changefollower.h"

#include "core/ports/store.h"

#include <algorithm>
#include <utility>

namespace bartizan {

namespace {

constexpr int kPollMs = 20;
constexpr int kAdvanceMs = 200;
constexpr int kAccessMs = 5000;
/// A connection that can only read may be a matter of the login, for good: a new one is not asked for that often.
constexpr int kReopenMs = 20'000;
constexpr int kHealthMs = 2000;
// Between the newest application row and the end of the log stand at most a few of the monitor's own.
constexpr std::size_t kNewestRows = 64;
// So many alerts may be told and held, a kilobyte each, before the next ones are read.
constexpr std::size_t kMostHeld = 6000;

} // namespace

ChangeFollower::ChangeFollower(StoreFactory factory, std::int64_t position, std::int64_t newest,
                               const MonitoringSettings &settings)
    : m_store(std::move(factory)), m_timer(this), m_position(position), m_newest(newest), m_settings(settings)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &ChangeFollower::poll);
}

ChangeFollower::~ChangeFollower() = default;

void ChangeFollower::start()
{
    m_sinceAdvance.start();
    m_timer.start(kPollMs);
    poll();
}

void ChangeFollower::poll()
{
    if (m_store.isStopped())
        return m_timer.stop();
    if (!m_store) {
        if (const auto opened = m_store.open(); !opened)
            return failed(opened.error());
        m_fresh = true;
    }
    if (const auto looked = lookAtAccess(); !looked)
        return failed(looked.error());
    if (const auto looked = lookAtHealth(); !looked)
        return failed(looked.error());
    const auto changed = m_store->changed();
    if (!changed)
        return failed(changed.error());
    if (*changed || m_fresh || (m_behind && !isFarAhead())) {
        if (const auto read = readChanges(); !read)
            return failed(read.error());
        if (const auto read = readSettings(); !read)
            return failed(read.error());
        m_advancePending = m_advancePending || *changed || m_fresh;
        m_fresh = false;
    }
    if (m_advancePending && m_sinceAdvance.hasExpired(kAdvanceMs))
        tellAdvance();
    if (m_troubled && m_store) {
        m_troubled = false;
        m_backoff.reset();
        m_timer.start(kPollMs);
        Q_EMIT trouble({});
    }
}

/// Behind each opening, and now and then: it may change under an open connection.
Result<void> ChangeFollower::lookAtAccess()
{
    if (!m_fresh && !m_sinceAccess.hasExpired(kAccessMs))
        return {};
    m_sinceAccess.start();
    if (!m_fresh) {
        const auto outdated = m_store->lookAtAccess();
        if (!outdated)
            return outdated.error();
        if (*outdated && (!m_sinceOpened.isValid() || m_sinceOpened.hasExpired(kReopenMs))) {
            m_sinceOpened.start();
            m_store.reset();
            if (const auto opened = m_store.open(); !opened)
                return opened.error();
            m_fresh = true;
        }
    }
    const DatabaseAccess access{m_store->readOnlyReason(), m_store->refusals()};
    if (access != m_access) {
        m_access = access;
        Q_EMIT accessChanged(access);
    }
    return {};
}

/// Now and then: the engine writes it without a sign that others look for.
Result<void> ChangeFollower::lookAtHealth()
{
    if (!m_fresh && !m_sinceHealth.hasExpired(kHealthMs))
        return {};
    m_sinceHealth.start();
    const auto health = m_store->loadHealth();
    if (!health)
        return health.error();
    if (*health && **health != m_health) {
        m_health = **health;
        Q_EMIT healthChanged(m_health);
    }
    return {};
}

/// Whether those that were told of changes hold many of them still.
bool ChangeFollower::isFarAhead()
{
    std::erase_if(m_told, [](const auto &told) { return told.expired(); });
    std::size_t held = 0;
    for (const auto &told : m_told) {
        if (const ToldChanges changes = told.lock())
            held += changes->changed.size() + changes->removed.size();
    }
    return held >= kMostHeld;
}

Result<void> ChangeFollower::readChanges()
{
    if (isFarAhead()) {
        m_behind = true;
        return {};
    }
    auto changes = m_store->changesSince(m_position);
    if (!changes)
        return changes.error();
    m_behind = std::exchange(m_position, changes->position) != changes->position;
    const bool alertsMoved = !changes->changed.empty() || !changes->removed.empty();
    if (alertsMoved) {
        changes->newest = m_newest;
        const auto told = std::make_shared<const AlertChanges>(std::move(*changes));
        m_told.push_back(told);
        Q_EMIT alertsChanged(told);
    }
    if (alertsMoved || m_fresh) {
        if (const auto counted = countActive(); !counted)
            return counted;
    }
    return {};
}

Result<void> ChangeFollower::readSettings()
{
    const auto settings = m_store->loadSettings();
    if (!settings)
        return settings.error();
    if (*settings != m_settings) {
        m_settings = *settings;
        Q_EMIT settingsChanged(m_settings);
    }
    return {};
}

Result<void> ChangeFollower::countActive()
{
    AlertQuery active;
    active.active = true;
    const auto count = m_store->countAlerts(active);
    if (!count)
        return count.error();
    if (*count != m_figures.activeAlerts) {
        m_figures.activeAlerts = *count;
        Q_EMIT figuresChanged(m_figures);
    }
    return {};
}

void ChangeFollower::tellAdvance()
{
    m_advancePending = false;
    m_sinceAdvance.restart();
    if (const auto read = readFigures(); !read)
        return failed(read.error());
    Q_EMIT logAdvanced();
}

Result<void> ChangeFollower::readFigures()
{
    LogFigures figures = m_figures;
    const auto quarantined = m_store->quarantinedCount();
    if (!quarantined)
        return quarantined.error();
    figures.quarantined = *quarantined;
    EventQuery newest;
    newest.limit = kNewestRows;
    const auto rows = m_store->events(newest);
    if (!rows)
        return rows.error();
    const auto application = std::find_if(rows->begin(), rows->end(), [](const AuditEvent &row) {
        return row.origin == RowOrigin::Application;
    });
    if (application != rows->end())
        figures.lastEventAt = application->timestamp;
    // After a bulk acknowledgement the newest rows are all the monitor's; what the engine has processed stands in.
    const auto cursor = m_store->loadCursor();
    if (!cursor)
        return cursor.error();
    if (cursor->lastRowId > 0 && cursor->watermark != 0) // It is told to who sees every company.
        figures.lastEventAt = std::max(figures.lastEventAt.value_or(cursor->watermark), cursor->watermark);
    if (figures != m_figures) {
        m_figures = figures;
        Q_EMIT figuresChanged(m_figures);
    }
    return {};
}

void ChangeFollower::failed(const Error &error)
{
    m_store.reset();
    m_timer.start(m_backoff.next());
    m_troubled = true;
    Q_EMIT trouble(error.message);
}

} // namespace bartizan
