// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterwords.h"

#include "core/query/filterfields.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QRegularExpression>

#include <algorithm>

namespace bartizan {
namespace {

/// Numbers of at most this many digits are read.
constexpr int kMostDigits = 12;
/// The most of a value that is offered: several of them, quoted, fit into one filter.
constexpr qsizetype kLongestOffered = 500;

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::Filter", text);
}

/// "BRUTE_FORCE_ATTACK" as people type it: "brute-force-attack".
QString typed(QString word)
{
    return word.toLower().replace(QLatin1Char('_'), QLatin1Char('-')).replace(QLatin1Char(' '), QLatin1Char('-'));
}

template<typename E>
QStringList namesOf()
{
    QStringList names;
    for (const std::string_view name : enumNames<E>())
        names.append(typed(QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()))));
    return names;
}

Error unknown(FilterField field, const QString &text, const QString &advice)
{
    return Error{tr("%1: '%2' is unknown; %3").arg(fieldName(field), text.left(40), advice)};
}

Result<FilterWord> checkedChoice(FilterField field, FilterSubject subject, const QString &text)
{
    QString word = typed(text);
    if (field == FilterField::Status) {
        if (word == QLatin1String("open"))
            word = QStringLiteral("active");
        else if (word == QLatin1String("ack"))
            word = QStringLiteral("acknowledged");
    }
    if (choiceMask(field, subject, word) != 0)
        return FilterWord{word, false};
    return unknown(field, text, field == FilterField::Type
                       ? tr("part of a type's name is wanted, as in %1").arg(choicesOf(field, subject).first())
                       : choicesOf(field, subject).join(QLatin1String(", ")));
}

const QRegularExpression &agePattern()
{
    static const QRegularExpression pattern(QStringLiteral("^([0-9]{1,6})(s|m|h|d|w)$"));
    return pattern;
}

/// A date, or a date and a time.
const QRegularExpression &datePattern()
{
    static const QRegularExpression pattern(QStringLiteral(
        "^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[t ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{3}))?)?(z)?)?$"));
    return pattern;
}

bool isTime(const QString &word)
{
    if (word == QLatin1String("today") || word == QLatin1String("yesterday") || agePattern().match(word).hasMatch())
        return true;
    const QRegularExpressionMatch match = datePattern().match(word);
    if (!match.hasMatch() || !QDate::fromString(match.captured(1), Qt::ISODate).isValid())
        return false;
    return match.captured(2).isEmpty()
        || (QTime::fromString(match.captured(2), QStringLiteral("HH:mm")).isValid() && match.captured(3).toInt() < 60);
}

TimestampMs startOf(const QDate &date, const QTimeZone &zone)
{
    return date.startOfDay(zone).toMSecsSinceEpoch();
}

} // namespace

QStringList choicesOf(FilterField field, FilterSubject subject)
{
    switch (field) {
    case FilterField::Severity:
        return subject == FilterSubject::Alerts ? namesOf<AlertSeverity>() : namesOf<AuditSeverity>();
    case FilterField::Type: return subject == FilterSubject::Alerts ? namesOf<AlertType>() : namesOf<SecurityEventType>();
    case FilterField::Outcome: return namesOf<AuditOutcome>();
    case FilterField::Status: return namesOf<AlertStatus>() << QStringLiteral("active") << QStringLiteral("muted");
    case FilterField::Disposition: return namesOf<AlertDisposition>();
    default: return {};
    }
}

std::uint32_t choiceMask(FilterField field, FilterSubject subject, const QString &word)
{
    const QStringList choices = choicesOf(field, subject);
    if (const qsizetype exact = choices.indexOf(word); exact >= 0)
        return 1U << exact;
    if (field != FilterField::Type || word.isEmpty())
        return 0;
    std::uint32_t mask = 0;
    for (qsizetype i = 0; i < choices.size(); ++i)
        mask |= choices[i].contains(word) ? 1U << i : 0U;
    return mask;
}

std::uint32_t statusMask(AlertStatus status, bool acknowledged, bool muted)
{
    if (muted)
        return 1U << (enumCount<AlertStatus>() + 1);
    return (1U << static_cast<unsigned>(status)) | (acknowledged ? 0U : 1U << enumCount<AlertStatus>());
}

std::int64_t numberOf(const QString &word)
{
    return word.toLongLong();
}

