// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/buttons.h"

#include "ui/theme/consolestyle.h"
#include "ui/theme/fonts.h"
#include "ui/theme/shorttext.h"
#include "ui/widgets/painting.h"

#include <QKeyEvent>
#include <QPushButton>

namespace bartizan {

void setPrimary(QPushButton *button, bool primary)
{
    button->setProperty(styleproperty::kPrimary, primary);
    button->update();
}

bool isPrimary(const QWidget *widget)
{
    return widget && widget->property(styleproperty::kPrimary).toBool();
}

void setRowSized(QPushButton *button)
{
    button->setProperty(styleproperty::kRowSized, true);
    button->setFont(fonts::small());
    button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    button->updateGeometry();
}

QRect rowButtonRect(const QRect &cell)
{
    return {cell.right() + 1 - measure::kCellPadding - measure::kRowButtonWidth,
            cell.top() + (cell.height() - measure::kRowButtonHeight) / 2, measure::kRowButtonWidth,
            measure::kRowButtonHeight};
}

void paintRowButton(QPainter *painter, const QRect &where, const QString &text, RowButtonState state)
{
    const PainterState saved(painter);
    const Theme &theme = Theme::current();
    const QColor fill = state == RowButtonState::Pressed   ? theme.selection
                        : state == RowButtonState::Hovered ? theme.hover
                                                           : theme.button;
    paintPanel(painter, where, measure::kRadiusControl, fill, theme.control);
    const QFont font = fonts::small();
    painter->setFont(font);
    painter->setPen(theme.text);
    const QString shown = QFontMetrics(font).elidedText(text, Qt::ElideRight, where.width() - 8);
    painter->drawText(where, Qt::AlignCenter | Qt::TextSingleLine, shown);
}

LinkButton::LinkButton(const QString &text, QWidget *parent)
    : QAbstractButton(parent)
{
    setText(text);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize LinkButton::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    // Advances are rounded; a pixel more keeps the text from being elided.
    return {metrics.horizontalAdvance(format::shortText(text())) + 6, metrics.height() + 4};
}

QSize LinkButton::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), 40), sizeHint().height()};
}

void LinkButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    QFont linkFont = font();
    linkFont.setUnderline(isEnabled() && underMouse());
    painter.setFont(linkFont);
    painter.setPen(isEnabled() ? theme.accent : theme.disabled);
    const QRect inside = rect().adjusted(kInset, 0, -1, 0);
    painter.drawText(inside, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     QFontMetrics(linkFont).elidedText(format::shortText(text()), m_elide, inside.width()));
}

void LinkButton::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

void LinkButton::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        updateGeometry();
    QAbstractButton::changeEvent(event);
}

} // namespace bartizan
