// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/latelane.h"

#include "core/engine/geofiller.h"
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

} // namespace

Result<void> LateLane::rebuild(TimestampMs before, const Bounds &bounds)
{
    const auto history = m_store.history(before, bounds.batchMaxId, m_geo.get());
    if (!history)
        return history.error();
    m_detector = m_make();
    m_detector->restore(*history);
    m_at = before;
    m_fetched = before;
    m_slice = kFirstSlice;
    m_ahead.clear();
    m_alertsAhead.clear();
    ++m_rebuilds;
    return {};
}

Result<void> LateLane::fetchSlice(TimestampMs until, const Bounds &bounds)
{
    const TimeRange range{m_fetched + 1, std::max(until, m_fetched + m_slice)};
    // Bartizan's own rows count whatever their key; application rows behind the cursor are this batch's own.
    auto rows = m_store.rowsBetween(range, std::numeric_limits<std::int64_t>::max());
    if (!rows)
        return rows.error();
    AlertQuery raised;
    raised.range = range;
    const auto alerts = m_store.alerts(raised);
    if (!alerts)
        return alerts.error();
    if (rows->size() < kFewRows)
        m_slice = std::min(kLongestSlice, m_slice * 2);
    else if (rows->size() > kManyRows)
        m_slice = std::max(kSecond, m_slice / 2);
    for (AuditEvent &row : *rows) {
        if (row.origin == RowOrigin::Monitor || row.id <= bounds.lastRowId)
            m_ahead.push_back(std::move(row));
    }
    for (const SecurityAlert &alert : *alerts)
        m_alertsAhead.push_back({alert.type, alert.context.ipAddress, alert.timestamp});
    m_fetched = range.end;
    return {};
}

Result<void> LateLane::walkTo(TimestampMs until, const Bounds &bounds)
{
    while (m_fetched < until) {
        if (const auto fetched = fetchSlice(until, bounds); !fetched)
            return fetched;
    }
    for (; !m_ahead.empty() && m_ahead.front().timestamp <= until; m_ahead.pop_front())
        m_detector->observe(viewOf(m_ahead.front(), m_geo.get()));
    for (; !m_alertsAhead.empty() && m_alertsAhead.front().timestamp <= until; m_alertsAhead.pop_front())
        m_detector->observeAlert(m_alertsAhead.front());
    return {};
}

Result<void> LateLane::process(std::span<const AuditEvent *const> rows, const Bounds &bounds, DetectorOutput &out,
                               const std::function<Result<void>()> &flush)
{
    // What was read ahead is from before the last commit: since then rows may have been processed in between.
    m_ahead.clear();
    m_alertsAhead.clear();
    m_fetched = m_at;
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
        m_detector->process(viewOf(*row, m_geo.get()), out);
        m_at = std::max(m_at, t);
    }
    return {};
}

} // namespace bartizan
