// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/consolestylepaint.h"

#include "ui/theme/consolestyle.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <QWidget>

#include <algorithm>

namespace bartizan::stylepaint {

namespace {

/// Saves the painter and restores it at the end of a scope.
class Saved {
public:
    explicit Saved(QPainter *painter) : m_painter(painter)
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
    }
    ~Saved() { m_painter->restore(); }
    Q_DISABLE_COPY_MOVE(Saved)

private:
    QPainter *m_painter;
};

/// Lines of one pixel lie on half pixels.
QRectF onHalfPixels(const QRect &rect)
{
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
}

bool isEnabled(const QStyleOption *option)
{
    return option->state & QStyle::State_Enabled;
}

bool isHovered(const QStyleOption *option)
{
    return isEnabled(option) && (option->state & QStyle::State_MouseOver);
}

bool isPressed(const QStyleOption *option)
{
    return isEnabled(option) && (option->state & QStyle::State_Sunken);
}

QColor borderOf(const QStyleOption *option)
{
    const Theme &theme = Theme::current();
    return isEnabled(option) ? theme.control : theme.hairline;
}

QColor buttonFill(const QStyleOption *option)
{
    const Theme &theme = Theme::current();
    if (isPressed(option) || (option->state & QStyle::State_On))
        return theme.selection;
    return isHovered(option) ? theme.hover : theme.button;
}

/// One segment of a segmented control: the ends are round, the chosen one has the selection and a bar of the accent.
void segment(const QStyleOption *option, QPainter *painter, int place)
{
    const Theme &theme = Theme::current();
    const bool first = place == styleproperty::First || place == styleproperty::Only;
    const bool last = place == styleproperty::Last || place == styleproperty::Only;
    // Neighbours share a line: all but the first begin on the line of the one before.
    const QRectF frame = onHalfPixels(option->rect).adjusted(first ? 0.0 : -1.0, 0.0, 0.0, 0.0);
    painter->setClipRect(option->rect);
    const double r = measure::kRadiusControl;
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    path.addRoundedRect(frame, r, r);
    if (!first)
        path.addRect(QRectF(frame.left(), frame.top(), r * 2, frame.height()));
    if (!last)
        path.addRect(QRectF(frame.right() - r * 2, frame.top(), r * 2, frame.height()));
    const bool chosen = option->state & QStyle::State_On;
    painter->setPen(borderOf(option));
    painter->setBrush(chosen ? theme.selection : isPressed(option) ? theme.selectionInactive
                                             : isHovered(option)   ? theme.hover
                                                                   : theme.button);
    painter->drawPath(path.simplified());
    if (chosen)
        painter->fillRect(QRectF(frame.left() + 0.5, frame.bottom() - 1.5, frame.width() - 1.0, 2.0), theme.accent);
}

} // namespace

bool isPrimary(const QStyleOption *option, const QWidget *widget)
{
    if (widget && widget->property(styleproperty::kPrimary).isValid())
        return widget->property(styleproperty::kPrimary).toBool();
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    return button && (button->features & QStyleOptionButton::DefaultButton);
}

void button(const QStyleOption *option, QPainter *painter, const QWidget *widget)
{
    const Theme &theme = Theme::current();
    const auto *asButton = qstyleoption_cast<const QStyleOptionButton *>(option);
    if (asButton && (asButton->features & QStyleOptionButton::Flat) && !isHovered(option) && !isPressed(option))
        return;
    const Saved saved(painter);
    if (const int place = widget ? widget->property(styleproperty::kSegment).toInt() : 0)
        return segment(option, painter, place);
    if (isPrimary(option, widget) && isEnabled(option)) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.accentGround(isHovered(option), isPressed(option)));
        painter->drawRoundedRect(QRectF(option->rect), measure::kRadiusControl, measure::kRadiusControl);
        return;
    }
    painter->setPen(borderOf(option));
    painter->setBrush(buttonFill(option));
    painter->drawRoundedRect(onHalfPixels(option->rect), measure::kRadiusControl, measure::kRadiusControl);
}

