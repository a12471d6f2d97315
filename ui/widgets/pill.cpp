// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/pill.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/widgets/announcer.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/painting.h"

namespace bartizan {

namespace {

constexpr int kPadding = 10;
constexpr int kIcon = 14;
constexpr int kGap = 5;
constexpr int kShape = 11;
constexpr int kCriticalRank = 3;

} // namespace

Pill::Pill(QWidget *parent)
    : QAbstractButton(parent)
{
    setFont(fonts::semibold());
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    hide();
}

void Pill::setWaiting(std::int64_t waiting, const QString &text, std::int64_t critical)
{
    const bool appears = waiting > 0 && isHidden();
    m_critical = critical;
    setText(text);
    setAccessibleName(critical > 0 ? tr("%1, %2 of them CRITICAL").arg(text, format::count(critical)) : text);
    setAccessibleDescription(tr("Shows them at the top; the selection stays"));
    setToolTip(tr("Shows them at the top; the selection stays (N)"));
    setVisible(waiting > 0);
    updateGeometry();
    update();
    if (appears)
        Announcer::say(this, accessibleName());
}

QSize Pill::sizeHint() const
{
    int width = 2 * kPadding + kIcon + kGap + fontMetrics().horizontalAdvance(text());
    if (m_critical > 0)
        width += 2 * kGap + 1 + kShape + kGap + fontMetrics().horizontalAdvance(format::count(m_critical));
    return {width, measure::kChipHeight};
}

QSize Pill::minimumSizeHint() const
{
    return sizeHint();
}

void Pill::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const PainterState state(&painter);
    const Theme &theme = Theme::current();
    const QColor fill = theme.accentGround(underMouse(), isDown());
    paintPanel(&painter, rect(), measure::kRadiusChip, fill, Qt::NoPen);
    int x = kPadding;
    icons::paint(&painter, QRectF(x, (height() - kIcon) / 2.0, kIcon, kIcon), QStringLiteral("arrow-up"),
                 theme.onAccent);
    x += kIcon + kGap;
    painter.setPen(theme.onAccent);
    painter.drawText(QRect(x, 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft, text());
    x += fontMetrics().horizontalAdvance(text());
    if (m_critical == 0)
        return;
    x += kGap;
    painter.fillRect(QRect(x, 6, 1, height() - 12), theme.onAccent);
    x += 1 + kGap;
    badge::paintShape(&painter, QRectF(x, (height() - kShape) / 2.0, kShape, kShape), kCriticalRank, theme.onAccent,
                      fill);
    x += kShape + kGap;
    painter.drawText(QRect(x, 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft, format::count(m_critical));
}

void Pill::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        updateGeometry();
    QAbstractButton::changeEvent(event);
}

} // namespace bartizan
