// SPDX-License-Identifier: GPL-3.0-or-later
// How an EngineProcessor comes by the state of its detector: from the log, or from a checkpoint and the rows behind it.
#include "core/engine/engineprocessor.h"

#include "core/domain/eventsize.h"
#include "core/engine/latelane.h"
#include "core/engine/rowviews.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace bartizan {

namespace {

constexpr std::size_t kBatch = 40'000;
// Of Bartizan's own rows that lie ahead: some megabytes.
constexpr std::size_t kMostAhead = 5'000;
// Beyond so many rows behind a checkpoint, reading the baselines of a week anew costs no more.
constexpr std::int64_t kMostReplayed = 2'000'000;
// A checkpoint costs about as much to write as rows of this size: so it comes once that many rows were processed.
constexpr std::size_t kStatePerRow = 256;
constexpr std::int64_t kFewestRows = 20'000;
// What is larger than this would rather cost memory than spare time.
constexpr std::size_t kLargestState = 512u << 20;

EventKey keyOf(const AuditEvent &row) noexcept
{
    return {row.timestamp, row.id};
}

bool earlier(const EventKey &a, const EventKey &b) noexcept
{
    return a.timestamp != b.timestamp ? a.timestamp < b.timestamp : a.id < b.id;
}

} // namespace

Result<void> EngineProcessor::restore(std::int64_t maxRowId)
{
    m_outdated = true; // Until it is done: where that fails, the state is gone.
    if (const auto restored = rowViews().restore(*m_detector, m_store, m_cursor.watermark, maxRowId); !restored)
        return restored;
    m_outdated = false;
    lookAhead(maxRowId);
    return repeatClock();
}

/// Runs the timers again that had run when the state was lost: their alerts are known, and so are the repeats that they
/// counted.
Result<void> EngineProcessor::repeatClock()
{
    if (m_cursor.clock <= m_cursor.watermark)
        return {};
    if (auto observed = observeAhead(m_cursor.clock); !observed)
        return observed;
    DetectorOutput again;
    m_detector->advanceClock(m_cursor.clock, again);
    std::move(again.alerts.begin(), again.alerts.end(), std::back_inserter(m_out.alerts));
    std::move(again.monitorRows.begin(), again.monitorRows.end(), std::back_inserter(m_out.monitorRows));
    return {};
}

/// Rebuilds the present over late rows, when it is needed: while only late rows come (a row of a clock that runs ahead
/// makes all others late), each rebuild would be in vain.
Result<void> EngineProcessor::freshen(std::int64_t maxRowId)
{
    if (!m_outdated)
        return {};
    ++m_rebuilds;
    return restore(maxRowId);
}

/// Has Bartizan's own rows behind the watermark read when the clock comes near.
void EngineProcessor::lookAhead(std::int64_t maxRowId)
{
    m_ahead.clear();
    m_aheadEnd = EventKey{m_cursor.watermark + 1, 0};
    m_aheadUpTo = maxRowId;
}

/// Takes in rows of a batch, in order of time, as far as they do not stand where the log is to be read anyway. There is
/// room for few: the others are left to the log.
void EngineProcessor::setAside(std::span<AuditEvent *const> ownRows, std::int64_t maxRowId)
{
    m_aheadUpTo = maxRowId;
    const auto known = static_cast<std::ptrdiff_t>(m_ahead.size());
    for (AuditEvent *row : ownRows.first(std::min(ownRows.size(), kMostAhead + 1))) {
        if (!m_aheadEnd || !earlier(*m_aheadEnd, keyOf(*row)))
            m_ahead.push_back(std::move(*row));
    }
    std::inplace_merge(m_ahead.begin(), m_ahead.begin() + known, m_ahead.end(),
                       [](const AuditEvent &a, const AuditEvent &b) { return earlier(keyOf(a), keyOf(b)); });
    if (m_ahead.size() <= kMostAhead)
        return;
    m_ahead.erase(m_ahead.begin() + static_cast<std::ptrdiff_t>(kMostAhead), m_ahead.end());
    m_aheadEnd = keyOf(m_ahead.back());
}

/// Shows the detector Bartizan's own rows up to that time.
Result<void> EngineProcessor::observeAhead(TimestampMs until)
{
    for (;;) {
        for (; !m_ahead.empty() && m_ahead.front().timestamp <= until; m_ahead.pop_front())
            observe(m_ahead.front());
        if (!m_ahead.empty() || !m_aheadEnd || m_aheadEnd->timestamp > until)
            return {};
        if (auto read = readAhead(); !read)
            return read;
    }
}

/// Reads on where m_ahead ends.
Result<void> EngineProcessor::readAhead()
{
    const TimeRange behind{m_aheadEnd->timestamp, std::numeric_limits<TimestampMs>::max()};
    auto rows = m_store.rowsBetween(behind, m_aheadUpTo, m_aheadEnd, kMostAhead);
    if (!rows)
        return rows.error();
    m_aheadEnd = endedEarly(*rows, kMostAhead) ? std::optional(keyOf(rows->back())) : std::nullopt;
    for (AuditEvent &row : *rows) {
        if (row.origin == RowOrigin::Monitor && row.action != kAlertRow)
            m_ahead.push_back(std::move(row));
    }
    return {};
}