void iconLabel(const QStyleOptionButton *option, QPainter *painter, const QWidget *widget, const QStyle *style)
{
    const Saved saved(painter);
    const bool mnemonics = style->styleHint(QStyle::SH_UnderlineShortcut, option, widget);
    const int flags = Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine
                      | (mnemonics ? Qt::TextShowMnemonic : Qt::TextHideMnemonic);
    const int text = option->fontMetrics.size(flags, option->text).width();
    const QSize icon = option->iconSize;
    const int left = option->rect.left() + (option->rect.width() - icon.width() - measure::kControlGap - text) / 2;
    const int top = option->rect.top() + (option->rect.height() - icon.height()) / 2;
    const auto visual = [option](const QRect &rect) {
        return QStyle::visualRect(option->direction, option->rect, rect);
    };
    option->icon.paint(painter, visual(QRect(QPoint(left, top), icon)), Qt::AlignCenter,
                       isEnabled(option) ? QIcon::Normal : QIcon::Disabled,
                       option->state & QStyle::State_On ? QIcon::On : QIcon::Off);
    const QRect room(left + icon.width() + measure::kControlGap, option->rect.top(), text, option->rect.height());
    style->drawItemText(painter, visual(room), flags, option->palette, isEnabled(option), option->text,
                        QPalette::ButtonText);
}

void toolButton(const QStyleOption *option, QPainter *painter, const QWidget *widget)
{
    const bool autoRaise = option->state & QStyle::State_AutoRaise;
    if (autoRaise && !isHovered(option) && !isPressed(option) && !(option->state & QStyle::State_On))
        return;
    const Saved saved(painter);
    if (const int place = widget ? widget->property(styleproperty::kSegment).toInt() : 0)
        return segment(option, painter, place);
    painter->setPen(autoRaise ? QPen(Qt::NoPen) : QPen(borderOf(option)));
    painter->setBrush(buttonFill(option));
    painter->drawRoundedRect(onHalfPixels(option->rect), measure::kRadiusControl, measure::kRadiusControl);
}

void field(const QStyleOption *option, QPainter *painter, const QWidget *widget)
{
    const Theme &theme = Theme::current();
    const Saved saved(painter);
    const bool wrong = widget && widget->property(styleproperty::kFieldError).toBool();
    painter->setBrush(isEnabled(option) ? theme.surface : theme.window);
    painter->setPen(wrong ? theme.error : borderOf(option));
    const QRectF frame = onHalfPixels(option->rect);
    painter->drawRoundedRect(frame, measure::kRadiusControl, measure::kRadiusControl);
    if (wrong) {
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(frame.adjusted(1, 1, -1, -1), measure::kRadiusControl - 1,
                                 measure::kRadiusControl - 1);
    }
}

void checkBox(const QStyleOption *option, QPainter *painter)
{
    const Theme &theme = Theme::current();
    const Saved saved(painter);
    const double side = std::min({option->rect.width(), option->rect.height(), 16});
    QRectF box(0, 0, side, side);
    box.moveCenter(QRectF(option->rect).center());
    box.moveTo(qRound(box.left()), qRound(box.top()));
    const bool set = option->state & (QStyle::State_On | QStyle::State_NoChange);
    const QColor fill = isEnabled(option) ? theme.accent : theme.disabled;
    painter->setPen(set ? fill : borderOf(option));
    painter->setBrush(set ? fill : isHovered(option) ? theme.hover : theme.surface);
    painter->drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), measure::kRadiusBadge, measure::kRadiusBadge);
    if (set) {
        const bool partly = option->state & QStyle::State_NoChange;
        icons::paint(painter, box.adjusted(2, 2, -2, -2), partly ? QStringLiteral("minus") : QStringLiteral("check"),
                     theme.onAccent);
    }
}

