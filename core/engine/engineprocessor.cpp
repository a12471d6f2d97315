// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engineprocessor.h"

#include "core/detect/rules/eventvolume.h"
#include "core/domain/eventsize.h"
#include "core/engine/geofiller.h"
#include "core/engine/latelane.h"
#include "core/engine/rowviews.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace bartizan {

namespace {

bool earlier(const AuditEvent &a, const AuditEvent &b) noexcept
{
    return a.timestamp != b.timestamp ? a.timestamp < b.timestamp : a.id < b.id;
}

TimestampMs minuteOf(TimestampMs t) noexcept
{
    const TimestampMs inMinute = t % kMinute;
    return t - (inMinute < 0 ? inMinute + kMinute : inMinute);
}

/// Adds counts to what is known of their alerts.
void addRepeats(std::vector<AlertRepeat> &known, std::vector<AlertRepeat> &&more)
{
    if (known.empty()) {
        known = std::move(more);
        return;
    }
    absl::flat_hash_map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < known.size(); ++i)
        index.emplace(known[i].alertId, i);
    for (AlertRepeat &repeat : more) {
        const auto [at, isNew] = index.emplace(repeat.alertId, known.size());
        if (isNew) {
            known.push_back(std::move(repeat));
            continue;
        }
        AlertRepeat &old = known[at->second];
        old.count += repeat.count;
        old.lastAt = std::max(old.lastAt, repeat.lastAt);
    }
}

} // namespace

/// One batch of the log, taken apart.
struct EngineProcessor::Batch {
    std::vector<AuditEvent> rows;
    std::vector<const AuditEvent *> events; ///< Application rows in (timestamp, id) order.
    std::vector<AuditEvent *> ownRows; ///< Bartizan's own in the same order, those about alerts left out.
    std::int64_t maxId = 0;
    std::size_t firstRecent = 0;  ///< Events before this one are older than anything the present remembers.
    std::size_t firstPresent = 0; ///< Events before this one are late.

    explicit Batch(std::vector<AuditEvent> &&fetched) : rows(std::move(fetched))
    {
        for (AuditEvent &row : rows) {
            maxId = std::max(maxId, row.id);
            if (row.origin == RowOrigin::Application)
                events.push_back(&row);
            else if (row.action != kAlertRow)
                ownRows.push_back(&row);
        }
        const auto inOrder = [](const AuditEvent *a, const AuditEvent *b) { return earlier(*a, *b); };
        std::sort(events.begin(), events.end(), inOrder);
        std::sort(ownRows.begin(), ownRows.end(), inOrder);
    }

    /// Tells late rows from those of the present. Once one row is too late for the detector's windows but not for its
    /// baselines, all up to the watermark are judged in the late lane, and the present is rebuilt over them.
    void split(TimestampMs watermark)
    {
        const auto firstFrom = [this](TimestampMs t) {
            return static_cast<std::size_t>(
                std::partition_point(events.begin(), events.end(), [t](const AuditEvent *e) { return e->timestamp < t; })
                - events.begin());
        };
        firstRecent = firstFrom(watermark - kHistorySpan - kLateSlack);
        firstPresent = firstRecent;
        if (firstRecent < events.size() && events[firstRecent]->timestamp < watermark - kLateSlack)
            firstPresent = firstFrom(watermark + 1);
    }
};

EngineProcessor::EngineProcessor(Store &store, const Clock &clock) : m_store(store), m_clock(clock) {}

EngineProcessor::~EngineProcessor() = default;

int EngineProcessor::rebuilds() const noexcept
{
    return m_rebuilds + (m_late ? m_late->rebuilds() : 0);
}

Result<void> EngineProcessor::begin()
{
    const auto cursor = m_store.loadCursor();
    if (!cursor)
        return cursor.error();
    m_cursor = *cursor;
    const auto settings = m_store.loadSettings();
    if (!settings)
        return settings.error();
    const auto zone = ZoneOffsets::ofZone(settings->timeZone);
    if (!zone)
        return zone.error();
    m_settings = *settings;
    m_zone = *zone;
    openGeo();
    m_detector = makeDetector();
    if (m_cursor.startedAt == 0)
        return {};
    m_resumed = resume();
    return m_resumed ? Result<void>() : restore(m_cursor.lastRowId);
}

