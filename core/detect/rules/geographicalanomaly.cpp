// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/geographicalanomaly.h"

#include "core/detect/wording.h"

namespace bartizan {

void GeographicalAnomaly::observe(RuleEvent &event)
{
    if (!event.hasUser() || !event.hasCountry())
        return;
    const SecurityEventType type = event.row().eventType;
    m_seen[Slot{event.user(), event.country(), type}].add(event.at());
    m_seen[Slot{event.user(), kNoKey, type}].add(event.at());
}

bool GeographicalAnomaly::found(RuleEvent &event) const
{
    if (!event.hasUser() || !event.hasCountry())
        return false;
    const SecurityEventType type = event.row().eventType;
    const auto here = m_seen.find(Slot{event.user(), event.country(), type});
    if (here != m_seen.end() && here->second.before(event.at()))
        return false;
    const auto anywhere = m_seen.find(Slot{event.user(), kNoKey, type});
    return anywhere != m_seen.end() && anywhere->second.before(event.at());
}

Anomaly GeographicalAnomaly::describe(const EventView &row) const
{
    return {0.8, kId, joined({"User accessing from unusual country: ", row.country}),
            {"Verify user identity", "Check for compromised credentials", "Consider additional authentication"}};
}

void GeographicalAnomaly::restore(const DetectorHistory::KnownCountry &known, RuleKeys &keys)
{
    if (known.userId.empty() || known.country.empty())
        return;
    const KeyId user = keys.users.intern(known.userId);
    const Presence presence = Presence::of(known);
    m_seen[Slot{user, keys.countries.intern(known.country), known.eventType}].merge(presence);
    m_seen[Slot{user, kNoKey, known.eventType}].merge(presence);
}

void GeographicalAnomaly::expire(TimestampMs now, RuleMarks &marks)
{
    absl::erase_if(m_seen, [&](const auto &entry) {
        if (entry.second.last < now - kHistorySpan - kLateSlack)
            return true;
        marks.users.mark(entry.first.user);
        marks.countries.mark(entry.first.country);
        return false;
    });
}

} // namespace bartizan
