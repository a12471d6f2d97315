// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/timestamp.h"

#include <cstdint>
#include <optional>
#include <string>

namespace bartizan {

/// Who and where, of an audit event or an alert. UTF-8, as the source wrote it; an absent field is nullopt.
struct EventContext {
    std::optional<std::string> userId;
    std::optional<std::string> companyId;
    std::optional<std::string> platformUserId;
    std::optional<std::string> ipAddress;
    std::optional<std::string> userAgent;
    std::optional<std::string> country;
    std::optional<std::string> sessionId;
    std::optional<std::string> requestId;

    bool operator==(const EventContext &) const = default;
};

/// Who wrote an audit row: the application, or Bartizan itself. The engine never processes its own rows as events.
enum class RowOrigin : std::uint8_t { Application, Monitor };

/// One row of the audit log (spec/monitoring.md section 1). All text is UTF-8 from the outside: hostile.
struct AuditEvent {
    std::int64_t id = 0; ///< Row key, ascending in order of commit; 0 before it is stored.
    TimestampMs timestamp = 0;
    SecurityEventType eventType = SecurityEventType::Authentication;
    AuditOutcome outcome = AuditOutcome::Success;
    AuditSeverity severity = AuditSeverity::Info;
    RowOrigin origin = RowOrigin::Application;
    /// Whether it came with the import of a log rather than as it happened. Set by the store that it is read from.
    bool imported = false;
    std::string action;
    EventContext context;
    std::string metadata; ///< Text of a JSON object; empty when absent.
    std::optional<std::string> errorMessage;

    bool operator==(const AuditEvent &) const = default;
};

/// A row's place in the order of time.
struct EventKey {
    TimestampMs timestamp = 0;
    std::int64_t id = 0;
    bool operator==(const EventKey &) const = default;
};

} // namespace bartizan
