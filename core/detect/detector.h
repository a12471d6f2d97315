// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rules/eventvolume.h"
#include "core/detect/rules/geographicalanomaly.h"
#include "core/detect/rules/temporalanomaly.h"
#include "core/detect/suppression.h"
#include "core/domain/detectorhistory.h"
#include "core/domain/securityalert.h"
#include "core/domain/zoneoffsets.h"

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace bartizan {

/// What came of the events and ticks since it was last cleared.
struct DetectorOutput {
    std::vector<SecurityAlert> alerts;  ///< In order of creation.
    std::vector<AuditEvent> monitorRows; ///< One for each of them, in the same order; ids are 0.
    /// Hits that alerts suppressed, those in `alerts` included; at most one entry for each alert.
    std::vector<AlertRepeat> repeats;
    /// Retention: alerts older than this go, those in `alerts` included.
    std::optional<TimestampMs> dropAlertsBefore;
    std::int64_t geographicalAnomalies = 0; ///< Found, whether they alerted or not.
    std::int64_t temporalAnomalies = 0;

    void clear() { *this = {}; }
};

/// The detections of spec/monitoring.md sections 3 to 6, reference preset: rows in, alerts out. Its state is windows,
/// baselines, country history and suppression in flat tables over numbered keys; an event costs a few look-ups,
/// whatever the length of the history. It has no clock, reads nothing and writes nothing: the same rows give the same
/// alerts, ids included. Not thread-safe; lives on one thread.
///
/// Rows come in (timestamp, arrival) order. A row up to kLateSlack older than the newest is counted exactly; for an
/// older one, restore() the state of its time.
class Detector {
public:
    explicit Detector(const MonitoringConfig &config = MonitoringConfig::defaults());
    Detector(const Detector &) = delete;
    Detector &operator=(const Detector &) = delete;
    ~Detector();

    /// Lets the timers run, counted from `at`: every 30 s and every hour after it. Without, there are none.
    void start(TimestampMs at);
    /// From now on. Call advanceClock() first when the change has a time of its own.
    void setConfig(const MonitoringConfig &config) { m_config = config; }
    const MonitoringConfig &config() const noexcept { return m_config; }
    /// The zone in which the hour of the day is taken. Rows entered before keep their hour: restore() afterwards.
    void setZone(const ZoneOffsets &zone);

    /// The longest window of any rule: how far back restore() needs whole rows.
    TimestampMs historySpan() const noexcept { return kHour; }
    /// Forgets all rows and enters what a store knows as of `history.asOf`: the detector then goes on as if it had
    /// seen them. Ticks up to asOf count as done.
    void restore(const DetectorHistory &history);

    /// An application row: runs the timers due at or before its time, enters it, and judges it.
    void process(const EventView &event, DetectorOutput &out);
    /// A row that is not judged: Bartizan's own (acknowledgements …), or one that was processed before. The rows about
    /// alerts that process() and advanceClock() put out are entered already.
    void observe(const EventView &event);
    /// An alert that was raised before, for suppression; its row comes through observe().
    void observeAlert(const DetectorHistory::RaisedAlert &alert);
    /// Runs the timers due at or before `t`, in order of time. Long pauses cost no step per tick.
    void advanceClock(TimestampMs t, DetectorOutput &out);

    /// Time of the newest row, Bartizan's own included; the least instant before the first.
    TimestampMs newest() const noexcept { return m_newest; }
    /// How many rules judge events or time.
    static int ruleCount() noexcept { return 6; }

private:
    static constexpr TimestampMs kNever = std::numeric_limits<TimestampMs>::max();

    struct Draft;
    /// Whether it comes from an unusual country.
    const std::vector<Rule *> &concernedBy(const RuleEvent &event) const noexcept
    {
        const EventView &row = event.row();
        return m_concerned[static_cast<std::size_t>(row.eventType)][static_cast<std::size_t>(row.outcome)];
    }
    bool enter(RuleEvent &event);
    void judge(RuleEvent &event, bool unusualCountry, DetectorOutput &out);
    void judgeAnomalies(RuleEvent &event, bool unusualCountry, DetectorOutput &out);
    void raise(Draft &&draft, DetectorOutput &out);
    void runVolumeTicks(TimestampMs t, DetectorOutput &out);
    void runHourlyTicks(TimestampMs t, DetectorOutput &out);
    bool suppressed(AlertType type, KeyId address, TimestampMs t) const;
    void scheduleAfter(TimestampMs t);
    void expireSometimes();
    unsigned hourOf(TimestampMs t) const noexcept { return m_zone.hourOfDay(t, m_zoneHint); }

    MonitoringConfig m_config;
    ZoneOffsets m_zone;
    mutable std::size_t m_zoneHint = 0;
    RuleKeys m_keys;
    std::vector<std::unique_ptr<Rule>> m_rules; ///< In the order of section 3.
    /// The rules that a row of a type and outcome concerns, in the same order: most rows concern none.
    std::array<std::array<std::vector<Rule *>, 5>, 12> m_concerned;
    GeographicalAnomaly m_geographical;
    TemporalAnomaly m_temporal;
    EventVolume m_volume;
    Suppression m_suppression;
    std::vector<std::pair<const Rule *, std::int64_t>> m_fired; ///< Of the event at hand; kept for its memory.

    std::optional<TimestampMs> m_start;
    TimestampMs m_nextVolume = kNever;
    TimestampMs m_nextHourly = kNever;
    TimestampMs m_newest = std::numeric_limits<TimestampMs>::min();
    std::size_t m_untilExpiry = 0;
};

} // namespace bartizan
