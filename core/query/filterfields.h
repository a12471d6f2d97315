// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace bartizan {

/// What the values of a field are.
enum class FilterValueKind : std::uint8_t {
    Choice,  ///< One of a few words.
    Whole,   ///< A text, compared whole, or with * for any characters.
    Part,    ///< A text that occurs somewhere in the field.
    Address, ///< An IP address, or a network.
    Number,
    Time
};

/// A field as people write it.
struct FilterFieldInfo {
    FilterField field;
    FilterValueKind kind;
    std::string_view name;  ///< Empty for Text, which is written without one.
    std::string_view alias; ///< Another name; empty: none.
    bool alerts;            ///< Alerts have it.
    bool events;            ///< Events have it.
    bool single;            ///< A row has one value of it, so that two different ones exclude each other.

    bool isOf(FilterSubject subject) const { return subject == FilterSubject::Alerts ? alerts : events; }
    /// Whether >=, >, <= and < can be used.
    bool isOrdered() const { return field == FilterField::Severity || kind == FilterValueKind::Number; }
};

/// All fields, indexed by FilterField.
std::span<const FilterFieldInfo, kFilterFieldCount> filterFields();
const FilterFieldInfo &fieldInfo(FilterField field);
QString fieldName(FilterField field);
/// The field with a name or alias, whatever its case; nullopt when a subject has none.
std::optional<FilterField> fieldNamed(QStringView name, FilterSubject subject);
/// What a field is, in a few translated words.
QString fieldExplanation(FilterField field, FilterSubject subject);

/// A value as it could be written for a field that has no choices.
QString exampleOf(FilterField field);
/// Whether a text is found by an index, which knows no case: users and companies of events. Such a field is compared as it
/// is spelt, unless with a pattern.
bool isIndexedText(FilterField field, FilterSubject subject);

/// AND, OR and NOT in capitals: other languages have them, and here they would be searched for.
bool isReservedWord(QStringView word);

} // namespace bartizan
