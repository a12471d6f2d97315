// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/ipnetwork.h"
#include "core/domain/result.h"
#include "core/domain/securityalert.h"
#include "core/domain/timestamp.h"

#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

/// An order to keep the alerts of one rule about one group out of the queue for a while. Such alerts are stored as ever,
/// and counted; they carry the mute's id, and stand neither in the queue nor in the score, the counts of active alerts and
/// the notices.
///
/// What a mute hid stays hidden when it ends, and can be listed; from its end on the rule alerts again. A hit that comes
/// then and is suppressed as a repeat of an alert that the mute hid brings that alert back. Whoever lifts a mute may have
/// everything brought back that it hid. Triage of a muted alert takes it out of the mute. Alerts that were active when a
/// mute was set stay active and go on counting what repeats them; such repeats are hits of the mute as well.
struct Mute {
    std::string id;      ///< A UUID: small letters, digits and hyphens.
    std::string rule;    ///< Key of the rule (core/domain/rulecatalog.h).
    std::string group;   ///< As alerts have it; empty: the whole log.
    std::string network; ///< IpNetwork::text(); empty: none. See MuteMatcher.
    std::optional<std::string> company; ///< Only alerts of this company, of none when it is empty; nullopt: of any.
    std::string reason;
    std::string alertId; ///< The alert that it was set from; empty: none.
    std::string by;
    TimestampMs createdAt = 0;
    TimestampMs expiresAt = 0;
    std::optional<std::string> liftedBy; ///< Who ended it before it expired.
    std::optional<TimestampMs> liftedAt;
    bool restored = false;    ///< Somebody had everything brought back that it hid.
    std::int64_t alerts = 0;  ///< It hid so many,
    std::int64_t hits = 0;    ///< and covered so many hits: those alerts and repeats, of active alerts as well.
    std::optional<TimestampMs> lastHitAt;

    /// When it ends, or ended: nothing that happens from then on is muted.
    TimestampMs endsAt() const noexcept { return liftedAt ? *liftedAt : expiresAt; }
    bool isInForce(TimestampMs now) const noexcept { return now >= createdAt && now < endsAt(); }

    bool operator==(const Mute &) const = default;
};

/// Tells which alerts a mute is about. A value; cheap to ask. Thread: any.
class MuteMatcher {
public:
    explicit MuteMatcher(const Mute &mute);

    /// Whether it is about an alert, whenever that was raised: the rule is the same, the company too where the mute names
    /// one, and the group. Of a mute with a network, about an address, any address of the network is as good as the
    /// group's; about anything else, the alert must come from an address of the network besides. One whose network cannot
    /// be read is about nothing.
    bool matches(const SecurityAlert &alert) const;
    /// Whether it holds for what happened at `at` and is stored at `storedAt` by the wall clock (0: nobody knows). Nothing
    /// is muted that happened at its end or later. Before it began, only what is stored while it is in force: events that
    /// were on their way, or an old log.
    bool covers(TimestampMs at, TimestampMs storedAt) const noexcept;

private:
    std::string m_rule;
    std::string m_group;
    std::optional<std::string> m_company;
    std::optional<IpNetwork> m_network;
    bool m_damaged = false;   ///< What it has for a network is none.
    bool m_byAddress = false; ///< The group is an address.
    TimestampMs m_start;
    TimestampMs m_end;
};

/// The longest that a mute may last.
inline constexpr TimestampMs kLongestMute = 366 * kDay;
/// The longest reason, in bytes.
inline constexpr std::size_t kReasonBytes = 4 * 1024;
/// The longest id, in bytes.
inline constexpr std::size_t kMuteIdBytes = 64;
/// How many mutes of one person may be in force, or have been within a day: the engine goes by all of them with each batch.
inline constexpr int kMostMutes = 200;

/// What history says of an alert: it was muted from the beginning (detail: the mute's id; nobody's action); a mute was set
/// from it (comment: the reason); that mute was lifted; it came back.
inline constexpr std::string_view kHistoryMuted = "muted";
inline constexpr std::string_view kHistoryMuteSet = "mute_set";
inline constexpr std::string_view kHistoryMuteLifted = "mute_lifted";
inline constexpr std::string_view kHistoryUnmuted = "unmuted";

/// Why a mute cannot be set as it is, in words for whoever writes it.
Result<void> checkMute(const Mute &mute);
/// What is wrong with the text of a network for a group, in words; its canonical text when nothing is. Blank text is none.
Result<std::string> checkedNetwork(std::string_view group, std::string_view text);
/// The network that is worth offering for a group that is an address, of an attacker who has more than one: the /24 around
/// an IPv4 address, the /64 around an IPv6 address. Empty for any other group.
std::string usualNetwork(std::string_view group);

} // namespace bartizan
