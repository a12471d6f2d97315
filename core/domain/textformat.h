// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/alertstatus.h"
#include "core/domain/timestamp.h"

#include <QLocale>
#include <QString>
#include <QTimeZone>

#include <optional>

namespace bartizan {

/// How values are written for people where there is no screen: what a report shares with the console, whose own
/// functions stand in ui/theme/format.h. Numbers follow the locale (the C locale, which has no separators, is taken as
/// English); times are always in the zone given. Thread: any.
namespace textformat {

/// The default locale, or English where that is C.
QLocale locale();
/// Abbreviation of the zone at an instant: "UTC", "CET"; "UTC+05:45" where it has none.
QString zoneName(const QTimeZone &zone, TimestampMs at);
/// "2026-11-20 14:20:07 UTC"
QString clockTime(TimestampMs t, const QTimeZone &zone);
/// "2026-11-19 14:20 to 2026-11-20 14:20 UTC"; an open side is said in words.
QString timeRange(const TimeRange &range, const QTimeZone &zone);
/// "2 s", "4 min", "3 h", "12 d": one unit, rounded down; not below 0.
QString age(TimestampMs milliseconds);
/// "11 min 40 s", "3 h", "2 d 4 h": two units at most.
QString duration(double seconds);
/// "1,482"
QString count(std::int64_t value);
/// "Active", "Acknowledged", "Escalated"; of a resolved alert what it turned out to be, "False positive".
QString status(AlertStatus status, std::optional<AlertDisposition> disposition = {});

/// What stands for a character that must not act on the line it is in; 0 for one that may stand.
char16_t visibleFor(char16_t c);
/// Text of the log for one line: line breaks, tabs, NUL and other controls become visible symbols (U+2400 block),
/// bidirectional controls their U+FFFD, so that nothing can reorder or hide what stands beside it.
QString singleLine(const QString &text);

} // namespace textformat
} // namespace bartizan
