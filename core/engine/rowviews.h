// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/detector.h"
#include "core/domain/auditevent.h"
#include "core/domain/result.h"
#include "core/engine/geofiller.h"


namespace bartizan {

class AuditSource;

/// How the engine shows rows to a detector: with the place of their address, and told live from history by the wall
/// clock and by whether they were imported. Thread: one at a time.
class RowViews {
public:
    /// A row that was not imported and is this near to the wall clock, when the detector sees it, is a live one.
    static constexpr TimestampMs kLiveSpan = 5 * kMinute;

    /// `geo` may be null; it must live as long as the views.
    RowViews(GeoFiller *geo, TimestampMs now) : m_geo(geo), m_live{now - kLiveSpan, now + kLiveSpan} {}

    EventView operator()(const AuditEvent &row) const { return completed(EventView::of(row)); }
    /// Rebuilds the detector's state as of `asOf` from what a store knows of the rows up to `maxRowId`. Where that fails,
    /// the detector is left empty.
    Result<void> restore(Detector &detector, AuditSource &source, TimestampMs asOf, std::int64_t maxRowId) const;

private:
    EventView completed(EventView row) const
    {
        row.live = row.live && m_live.contains(row.timestamp);
        return m_geo ? m_geo->filled(row) : row;
    }

    GeoFiller *m_geo;
    TimeRange m_live;
};

} // namespace bartizan
