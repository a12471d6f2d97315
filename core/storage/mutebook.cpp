// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/mutebook.h"

#include <QCoreApplication>

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

TimeRange MuteBook::spanOf(const EngineCommit &commit)
{
    std::optional<TimeRange> span;
    const auto hold = [&span](TimestampMs at) {
        span = span ? TimeRange{std::min(span->start, at), std::max(span->end, at)} : TimeRange{at, at};
    };
    for (const SecurityAlert &alert : commit.alerts)
        hold(alert.timestamp);
    for (const AlertRepeat &repeat : commit.repeats)
        hold(repeat.lastAt);
    return span.value_or(TimeRange{0, 0});
}

std::vector<std::string_view> MuteBook::rules() const
{
    std::vector<std::string_view> rules;
    for (auto it = m_byRule.begin(); it != m_byRule.end(); it = m_byRule.equal_range(it->first).second)
        rules.push_back(it->first);
    return rules;
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

Error alertOfMuteIsGone()
{
    return Error{QCoreApplication::translate("bartizan::MuteBook", "The alert that this mute is set from is not there any more")};
}

Error tooManyMutes()
{
    return Error{QCoreApplication::translate("bartizan::MuteBook",
                                             "You have set %n mute(s) that are in force, or were within a day; more at once are "
                                             "not taken. A mute of a network holds for all of its addresses",
                                             nullptr, kMostMutes)};
}

} // namespace bartizan