void EngineProcessor::openGeo()
{
    auto geo = GeoFiller::make(m_settings);
    m_geo = geo ? std::move(*geo) : nullptr;
    m_geoTrouble = geo ? QString() : geo.error().message;
}

std::unique_ptr<Detector> EngineProcessor::makeDetector() const
{
    auto detector = std::make_unique<Detector>(m_settings.config);
    detector->setZone(m_zone);
    if (m_cursor.startedAt != 0)
        detector->start(m_cursor.startedAt);
    return detector;
}

Result<void> EngineProcessor::refreshSettings()
{
    const auto settings = m_store.loadSettings();
    if (!settings)
        return settings.error();
    return *settings == m_settings ? Result<void>() : applySettings(*settings);
}

Result<void> EngineProcessor::applySettings(const MonitoringSettings &settings)
{
    const bool otherZone = settings.timeZone != m_settings.timeZone;
    if (otherZone) {
        const auto zone = ZoneOffsets::ofZone(settings.timeZone);
        if (!zone)
            return zone.error();
        m_zone = *zone;
    }
    const bool otherGeo = settings.geoDatabase != m_settings.geoDatabase
        || settings.config.preset != m_settings.config.preset;
    m_settings = settings;
    if (otherGeo)
        openGeo();
    rest(); // It is made anew with the new settings when it is needed.
    const bool complete = m_detector->setConfig(settings.config);
    if (complete && !otherZone && !otherGeo)
        return {};
    m_detector->setZone(m_zone);
    if (m_cursor.startedAt == 0)
        return {};
    ++m_rebuilds;
    return restore(m_cursor.lastRowId);
}

void EngineProcessor::rest()
{
    if (m_late)
        m_rebuilds += m_late->rebuilds();
    m_late.reset();
}

void EngineProcessor::anchorTimers(TimestampMs first)
{
    const TimestampMs anchor = minuteOf(first) - kMinute;
    if (m_cursor.startedAt == 0)
        m_cursor.startedAt = anchor;
    else if (first < m_cursor.startedAt)
        // An older log came in: back by whole hours, so that every tick keeps its instant.
        m_cursor.startedAt -= (m_cursor.startedAt - anchor + kHour - 1) / kHour * kHour;
    else
        return;
    rest();
    m_detector->start(m_cursor.startedAt);
}

std::vector<NearMiss> EngineProcessor::nearMisses(TimestampMs now, std::size_t limit) const
{
    return m_detector->nearMisses(now, limit);
}

DetectorLoad EngineProcessor::load() const
{
    return m_detector->load();
}

Result<EngineProcessor::Step> EngineProcessor::step(std::size_t limit)
{
    auto fetched = m_store.fetchAfter(m_cursor.lastRowId, limit);
    if (!fetched)
        return fetched.error();
    const std::int64_t raisedBefore = m_raised;
    Step done;
    done.more = endedEarly(*fetched, limit);
    if (fetched->empty())
        return done;
    Batch batch(std::move(*fetched));
    setAside(batch.ownRows, batch.maxId);

    if (!batch.events.empty()) {
        const TimestampMs oldest = batch.events.front()->timestamp;
        if (m_cursor.startedAt == 0)
            m_cursor.watermark = oldest;
        anchorTimers(oldest);
        batch.split(m_cursor.watermark);
        if (const auto late = processLate(batch); !late)
            return late.error();
        done.late = static_cast<std::int64_t>(batch.firstPresent);
        const auto present = std::span<const AuditEvent *const>(batch.events).subspan(batch.firstPresent);
        if (!present.empty()) {
            if (const auto fresh = freshen(batch.maxId); !fresh)
                return fresh.error();
            if (const auto processed = processPresent(present); !processed)
                return processed.error();
            if (m_late && present.front()->timestamp <= m_late->at())
                rest(); // It has passed this row without knowing it.
        }
    }
    done.rows = static_cast<std::int64_t>(batch.events.size());
    EngineCursor reached = m_cursor;
    reached.lastRowId = batch.maxId;
    if (const auto committed = commit(reached); !committed)
        return committed.error();
    m_rowsSinceCheckpoint += done.rows;
    done.alerts = m_raised - raisedBefore;
    // The rows about new alerts stand behind the position now; the next step passes over them.
    done.more = done.more || done.alerts > 0;
    return done;
}

