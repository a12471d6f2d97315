// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/consolestyle.h"

#include "ui/theme/consolestylepaint.h"
#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/theme/typedtext.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QFocusFrame>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QStyleOption>
#include <QTableView>

#include <algorithm>

namespace bartizan {

namespace {

/// Thickness of the slider inside its 12 pixels is a matter of painting; this is how short it may get.
constexpr int kShortestSlider = 24;
constexpr int kSpinButtonWidth = 20;
constexpr int kIconGapOfQt = 4; ///< What a push button's size hint has between icon and text.
constexpr int kIconGap = measure::kControlGap;

bool has(const QWidget *widget, const char *property)
{
    return widget && widget->property(property).toBool();
}

/// Where the slider of a scroll bar stands: full length, no buttons at the ends.
QRect scrollBarRect(const QStyleOptionSlider *bar, QStyle::SubControl part)
{
    const QRect all = bar->rect;
    const bool horizontal = bar->orientation == Qt::Horizontal;
    const int length = horizontal ? all.width() : all.height();
    const qint64 span = qint64(bar->maximum) - bar->minimum + bar->pageStep;
    int slider = length;
    if (bar->maximum > bar->minimum && span > 0)
        slider = std::clamp(static_cast<int>(qint64(length) * bar->pageStep / span), std::min(kShortestSlider, length),
                            length);
    const int start = QStyle::sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition,
                                                      length - slider, bar->upsideDown);
    const auto piece = [&](int from, int size) {
        const QRect rect = horizontal ? QRect(all.left() + from, all.top(), size, all.height())
                                      : QRect(all.left(), all.top() + from, all.width(), size);
        return QStyle::visualRect(bar->direction, all, rect);
    };
    switch (part) {
    case QStyle::SC_ScrollBarGroove: return all;
    case QStyle::SC_ScrollBarSlider: return piece(start, slider);
    case QStyle::SC_ScrollBarSubPage: return piece(0, start);
    case QStyle::SC_ScrollBarAddPage: return piece(start + slider, length - start - slider);
    default: return {};
    }
}

/// The palette a view's item is painted with: selected text keeps its colour on the theme's selection.
QPalette itemPalette(const QPalette &palette)
{
    const Theme &theme = Theme::current();
    QPalette p = palette;
    p.setColor(QPalette::HighlightedText, theme.text);
    p.setColor(QPalette::Active, QPalette::Highlight, theme.selection);
    p.setColor(QPalette::Inactive, QPalette::Highlight, theme.selectionInactive);
    return p;
}

} // namespace

ConsoleStyle::ConsoleStyle()
    : QProxyStyle(QStringLiteral("Fusion"))
{
}

void ConsoleStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                                 const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand: return stylepaint::button(option, painter, widget);
    case PE_PanelButtonTool: return stylepaint::toolButton(option, painter, widget);
    case PE_PanelLineEdit:
    case PE_FrameLineEdit:
        // The editor inside a spin box or combo box has no frame of its own.
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option); frame && frame->lineWidth == 0)
            return;
        return stylepaint::field(option, painter, widget);
    case PE_Frame:
        painter->save();
        painter->setPen(Theme::current().hairline);
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck: return stylepaint::checkBox(option, painter);
    case PE_IndicatorRadioButton: return stylepaint::radioButton(option, painter);
    case PE_FrameFocusRect:
        // Buttons and fields have the application's ring; views and custom widgets mark the cell from inside.
        if (qobject_cast<const QAbstractItemView *>(widget))
            stylepaint::focusRing(option, painter, 1.0);
        return;
    case PE_PanelItemViewItem:
    case PE_PanelItemViewRow: return stylepaint::itemRow(option, painter);
    case PE_IndicatorHeaderArrow:
    case PE_FrameStatusBarItem: return;
    case PE_PanelTipLabel:
        painter->fillRect(option->rect, Theme::current().raised);
        painter->setPen(Theme::current().control);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ConsoleStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                               const QWidget *widget) const
{
    switch (element) {
    case CE_FocusFrame: return stylepaint::focusRing(option, painter, 1.0);
    case CE_HeaderSection:
    case CE_HeaderEmptyArea: return stylepaint::headerSection(option, painter);
    case CE_Header:
        // The base style would keep room for an arrow of its own beside the label.
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            stylepaint::headerSection(header, painter);
            QStyleOptionHeader label = *header;
            label.rect = subElementRect(SE_HeaderLabel, header, widget);
            return stylepaint::headerLabel(&label, painter);
        }
        break;
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option))
            return stylepaint::headerLabel(header, painter);
        break;
    case CE_ProgressBarGroove: return stylepaint::progress(option, painter, false);
    case CE_ProgressBarContents: return stylepaint::progress(option, painter, true);
    case CE_Splitter: painter->fillRect(option->rect, Theme::current().hairline); return;
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
            QStyleOptionButton copy(*button);
            if (stylepaint::isPrimary(option, widget) && (option->state & State_Enabled))
                copy.palette.setColor(QPalette::ButtonText, Theme::current().onAccent);
            copy.state &= ~State_HasFocus;
            if (!copy.icon.isNull() && !copy.text.isEmpty() && !(copy.features & QStyleOptionButton::HasMenu))
                return stylepaint::iconLabel(&copy, painter, widget, proxy());
            return QProxyStyle::drawControl(element, &copy, painter, widget);
        }
        break;
    case CE_ItemViewItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option)) {
            QStyleOptionViewItem copy(*item);
            copy.palette = itemPalette(item->palette);
            return QProxyStyle::drawControl(element, &copy, painter, widget);
        }
        break;
    default: break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void ConsoleStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                                      const QWidget *widget) const
{
    if (control == CC_ComboBox) {
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option))
            return stylepaint::comboBox(combo, painter, widget, proxy());
    } else if (control == CC_SpinBox) {
        if (const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option))
            return stylepaint::spinBox(spin, painter, widget, proxy());
    } else if (control == CC_ScrollBar) {
        if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option))
            return stylepaint::scrollBar(bar, painter, widget, proxy());
    } else if (control == CC_ToolButton) {
        if (const auto *tool = qstyleoption_cast<const QStyleOptionToolButton *>(option)) {
            QStyleOptionToolButton copy(*tool); // An icon that opens a menu says so by itself.
            copy.features &= ~QStyleOptionToolButton::HasMenu;
            return QProxyStyle::drawComplexControl(control, &copy, painter, widget);
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect ConsoleStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl subControl,
                                   const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option))
            return scrollBarRect(bar, subControl);
    }
    if (control == CC_SpinBox) {
        const QRect all = option->rect;
        const int half = all.height() / 2;
        const auto visual = [&](const QRect &rect) { return visualRect(option->direction, all, rect); };
        const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option);
        const int buttons = spin && spin->buttonSymbols == QAbstractSpinBox::NoButtons ? 0 : kSpinButtonWidth;
        switch (subControl) {
        case SC_SpinBoxUp: return visual(QRect(all.right() + 1 - buttons, all.top(), buttons, half));
        case SC_SpinBoxDown:
            return visual(QRect(all.right() + 1 - buttons, all.top() + half, buttons, all.height() - half));
        case SC_SpinBoxEditField: return visual(all.adjusted(5, 2, -buttons - 2, -2));
        case SC_SpinBoxFrame: return all;
        default: break;
        }
    }
    if (control == CC_ComboBox) {
        const QRect all = option->rect;
        switch (subControl) {
        case SC_ComboBoxArrow:
            return visualRect(option->direction, all, QRect(all.right() - 23, all.top(), 24, all.height()));
        case SC_ComboBoxEditField: return visualRect(option->direction, all, all.adjusted(7, 2, -24, -2));
        default: break;
        }
    }
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

