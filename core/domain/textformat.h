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

/// What becomes of line breaks ("\n" and "\r\n"): a visible symbol, as of every control; a break ("\n") where there is
/// room for several lines; or " / ", where what people wrote in several has to stand in one.
enum class Breaks { Visible, Kept, Joined };

/// Text of the log or of people that acts on nothing: tabs, NUL and other controls become visible symbols (U+2400 block);
/// what reorders text and what has no width (zero-width blanks, joiners, soft hyphens, fillers) becomes U+FFFD, so that
/// nothing can hide, and no two names that differ look alike for it.
QString visible(const QString &text, Breaks breaks);
/// The same for one line, with visible line breaks.
QString singleLine(const QString &text);

} // namespace textformat
} // namespace bartizan
