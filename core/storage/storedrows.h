// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/mute.h"
#include "core/domain/securityalert.h"

#include <string_view>

namespace bartizan {

/// What is the same in every database: which columns make an audit row, an alert and a mute, and in which order. A
/// `Row` is the present row of a query, with integer(), isNull(), and beside it readText(), for a text and an optional
/// one, and readFlag(). Thread: any.

/// Columns of an alert in the order that readStoredAlert() expects.
inline constexpr std::string_view kAlertColumns =
    "seq, id, timestamp, severity, type, event_type, acknowledged, acknowledged_at, acknowledged_by, event_id, title, "
    "description, user_id, company_id, platform_user_id, ip_address, user_agent, country, session_id, request_id, "
    "metadata, rule, alert_group, repeats, last_repeat_at, status, disposition, owner, resolved_at, resolved_by, version, "
    "mute";
inline constexpr int kAlertColumnCount = 32;

/// The enumerator a column holds; false when the number is none, which only a damaged database has.
template<typename Row, typename E>
bool readEnum(const Row &row, int column, E &value)
{
    const std::int64_t number = row.integer(column);
    if (row.isNull(column) || number < 0 || number >= static_cast<std::int64_t>(enumCount<E>()))
        return false;
    value = static_cast<E>(number);
    return true;
}

template<typename Row>
void readTime(const Row &row, int column, std::optional<TimestampMs> &time)
{
    if (!row.isNull(column))
        time = row.integer(column);
}

/// The texts of as many columns, from `column` on.
template<typename Row, typename... Text>
void readTexts(const Row &row, int column, Text &...texts)
{
    (readText(row, column++, texts), ...);
}

/// The eight texts of a context from `column` on.
template<typename Row>
void readContext(const Row &row, int column, EventContext &context)
{
    readTexts(row, column, context.userId, context.companyId, context.platformUserId, context.ipAddress,
              context.userAgent, context.country, context.sessionId, context.requestId);
}

/// Key, time, type, outcome, severity, origin, action, the context, metadata, error message, whether it was imported.
/// False when it is damaged.
template<typename Row>
bool readStoredEvent(const Row &row, AuditEvent &event)
{
    event.id = row.integer(0);
    event.timestamp = row.integer(1);
    const std::int64_t origin = row.integer(5);
    if (!readEnum(row, 2, event.eventType) || !readEnum(row, 3, event.outcome) || !readEnum(row, 4, event.severity)
        || origin < 0 || origin > 1)
        return false;
    event.origin = static_cast<RowOrigin>(origin);
    readText(row, 6, event.action);
    readContext(row, 7, event.context);
    readTexts(row, 15, event.metadata, event.errorMessage);
    event.imported = readFlag(row, 17);
    return true;
}

/// kAlertColumns. False when it is damaged.
template<typename Row>
bool readStoredAlert(const Row &row, SecurityAlert &alert)
{
    readText(row, 1, alert.id);
    alert.timestamp = row.integer(2);
    if (!readEnum(row, 3, alert.severity) || !readEnum(row, 4, alert.type) || !readEnum(row, 5, alert.eventType))
        return false;
    alert.acknowledged = readFlag(row, 6);
    readTime(row, 7, alert.acknowledgedAt);
    readText(row, 8, alert.acknowledgedBy);
    alert.eventId = row.integer(9);
    readTexts(row, 10, alert.title, alert.description);
    readContext(row, 12, alert.context);
    readTexts(row, 20, alert.metadata, alert.rule, alert.group);
    alert.repeats = row.integer(23);
    readTime(row, 24, alert.lastRepeatAt);
    if (!readEnum(row, 25, alert.status) || (!row.isNull(26) && !readEnum(row, 26, alert.disposition.emplace())))
        return false;
    readText(row, 27, alert.owner);
    readTime(row, 28, alert.resolvedAt);
    readText(row, 29, alert.resolvedBy);
    alert.version = row.integer(30);
    readText(row, 31, alert.mute);
    return true;
}

/// Columns of a mute in the order that readStoredMute() expects.
inline constexpr std::string_view kMuteColumns =
    "id, rule, alert_group, network, company_id, reason, alert_id, created_by, created_at, expires_at, lifted_by, "
    "lifted_at, restored, alerts, hits, last_hit_at";

template<typename Row>
Mute readStoredMute(const Row &row)
{
    Mute mute;
    readTexts(row, 0, mute.id, mute.rule, mute.group, mute.network, mute.company, mute.reason, mute.alertId, mute.by);
    mute.createdAt = row.integer(8);
    mute.expiresAt = row.integer(9);
    readText(row, 10, mute.liftedBy);
    readTime(row, 11, mute.liftedAt);
    mute.restored = readFlag(row, 12);
    mute.alerts = row.integer(13);
    mute.hits = row.integer(14);
    readTime(row, 15, mute.lastHitAt);
    return mute;
}

} // namespace bartizan
