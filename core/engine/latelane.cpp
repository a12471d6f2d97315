// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/latelane.h"

#include "core/domain/eventsize.h"
#include "core/engine/rowviews.h"
#include "core/ports/store.h"

#include <algorithm>
#include <limits>

namespace bartizan {

namespace {

constexpr TimestampMs kFirstSlice = 10 * kMinute;
constexpr TimestampMs kLongestSlice = kHour; // Of a log with 10 million rows a day that is 400,000 rows in memory.
// A slice with fewer rows makes the next one longer, one with more makes it shorter.
constexpr std::size_t kFewRows = 2'000;
constexpr std::size_t kManyRows = 50'000;
constexpr std::size_t kMostRows = 100'000;

} // namespace

Result<void> LateLane::rebuild(TimestampMs before, const Bounds &bounds)
{
    m_detector.reset(); // Never two at once: each may be large.
    auto detector = m_make();
    const RowViews views(m_geo.get(), bounds.now);
    if (const auto restored = views.restore(*detector, m_store, before, bounds.batchMaxId); !restored)
        return restored;
    m_detector = std::move(detector);
    m_at = before;
    m_slice = kFirstSlice;
    forgetAhead();
    ++m_rebuilds;
    return {};
}

void LateLane::forgetAhead()
{
    m_ahead.clear();
    m_alertsAhead.clear();
    m_fetched = m_at;
    m_last.reset();
}

Result<void> LateLane::fetchSlice(TimestampMs until, const Bounds &bounds)
{
    TimeRange range{m_fetched + 1, std::max(until, m_fetched + m_slice)};
    // Bartizan's own rows count whatever their key; application rows behind the cursor are this batch's own.
    auto rows = m_store.rowsBetween(range, std::numeric_limits<std::int64_t>::max(), m_last, kMostRows);
    if (!rows)
        return rows.error();
    if (rows->size() < kFewRows)
        m_slice = std::min(kLongestSlice, m_slice * 2);
    else if (rows->size() > kManyRows)
        m_slice = std::max(kSecond, m_slice / 2);
    m_last.reset();
    if (endedEarly(*rows, kMostRows)) {
        m_last = EventKey{rows->back().timestamp, rows->back().id};
        range.end = m_last->timestamp - 1; // Of that millisecond there may be more.
    }
    for (AuditEvent &row : *rows) {
        if (row.origin == RowOrigin::Monitor || row.id <= bounds.lastRowId)
            m_ahead.push_back(std::move(row));
    }
    m_fetched = range.end;
    return range.start <= range.end ? fetchAlerts(range, bounds) : Result<void>();
}

Result<void> LateLane::fetchAlerts(TimeRange range, const Bounds &bounds)
{
    AlertQuery raised;
    raised.range = range;
    const auto alerts = m_store.alerts(raised);
    if (!alerts)
        return alerts.error();
    for (const SecurityAlert &alert : *alerts) {
        if (alert.eventId > bounds.lastRowId && alert.eventId <= bounds.batchMaxId) {
            // An engine that was killed amid this batch raised it; it is raised again here, with its row.
            forgetRowAbout(alert);
            continue;
        }
        m_alertsAhead.push_back({alert.type, alert.context.ipAddress, alert.timestamp, alert.id, alert.group});
    }
    return {};
}

void LateLane::forgetRowAbout(const SecurityAlert &alert)
{
    const auto first = std::partition_point(m_ahead.begin(), m_ahead.end(), [&](const AuditEvent &row) {
        return row.timestamp < alert.timestamp;
    });
    const auto found = std::find_if(first, m_ahead.end(), [&](const AuditEvent &row) {
        return row.origin == RowOrigin::Monitor && row.timestamp == alert.timestamp && row.action == kAlertRow
            && row.context == alert.context;
    });
    if (found != m_ahead.end())
        m_ahead.erase(found);
}

void LateLane::observeUpTo(TimestampMs until, const Bounds &bounds)
{
    const RowViews views(m_geo.get(), bounds.now);
    for (; !m_ahead.empty() && m_ahead.front().timestamp <= until; m_ahead.pop_front())
        m_detector->observe(views(m_ahead.front()));
    for (; !m_alertsAhead.empty() && m_alertsAhead.front().timestamp <= until; m_alertsAhead.pop_front())
        m_detector->observeAlert(m_alertsAhead.front());
}

Result<void> LateLane::walkTo(TimestampMs until, const Bounds &bounds)
{
    while (m_fetched < until) {
        if (const auto fetched = fetchSlice(until, bounds); !fetched)
            return fetched;
        observeUpTo(std::min(until, m_fetched), bounds);
    }
    observeUpTo(until, bounds);
    return {};
}

Result<void> LateLane::process(std::span<const AuditEvent *const> rows, const Bounds &bounds, DetectorOutput &out,
                               const std::function<Result<void>()> &flush)
{
    // What was read ahead is from before the last commit: since then rows may have been processed in between.
    forgetAhead();
    for (const AuditEvent *row : rows) {
        const TimestampMs t = row->timestamp;
        // Beyond the span that anything is remembered for, rebuilding costs no more than walking.
        if (!m_detector || t < m_at - kLateSlack || t - m_at > kHistorySpan) {
            if (const auto flushed = flush(); !flushed)
                return flushed;
            if (const auto rebuilt = rebuild(t - 1, bounds); !rebuilt)
                return rebuilt;
        }
        if (const auto walked = walkTo(t, bounds); !walked)
            return walked;
        m_detector->process(RowViews(m_geo.get(), bounds.now)(*row), out);
        m_at = std::max(m_at, t);
    }
    return {};
}

} // namespace bartizan
