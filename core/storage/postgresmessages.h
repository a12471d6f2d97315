// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/connectionprofile.h"

#include <string>

namespace bartizan {

/// What a failure of the server is called, by its SQLSTATE and its own words. `cancelled`: this program asked for it.
QString serverMessage(const std::string &sqlState, const QString &said, bool cancelled);

/// What of the profile goes to Qt's driver as options: all but host, database, user and password; with what makes a lost
/// connection show within seconds. Fails on what the driver cannot take.
Result<QString> driverOptions(const ConnectionProfile &profile);

/// The whole profile as libpq's connection string.
QString connectionString(const ConnectionProfile &profile, const QString &password);

/// What libpq says over several lines, in sentences one after the other.
QString inSentences(const char *said);

/// Why the server could not be reached or did not let us in; `said` is what libpq said of it.
Error explainRefusal(const ConnectionProfile &profile, const QString &password, const QString &said);


} // namespace bartizan
