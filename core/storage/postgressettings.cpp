// SPDX-License-Identifier: GPL-3.0-or-later
// The monitoring settings of PostgresStore; every version is kept.
#include "core/domain/jsontext.h"
#include "core/storage/monitorrows.h"
#include "core/storage/postgresstore.h"

#include <QCoreApplication>

namespace bartizan {

Result<MonitoringSettings> PostgresStore::loadSettings()
{
    const auto rows = m_connection.query("SELECT version, time_zone, config, geo_database FROM bartizan.settings "
                                         "ORDER BY version DESC LIMIT 1");
    if (!rows)
        return rows.error();
    MonitoringSettings settings;
    settings.config = MonitoringConfig::defaults();
    if (rows->empty())
        return settings;
    const PostgresRow row = rows->front();
    settings.version = row.integer(0);
    settings.timeZone = row.string(1);
    settings.geoDatabase = row.string(3);
    auto config = merged(settings.config, jsonObjectOf(row.string(2)));
    if (!config) {
        return m_connection.error(QCoreApplication::translate("bartizan::PostgresStore",
                                                              "version %1 of the settings cannot be used: %2")
                                      .arg(settings.version)
                                      .arg(config.error().message));
    }
    settings.config = std::move(*config);
    return settings;
}

Result<MonitoringSettings> PostgresStore::updateSettings(const QJsonObject &update, const std::string &timeZone,
                                                         const std::string &by, TimestampMs at,
                                                         const std::string &geoDatabase)
{
    // Where somebody else changes them at the same moment, the update is made of what he left.
    while (true) {
        auto transaction = beginWriting();
        if (!transaction)
            return transaction.error();
        const auto present = loadSettings();
        if (!present)
            return present;
        const auto next = updatedSettings(*present, update, timeZone, geoDatabase);
        if (!next || *next == *present)
            return next;
        PostgresJson change;
        change.record(settingsChangeRow(*present, *next, by, at));
        std::string record = change.take();
        record = record.substr(1, record.size() - 2); // The one record, without the array around it.
        PostgresParameters values;
        values.add(present->version).add(at).add(by).add(next->timeZone).add(jsonTextOf(toJson(next->config)));
        values.add(next->geoDatabase).raw(std::move(record));
        const auto saved = m_connection.query(
            "SELECT bartizan.save_settings($1::bigint, $2::bigint, $3, $4, $5, $6, $7::json)", values);
        if (!saved)
            return saved.error();
        if (!saved->front().boolean(0))
            continue;
        if (auto done = transaction->commit(); !done)
            return done.error();
        return *next;
    }
}

} // namespace bartizan
