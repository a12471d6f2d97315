// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/mutebook.h"

#include <algorithm>

namespace bartizan {

MuteBook::MuteBook(std::vector<Mute> mutes, TimestampMs storedAt) : m_storedAt(storedAt)
{
    m_entries.reserve(mutes.size());
    for (const Mute &mute : mutes) {
        m_byRule.emplace(mute.rule, m_entries.size());
        m_entries.push_back({MuteMatcher(mute), {mute.id, 0, 0, 0}});
    }
}

TimestampMs MuteBook::earliestOf(const EngineCommit &commit)
{
    std::optional<TimestampMs> earliest;
    for (const SecurityAlert &alert : commit.alerts)
        earliest = std::min(earliest.value_or(alert.timestamp), alert.timestamp);
    for (const AlertRepeat &repeat : commit.repeats)
        earliest = std::min(earliest.value_or(repeat.lastAt), repeat.lastAt);
    return earliest.value_or(0);
}

std::optional<std::size_t> MuteBook::covering(const SecurityAlert &alert, TimestampMs at) const
{
    const auto [first, last] = m_byRule.equal_range(alert.rule);
    std::optional<std::size_t> found; // The map keeps no order among those of one rule.
    for (auto it = first; it != last; ++it) {
        const Entry &entry = m_entries[it->second];
        if ((!found || it->second < *found) && entry.matcher.covers(at, m_storedAt) && entry.matcher.matches(alert))
            found = it->second;
    }
    return found;
}

MuteBook::Entry *MuteBook::find(std::string_view mute)
{
    const auto at = std::find_if(m_entries.begin(), m_entries.end(),
                                 [mute](const Entry &entry) { return entry.tally.mute == mute; });
    return at == m_entries.end() ? nullptr : &*at;
}

std::optional<std::string> MuteBook::muteOf(const SecurityAlert &alert) const
{
    if (alert.acknowledged || m_entries.empty())
        return std::nullopt;
    const auto place = covering(alert, alert.timestamp);
    return place ? std::optional(m_entries[*place].tally.mute) : std::nullopt;
}

void MuteBook::add(Entry &entry, std::int64_t alerts, std::int64_t hits, TimestampMs at)
{
    entry.tally.lastHitAt = entry.tally.hits == 0 ? at : std::max(entry.tally.lastHitAt, at);
    entry.tally.alerts += alerts;
    entry.tally.hits += hits;
}

void MuteBook::countAlert(const std::string &mute, const SecurityAlert &alert)
{
    if (Entry *entry = find(mute))
        add(*entry, 1, 1 + alert.repeats, alert.lastRepeatAt.value_or(alert.timestamp));
}

MuteBook::Effect MuteBook::countRepeat(const SecurityAlert &alert, const AlertRepeat &repeat)
{
    const bool muted = alert.isMuted();
    Entry *entry = muted ? find(*alert.mute) : nullptr;
    if (entry != nullptr && entry->matcher.covers(repeat.lastAt, m_storedAt)) {
        add(*entry, 0, repeat.count, repeat.lastAt);
        return {};
    }
    // The mute that hid it has ended; another one may have taken its place.
    if (const auto place = covering(alert, repeat.lastAt)) {
        Entry &other = m_entries[*place];
        add(other, muted ? 1 : 0, repeat.count, repeat.lastAt);
        return {muted, muted ? std::optional(other.tally.mute) : std::nullopt};
    }
    return {muted, std::nullopt};
}

std::vector<MuteBook::Tally> MuteBook::tallies() const
{
    std::vector<Tally> tallies;
    for (const Entry &entry : m_entries) {
        if (entry.tally.hits > 0)
            tallies.push_back(entry.tally);
    }
    return tallies;
}

} // namespace bartizan
