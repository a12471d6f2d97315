// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/ports/auditlog.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>

namespace bartizan {

/// What kind of log a file is. Auto looks at its first lines.
enum class ImportFormat : std::uint8_t { Auto, Ndjson, Csv, Sshd };

/// How to read a log.
struct ImportOptions {
    ImportFormat format = ImportFormat::Auto;
    std::optional<int> year;              ///< Of stamps without one; else the latest year with nothing in the future.
    std::string timeZone = "UTC";         ///< IANA name; of stamps without an offset.
    std::optional<std::string> companyId; ///< Set on rows that have none.
    TimestampMs now = 0;                  ///< The present, for the year.
    /// Refuses standard input, and whatever opens as anything but a regular file: no other's writer is waited for.
    bool onlyRegularFiles = false;
};

/// How far an import has come.
struct ImportProgress {
    std::int64_t bytesRead = 0;
    std::int64_t bytesTotal = 0; ///< 0 when unknown (standard input).
    std::int64_t lines = 0;
    std::int64_t imported = 0;
    std::int64_t duplicates = 0;
    std::int64_t quarantined = 0;
    bool operator==(const ImportProgress &) const = default;
};

/// What an import did. When cancelled, what was imported before stays (importing again adds the rest).
struct ImportReport {
    ImportProgress totals;
    ImportFormat format = ImportFormat::Auto; ///< What it was found to be.
    TimeRange range;                          ///< Of the imported events; empty (start > end) when there are none.
    bool cancelled = false;
    /// Lines with events that held bytes which are no UTF-8: those became U+FFFD. Duplicates count as well.
    std::int64_t notUtf8 = 0;
    /// Imported events that are older than what is kept of the log, and soon dropped.
    std::int64_t expired = 0;
};

/// Who is told while an import runs; all members may be empty.
struct ImportObserver {
    std::function<void(const ImportProgress &)> progress;      ///< A few times a second.
    std::function<void(const QuarantinedLine &)> quarantined;  ///< Each line that could not be read.
    const std::atomic<bool> *cancel = nullptr;                 ///< Set from any thread.
};

/// Reads `path` ("-": standard input) into `log`, in batches, with flat memory. A line that cannot be read is
/// quarantined with its number and reason, and the import goes on. Fails as a whole only when the file cannot be read,
/// its format cannot be told, or the store refuses. Thread: the store's.
Result<ImportReport> importFile(const QString &path, const ImportOptions &options, AuditLog &log,
                                const ImportObserver &observer);

} // namespace bartizan
