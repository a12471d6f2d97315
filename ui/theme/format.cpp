// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/format.h"

#include "core/domain/securityalert.h"
#include "core/domain/textformat.h"
#include "core/domain/utf8.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <array>
#include <cmath>

namespace bartizan::format {

namespace {

constexpr QChar kMinus(0x2212);
constexpr QChar kTimes(0x00d7);
constexpr qsizetype kLongestToolTip = 2000;

QDateTime at(TimestampMs t, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(t, zone);
}

/// Two decimals, or none when they would be 00.
QString upToTwoDecimals(double value)
{
    const double hundredths = std::round(value * 100.0);
    const bool whole = std::fmod(hundredths, 100.0) == 0.0;
    return locale().toString(hundredths / 100.0, 'f', whole ? 0 : 2);
}

QString stored(std::string_view name)
{
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

} // namespace

QLocale locale()
{
    return textformat::locale();
}

QString zoneName(const QTimeZone &zone, TimestampMs at)
{
    return textformat::zoneName(zone, at);
}

QString timeHeader(const QTimeZone &zone, TimestampMs now)
{
    return QCoreApplication::translate("Format", "Time (%1)").arg(zoneName(zone, now));
}

QString tableTime(TimestampMs t, TimestampMs now, const QTimeZone &zone)
{
    const QDateTime time = at(t, zone);
    const QDate today = at(now, zone).date();
    if (time.date() == today)
        return time.toString(QStringLiteral("HH:mm:ss"));
    // Of the last twelve months day and month tell which year it was.
    const qint64 daysAgo = time.date().daysTo(today);
    if (time.date().year() == today.year() || (daysAgo > 0 && daysAgo < 365))
        return time.toString(QStringLiteral("MM-dd HH:mm"));
    return time.toString(QStringLiteral("yyyy-MM-dd"));
}

QString fullTime(TimestampMs t, const QTimeZone &zone)
{
    return at(t, zone).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz")) + QLatin1Char(' ') + zoneName(zone, t);
}

QString clockTime(TimestampMs t, const QTimeZone &zone)
{
    return textformat::clockTime(t, zone);
}

QString timeRange(const TimeRange &range, const QTimeZone &zone)
{
    return textformat::timeRange(range, zone);
}

QString age(TimestampMs milliseconds)
{
    return textformat::age(milliseconds);
}

QString duration(double seconds)
{
    return textformat::duration(seconds);
}

QString count(std::int64_t value)
{
    return textformat::count(value);
}

QString shortCount(std::int64_t value)
{
    if (std::abs(value) < 100'000)
        return count(value);
    static constexpr std::array<const char *, 4> names{
        QT_TRANSLATE_NOOP("Format", "%1 k"), QT_TRANSLATE_NOOP("Format", "%1 M"), QT_TRANSLATE_NOOP("Format", "%1 G"),
        QT_TRANSLATE_NOOP("Format", "%1 T")};
    double scaled = static_cast<double>(value) / 1000.0;
    std::size_t name = 0;
    // 999,950 would be written as 1000 k.
    while (std::abs(scaled) >= 999.5 && name + 1 < names.size()) {
        scaled /= 1000.0;
        ++name;
    }
    const double size = std::abs(scaled);
    const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return QCoreApplication::translate("Format", names[name]).arg(locale().toString(scaled, 'f', decimals));
}

QString repeat(std::int64_t times)
{
    return times == 1 ? count(1) : QString(kTimes + count(times));
}

QString deduction(double points)
{
    const QString amount = upToTwoDecimals(std::abs(points));
    return std::round(points * 100.0) == 0.0 ? amount : QString(kMinus + amount);
}

QString score(double value)
{
    return upToTwoDecimals(value);
}

QString share(std::int64_t part, std::int64_t whole)
{
    const double percent = whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return QCoreApplication::translate("Format", "%1%")
        .arg(locale().toString(static_cast<qlonglong>(std::llround(percent))));
}

QString alertType(AlertType type)
{
    static constexpr std::array<const char *, 15> names{
        QT_TRANSLATE_NOOP("Format", "Authentication anomaly"), QT_TRANSLATE_NOOP("Format", "Rate limit breach"),
        QT_TRANSLATE_NOOP("Format", "Multiple failed logins"), QT_TRANSLATE_NOOP("Format", "Suspicious IP activity"),
        QT_TRANSLATE_NOOP("Format", "Privilege escalation"), QT_TRANSLATE_NOOP("Format", "Data breach attempt"),
        QT_TRANSLATE_NOOP("Format", "CSRF attack"), QT_TRANSLATE_NOOP("Format", "CSP violation spike"),
        QT_TRANSLATE_NOOP("Format", "Account enumeration"), QT_TRANSLATE_NOOP("Format", "Brute force attack"),
        QT_TRANSLATE_NOOP("Format", "Unusual admin activity"), QT_TRANSLATE_NOOP("Format", "Geolocation anomaly"),
        QT_TRANSLATE_NOOP("Format", "Mass data access"), QT_TRANSLATE_NOOP("Format", "Suspicious user agent"),
        QT_TRANSLATE_NOOP("Format", "Session hijacking")};
    return QCoreApplication::translate("Format", names[static_cast<std::size_t>(type)]);
}

QString eventType(SecurityEventType type)
{
    static constexpr std::array<const char *, 12> names{
        QT_TRANSLATE_NOOP("Format", "Authentication"), QT_TRANSLATE_NOOP("Format", "Authorization"),
        QT_TRANSLATE_NOOP("Format", "User management"), QT_TRANSLATE_NOOP("Format", "Company management"),
        QT_TRANSLATE_NOOP("Format", "Rate limiting"), QT_TRANSLATE_NOOP("Format", "CSRF protection"),
        QT_TRANSLATE_NOOP("Format", "Security headers"), QT_TRANSLATE_NOOP("Format", "Password reset"),
        QT_TRANSLATE_NOOP("Format", "Platform admin"), QT_TRANSLATE_NOOP("Format", "Data privacy"),
        QT_TRANSLATE_NOOP("Format", "System configuration"), QT_TRANSLATE_NOOP("Format", "API security")};
    return QCoreApplication::translate("Format", names[static_cast<std::size_t>(type)]);
}

QString severity(AlertSeverity severity)
{
    return stored(toString(severity));
}

QString auditSeverity(AuditSeverity severity)
{
    return stored(toString(severity));
}

QString threatLevel(ThreatLevel level)
{
    return stored(toString(level));
}

QString outcome(AuditOutcome outcome)
{
    return stored(toString(outcome));
}

QString status(AlertStatus status, std::optional<AlertDisposition> disposition)
{
    return textformat::status(status, disposition);
}

QString mutedStatus()
{
    return QCoreApplication::translate("Format", "Muted");
}

QString status(const SecurityAlert &alert)
{
    return alert.isMuted() ? mutedStatus() : status(alert.status, alert.disposition);
}

QString text(std::string_view utf8)
{
    return decodeUtf8(utf8);
}

QString singleLine(std::string_view utf8)
{
    return singleLine(text(utf8));
}

QString singleLine(const QString &text)
{
    return textformat::singleLine(text);
}

QString toolTip(const QString &text)
{
    QString shown = textformat::visible(text, textformat::Breaks::Kept);
    if (shown.size() > kLongestToolTip)
        shown = shown.left(kLongestToolTip) + QChar(0x2026);
    // Escaped inside a paragraph that keeps blanks and breaks: Qt takes it as rich text, and it says what it said.
    return shown.isEmpty() ? QString()
                           : QString(QStringLiteral("<p style=\"white-space:pre-wrap\">") + shown.toHtmlEscaped()
                                     + QStringLiteral("</p>"));
}

} // namespace bartizan::format