/// Goes on from the checkpoint with the rows that were processed since. False when it cannot be exactly as if it had
/// never stopped, or when anything fails: the log tells everything that a checkpoint does.
bool EngineProcessor::resume()
{
    auto found = m_store.loadCheckpoint();
    if (!found || !*found)
        return false;
    const EngineCheckpoint &checkpoint = **found;
    if (endedEarly(checkpoint.alertRows, kBatch) || checkpoint.settingsVersion != m_settings.version
        || checkpoint.cursor.lastRowId > m_cursor.lastRowId
        || checkpoint.cursor.watermark > m_cursor.watermark
        || m_cursor.lastRowId - checkpoint.cursor.lastRowId > kMostReplayed) {
        return false;
    }
    if (!m_detector->load(checkpoint.state))
        return false;
    (*found)->state = std::string(); // It may be large, and is done with.
    const auto startOver = [this] {
        m_detector = makeDetector();
        m_out.clear();
        return false;
    };
    if (!replaySince(checkpoint))
        return startOver();
    lookAhead(m_cursor.lastRowId);
    // Ticks up to the watermark are done.
    m_detector->start(m_cursor.startedAt);
    if (!repeatClock())
        return startOver();
    m_rowsSinceCheckpoint = m_cursor.lastRowId - checkpoint.cursor.lastRowId;
    return true;
}

bool EngineProcessor::replaySince(const EngineCheckpoint &checkpoint)
{
    const EngineCursor &from = checkpoint.cursor;
    // Bartizan's own rows that the stream's clock had not reached then.
    const TimeRange reached{std::max(from.watermark, from.clock) + 1, m_cursor.watermark};
    for (std::optional<EventKey> last;;) {
        const auto rows = m_store.rowsBetween(reached, from.lastRowId, last, kBatch);
        if (!rows)
            return false;
        for (const AuditEvent &row : *rows) {
            if (row.origin == RowOrigin::Monitor && row.action != kAlertRow)
                observe(row);
        }
        if (!endedEarly(*rows, kBatch))
            break;
        last = EventKey{rows->back().timestamp, rows->back().id};
    }
    for (std::int64_t done = from.lastRowId; done < m_cursor.lastRowId;) {
        const auto missing = static_cast<std::size_t>(m_cursor.lastRowId - done);
        auto rows = m_store.fetchAfter(done, std::min(kBatch, missing));
        if (!rows)
            return false;
        // Where rows were removed from the log meanwhile, it gives others instead, which are yet to be judged.
        std::erase_if(*rows, [this](const AuditEvent &row) { return row.id > m_cursor.lastRowId; });
        if (rows->empty())
            break;
        done = rows->back().id;
        if (!replay(*rows, checkpoint))
            return false;
    }
    for (const AuditEvent &row : checkpoint.alertRows)
        observe(row);
    for (const DetectorHistory::RaisedAlert &alert : checkpoint.alerts)
        m_detector->observeAlert(alert);
    return true;
}

/// Enters a batch of rows that were processed before. False when one of them came late: then the state was rebuilt over
/// it, at a moment that is not known.
bool EngineProcessor::replay(std::vector<AuditEvent> &rows, const EngineCheckpoint &checkpoint)
{
    std::sort(rows.begin(), rows.end(), [](const AuditEvent &a, const AuditEvent &b) {
        return a.timestamp != b.timestamp ? a.timestamp < b.timestamp : a.id < b.id;
    });
    for (const AuditEvent &row : rows) {
        if (row.origin == RowOrigin::Application) {
            if (row.timestamp < m_detector->newest() - kHistorySpan - kLateSlack)
                continue; // An old log: the present remembers nothing of its time.
            if (row.timestamp < m_detector->newest() - kLateSlack)
                return false;
        } else if (row.timestamp > m_cursor.watermark || (row.action == kAlertRow && row.id <= checkpoint.knownRowId)) {
            continue; // Set aside, or part of the state.
        }
        observe(row);
    }
    return true;
}

RowViews EngineProcessor::rowViews() const
{
    return {m_geo.get(), m_clock.now()};
}

void EngineProcessor::observe(const AuditEvent &row)
{
    m_detector->observe(rowViews()(row));
}

bool EngineProcessor::worthACheckpoint() const
{
    return m_rowsSinceCheckpoint >= std::max(kFewestRows, static_cast<std::int64_t>(m_stateSize / kStatePerRow));
}

Result<void> EngineProcessor::checkpoint()
{
    const bool settled = m_out.alerts.empty() && m_out.repeats.empty() && m_held.empty();
    if (m_cursor.startedAt == 0 || m_rowsSinceCheckpoint == 0 || m_outdated || !settled)
        return {};
    DetectorState state{m_settings.version, {}};
    state.state.reserve(m_stateSize + m_stateSize / 8);
    m_detector->save(state.state);
    m_stateSize = state.state.size();
    m_rowsSinceCheckpoint = 0;
    if (m_stateSize > kLargestState)
        return {};
    m_checkpoint = std::move(state);
    return commit(m_cursor);
}

} // namespace bartizan
