// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/flowlayout.h"

#include <QStyle>
#include <QWidget>

#include <algorithm>

namespace bartizan {

FlowLayout::FlowLayout(int gap)
{
    setContentsMargins(0, 0, 0, 0);
    setSpacing(gap);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

void FlowLayout::addItem(QLayoutItem *item)
{
    m_items.append(item);
    invalidate();
}

int FlowLayout::count() const
{
    return static_cast<int>(m_items.size());
}

QLayoutItem *FlowLayout::itemAt(int index) const
{
    return m_items.value(index);
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    if (index < 0 || index >= count())
        return nullptr;
    QLayoutItem *item = m_items.takeAt(index);
    invalidate();
    return item;
}

Qt::Orientations FlowLayout::expandingDirections() const
{
    return {};
}

bool FlowLayout::hasHeightForWidth() const
{
    return true;
}

int FlowLayout::heightForWidth(int width) const
{
    int height = 0;
    for (const Line &line : linesIn(width))
        height += heightOf(line) + (height > 0 ? spacing() : 0);
    return height;
}

QSize FlowLayout::minimumSize() const
{
    QSize least(0, 0);
    for (const QLayoutItem *item : m_items)
        least = least.expandedTo(item->sizeHint());
    return least;
}

QSize FlowLayout::sizeHint() const
{
    QSize all(0, 0);
    for (const QLayoutItem *item : m_items) {
        const QSize wanted = item->sizeHint();
        all = {all.width() + wanted.width() + (all.width() > 0 ? spacing() : 0), std::max(all.height(), wanted.height())};
    }
    return all;
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    const Qt::LayoutDirection direction = parentWidget() != nullptr ? parentWidget()->layoutDirection() : Qt::LeftToRight;
    int y = rect.top();
    for (const Line &line : linesIn(rect.width())) {
        const int height = heightOf(line);
        int x = rect.left();
        for (QLayoutItem *item : line) {
            const QSize size = item->sizeHint();
            const QRect place(x, y + (height - size.height()) / 2, std::min(size.width(), rect.width()), size.height());
            item->setGeometry(QStyle::visualRect(direction, rect, place));
            x += size.width() + spacing();
        }
        y += height + spacing();
    }
}

QList<FlowLayout::Line> FlowLayout::linesIn(int width) const
{
    QList<Line> lines;
    int used = 0;
    for (QLayoutItem *item : m_items) {
        if (item->isEmpty())
            continue;
        const int wanted = item->sizeHint().width();
        if (lines.isEmpty() || used + spacing() + wanted > width) {
            lines.append({item});
            used = wanted;
        } else {
            lines.last().append(item);
            used += spacing() + wanted;
        }
    }
    return lines;
}

int FlowLayout::heightOf(const Line &line)
{
    int height = 0;
    for (const QLayoutItem *item : line)
        height = std::max(height, item->sizeHint().height());
    return height;
}

} // namespace bartizan
