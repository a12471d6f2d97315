// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/monitoringconfig.h"
#include "core/domain/result.h"
#include "core/domain/timestamp.h"

#include <string>
#include <string_view>

namespace bartizan {

/// The two words that MonitoringSettings::geoDatabase may be instead of a path.
inline constexpr std::string_view kGeoBundled = "bundled"; ///< The one that comes with Bartizan.
inline constexpr std::string_view kGeoOff = "off";         ///< None.

/// The monitoring settings of one database: the configuration, the time zone that hours of the day are taken in, and the
/// GeoIP database that tells the country of an address (standard preset only).
struct MonitoringSettings {
    MonitoringConfig config;
    std::string timeZone = "UTC"; ///< IANA name.
    std::string geoDatabase{kGeoBundled}; ///< kGeoBundled, kGeoOff, or the absolute path of a file in MaxMind's format
                                          ///< on the machine of whoever reads the database.
    std::int64_t version = 0;     ///< Raised by every change.

    bool operator==(const MonitoringSettings &) const = default;
};

/// Where the settings are kept. Thread: the one that opened it.
class ConfigStore {
public:
    virtual ~ConfigStore() = default;

    virtual Result<MonitoringSettings> loadSettings() = 0;
    /// Applies a partial update (see merged()) and, when not empty, a new time zone and GeoIP database, in one
    /// transaction, with an audit row SYSTEM_CONFIG `monitoring_config_changed` that holds old and new values. All or
    /// nothing. Whether a file of that path can be used is not asked here: another machine may have it.
    virtual Result<MonitoringSettings> updateSettings(const QJsonObject &update, const std::string &timeZone,
                                                      const std::string &by, TimestampMs at,
                                                      const std::string &geoDatabase = {}) = 0;
};

} // namespace bartizan
