// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/alertstatus.h"
#include "core/domain/ipnetwork.h"
#include "core/domain/result.h"
#include "core/domain/timestamp.h"
#include "core/query/filter.h"

#include <QStringList>
#include <QTimeZone>

namespace bartizan {

/// What relative and local times are counted from.
struct FilterMoment {
    TimestampMs now = 0;
    QTimeZone zone{QTimeZone::utc()}; ///< Of dates and times that name no zone.
};

/// A value in its canonical spelling, or why it cannot be one of this field: "severity: 'hgih' is unknown; low, medium,
/// high, critical".
Result<FilterWord> checkedWord(FilterField field, FilterSubject subject, const QString &text, bool quoted);

/// A term for a value as it is stored, to be offered: a value that its field cannot have (an address that is none), or one
/// that would be longer than a filter can be, is looked for as a text, by what it begins with. nullopt where there is
/// nothing, or nothing can be looked for.
std::optional<FilterTerm> offeredTerm(FilterField field, FilterSubject subject, const QString &stored);

/// The values of a field that has only a few; else empty.
QStringList choicesOf(FilterField field, FilterSubject subject);
/// The values that a canonical word stands for, one bit each by the number of the enumeration; of status, the bits behind
/// the last one are "active" and "muted". 0: none.
std::uint32_t choiceMask(FilterField field, FilterSubject subject, const QString &word);
/// The values of status that an alert has, as choiceMask() numbers them: where it stands, and whether it is active. One
/// that is muted has that alone.
std::uint32_t statusMask(AlertStatus status, bool acknowledged, bool muted);
/// The number of a canonical count.
std::int64_t numberOf(const QString &word);
/// The instant of a canonical time: its first millisecond for since, its last for until.
TimestampMs instantOf(FilterField field, const QString &word, const FilterMoment &moment);
/// Whether the times of a filter are the same instants at two moments: "2h" never is, "today" on one day only.
bool haveSameTimes(const Filter &filter, const FilterMoment &one, const FilterMoment &other);

} // namespace bartizan
