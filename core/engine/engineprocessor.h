// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/detector.h"
#include "core/domain/auditevent.h"
#include "core/domain/result.h"
#include "core/domain/rulegroup.h"
#include "core/ports/alertstore.h"
#include "core/ports/configstore.h"

#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace bartizan {

class Clock;
class GeoFiller;
class LateLane;
class RowViews;
class Store;

/// Takes audit rows from a store to alerts in the same store, batch by batch: each batch's alerts, the rows about them
/// and the position reached are committed at once, and only then count as done. It keeps nothing that the store does
/// not know: whoever is killed or fails anywhere makes a new one, and begin() goes on where the last commit stood, with
/// the same alerts. Thread: the store's.
class EngineProcessor {
public:
    /// Both must outlive the processor.
    EngineProcessor(Store &store, const Clock &clock);
    ~EngineProcessor();
    EngineProcessor(const EngineProcessor &) = delete;
    EngineProcessor &operator=(const EngineProcessor &) = delete;

    /// What one batch did.
    struct Step {
        std::int64_t rows = 0;   ///< Application rows processed.
        std::int64_t alerts = 0; ///< Raised (some may be known already).
        std::int64_t late = 0;   ///< Of the rows, those that lay long before the newest one.
        bool more = false;       ///< There is probably more: the batch was full, or wrote rows of its own.
    };

    /// Reads settings and position, and rebuilds the state as of then.
    Result<void> begin();
    /// Processes up to `limit` of the rows behind the position, in (timestamp, id) order.
    Result<Step> step(std::size_t limit);
    /// Reads the settings again; a new configuration holds from the next row on, a new time zone rebuilds the state.
    Result<void> refreshSettings();
    /// Runs the timers up to `t` on the stream's clock, for a stream that pauses. No effect before the first row or
    /// where the clock stands later already. Repeating it after a restart raises the same alerts again. Returns how
    /// many were raised.
    Result<std::int64_t> runClock(TimestampMs t);
    /// Drops the alerts that by the wall clock are older than the retention, whatever the stream's clock shows.
    Result<void> dropExpired();
    /// Brings the store's roll-ups on by a slice; true while there is more to do (MetricsSource::rollUp()).
    Result<bool> rollUp();
    /// Lets go of what only a run of late rows needs.
    void rest();
    /// Keeps the detector's state with the position, so that the next begin() need not read a week of the log. It does
    /// nothing where nothing was processed since the last one, or late rows are yet to be entered.
    Result<void> checkpoint();
    /// Whether enough was processed since the last checkpoint that writing one now and then costs little beside it.
    bool worthACheckpoint() const;
    /// Whether begin() went on from a checkpoint.
    bool resumed() const noexcept { return m_resumed; }

    /// Why the GeoIP database that the settings name is not used; empty: it is, or none is wanted. The rows are judged
    /// without then.
    const QString &geoTrouble() const noexcept { return m_geoTrouble; }

    /// The groups closest to a threshold at `now`, at most `limit`, closest first.
    std::vector<NearMiss> nearMisses(TimestampMs now, std::size_t limit) const;

    /// What the detector holds in memory.
    DetectorLoad load() const;

    const EngineCursor &cursor() const noexcept { return m_cursor; }
    const MonitoringSettings &settings() const noexcept { return m_settings; }
    /// How many times the state was rebuilt since begin(), for late rows and the like.
    int rebuilds() const noexcept;

private:
    struct Batch;
    Result<void> applySettings(const MonitoringSettings &settings);
    void openGeo();
    std::unique_ptr<Detector> makeDetector() const;
    Result<void> restore(std::int64_t maxRowId);
    Result<void> freshen(std::int64_t maxRowId);
    void lookAhead(std::int64_t maxRowId);
    void setAside(std::span<AuditEvent *const> ownRows, std::int64_t maxRowId);
    Result<void> observeAhead(TimestampMs until);
    Result<void> readAhead();
    Result<void> repeatClock();
    bool resume();
    bool replaySince(const EngineCheckpoint &checkpoint);
    bool replay(std::vector<AuditEvent> &rows, const EngineCheckpoint &checkpoint);
    RowViews rowViews() const;
    void observe(const AuditEvent &row);
    void anchorTimers(TimestampMs first);
    Result<void> processLate(Batch &batch);
    Result<void> processPresent(std::span<const AuditEvent *const> rows);
    Result<void> commit(const EngineCursor &cursor);
    Result<void> flush();

    Store &m_store;
    const Clock &m_clock;
    MonitoringSettings m_settings;
    ZoneOffsets m_zone;
    std::shared_ptr<GeoFiller> m_geo; ///< Null where nothing is looked up.
    QString m_geoTrouble;
    EngineCursor m_cursor;
    std::unique_ptr<Detector> m_detector;
    std::unique_ptr<LateLane> m_late;
    /// Bartizan's own rows that the stream's clock has not reached (an old log acknowledged today), in time order: the
    /// first of them, since a step of triage writes a row for each of its alerts.
    std::deque<AuditEvent> m_ahead;
    std::optional<EventKey> m_aheadEnd; ///< Where m_ahead ends and the log has to be read on; nullopt: that is all.
    std::int64_t m_aheadUpTo = 0;       ///< Key up to which rows of the log are meant.
    DetectorOutput m_out;
    std::vector<AlertRepeat> m_held; ///< Repeats of rows that the position does not cover yet.
    std::int64_t m_raised = 0; ///< Alerts handed to commits.
    std::optional<DetectorState> m_checkpoint; ///< To go with the next commit.
    std::int64_t m_rowsSinceCheckpoint = 0;
    std::size_t m_stateSize = 0; ///< Of the last checkpoint.
    int m_rebuilds = 0;
    bool m_resumed = false;
    bool m_outdated = false; ///< Late rows were judged that m_detector has not seen, or it lost its state.
};

} // namespace bartizan
