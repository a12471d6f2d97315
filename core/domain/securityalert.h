// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

    bool operator==(const SecurityAlert &) const = default;
};

/// One line of an alert's history.
struct AlertHistoryEntry {
    std::int64_t id = 0;
    std::string alertId;
    TimestampMs at = 0;
    std::string action; ///< "created", "acknowledged", "acknowledge_refused"
    std::string actor;  ///< Empty when the engine did it.
    std::string comment;

    bool operator==(const AlertHistoryEntry &) const = default;
};

} // namespace bartizan
