// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/eventexport.h"

#include "core/report/csvtext.h"
#include "core/report/documentjson.h"

#include <array>

namespace bartizan {
namespace {

constexpr std::array<std::string_view, 15> kColumns{
    "timestamp", "eventType", "action", "outcome", "severity", "userId", "companyId", "platformUserId",
    "ipAddress", "userAgent", "country", "sessionId", "requestId", "metadata", "errorMessage"};

} // namespace

Result<EventExport> EventExport::begin(const QString &path, ExportFormat format, bool overwrite)
{
    auto file = SecureFile::create(path, overwrite);
    if (!file)
        return file.error();
    EventExport made(std::move(*file), format);
    if (format == ExportFormat::Csv) {
        std::string header;
        appendCsvRecord(header, kColumns);
        if (auto written = made.m_file.write(header); !written)
            return written.error();
    }
    return made;
}

std::string EventExport::textOf(const AuditEvent &event) const
{
    if (m_format == ExportFormat::Json) {
        JsonWriter json(0);
        writeEvent(json, event, EventId::Hidden);
        return json.take() + '\n';
    }
    const auto cell = [](const std::optional<std::string> &text) {
        return text ? std::string_view(*text) : std::string_view();
    };
    const std::string timestamp = formatIso(event.timestamp);
    const EventContext &c = event.context;
    const std::array<std::string_view, kColumns.size()> cells{
        timestamp, toString(event.eventType), event.action, toString(event.outcome), toString(event.severity),
        cell(c.userId), cell(c.companyId), cell(c.platformUserId), cell(c.ipAddress), cell(c.userAgent), cell(c.country),
        cell(c.sessionId), cell(c.requestId), event.metadata, cell(event.errorMessage)};
    std::string record;
    appendCsvRecord(record, cells);
    return record;
}

Result<void> EventExport::add(std::span<const AuditEvent> events)
{
    std::string text;
    for (const AuditEvent &event : events)
        text += textOf(event);
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
