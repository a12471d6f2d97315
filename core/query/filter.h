// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>
#include <vector>

namespace bartizan {

/// What a filter is written about: the same words, but other fields.
enum class FilterSubject : std::uint8_t { Alerts, Events };

/// What a term of a filter looks at.
enum class FilterField : std::uint8_t {
    Text, ///< Any of the texts: the free words of a filter.
    Severity, Type, Status, Disposition, Title, Address, User, Owner, Country, Company, Rule, Mute, Count, Outcome, Action,
    Session, Request, Agent, Since, Until
};
inline constexpr std::size_t kFilterFieldCount = 21;

/// How a term compares. The last four are for severities and numbers only.
enum class FilterOperator : std::uint8_t { Is, AtLeast, Above, AtMost, Below };

/// One value of a term, in its canonical spelling. In a pattern, * stands for any run of characters.
struct FilterWord {
    QString text;
    bool pattern = false;
    bool operator==(const FilterWord &) const = default;
};

/// One condition: the field has any of the words, or, negated, none of them.
struct FilterTerm {
    FilterField field = FilterField::Text;
    FilterOperator op = FilterOperator::Is;
    bool negated = false;
    std::vector<FilterWord> words; ///< At least one.
    bool operator==(const FilterTerm &) const = default;
};

/// What passes all of its terms. A value; parseFilter() makes only valid ones.
struct Filter {
    std::vector<FilterTerm> terms;

    bool isEmpty() const { return terms.empty(); }
    bool operator==(const Filter &) const = default;
};

/// The text of a filter, in the one spelling that parseFilter() reads back to an equal filter.
QString filterText(const Filter &filter);
QString filterText(const FilterTerm &term);

/// A term for one stored value, as it is.
FilterTerm filterTerm(FilterField field, const QString &value, bool negated = false);

/// "Only this" and "Not this": the filter with a term added. A term that said the opposite goes; "only" of a field with
/// a single value replaces what was said of that field.
Filter narrowed(Filter filter, const FilterTerm &term);

} // namespace bartizan
