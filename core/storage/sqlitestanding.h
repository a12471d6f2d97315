// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/triage.h"
#include "core/storage/sqliteconnection.h"

#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

/// Where an alert stands: all that triage sets, and what is needed to write about it.
struct Standing {
    std::int64_t seq = 0;
    AlertType type = AlertType::AuthenticationAnomaly;
    AlertStatus status = AlertStatus::New;
    std::optional<AlertDisposition> disposition;
    std::optional<std::string> owner;
    std::optional<TimestampMs> acknowledgedAt;
    std::optional<std::string> acknowledgedBy;
    std::optional<TimestampMs> resolvedAt;
    std::optional<std::string> resolvedBy;
    std::int64_t version = 0;
};

/// What triage sets, in the order that readMutable() and bindMutable() go by.
inline constexpr std::string_view kMutable =
    "status, disposition, owner, acknowledged_at, acknowledged_by, resolved_at, resolved_by, version";
/// The same of a line `h` of history, as it was before.
inline constexpr std::string_view kWas =
    "h.was_status, h.was_disposition, h.was_owner, h.was_acknowledged_at, h.was_acknowledged_by, h.was_resolved_at, "
    "h.was_resolved_by, h.was_version";

/// Reads eight columns from `column` on; false when one holds what no program of ours wrote.
bool readMutable(const SqliteStatement &row, int column, Standing &standing);
/// Binds eight parameters from `index` on.
void bindMutable(SqliteStatement &statement, int index, const Standing &standing);

/// What stands against a step of `by`, as history calls it; empty: nothing.
std::string_view objectionTo(const TriageStep &step, const Standing &standing, const std::string &by);
/// What a step of `by` makes of an alert, the version aside.
Standing standingAfter(const TriageStep &step, Standing standing, const std::string &by, TimestampMs at);

} // namespace bartizan
