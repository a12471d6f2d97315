// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/detector.h"
#include "core/domain/auditevent.h"
#include "core/domain/result.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace bartizan {

class GeoFiller;
class Store;

/// Action of the row about an alert. A detector enters that row when it raises the alert; read back from the log it is
/// known already.
inline constexpr std::string_view kAlertRow = "security_alert_created";

/// Judges rows that arrive long after newer ones (an old log imported into a live database) as the log stands at their
/// own time: a second detector, rebuilt once at the first of them, walks on between the rows that were processed
/// before. The detector of the present is left alone. Thread: the store's.
class LateLane {
public:
    /// Where the lane stands among the rows; `lastRowId` is the newest row that was processed before this batch,
    /// `batchMaxId` the newest row of the batch.
    struct Bounds {
        std::int64_t lastRowId = 0;
        std::int64_t batchMaxId = 0;
        TimestampMs now = 0; ///< By the wall clock.
    };
    /// Makes a detector with the configuration, zone and timers of the engine.
    using MakeDetector = std::function<std::unique_ptr<Detector>()>;

    /// `geo` places the rows; it may be null.
    LateLane(Store &store, std::shared_ptr<GeoFiller> geo, MakeDetector makeDetector)
        : m_store(store), m_geo(std::move(geo)), m_make(std::move(makeDetector))
    {
    }

    /// Judges rows in (timestamp, id) order. Called repeatedly with ascending rows it goes on where it was; else it
    /// rebuilds. `flush` commits what `out` holds: it is called before anything is read that must contain it.
    Result<void> process(std::span<const AuditEvent *const> rows, const Bounds &bounds, DetectorOutput &out,
                         const std::function<Result<void>()> &flush);

    /// Time of the newest row judged: rows up to it that something else judges later, the lane does not know.
    TimestampMs at() const noexcept { return m_at; }
    /// How many times the state was rebuilt.
    int rebuilds() const noexcept { return m_rebuilds; }

private:
    Result<void> rebuild(TimestampMs before, const Bounds &bounds);
    Result<void> walkTo(TimestampMs until, const Bounds &bounds);
    Result<void> fetchSlice(TimestampMs until, const Bounds &bounds);
    Result<void> fetchAlerts(TimeRange range, const Bounds &bounds);
    void forgetRowAbout(const SecurityAlert &alert);
    void forgetAhead();
    void observeUpTo(TimestampMs until, const Bounds &bounds);

    Store &m_store;
    const std::shared_ptr<GeoFiller> m_geo;
    MakeDetector m_make;
    std::unique_ptr<Detector> m_detector;
    TimestampMs m_at = 0;      ///< Time of the newest row judged.
    TimestampMs m_fetched = 0; ///< Rows known before are in m_ahead, or observed, up to here.
    std::optional<EventKey> m_last; ///< Of a slice that ended early: the row it ended with.
    TimestampMs m_slice = 0;   ///< How much time the next read covers.
    std::deque<AuditEvent> m_ahead;
    std::deque<DetectorHistory::RaisedAlert> m_alertsAhead;
    int m_rebuilds = 0;
};

} // namespace bartizan
