// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/barlist.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/shorttext.h"
#include "ui/theme/tabulartext.h"
#include "ui/widgets/accessiblerole.h"
#include "ui/widgets/painting.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>

namespace bartizan {

namespace {

constexpr int kBarHeight = 8;
constexpr int kGap = 8;

int numberWidth(const std::vector<BarList::Row> &rows, bool semibold)
{
    double widest = 24.0;
    for (const BarList::Row &row : rows)
        widest = std::max(widest, tabulartext::width(semibold ? fonts::semibold() : fonts::body(),
                                                     format::shortCount(row.value)));
    return qRound(widest + 1.0);
}

} // namespace

BarList::BarList(QWidget *parent)
    : QWidget(parent), m_rowHeight(Theme::current().rowHeight)
{
    announceAs(this, QAccessible::Chart);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void BarList::setRows(std::vector<Row> rows)
{
    for (Row &row : rows)
        row.name = format::shortText(row.name);
    if (rows == m_rows)
        return;
    const int before = visibleRows();
    m_rows = std::move(rows);
    m_current = std::min(m_current, visibleRows() - 1);
    m_hovered = -1;
    updateAccessibleText();
    updateGeometry();
    update();
    if (visibleRows() != before)
        Q_EMIT visibleRowsChanged();
}

void BarList::setOrder(Order order)
{
    m_order = order;
    update();
}

void BarList::setRanked(bool ranked)
{
    m_ranked = ranked;
    update();
}

void BarList::setRowHeight(int height)
{
    m_rowHeight = height;
    updateGeometry();
    update();
}

void BarList::setHairlines(bool on)
{
    m_hairlines = on;
    update();
}

void BarList::setColumnWidths(int names, int bars)
{
    m_nameWidth = names;
    m_barWidth = bars;
    update();
}

void BarList::setFullBar(std::int64_t value)
{
    m_fullBar = value;
    update();
}

void BarList::setMaximumRows(int rows)
{
    m_maximumRows = rows;
    updateGeometry();
    update();
}

int BarList::visibleRows() const
{
    const int all = static_cast<int>(m_rows.size());
    const int fitting = m_maximumRows >= 0 ? m_maximumRows : std::max(1, height() / m_rowHeight);
    return std::min(all, fitting);
}

void BarList::setCurrentRow(int row)
{
    m_current = std::clamp(row, -1, visibleRows() - 1);
    updateAccessibleText();
    update();
}

QSize BarList::sizeHint() const
{
    return {200, m_rowHeight * std::max(1, m_maximumRows >= 0 ? visibleRows() : static_cast<int>(m_rows.size()))};
}

QSize BarList::minimumSizeHint() const
{
    return {120, m_rowHeight};
}

QRect BarList::rowRect(int row) const
{
    return {0, row * m_rowHeight, width(), m_rowHeight};
}

int BarList::rowAt(const QPoint &position) const
{
    const int row = position.y() < 0 ? -1 : position.y() / m_rowHeight;
    return row < visibleRows() && rect().contains(position) ? row : -1;
}

std::int64_t BarList::fullBar() const
{
    if (m_fullBar > 0)
        return m_fullBar;
    std::int64_t largest = 1;
    for (const Row &row : m_rows)
        largest = std::max(largest, row.value);
    return largest;
}

void BarList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    for (int row = 0; row < visibleRows(); ++row)
        paintRow(&painter, row);
}

void BarList::paintRow(QPainter *painter, int index) const
{
    const Theme &theme = Theme::current();
    const Row &row = m_rows[static_cast<std::size_t>(index)];
    const QRect box = rowRect(index);
    if (index == m_hovered || (hasFocus() && index == m_current))
        painter->fillRect(box, theme.hover);
    const QFontMetrics body(fonts::body());
    const QFontMetrics small(fonts::small());
    const bool notes = m_order == Order::NumberThenBar;
    const int numbers = numberWidth(m_rows, notes || m_hairlines);
    int x = box.left();
    const auto cell = [&](int width) { return QRect(x, box.top(), width, box.height()); };
    if (m_ranked) {
        painter->setPen(theme.muted);
        const auto last = format::count(std::max(9, visibleRows()));
        const int ranks = qRound(tabulartext::width(fonts::small(), last)) + 3;
        tabulartext::draw(painter, cell(ranks), Qt::AlignVCenter | Qt::AlignRight, fonts::small(),
                          format::count(index + 1));
        x += ranks + kGap;
    }
    const int names = m_nameWidth > 0 ? m_nameWidth : std::max(60, (box.width() - x) * 2 / 5);
    painter->setFont(fonts::body());
    painter->setPen(theme.text);
    painter->drawText(cell(names), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      body.elidedText(row.name, Qt::ElideRight, names));
    x += names + kGap;
    const auto number = [&](const QRect &where) {
        painter->setPen(theme.text);
        tabulartext::draw(painter, where, Qt::AlignVCenter | Qt::AlignRight,
                          notes || m_hairlines ? fonts::semibold() : fonts::body(), format::shortCount(row.value));
    };
    if (notes) {
        number(cell(numbers));
        x += numbers + 6;
    }
    const int bars = m_barWidth > 0 ? m_barWidth : std::max(0, box.right() + 1 - x - (notes ? 0 : numbers + kGap));
    const double share = static_cast<double>(row.value) / static_cast<double>(fullBar());
    if (row.value > 0) {
        const double length = std::max(2.0, bars * std::min(1.0, share));
        painter->fillRect(QRectF(x, box.top() + (box.height() - kBarHeight) / 2, length, kBarHeight), theme.series[0]);
    }
    x += bars + kGap;
    if (!notes)
        number(QRect(box.right() + 1 - numbers, box.top(), numbers, box.height()));
    if (!row.note.isEmpty()) {
        x += kGap;
        painter->setFont(fonts::body());
        painter->setPen(theme.muted);
        painter->drawText(cell(box.right() + 1 - x), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                          body.elidedText(row.note, Qt::ElideRight, box.right() + 1 - x));
    }
    if (m_hairlines)
        painter->fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.hairline);
    if (hasFocus() && index == m_current) {
        const PainterState state(painter);
        paintRingInside(painter, box);
    }
}

