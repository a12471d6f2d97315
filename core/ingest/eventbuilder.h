// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/ingest/metadatatext.h"
#include "core/ingest/syslogclock.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

/// The fields of an audit event as files of events name them.
enum class EventField : std::uint8_t {
    Id, Timestamp, EventType, Action, Outcome, Severity, UserId, CompanyId, PlatformUserId, IpAddress, UserAgent,
    Country, SessionId, RequestId, Metadata, ErrorMessage
};

/// The field of exactly this name ("ipAddress").
std::optional<EventField> eventFieldOf(std::string_view name) noexcept;
/// The same, whatever its case and with underscores anywhere ("ip_address", "IP_ADDRESS").
std::optional<EventField> eventFieldOfColumn(std::string_view name);

/// Puts one audit event together from the fields of a line. Each step answers with the reason why the line cannot be
/// an event, which names the field; an empty text is good. Thread: one at a time.
class EventBuilder {
public:
    /// `zone` holds for timestamps without an offset; `companyId`, when not empty, for events without one.
    EventBuilder(LocalTime zone, std::string companyId);

    void begin();
    /// Any field but Metadata. The text is UTF-8.
    QString setText(EventField field, std::string_view text);
    /// A timestamp as a number of milliseconds since 1970.
    QString setTimestamp(std::int64_t milliseconds);
    /// The text of a JSON object; what it is written with stays as it is.
    QString setMetadata(std::string_view json);
    /// A field of no known name: it goes to the metadata, unless they have it. `json` is the text of its value.
    QString addExtra(std::string_view name, std::string_view json);
    /// Checks what is required and names the line's origin in the metadata. `fileJson` is the file's name as JSON.
    QString finish(std::string_view fileJson, std::int64_t line);

    /// The event, after finish(); may be moved from.
    AuditEvent &event() noexcept { return m_event; }

private:
    QString readTimestamp(std::string_view text);

    LocalTime m_zone;
    std::string m_companyId;
    AuditEvent m_event;
    MetadataText m_metadata;
    TimestampMs m_previous = std::numeric_limits<TimestampMs>::min();
    bool m_hasTimestamp = false;
    bool m_hasType = false;
    bool m_hasOutcome = false;
};

} // namespace bartizan
