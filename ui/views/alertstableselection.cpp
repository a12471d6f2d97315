// SPDX-License-Identifier: GPL-3.0-or-later
// All that is shown, or many alerts by their ids, as what is selected.
#include "ui/views/alertstable.h"

#include "ui/models/alertmodel.h"

#include <QKeyEvent>

#include <algorithm>
#include <numeric>

namespace bartizan {
namespace {

constexpr int kManySelected = 5000;

} // namespace

/// Where the current row goes, the nearest one that stays takes its place, as where rows go one by one: later they stand
/// together at the end.
void AlertsTable::leaveRows(const std::vector<int> &rows)
{
    const QModelIndex current = currentIndex();
    if (!current.isValid() || !std::binary_search(rows.begin(), rows.end(), current.row()))
        return;
    const auto stays = [&rows](int row) { return !std::binary_search(rows.begin(), rows.end(), row); };
    int next = current.row() + 1;
    while (next < m_model->rowCount() && !stays(next))
        ++next;
    if (next == m_model->rowCount()) {
        next = current.row() - 1;
        while (next >= 0 && !stays(next))
            --next;
    }
    if (next >= 0)
        selectionModel()->setCurrentIndex(m_model->index(next, current.column()), QItemSelectionModel::NoUpdate);
}

/// Whatever modifiers are held down: Ctrl+Enter in a dialog must not count as Ctrl in the table.
void AlertsTable::selectOnly(int row)
{
    const int column = std::max(0, currentIndex().column());
    selectionModel()->setCurrentIndex(m_model->index(row, column), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

/// All that passes the filter: what others' changes have left standing goes.
void AlertsTable::selectAll()
{
    QTableView::selectAll();
    m_wantsAll = true;
    m_wantsHits = m_model->hasOtherFilter() && (m_wantsHits || !m_selecting);
    m_model->putInOrder();
}

/// Rows, not columns, are what one goes to the first or last of.
void AlertsTable::goToEnd(const QKeyEvent &event)
{
    const int last = m_model->rowCount() - 1;
    const QModelIndex end = m_model->index(event.key() == Qt::Key_Home ? 0 : last, std::max(0, currentIndex().column()));
    const bool extends = event.modifiers() & Qt::ShiftModifier;
    if (extends && currentIndex().isValid())
        return extendTo(end);
    const bool alone = !m_marking && !(event.modifiers() & (Qt::ShiftModifier | Qt::ControlModifier));
    if (alone && last >= 0) {
        selectRow(end.row());
        return;
    }
    QKeyEvent other(event.type(), event.key(), event.modifiers() | Qt::ControlModifier); // Which selects nothing.
    QTableView::keyPressEvent(&other);
}

/// Selects up to a row in place of the range that the current row ends, from where that began. Qt takes no range that far. What
/// selectAll() selected began at no row: it stays.
void AlertsTable::extendTo(const QModelIndex &end)
{
    if (isAllSelected())
        return selectionModel()->setCurrentIndex(end, QItemSelectionModel::NoUpdate);
    const int row = currentIndex().row();
    int from = row;
    QItemSelection selection = selectionModel()->selection();
    const auto range = std::find_if(selection.begin(), selection.end(), [row](const QItemSelectionRange &one) {
        return one.top() == row || one.bottom() == row;
    });
    if (range != selection.end()) {
        from = range->top() == row ? range->bottom() : range->top();
        selection.erase(range);
    }
    selection.select(m_model->index(std::min(from, end.row()), 0),
                     m_model->index(std::max(from, end.row()), AlertModel::ColumnCount - 1));
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    selectionModel()->setCurrentIndex(end, QItemSelectionModel::NoUpdate);
}

int AlertsTable::countSelected() const
{
    const QItemSelection selection = selectionModel()->selection();
    return std::accumulate(selection.begin(), selection.end(), 0,
                           [](int sum, const QItemSelectionRange &range) { return sum + range.height(); });
}

bool AlertsTable::isAllSelected() const
{
    const int rows = m_wantsAll ? countSelected() : 0;
    return rows > 0 && rows == m_model->rowCount();
}

/// When the rows take another order, Qt notes the place of each that is selected, unless that is all of them.
void AlertsTable::noteSelected()
{
    const int selected = countSelected();
    m_model->setManySelected(selected > kManySelected && selected < m_model->rowCount());
}

int AlertsTable::selectIds(const std::vector<std::string> &ids)
{
    std::vector<int> rows;
    for (const std::string &id : ids) {
        if (const int row = m_model->rowOfId(QString::fromStdString(id)); row >= 0)
            rows.push_back(row);
    }
    const auto found = static_cast<int>(rows.size());
    if (found == 0)
        return 0;
    m_marking = false;
    const QModelIndex first = m_model->index(*std::min_element(rows.begin(), rows.end()), AlertModel::TitleColumn);
    selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
    selectRows(std::move(rows), found);
    scrollTo(first, PositionAtCenter);
    return found;
}

void AlertsTable::press(Qt::Key key)
{
    QKeyEvent event(QEvent::KeyPress, key, Qt::NoModifier);
    keyPressEvent(&event);
}

} // namespace bartizan