QRect ConsoleStyle::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    if (element == SE_LineEditContents) {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        return frame && frame->lineWidth > 0 ? rect.adjusted(4, 0, -4, 0) : rect;
    }
    // The label paints the arrow of the sorting itself: no other room is kept for it.
    if (element == SE_HeaderLabel)
        return option->rect.adjusted(measure::kCellPadding, 0, -measure::kCellPadding, 0);
    if (element == SE_ItemViewItemFocusRect) // The whole cell, not the words in it.
        return option->rect;
    if (element == SE_ItemViewItemText && qobject_cast<const QTableView *>(widget)) {
        const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option);
        const bool first = item && (item->viewItemPosition == QStyleOptionViewItem::Beginning
                                    || item->viewItemPosition == QStyleOptionViewItem::OnlyOne);
        return first ? rect.adjusted(measure::kFirstCellPadding - measure::kCellPadding, 0, 0, 0) : rect;
    }
    return rect;
}

QSize ConsoleStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                     const QWidget *widget) const
{
    QSize s = QProxyStyle::sizeFromContents(type, option, size, widget);
    const int control = std::max(measure::kControlHeight, (option ? option->fontMetrics.height() : 0) + 10);
    switch (type) {
    case CT_PushButton:
        if (has(widget, styleproperty::kRowSized))
            return {size.width() + 16, measure::kRowButtonHeight};
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
            button && !button->icon.isNull() && !button->text.isEmpty())
            return {size.width() + 24 + kIconGap - kIconGapOfQt, control};
        return {std::max(size.width() + 24, 64), control};
    case CT_ToolButton: return {std::max(s.width(), control), std::max(s.height(), control)};
    case CT_LineEdit: return {s.width() + 8, control};
    case CT_SpinBox: return {size.width() + kSpinButtonWidth + 14, control};
    case CT_ComboBox: return {size.width() + 36, control};
    case CT_HeaderSection: return {s.width(), std::max(measure::kTableHeader, s.height())};
    default: return s;
    }
}

/// How far the frame of a focus ring reaches beyond its widget.
static int ringMargin(const QStyleOption *option)
{
    const auto *frame = option ? qobject_cast<const QFocusFrame *>(option->styleObject) : nullptr;
    const bool inside = frame && frame->widget() && frame->widget()->property(styleproperty::kRingInside).toBool();
    return inside ? 0 : 3;
}

int ConsoleStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
    case PM_SmallIconSize:
    case PM_ButtonIconSize: return measure::kIcon;
    case PM_ScrollBarExtent: return 12;
    case PM_DefaultFrameWidth: return 1;
    case PM_HeaderMargin: return measure::kCellPadding;
    case PM_FocusFrameHMargin:
        // Views take it as the margin of their cells, less one.
        return qobject_cast<const QAbstractItemView *>(widget) ? measure::kCellPadding - 1 : ringMargin(option);
    case PM_FocusFrameVMargin: return ringMargin(option);
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical: return 0;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing: return measure::kControlGap;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin: return measure::kDialogMargin;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing: return measure::kControlGap;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ConsoleStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                            QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_ScrollBar_Transient: return 0;
    case SH_FocusFrame_AboveWidget:
    case SH_ItemView_ShowDecorationSelected: return 1;
    case SH_Table_GridLineColor: return static_cast<int>(Theme::current().hairline.rgb());
    default: return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

void ConsoleStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget))
        widget->setAttribute(Qt::WA_Hover);
    if (auto *header = qobject_cast<QHeaderView *>(widget)) {
        header->setFont(fonts::small());
        // The label elides itself; Qt would first keep room for an arrow wider than ours.
        header->setTextElideMode(Qt::ElideNone);
    }
    if (qobject_cast<QMenu *>(widget))
        widget->installEventFilter(this);
}

/// A letter typed into an open menu is the menu's, whatever it does as a key of the page below: shortcuts of pages are in
/// force in the menus as well that they open.
bool ConsoleStyle::eventFilter(QObject *watched, QEvent *event)
{
    const bool typed = event->type() == QEvent::ShortcutOverride && qobject_cast<QMenu *>(watched)
        && typesText(*static_cast<QKeyEvent *>(event));
    if (typed)
        event->accept();
    return typed || QProxyStyle::eventFilter(watched, event);
}

} // namespace bartizan
