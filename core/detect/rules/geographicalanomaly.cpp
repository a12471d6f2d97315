// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/geographicalanomaly.h"

#include "core/detect/wording.h"

namespace bartizan {

bool GeographicalAnomaly::observe(RuleEvent &event)
{
    if (!event.hasUser() || !event.hasCountry())
        return false;
    const KeyId country = event.country();
    const TimestampMs t = event.at();
    const std::uint64_t slot = slotOf(event.user(), event.row().eventType);
    const auto [entry, isNew] = m_users.try_emplace(slot);
    UserHistory &user = entry->second;
    if (isNew)
        user.onlyCountry = country;
    if (user.onlyCountry == country) [[likely]] {
        user.anywhere.add(t);
        return false;
    }
    return observeAmongSeveral(user, {slot, country}, t);
}

bool GeographicalAnomaly::observeAmongSeveral(UserHistory &user, const CountrySlot &slot, TimestampMs t)
{
    if (user.onlyCountry != kNoKey) {
        m_countries.emplace(CountrySlot{slot.user, user.onlyCountry}, user.anywhere);
        user.onlyCountry = kNoKey;
    }
    Presence &here = m_countries[slot];
    const bool departs = user.anywhere.before(t) && !here.before(t);
    here.add(t);
    user.anywhere.add(t);
    return departs;
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
    const KeyId country = keys.countries.intern(known.country);
    const std::uint64_t slot = slotOf(keys.users.intern(known.userId), known.eventType);
    const Presence presence = Presence::of(known);
    const auto [entry, isNew] = m_users.try_emplace(slot);
    UserHistory &user = entry->second;
    if (isNew) {
        user.onlyCountry = country;
    } else {
        if (user.onlyCountry != kNoKey)
            m_countries.emplace(CountrySlot{slot, user.onlyCountry}, user.anywhere);
        user.onlyCountry = kNoKey;
        m_countries[CountrySlot{slot, country}].merge(presence);
    }
    user.anywhere.merge(presence);
}

void GeographicalAnomaly::expire(TimestampMs now, RuleMarks &marks)
{
    const TimestampMs from = now - kHistorySpan - kLateSlack;
    absl::erase_if(m_users, [&](const auto &entry) {
        if (entry.second.anywhere.last < from)
            return true;
        marks.users.mark(userOf(entry.first));
        marks.countries.mark(entry.second.onlyCountry);
        return false;
    });
    // A country's last visit is never later than the user's: whoever is here is in m_users as well.
    absl::erase_if(m_countries, [&](const auto &entry) {
        if (entry.second.last < from)
            return true;
        marks.countries.mark(entry.first.country);
        return false;
    });
}

void GeographicalAnomaly::clear()
{
    m_users.clear();
    m_countries.clear();
}

} // namespace bartizan
