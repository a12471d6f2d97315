// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/timestamp.h"

#include <QTimeZone>

#include <optional>
#include <string_view>

namespace bartizan {

/// A wall-clock time in some zone, as instants. Remembers the zone's offset of the quarter of an hour it was last asked
/// about, so that a log costs one look into the zone's rules a quarter. Thread: one at a time.
class LocalTime {
public:
    /// Fails when `zone` is no IANA name that this machine knows.
    static Result<LocalTime> of(std::string_view zone);

    /// The instant of `seconds` since 1970-01-01 on the wall clock. A time that the clock skipped is taken with the
    /// offset before the change. One that occurred twice is taken the first time, unless that lies more than a minute
    /// before `previous`: then the log has gone past it.
    TimestampMs toUtc(std::int64_t seconds, TimestampMs previous);
    /// The wall clock's seconds since 1970-01-01 at an instant.
    std::int64_t toLocal(TimestampMs instant) const;

private:
    explicit LocalTime(QTimeZone zone) : m_zone(std::move(zone)) {}
    std::int64_t offsetAt(std::int64_t utcSeconds) const;

    QTimeZone m_zone;
    std::int64_t m_quarter = std::numeric_limits<std::int64_t>::min();
    std::int64_t m_offset = 0; ///< Seconds east of UTC.
    std::int64_t m_second = 0; ///< The other offset, where the quarter occurred twice.
};

/// The stamp at the start of a syslog line, as written.
struct SyslogStamp {
    int month = 0; ///< 1 to 12; 0: the stamp is absolute.
    int day = 0;
    int secondOfDay = 0;
    int milliseconds = 0;
    TimestampMs absolute = 0; ///< ISO stamps: the instant, or the wall clock's milliseconds when it names no offset.
    bool hasOffset = false;
};

/// Takes "Mar  3 00:17:22 " or "2026-11-20T14:27:12.418+01:00 " from the front of `line`, with "<86>" before it if
/// there is one; nullopt, and `line` as it was, when there is no such stamp.
std::optional<SyslogStamp> takeStamp(std::string_view &line) noexcept;

/// Which year stamps without one belong to.
struct YearPlan {
    /// The log is in the order of time: the first stamp lies in `year`, and each step back by more than half a year
    /// is a New Year. Otherwise each stamp is on its own.
    bool inOrder = false;
    /// The year of the first stamp when in order; else the year of all stamps. Absent: for each stamp the latest year
    /// in which it does not lie in the future.
    std::optional<int> year;
    TimestampMs now = 0;
};

/// Reads all stamps of a log once, before it is imported, to find its years.
class YearSurvey {
public:
    /// Looks at one stamp, in the order of the file.
    void add(const SyslogStamp &stamp) noexcept;
    /// What is known of the years now: for a log in order, the latest year in which nothing in it lies in the future;
    /// `year`, when given, is the first stamp's.
    YearPlan plan(std::optional<int> year, TimestampMs now, const LocalTime &zone) const;
    /// Whether any stamp had no year.
    bool needed() const noexcept { return m_seen; }

private:
    bool m_seen = false;
    bool m_inOrder = true;
    int m_offset = 0;              ///< New Years so far.
    std::int64_t m_previous = 0;   ///< Second of the year, by months of 31 days.
    std::int64_t m_latest = 0;     ///< The greatest of the last year.
    SyslogStamp m_latestStamp;
    std::optional<int> m_leapOffset; ///< The last year that had a 29 February.
};

/// Turns stamps into instants, line after line. Thread: one at a time.
class SyslogClock {
public:
    SyslogClock(LocalTime zone, YearPlan plan);

    /// The instant of a stamp; nullopt when there is no such day in its year.
    std::optional<TimestampMs> instant(const SyslogStamp &stamp);

private:
    std::optional<TimestampMs> inYear(const SyslogStamp &stamp, int year);

    LocalTime m_zone;
    YearPlan m_plan;
    int m_thisYear = 0;
    int m_year = 0;
    int m_newYears = 0;
    std::int64_t m_previousOfYear = -1;
    TimestampMs m_previous = std::numeric_limits<TimestampMs>::min();
    int m_dayKey = -1; ///< Year, month and day of m_dayStart.
    std::int64_t m_dayStart = 0;
};

} // namespace bartizan
