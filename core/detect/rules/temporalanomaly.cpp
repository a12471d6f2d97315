// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/temporalanomaly.h"

#include "core/detect/wording.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace bartizan {
namespace {

constexpr std::int64_t kDays = kHistorySpan / kDay;
constexpr std::int64_t kAnyNumber = std::numeric_limits<std::int64_t>::max() / 2;
constexpr double kLeastConfidence = 0.7;
constexpr double kMostConfidence = 0.99;
constexpr double kConfidencePerAverage = 0.05;

} // namespace

void TemporalAnomaly::configure(const MonitoringConfig &config)
{
    m_grows = config.preset == Preset::Standard;
    m_factor = valueOf(info(), "factor", config);
    m_fewestEvents = m_grows ? valueOf(info(), "minimumEvents", config) : 0;
    m_fewestDays = m_grows ? valueOf(info(), "minimumDays", config) : 0;
    m_calm = {};
}

void TemporalAnomaly::seeApart(RuleEvent &event, Hits *hits)
{
    const SecurityEventType type = event.row().eventType;
    Calm &calm = m_calm[static_cast<std::size_t>(type)];
    calm.minuteUntil = kNever;
    m_history.add(type, event.at(), event.localHour());
    noteNewest(type, event.at());
    if (!event.isApplication())
        return;
    m_processed.add(type, event.at(), event.localHour());
    const bool isCalm = --calm.rows >= 0 && event.at() >= calm.from && event.at() < calm.until
        && event.localHour() == calm.local;
    if (!isCalm && hits != nullptr && !event.fromUnusualCountry() && !(m_grows && event.isLate()))
        judge(event, *hits);
    noteMinute(event);
}

void TemporalAnomaly::judge(RuleEvent &event, Hits &hits)
{
    const SecurityEventType type = event.row().eventType;
    const LocalHour local = event.localHour();
    const Newest &newest = m_newest[static_cast<std::size_t>(type)];
    const std::int64_t sameInstant = newest.at == event.at() ? newest.rows : 0;
    const std::int64_t usual = m_history.count(type, local.hour, event.at()) - sameInstant;
    const std::int64_t recent = m_processed.count(type, local.hour, event.at());
    // recent > factor · usual / 7, in whole numbers.
    if (usual <= 0 || recent * kDays <= m_factor * usual || recent < m_fewestEvents) {
        // Until rows are forgotten, `usual` does not become less with those that come, and `recent` grows by one at most
        // with each. But for a late row, rows of the newest instant are usual.
        const std::int64_t untilTooMany = usual <= 0 ? 0 : (m_factor * usual - recent * kDays) / kDays;
        if (!event.isLate())
            noteCalm(event, std::max(untilTooMany, m_fewestEvents - 1 - recent));
        return;
    }
    if (m_fewestDays > 0 && m_history.days(type, local.day, sameInstant) < m_fewestDays) {
        // Nor do those of this day make the days more, where it counts already.
        if (!event.isLate() && m_history.days(type, local.day, 0) < m_fewestDays)
            noteCalm(event, kAnyNumber);
        return;
    }
    double confidence = kLeastConfidence;
    if (m_grows) {
        const double averages = static_cast<double>(recent * kDays) / static_cast<double>(usual);
        confidence = kLeastConfidence + kConfidencePerAverage * (averages - static_cast<double>(m_factor));
        // So that four times too many are 0.9, and not the number next to it.
        confidence = std::min(kMostConfidence, std::round(confidence * 1e9) / 1e9);
    }
    m_usual = usual;
    hits.push_back({this, GroupKind::EventType, event.key(GroupKind::EventType), recent, severityOf(confidence),
                    confidence});
}

void TemporalAnomaly::noteCalm(const RuleEvent &event, std::int64_t rows)
{
    const SecurityEventType type = event.row().eventType;
    Calm &calm = m_calm[static_cast<std::size_t>(type)];
    calm.rows = rows;
    calm.from = event.at();
    calm.until = std::min(m_history.forgetsAt(type), m_processed.forgetsAt(type));
    calm.local = event.localHour();
}

void TemporalAnomaly::noteMinute(const RuleEvent &event)
{
    const SecurityEventType type = event.row().eventType;
    Calm &calm = m_calm[static_cast<std::size_t>(type)];
    const LocalHour local = event.localHour();
    if (local == calm.local && m_history.isNewestMinute(type, event.at(), local)
        && m_processed.isNewestMinute(type, event.at(), local))
        calm.minuteUntil = std::min({calm.until, m_history.endOfNewestMinute(type), m_processed.endOfNewestMinute(type)});
}

Anomaly TemporalAnomaly::anomaly(std::int64_t recent, std::int64_t usual, double confidence)
{
    char average[32];
    std::snprintf(average, sizeof average, "%.1f", static_cast<double>(usual) / static_cast<double>(kDays));
    return {confidence, kTemporalAnomaly,
            joined({"Unusual activity spike: ", std::to_string(recent), " events vs ", average, " average"}),
            {"Investigate source of increased activity", "Check for automated attacks", "Review recent system changes"}};
}

Finding TemporalAnomaly::describe(RuleEvent &, const Hit &hit) const
{
    return findingOf(anomaly(hit.count, m_usual, hit.figure));
}

void TemporalAnomaly::restore(const DetectorHistory::MinuteCount &minute, LocalHour local, bool processed)
{
    (processed ? m_processed : m_history).add(minute.eventType, minute.minute, local, minute.count);
    m_calm = {};
}

void TemporalAnomaly::noteNewest(SecurityEventType type, TimestampMs at)
{
    Newest &newest = m_newest[static_cast<std::size_t>(type)];
    if (at > newest.at)
        newest = {at, 1};
    else if (at == newest.at)
        ++newest.rows;
    else
        m_calm[static_cast<std::size_t>(type)].rows = 0; // What is forgotten first may have changed.
}

void TemporalAnomaly::clear()
{
    m_history.clear();
    m_processed.clear();
    m_newest = {};
    m_calm = {};
}

void TemporalAnomaly::save(StateWriter &out) const
{
    m_history.save(out);
    m_processed.save(out);
    out.bytes(m_newest.data(), sizeof m_newest);
}

bool TemporalAnomaly::load(StateReader &in, const RuleKeys &)
{
    if (!m_history.load(in) || !m_processed.load(in))
        return false;
    in.bytes(m_newest.data(), sizeof m_newest);
    return true;
}

} // namespace bartizan
