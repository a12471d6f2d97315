// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/temporalanomaly.h"

#include "core/detect/wording.h"

#include <cstdio>

namespace bartizan {
namespace {

constexpr std::int64_t kDays = kHistorySpan / kDay;

} // namespace

void TemporalAnomaly::observe(const RuleEvent &event)
{
    const SecurityEventType type = event.row().eventType;
    m_history.add(type, event.at(), event.hourOfDay());
    Newest &newest = m_newest[static_cast<std::size_t>(type)];
    if (event.at() > newest.at)
        newest = {event.at(), 1};
    else if (event.at() == newest.at)
        ++newest.rows;
}

void TemporalAnomaly::observeProcessed(const RuleEvent &event)
{
    m_processed.add(event.row().eventType, event.at(), event.hourOfDay());
}

std::optional<TemporalAnomaly::Spike> TemporalAnomaly::found(const RuleEvent &event)
{
    const SecurityEventType type = event.row().eventType;
    const Newest &newest = m_newest[static_cast<std::size_t>(type)];
    const std::int64_t usual = m_history.count(type, event.hourOfDay(), event.at())
        - (newest.at == event.at() ? newest.rows : 0);
    const std::int64_t recent = m_processed.count(type, event.hourOfDay(), event.at());
    // recent > 3 · usual / 7, in whole numbers.
    if (usual <= 0 || recent * kDays <= 3 * usual)
        return std::nullopt;
    return Spike{recent, usual};
}

Anomaly TemporalAnomaly::describe(const Spike &spike) const
{
    char average[32];
    std::snprintf(average, sizeof average, "%.1f", static_cast<double>(spike.usual) / static_cast<double>(kDays));
    return {kConfidence, kId,
            joined({"Unusual activity spike: ", std::to_string(spike.recent), " events vs ", average, " average"}),
            {"Investigate source of increased activity", "Check for automated attacks", "Review recent system changes"}};
}

void TemporalAnomaly::restore(const DetectorHistory::MinuteCount &minute, unsigned hourOfDay, bool processed)
{
    (processed ? m_processed : m_history).add(minute.eventType, minute.minute, hourOfDay, minute.count);
}

void TemporalAnomaly::clear()
{
    m_history.clear();
    m_processed.clear();
    m_newest = {};
}

} // namespace bartizan
