// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/monitoringconfig.h"
#include "core/domain/result.h"
#include "core/domain/timestamp.h"

#include <string>

namespace bartizan {

/// The monitoring settings of one database: the configuration, and the time zone that hours of the day are taken in.
struct MonitoringSettings {
    MonitoringConfig config;
    std::string timeZone = "UTC"; ///< IANA name.
    std::int64_t version = 0;     ///< Raised by every change.

    bool operator==(const MonitoringSettings &) const = default;
};

/// Where the settings are kept. Thread: the one that opened it.
class ConfigStore {
public:
    virtual ~ConfigStore() = default;

    virtual Result<MonitoringSettings> loadSettings() = 0;
    /// Applies a partial update (see merged()) and, when not empty, a new time zone, in one transaction, with an
    /// audit row SYSTEM_CONFIG `monitoring_config_changed` that holds old and new values. All or nothing.
    virtual Result<MonitoringSettings> updateSettings(const QJsonObject &update, const std::string &timeZone,
                                                      const std::string &by, TimestampMs at) = 0;
};

} // namespace bartizan
