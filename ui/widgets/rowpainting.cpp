// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/rowpainting.h"

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/widgets/painting.h"

#include <QHeaderView>
#include <QStyleOption>
#include <QTableView>
#include <QTreeView>

namespace bartizan::rowpainting {

namespace {

void setUpView(QAbstractItemView *view)
{
    view->setFrameShape(QFrame::NoFrame);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setTextElideMode(Qt::ElideRight);
    view->setMouseTracking(true);
    view->viewport()->setAttribute(Qt::WA_Hover);
}

} // namespace

void paintBackground(QPainter *painter, const QStyleOptionViewItem &option, bool hovered)
{
    const Theme &theme = Theme::current();
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, option.state & QStyle::State_Active ? theme.selection : theme.selectionInactive);
    else if (hovered)
        painter->fillRect(option.rect, theme.hover);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme.hairline);
}

void paintCurrentBar(QPainter *painter, const QRect &cell)
{
    painter->fillRect(QRect(cell.left(), cell.top(), measure::kCurrentBar, cell.height()), Theme::current().accent);
}

void paintFocusRing(QPainter *painter, const QRect &cell)
{
    const PainterState state(painter);
    paintRingInside(painter, QRectF(cell).adjusted(0, 0, 0, -1));
}

void paintCheckBox(QPainter *painter, const QRect &where, bool checked, bool hovered)
{
    const PainterState state(painter);
    const Theme &theme = Theme::current();
    const QRect box(where.left() + (where.width() - measure::kIcon) / 2,
                    where.top() + (where.height() - measure::kIcon) / 2, measure::kIcon, measure::kIcon);
    paintPanel(painter, box, measure::kRadiusBadge, checked ? theme.accent : hovered ? theme.hover : theme.surface,
               checked ? theme.accent : theme.control);
    if (checked)
        icons::paint(painter, QRectF(box).adjusted(2, 2, -2, -2), QStringLiteral("check"), theme.onAccent);
}

void setUpTable(QTableView *view)
{
    setUpView(view);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setCornerButtonEnabled(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setMinimumSectionSize(measure::kRowButtonHeight);
    view->verticalHeader()->setDefaultSectionSize(Theme::current().rowHeight);
    view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView *header = view->horizontalHeader();
    header->setFont(fonts::small());
    header->setFixedHeight(std::max(measure::kTableHeader, QFontMetrics(fonts::small()).height() + 8));
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setHighlightSections(false);
    header->setMinimumSectionSize(24);
}

void setUpTree(QTreeView *view)
{
    setUpView(view);
    view->setUniformRowHeights(true);
    view->header()->setFont(fonts::small());
    view->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

} // namespace bartizan::rowpainting
