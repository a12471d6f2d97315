// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enginehealth.h"
#include "core/domain/timestamp.h"
#include "core/engine/backoff.h"
#include "core/engine/heldstore.h"
#include "core/ports/alertstore.h"
#include "core/ports/configstore.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace bartizan {

/// Figures of the log that the status bar shows.
struct LogFigures {
    std::optional<TimestampMs> lastEventAt; ///< Time of the newest row, monitor rows aside.
    std::int64_t quarantined = 0;
    std::int64_t activeAlerts = 0;          ///< Neither acknowledged nor muted, over all time.

    bool operator==(const LogFigures &) const = default;
};

/// What may be done in the database.
struct DatabaseAccess {
    QString readOnlyReason; ///< Empty when it can be written.
    StoreRefusals refusals;

    bool operator==(const DatabaseAccess &) const = default;
};

/// Watches the database for what anybody commits, and tells of it as it stands there. Never writes, so that its
/// connection sees the commits of every other one. Of a step on very many alerts it tells in parts, one with each look at the
/// database, and while what it has told is still held by whoever heard of it, it reads no further than a few parts ahead: else
/// a slow window would hold them all. After a failure it opens the database anew, after a pause that grows
/// from failure to failure, and goes on where it was. Thread: its own; stopSoon() any.
class ChangeFollower final : public QObject {
    Q_OBJECT
public:
    /// Follows from `position` in the stream of alert changes, where `newest` was the number of the alert raised last, and
    /// from `settings`.
    ChangeFollower(StoreFactory factory, std::int64_t position, std::int64_t newest, const MonitoringSettings &settings);
    ~ChangeFollower() override;

    /// Opens the connection and begins. To be called on the follower's thread.
    void start();
    /// Ends the query that runs, and does nothing more. Thread: any.
    void stopSoon() { m_store.stopSoon(); }

Q_SIGNALS:
    void alertsChanged(const bartizan::ToldChanges &changes);
    void settingsChanged(const bartizan::MonitoringSettings &settings);
    /// Somebody committed; at most five times a second.
    void logAdvanced();
    void figuresChanged(const bartizan::LogFigures &figures);
    /// What may be done is another than before; told once at first. A server is promoted, made read-only, or gives other rights.
    void accessChanged(const bartizan::DatabaseAccess &access);
    /// The figures that the engine leaves in the database, wherever it runs.
    void healthChanged(const bartizan::EngineHealth &health);
    /// The database cannot be read, and why; empty when it can again.
    void trouble(const QString &message);

private:
    void poll();
    Result<void> lookAtAccess();
    Result<void> lookAtHealth();
    Result<void> readChanges();
    bool isFarAhead();
    Result<void> readSettings();
    Result<void> countActive();
    Result<void> readFigures();
    void tellAdvance();
    void failed(const Error &error);

    HeldStore m_store;
    Backoff m_backoff;
    QTimer m_timer;
    QElapsedTimer m_sinceAdvance;
    QElapsedTimer m_sinceAccess;
    QElapsedTimer m_sinceOpened; ///< Or tried to, to write again.
    std::optional<DatabaseAccess> m_access; ///< As it was told last.
    QElapsedTimer m_sinceHealth;
    EngineHealth m_health; ///< As it was told last.
    std::int64_t m_position;
    const std::int64_t m_newest;
    MonitoringSettings m_settings;
    LogFigures m_figures;
    std::vector<std::weak_ptr<const AlertChanges>> m_told; ///< As far as they may be held still.
    bool m_advancePending = false;
    bool m_behind = false; ///< The last answer told of changes: more may follow it.
    bool m_fresh = true; ///< Just opened: whatever was committed meanwhile must be read without a sign of it.
    bool m_troubled = false;
};

} // namespace bartizan
