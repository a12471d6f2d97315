// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/report/alertexport.h"
#include "core/report/securefile.h"

#include <span>

namespace bartizan {

/// A file of audit rows that is written as they come: CSV that is safe in a spreadsheet (RFC 4180, CRLF), or NDJSON that
/// `bartizanctl import` reads again. Mode 0600, never through a symbolic link, over an existing file only with
/// `overwrite`; it appears with finish(), and without leaves nothing behind. Thread: any but the GUI's.
class EventExport {
public:
    static Result<EventExport> begin(const QString &path, ExportFormat format, bool overwrite);
    Result<void> add(std::span<const AuditEvent> events);
    /// The file is there, whole. Returns how many rows are in it.
    Result<std::int64_t> finish();
    std::int64_t written() const noexcept { return m_written; }

private:
    EventExport(SecureFile file, ExportFormat format) : m_file(std::move(file)), m_format(format) {}
    std::string textOf(const AuditEvent &event) const;

    SecureFile m_file;
    ExportFormat m_format;
    std::int64_t m_written = 0;
};

} // namespace bartizan
