// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/rowdelegate.h"

#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/rowpainting.h"

#include <QHeaderView>
#include <QMouseEvent>
#include <QPainter>
#include <QTableView>
#include <QtMath>

#include <algorithm>

namespace bartizan {
namespace {

bool has(const std::vector<int> &columns, int column)
{
    return std::find(columns.begin(), columns.end(), column) != columns.end();
}

/// The text as it fits when `elided` shortens it to so many pixels. Tabular digits are wider than those that are measured
/// for eliding: what they take more is taken off, or the end, which tells texts apart, would be cut after all.
template <typename Elided>
QString fitted(const QString &text, int width, const Elided &elided)
{
    QString shown = text;
    for (int room = width; room > 0 && tabulartext::width(fonts::body(), shown) > width; room -= 4)
        shown = elided(room);
    return shown;
}

QString addressIn(const QString &address, int width)
{
    const QFontMetrics metrics(fonts::body());
    return fitted(address, width, [&](int room) { return elidedAddress(metrics, address, room); });
}

QString nameIn(const QString &name, int width)
{
    const QFontMetrics metrics(fonts::body());
    return fitted(name, width, [&](int room) { return metrics.elidedText(name, Qt::ElideMiddle, room); });
}

} // namespace

RowDelegate::RowDelegate(QTableView *view)
    : QStyledItemDelegate(view)
    , m_view(view)
{
    view->installEventFilter(this);
    view->viewport()->installEventFilter(this);
}

void RowDelegate::setHoveredRow(int row)
{
    if (row == m_hoveredRow)
        return;
    m_hoveredRow = row;
    m_view->viewport()->update();
}

bool RowDelegate::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::HoverEnter: // A list may come up under a pointer that does not move.
    case QEvent::MouseMove:
        if (watched == m_view->viewport())
            setHoveredRow(m_view->rowAt(static_cast<QSinglePointEvent *>(event)->position().toPoint().y()));
        break;
    case QEvent::Leave:
        if (watched == m_view->viewport())
            setHoveredRow(-1);
        break;
    case QEvent::Wheel:
        setHoveredRow(-1);
        break;
    case QEvent::KeyPress:
        m_byKeyboard = true;
        break;
    case QEvent::MouseButtonPress:
        m_byKeyboard = false;
        break;
    case QEvent::FocusIn:
        if (watched == m_view) {
            const Qt::FocusReason reason = static_cast<QFocusEvent *>(event)->reason();
            m_byKeyboard = m_byKeyboard || reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason;
        }
        [[fallthrough]];
    case QEvent::FocusOut: // The selection's colour tells where the keyboard is.
        if (watched == m_view)
            m_view->viewport()->update();
        break;
    default: break;
    }
    return false; // The base class would take the view for an editor of its own.
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const QString text = index.data().toString();
    const bool first = m_view->horizontalHeader()->visualIndex(index.column()) == 0;
    return {qCeil(tabulartext::width(fonts::body(), text)) + (first ? measure::kFirstCellPadding : measure::kCellPadding)
                + measure::kCellPadding,
            Theme::current().rowHeight};
}

void RowDelegate::paintText(QPainter *painter, const QRect &where, const QString &text, const QColor &colour,
                            Qt::Alignment alignment)
{
    painter->setPen(colour);
    tabulartext::draw(painter, where, alignment, fonts::body(), text);
}

void RowDelegate::paintCell(QPainter *painter, const QRect &, const QRect &content, const QModelIndex &index) const
{
    QString text = index.data().toString();
    if (has(m_addresses, index.column()))
        text = addressIn(text, content.width());
    else if (has(m_names, index.column()))
        text = nameIn(text, content.width());
    const Theme &theme = Theme::current();
    paintText(painter, content, text, has(m_muted, index.column()) ? theme.muted : theme.text,
              (has(m_right, index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

/// The whole row of an index, as far as columns are shown.
QRect RowDelegate::ringOf(const QModelIndex &index) const
{
    QRect row;
    for (int column = 0; column < index.model()->columnCount(); ++column)
        row |= m_view->visualRect(index.siblingAtColumn(column));
    return row;
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem row(option);
    row.state.setFlag(QStyle::State_Active, m_view->hasFocus() && m_view->isActiveWindow());
    const bool first = m_view->horizontalHeader()->visualIndex(index.column()) == 0;
    const QModelIndex current = m_view->currentIndex();
    painter->save();
    if (const QColor colour = ground(index); colour.isValid())
        painter->fillRect(option.rect, colour);
    rowpainting::paintBackground(painter, row, index.row() == m_hoveredRow);
    const QRect content = option.rect.adjusted(first ? measure::kFirstCellPadding : measure::kCellPadding, 0,
                                               -measure::kCellPadding, -1);
    painter->setClipRect(option.rect);
    paintCell(painter, option.rect, content, index);
    if (first && index.row() == current.row() && (option.state & QStyle::State_Selected))
        rowpainting::paintCurrentBar(painter, option.rect);
    if ((m_ringsRows ? index.row() == current.row() : index == current) && m_byKeyboard && m_view->hasFocus())
        rowpainting::paintFocusRing(painter, m_ringsRows ? ringOf(index) : option.rect); // Each cell draws its part.
    painter->restore();
}

} // namespace bartizan
