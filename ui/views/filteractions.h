// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"
#include "core/query/filter.h"

#include <QString>

#include <functional>
#include <optional>
#include <string_view>

class QMenu;
class QWidget;

namespace bartizan {

/// Offers to narrow a list to a value, in menus. Values are hostile text. Thread: GUI.
namespace filteractions {

using Narrow = std::function<void(const FilterTerm &)>;

/// A value as an entry of a menu: short, on one line, and without mnemonics.
QString menuText(const QString &value);
/// A term for a stored value, as it is; nullopt when there is none, or the field can have no such value.
std::optional<FilterTerm> termFor(FilterField field, std::string_view stored, FilterSubject subject);
/// Adds "Only user anna" and "Not user anna", which call `narrow` with the term.
void addTo(QMenu *menu, const FilterTerm &term, FilterSubject subject, const Narrow &narrow);
/// The same as actions of a widget's own menu.
void addTo(QWidget *widget, const FilterTerm &term, FilterSubject subject, const Narrow &narrow);
/// Adds "Only since" and "Only until" a moment, which is shown as `time`.
void addTimesTo(QMenu *menu, TimestampMs at, const QString &time, FilterSubject subject, const Narrow &narrow);

} // namespace filteractions
} // namespace bartizan
