// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/alertstatus.h"
#include "core/domain/timestamp.h"

#include <QLocale>
#include <QString>
#include <QTimeZone>

#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

struct SecurityAlert;

/// How the console writes values. Numbers follow the locale (the C locale, which has no separators, is taken as
/// English); times are always in the zone given. Thread: GUI.
namespace format {

/// The default locale, or English where that is C.
QLocale locale();

/// Abbreviation of the zone at an instant: "UTC", "CET"; "UTC+05:45" where it has none.
QString zoneName(const QTimeZone &zone, TimestampMs at);
/// Header of a column of times: "Time (UTC)".
QString timeHeader(const QTimeZone &zone, TimestampMs now);
/// "14:27:12" on the day of `now`, "11-19 22:54" on another, "2025-11-19" in another year.
QString tableTime(TimestampMs t, TimestampMs now, const QTimeZone &zone);
/// "2026-11-20 14:27:12.418 UTC"
QString fullTime(TimestampMs t, const QTimeZone &zone);
/// "2026-11-20 14:20:07 UTC": a clock.
QString clockTime(TimestampMs t, const QTimeZone &zone);
/// "2026-11-19 14:20 to 2026-11-20 14:20 UTC"; an open side is said in words.
QString timeRange(const TimeRange &range, const QTimeZone &zone);
/// "2 s", "4 min", "3 h", "12 d": one unit, rounded down; not below 0.
QString age(TimestampMs milliseconds);
/// "11 min 40 s", "3 h", "2 d 4 h": two units at most.
QString duration(double seconds);

/// "1,482"
QString count(std::int64_t value);
/// As count() up to 99,999; from there "1.48 M" or "123 k": three figures, for tiles and axes. Give the exact number too.
QString shortCount(std::int64_t value);
/// "×37"; 1 is "1" (draw it muted).
QString repeat(std::int64_t times);
/// "−4.82", "−12": U+2212, two decimals only where it is not whole; 0 is "0".
QString deduction(double points);
/// "64.18", "70": two decimals only where it is not whole.
QString score(double value);
/// "29%"; of 0 it is "0%".
QString share(std::int64_t part, std::int64_t whole);

/// "Account enumeration"
QString alertType(AlertType type);
/// "Password reset"
QString eventType(SecurityEventType type);
/// The stored words: "HIGH", "RATE_LIMITED".
QString severity(AlertSeverity severity);
QString auditSeverity(AuditSeverity severity);
QString threatLevel(ThreatLevel level);
QString outcome(AuditOutcome outcome);
/// "Active", "Acknowledged", "Escalated"; of a resolved alert what it turned out to be, "False positive".
QString status(AlertStatus status, std::optional<AlertDisposition> disposition = {});
/// The same of an alert; "Muted" of one that a mute keeps out of the queue.
QString status(const SecurityAlert &alert);
QString mutedStatus();

/// Text of the log as text: UTF-8 read leniently, nothing taken away.
QString text(std::string_view utf8);
/// Text of the log for one line on screen: line breaks, tabs, NUL and other controls become visible symbols (U+2400
/// block), bidirectional controls their U+FFFD, so that nothing can reorder or hide what stands beside it.
QString singleLine(std::string_view utf8);
QString singleLine(const QString &text);
/// Text for setToolTip(): escaped, so that it is shown as it is and never read as rich text. Long text is cut.
QString toolTip(const QString &text);

} // namespace format
} // namespace bartizan
