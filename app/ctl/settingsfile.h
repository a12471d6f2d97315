// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QJsonObject>
#include <QString>

#include <string>

namespace bartizan::ctl {

/// The two settings that stand beside the sections of the configuration.
inline constexpr QLatin1String kTimeZone("timeZone");
inline constexpr QLatin1String kGeoDatabase("geoDatabase");

/// What a change brings: a partial update of the configuration and, when not empty, a time zone and a GeoIP database.
struct SettingsChange {
    QJsonObject update;
    std::string timeZone;
    std::string geoDatabase;
};

/// Checks “bundled”, “off” or the path of a GeoIP database, which comes back absolute.
Result<std::string> geoDatabaseOf(const QString &value);

/// Settings from a file as `config --json` prints it ("-": standard input), whole or in part; a timeZone and a
/// geoDatabase may stand beside the sections. The update is not looked through; merged() does that.
Result<SettingsChange> settingsOfFile(const QString &path);

} // namespace bartizan::ctl
