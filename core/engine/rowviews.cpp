// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/rowviews.h"

#include "core/detect/detectorrestore.h"
#include "core/ports/auditsource.h"

namespace bartizan {
namespace {

/// Leaves out of what it hands on the rows that the standard preset does not count in the volume of events.
class LiveRows final : public DetectorHistory::Sink {
public:
    LiveRows(DetectorHistory::Sink &to, TimeRange live) : m_to(to), m_live(live) {}

    void processedRow(const DetectorHistory::ProcessedRow &row) override
    {
        if (!row.imported && m_live.contains(row.at))
            m_to.processedRow(row);
    }
    void windowRow(const AuditEvent &row) override { m_to.windowRow(row); }
    void processedMinute(const DetectorHistory::MinuteCount &minute) override { m_to.processedMinute(minute); }
    void typeMinute(const DetectorHistory::MinuteCount &minute) override { m_to.typeMinute(minute); }
    void country(const DetectorHistory::KnownCountry &known) override { m_to.country(known); }
    void raised(const DetectorHistory::RaisedAlert &alert) override { m_to.raised(alert); }

private:
    DetectorHistory::Sink &m_to;
    const TimeRange m_live;
};

} // namespace

Result<void> RowViews::restore(Detector &detector, AuditSource &source, TimestampMs asOf, std::int64_t maxRowId) const
{
    DetectorRestore state(detector, asOf, [this](EventView &row) { row = completed(row); });
    LiveRows live(state, m_live);
    const bool standard = detector.config().preset == Preset::Standard;
    const DetectorHistory::Query query{asOf, maxRowId, detector.historySpan(), m_geo};
    if (auto told = source.history(query, standard ? static_cast<DetectorHistory::Sink &>(live) : state); !told)
        return told;
    state.finish();
    return {};
}

} // namespace bartizan
