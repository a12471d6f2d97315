// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/alertstatus.h"
#include "core/domain/auditevent.h"

namespace bartizan {

/// One alert (spec/monitoring.md section 1). Text is UTF-8 and may hold what an attacker wrote.
struct SecurityAlert {
    std::string id; ///< UUID, lower case with hyphens; derived from rule, group and event (version 5).
    TimestampMs timestamp = 0;
    AlertSeverity severity = AlertSeverity::Low;
    AlertType type = AlertType::AuthenticationAnomaly;
    std::string title;
    std::string description;
    SecurityEventType eventType = SecurityEventType::Authentication;
    EventContext context;
    std::string metadata; ///< Text of a JSON object; never empty, "{}" at least.
    bool acknowledged = false;
    std::optional<std::string> acknowledgedBy;
    std::optional<TimestampMs> acknowledgedAt;
    std::int64_t eventId = 0; ///< Row key of the event that raised it; 0 when a timer did.
    std::string rule;         ///< Key of the rule that raised it (core/domain/rulecatalog.h).
    std::string group;        ///< What the rule counted for, as groupText() writes it; empty: the whole log.
    std::int64_t repeats = 0; ///< Further hits that it suppressed.
    std::optional<TimestampMs> lastRepeatAt; ///< Time of the newest of them.
    AlertStatus status = AlertStatus::New;   ///< Escalated: acknowledged or not.
    std::optional<AlertDisposition> disposition; ///< Of a resolved one.
    std::optional<std::string> owner;
    std::optional<std::string> resolvedBy;
    std::optional<TimestampMs> resolvedAt;
    std::int64_t version = 0; ///< Names what triage made of it: a step makes a new one, taking it back restores the one
                              ///< before; comments change nothing. 0: as it was raised.
    std::optional<std::string> mute; ///< Id of the mute (core/domain/mute.h) that kept it out of the queue.

    /// Whether a mute keeps it out of the queue: what somebody has triaged is no longer muted.
    bool isMuted() const noexcept { return mute && status == AlertStatus::New; }
    /// Whether it waits for somebody: neither acknowledged nor muted.
    bool isActive() const noexcept { return !acknowledged && !isMuted(); }

    bool operator==(const SecurityAlert &) const = default;
};

/// Hits that an alert suppressed, to be added to what it counts already.
struct AlertRepeat {
    std::string alertId;
    std::int64_t count = 0;
    TimestampMs lastAt = 0;

    bool operator==(const AlertRepeat &) const = default;
};

/// One line of an alert's history.
struct AlertHistoryEntry {
    std::int64_t id = 0;
    std::string alertId;
    TimestampMs at = 0;
    std::string action; ///< "created", a name of triageActions() or one with "_refused", "undone", or one of
                        ///< core/domain/mute.h.
    std::string actor;  ///< Empty when the engine did it.
    std::string comment;
    std::string step;   ///< Id of the triage step; empty: none, or one from before steps had ids.
    std::string undoes; ///< Of "undone" the id of the step that was taken back.
    std::string detail; ///< Of "resolved" the disposition's stored name, of "undone" the action that was undone, of what
                        ///< has to do with a mute its id.
    bool undone = false; ///< Somebody has undone it since.

    bool operator==(const AlertHistoryEntry &) const = default;
};

} // namespace bartizan