void radioButton(const QStyleOption *option, QPainter *painter)
{
    const Theme &theme = Theme::current();
    const Saved saved(painter);
    const double side = std::min({option->rect.width(), option->rect.height(), 16});
    QRectF box(0, 0, side, side);
    box.moveCenter(QRectF(option->rect).center());
    const bool set = option->state & QStyle::State_On;
    const QColor fill = isEnabled(option) ? theme.accent : theme.disabled;
    painter->setPen(set ? fill : borderOf(option));
    painter->setBrush(set ? fill : isHovered(option) ? theme.hover : theme.surface);
    painter->drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5));
    if (set) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.onAccent);
        painter->drawEllipse(box.center(), 3.0, 3.0);
    }
}

void focusRing(const QStyleOption *option, QPainter *painter, double inset)
{
    const Saved saved(painter);
    painter->setPen(QPen(Theme::current().focus, measure::kFocusRing));
    painter->setBrush(Qt::NoBrush);
    const double r = measure::kRadiusControl + 1.0;
    painter->drawRoundedRect(QRectF(option->rect).adjusted(inset, inset, -inset, -inset), r, r);
}

void itemRow(const QStyleOption *option, QPainter *painter)
{
    const Theme &theme = Theme::current();
    const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option);
    if (item && item->backgroundBrush.style() != Qt::NoBrush)
        painter->fillRect(option->rect, item->backgroundBrush);
    if (option->state & QStyle::State_Selected)
        painter->fillRect(option->rect, option->state & QStyle::State_Active ? theme.selection
                                                                             : theme.selectionInactive);
    else if (isHovered(option))
        painter->fillRect(option->rect, theme.hover);
}

void headerSection(const QStyleOption *option, QPainter *painter)
{
    const Theme &theme = Theme::current();
    const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
    painter->fillRect(option->rect, header && isHovered(option) && header->sortIndicator != QStyleOptionHeader::None
                                        ? theme.hover
                                        : theme.window);
}

void headerLabel(const QStyleOptionHeader *option, QPainter *painter)
{
    const Saved saved(painter);
    const Theme &theme = Theme::current();
    const bool leading = option->position == QStyleOptionHeader::Beginning
                         || option->position == QStyleOptionHeader::OnlyOneSection;
    QRect text = option->rect;
    if (leading)
        text.setLeft(text.left() + measure::kFirstCellPadding - measure::kCellPadding);
    painter->setFont(fonts::small());
    const bool sorted = option->sortIndicator != QStyleOptionHeader::None;
    painter->setPen(sorted ? theme.text : theme.muted);
    constexpr int kArrow = 12;
    const QFontMetrics metrics(fonts::small());
    const int room = text.width() - (sorted ? kArrow + 4 : 0);
    const QString shown = metrics.elidedText(option->text, Qt::ElideRight, room);
    const int width = metrics.horizontalAdvance(shown);
    const bool right = option->textAlignment & Qt::AlignRight;
    const int left = right ? text.right() + 1 - width - (sorted ? kArrow + 4 : 0) : text.left();
    painter->drawText(QRect(left, text.top(), width + 2, text.height()), Qt::AlignVCenter | Qt::AlignLeft, shown);
    if (sorted) {
        // Qt calls the arrow of an ascending column "down"; here the arrow shows the way the values run.
        const bool ascending = option->sortIndicator == QStyleOptionHeader::SortDown;
        const QRectF arrow(left + width + 4, text.center().y() - kArrow / 2.0 + 0.5, kArrow, kArrow);
        icons::paint(painter, arrow, ascending ? QStringLiteral("arrow-up") : QStringLiteral("arrow-down"), theme.text);
    }
}

