// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstddef>

namespace bartizan::queuedatabase {

/// Alerts that a step of triage takes.
inline constexpr std::size_t kBulk = 100'000;

/// Fills a database with alerts and events of the last 20 days.
bool fill(const QString &path, int alerts, int events);
/// What somebody else does in a process of his own, in one transaction: acknowledges the newest active alerts in a step of
/// this id, or takes it back.
bool act(const QString &path, const QString &step, bool back);
/// Lets the engine begin behind the events that there are, as where one has run all the time.
bool passEvents(const QString &path);

} // namespace bartizan::queuedatabase
