// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertsdelegate.h"

#include "ui/models/alertmodel.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/statusglyph.h"

#include <QHeaderView>
#include <QPainter>
#include <QTableView>

#include <algorithm>
#include <array>

namespace bartizan {
namespace {

/// Less room than this behind the title is left empty: a few letters of a description say nothing.
constexpr int kSmallestDescription = 96;

} // namespace

AlertsDelegate::AlertsDelegate(QTableView *view)
    : RowDelegate(view)
{
    setMuted({AlertModel::CountryColumn, AlertModel::OwnerColumn});
    setAddresses({AlertModel::AddressColumn});
    setNames({AlertModel::UserColumn});
}

void AlertsDelegate::setButtonState(const QPersistentModelIndex &row, bool pressed)
{
    if (row == m_buttonRow && pressed == m_pressed)
        return;
    m_buttonRow = row;
    m_pressed = pressed;
    view()->viewport()->update();
}

void AlertsDelegate::setButtonsShown(bool shown)
{
    if (shown == m_buttonsShown)
        return;
    m_buttonsShown = shown;
    view()->viewport()->update();
}

void AlertsDelegate::paintCell(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const
{
    if (index.data(AlertModel::GroupRole).toBool()) {
        paintGroup(painter, cell, content, index);
        return;
    }
    // Values of fixed length fill their column: the padding of the next one stands between.
    const QRect untilNext = content.adjusted(0, 0, measure::kCellPadding, 0);
    switch (index.column()) {
    case AlertModel::SeverityColumn:
        badge::paint(painter, content, static_cast<AlertSeverity>(index.data(AlertModel::SeverityRole).toInt()));
        return;
    case AlertModel::TitleColumn: paintTitle(painter, content, index); return;
    case AlertModel::CountColumn:
        paintText(painter, content.adjusted(-measure::kCellPadding, 0, 0, 0), index.data().toString(),
                  index.data(AlertModel::HitsRole).toLongLong() > 1 ? Theme::current().text : Theme::current().muted,
                  Qt::AlignRight | Qt::AlignVCenter);
        return;
    case AlertModel::StatusColumn: paintStatus(painter, untilNext, index); return;
    case AlertModel::AddressColumn:
    case AlertModel::CountryColumn: RowDelegate::paintCell(painter, cell, untilNext, index); return;
    case AlertModel::ActionColumn: paintButton(painter, cell, index); return;
    default: RowDelegate::paintCell(painter, cell, content, index);
    }
}

QColor AlertsDelegate::ground(const QModelIndex &index) const
{
    return index.data(AlertModel::GroupRole).toBool() ? Theme::current().window : QColor();
}

/// Where a group's value and figures stand: all columns around the title but severity and time.
QRect AlertsDelegate::groupStrip(const QRect &cell) const
{
    const QHeaderView *header = view()->horizontalHeader();
    const auto belongs = [header](int visual) {
        const int column = header->logicalIndex(visual);
        return column >= 0 && column != AlertModel::SeverityColumn && column != AlertModel::TimeColumn;
    };
    int first = header->visualIndex(AlertModel::TitleColumn);
    int last = first;
    while (belongs(first - 1))
        --first;
    while (belongs(last + 1))
        ++last;
    const int end = header->logicalIndex(last);
    const int left = view()->columnViewportPosition(header->logicalIndex(first));
    const int right = view()->columnViewportPosition(end) + view()->columnWidth(end);
    return {left + measure::kCellPadding, cell.top(), right - left - 2 * measure::kCellPadding, cell.height() - 1};
}

void AlertsDelegate::paintGroup(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const
{
    constexpr int kArrow = 12;
    const Theme &theme = Theme::current();
    if (index.column() == AlertModel::SeverityColumn) {
        const bool open = index.data(AlertModel::OpenRole).toBool();
        icons::paint(painter, QRectF(cell.left() + measure::kCurrentBar, content.center().y() - kArrow / 2.0 + 1, kArrow, kArrow),
                     open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"), theme.text);
        const int behind = cell.left() + measure::kFirstCellPadding;
        badge::paint(painter, content.adjusted(std::max(0, behind - content.left()), 0, 0, 0),
                     static_cast<AlertSeverity>(index.data(AlertModel::SeverityRole).toInt()));
        return;
    }
    if (index.column() == AlertModel::TimeColumn) {
        paintText(painter, content, index.data().toString(), theme.text);
        return;
    }
    const QRect strip = groupStrip(cell);
    if (!strip.intersects(cell)) // A column that stands apart.
        return;
    const QString name = index.siblingAtColumn(AlertModel::TitleColumn).data().toString();
    const QString figures = index.data(AlertModel::DescriptionRole).toString();
    const int gap = 2 * measure::kControlGap;
    const int room = std::max(strip.width() / 2, strip.width() - gap - static_cast<int>(tabulartext::width(fonts::body(), figures)) - 1);
    const int used = std::min(room, static_cast<int>(tabulartext::width(fonts::semibold(), name)) + 1);
    painter->setPen(theme.text);
    tabulartext::draw(painter, QRect(strip.left(), strip.top(), used, strip.height()), Qt::AlignLeft | Qt::AlignVCenter,
                      fonts::semibold(), name);
    paintText(painter, strip.adjusted(used + gap, 0, 0, 0), figures, theme.muted);
}

void AlertsDelegate::paintTitle(QPainter *painter, const QRect &content, const QModelIndex &index) const
{
    const Theme &theme = Theme::current();
    const QString title = index.data().toString();
    paintText(painter, content, title, theme.text);
    const int used = static_cast<int>(tabulartext::width(fonts::body(), title)) + 2 * measure::kControlGap;
    if (content.width() - used >= kSmallestDescription)
        paintText(painter, content.adjusted(used, 0, 0, 0), index.data(AlertModel::DescriptionRole).toString(), theme.muted);
}

void AlertsDelegate::paintStatus(QPainter *painter, const QRect &content, const QModelIndex &index) const
{
    static constexpr std::array kGlyphs{StatusKind::Active, StatusKind::Acknowledged, StatusKind::Escalated, StatusKind::Resolved};
    const auto status = static_cast<std::size_t>(index.data(AlertModel::StatusRole).toInt());
    const bool open = kGlyphs[status] == StatusKind::Active || kGlyphs[status] == StatusKind::Escalated;
    const Theme &theme = Theme::current();
    const QRect glyph(content.left(), content.center().y() - measure::kIcon / 2 + 1, measure::kIcon, measure::kIcon);
    paintStatusGlyph(painter, glyph, kGlyphs[status]);
    paintText(painter, content.adjusted(measure::kIcon + 2, 0, 0, 0), index.data().toString(),
              open ? theme.text : theme.muted);
}

void AlertsDelegate::paintButton(QPainter *painter, const QRect &cell, const QModelIndex &index) const
{
    if (!m_buttonsShown || index.data(AlertModel::AcknowledgedRole).toBool())
        return;
    const bool here = m_buttonRow.isValid() && m_buttonRow.row() == index.row();
    paintRowButton(painter, rowButtonRect(cell), index.data().toString(),
                   !here ? RowButtonState::Normal : m_pressed ? RowButtonState::Pressed : RowButtonState::Hovered);
}

} // namespace bartizan
