// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enginehealth.h"
#include "core/engine/backoff.h"
#include "core/engine/session.h"
#include "core/engine/storefactory.h"
#include "core/storage/engineelectorate.h"
#include "core/storage/enginelock.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace bartizan {

class Clock;
class EngineProcessor;
struct DatabaseAddress;

/// The worker that follows the audit log and raises alerts. It takes the engine's lock, or says who has it and
/// tries again; where this user may not take it, or the server only be read, only says who has it; polls for commits of other processes
/// about every 20 ms; and after any failure says what failed, waits (twice as long each time, up to 30 s),
/// opens everything anew and goes on from the last commit. Thread: its own, with an event loop; stopSoon() any.
class MonitoringEngine final : public QObject {
    Q_OBJECT
public:
    /// Where the engine works; tests replace the parts.
    struct Settings {
        StoreFactory openStore;
        std::function<Result<EngineLock>()> takeLock;
        /// Where a server decides who may run the engine. Null: whoever takes the lock may.
        std::shared_ptr<EngineElectorate> electorate = {};
        std::shared_ptr<OpeningStop> opening = {}; ///< Ends the three above where they wait for a server; may be null.
        std::chrono::milliseconds tidyEvery = std::chrono::seconds(30); ///< Housekeeping.
        std::chrono::milliseconds rollUpEvery = std::chrono::seconds(5); ///< Looking for what is to be rolled up.
    };

    /// The engine of the database at `path`, a file or the URL of a server, under this program's name in the lock.
    static Settings settingsFor(const QString &path, const Clock &clock);
    static Settings settingsFor(const DatabaseAddress &address, const Clock &clock);

    /// `clock` must outlive the engine.
    MonitoringEngine(Settings settings, const Clock &clock);
    ~MonitoringEngine() override;

    /// Begins. To be called on the engine's thread.
    void start();
    /// Ends the query that runs, or the waiting for a server, and does nothing more. Thread: any.
    void stopSoon();

    /// The database can be reached again, as somebody else has noticed: a pause before the next try ends. Thread: the
    /// engine's.
    void retryNow();

    /// Whether nearMissesChanged() is wanted. Thread: the engine's.
    void watchNearMisses(bool watch);

    /// As it was told last. Thread: the engine's.
    const EngineStatus &status() const { return m_status; }

Q_SIGNALS:
    /// The state changed, or the figures did (these at most five times a second). lastEventAt, quarantined and
    /// activeAlerts are left to the follower of the database.
    void statusChanged(const bartizan::EngineStatus &status);

    /// The groups closest to a threshold, at most once a second while somebody watches.
    void nearMissesChanged(const std::vector<bartizan::NearMiss> &misses);

private:
    void tick();
    bool takeLock();
    bool mayLead();
    void watchLeader(const QString &readOnlyReason);
    bool openAndBegin();
    void work();
    QString warning() const;
    void keepCheckpoint();
    void countBacklog();
    void followClock();
    void retainByWallClock(TimestampMs now);
    void tidy();
    void noteChore(QString &trouble, const QString &found);
    void rollUp();
    void fail(const Error &error);
    void countProcessed(std::int64_t rows);
    void tell(EngineState state, const QString &detail = {});
    void tellFigures();
    void tellNearMisses();
    void saveHealth();
    void leaveFailure();
    void setBusy(Store *store);
    bool stopped();

    const Settings m_settings;
    const Clock &m_clock;
    EngineLock m_lock;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<EngineProcessor> m_processor;
    QTimer m_timer;
    Backoff m_backoff;
    std::optional<bool> m_mayLead; ///< Of a server that can be written: whether this user may stand for election.
    bool m_caughtUp = false;
    std::size_t m_batch = 0;

    EngineStatus m_status;
    EngineStatus m_told; ///< The figures that were told last.
    QElapsedTimer m_running;   ///< Since start().
    qint64 m_toldAt = 0;       ///< All times below in milliseconds of m_running.
    qint64 m_backlogAt = 0;
    qint64 m_backlogPause = 0; ///< Until the next count; the longer, the more time one takes.
    qint64 m_tidiedAt = 0;
    bool m_hasWorkedMuch = false; ///< Since housekeeping last gave memory back.
    qint64 m_clockRunAt = 0;
    qint64 m_rolledUpAt = 0;
    bool m_moreToRollUp = false;
    qint64 m_checkpointAt = 0;
    qint64 m_lateAt = 0;
    qint64 m_nearMissesAt = 0;
    qint64 m_healthAt = 0;
    EngineHealth m_health; ///< As it was saved last.
    std::optional<TimestampMs> m_failingSince; ///< When the first of the tries failed that all have failed since.
    std::pair<QString, std::optional<TimestampMs>> m_failure; ///< The last error other than housekeeping's, and when.
    QString m_untidy;      ///< What the last housekeeping failed with; empty: it did not.
    QString m_notRolledUp; ///< The last rolling up, likewise.
    bool m_failedMeanwhile = false; ///< m_failure came since either does.
    bool m_nearMissesWatched = false;
    std::optional<TimestampMs> m_retainedAt; ///< By the wall clock.
    std::deque<std::pair<qint64, std::int64_t>> m_recent; ///< When, and how many rows, over the last 10 s.

    std::mutex m_mutex; ///< Guards the two below.
    Store *m_interruptible = nullptr;
    bool m_stopped = false;
};

} // namespace bartizan
