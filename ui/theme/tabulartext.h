// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QString>

class QPainter;
class QRectF;

namespace bartizan {

/// Text with tabular digits: every digit is centred in the width of the widest one, so that columns of numbers and
/// times align and do not tremble (fonts cannot be asked for it before Qt 6.7). A text with words written from right to
/// left is laid out as a whole, its digits as the font has them: what stands where goes by all of it. Plain text, one
/// line. Thread: GUI.
namespace tabulartext {
/// Width in pixels that draw() takes for the text.
double width(const QFont &font, const QString &text);
/// Draws in the painter's pen; the vertical alignment is by the font's own box. Text that is wider than `where` is
/// elided at the end.
void draw(QPainter *painter, const QRectF &where, Qt::Alignment alignment, const QFont &font, const QString &text);
} // namespace tabulartext

} // namespace bartizan