Result<void> EngineProcessor::processLate(Batch &batch)
{
    // Old rows stand before recent ones, and the lane takes both in one go.
    const auto late = std::span<const AuditEvent *const>(batch.events).first(batch.firstPresent);
    if (late.empty())
        return {};
    if (!m_late)
        m_late = std::make_unique<LateLane>(m_store, m_geo, [this] { return makeDetector(); });
    const LateLane::Bounds bounds{m_cursor.lastRowId, batch.maxId, m_clock.now()};
    if (const auto processed = m_late->process(late, bounds, m_out, [this] { return flush(); }); !processed)
        return processed;
    m_out.dropAlertsBefore.reset();
    if (batch.firstPresent == batch.firstRecent)
        return {};
    if (const auto flushed = flush(); !flushed)
        return flushed;
    m_outdated = true;
    return {};
}

Result<void> EngineProcessor::processPresent(std::span<const AuditEvent *const> rows)
{
    const RowViews views = rowViews();
    for (const AuditEvent *row : rows) {
        if (const auto observed = observeAhead(row->timestamp); !observed)
            return observed;
        m_detector->process(views(*row), m_out);
        m_cursor.watermark = std::max(m_cursor.watermark, row->timestamp);
    }
    return {};
}

Result<std::int64_t> EngineProcessor::runClock(TimestampMs t)
{
    if (m_cursor.startedAt == 0)
        return 0;
    if (const auto fresh = freshen(m_cursor.lastRowId); !fresh)
        return fresh.error();
    if (const auto observed = observeAhead(t); !observed)
        return observed.error();
    m_detector->advanceClock(t, m_out);
    const auto ticks = [this](TimestampMs until) { return (until - m_cursor.startedAt) / EventVolume::kPeriod; };
    // A tick that found nothing is noted as well: run again after a restart, it might see rows that came meanwhile.
    const bool ticked = ticks(t) > ticks(std::max(m_cursor.clock, m_cursor.watermark));
    m_cursor.clock = std::max(m_cursor.clock, t);
    const auto raised = static_cast<std::int64_t>(m_out.alerts.size());
    if (ticked || raised > 0 || m_out.dropAlertsBefore || !m_out.repeats.empty()) {
        if (const auto committed = commit(m_cursor); !committed)
            return committed.error();
    }
    return raised;
}

Result<void> EngineProcessor::dropExpired()
{
    m_out.dropAlertsBefore = std::numeric_limits<TimestampMs>::max(); // commit() limits it by the wall clock.
    return commit(m_cursor);
}

Result<bool> EngineProcessor::rollUp()
{
    return m_store.rollUp(m_geo.get());
}

/// Commits the alerts of late rows while the position stays: rows up to it are done only when the whole batch is. After
/// a kill they are raised again, under the same ids; repeats have none, and wait for the position.
Result<void> EngineProcessor::flush()
{
    m_out.dropAlertsBefore.reset(); // Retention goes by the present alone.
    addRepeats(m_held, std::exchange(m_out.repeats, {}));
    if (m_out.alerts.empty())
        return {};
    std::vector<AlertRepeat> held = std::exchange(m_held, {});
    const auto committed = commit(m_cursor);
    m_held = std::move(held);
    return committed;
}

Result<void> EngineProcessor::commit(const EngineCursor &cursor)
{
    EngineCommit changes;
    addRepeats(m_held, std::move(m_out.repeats));
    changes.repeats = std::exchange(m_held, {});
    changes.alerts = std::move(m_out.alerts);
    changes.monitorRows = std::move(m_out.monitorRows);
    changes.at = changes.storedAt = m_clock.now();
    changes.dropAlertsBefore = m_out.dropAlertsBefore;
    if (changes.dropAlertsBefore) {
        // A single row from the far future must not make every alert look old.
        const TimestampMs limit = changes.at - m_settings.config.retention.alertRetentionDays * kDay;
        changes.dropAlertsBefore = std::min(*changes.dropAlertsBefore, limit);
    }
    changes.cursor = cursor;
    changes.checkpoint = std::exchange(m_checkpoint, std::nullopt);
    m_raised += static_cast<std::int64_t>(changes.alerts.size());
    m_out.clear();
    const auto committed = m_store.commit(changes);
    if (committed)
        m_cursor = cursor;
    return committed;
}

} // namespace bartizan
