// SPDX-License-Identifier: GPL-3.0-or-later
// The monitoring settings of SqliteStore; every version is kept.
#include "core/domain/jsontext.h"
#include "core/storage/monitorrows.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::SqliteStore", text);
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
    const auto updated = updatedSettings(*present, update, timeZone, geoDatabase);
    if (!updated)
        return updated;
    const MonitoringSettings &next = *updated;
    if (next == *present)
        return next;

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
    if (auto written = insertMonitorRow(settingsChangeRow(*present, next, by, at)); !written)
        return written.error();
    if (auto done = commitRows(*transaction); !done)
        return done.error();
    return next;
}

} // namespace bartizan
