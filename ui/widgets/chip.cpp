// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chip.h"

#include "ui/theme/format.h"
#include "ui/theme/shorttext.h"
#include "ui/theme/icons.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/painting.h"

#include <QKeyEvent>
#include <QMouseEvent>

namespace bartizan {

namespace {

constexpr int kPadding = 10;
constexpr int kGap = 5;
constexpr int kShape = 11;
/// A value longer than this gives way at its end; the whole is in the tool tip.
constexpr int kWidestValue = 280;

QColor chipFill(const QAbstractButton *chip, bool on)
{
    const Theme &theme = Theme::current();
    if (chip->isDown())
        return theme.selection;
    if (chip->isEnabled() && chip->underMouse())
        return theme.hover;
    return on ? theme.window : theme.surface;
}

void setUpChip(QAbstractButton *chip)
{
    chip->setFocusPolicy(Qt::StrongFocus);
    chip->setAttribute(Qt::WA_Hover);
    chip->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

} // namespace

Chip::Chip(const QString &field, const QString &operation, const QString &value, QWidget *parent)
    : QAbstractButton(parent)
{
    setUpChip(this);
    setParts(field, operation, value);
}

void Chip::setParts(const QString &field, const QString &operation, const QString &value)
{
    m_field = field;
    m_operation = operation;
    m_value = value;
    const QString whole = QStringLiteral("%1 %2 %3").arg(field, operation, format::shortText(value)).simplified();
    setAccessibleName(tr("Filter: %1").arg(whole));
    setAccessibleDescription(m_removable ? tr("Backspace removes it") : QString());
    setToolTip(format::toolTip(whole));
    updateGeometry();
    update();
}

void Chip::setRemovable(bool removable)
{
    m_removable = removable;
    setParts(m_field, m_operation, m_value);
}

QSize Chip::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    int width = 2 * kPadding + std::min(metrics.horizontalAdvance(format::shortText(m_value)), kWidestValue);
    for (const QString &part : {m_field, m_operation}) {
        if (!part.isEmpty())
            width += metrics.horizontalAdvance(part) + kGap;
    }
    if (m_removable)
        width += measure::kChipHeight - kPadding;
    return {width, measure::kChipHeight};
}

QSize Chip::minimumSizeHint() const
{
    return sizeHint();
}

QRect Chip::removeRect() const
{
    return m_removable ? QRect(width() - measure::kChipHeight, 0, measure::kChipHeight, height()) : QRect();
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const PainterState state(&painter);
    const Theme &theme = Theme::current();
    paintPanel(&painter, rect(), measure::kRadiusChip, chipFill(this, true), theme.hairline);
    const QFontMetrics metrics = fontMetrics();
    int x = kPadding;
    const auto write = [&](const QString &text, const QColor &colour, int room) {
        if (text.isEmpty())
            return;
        painter.setPen(colour);
        painter.drawText(QRect(x, 0, room, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, text);
        x += metrics.horizontalAdvance(text) + kGap;
    };
    write(m_field, theme.muted, width());
    write(m_operation, theme.muted, width());
    const int room = width() - x - (m_removable ? measure::kChipHeight - 2 : kPadding);
    write(metrics.elidedText(format::shortText(m_value), Qt::ElideRight, room + 1), theme.text, room + 2);
    if (m_removable) {
        QRectF glyph(0, 0, 13, 13);
        glyph.moveCenter(QRectF(removeRect()).center());
        icons::paint(&painter, glyph, QStringLiteral("x"), theme.muted);
    }
}

void Chip::mousePressEvent(QMouseEvent *event)
{
    m_removePressed = event->button() == Qt::LeftButton && removeRect().contains(event->position().toPoint());
    if (!m_removePressed)
        QAbstractButton::mousePressEvent(event);
}

void Chip::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_removePressed)
        return QAbstractButton::mouseReleaseEvent(event);
    m_removePressed = false;
    if (removeRect().contains(event->position().toPoint()))
        Q_EMIT removeRequested();
}

