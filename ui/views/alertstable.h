// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/alertexport.h"

#include <QPersistentModelIndex>
#include <QTableView>

#include <optional>
#include <set>

class QMenu;
class QSettings;

namespace bartizan {

class AlertModel;
class AlertsDelegate;

/// The table of the alert queue. The row buttons act on their own row and do not select; what changes above the row
/// that the analyst looks at does not move it; columns follow the width by layout.md unless a person has touched them.
/// Keys: arrows, J and K move, Space marks, Shift and Ctrl select as everywhere. Once Space has marked a row, moving
/// leaves the marks as they are, so that rows apart from each other can be marked without a mouse. Groups open and close
/// as in a tree: Right and Left, Enter, or a click on their row. Thread: GUI.
class AlertsTable : public QTableView {
    Q_OBJECT
public:
    explicit AlertsTable(AlertModel *model, QWidget *parent = nullptr);

    /// Whether new rows may come in on top without disturbing anybody: the view is at its top, nothing is selected, and
    /// the pointer rests on no row.
    bool standsAtTop() const;
    /// The selected rows, in their order; quick, however many they are.
    std::vector<int> selectedRowNumbers() const;
    /// Whether all rows are selected because somebody wanted all, by selectAll(): then more of them may be added.
    bool isAllSelected() const;
    /// Whether the rows are just being exchanged: what is selected says nothing until that is done.
    bool isRestoring() const { return m_restoring; }
    void selectAll() override;
    /// Ids of the selected rows, in their order.
    std::vector<std::string> selectedIds() const;
    /// Selects one alert alone, and makes it visible, its group open; false when the filter does not show it.
    bool selectId(const QString &id);
    /// Selects these alerts alone, and makes the first of them visible; those that have no row are left out. Returns how
    /// many have one. For some thousands at most.
    int selectIds(const std::vector<std::string> &ids);
    /// Selects the next row below the selection that is active, or not resolved yet, alone; where there is none, the next
    /// one above it. What belongs to a group that is selected is passed over.
    void advance(bool resolved = false);
    /// Does what a key does here, for whoever presses none: J, K, X.
    void press(Qt::Key key);
    /// Column widths, order, visibility and sorting.
    QByteArray columnsState() const;
    /// Puts the columns as columnsState() told; bytes that it did not write change nothing.
    void setColumnsState(const QByteArray &state);
    /// What the columns that are shown say, from left to right; the buttons say nothing.
    std::vector<AlertColumn> shownColumns() const;
    /// Fills a menu with one entry a column that may be hidden.
    void fillColumnMenu(QMenu *menu);
    void keyboardSearch(const QString &) override {} // Letters are commands here.

    /// Whether alerts can be acknowledged here: only then the rows have buttons.
    void setAcknowledgeable(bool possible);

Q_SIGNALS:
    /// The button of a row was clicked.
    void acknowledgeClicked(const QString &id);
    void selectionMoved();
    /// Rows were selected by hand.
    void rowsChosen();
    /// Of the selected alerts only the first ones stay selected: the others stand too far apart in this order.
    void selectionCut(int kept, int selected);
    /// What keeps new rows waiting may have ended: the view came to its top, the pointer left it.
    void disturbanceEnded();
    /// Enter on a row, or a double click.
    void detailsWanted();

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    QModelIndex buttonAt(const QPoint &position) const;
    /// The row of the group under a point; -1: none.
    int groupRowAt(const QPoint &position) const;
    bool foldByKey(const QKeyEvent &event);
    void fold(int row, bool open);
    void updateHover(const QPoint &position, bool held);
    void selectOnly(int row);
    void markCurrent();
    void goToEnd(const QKeyEvent &event);
    bool selectsCurrent(const QKeyEvent &event) const;
    bool movesPastMarks(const QKeyEvent &event) const;
    bool takeSorting();
    /// The row that the pointer rests on; none, if it is elsewhere.
    QModelIndex pointedRow() const;
    void leaveRows(const std::vector<int> &rows);
    void rememberAnchor();
    void keepAnchor();
    void rememberSelection();
    void restoreSelection();
    void selectRows(std::vector<int> rows, int wanted);
    void extendTo(const QModelIndex &end);
    int countSelected() const;
    void noteSelected();
    void connectModel();
    void arrangeColumns();
    int drawnWidth(int column) const;
    int wantedWidth(int column) const;
    int roomOfArrow(int column) const;

    AlertModel *m_model;
    AlertsDelegate *m_delegate;
    QPersistentModelIndex m_pressedButton;
    QPersistentModelIndex m_pressedGroup;
    QPersistentModelIndex m_anchor;
    int m_anchorY = 0;
    QStringList m_keptSelection;              ///< By keys, and
    std::vector<std::uint32_t> m_keptMarks;   ///< by marks, where there are any.
    bool m_keptAll = false;
    int m_keptColumn = 0;
    QString m_keptCurrent;
    QString m_keptAnchor;
    std::pair<int, Qt::SortOrder> m_sorted; ///< What the rows were sorted by when they last moved.
    std::set<int> m_touched; ///< Columns that a person has sized, hidden or shown.
    bool m_arranging = false;
    bool m_acknowledgeable = true;
    bool m_marking = false; ///< Space has marked what is selected.
    bool m_selecting = false; ///< What is being selected was not chosen by hand.
    bool m_wantsAll = false; ///< What is selected was selected by selectAll().
    bool m_restoring = false;
    bool m_wantsHits = false; ///< While a filter was being applied: what it brings is meant.
};

} // namespace bartizan
