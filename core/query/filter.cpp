// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filter.h"

#include "core/query/filterfields.h"

#include <QStringList>

#include <algorithm>

namespace bartizan {
namespace {

/// Whether a literal word can stand without quotes. What is not surely harmless is quoted.
bool isPlain(const QString &text, FilterField field)
{
    const QString others = field == FilterField::Text ? QStringLiteral("._@/%-") : QStringLiteral("._@/%-:+");
    const auto plain = [&others](QChar c) { return c.isLetterOrNumber() || others.contains(c); };
    return !text.isEmpty() && text.front() != QLatin1Char('-') && std::all_of(text.begin(), text.end(), plain)
        && !(field == FilterField::Text && isReservedWord(text));
}

QString wordText(const FilterWord &word, FilterField field)
{
    if (word.pattern || isPlain(word.text, field))
        return word.text;
    QString quoted = word.text;
    quoted.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
    return QLatin1Char('"') + quoted + QLatin1Char('"');
}

QLatin1String operatorText(FilterOperator op)
{
    switch (op) {
    case FilterOperator::Is: return QLatin1String(":");
    case FilterOperator::AtLeast: return QLatin1String(">=");
    case FilterOperator::Above: return QLatin1String(">");
    case FilterOperator::AtMost: return QLatin1String("<=");
    case FilterOperator::Below: return QLatin1String("<");
    }
    return {};
}

} // namespace

QString filterText(const FilterTerm &term)
{
    QStringList words;
    for (const FilterWord &word : term.words)
        words.append(wordText(word, term.field));
    QString text = term.negated ? QStringLiteral("-") : QString();
    if (term.field != FilterField::Text)
        text += fieldName(term.field) + operatorText(term.op);
    return text + words.join(QLatin1Char(','));
}

QString filterText(const Filter &filter)
{
    QStringList terms;
    for (const FilterTerm &term : filter.terms)
        terms.append(filterText(term));
    return terms.join(QLatin1Char(' '));
}

FilterTerm filterTerm(FilterField field, const QString &value, bool negated)
{
    return {field, FilterOperator::Is, negated, {{value, false}}};
}

Filter narrowed(Filter filter, const FilterTerm &term)
{
    FilterTerm opposite = term;
    opposite.negated = !term.negated;
    std::erase_if(filter.terms, [&](const FilterTerm &old) {
        const bool replaced = !term.negated && !old.negated && old.field == term.field && fieldInfo(term.field).single;
        return old == opposite || old == term || replaced;
    });
    filter.terms.push_back(term);
    return filter;
}

} // namespace bartizan