void progress(const QStyleOption *option, QPainter *painter, bool contents)
{
    const Theme &theme = Theme::current();
    const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(option);
    const Saved saved(painter);
    QRectF rect(option->rect);
    painter->setPen(Qt::NoPen);
    if (!contents) {
        painter->setBrush(theme.track);
        painter->drawRoundedRect(rect, measure::kRadiusControl, measure::kRadiusControl);
        return;
    }
    if (!bar)
        return;
    // Unknown length: a bar over a third, at rest; the text beside it says what has been done.
    double share = 1.0 / 3.0;
    if (bar->maximum > bar->minimum)
        share = (double(bar->progress) - bar->minimum) / (double(bar->maximum) - bar->minimum);
    rect.setWidth(rect.width() * std::clamp(share, 0.0, 1.0));
    painter->setBrush(theme.accent);
    painter->drawRoundedRect(rect, measure::kRadiusControl, measure::kRadiusControl);
}

void comboBox(const QStyleOptionComboBox *option, QPainter *painter, const QWidget *widget, const QStyle *style)
{
    const Theme &theme = Theme::current();
    const Saved saved(painter);
    const bool wrong = widget && widget->property(styleproperty::kFieldError).toBool();
    painter->setPen(wrong ? theme.error : borderOf(option));
    painter->setBrush(option->editable ? theme.surface : isHovered(option) ? theme.hover : theme.button);
    painter->drawRoundedRect(onHalfPixels(option->rect), measure::kRadiusControl, measure::kRadiusControl);
    const QRect arrow = style->subControlRect(QStyle::CC_ComboBox, option, QStyle::SC_ComboBoxArrow, widget);
    QRectF glyph(0, 0, 14, 14);
    glyph.moveCenter(QRectF(arrow).center());
    icons::paint(painter, glyph, QStringLiteral("chevron-down"), isEnabled(option) ? theme.text : theme.disabled);
}

void spinBox(const QStyleOptionSpinBox *option, QPainter *painter, const QWidget *widget, const QStyle *style)
{
    const Theme &theme = Theme::current();
    if (option->frame)
        field(option, painter, widget);
    if (option->buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    const Saved saved(painter);
    const auto part = [&](QStyle::SubControl control, QAbstractSpinBox::StepEnabledFlag flag, const QString &icon) {
        const QRect rect = style->subControlRect(QStyle::CC_SpinBox, option, control, widget);
        const bool usable = isEnabled(option) && (option->stepEnabled & flag);
        const bool active = usable && (option->activeSubControls & control);
        if (active)
            painter->fillRect(rect.adjusted(1, 1, -1, -1), isPressed(option) ? theme.selection : theme.hover);
        QRectF glyph(0, 0, 10, 10);
        glyph.moveCenter(QRectF(rect).center());
        icons::paint(painter, glyph, icon, usable ? theme.muted : theme.disabled);
        return rect;
    };
    const QRect up = part(QStyle::SC_SpinBoxUp, QAbstractSpinBox::StepUpEnabled, QStringLiteral("plus"));
    part(QStyle::SC_SpinBoxDown, QAbstractSpinBox::StepDownEnabled, QStringLiteral("minus"));
    painter->fillRect(QRect(up.left(), option->rect.top() + 2, 1, option->rect.height() - 4), theme.hairline);
    painter->fillRect(QRect(up.left(), up.bottom(), up.width() - 2, 1), theme.hairline);
}

void scrollBar(const QStyleOptionSlider *option, QPainter *painter, const QWidget *widget, const QStyle *style)
{
    const Theme &theme = Theme::current();
    painter->fillRect(option->rect, theme.surface);
    if (option->maximum <= option->minimum)
        return;
    const Saved saved(painter);
    const QRect slider = style->subControlRect(QStyle::CC_ScrollBar, option, QStyle::SC_ScrollBarSlider, widget);
    const bool active = (option->activeSubControls & QStyle::SC_ScrollBarSlider) || isPressed(option);
    const double inset = active ? 2.0 : 3.0;
    const QRectF thumb = QRectF(slider).adjusted(inset, inset, -inset, -inset);
    painter->setPen(Qt::NoPen);
    painter->setBrush(active ? theme.muted : theme.control);
    const double r = std::min(thumb.width(), thumb.height()) / 2.0;
    painter->drawRoundedRect(thumb, r, r);
}

} // namespace bartizan::stylepaint
