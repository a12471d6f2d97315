// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/eventexport.h"

#include "core/report/csvtext.h"
#include "core/report/documentjson.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace bartizan {
namespace {

/// The names of EventColumn, in its order. All but the last are what a row has when it is logged.
constexpr std::array<std::string_view, 16> kNames{
    "timestamp", "eventType", "action", "outcome", "severity", "userId", "companyId", "platformUserId",
    "ipAddress", "userAgent", "country", "sessionId", "requestId", "metadata", "errorMessage", "countryLookedUp"};

std::string_view nameOf(EventColumn column)
{
    return kNames[static_cast<std::size_t>(column)];
}

std::vector<EventColumn> loggedColumns()
{
    std::vector<EventColumn> all;
    for (std::size_t i = 0; i + 1 < kNames.size(); ++i)
        all.push_back(static_cast<EventColumn>(i));
    return all;
}

std::string_view viewOf(const std::optional<std::string> &text)
{
    return text ? std::string_view(*text) : std::string_view();
}

/// What stands in a column but for the time; without data: nothing.
std::string_view cellOf(const AuditEvent &event, std::string_view lookedUp, EventColumn column)
{
    const EventContext &c = event.context;
    switch (column) {
    case EventColumn::Timestamp: break;
    case EventColumn::EventType: return toString(event.eventType);
    case EventColumn::Action: return event.action;
    case EventColumn::Outcome: return toString(event.outcome);
    case EventColumn::Severity: return toString(event.severity);
    case EventColumn::UserId: return viewOf(c.userId);
    case EventColumn::CompanyId: return viewOf(c.companyId);
    case EventColumn::PlatformUserId: return viewOf(c.platformUserId);
    case EventColumn::IpAddress: return viewOf(c.ipAddress);
    case EventColumn::UserAgent: return viewOf(c.userAgent);
    case EventColumn::Country: return viewOf(c.country);
    case EventColumn::SessionId: return viewOf(c.sessionId);
    case EventColumn::RequestId: return viewOf(c.requestId);
    case EventColumn::Metadata: return event.metadata.empty() ? std::string_view() : std::string_view(event.metadata);
    case EventColumn::ErrorMessage: return viewOf(event.errorMessage);
    case EventColumn::CountryLookedUp: return lookedUp.empty() ? std::string_view() : lookedUp;
    }
    return {};
}

} // namespace

Result<EventExport> EventExport::begin(const QString &path, ExportFormat format, bool overwrite,
                                       std::vector<EventColumn> columns)
{
    auto file = SecureFile::create(path, overwrite);
    if (!file)
        return file.error();
    if (columns.empty() && format == ExportFormat::Csv)
        columns = loggedColumns();
    EventExport made(std::move(*file), format, std::move(columns));
    if (format == ExportFormat::Csv) {
        std::vector<std::string_view> names;
        std::transform(made.m_columns.begin(), made.m_columns.end(), std::back_inserter(names), nameOf);
        std::string header;
        appendCsvRecord(header, names);
        if (auto written = made.m_file.write(header); !written)
            return written.error();
    }
    return made;
}

std::string EventExport::textOf(const AuditEvent &event, std::string_view lookedUp) const
{
    const std::string timestamp = formatIso(event.timestamp);
    const auto cell = [&](EventColumn column) {
        return column == EventColumn::Timestamp ? std::string_view(timestamp) : cellOf(event, lookedUp, column);
    };
    if (m_format == ExportFormat::Csv) {
        std::vector<std::string_view> cells;
        std::transform(m_columns.begin(), m_columns.end(), std::back_inserter(cells), cell);
        std::string record;
        appendCsvRecord(record, cells);
        return record;
    }
    JsonWriter json(0);
    if (m_columns.empty()) {
        writeEvent(json, event, EventId::Hidden);
        return json.take() + '\n';
    }
    json.beginObject();
    for (const EventColumn column : m_columns) {
        const std::string_view text = cell(column);
        if (!text.data())
            continue;
        json.key(nameOf(column));
        if (column == EventColumn::Metadata)
            json.object(text);
        else
            json.text(text);
    }
    json.endObject();
    return json.take() + '\n';
}

Result<void> EventExport::add(std::span<const AuditEvent> events, std::span<const std::string_view> lookedUp)
{
    std::string text;
    for (std::size_t i = 0; i < events.size(); ++i)
        text += textOf(events[i], i < lookedUp.size() ? lookedUp[i] : std::string_view());
    if (auto written = m_file.write(text); !written)
        return written;
    m_written += static_cast<std::int64_t>(events.size());
    return {};
}

Result<std::int64_t> EventExport::finish()
{
    if (auto published = m_file.publish(); !published)
        return published.error();
    return m_written;
}

} // namespace bartizan
