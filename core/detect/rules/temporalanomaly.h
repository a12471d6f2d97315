// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/anomaly.h"
#include "core/detect/hourcounts.h"
#include "core/domain/detectorhistory.h"

#include <limits>

namespace bartizan {

/// Far more events of a kind than is usual at this hour of the day (spec/monitoring.md section 4, 2). The baseline is
/// kept by the minute: its far edge is exact to a minute, its near edge to the millisecond. In the standard preset its
/// confidence grows with the spike, and a spike needs a number of events and a history of several days
/// (spec/detectors.md section 2); whatever its hour, a day counts when the history has an event of the type on it. There
/// a late row is counted but not judged: the baseline, kept by the minute, holds what came after it already.
class TemporalAnomaly final : public Rule {
public:
    TemporalAnomaly() : Rule(RuleId::TemporalAnomaly) {}

    std::string_view nameInIds() const noexcept override { return kTemporalAnomaly; }
    Overlay overlay() const noexcept override { return Overlay::RuleOnly; }
    bool countsOwnRows() const noexcept override { return true; }
    bool concerns(SecurityEventType, AuditOutcome) const noexcept override { return true; }
    void configure(const MonitoringConfig &config) override;
    TimestampMs window() const noexcept override { return 0; }
    void see(RuleEvent &event, Hits *hits) override
    {
        if (!countCalmly(event))
            seeApart(event, hits);
    }
    Finding describe(RuleEvent &event, const Hit &hit) const override;
    /// How many events, against how many of seven days together.
    static Anomaly anomaly(std::int64_t recent, std::int64_t usual, double confidence);
    /// Enters what a store knows.
    void restore(const DetectorHistory::MinuteCount &minute, LocalHour local, bool processed);
    /// Enters a row at the end of what a store knows: it is no history to other rows of that instant.
    void noteNewest(SecurityEventType type, TimestampMs at);
    void expire(TimestampMs, RuleMarks &) override {}
    void clear() override;
    void save(StateWriter &out) const override;
    bool load(StateReader &in, const RuleKeys &keys) override;
    std::size_t bytes() const noexcept override { return m_history.bytes() + m_processed.bytes(); }

private:
    static constexpr TimestampMs kNever = std::numeric_limits<TimestampMs>::min();
    /// Rows of the newest millisecond of a type, which are no history yet.
    struct Newest {
        TimestampMs at = 0;
        std::int64_t rows = 0;
    };
    /// Of one type: so many more rows in this hour of this day, before that instant, cannot be too many, whatever else
    /// comes.
    struct Calm {
        std::int64_t rows = 0;
        TimestampMs from = 0;
        TimestampMs until = 0; ///< Not included.
        LocalHour local;
        /// Up to here, too, rows that are not late belong to the newest minute of both counts: they are only counted.
        TimestampMs minuteUntil = kNever;
    };
    /// Counts a row when that is all there is to do about it: nearly always.
    bool countCalmly(const RuleEvent &event)
    {
        const auto type = static_cast<std::size_t>(event.row().eventType);
        Calm &calm = m_calm[type];
        Newest &newest = m_newest[type];
        const TimestampMs t = event.at();
        if (t >= calm.minuteUntil || t < newest.at || calm.rows <= 0 || event.localHour() != calm.local
            || !event.isApplication())
            return false;
        --calm.rows;
        newest = {t, t == newest.at ? newest.rows + 1 : 1};
        m_history.addToNewestMinute(event.row().eventType);
        m_processed.addToNewestMinute(event.row().eventType);
        return true;
    }
    void seeApart(RuleEvent &event, Hits *hits);
    void judge(RuleEvent &event, Hits &hits);
    void noteCalm(const RuleEvent &event, std::int64_t rows);
    void noteMinute(const RuleEvent &event);

    HourCounts m_history{kHistorySpan};
    HourCounts m_processed{kHour};
    std::array<Newest, kEventTypes> m_newest;
    std::array<Calm, kEventTypes> m_calm;
    std::int64_t m_factor = 3;
    std::int64_t m_fewestEvents = 0;
    int m_fewestDays = 0;
    bool m_grows = false; ///< Whether the confidence does.
    std::int64_t m_usual = 0; ///< Of the last hit.
};

} // namespace bartizan