TimestampMs instantOf(FilterField field, const QString &word, const FilterMoment &moment)
{
    const bool until = field == FilterField::Until;
    if (const QRegularExpressionMatch age = agePattern().match(word); age.hasMatch()) {
        const QString unit = age.captured(2);
        const TimestampMs span = unit == QLatin1String("s") ? kSecond : unit == QLatin1String("m") ? kMinute
            : unit == QLatin1String("h") ? kHour : unit == QLatin1String("d") ? kDay : 7 * kDay;
        return moment.now - age.captured(1).toLongLong() * span;
    }
    const QDate today = QDateTime::fromMSecsSinceEpoch(moment.now, moment.zone).date();
    const auto dayEdge = [&](const QDate &date) {
        return until ? startOf(date.addDays(1), moment.zone) - 1 : startOf(date, moment.zone);
    };
    if (word == QLatin1String("today"))
        return dayEdge(today);
    if (word == QLatin1String("yesterday"))
        return dayEdge(today.addDays(-1));
    const QRegularExpressionMatch match = datePattern().match(word);
    const QDate date = QDate::fromString(match.captured(1), Qt::ISODate);
    if (match.captured(2).isEmpty())
        return dayEdge(date);
    const bool seconds = !match.captured(3).isEmpty();
    const bool milliseconds = !match.captured(4).isEmpty();
    const QTime minute = QTime::fromString(match.captured(2), QStringLiteral("HH:mm"));
    const QTime time = minute.addSecs(match.captured(3).toInt()).addMSecs(match.captured(4).toInt());
    const QTimeZone zone = match.captured(5).isEmpty() ? moment.zone : QTimeZone::utc();
    const TimestampMs start = QDateTime(date, time, zone).toMSecsSinceEpoch();
    if (!until || milliseconds)
        return start;
    return start + (seconds ? kSecond : kMinute) - 1;
}

bool haveSameTimes(const Filter &filter, const FilterMoment &one, const FilterMoment &other)
{
    return std::all_of(filter.terms.begin(), filter.terms.end(), [&](const FilterTerm &term) {
        return fieldInfo(term.field).kind != FilterValueKind::Time
            || std::all_of(term.words.begin(), term.words.end(), [&](const FilterWord &word) {
                   return instantOf(term.field, word.text, one) == instantOf(term.field, word.text, other);
               });
    });
}

Result<FilterWord> checkedWord(FilterField field, FilterSubject subject, const QString &text, bool quoted)
{
    switch (fieldInfo(field).kind) {
    case FilterValueKind::Choice: return checkedChoice(field, subject, text);
    case FilterValueKind::Part: return FilterWord{text, false};
    case FilterValueKind::Whole: return FilterWord{text, !quoted && text.contains(QLatin1Char('*'))};
    case FilterValueKind::Address:
        if (const auto network = IpNetwork::parse(text.toStdString()))
            return FilterWord{QString::fromStdString(network->text()), false};
        return Error{tr("%1: '%2' is no address; write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32")
                         .arg(fieldName(field), text.left(40))};
    case FilterValueKind::Number:
        if (!text.isEmpty() && text.size() <= kMostDigits
            && std::all_of(text.begin(), text.end(), [](QChar c) { return c >= QLatin1Char('0') && c <= QLatin1Char('9'); }))
            return FilterWord{QString::number(text.toLongLong()), false};
        return Error{tr("%1: '%2' is no whole number").arg(fieldName(field), text.left(40))};
    case FilterValueKind::Time:
        if (const QString word = text.toLower(); isTime(word))
            return FilterWord{word, false};
        return Error{tr("%1: '%2' is no time; write 30m, 2h, 7d, today, 2026-11-19 or 2026-11-19T14:30")
                         .arg(fieldName(field), text.left(40))};
    }
    return Error{};
}

std::optional<FilterTerm> offeredTerm(FilterField field, FilterSubject subject, const QString &stored)
{
    const bool isLong = stored.size() > kLongestOffered;
    QString text = stored.left(kLongestOffered);
    if (!text.isEmpty() && text.back().isHighSurrogate())
        text.chop(1); // The half of a character.
    if (text.isEmpty())
        return std::nullopt;
    const FilterValueKind kind = fieldInfo(field).kind;
    if (isLong && kind != FilterValueKind::Part)
        return filterTerm(FilterField::Text, text);
    if (const auto checked = checkedWord(field, subject, text, true))
        return FilterTerm{field, FilterOperator::Is, false, {*checked}};
    return kind == FilterValueKind::Address ? std::optional(filterTerm(FilterField::Text, text)) : std::nullopt;
}

} // namespace bartizan
