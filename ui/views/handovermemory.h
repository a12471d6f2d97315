// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <QString>

#include <optional>

/// What the console remembers for the next handover, for this user on this computer. Thread: GUI.
namespace bartizan::handovermemory {

/// Notes that a database is being left: with the console, or for another one.
void noteLeft(const QString &database, TimestampMs at);
/// Notes that a handover of a database was copied or saved, which told everything since the user left up to a moment.
void noteHandedOver(const QString &database, TimestampMs until);
/// When the next handover of a database begins: when it was left last, or behind the last handover where that
/// was later. nullopt: neither has happened yet.
std::optional<TimestampMs> sinceLeft(const QString &database);

} // namespace bartizan::handovermemory
