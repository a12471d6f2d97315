// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/keytracker.h"
#include "core/detect/lookahead.h"
#include "core/detect/rule.h"
#include "core/detect/rules/eventvolume.h"
#include "core/detect/suppression.h"
#include "core/domain/detectorhistory.h"
#include "core/domain/result.h"
#include "core/domain/rulegroup.h"
#include "core/domain/securityalert.h"
#include "core/domain/zoneoffsets.h"

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace bartizan {

class GeographicalAnomaly;
class TemporalAnomaly;

/// What came of the events and ticks since it was last cleared.
struct DetectorOutput {
    std::vector<SecurityAlert> alerts;  ///< In order of creation.
    std::vector<AuditEvent> monitorRows; ///< One for each of them, in the same order; ids are 0.
    /// Hits that known alerts suppressed, one entry for each alert; those of `alerts` may be among them. Standard preset.
    std::vector<AlertRepeat> repeats;
    /// Retention: alerts older than this go, those in `alerts` included.
    std::optional<TimestampMs> dropAlertsBefore;
    std::int64_t geographicalAnomalies = 0; ///< Found, whether they alerted or not.
    std::int64_t temporalAnomalies = 0;

    /// Keeps the memory: an output is cleared as often as alerts come.
    void clear()
    {
        alerts.clear();
        monitorRows.clear();
        repeats.clear();
        dropAlertsBefore.reset();
        geographicalAnomalies = temporalAnomalies = 0;
    }
};

/// The detections of spec/monitoring.md sections 3 to 6 and, in the standard preset, of spec/detectors.md: rows in,
/// alerts out. Its state is windows, baselines, country history and suppression in flat tables over numbered keys; an
/// event costs a few look-ups, whatever the length of the history. It has no clock, reads nothing and writes nothing:
/// the same rows give the same alerts, ids included. Not thread-safe; lives on one thread.
///
/// Rows come in (timestamp, arrival) order. A row up to kLateSlack older than the newest is counted exactly, and in the
/// standard preset held against the newer rows that count it (WindowRule); for an older one, restore the state of its time
/// (DetectorRestore).
///
/// The metadata of an alert: for the rules of spec/monitoring.md the event's lies over the rule's, as in the reference;
/// for those of spec/detectors.md what the rule found wins, so that nobody who writes events can forge it.
class Detector {
public:
    explicit Detector(const MonitoringConfig &config = MonitoringConfig::defaults());
    Detector(const Detector &) = delete;
    Detector &operator=(const Detector &) = delete;
    ~Detector();

    /// Lets the timers run, counted from `at`: every 30 s and every hour after it. Without, there are none.
    void start(TimestampMs at);
    /// From now on. Call advanceClock() first when the change has a time of its own. Thresholds hold at once; a rule
    /// that is switched on, or gets another window, begins with what it sees from now on: false says so, and then a
    /// DetectorRestore makes up for it.
    bool setConfig(const MonitoringConfig &config);
    const MonitoringConfig &config() const noexcept { return m_config; }
    /// The zone in which the hour of the day is taken. Rows entered before keep their hour: restore it afterwards.
    void setZone(const ZoneOffsets &zone);

    /// How far before a row those lie that a rule which is on may count with it: the longest window.
    TimestampMs historySpan() const;

    /// An application row: runs the timers due at or before its time, enters it, and judges it.
    void process(const EventView &event, DetectorOutput &out)
    {
        EventKeys keys;
        process(event, keys, out);
    }
    /// Rows one after the other: the same as one call for each, but several times as fast, since it fetches what the
    /// next ones touch while it looks at the one before. A few dozen at once do.
    void process(std::span<const EventView> events, DetectorOutput &out);
    /// A row that is not judged: Bartizan's own (acknowledgements …), or one that was processed before. The rows about
    /// alerts that process() and advanceClock() put out are entered already.
    void observe(const EventView &event);
    /// An alert that was raised before, for suppression; its row comes through observe().
    void observeAlert(const DetectorHistory::RaisedAlert &alert);
    /// Runs the timers due at or before `t`, in order of time. Long pauses cost no step per tick.
    void advanceClock(TimestampMs t, DetectorOutput &out);

    /// Groups on their way to a threshold as of `now`, the closest first. Goes through all state.
    std::vector<NearMiss> nearMisses(TimestampMs now, std::size_t limit) const;
    /// What it holds in memory. Goes through the tables, not through the keys.
    DetectorLoad load() const;
    /// Appends the whole state, as of now, to `out`: with it, load() of a detector of the same settings goes on exactly
    /// as this one would. For the same program on the same kind of machine.
    void save(std::string &out) const;
    /// Takes over what save() wrote. Fails when that is damaged, from another version or of other settings; then the
    /// detector is empty, and the caller rebuilds it from the log.
    Result<void> load(std::string_view saved);

    /// Time of the newest row, Bartizan's own included; the least instant before the first.
    TimestampMs newest() const noexcept { return m_newest; }
    /// How many rules there are, on or off.
    static int ruleCount() noexcept { return static_cast<int>(kRuleCount); }

private:
    friend class DetectorRestore;
    /// The text of rows is not kept for late ones any more when so many came in order.
    static constexpr std::uint32_t kCalmAfter = 1 << 18;
    static constexpr TimestampMs kNever = std::numeric_limits<TimestampMs>::max();

    struct Draft;
    void arrangeRules();
    void clearState();
    void process(const EventView &event, EventKeys &known, DetectorOutput &out);
    void seeOwn(const EventView &row);
    void observeProcessed(const EventView &row);
    void judge(RuleEvent &event, DetectorOutput &out);
    void judgeNewer(const RuleEvent &late, Hit &hit, DetectorOutput &out);
    void judge(RuleEvent &event, Hit &hit, DetectorOutput &out);
    void raise(Draft &&draft, DetectorOutput &out);
    bool suppressed(AlertType type, SuppressionGroup group, TimestampMs t, DetectorOutput &out);
    SuppressionGroup groupOf(const DetectorHistory::RaisedAlert &alert);
    void runVolumeTicks(TimestampMs t, DetectorOutput &out);
    void runHourlyTicks(TimestampMs t, DetectorOutput &out);
    void scheduleAfter(TimestampMs t);
    void advanceTo(TimestampMs t) noexcept;
    void expireSometimes()
    {
        if (--m_untilLook == 0) [[unlikely]]
            lookForOld();
    }
    void lookForOld();
    void forgetOld(const KeySpaceSet &spaces);
    LocalHour localHourOf(TimestampMs t) const noexcept
    {
        return t >= m_hour.from && t < m_hour.until ? m_hour.local : findLocalHour(t);
    }
    LocalHour findLocalHour(TimestampMs t) const noexcept;
    std::string settingsOfState() const;
    bool loadState(StateReader &in);

    MonitoringConfig m_config;
    ZoneOffsets m_zone;
    mutable std::size_t m_zoneHint = 0;
    /// The hour that was asked for last, as far as the zone's offset does not change in it.
    struct KnownHour {
        TimestampMs from = kNever;
        TimestampMs until = kNever;
        LocalHour local;
    };
    mutable KnownHour m_hour;
    RowReaders m_readers;
    KeyTracker m_tracker;
    std::vector<std::unique_ptr<Rule>> m_rules; ///< In the order of the catalogue, whether they are on or not.
    GeographicalAnomaly *m_geographical = nullptr;
    TemporalAnomaly *m_temporal = nullptr;
    /// The rules that a row of a type and outcome concerns, in the same order: most rows concern few.
    RowPlans m_plans;
    RowPlans m_plansOwn; ///< The same for Bartizan's own rows.
    Lookahead m_lookahead;
    EventVolume m_volume;
    Suppression m_suppression;
    Hits m_hits; ///< Of the event at hand; kept for its memory.

    std::optional<TimestampMs> m_start;
    TimestampMs m_nextVolume = kNever;
    TimestampMs m_nextHourly = kNever;
    TimestampMs m_newest = std::numeric_limits<TimestampMs>::min();
    std::uint32_t m_untilCalm = kCalmAfter;
    std::size_t m_untilLook = 1; ///< Events until it looks whether there is much to be forgotten.
    std::size_t m_sinceExpiry = 0;
    std::size_t m_nextExpiry = 0;
    std::array<std::size_t, kKeySpaces> m_textsKept{}; ///< After the last time, by space.
};

} // namespace bartizan
