// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/monitoringconfig.h"
#include "core/domain/mute.h"
#include "core/domain/securityalert.h"
#include "core/domain/securitymetrics.h"
#include "core/report/jsonwriter.h"

#include <span>

namespace bartizan {

/// A whole alert: id, timestamp, severity, type, title, description, eventType, context (only the fields present),
/// metadata, acknowledged, acknowledgedBy, acknowledgedAt (null when absent); of an alert that suppressed hits
/// repeats and lastRepeatAt; of one that triage took further status, disposition, owner, resolvedBy and resolvedAt, as
/// far as there are any; of one that a mute hid mute, its id. Rule and group stand in the metadata and the context already.
void writeAlert(JsonWriter &json, const SecurityAlert &alert);

/// A mute: id, rule, group, network, company, reason, alertId, by, createdAt, expiresAt, liftedBy, liftedAt, lastHitAt (as
/// far as there are any), restored, alerts, hits, and inForce, as of `at`.
void writeMute(JsonWriter &json, const Mute &mute, TimestampMs at);

/// How a member without a value is written.
enum class Absent { AsNull, LeftOut };
/// The members of such an object, for a caller who adds some of his own.
void writeAlertMembers(JsonWriter &json, const SecurityAlert &alert, Absent absent = Absent::AsNull);
/// The members of a context that are present, without the braces.
void writeContextMembers(JsonWriter &json, const EventContext &context);

/// Whether an event shows its row key.
enum class EventId { Shown, Hidden };

/// An audit row as `bartizanctl import` and `replay` read it: absent fields are left out. With the key it is for
/// reading; without, a line of NDJSON that can be imported again.
void writeEvent(JsonWriter &json, const AuditEvent &event, EventId id);

/// The metrics of spec/monitoring.md section 7. Types and countries that did not occur are left out.
void writeMetrics(JsonWriter &json, const SecurityMetrics &metrics);

/// threatLevel, riskFactors and recommendations of spec/monitoring.md section 8, as members of the object that is
/// being written.
void writeIpThreat(JsonWriter &json, const IpThreat &threat);

/// The configuration, in the order of spec/monitoring.md section 2; whole, or only what that section names.
enum class ConfigExtent { Whole, Section2 };
void writeConfig(JsonWriter &json, const MonitoringConfig &config, ConfigExtent extent = ConfigExtent::Whole);
/// Its members, for a caller who adds some of his own.
void writeConfigMembers(JsonWriter &json, const MonitoringConfig &config, ConfigExtent extent = ConfigExtent::Whole);

/// One alert with its history (line by line with comments; "undone" where one was taken back), or one event, as a
/// document of its own, two-space indent, no line end ("Copy as JSON").
std::string toJsonText(const SecurityAlert &alert, std::span<const AlertHistoryEntry> history);
std::string toJsonText(const AuditEvent &event);

} // namespace bartizan
