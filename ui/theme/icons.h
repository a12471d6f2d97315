// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

class QPainter;
class QRectF;

namespace bartizan {

/// Lucide's icons (resources/icons, ISC and MIT) in a colour of the theme, sharp at every scale. Names are Lucide's:
/// "bell-ring". Thread: GUI.
namespace icons {
/// Whether there is an icon of that name.
bool exists(const QString &name);
/// Paints the icon into `where`; the stroke is 1.5 pixels at 16.
void paint(QPainter *painter, const QRectF &where, const QString &name, const QColor &colour);
/// A pixmap of `size` device-independent pixels for a screen of `ratio`; cached.
QPixmap pixmap(const QString &name, const QColor &colour, int size, double ratio);
/// For buttons and actions: text colour when enabled, disabled colour else, of the theme in force whenever it is painted.
QIcon icon(const QString &name);
/// The same in the colour for glyphs on the accent (primary buttons).
QIcon iconOnAccent(const QString &name);
/// The same in muted.
QIcon mutedIcon(const QString &name);
} // namespace icons

} // namespace bartizan
