// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/connectionprofile.h"

#include <string>

namespace bartizan {

/// What a failure of the server is called, by its SQLSTATE and its own words. `cancelled`: this program asked for it.
QString serverMessage(const std::string &sqlState, const QString &said, bool cancelled);

/// The whole profile as libpq's connection string, with what makes a lost connection show within seconds.
QString connectionString(const ConnectionProfile &profile, const QString &password);

/// The parameter that says to which address to connect, whatever the host's name is.
inline constexpr QLatin1String kHostAddress("hostaddr");
/// The host and the address of a profile as libpq takes them: what it leaves open, the environment tells. A service of the
/// environment's (PGSERVICE) stands for a host, which it may name.
QString hostInUse(const ConnectionProfile &profile);
QString addressInUse(const ConnectionProfile &profile);
/// Where the server is, for people: its hosts, or their addresses, or this machine.
QString placeOf(const ConnectionProfile &profile);

/// Whether what is to be written is refused, and whether the server is a replica, of a connection that has no transaction open.
inline constexpr const char *kServerStanding = "SELECT current_setting('transaction_read_only') = 'on', pg_is_in_recovery()";
/// Why nothing can be written there; empty when it can.
QString serverReadOnlyReason(const QString &database, bool replica, bool readOnly);

/// What libpq says over several lines, in sentences one after the other.
QString inSentences(const char *said);

} // namespace bartizan
