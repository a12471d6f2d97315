// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRect>

class QPainter;
class QStyleOptionViewItem;
class QTableView;
class QTreeView;

namespace bartizan {

/// What delegates share. Rows are filled with the theme's selection and hover, the text keeps its colours.
namespace rowpainting {
/// Fills the cell (selection with or without keyboard focus, hover, else nothing) and draws the hairline below it.
/// `hovered`: the pointer is in this row.
void paintBackground(QPainter *painter, const QStyleOptionViewItem &option, bool hovered);
/// The 3 pixel accent bar of the current row, for its first cell.
void paintCurrentBar(QPainter *painter, const QRect &cell);
/// A focus ring of 2 pixels inside the cell.
void paintFocusRing(QPainter *painter, const QRect &cell);
/// A check box of 16 pixels, radius 3, centred in `where`.
void paintCheckBox(QPainter *painter, const QRect &where, bool checked, bool hovered);
/// Dense rows of the theme, header of 26, no grid, whole rows, the theme's colours: what every table of the console has
/// in common. Does not touch model, delegate or selection mode.
void setUpTable(QTableView *view);
void setUpTree(QTreeView *view);
} // namespace rowpainting

} // namespace bartizan
