// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/mute.h"
#include "core/domain/securityalert.h"

#include <array>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// How long some alerts waited.
struct ResponseTime {
    std::int64_t alerts = 0;
    double totalMs = 0.0; ///< Of all of them.

    /// Milliseconds; nullopt of no alerts.
    std::optional<double> meanMs() const
    {
        return alerts > 0 ? std::optional(totalMs / static_cast<double>(alerts)) : std::nullopt;
    }
    ResponseTime &operator+=(const ResponseTime &other)
    {
        alerts += other.alerts;
        totalMs += other.totalMs;
        return *this;
    }
    bool operator==(const ResponseTime &) const = default;
};

/// How long the alerts waited that were raised within a range, by severity: from the alert's time to the moment somebody
/// acknowledged it, and to the moment of its resolution, whenever that was. Those count that stand acknowledged, or
/// resolved, when this is read: what was taken back does not, and of several acknowledgements or resolutions the one
/// that stands. Resolving acknowledges what nobody had. An alert that is handled before its own time (a clock was wrong)
/// waited 0 ms.
struct ResponseTimes {
    std::array<ResponseTime, 4> acknowledge{}; ///< By AlertSeverity.
    std::array<ResponseTime, 4> resolve{};

    /// Over all severities.
    static ResponseTime all(const std::array<ResponseTime, 4> &times)
    {
        return std::accumulate(times.begin(), times.end(), ResponseTime(),
                               [](ResponseTime sum, const ResponseTime &time) { return sum += time; });
    }
    bool operator==(const ResponseTimes &) const = default;
};

/// Alerts counted by severity, and the gravest of them: by severity, then the newest first.
struct HandoverAlerts {
    std::array<std::int64_t, 4> counts{};
    std::vector<SecurityAlert> listed;

    std::int64_t total() const { return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}); }
    bool operator==(const HandoverAlerts &) const = default;
};

/// What people did to alerts, in the order of TriageKind, and that they took a step back.
enum class HandoverAction : std::uint8_t { Acknowledged, Escalated, Resolved, Owned, Commented, TakenBack };
inline constexpr std::size_t kHandoverActions = 6;

/// By what history calls it; nullopt: it is none of them.
std::optional<HandoverAction> handoverActionOf(std::string_view historyAction);

/// A step of triage, as far as it changed alerts within the range.
struct HandoverStep {
    TimestampMs at = 0;  ///< When it began, within the range: a step about many alerts is taken in parts.
    std::string actor;
    std::string detail;  ///< As AlertHistoryEntry::detail.
    std::string comment;
    std::optional<std::string> formerOwner; ///< Of Owned: from whom `example` was taken.
    std::int64_t alerts = 0;
    std::int64_t takenBack = 0; ///< Of so many it was taken back by the end of the range, and stayed so.
    SecurityAlert example;      ///< The first of its alerts, as it is now.

    bool operator==(const HandoverStep &) const = default;
};

/// All steps of one kind within the range.
struct HandoverSteps {
    std::int64_t steps = 0;
    std::int64_t alerts = 0; ///< An alert counts once for each step, unless that was taken back by the end of the range.
    std::vector<HandoverStep> newest; ///< Newest first.

    bool operator==(const HandoverSteps &) const = default;
};

/// What one person did, by HandoverAction: how many alerts, counted as in HandoverSteps.
struct HandoverPerson {
    std::string name;
    std::array<std::int64_t, kHandoverActions> alerts{};

    bool operator==(const HandoverPerson &) const = default;
};

/// The mutes that were set within the range, or ended in it: lifted or expired.
struct HandoverMutes {
    std::int64_t total = 0;
    std::vector<Mute> newest; ///< As they are now, the one that was set last first.

    bool operator==(const HandoverMutes &) const = default;
};

/// What changed between two times, for whoever takes over. Alerts that retention dropped are in none of it.
struct Handover {
    TimeRange range;
    std::optional<std::string> companyId;
    HandoverAlerts raised; ///< With a time within the range, as they are now.
    std::array<HandoverSteps, kHandoverActions> steps{}; ///< By HandoverAction.
    std::vector<HandoverPerson> people; ///< Who did most first.
    std::int64_t peopleTotal = 0;       ///< More than people.size() when the limit cut them.
    /// Raised by the end of the range, whenever, and still open then: nobody had acknowledged them, or they were
    /// escalated, or somebody owned them who had not resolved them. What is muted is not open. As they stood at the end of
    /// the range.
    HandoverAlerts open;
    HandoverMutes mutes; ///< Those of every company, too, where only one is asked for.
    ResponseTimes response; ///< Of the alerts raised within the range.

    const HandoverSteps &of(HandoverAction action) const { return steps[static_cast<std::size_t>(action)]; }
    bool operator==(const Handover &) const = default;
};

} // namespace bartizan
