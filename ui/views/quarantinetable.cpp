// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/quarantinetable.h"

#include "core/domain/spreadsheettext.h"
#include "ui/models/displaytext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>

namespace bartizan {
namespace {

constexpr int kSmallRow = 24;

} // namespace

void QuarantineModel::setLines(std::vector<QuarantinedLine> lines)
{
    beginResetModel();
    m_lines = std::move(lines);
    endResetModel();
}

int QuarantineModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int QuarantineModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant QuarantineModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const QuarantinedLine &line = m_lines[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((index.column() == Line ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::FontRole && index.column() == Text)
        return fonts::fixed();
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    switch (static_cast<Column>(index.column())) {
    case Line:
        return format::count(line.line);
    case Source:
        return role == Qt::ToolTipRole ? displayToolTip(line.source) : displayText(line.source);
    case Reason:
        return role == Qt::ToolTipRole ? displayToolTip(line.reason) : displayText(line.reason);
    case Text:
        return role == Qt::ToolTipRole ? displayToolTip(line.text) : displayText(line.text);
    case ColumnCount:
        break;
    }
    return {};
}

QVariant QuarantineModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Line:
        return tr("Line");
    case Source:
        return tr("File");
    case Reason:
        return tr("Reason");
    case Text:
        return tr("Text");
    case ColumnCount:
        break;
    }
    return {};
}

QuarantineTable::QuarantineTable(QWidget *parent) : QTableView(parent), m_model(new QuarantineModel(this))
{
    setModel(m_model);
    setAccessibleName(tr("Lines that could not be read"));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(QFrame::NoFrame);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(kSmallRow);
    horizontalHeader()->setFixedHeight(measure::kTableHeader);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->resizeSection(QuarantineModel::Line, 64);
    horizontalHeader()->resizeSection(QuarantineModel::Source, 140);
    horizontalHeader()->resizeSection(QuarantineModel::Reason, 240);
}

void QuarantineTable::setLines(std::vector<QuarantinedLine> lines)
{
    m_model->setLines(std::move(lines));
}

void QuarantineTable::keyPressEvent(QKeyEvent *event)
{
    if (!event->matches(QKeySequence::Copy)) {
        QTableView::keyPressEvent(event);
        return;
    }
    QStringList rows;
    const QModelIndexList selected = selectionModel()->selectedRows();
    for (const QModelIndex &index : selected) {
        const QuarantinedLine &line = m_model->lines()[static_cast<std::size_t>(index.row())];
        rows << clipboardLine({QString::number(line.line), format::text(line.reason), format::text(line.text)});
    }
    QApplication::clipboard()->setText(rows.join(QLatin1Char('\n')));
}

} // namespace bartizan
