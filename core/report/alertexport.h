// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/securityalert.h"
#include "core/report/jsonwriter.h"
#include "core/report/securefile.h"

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace bartizan {

/// How alerts are written to a file.
enum class ExportFormat : std::uint8_t { Csv, Json };

/// What a column of the queue says of an alert, in the words of the reference format where it has the field. Status is the
/// one word that tells where the alert stands: MUTED, else its disposition, else its status.
enum class AlertColumn : std::uint8_t {
    Timestamp, Severity, Type, Title, IpAddress, Country, UserId, Count, Owner, Status
};

/// The CSV of spec/monitoring.md section 8: RFC 4180, safe in a spreadsheet, CRLF line ends.
std::string alertsToCsv(std::span<const SecurityAlert> alerts);
/// A JSON array of whole alerts, two-space indent.
std::string alertsToJson(std::span<const SecurityAlert> alerts);

/// Alerts in, the text of a document out, piece after piece: those of one after another make the whole. Without columns
/// the document is the one of the specification; with some it has these alone, in this order, in JSON as members that are
/// null where an alert has none. Thread: any, one at a time.
class AlertEncoder {
public:
    explicit AlertEncoder(ExportFormat format, std::vector<AlertColumn> columns = {});

    void add(const SecurityAlert &alert);
    /// The end of the document, behind which nothing may be added.
    void finish();
    /// What was written since the last time.
    std::string take();

private:
    void addRecord(const SecurityAlert &alert);
    void addColumns(const SecurityAlert &alert);

    ExportFormat m_format;
    std::vector<AlertColumn> m_columns;
    std::string m_csv;
    JsonWriter m_json;
    bool m_finished = false;
};

/// A file of alerts, written as they come, of which no more than a piece is in memory: mode 0600, through a temporary file
/// beside it, never through a symbolic link, and over an existing file only with `overwrite`. Destroyed before finish(),
/// it leaves nothing behind. Thread: any but the GUI's, one at a time.
class AlertExport {
public:
    static Result<AlertExport> begin(const QString &path, ExportFormat format, bool overwrite,
                                     std::vector<AlertColumn> columns = {});

    Result<void> add(std::span<const SecurityAlert> alerts);
    /// Gives the file its name; answers how many alerts it holds.
    Result<std::int64_t> finish();
    std::int64_t written() const noexcept { return m_written; }

private:
    AlertExport(SecureFile file, ExportFormat format, std::vector<AlertColumn> columns)
        : m_file(std::move(file)), m_encoder(format, std::move(columns)) {}

    SecureFile m_file;
    AlertEncoder m_encoder;
    std::int64_t m_written = 0;
};

/// Told while a file is written; both may be empty.
struct ExportObserver {
    std::function<void(std::int64_t done, std::int64_t total)> progress;
    const std::atomic<bool> *cancel = nullptr;
};

/// Writes alerts to `path`, as AlertExport does. Cancelled or failed, nothing is left behind. Returns how many were
/// written (-1: cancelled). Thread: any but the GUI's.
Result<std::int64_t> exportAlerts(const QString &path, ExportFormat format, std::span<const SecurityAlert> alerts,
                                  bool overwrite, const ExportObserver &observer);

} // namespace bartizan
