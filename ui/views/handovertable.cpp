// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/handovertable.h"

#include "core/domain/spreadsheettext.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/views/rowdelegate.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/rowpainting.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QtMath>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kWidestColumn = 340;
constexpr int kNarrowestColumn = 56;
constexpr int kNarrowestTitle = 108;

/// A cell that says a severity is drawn as its badge.
class HandoverDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;

protected:
    void paintCell(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const override
    {
        const QVariant severity = index.data(HandoverModel::SeverityRole);
        if (severity.isValid())
            badge::paint(painter, content, static_cast<AlertSeverity>(severity.toInt()));
        else
            RowDelegate::paintCell(painter, cell, content, index);
    }
};

} // namespace

void HandoverModel::setSection(const HandoverSection &section)
{
    beginResetModel();
    m_section = section;
    endResetModel();
}

int HandoverModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_section.lines.size());
}

int HandoverModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_section.header.size());
}

QVariant HandoverModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const HandoverLine &line = m_section.lines[static_cast<std::size_t>(index.row())];
    const QString &text = line.cells.at(index.column());
    switch (role) {
    case Qt::DisplayRole: return text;
    case Qt::ToolTipRole: return format::toolTip(text);
    case Qt::AccessibleTextRole: return tr("%1: %2").arg(m_section.header.at(index.column()), text);
    case SeverityRole:
        return index.column() == 0 && line.severity ? QVariant(static_cast<int>(*line.severity)) : QVariant();
    default: return {};
    }
}

QVariant HandoverModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= m_section.header.size())
        return {};
    const std::vector<int> &numbers = m_section.numbers;
    if (role == Qt::TextAlignmentRole && std::find(numbers.begin(), numbers.end(), section) != numbers.end())
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(m_section.header.at(section)) : QVariant();
}

HandoverTable::HandoverTable(QWidget *parent) : QTableView(parent), m_model(new HandoverModel(this))
{
    rowpainting::setUpTable(this);
    m_delegate = new HandoverDelegate(this);
    m_delegate->setRingsRows(true);
    setItemDelegate(m_delegate);
    setModel(m_model);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false);
    setWordWrap(false);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    connect(this, &QTableView::doubleClicked, this, &HandoverTable::choose);
}

void HandoverTable::setSection(const HandoverSection &section)
{
    const std::string current = currentIndex().isValid()
        ? m_model->section().lines[static_cast<std::size_t>(currentIndex().row())].alertId
        : std::string();
    m_model->setSection(section);
    setAccessibleName(section.title);
    m_delegate->setRightAligned(section.numbers);
    fitColumns();
    if (m_model->rowCount() == 0)
        return;
    const auto same = std::find_if(section.lines.begin(), section.lines.end(),
                                   [&](const HandoverLine &line) { return !current.empty() && line.alertId == current; });
    const bool isThere = same != section.lines.end();
    setCurrentIndex(m_model->index(isThere ? static_cast<int>(same - section.lines.begin()) : 0, 0));
}

/// As wide as the texts, as far as there is room.
void HandoverTable::fitColumns()
{
    const HandoverSection &section = m_model->section();
    const QFontMetrics metrics = fontMetrics();
    int widest = 0;
    int total = 0;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        int width = metrics.horizontalAdvance(section.header.at(column));
        for (const HandoverLine &line : section.lines)
            width = std::max(width, qCeil(tabulartext::width(font(), line.cells.at(column)))); // As it is drawn.
        if (column == 0)
            width = std::max(width, badge::widestSeverity());
        width += 2 * measure::kCellPadding + (column == 0 ? measure::kFirstCellPadding : measure::kGrid);
        width = std::clamp(width, kNarrowestColumn, kWidestColumn);
        setColumnWidth(column, width);
        total += width;
        widest = columnWidth(column) > columnWidth(widest) ? column : widest;
    }
    // Rather a title cut than the last columns out of sight.
    if (const int over = total - viewport()->width(); over > 0 && columnWidth(widest) > kNarrowestTitle)
        setColumnWidth(widest, std::max(kNarrowestTitle, columnWidth(widest) - over));
}

void HandoverTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void HandoverTable::choose(const QModelIndex &index)
{
    if (!index.isValid())
        return;
    const std::string &id = m_model->section().lines[static_cast<std::size_t>(index.row())].alertId;
    if (!id.empty())
        Q_EMIT alertChosen(id);
}

void HandoverTable::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        choose(currentIndex());
        event->accept();
    } else if (event->matches(QKeySequence::Copy) && currentIndex().isValid()) {
        QApplication::clipboard()->setText(
            clipboardLine(m_model->section().lines[static_cast<std::size_t>(currentIndex().row())].cells));
    } else {
        QTableView::keyPressEvent(event);
    }
}

} // namespace bartizan
