// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>

/// Logs to measure with, the same ones each time: as large as wanted, with the spread of real traffic.
namespace bartizan::generated {

/// A week of an application's audit events as NDJSON, some 300 bytes each: from 100,000 addresses and 50,000 users (both
/// by Zipf's law) in 60 countries, one tenth of them failed logins, half of them in a session. Each line has the fields
/// that programs write; with `metadata`, an object besides. Ends the program when the file cannot be written.
void writeAuditEvents(const QString &path, std::int64_t events, bool metadata);

/// A week of the auth.log of a server that is guessed at from so many addresses: of three lines one is an attempt to
/// log in. Ends the program when the file cannot be written.
void writeAuthLog(const QString &path, std::int64_t lines, int addresses);

} // namespace bartizan::generated
