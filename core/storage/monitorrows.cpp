// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/monitorrows.h"

#include "core/domain/jsontext.h"
#include "core/domain/zoneoffsets.h"

#include <QCoreApplication>

namespace bartizan {
namespace {

/// Puts what differs between two objects, key by key, into `before` and `after`.
void takeDifference(const QJsonObject &from, const QJsonObject &to, QJsonObject &before, QJsonObject &after)
{
    for (auto it = to.begin(); it != to.end(); ++it) {
        const QJsonValue old = from.value(it.key());
        if (old == it.value())
            continue;
        if (old.isObject() && it.value().isObject()) {
            QJsonObject oldPart;
            QJsonObject newPart;
            takeDifference(old.toObject(), it.value().toObject(), oldPart, newPart);
            before.insert(it.key(), oldPart);
            after.insert(it.key(), newPart);
        } else {
            before.insert(it.key(), old);
            after.insert(it.key(), it.value());
        }
    }
}

QJsonObject wholeOf(const MonitoringSettings &settings)
{
    QJsonObject whole = toJson(settings.config);
    whole.insert(QLatin1String("timeZone"), QString::fromStdString(settings.timeZone));
    whole.insert(QLatin1String("geoDatabase"), QString::fromStdString(settings.geoDatabase));
    return whole;
}

bool isGeoDatabase(const std::string &value)
{
    const bool path = value.starts_with('/') && value.size() < 4096 && value.find('\0') == std::string::npos;
    return value == kGeoBundled || value == kGeoOff || path;
}

AuditEvent rowOf(std::string_view historyAction, const std::string &by, TimestampMs at)
{
    AuditEvent row;
    row.timestamp = at;
    row.eventType = SecurityEventType::SystemConfig;
    row.origin = RowOrigin::Monitor;
    row.action = auditActionOf(historyAction);
    row.context.userId = by;
    return row;
}

/// {"alertId": …, "alertType": …, and `key`: `value` unless that is empty}
std::string metadataOf(const TriagedAlert &alert, std::string_view key, std::string_view value)
{
    std::string metadata = "{\"alertId\":";
    appendJsonString(metadata, alert.id);
    metadata += ",\"alertType\":";
    appendJsonString(metadata, toString(alert.type));
    if (!value.empty()) {
        metadata += ',';
        appendJsonString(metadata, key);
        metadata += ':';
        appendJsonString(metadata, value);
    }
    return metadata + '}';
}

QJsonObject metadataOf(const Mute &mute)
{
    return {{QLatin1String("muteId"), QString::fromStdString(mute.id)},
            {QLatin1String("rule"), QString::fromStdString(mute.rule)},
            {QLatin1String("group"), QString::fromStdString(mute.group)}};
}

} // namespace

AuditEvent triageRow(const TriagedAlert &alert, const TriageStep &step, const std::string &by, TimestampMs at)
{
    AuditEvent row = rowOf(actionOf(step.kind), by, at);
    const bool resolves = step.kind == TriageKind::Resolve;
    row.metadata = metadataOf(alert, "disposition", resolves ? toString(step.disposition) : std::string_view());
    return row;
}

AuditEvent refusedRow(const TriagedAlert &alert, const TriageStep &step, std::size_t many, const std::string &by, TimestampMs at)
{
    AuditEvent row = triageRow(alert, step, by, at);
    row.action = auditActionOf(refusalOf(step.kind));
    row.outcome = AuditOutcome::Failure;
    row.metadata.pop_back();
    row.metadata += ",\"alerts\":" + std::to_string(many) + ",\"step\":";
    appendJsonString(row.metadata, step.id);
    row.metadata += '}';
    return row;
}

AuditEvent undoRow(const TriagedAlert &alert, std::string_view undone, const std::string &by, TimestampMs at)
{
    AuditEvent row = rowOf("undone", by, at);
    row.metadata = metadataOf(alert, "undone", auditActionOf(undone));
    return row;
}

AuditEvent muteRow(const Mute &mute)
{
    AuditEvent row = rowOf(kHistoryMuteSet, mute.by, mute.createdAt);
    QJsonObject metadata = metadataOf(mute);
    if (!mute.network.empty())
        metadata.insert(QLatin1String("network"), QString::fromStdString(mute.network));
    if (mute.company)
        metadata.insert(QLatin1String("company"), QString::fromStdString(*mute.company));
    if (!mute.alertId.empty())
        metadata.insert(QLatin1String("alertId"), QString::fromStdString(mute.alertId));
    metadata.insert(QLatin1String("expiresAt"), QString::fromStdString(formatIso(mute.expiresAt)));
    row.metadata = jsonTextOf(metadata);
    return row;
}

AuditEvent muteLiftRow(const Mute &mute, std::int64_t restored, const std::string &by, TimestampMs at)
{
    AuditEvent row = rowOf(kHistoryMuteLifted, by, at);
    QJsonObject metadata = metadataOf(mute);
    metadata.insert(QLatin1String("restored"), static_cast<qint64>(restored));
    row.metadata = jsonTextOf(metadata);
    return row;
}

AuditEvent settingsChangeRow(const MonitoringSettings &before, const MonitoringSettings &after, const std::string &by,
                             TimestampMs at)
{
    QJsonObject from;
    QJsonObject to;
    takeDifference(wholeOf(before), wholeOf(after), from, to);
    AuditEvent row;
    row.timestamp = at;
    row.eventType = SecurityEventType::SystemConfig;
    row.origin = RowOrigin::Monitor;
    row.action = "monitoring_config_changed";
    row.context.userId = by;
    row.metadata = jsonTextOf({{QLatin1String("old"), from}, {QLatin1String("new"), to}});
    return row;
}

Result<MonitoringSettings> updatedSettings(const MonitoringSettings &present, const QJsonObject &update,
                                           const std::string &timeZone, const std::string &geoDatabase)
{
    auto config = merged(present.config, update);
    if (!config)
        return config.error();
    MonitoringSettings next = present;
    next.config = std::move(*config);
    if (!timeZone.empty()) {
        if (auto zone = ZoneOffsets::ofZone(timeZone); !zone)
            return zone.error();
        next.timeZone = timeZone;
    }
    if (!geoDatabase.empty()) {
        if (!isGeoDatabase(geoDatabase)) {
            return Error{QCoreApplication::translate("bartizan::SqliteStore",
                                                     "geoDatabase: “%1” is neither “bundled” nor “off” nor the absolute "
                                                     "path of a file")
                             .arg(QString::fromStdString(geoDatabase))};
        }
        next.geoDatabase = geoDatabase;
    }
    if (next != present)
        next.version = present.version + 1;
    return next;
}

std::uint64_t digestOf(std::string_view text) noexcept
{
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

} // namespace bartizan
