// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/statusglyph.h"

#include "ui/theme/icons.h"
#include "ui/widgets/accessiblerole.h"
#include "ui/widgets/painting.h"

namespace bartizan {

void paintStatusGlyph(QPainter *painter, const QRectF &where, StatusKind kind)
{
    const PainterState state(painter);
    const Theme &theme = Theme::current();
    constexpr double kDot = 7.0;
    constexpr double kIcon = 14.0;
    QRectF icon(0, 0, kIcon, kIcon);
    icon.moveCenter(where.center());
    switch (kind) {
    case StatusKind::Active:
    case StatusKind::Connected:
        painter->setPen(Qt::NoPen);
        painter->setBrush(kind == StatusKind::Active ? theme.accent : theme.ok);
        painter->drawEllipse(where.center(), kDot / 2.0, kDot / 2.0);
        return;
    case StatusKind::Acknowledged: icons::paint(painter, icon, QStringLiteral("check"), theme.muted); return;
    case StatusKind::Escalated: icons::paint(painter, icon, QStringLiteral("arrow-up"), theme.text); return;
    case StatusKind::Resolved: icons::paint(painter, icon, QStringLiteral("check-check"), theme.muted); return;
    case StatusKind::Behind: icons::paint(painter, icon, QStringLiteral("triangle-alert"), theme.warn); return;
    case StatusKind::Failed: icons::paint(painter, icon, QStringLiteral("circle-alert"), theme.error); return;
    case StatusKind::NoSource: icons::paint(painter, icon, QStringLiteral("circle-alert"), theme.muted); return;
    }
}

StatusGlyph::StatusGlyph(StatusKind kind, QWidget *parent)
    : QWidget(parent), m_kind(kind)
{
    announceAs(this, QAccessible::Graphic);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StatusGlyph::setKind(StatusKind kind)
{
    m_kind = kind;
    update();
}

QSize StatusGlyph::sizeHint() const
{
    return {measure::kIcon, measure::kIcon};
}

void StatusGlyph::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintStatusGlyph(&painter, rect(), m_kind);
}

void StatusGlyph::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        update();
    QWidget::changeEvent(event);
}

} // namespace bartizan
