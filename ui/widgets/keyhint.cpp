// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/keyhint.h"

#include "ui/theme/fonts.h"
#include "ui/widgets/painting.h"

namespace bartizan {

QSize keyHintSize(const QString &key)
{
    const QFontMetrics metrics(fonts::small());
    const int height = metrics.height() + 2;
    return {std::max(metrics.horizontalAdvance(key) + 8, height), height};
}

void paintKeyHint(QPainter *painter, const QRect &where, const QString &key, bool onAccent)
{
    const PainterState state(painter);
    const Theme &theme = Theme::current();
    const QColor ink = onAccent ? theme.onAccent : theme.muted;
    paintPanel(painter, where, measure::kRadiusBadge, Qt::transparent, onAccent ? theme.onAccent : theme.hairline);
    painter->setFont(fonts::small());
    painter->setPen(ink);
    painter->drawText(where, Qt::AlignCenter | Qt::TextSingleLine, key);
}

KeyHint::KeyHint(const QString &key, QWidget *parent)
    : QWidget(parent), m_key(key)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize KeyHint::sizeHint() const
{
    return keyHintSize(m_key);
}

void KeyHint::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintKeyHint(&painter, rect(), m_key);
}

void KeyHint::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        update();
    QWidget::changeEvent(event);
}

} // namespace bartizan
