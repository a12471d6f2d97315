// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/textformat.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <array>
#include <cmath>

namespace bartizan::textformat {

namespace {

constexpr QChar kMinus(0x2212);

QDateTime at(TimestampMs t, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(t, zone);
}

/// Reorders the text, or takes no room in it: what Unicode calls format characters, and letters that are blank.
bool isHidden(char16_t c)
{
    switch (c) {
    case 0x00ad: // Soft hyphen.
    case 0x034f: // Combining grapheme joiner.
    case 0x061c:
    case 0x115f:
    case 0x1160: // Hangul fillers.
    case 0x17b4:
    case 0x17b5: // Khmer vowels without a form.
    case 0x180e:
    case 0x3164:
    case 0xfeff:
    case 0xffa0: return true;
    default: return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f)
                    || (c >= 0xfff9 && c <= 0xfffb);
    }
}

/// What stands for a character that must not act on the line it is in; 0 for one that may stand.
char16_t visibleFor(char16_t c)
{
    if (c < 0x20)
        return static_cast<char16_t>(0x2400 + c);
    if (c == 0x7f)
        return 0x2421;
    if (c >= 0x80 && c < 0xa0)
        return 0xfffd;
    if (c == 0x2028 || c == 0x2029)
        return 0x2424;
    return isHidden(c) ? 0xfffd : 0;
}

/// The first half of a character that is a tag, or a selector of a variant: without a width, all of them.
constexpr char16_t kTagLead = 0xdb40;

} // namespace

QLocale locale()
{
    const QLocale locale;
    return locale.language() == QLocale::C ? QLocale(QLocale::English, QLocale::UnitedStates) : locale;
}

QString zoneName(const QTimeZone &zone, TimestampMs at)
{
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(at, Qt::UTC);
    const QString name = zone.abbreviation(when);
    if (!name.isEmpty())
        return name;
    const int minutes = zone.offsetFromUtc(when) / 60;
    return QStringLiteral("UTC%1%2:%3")
        .arg(minutes < 0 ? kMinus : QLatin1Char('+'))
        .arg(std::abs(minutes) / 60, 2, 10, QLatin1Char('0'))
        .arg(std::abs(minutes) % 60, 2, 10, QLatin1Char('0'));
}

QString clockTime(TimestampMs t, const QTimeZone &zone)
{
    return at(t, zone).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) + QLatin1Char(' ') + zoneName(zone, t);
}

QString timeRange(const TimeRange &range, const QTimeZone &zone)
{
    const TimeRange everything;
    const QString pattern = QStringLiteral("yyyy-MM-dd HH:mm");
    const bool fromStart = range.start == everything.start;
    const bool toEnd = range.end == everything.end;
    if (fromStart && toEnd)
        return QCoreApplication::translate("Format", "all time");
    if (fromStart)
        return QCoreApplication::translate("Format", "until %1 %2")
            .arg(at(range.end, zone).toString(pattern), zoneName(zone, range.end));
    const QString start = at(range.start, zone).toString(pattern);
    const QString startZone = zoneName(zone, range.start);
    if (toEnd)
        return QCoreApplication::translate("Format", "since %1 %2").arg(start, startZone);
    const QString endZone = zoneName(zone, range.end);
    const QString end = at(range.end, zone).toString(pattern) + QLatin1Char(' ') + endZone;
    return QCoreApplication::translate("Format", "%1 to %2")
        .arg(startZone == endZone ? start : QString(start + QLatin1Char(' ') + startZone), end);
}

QString age(TimestampMs milliseconds)
{
    const TimestampMs t = std::max<TimestampMs>(0, milliseconds);
    if (t < kMinute)
        return QCoreApplication::translate("Format", "%1 s").arg(t / kSecond);
    if (t < kHour)
        return QCoreApplication::translate("Format", "%1 min").arg(t / kMinute);
    if (t < kDay)
        return QCoreApplication::translate("Format", "%1 h").arg(t / kHour);
    return QCoreApplication::translate("Format", "%1 d").arg(locale().toString(t / kDay));
}

QString duration(double seconds)
{
    const auto total = static_cast<std::int64_t>(std::llround(std::max(0.0, seconds)));
    struct Unit {
        const char *text;
        std::int64_t seconds;
    };
    static constexpr std::array<Unit, 4> kUnits{{{QT_TRANSLATE_NOOP("Format", "%1 d"), 86400},
                                                 {QT_TRANSLATE_NOOP("Format", "%1 h"), 3600},
                                                 {QT_TRANSLATE_NOOP("Format", "%1 min"), 60},
                                                 {QT_TRANSLATE_NOOP("Format", "%1 s"), 1}}};
    for (std::size_t i = 0; i < kUnits.size(); ++i) {
        if (total < kUnits[i].seconds && i + 1 < kUnits.size())
            continue;
        const QString first = QCoreApplication::translate("Format", kUnits[i].text).arg(total / kUnits[i].seconds);
        if (i + 1 == kUnits.size())
            return first;
        const std::int64_t rest = total % kUnits[i].seconds / kUnits[i + 1].seconds;
        const QString second = QCoreApplication::translate("Format", kUnits[i + 1].text).arg(rest);
        return rest == 0 ? first : QString(first + QLatin1Char(' ') + second);
    }
    return {};
}

QString count(std::int64_t value)
{
    return locale().toString(static_cast<qlonglong>(value));
}

QString status(AlertStatus status, std::optional<AlertDisposition> disposition)
{
    switch (status) {
    case AlertStatus::New: return QCoreApplication::translate("Format", "Active");
    case AlertStatus::Acknowledged: return QCoreApplication::translate("Format", "Acknowledged");
    case AlertStatus::Escalated: return QCoreApplication::translate("Format", "Escalated");
    case AlertStatus::Resolved: break;
    }
    if (!disposition)
        return QCoreApplication::translate("Format", "Resolved");
    switch (*disposition) {
    case AlertDisposition::TruePositive: return QCoreApplication::translate("Format", "True positive");
    case AlertDisposition::Benign: return QCoreApplication::translate("Format", "Benign");
    case AlertDisposition::FalsePositive: return QCoreApplication::translate("Format", "False positive");
    case AlertDisposition::Duplicate: break;
    }
    return QCoreApplication::translate("Format", "Duplicate");
}

QString visible(const QString &text, Breaks breaks)
{
    QString shown = text;
    if (breaks != Breaks::Visible)
        shown.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    for (qsizetype i = 0; i < shown.size(); ++i) {
        const char16_t c = shown.at(i).unicode();
        if (c == u'\n' && breaks != Breaks::Visible)
            continue;
        if (c == kTagLead && i + 1 < shown.size() && shown.at(i + 1).isLowSurrogate())
            shown.replace(i, 2, QChar(QChar::ReplacementCharacter));
        else if (const char16_t instead = visibleFor(c))
            shown[i] = QChar(instead);
    }
    if (breaks == Breaks::Joined)
        shown = shown.split(QLatin1Char('\n'), Qt::SkipEmptyParts).join(QLatin1String(" / "));
    return shown;
}

QString singleLine(const QString &text)
{
    return visible(text, Breaks::Visible);
}

} // namespace bartizan::textformat
