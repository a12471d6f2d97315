// SPDX-License-Identifier: GPL-3.0-or-later
// The monitoring settings of PostgresStore; every version is kept.
#include "core/domain/jsontext.h"
#include "core/domain/zoneoffsets.h"
#include "core/storage/monitorrows.h"
#include "core/storage/postgresstore.h"

#include <QCoreApplication>

namespace bartizan {

namespace {

/// How many versions are looked at for one that can be used.
constexpr int kVersions = 20;

Result<MonitoringSettings> settingsOf(const PostgresRow &row)
{
    MonitoringSettings settings;
    settings.config = MonitoringConfig::defaults();
    settings.version = row.integer(0);
    settings.timeZone = row.string(1);
    settings.geoDatabase = row.string(3);
    auto config = merged(settings.config, jsonObjectOf(row.string(2)));
    if (!config)
        return config.error();
    if (const auto zone = ZoneOffsets::ofZone(settings.timeZone); !zone)
        return zone.error();
    settings.config = std::move(*config);
    return settings;
}

} // namespace

/// Whoever may change the settings may store, past Bartizan, what it cannot use. The engine goes on then with the version
/// before, and says so; and the next change, whose number follows the newest, sets it right.
Result<MonitoringSettings> PostgresStore::loadSettings()
{
    const auto rows = m_connection.query("SELECT version, time_zone, config, geo_database FROM bartizan.settings "
                                         "ORDER BY version DESC LIMIT " + std::to_string(kVersions));
    if (!rows)
        return rows.error();
    m_settingsWarning.clear();
    MonitoringSettings settings;
    settings.config = MonitoringConfig::defaults();
    for (int i = 0; i < rows->size(); ++i) {
        auto usable = settingsOf((*rows)[i]);
        if (usable) {
            settings = std::move(*usable);
            break;
        }
        if (i == 0) {
            m_settingsWarning = QCoreApplication::translate("bartizan::PostgresStore",
                                                            "Version %1 of the settings cannot be used, those before it "
                                                            "are: %2")
                                    .arg((*rows)[i].integer(0))
                                    .arg(usable.error().message);
        }
    }
    if (!rows->empty())
        settings.version = rows->front().integer(0);
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
        PostgresParameters values;
        values.add(present->version).add(at).add(by).add(next->timeZone).add(jsonTextOf(toJson(next->config)));
        values.add(next->geoDatabase).add(settingsChangeRow(*present, *next, by, at).metadata);
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
