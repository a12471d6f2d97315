// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/syslogclock.h"

#include "core/ingest/importtext.h"

#include <QDateTime>

#include <algorithm>
#include <array>

namespace bartizan {
namespace {

constexpr std::int64_t kQuarter = 15 * 60;
constexpr std::int64_t kDaySeconds = 24 * 60 * 60;
/// A log that is still being written holds stamps a little later than the instant at which its import began.
constexpr TimestampMs kPresentSlack = kMinute;
/// A step back by more than this is a New Year; a shorter one, beyond kJitter, is disorder.
constexpr std::int64_t kHalfYear = 183 * kDaySeconds;
constexpr std::int64_t kJitter = kDaySeconds;
/// A step back by no more than this keeps a time that occurs twice in its first occurrence.
constexpr TimestampMs kBackwards = kMinute;

bool isDigit(char c) noexcept { return c >= '0' && c <= '9'; }

int twoDigits(const char *p) noexcept { return isDigit(p[0]) && isDigit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : -1; }

int monthOf(const char *p) noexcept
{
    constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (std::size_t i = 0; i < 12; ++i) {
        if (names[i * 3] == p[0] && names[i * 3 + 1] == p[1] && names[i * 3 + 2] == p[2])
            return static_cast<int>(i) + 1;
    }
    return 0;
}

bool isLeap(int year) noexcept { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int daysIn(int month, int year) noexcept
{
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && isLeap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

/// A measure that orders the stamps of one year.
std::int64_t ofYear(const SyslogStamp &stamp) noexcept
{
    return ((stamp.month - 1) * 31 + stamp.day - 1) * kDaySeconds + stamp.secondOfDay;
}

/// How one stamp of a log in order follows another; both as ofYear() measures.
enum class Step { On, NewYear, BackOverNewYear, Disorder };

Step stepTo(std::int64_t at, std::int64_t previous) noexcept
{
    constexpr std::int64_t year = 12 * 31 * kDaySeconds;
    if (at < previous - kHalfYear)
        return Step::NewYear;
    if (previous + year - at < kJitter)
        return Step::BackOverNewYear;
    return at < previous - kJitter ? Step::Disorder : Step::On;
}

int yearOf(std::int64_t localSeconds)
{
    return QDateTime::fromSecsSinceEpoch(localSeconds, Qt::UTC).date().year();
}

/// "<86>" in front of what a relay wrote down.
std::size_t priorityLength(std::string_view line) noexcept
{
    if (line.empty() || line[0] != '<')
        return 0;
    std::size_t at = 1;
    while (at < line.size() && at < 4 && isDigit(line[at]))
        ++at;
    return at > 1 && at < line.size() && line[at] == '>' ? at + 1 : 0;
}

std::size_t takeFraction(std::string_view line, std::size_t at, int &milliseconds) noexcept
{
    if (at + 1 >= line.size() || line[at] != '.' || !isDigit(line[at + 1]))
        return at;
    int weight = 100;
    for (++at; at < line.size() && isDigit(line[at]); ++at, weight /= 10)
        milliseconds += (line[at] - '0') * weight;
    return at;
}

/// "Mar  3 00:17:22"; also "Mar 3" and "Mar 03".
std::optional<SyslogStamp> takeBsd(std::string_view &line) noexcept
{
    SyslogStamp stamp;
    const char *const p = line.data();
    std::size_t at = 4;
    if (line.size() < 14 || p[3] != ' ' || (stamp.month = monthOf(p)) == 0)
        return std::nullopt;
    if (p[at] == ' ')
        ++at;
    for (int digits = 0; digits < 2 && isDigit(p[at]); ++digits)
        stamp.day = stamp.day * 10 + (p[at++] - '0');
    if (stamp.day < 1 || stamp.day > daysIn(stamp.month, 2000) || p[at] != ' ' || line.size() < at + 9)
        return std::nullopt;
    const int hour = twoDigits(p + at + 1);
    const int minute = twoDigits(p + at + 4);
    const int second = twoDigits(p + at + 7);
    // 60 is a leap second; it is taken for the last one before it.
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 || p[at + 3] != ':'
        || p[at + 6] != ':')
        return std::nullopt;
    stamp.secondOfDay = hour * 3600 + minute * 60 + std::min(second, 59);
    at = takeFraction(line, at + 9, stamp.milliseconds);
    if (at < line.size() && line[at] != ' ' && line[at] != ':')
        return std::nullopt;
    line.remove_prefix(std::min(line.size(), at + 1));
    return stamp;
}

std::optional<SyslogStamp> takeIso(std::string_view &line) noexcept
{
    if (line.size() < 19 || line[4] != '-' || !isDigit(line[0]))
        return std::nullopt;
    const std::size_t end = std::min(line.find(' ', 11), line.size());
    const std::string_view text = line.substr(0, end);
    const auto instant = parseIso(text);
    if (!instant)
        return std::nullopt;
    SyslogStamp stamp;
    stamp.absolute = *instant;
    stamp.hasOffset = text.find_first_of("Zz+-", 11) != std::string_view::npos;
    line.remove_prefix(std::min(line.size(), end + 1));
    return stamp;
}

} // namespace

Result<LocalTime> LocalTime::of(std::string_view zone)
{
    const QByteArray name(zone.data(), static_cast<qsizetype>(zone.size()));
    const QTimeZone found = name == "UTC" ? QTimeZone::utc() : QTimeZone(name);
    if (!found.isValid())
        return Error{ImportText::tr("\"%1\" is no time zone that this machine knows").arg(QString::fromUtf8(name))};
    return LocalTime(found);
}

std::int64_t LocalTime::offsetAt(std::int64_t utcSeconds) const
{
    return m_zone.offsetFromUtc(QDateTime::fromSecsSinceEpoch(utcSeconds, Qt::UTC));
}

std::int64_t LocalTime::toLocal(TimestampMs instant) const
{
    const std::int64_t seconds = instant / kSecond;
    return seconds + offsetAt(seconds);
}

TimestampMs LocalTime::toUtc(std::int64_t seconds, TimestampMs previous)
{
    const std::int64_t quarter = seconds >= 0 ? seconds / kQuarter : (seconds - kQuarter + 1) / kQuarter;
    if (quarter != m_quarter) {
        // The offsets of the day before and after enclose whatever change there is at this time.
        const std::int64_t before = offsetAt(seconds - kDaySeconds);
        const std::int64_t after = offsetAt(seconds + kDaySeconds);
        const bool beforeHolds = offsetAt(seconds - before) == before;
        const bool afterHolds = offsetAt(seconds - after) == after;
        m_quarter = quarter;
        m_offset = beforeHolds || !afterHolds ? before : after;
        m_second = beforeHolds && afterHolds ? after : m_offset;
    }
    const TimestampMs first = (seconds - m_offset) * kSecond;
    if (m_second == m_offset || previous <= first + kBackwards)
        return first;
    return (seconds - m_second) * kSecond;
}

std::optional<SyslogStamp> takeStamp(std::string_view &line) noexcept
{
    std::string_view rest = line.substr(priorityLength(line));
    auto stamp = takeBsd(rest);
    if (!stamp)
        stamp = takeIso(rest);
    if (stamp)
        line = rest;
    return stamp;
}

void YearSurvey::add(const SyslogStamp &stamp) noexcept
{
    if (stamp.month == 0)
        return;
    const std::int64_t at = ofYear(stamp);
    const Step step = m_seen ? stepTo(at, m_previous) : Step::On;
    if (step == Step::BackOverNewYear && m_offset > 0)
        return;
    if (step == Step::NewYear) {
        ++m_offset;
        m_latest = -1;
    } else if (step == Step::Disorder) {
        m_inOrder = false;
    }
    m_seen = true;
    m_previous = at;
    if (at >= m_latest) {
        m_latest = at;
        m_latestStamp = stamp;
    }
    if (stamp.month == 2 && stamp.day == 29)
        m_leapOffset = m_offset;
}

YearPlan YearSurvey::plan(std::optional<int> year, TimestampMs now, const LocalTime &zone) const
{
    if (!m_inOrder || year || !m_seen)
        return {m_inOrder && m_seen, year, now};
    LocalTime local = zone;
    int last = yearOf(local.toLocal(now));
    const auto lastInstant = [&](int lastYear) {
        const int day = std::min(m_latestStamp.day, daysIn(m_latestStamp.month, lastYear));
        return local.toUtc(daysFromCivil(lastYear, static_cast<unsigned>(m_latestStamp.month),
                                         static_cast<unsigned>(day)) * kDaySeconds + m_latestStamp.secondOfDay,
                           std::numeric_limits<TimestampMs>::min());
    };
    if (lastInstant(last) > now + kPresentSlack)
        --last;
    while (m_leapOffset && !isLeap(last - m_offset + *m_leapOffset))
        --last;
    return {true, last - m_offset, now};
}

SyslogClock::SyslogClock(LocalTime zone, YearPlan plan) : m_zone(std::move(zone)), m_plan(plan)
{
    m_thisYear = yearOf(m_zone.toLocal(m_plan.now));
    m_year = m_plan.year.value_or(m_thisYear);
}

std::optional<TimestampMs> SyslogClock::inYear(const SyslogStamp &stamp, int year)
{
    const int key = (year * 12 + stamp.month - 1) * 31 + stamp.day - 1;
    if (key != m_dayKey) {
        if (stamp.day > daysIn(stamp.month, year))
            return std::nullopt;
        m_dayKey = key;
        m_dayStart = daysFromCivil(year, static_cast<unsigned>(stamp.month), static_cast<unsigned>(stamp.day))
            * kDaySeconds;
    }
    return m_zone.toUtc(m_dayStart + stamp.secondOfDay, m_previous) + stamp.milliseconds;
}

std::optional<TimestampMs> SyslogClock::instant(const SyslogStamp &stamp)
{
    std::optional<TimestampMs> found;
    if (stamp.month == 0) {
        const TimestampMs fraction = ((stamp.absolute % kSecond) + kSecond) % kSecond;
        found = stamp.hasOffset ? stamp.absolute
                                : m_zone.toUtc((stamp.absolute - fraction) / kSecond, m_previous) + fraction;
    } else if (m_plan.inOrder) {
        const std::int64_t at = ofYear(stamp);
        const Step step = m_previousOfYear >= 0 ? stepTo(at, m_previousOfYear) : Step::On;
        const bool back = step == Step::BackOverNewYear && m_newYears > 0;
        if (step == Step::NewYear) {
            ++m_year;
            ++m_newYears;
        }
        if (!back)
            m_previousOfYear = at;
        found = inYear(stamp, back ? m_year - 1 : m_year);
    } else if (m_plan.year) {
        found = inYear(stamp, *m_plan.year);
    } else {
        found = inYear(stamp, m_thisYear);
        // At most eight years lie between two leap days.
        for (int year = m_thisYear - 1; (!found || *found > m_plan.now + kPresentSlack) && year >= m_thisYear - 9; --year)
            found = inYear(stamp, year);
    }
    if (found)
        m_previous = *found;
    return found;
}

} // namespace bartizan
