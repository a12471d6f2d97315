// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/securityalert.h"

#include <atomic>
#include <functional>
#include <span>
#include <string>

namespace bartizan {

/// How alerts are written to a file.
enum class ExportFormat : std::uint8_t { Csv, Json };

/// The CSV of spec/monitoring.md section 8: RFC 4180, safe in a spreadsheet, CRLF line ends.
std::string alertsToCsv(std::span<const SecurityAlert> alerts);
/// A JSON array of whole alerts, two-space indent.
std::string alertsToJson(std::span<const SecurityAlert> alerts);

/// Told while a file is written; both may be empty.
struct ExportObserver {
    std::function<void(std::int64_t done, std::int64_t total)> progress;
    const std::atomic<bool> *cancel = nullptr;
};

/// Writes alerts to `path`: mode 0600, through a temporary file beside it, never through a symbolic link, and over an
/// existing file only with `overwrite`. Cancelled or failed, nothing is left behind. Returns how many were written
/// (-1: cancelled). Thread: any but the GUI's.
Result<std::int64_t> exportAlerts(const QString &path, ExportFormat format, std::span<const SecurityAlert> alerts,
                                  bool overwrite, const ExportObserver &observer);

} // namespace bartizan
