// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/query/filter.h"

#include <array>

namespace bartizan {

/// The parts of a filter that have controls of their own beside the filter's text, and its other terms as chips say
/// them. Pure functions on values.
namespace filterchips {

/// A term in words: "Company", "is not", "Quayside".
struct Words {
    QString field;
    QString operation;
    QString value; ///< As stored: hostile text.
};
Words words(const FilterTerm &term, FilterSubject subject);

/// Which severities a filter about alerts lets through, by AlertSeverity.
std::array<bool, 4> severities(const Filter &filter);
/// The filter with another choice of severities.
Filter withSeverities(Filter filter, const std::array<bool, 4> &shown);
/// Whether acknowledged alerts are hidden by a term of their own, status:active.
bool hidesAcknowledged(const Filter &filter);
Filter withAcknowledged(Filter filter, bool shown);
/// The filter with what somebody searches for: in place of its free words; terms of the text are added.
Filter withSearch(Filter filter, const QString &text);
/// The free words of a filter, which a search takes the place of.
QString searched(const Filter &filter);
/// Whether a term has a control of its own, and needs no chip.
bool hasControl(const FilterTerm &term);
/// How many kinds of restriction are in force: controls and chips.
int restrictions(const Filter &filter);

} // namespace filterchips
} // namespace bartizan
