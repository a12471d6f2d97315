// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/badge.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/widgets/accessiblerole.h"
#include "ui/widgets/painting.h"

#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace bartizan::badge {

namespace {

constexpr int kShape = 11;
constexpr int kLeft = 4;
constexpr int kGap = 5;
constexpr int kRight = 6;
constexpr int kHighRank = 2;
constexpr int kCriticalRank = 3;

QSize sizeOf(const QString &word)
{
    const QFontMetrics metrics(fonts::smallSemibold());
    return {kLeft + kShape + kGap + metrics.horizontalAdvance(word) + kRight,
            std::max(measure::kBadgeHeight, metrics.height() + 2)};
}

QPolygonF octagon(const QRectF &box)
{
    // A regular octagon cuts this much off each corner of its square.
    const double cut = box.width() / (2.0 + std::sqrt(2.0));
    QPolygonF shape;
    shape << QPointF(box.left() + cut, box.top()) << QPointF(box.right() - cut, box.top())
          << QPointF(box.right(), box.top() + cut) << QPointF(box.right(), box.bottom() - cut)
          << QPointF(box.right() - cut, box.bottom()) << QPointF(box.left() + cut, box.bottom())
          << QPointF(box.left(), box.bottom() - cut) << QPointF(box.left(), box.top() + cut);
    return shape;
}

/// Weight rises with rank: bare shape and word, the same on a tint, all on a solid fill.
void paintBadge(QPainter *painter, const QRect &where, int rank, const QColor &colour, const QString &word,
                const QColor &wordColour)
{
    const PainterState state(painter);
    const Theme &theme = Theme::current();
    const QSize size = sizeOf(word);
    const QRectF box(where.left(), where.top() + (where.height() - size.height()) / 2, size.width(), size.height());
    QColor shape = colour, text = wordColour;
    if (rank == kHighRank)
        paintPanel(painter, box, measure::kRadiusBadge, theme.tintHigh, Qt::NoPen);
    if (rank == kCriticalRank) {
        paintPanel(painter, box, measure::kRadiusBadge, colour, Qt::NoPen);
        shape = theme.onCritical;
        text = theme.onCritical;
    }
    const QRectF glyph(box.left() + kLeft, box.top() + (box.height() - kShape) / 2.0, kShape, kShape);
    paintShape(painter, glyph, rank, shape, colour);
    painter->setFont(fonts::smallSemibold());
    painter->setPen(text);
    painter->drawText(box.adjusted(kLeft + kShape + kGap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, word);
}

} // namespace

QSize size(AlertSeverity severity)
{
    return sizeOf(format::severity(severity));
}

QSize size(ThreatLevel level)
{
    return sizeOf(format::threatLevel(level));
}

int widestSeverity()
{
    int widest = 0;
    for (std::size_t i = 0; i < enumCount<AlertSeverity>(); ++i)
        widest = std::max(widest, size(static_cast<AlertSeverity>(i)).width());
    return widest;
}

void paint(QPainter *painter, const QRect &where, AlertSeverity severity)
{
    const Theme &theme = Theme::current();
    const int rank = static_cast<int>(severity);
    paintBadge(painter, where, rank, theme.severity[static_cast<std::size_t>(rank)], format::severity(severity),
               severity == AlertSeverity::Low ? theme.muted : theme.text);
}

void paint(QPainter *painter, const QRect &where, ThreatLevel level)
{
    const Theme &theme = Theme::current();
    const int rank = static_cast<int>(level);
    paintBadge(painter, where, rank, theme.threat[static_cast<std::size_t>(rank)], format::threatLevel(level),
               level == ThreatLevel::Low ? theme.muted : theme.text);
}

void paintShape(QPainter *painter, const QRectF &where, int rank, const QColor &colour, const QColor &hole)
{
    const PainterState state(painter);
    const double side = std::min(where.width(), where.height());
    const double unit = side / kShape;
    QRectF box(0, 0, side, side);
    box.moveCenter(where.center());
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    switch (rank) {
    case 0:
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(colour, 1.8 * unit));
        painter->drawEllipse(box.center(), 4.0 * unit, 4.0 * unit);
        return;
    case 1: {
        const QPointF c = box.center();
        const double r = 5.0 * unit;
        painter->drawPolygon(QPolygonF({{c.x(), c.y() - r}, {c.x() + r, c.y()}, {c.x(), c.y() + r}, {c.x() - r, c.y()}}));
        return;
    }
    case kHighRank:
        painter->drawPolygon(QPolygonF({{box.center().x(), box.top() + 0.7 * unit},
                                        {box.right() - 0.3 * unit, box.bottom() - unit},
                                        {box.left() + 0.3 * unit, box.bottom() - unit}}));
        return;
    default: {
        painter->drawPolygon(octagon(box));
        painter->setBrush(hole);
        const double x = box.center().x();
        painter->drawRoundedRect(QRectF(x - 0.85 * unit, box.top() + 2.3 * unit, 1.7 * unit, 4.0 * unit), 0.6 * unit,
                                 0.6 * unit);
        painter->drawEllipse(QPointF(x, box.top() + 8.0 * unit), 0.95 * unit, 0.95 * unit);
        return;
    }
    }
}

void paintShape(QPainter *painter, const QRectF &where, AlertSeverity severity)
{
    const Theme &theme = Theme::current();
    paintShape(painter, where, static_cast<int>(severity), theme.severity[static_cast<std::size_t>(severity)],
               theme.surface);
}

QString accessibleText(AlertSeverity severity)
{
    return SeverityBadge::tr("Severity %1").arg(format::severity(severity));
}

QString accessibleText(ThreatLevel level)
{
    return ThreatBadge::tr("Threat level %1").arg(format::threatLevel(level));
}

} // namespace bartizan::badge

namespace bartizan {

SeverityBadge::SeverityBadge(QWidget *parent)
    : QWidget(parent)
{
    announceAs(this, QAccessible::StaticText);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(badge::accessibleText(m_severity));
}

void SeverityBadge::setSeverity(AlertSeverity severity)
{
    m_severity = severity;
    setAccessibleName(badge::accessibleText(severity));
    updateGeometry();
    update();
}

QSize SeverityBadge::sizeHint() const
{
    return badge::size(m_severity);
}

void SeverityBadge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    badge::paint(&painter, rect(), m_severity);
}

void SeverityBadge::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        update();
    QWidget::changeEvent(event);
}

ThreatBadge::ThreatBadge(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(badge::accessibleText(m_level));
}

void ThreatBadge::setLevel(ThreatLevel level)
{
    m_level = level;
    setAccessibleName(badge::accessibleText(level));
    updateGeometry();
    update();
}

QSize ThreatBadge::sizeHint() const
{
    return badge::size(m_level);
}

void ThreatBadge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    badge::paint(&painter, rect(), m_level);
}

void ThreatBadge::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        update();
    QWidget::changeEvent(event);
}

} // namespace bartizan
