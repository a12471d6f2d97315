// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>

namespace bartizan {

/// The two sizes of text, the numeral and the fixed font, made from the desktop's general font: 13 pixels, or what the
/// desktop has where that is larger. Set by applyTheme(). Thread: GUI.
namespace fonts {
QFont body();
QFont semibold();      ///< Titles, totals.
QFont small();         ///< Table headers, axes, status bar, hints, in-row buttons.
QFont smallSemibold(); ///< The word of a badge.
QFont numeral();       ///< The gauge and the head figures.
QFont fixed();         ///< Identifiers, raw rows.
} // namespace fonts

} // namespace bartizan