void Chip::keyPressEvent(QKeyEvent *event)
{
    if (m_removable && (event->key() == Qt::Key_Backspace || event->key() == Qt::Key_Delete)) {
        Q_EMIT removeRequested();
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        return click();
    QAbstractButton::keyPressEvent(event);
}

void Chip::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        updateGeometry();
    QAbstractButton::changeEvent(event);
}

SeverityChip::SeverityChip(AlertSeverity severity, QWidget *parent)
    : QAbstractButton(parent), m_severity(severity)
{
    setUpChip(this);
    setCheckable(true);
    setChecked(true);
    setText(format::severity(severity));
    updateAccessibleText();
}

void SeverityChip::setCount(std::int64_t count)
{
    if (m_count == count)
        return;
    m_count = count;
    updateAccessibleText();
    updateGeometry();
    update();
}

QSize SeverityChip::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {2 * kPadding - 2 + kShape + kGap + metrics.horizontalAdvance(text()) + kGap
                + metrics.horizontalAdvance(format::count(m_count)),
            measure::kChipHeight};
}

QSize SeverityChip::minimumSizeHint() const
{
    return sizeHint();
}

void SeverityChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const PainterState state(&painter);
    const Theme &theme = Theme::current();
    paintPanel(&painter, rect(), measure::kRadiusChip, chipFill(this, isChecked()), theme.hairline);
    const QColor colour = theme.severity[static_cast<std::size_t>(m_severity)];
    badge::paintShape(&painter, QRectF(kPadding - 2, (height() - kShape) / 2.0, kShape, kShape),
                      static_cast<int>(m_severity), colour, theme.surface);
    const QFontMetrics metrics = fontMetrics();
    int x = kPadding - 2 + kShape + kGap;
    painter.setPen(isChecked() ? theme.text : theme.muted);
    QFont word = painter.font();
    word.setStrikeOut(!isChecked());
    painter.setFont(word);
    painter.drawText(QRect(x, 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft, text());
    painter.setFont(font());
    x += metrics.horizontalAdvance(text()) + kGap;
    painter.setPen(theme.muted);
    painter.drawText(QRect(x, 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft, format::count(m_count));
}

void SeverityChip::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        updateGeometry();
    QAbstractButton::changeEvent(event);
}

void SeverityChip::updateAccessibleText()
{
    setAccessibleName(tr("%1, %2").arg(badge::accessibleText(m_severity), format::count(m_count)));
    setAccessibleDescription(tr("Shows or hides alerts of this severity"));
    setToolTip(tr("Shows or hides alerts of this severity"));
}

ToggleChip::ToggleChip(const QString &text, QWidget *parent)
    : QAbstractButton(parent)
{
    setUpChip(this);
    setCheckable(true);
    setText(text);
}

QSize ToggleChip::sizeHint() const
{
    return {2 * kPadding + fontMetrics().horizontalAdvance(text()) + kShape + kGap, measure::kChipHeight};
}

QSize ToggleChip::minimumSizeHint() const
{
    return sizeHint();
}

void ToggleChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const PainterState state(&painter);
    const Theme &theme = Theme::current();
    paintPanel(&painter, rect(), measure::kRadiusChip, isChecked() ? theme.selection : chipFill(this, false),
               isChecked() ? theme.accent : theme.hairline);
    const QRectF glyph(kPadding - 2, (height() - 13) / 2.0, 13, 13);
    // The place of the check is kept, so that switching moves nothing.
    if (isChecked())
        icons::paint(&painter, glyph, QStringLiteral("check"), theme.accent);
    else
        icons::paint(&painter, glyph, QStringLiteral("plus"), theme.muted);
    painter.setPen(isChecked() ? theme.text : theme.muted);
    painter.drawText(rect().adjusted(kPadding + kShape + kGap - 1, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
}

void ToggleChip::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        updateGeometry();
    QAbstractButton::changeEvent(event);
}

} // namespace bartizan
