// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/anomaly.h"
#include "core/detect/hourcounts.h"
#include "core/domain/detectorhistory.h"

namespace bartizan {

/// Far more events of a kind than is usual at this hour of the day (spec/monitoring.md section 4, 2). The baseline is
/// kept by the minute: its far edge is exact to a minute, its near edge to the millisecond.
class TemporalAnomaly {
public:
    static constexpr std::string_view kId = "temporal_anomaly";
    static constexpr double kConfidence = 0.7;

    /// How many, against how many.
    struct Spike {
        std::int64_t recent = 0;
        std::int64_t usual = 0; ///< Of seven days together.
        bool operator==(const Spike &) const = default;
    };

    /// Enters a row, whoever wrote it.
    void observe(const RuleEvent &event);
    /// Enters a row that the engine processes as an event.
    void observeProcessed(const RuleEvent &event);
    /// The spike that the event, observed before, is part of.
    std::optional<Spike> found(const RuleEvent &event);
    /// The anomaly that found() found.
    Anomaly describe(const Spike &spike) const;
    /// Enters what a store knows.
    void restore(const DetectorHistory::MinuteCount &minute, unsigned hourOfDay, bool processed);
    /// Forgets everything.
    void clear();

private:
    /// Rows of the newest millisecond of a type, which are no history yet.
    struct Newest {
        TimestampMs at = 0;
        std::int64_t rows = 0;
    };
    HourCounts m_history{kHistorySpan};
    HourCounts m_processed{kHour};
    std::array<Newest, kEventTypes> m_newest;
};

} // namespace bartizan
