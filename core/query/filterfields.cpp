// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterfields.h"

#include <QCoreApplication>

#include <algorithm>

namespace bartizan {
namespace {

using Kind = FilterValueKind;
using F = FilterField;

constexpr std::array<FilterFieldInfo, kFilterFieldCount> kFields{{
    {F::Text, Kind::Part, "", "", true, true, false},
    {F::Severity, Kind::Choice, "severity", "sev", true, true, true},
    {F::Type, Kind::Choice, "type", "", true, true, true},
    {F::Status, Kind::Choice, "status", "is", true, false, true},
    {F::Disposition, Kind::Choice, "disposition", "", true, false, true},
    {F::Title, Kind::Part, "title", "", true, false, false},
    {F::Address, Kind::Address, "ip", "address", true, true, true},
    {F::User, Kind::Whole, "user", "", true, true, true},
    {F::Owner, Kind::Whole, "owner", "", true, false, true},
    {F::Country, Kind::Whole, "country", "", true, true, true},
    {F::Company, Kind::Whole, "company", "", true, true, true},
    {F::Rule, Kind::Whole, "rule", "", true, false, true},
    {F::Mute, Kind::Whole, "mute", "", true, false, true},
    {F::Count, Kind::Number, "count", "", true, false, true},
    {F::Outcome, Kind::Choice, "outcome", "", false, true, true},
    {F::Action, Kind::Part, "action", "", false, true, false},
    {F::Session, Kind::Whole, "session", "", true, true, true},
    {F::Request, Kind::Whole, "request", "", true, true, true},
    {F::Agent, Kind::Part, "agent", "", true, true, false},
    {F::Since, Kind::Time, "since", "", true, true, true},
    {F::Until, Kind::Time, "until", "", true, true, true},
}};

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::Filter", text);
}

} // namespace

std::span<const FilterFieldInfo, kFilterFieldCount> filterFields()
{
    return kFields;
}

const FilterFieldInfo &fieldInfo(FilterField field)
{
    return kFields[static_cast<std::size_t>(field)];
}

QString fieldName(FilterField field)
{
    const std::string_view name = fieldInfo(field).name;
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

std::optional<FilterField> fieldNamed(QStringView name, FilterSubject subject)
{
    const auto is = [name](std::string_view text) {
        return !text.empty()
            && name.compare(QLatin1String(text.data(), static_cast<qsizetype>(text.size())), Qt::CaseInsensitive) == 0;
    };
    const auto at = std::find_if(kFields.begin(), kFields.end(), [&](const FilterFieldInfo &info) {
        return info.isOf(subject) && (is(info.name) || is(info.alias));
    });
    return at == kFields.end() ? std::nullopt : std::optional(at->field);
}

QString fieldExplanation(FilterField field, FilterSubject subject)
{
    switch (field) {
    case F::Text: return tr("text in any field");
    case F::Severity: return tr("how grave; also with >= and <");
    case F::Type:
        return subject == FilterSubject::Alerts ? tr("part of an alert type’s name") : tr("part of an event type’s name");
    case F::Status: return tr("where it stands; active: neither acknowledged nor muted");
    case F::Disposition: return tr("what a resolved one turned out to be");
    case F::Title: return tr("text in the title");
    case F::Address: return tr("address, or network as 203.0.113.0/24");
    case F::User: return tr("user; * for any characters");
    case F::Owner: return tr("who has taken it over");
    case F::Country: return tr("two letters, as NL");
    case F::Company: return tr("company");
    case F::Rule: return tr("key of the rule that raised it");
    case F::Mute: return tr("id of the mute that hid it");
    case F::Count: return tr("how many hits; also with >= and <");
    case F::Outcome: return tr("how the event ended");
    case F::Action: return tr("text in the action");
    case F::Session: return tr("session");
    case F::Request: return tr("request");
    case F::Agent: return tr("text in the user agent");
    case F::Since: return tr("not before: 2h, 7d, today or a date");
    case F::Until: return tr("not after: 2h, 7d, today or a date");
    }
    return {};
}

QString exampleOf(FilterField field)
{
    switch (field) {
    case F::Address: return QStringLiteral("203.0.113.0/24");
    case F::Country: return QStringLiteral("NL");
    case F::Count: return QStringLiteral("10");
    case F::Since: return QStringLiteral("2h");
    case F::Until: return QStringLiteral("today");
    case F::Rule: return QStringLiteral("brute-force");
    case F::Mute: return QStringLiteral("4f2a*");
    case F::Title:
    case F::Action: return QStringLiteral("login");
    case F::Agent: return QStringLiteral("curl");
    case F::Session:
    case F::Request: return QStringLiteral("4f2a*");
    default: return QStringLiteral("anna");
    }
}

bool isIndexedText(FilterField field, FilterSubject subject)
{
    return subject == FilterSubject::Events && (field == F::User || field == F::Company);
}

bool isReservedWord(QStringView word)
{
    return word == QLatin1String("AND") || word == QLatin1String("OR") || word == QLatin1String("NOT");
}

} // namespace bartizan
