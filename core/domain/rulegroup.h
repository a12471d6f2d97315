// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/rulecatalog.h"
#include "core/domain/timestamp.h"

#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// What a rule counts for.
enum class GroupKind : std::uint8_t { None, Address, Account, User, Company, Session, EventType };

/// "address", "account" …; empty for None.
std::string_view toString(GroupKind kind) noexcept;
/// "address:203.0.113.9": how alerts name their group; empty for None. A long value is shortened.
std::string groupText(GroupKind kind, std::string_view value);
/// Longest text, in bytes, that rules keep state about as it is.
inline constexpr std::size_t kLongestKeyText = 256;
/// What stands for a longer one, in groups too, so that nobody fills the memory with names: its first 200 bytes, up to
/// the end of a character, "…#" and 16 hexadecimal digits of its SHA-256. Short itself, and the same in every process.
std::string shortKeyText(std::string_view text);
/// The parts of such a text; None and an empty value for one of another form. The value is hostile text.
struct GroupParts {
    GroupKind kind = GroupKind::None;
    std::string_view value;
};
GroupParts groupParts(std::string_view text) noexcept;

/// A group on its way to a rule's threshold ("203.0.113.9: 4 of 5 failed logins, 1 m 20 s left").
struct NearMiss {
    RuleId rule = RuleId::BruteForce;
    GroupKind kind = GroupKind::None;
    std::string group;        ///< Hostile text.
    std::int64_t count = 0;   ///< Within the window, as of the detector's clock.
    std::int64_t threshold = 0;
    TimestampMs lastAt = 0;   ///< Its newest event.
    TimestampMs expiresAt = 0; ///< When the oldest event leaves the window, so that the count falls.
    bool pair = false; ///< The rule is about an ordered pair: beyond the threshold it takes one event of another kind.

    /// Whether what is counted is there, and only the event lacks that a rule about an ordered pair judges.
    bool lacksOne() const noexcept { return pair && count >= threshold; }
    /// How many of the events that make an alert are there, 0 to 1.
    double share() const noexcept
    {
        const std::int64_t needed = threshold + (pair ? 1 : 0);
        return needed > 0 ? static_cast<double>(count < threshold ? count : threshold) / static_cast<double>(needed) : 0.0;
    }
    bool operator==(const NearMiss &) const = default;
};

/// What the detector holds in memory.
struct DetectorLoad {
    std::int64_t keysHeld = 0;
    std::int64_t keysEvicted = 0; ///< Given up at the cap since the engine started.
    std::int64_t bytes = 0;       ///< Of its state, about.

    bool operator==(const DetectorLoad &) const = default;
};

} // namespace bartizan
