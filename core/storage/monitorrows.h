// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/result.h"
#include "core/domain/mute.h"
#include "core/domain/triage.h"
#include "core/ports/configstore.h"

#include <QJsonObject>

#include <string>
#include <string_view>

namespace bartizan {

/// Which alert an audit row is about.
struct TriagedAlert {
    std::string id;
    AlertType type = AlertType::AuthenticationAnomaly;
};

/// The audit row of a step: SYSTEM_CONFIG, SUCCESS, INFO, with who as the user (spec/monitoring.md section 5).
AuditEvent triageRow(const TriagedAlert &alert, const TriageStep &step, const std::string &by, TimestampMs at);
/// The row about a step that left alerts as they were, `many` in all, of which this is the first (see bartizan.triage() in
/// resources/postgresql).
AuditEvent refusedRow(const TriagedAlert &alert, const TriageStep &step, std::size_t many, const std::string &by, TimestampMs at);
/// The audit row of undoing what history calls `undone`.
AuditEvent undoRow(const TriagedAlert &alert, std::string_view undone, const std::string &by, TimestampMs at);

/// The audit rows of setting a mute, in its own name and at its beginning, and of lifting one, which brought back so many
/// alerts (core/ports/mutes.h).
AuditEvent muteRow(const Mute &mute);
AuditEvent muteLiftRow(const Mute &mute, std::int64_t restored, const std::string &by, TimestampMs at);

/// The audit row of a change of the settings, with what differs between them.
AuditEvent settingsChangeRow(const MonitoringSettings &before, const MonitoringSettings &after, const std::string &by,
                             TimestampMs at);

/// The settings that ConfigStore::updateSettings() makes of `present`, version included: the same version means that
/// nothing changes. Fails as a whole where any part cannot be used.
Result<MonitoringSettings> updatedSettings(const MonitoringSettings &present, const QJsonObject &update,
                                           const std::string &timeZone, const std::string &geoDatabase);

/// 64-bit FNV-1a (Fowler, Noll, Vo; public domain), to tell quarantined lines apart.
std::uint64_t digestOf(std::string_view text) noexcept;

/// How much of a quarantined line is kept.
inline constexpr std::size_t kQuarantinedBytes = 4096;

} // namespace bartizan
