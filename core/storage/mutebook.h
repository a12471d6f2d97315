// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertstore.h"
#include "core/ports/mutes.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bartizan {

/// The mutes that may concern one commit, and what it adds to their counters: how every database decides which alerts are
/// muted. Thread: the store's, within one transaction.
class MuteBook {
public:
    /// Counted since the book was made.
    struct Tally {
        std::string mute; ///< Its id.
        std::int64_t alerts = 0;
        std::int64_t hits = 0;
        TimestampMs lastHitAt = 0;
    };
    /// What a repeat does to the alert that it repeats.
    struct Effect {
        bool changes = false;            ///< Whether the alert's mute becomes another one.
        std::optional<std::string> mute; ///< Which; nullopt: none, so that it comes back.
    };

    MuteBook() = default;
    /// `mutes` are those that end later than all that happened, in the order in which they were set: the first that fits
    /// counts. `storedAt`: see MuteMatcher::covers().
    MuteBook(std::vector<Mute> mutes, TimestampMs storedAt);

    /// From the earliest to the latest time that a commit speaks of; from 0 to 0 where it speaks of none. Mutes matter to it
    /// that end later than it begins, and have begun by its end or are in force when it is stored.
    static TimeRange spanOf(const EngineCommit &commit);

    /// The rules that mutes are about, each once. Repeats of alerts of other rules, and not muted, need not be counted.
    std::vector<std::string_view> rules() const;
    bool isAboutRule(const std::string &rule) const { return m_byRule.contains(rule); }
    /// Id of the mute that a new alert comes under; nullopt: none. An acknowledged one is not muted.
    std::optional<std::string> muteOf(const SecurityAlert &alert) const;
    /// Counts a new alert that came under a mute.
    void countAlert(const std::string &mute, const SecurityAlert &alert);
    /// Counts a repeat of an alert as it is stored, and tells what that does to it.
    Effect countRepeat(const SecurityAlert &alert, const AlertRepeat &repeat);
    /// In the order in which the mutes were set; those without a hit are left out.
    std::vector<Tally> tallies() const;

private:
    struct Entry {
        MuteMatcher matcher;
        Tally tally;
    };
    Entry *find(std::string_view mute);
    /// The place of the first that covers an alert for what happened at a time.
    std::optional<std::size_t> covering(const SecurityAlert &alert, TimestampMs at) const;
    static void add(Entry &entry, std::int64_t alerts, std::int64_t hits, TimestampMs at);

    std::vector<Entry> m_entries;
    std::unordered_multimap<std::string, std::size_t> m_byRule;
    TimestampMs m_storedAt = 0;
};

/// Why a mute cannot be set: the alert that it is set from is not there; its person has set kMostMutes.
Error alertOfMuteIsGone();
Error tooManyMutes();

} // namespace bartizan
