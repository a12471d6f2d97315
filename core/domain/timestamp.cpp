// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/timestamp.h"

#include <algorithm>
#include <array>

namespace bartizan {
namespace {

struct Civil {
    std::int64_t year;
    unsigned month;
    unsigned day;
};

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (public domain).
Civil civilFromDays(std::int64_t days) noexcept
{
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto dayOfEra = static_cast<unsigned>(days - era * 146097);
    const unsigned yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const unsigned dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const unsigned shifted = (5 * dayOfYear + 2) / 153;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    return {static_cast<std::int64_t>(yearOfEra) + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shifted + 2) / 5 + 1};
}

void putDigits(std::string &out, std::int64_t value, int width)
{
    std::array<char, 20> digits{};
    for (int i = width - 1; i >= 0; --i) {
        digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(digits.data(), static_cast<std::size_t>(width));
}

/// A cursor over the text; every step reports whether it fitted.
class Scanner {
public:
    explicit Scanner(std::string_view text) noexcept : m_text(text) {}

    bool digits(int count, std::int64_t &value) noexcept
    {
        value = 0;
        for (int i = 0; i < count; ++i) {
            if (atEnd() || m_text[m_at] < '0' || m_text[m_at] > '9')
                return false;
            value = value * 10 + (m_text[m_at++] - '0');
        }
        return true;
    }
    bool take(char c) noexcept
    {
        if (atEnd() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    bool nextIsDigit() const noexcept { return !atEnd() && m_text[m_at] >= '0' && m_text[m_at] <= '9'; }
    bool atEnd() const noexcept { return m_at >= m_text.size(); }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
};

unsigned daysInMonth(std::int64_t year, std::int64_t month) noexcept
{
    constexpr std::array<unsigned, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

std::optional<TimestampMs> scanTimeOfDay(Scanner &scan) noexcept
{
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t millisecond = 0;
    if (!scan.digits(2, hour) || !scan.take(':') || !scan.digits(2, minute))
        return std::nullopt;
    if (scan.take(':')) {
        if (!scan.digits(2, second))
            return std::nullopt;
        if (scan.take('.') || scan.take(',')) {
            if (!scan.nextIsDigit())
                return std::nullopt;
            std::int64_t digit = 0;
            for (std::int64_t weight = 100; scan.nextIsDigit(); weight /= 10) {
                scan.digits(1, digit);
                millisecond += digit * weight;
            }
        }
    }
    if (hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    return hour * kHour + minute * kMinute + second * kSecond + millisecond;
}

std::optional<TimestampMs> scanOffset(Scanner &scan) noexcept
{
    if (scan.take('Z') || scan.take('z'))
        return 0;
    const bool east = scan.take('+');
    if (!east && !scan.take('-'))
        return 0;
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    if (!scan.digits(2, hour))
        return std::nullopt;
    if ((scan.take(':') || scan.nextIsDigit()) && !scan.digits(2, minute))
        return std::nullopt;
    if (hour > 23 || minute > 59)
        return std::nullopt;
    const TimestampMs offset = hour * kHour + minute * kMinute;
    return east ? offset : -offset;
}

} // namespace

std::int64_t daysFromCivil(std::int64_t year, unsigned month, unsigned day) noexcept
{
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto yearOfEra = static_cast<unsigned>(year - era * 400);
    const unsigned dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146097 + static_cast<std::int64_t>(dayOfEra) - 719468;
}

namespace {

/// Of what four digits of a year can write.
TimestampMs firstInstant() noexcept
{
    static const TimestampMs first = daysFromCivil(0, 1, 1) * kDay;
    return first;
}

TimestampMs lastInstant() noexcept
{
    static const TimestampMs last = daysFromCivil(10000, 1, 1) * kDay - 1;
    return last;
}

} // namespace

void appendIso(TimestampMs t, std::string &out)
{
    t = std::clamp(t, firstInstant(), lastInstant());
    std::int64_t days = t / kDay;
    TimestampMs rest = t % kDay;
    if (rest < 0) {
        rest += kDay;
        --days;
    }
    const Civil date = civilFromDays(days);
    putDigits(out, date.year, 4);
    out += '-';
    putDigits(out, date.month, 2);
    out += '-';
    putDigits(out, date.day, 2);
    out += 'T';
    putDigits(out, rest / kHour, 2);
    out += ':';
    putDigits(out, rest / kMinute % 60, 2);
    out += ':';
    putDigits(out, rest / kSecond % 60, 2);
    out += '.';
    putDigits(out, rest % kSecond, 3);
    out += 'Z';
}

std::string formatIso(TimestampMs t)
{
    std::string out;
    out.reserve(24);
    appendIso(t, out);
    return out;
}

std::optional<TimestampMs> parseIso(std::string_view text) noexcept
{
    Scanner scan(text);
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    if (!scan.digits(4, year) || !scan.take('-') || !scan.digits(2, month) || !scan.take('-') || !scan.digits(2, day))
        return std::nullopt;
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
        return std::nullopt;
    TimestampMs result = daysFromCivil(year, static_cast<unsigned>(month), static_cast<unsigned>(day)) * kDay;
    if (scan.atEnd())
        return result;
    if (!scan.take('T') && !scan.take('t') && !scan.take(' '))
        return std::nullopt;
    const auto timeOfDay = scanTimeOfDay(scan);
    if (!timeOfDay)
        return std::nullopt;
    const auto offset = scanOffset(scan);
    if (!offset || !scan.atEnd())
        return std::nullopt;
    result += *timeOfDay - *offset;
    // An offset can lead out of the years that four digits write, where formatIso() would tell another time.
    if (result < firstInstant() || result > lastInstant())
        return std::nullopt;
    return result;
}

} // namespace bartizan
