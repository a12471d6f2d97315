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

} // namespace

AuditEvent acknowledgementRow(const std::string &alertId, AlertType type, const std::string &by, TimestampMs at)
{
    AuditEvent row;
    row.timestamp = at;
    row.eventType = SecurityEventType::SystemConfig;
    row.origin = RowOrigin::Monitor;
    row.action = "alert_acknowledged";
    row.context.userId = by;
    row.metadata = "{\"alertId\":";
    appendJsonString(row.metadata, alertId);
    row.metadata += ",\"alertType\":";
    appendJsonString(row.metadata, toString(type));
    row.metadata += '}';
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
