// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"

namespace bartizan {

/// What is wrong with a filter's text, and where, in UTF-16 units.
struct FilterError {
    qsizetype start = 0;
    qsizetype length = 0;
    QString message; ///< Translated, one sentence that a person can act on.
    bool operator==(const FilterError &) const = default;
};

/// A filter that was read.
struct ParsedFilter {
    Filter filter; ///< The terms that are right.
    std::vector<FilterError> errors;

    bool ok() const { return errors.empty(); }
};

/// The longest text that is read, in UTF-16 units: far more than anybody types.
inline constexpr qsizetype kLongestFilter = 4000;

/// Reads the text of a filter:
///
///     severity>=high type:brute ip:203.0.113.0/24 user:(anna b*) -country:CN,RU since:2h "free text"
///
/// Terms stand beside each other and all must hold. `field:a,b` and `field:(a b)` mean any of the values; a `-` before
/// a term negates it. A text in quotes is taken as it is, with \" and \\ for the two special characters; elsewhere, * in
/// a value that is compared whole stands for any characters. Names of fields, choices and comparisons of text disregard
/// case; but user: and company: of events, without *, are found as they are spelt, by an index. Thread: any.
ParsedFilter parseFilter(QStringView text, FilterSubject subject);

} // namespace bartizan
