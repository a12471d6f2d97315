// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"

#include <cstdint>
#include <limits>
#include <string_view>

namespace bartizan {

/// One audit row without a copy of its text: what readers hand to the detector. A field whose data() is null is
/// absent; the text lives as long as the caller says, at least for the call.
struct EventView {
    std::int64_t id = 0;
    TimestampMs timestamp = 0;
    SecurityEventType eventType = SecurityEventType::Authentication;
    AuditOutcome outcome = AuditOutcome::Success;
    AuditSeverity severity = AuditSeverity::Info;
    RowOrigin origin = RowOrigin::Application;
    std::string_view action;
    std::string_view userId;
    std::string_view companyId;
    std::string_view platformUserId;
    std::string_view ipAddress;
    std::string_view userAgent;
    std::string_view country;
    std::string_view sessionId;
    std::string_view requestId;
    std::string_view metadata; ///< Text of a JSON object.
    /// Where the address is, in degrees, as the engine looked it up; NaN: unknown. A country that the engine looked up
    /// stands in `country`. The detector knows of places only what it finds here and in the metadata.
    double latitude = std::numeric_limits<double>::quiet_NaN();
    double longitude = std::numeric_limits<double>::quiet_NaN();
    /// Whether it was logged as it happened, about now by the wall clock, rather than imported from a log: the standard
    /// preset measures the volume of events over live ones only.
    bool live = true;
    /// Whoever hands over rows may have numbered their users and addresses: the same number for the same text and another
    /// for every other, in all rows that a detector sees. 0: it has not.
    std::uint32_t userNumber = 0;
    std::uint32_t addressNumber = 0;

    /// A view of `event`; valid while `event` is.
    static EventView of(const AuditEvent &event) noexcept
    {
        const auto view = [](const std::optional<std::string> &text) {
            return text ? std::string_view(*text) : std::string_view();
        };
        const EventContext &c = event.context;
        EventView row{event.id, event.timestamp, event.eventType, event.outcome, event.severity, event.origin,
                      event.action, view(c.userId), view(c.companyId), view(c.platformUserId), view(c.ipAddress),
                      view(c.userAgent), view(c.country), view(c.sessionId), view(c.requestId),
                      event.metadata.empty() ? std::string_view() : std::string_view(event.metadata)};
        row.live = !event.imported;
        return row;
    }
};

} // namespace bartizan
