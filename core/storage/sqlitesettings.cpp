// SPDX-License-Identifier: GPL-3.0-or-later
// The monitoring settings of SqliteStore; every version is kept.
#include "core/domain/jsontext.h"
#include "core/domain/zoneoffsets.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::SqliteStore", text);
}

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

AuditEvent changeRow(const QJsonObject &before, const QJsonObject &after, const std::string &by, TimestampMs at)
{
    AuditEvent row;
    row.timestamp = at;
    row.eventType = SecurityEventType::SystemConfig;
    row.origin = RowOrigin::Monitor;
    row.action = "monitoring_config_changed";
    row.context.userId = by;
    row.metadata = jsonTextOf({{QLatin1String("old"), before}, {QLatin1String("new"), after}});
    return row;
}

} // namespace

Result<MonitoringSettings> SqliteStore::loadSettings()
{
    auto statement = m_connection.prepare("SELECT version, time_zone, config, geo_database FROM settings "
                                          "ORDER BY version DESC LIMIT 1");
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    MonitoringSettings settings;
    settings.config = MonitoringConfig::defaults();
    if (!*row)
        return settings;
    settings.version = statement->integer(0);
    settings.timeZone = statement->string(1);
    settings.geoDatabase = statement->string(3);
    auto config = merged(settings.config, jsonObjectOf(statement->text(2)));
    if (!config) {
        return Error{tr("Version %1 of the settings in “%2” cannot be used: %3")
                         .arg(settings.version)
                         .arg(m_connection.path(), config.error().message)};
    }
    settings.config = std::move(*config);
    return settings;
}

Result<MonitoringSettings> SqliteStore::updateSettings(const QJsonObject &update, const std::string &timeZone,
                                                       const std::string &by, TimestampMs at,
                                                       const std::string &geoDatabase)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    auto present = loadSettings();
    if (!present)
        return present;
    auto config = merged(present->config, update);
    if (!config)
        return config.error();
    MonitoringSettings next = *present;
    next.config = std::move(*config);
    if (!timeZone.empty()) {
        if (auto zone = ZoneOffsets::ofZone(timeZone); !zone)
            return zone.error();
        next.timeZone = timeZone;
    }
    if (!geoDatabase.empty()) {
        if (!isGeoDatabase(geoDatabase)) {
            return Error{tr("geoDatabase: “%1” is neither “bundled” nor “off” nor the absolute path of a file")
                             .arg(QString::fromStdString(geoDatabase))};
        }
        next.geoDatabase = geoDatabase;
    }
    if (next == *present)
        return next;
    next.version = present->version + 1;

    const std::string text = jsonTextOf(toJson(next.config));
    {
        auto insert = m_connection.prepare("INSERT INTO settings (version, changed_at, changed_by, time_zone, config, "
                                           "geo_database) VALUES (?, ?, ?, ?, ?, ?)");
        if (!insert)
            return insert.error();
        insert->bind(1, next.version);
        insert->bind(2, at);
        insert->bind(3, std::string_view(by));
        insert->bind(4, std::string_view(next.timeZone));
        insert->bind(5, std::string_view(text));
        insert->bind(6, std::string_view(next.geoDatabase));
        if (auto done = insert->run(); !done)
            return done.error();
    }
    QJsonObject before;
    QJsonObject after;
    takeDifference(wholeOf(*present), wholeOf(next), before, after);
    if (auto written = insertMonitorRow(changeRow(before, after, by, at)); !written)
        return written.error();
    if (auto done = transaction->commit(); !done)
        return done.error();
    return next;
}

} // namespace bartizan
