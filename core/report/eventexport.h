// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/report/alertexport.h"
#include "core/report/securefile.h"

#include <span>
#include <string_view>
#include <vector>

namespace bartizan {

/// What a row says, by the names of spec/monitoring.md section 1; CountryLookedUp is what GeoIP says of the address of a row
/// that names no country.
enum class EventColumn : std::uint8_t {
    Timestamp, EventType, Action, Outcome, Severity, UserId, CompanyId, PlatformUserId, IpAddress, UserAgent, Country,
    SessionId, RequestId, Metadata, ErrorMessage, CountryLookedUp
};

/// A file of audit rows that is written as they come: CSV that is safe in a spreadsheet (RFC 4180, CRLF), or NDJSON that
/// `bartizanctl import` reads again. Without columns it has all that was logged, and nothing else; with some it has these
/// alone, in this order, in NDJSON without those that a row lacks. Mode 0600, never through a symbolic link, over an existing file only with
/// `overwrite`; it appears with finish(), and without leaves nothing behind. Thread: any but the GUI's.
class EventExport {
public:
    static Result<EventExport> begin(const QString &path, ExportFormat format, bool overwrite,
                                     std::vector<EventColumn> columns = {});
    /// `lookedUp`: of each row its country where GeoIP tells it, else an empty text; or nothing at all.
    Result<void> add(std::span<const AuditEvent> events, std::span<const std::string_view> lookedUp = {});
    /// The file is there, whole. Returns how many rows are in it.
    Result<std::int64_t> finish();
    std::int64_t written() const noexcept { return m_written; }

private:
    EventExport(SecureFile file, ExportFormat format, std::vector<EventColumn> columns)
        : m_file(std::move(file)), m_format(format), m_columns(std::move(columns)) {}
    std::string textOf(const AuditEvent &event, std::string_view lookedUp) const;

    SecureFile m_file;
    ExportFormat m_format;
    std::vector<EventColumn> m_columns; ///< Empty: all that was logged.
    std::int64_t m_written = 0;
};

} // namespace bartizan