void BarList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    Q_EMIT visibleRowsChanged();
}

void BarList::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        update();
    QWidget::changeEvent(event);
}

bool BarList::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int row = rowAt(help->pos());
    if (row < 0) {
        QToolTip::hideText();
        return true;
    }
    const Row &r = m_rows[static_cast<std::size_t>(row)];
    const QString text = r.toolTip.isEmpty() ? QStringLiteral("%1: %2").arg(r.name, format::count(r.value)) : r.toolTip;
    QToolTip::showText(help->globalPos(), format::toolTip(text), this);
    return true;
}

void BarList::mouseMoveEvent(QMouseEvent *event)
{
    const int row = rowAt(event->position().toPoint());
    if (row == m_hovered)
        return;
    m_hovered = row;
    setCursor(row >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
    Q_EMIT rowHovered(row);
}

void BarList::leaveEvent(QEvent *event)
{
    m_hovered = -1;
    update();
    Q_EMIT rowHovered(-1);
    QWidget::leaveEvent(event);
}

void BarList::mouseReleaseEvent(QMouseEvent *event)
{
    const int row = rowAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || row < 0)
        return;
    setCurrentRow(row);
    Q_EMIT activated(row);
}

void BarList::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Down: return setCurrentRow(m_current + 1);
    case Qt::Key_Up: return setCurrentRow(std::max(0, m_current - 1));
    case Qt::Key_Home: return setCurrentRow(0);
    case Qt::Key_End: return setCurrentRow(visibleRows() - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current >= 0)
            Q_EMIT activated(m_current);
        return;
    default: QWidget::keyPressEvent(event);
    }
}

void BarList::updateAccessibleText()
{
    QStringList lines;
    const auto text = [](const Row &row) {
        return QStringLiteral("%1: %2%3").arg(row.name, format::count(row.value),
                                              row.note.isEmpty() ? QString() : QString(QStringLiteral(", ") + row.note));
    };
    if (m_current >= 0 && m_current < static_cast<int>(m_rows.size()))
        lines.append(text(m_rows[static_cast<std::size_t>(m_current)]));
    for (const Row &row : m_rows)
        lines.append(text(row));
    setAccessibleDescription(lines.isEmpty() ? tr("Empty list") : lines.join(QStringLiteral("; ")));
}

} // namespace bartizan
