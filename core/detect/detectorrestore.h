// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/detector.h"

#include <functional>

namespace bartizan {

/// Rebuilds the state of a detector from what a store knows as of some instant: the detector forgets all rows, takes in
/// what comes, and after finish() goes on as if it had seen the log. Ticks up to that instant count as done. Without
/// finish() (the store failed on its way) the detector is left empty. Thread: the detector's; country() any.
class DetectorRestore final : public DetectorHistory::Sink {
public:
    /// `enrich`, where there is one, completes the view of each whole row as for Detector::process() (the place of its
    /// address). The detector must outlive this.
    DetectorRestore(Detector &detector, TimestampMs asOf, std::function<void(EventView &)> enrich = {});
    ~DetectorRestore() override;

    void windowRow(const AuditEvent &row) override;
    void processedRow(const DetectorHistory::ProcessedRow &row) override;
    void processedMinute(const DetectorHistory::MinuteCount &minute) override;
    void typeMinute(const DetectorHistory::MinuteCount &minute) override;
    void country(const DetectorHistory::KnownCountry &known) override;
    void raised(const DetectorHistory::RaisedAlert &alert) override;

    void finish();

private:
    Detector &m_detector;
    const TimestampMs m_asOf;
    const std::function<void(EventView &)> m_enrich;
    bool m_finished = false;
};

} // namespace bartizan
