// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/filterchips.h"

#include "core/query/filterfields.h"
#include "core/query/filtermatcher.h"
#include "core/query/filterparser.h"
#include "ui/theme/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <bit>

namespace bartizan::filterchips {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::FilterChips", text);
}

QString fieldWord(FilterField field)
{
    switch (field) {
    case FilterField::Text: return tr("Text");
    case FilterField::Severity: return tr("Severity");
    case FilterField::Type: return tr("Type");
    case FilterField::Status: return tr("Status");
    case FilterField::Disposition: return tr("Disposition");
    case FilterField::Title: return tr("Title");
    case FilterField::Address: return tr("Address");
    case FilterField::User: return tr("User");
    case FilterField::Owner: return tr("Owner");
    case FilterField::Country: return tr("Country");
    case FilterField::Company: return tr("Company");
    case FilterField::Rule: return tr("Rule");
    case FilterField::Mute: return tr("Mute");
    case FilterField::Count: return tr("Count");
    case FilterField::Outcome: return tr("Outcome");
    case FilterField::Action: return tr("Action");
    case FilterField::Session: return tr("Session");
    case FilterField::Request: return tr("Request");
    case FilterField::Agent: return tr("User agent");
    case FilterField::Since: return tr("Since");
    case FilterField::Until: return tr("Until");
    }
    return {};
}

/// A part of a type's name that fits one type is that type; one that fits several is a part.
std::optional<QString> typeWord(const QString &word)
{
    const std::uint32_t mask = choiceMask(FilterField::Type, FilterSubject::Alerts, word);
    if (!std::has_single_bit(mask))
        return std::nullopt;
    return format::alertType(static_cast<AlertType>(std::countr_zero(mask)));
}

QString operationWord(const FilterTerm &term, bool contains)
{
    switch (term.op) {
    case FilterOperator::AtLeast: return term.negated ? tr("is below") : tr("is at least");
    case FilterOperator::Above: return term.negated ? tr("is at most") : tr("is above");
    case FilterOperator::AtMost: return term.negated ? tr("is above") : tr("is at most");
    case FilterOperator::Below: return term.negated ? tr("is at least") : tr("is below");
    case FilterOperator::Is: break;
    }
    if (fieldInfo(term.field).kind == FilterValueKind::Time)
        return {};
    if (contains)
        return term.negated ? tr("lacks") : tr("contains");
    if (term.words.size() > 1)
        return term.negated ? tr("is none of") : tr("is one of");
    return term.negated ? tr("is not") : tr("is");
}

} // namespace

Words words(const FilterTerm &term, FilterSubject subject)
{
    bool contains = fieldInfo(term.field).kind == FilterValueKind::Part;
    QStringList values;
    for (const FilterWord &word : term.words) {
        QString value = word.text;
        if (term.field == FilterField::Type && subject == FilterSubject::Alerts) {
            const auto whole = typeWord(word.text);
            contains = contains || !whole;
            value = whole.value_or(value);
        } else if (term.field == FilterField::Severity) {
            value = value.toUpper();
        }
        values.append(value);
    }
    return {fieldWord(term.field), operationWord(term, contains), values.join(QLatin1String(", "))};
}

std::array<bool, 4> severities(const Filter &filter)
{
    std::array<bool, 4> shown{true, true, true, true};
    const FilterMatcher matcher(filter, FilterSubject::Alerts, {});
    for (const FilterTest &test : matcher.tests()) {
        for (unsigned rank = 0; test.field() == FilterField::Severity && rank < shown.size(); ++rank)
            shown[rank] = shown[rank] && test.hasChoice(rank) != test.negated();
    }
    return shown;
}

Filter withSeverities(Filter filter, const std::array<bool, 4> &shown)
{
    std::erase_if(filter.terms, [](const FilterTerm &term) { return term.field == FilterField::Severity; });
    const auto count = std::count(shown.begin(), shown.end(), true);
    if (count == std::ssize(shown))
        return filter;
    // Of none, the opposite: not any of all.
    FilterTerm term{FilterField::Severity, FilterOperator::Is, count == 0, {}};
    const QStringList names = choicesOf(FilterField::Severity, FilterSubject::Alerts);
    for (std::size_t rank = 0; rank < shown.size(); ++rank) {
        if (shown[rank] != term.negated)
            term.words.push_back({names[static_cast<qsizetype>(rank)], false});
    }
    filter.terms.insert(filter.terms.begin(), term);
    return filter;
}

bool hidesAcknowledged(const Filter &filter)
{
    return std::find(filter.terms.begin(), filter.terms.end(), filterTerm(FilterField::Status, QStringLiteral("active")))
        != filter.terms.end();
}

Filter withAcknowledged(Filter filter, bool shown)
{
    const FilterTerm term = filterTerm(FilterField::Status, QStringLiteral("active"));
    std::erase_if(filter.terms, [&](const FilterTerm &old) {
        return shown ? old == term : old.field == FilterField::Status;
    });
    if (!shown)
        filter.terms.push_back(term);
    return filter;
}

Filter withSearch(Filter filter, const QString &text)
{
    const QString words = text.trimmed(); // Blanks within quotation marks are part of a value.
    ParsedFilter parsed = parseFilter(words, FilterSubject::Alerts);
    if (!parsed.ok()) // Then it is no filter, but a text that looks like one.
        parsed.filter = Filter{{filterTerm(FilterField::Text, words.left(kLongestFilter / 4))}};
    std::erase_if(filter.terms, [](const FilterTerm &term) { return term.field == FilterField::Text && !term.negated; });
    for (const FilterTerm &term : parsed.filter.terms)
        filter = narrowed(std::move(filter), term);
    return filter;
}

QString searched(const Filter &filter)
{
    Filter words;
    std::copy_if(filter.terms.begin(), filter.terms.end(), std::back_inserter(words.terms),
                 [](const FilterTerm &term) { return term.field == FilterField::Text && !term.negated; });
    return filterText(words);
}

bool hasControl(const FilterTerm &term)
{
    return term.field == FilterField::Severity || term == filterTerm(FilterField::Status, QStringLiteral("active"));
}

int restrictions(const Filter &filter)
{
    int count = 0;
    const std::array<bool, 4> shown = severities(filter);
    count += std::find(shown.begin(), shown.end(), false) != shown.end() ? 1 : 0;
    count += hidesAcknowledged(filter) ? 1 : 0;
    return count + static_cast<int>(std::count_if(filter.terms.begin(), filter.terms.end(),
                                                  [](const FilterTerm &term) { return !hasControl(term); }));
}

} // namespace bartizan::filterchips
