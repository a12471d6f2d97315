// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/measures.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QFontMetrics>
#include <QPainter>
#include <QWidget>

namespace bartizan {

/// Saves a painter, turns antialiasing on, and restores it at the end of the scope.
class PainterState {
public:
    explicit PainterState(QPainter *painter) : m_painter(painter)
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
    }
    ~PainterState() { m_painter->restore(); }
    Q_DISABLE_COPY_MOVE(PainterState)

private:
    QPainter *m_painter;
};

/// A filled rounded rectangle with a line of one pixel inside its edge.
inline void paintPanel(QPainter *painter, const QRectF &where, double radius, const QColor &fill, const QPen &line)
{
    painter->setBrush(fill);
    painter->setPen(line);
    painter->drawRoundedRect(line.style() == Qt::NoPen ? where : where.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

/// The focus ring inside a widget or a line of one.
inline void paintRingInside(QPainter *painter, const QRectF &where, double radius = measure::kRadiusControl)
{
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(Theme::current().focus, measure::kFocusRing));
    painter->drawRoundedRect(where.adjusted(1, 1, -1, -1), radius, radius);
}

/// Whether a changed attribute of the widget changes what it paints.
inline bool isLookChange(const QEvent *event)
{
    return event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange
           || event->type() == QEvent::EnabledChange || event->type() == QEvent::LanguageChange;
}

} // namespace bartizan
