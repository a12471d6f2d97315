// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertsdelegate.h"

#include "ui/models/alertmodel.h"
#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/statusglyph.h"

#include <QPainter>
#include <QTableView>

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
