// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertstable.h"

#include "ui/models/alertmodel.h"
#include "ui/theme/theme.h"
#include "ui/views/alertsdelegate.h"
#include "ui/views/rowruns.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/rowpainting.h"

#include <QCursor>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>

#include <algorithm>
#include <array>

namespace bartizan {

AlertsTable::AlertsTable(AlertModel *model, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
{
    setModel(model);
    rowpainting::setUpTable(this);
    m_delegate = new AlertsDelegate(this);
    setItemDelegate(m_delegate);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setAccessibleName(tr("Alerts"));
    setAccessibleDescription(tr("J and K move, Space marks, A acknowledges what is selected, R resolves it"));
    QHeaderView *header = horizontalHeader();
    // It would ask whether columns are selected, whenever it draws itself: a look at every row that is.
    header->setSelectionModel(new QItemSelectionModel(model, header));
    m_sorted = {model->shownSorting().column, model->shownSorting().order};
    header->setSortIndicator(model->sortColumn(), model->sortOrder());
    header->setSectionsMovable(true);
    setSortingEnabled(true);
    connect(header, &QHeaderView::sortIndicatorChanged, this, [this, header](int column) {
        if (column == AlertModel::ActionColumn) // Nothing to sort by: the buttons say the same as the status.
            header->setSortIndicator(m_model->sortColumn(), m_model->sortOrder());
        else
            arrangeColumns(); // The arrow needs room.
    });
    connect(header, &QHeaderView::sectionResized, this, [this](int column) {
        if (m_arranging)
            return;
        m_touched.insert(column);
        arrangeColumns();
    });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (value == 0)
            Q_EMIT disturbanceEnded();
    });
    // Its place is always there: a group that opens, or a filter, would move the columns, and hide one, else.
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    connectModel();
    arrangeColumns();
}

void AlertsTable::connectModel()
{
    // The base class heard of the model first: what is done after a change sees the view up to date.
    connect(m_model, &QAbstractItemModel::rowsAboutToBeInserted, this, &AlertsTable::rememberAnchor);
    connect(m_model, &QAbstractItemModel::rowsAboutToBeRemoved, this, &AlertsTable::rememberAnchor);
    connect(m_model, &AlertModel::rowsLeaving, this, &AlertsTable::leaveRows);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &AlertsTable::keepAnchor);
    // Whoever wants all wants the older ones as well; not those that a read anew brings, which nobody has seen.
    connect(m_model, &QAbstractItemModel::rowsAboutToBeInserted, this,
            [this] { m_keptAll = m_model->addsOlder() && isAllSelected(); });
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this] {
        if (!std::exchange(m_keptAll, false))
            return;
        m_selecting = true;
        selectAll();
        m_selecting = false;
    });
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &AlertsTable::keepAnchor);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &AlertsTable::noteSelected);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &AlertsTable::noteSelected);
    // An update may put the rows in another order: then the row that is looked at stays. A person who sorts wants more.
    connect(m_model, &QAbstractItemModel::layoutAboutToBeChanged, this, [this] {
        if (!takeSorting())
            rememberAnchor();
    });
    connect(m_model, &QAbstractItemModel::layoutChanged, this, &AlertsTable::keepAnchor);
    connect(m_model, &QAbstractItemModel::layoutChanged, this, [this] {
        if (selectionModel()->selection().size() <= RowRuns::kMost)
            return;
        std::vector<int> rows = selectedRowNumbers();
        const auto wanted = static_cast<int>(rows.size());
        selectRows(std::move(rows), wanted);
    });
    connect(m_model, &AlertModel::countsChanged, this, [this] { m_wantsHits = m_wantsHits && m_model->hasOtherFilter(); });
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, &AlertsTable::rememberSelection);
    connect(m_model, &QAbstractItemModel::modelReset, this, &AlertsTable::restoreSelection);
}

/// Takes note of what the rows are sorted by; returns whether it is something else than before.
bool AlertsTable::takeSorting()
{
    const std::pair sorted{m_model->shownSorting().column, m_model->shownSorting().order};
    return std::exchange(m_sorted, sorted) != sorted;
}

QModelIndex AlertsTable::pointedRow() const
{
    return viewport()->underMouse() ? indexAt(viewport()->mapFromGlobal(QCursor::pos())) : QModelIndex();
}

/// Remembers where the row that the analyst looks at stands: the current one if it is in sight, else the topmost. When others
/// change something, the one under the pointer before these, for a click may be on its way; and at the top as well.
void AlertsTable::rememberAnchor()
{
    m_anchor = QPersistentModelIndex();
    const bool byOthers = m_model->isChangedByOthers() || m_model->isAdopting();
    if (byOthers ? standsAtTop() : verticalScrollBar()->value() == 0)
        return;
    const QModelIndex current = currentIndex();
    const bool inSight = current.isValid() && viewport()->rect().intersects(visualRect(current));
    m_anchor = inSight ? current : m_model->index(rowAt(0), 0);
    if (const QModelIndex pointed = pointedRow(); byOthers && pointed.isValid())
        m_anchor = pointed;
    if (m_anchor.isValid())
        m_anchorY = rowViewportPosition(m_anchor.row());
}

void AlertsTable::keepAnchor()
{
    if (!m_anchor.isValid())
        return;
    updateGeometries();
    const int moved = rowViewportPosition(m_anchor.row()) - m_anchorY;
    verticalScrollBar()->setValue(verticalScrollBar()->value() + moved);
    m_anchor = QPersistentModelIndex();
}

void AlertsTable::rememberSelection()
{
    m_restoring = true;
    m_keptSelection.clear();
    m_keptAll = isAllSelected() && (m_model->addsOlder() || m_wantsHits);
    const std::vector<int> rows = selectedRowNumbers();
    m_keptMarks = m_model->keepsRecords() ? m_model->marksAt(rows) : std::vector<std::uint32_t>();
    for (const int row : rows) {
        if (m_keptMarks.size() == rows.size())
            break;
        if (!m_model->keepsRecords() || m_model->isGroup(row))
            m_keptSelection.append(m_model->keyAt(row));
    }
    m_keptCurrent = currentIndex().isValid() ? m_model->keyAt(currentIndex().row()) : QString();
    m_keptColumn = std::max(0, currentIndex().column());
    rememberAnchor();
    m_keptAnchor = m_anchor.isValid() ? m_model->keyAt(m_anchor.row()) : QString();
    m_anchor = QPersistentModelIndex();
}

void AlertsTable::restoreSelection()
{
    std::vector<int> rows = m_model->rowsOfMarks(m_keptMarks, RowRuns::kMost);
    int wanted = m_model->countOfMarks(m_keptMarks);
    for (const QString &id : std::as_const(m_keptSelection)) {
        if (m_keptAll)
            break;
        if (const int row = m_model->rowOfKey(id); row >= 0) {
            rows.push_back(row);
            ++wanted;
        }
    }
    const bool sorted = takeSorting(); // Whoever sorts wants to see what comes first, not where that row went.
    const int scrolled = verticalScrollBar()->value();
    if (const int row = m_keptCurrent.isEmpty() ? -1 : m_model->rowOfKey(m_keptCurrent); row >= 0)
        selectionModel()->setCurrentIndex(m_model->index(row, m_keptColumn), QItemSelectionModel::NoUpdate);
    if (sorted)
        verticalScrollBar()->setValue(scrolled);
    if (m_keptAll) {
        const QItemSelection all(m_model->index(0, 0), m_model->index(m_model->rowCount() - 1, AlertModel::ColumnCount - 1));
        m_selecting = true;
        selectionModel()->select(all, QItemSelectionModel::ClearAndSelect);
        m_selecting = false;
    } else {
        selectRows(std::move(rows), wanted);
    }
    m_wantsAll = std::exchange(m_keptAll, false);
    m_wantsHits = m_wantsAll && m_wantsHits && m_model->hasOtherFilter();
    m_keptSelection = {};
    m_keptMarks = std::vector<std::uint32_t>(); // Its memory, too.
    m_restoring = false;
    noteSelected(); // Nothing tells of a selection that is gone.
    if (const int row = sorted || m_keptAnchor.isEmpty() ? -1 : m_model->rowOfKey(m_keptAnchor); row >= 0) {
        m_anchor = m_model->index(row, 0);
        keepAnchor();
    }
}

/// Selects these rows alone, as far as they do not stand too scattered; says so where they do. They are the first of so many
/// that are wanted.
void AlertsTable::selectRows(std::vector<int> rows, int wanted)
{
    const RowRuns runs = runsOfRows(*m_model, std::move(rows));
    m_selecting = true;
    selectionModel()->select(runs.selection, QItemSelectionModel::ClearAndSelect);
    m_selecting = false;
    if (runs.rows < wanted)
        Q_EMIT selectionCut(runs.rows, wanted);
}

std::vector<int> AlertsTable::selectedRowNumbers() const
{
    return rowsOf(selectionModel()->selection());
}

bool AlertsTable::standsAtTop() const
{
    if (verticalScrollBar()->value() != 0 || selectionModel()->hasSelection())
        return false;
    return !pointedRow().isValid();
}

std::vector<std::string> AlertsTable::selectedIds() const
{
    return m_model->idsOf(selectedRowNumbers()).strings();
}

bool AlertsTable::selectId(const QString &id)
{
    const int row = m_model->reveal(id);
    if (row < 0)
        return false;
    m_marking = false;
    selectOnly(row);
    scrollTo(m_model->index(row, AlertModel::TitleColumn), PositionAtCenter);
    return true;
}

void AlertsTable::advance(bool resolved)
{
    m_marking = false;
    const std::vector<int> selected = selectedRowNumbers();
    if (selected.empty())
        return;
    const auto isDone = [this, resolved](int row) {
        return resolved ? m_model->isResolved(row) : m_model->isAcknowledged(row);
    };
    const int group = m_model->groupRowOf(selected.back());
    bool covered = group >= 0 && std::binary_search(selected.begin(), selected.end(), group);
    int next = selected.back() + 1;
    for (; next < m_model->rowCount(); ++next) {
        covered = covered && !m_model->isGroup(next);
        if (!covered && !isDone(next))
            break;
    }
    if (next >= m_model->rowCount()) {
        next = selected.front() - 1;
        while (next >= 0 && isDone(next))
            --next;
    }
    if (next < 0)
        return;
    m_selecting = true;
    selectOnly(next);
    m_selecting = false;
}

void AlertsTable::setAcknowledgeable(bool possible)
{
    m_acknowledgeable = possible;
    m_delegate->setButtonsShown(possible);
}

QModelIndex AlertsTable::buttonAt(const QPoint &position) const
{
    const QModelIndex index = indexAt(position);
    if (!m_acknowledgeable || !index.isValid() || index.column() != AlertModel::ActionColumn || m_model->isGroup(index.row())
        || m_model->isAcknowledged(index.row()))
        return {};
    return rowButtonRect(visualRect(index)).contains(position) ? index : QModelIndex();
}

void AlertsTable::updateHover(const QPoint &position, bool held)
{
    const QModelIndex under = buttonAt(position);
    if (m_pressedButton.isValid()) // While one is held down, no other reacts.
        m_delegate->setButtonState(under == m_pressedButton ? m_pressedButton : QPersistentModelIndex(), held);
    else
        m_delegate->setButtonState(held ? QModelIndex() : under, false);
}

void AlertsTable::mousePressEvent(QMouseEvent *event)
{
    const QModelIndex button = event->button() == Qt::LeftButton ? buttonAt(event->position().toPoint()) : QModelIndex();
    if (!button.isValid()) {
        m_marking = m_marking && event->modifiers() & Qt::ControlModifier;
        const bool folds = event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier;
        m_pressedGroup = m_model->index(folds ? groupRowAt(event->position().toPoint()) : -1, 0);
        QTableView::mousePressEvent(event);
        return;
    }
    m_pressedButton = button;
    updateHover(event->position().toPoint(), true);
    event->accept();
}

void AlertsTable::mouseMoveEvent(QMouseEvent *event)
{
    updateHover(event->position().toPoint(), event->buttons() & Qt::LeftButton);
    if (!m_pressedButton.isValid())
        QTableView::mouseMoveEvent(event);
}

void AlertsTable::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_pressedButton.isValid()) {
        QTableView::mouseReleaseEvent(event);
        const QPersistentModelIndex group = std::exchange(m_pressedGroup, QPersistentModelIndex());
        if (group.isValid() && groupRowAt(event->position().toPoint()) == group.row())
            fold(group.row(), !m_model->isOpen(group.row()));
        return;
    }
    const bool inside = buttonAt(event->position().toPoint()) == m_pressedButton;
    const QString id = m_model->idAt(m_pressedButton.row());
    m_pressedButton = QPersistentModelIndex();
    updateHover(event->position().toPoint(), false);
    if (inside)
        Q_EMIT acknowledgeClicked(id);
}

void AlertsTable::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (buttonAt(event->position().toPoint()).isValid()) { // The second click of two quick ones on a button.
        mousePressEvent(event);
        return;
    }
    QTableView::mouseDoubleClickEvent(event);
    // The first click of two has opened or closed a group; more than that is not meant.
    const QModelIndex index = indexAt(event->position().toPoint());
    if (index.isValid() && !m_model->isGroup(index.row()))
        Q_EMIT detailsWanted();
}

void AlertsTable::markCurrent()
{
    if (!currentIndex().isValid())
        return;
    const bool alone = selectionModel()->isSelected(currentIndex()) && selectionModel()->selectedRows().size() == 1;
    if (m_marking || !alone) // The row that moving has selected stays so: it is the first one marked.
        selectionModel()->select(currentIndex(), QItemSelectionModel::Toggle | QItemSelectionModel::Rows);
    m_marking = selectionModel()->hasSelection();
}

/// Whether a key moves without touching what Space has marked.
bool AlertsTable::movesPastMarks(const QKeyEvent &event) const
{
    static constexpr std::array kMoves{Qt::Key_J, Qt::Key_K, Qt::Key_Down, Qt::Key_Up, Qt::Key_PageDown, Qt::Key_PageUp};
    return m_marking && !(event.modifiers() & ~Qt::KeypadModifier)
        && std::find(kMoves.begin(), kMoves.end(), event.key()) != kMoves.end();
}

/// Whether a key that moves is the first one while nothing is selected: it takes the row where the keyboard stands, as
/// after a filter or on entering the table, so that none is skipped.
bool AlertsTable::selectsCurrent(const QKeyEvent &event) const
{
    static constexpr std::array kSteps{Qt::Key_J, Qt::Key_K, Qt::Key_Down, Qt::Key_Up};
    return currentIndex().isValid() && !m_marking && !selectionModel()->hasSelection()
        && !(event.modifiers() & ~Qt::KeypadModifier)
        && std::find(kSteps.begin(), kSteps.end(), event.key()) != kSteps.end();
}

int AlertsTable::groupRowAt(const QPoint &position) const
{
    const QModelIndex index = indexAt(position);
    return index.isValid() && m_model->isGroup(index.row()) ? index.row() : -1;
}

/// Opens or closes a group where it stands: its row stays in sight, and the current one is not lost.
void AlertsTable::fold(int row, bool open)
{
    const int current = currentIndex().row();
    if (!open && current > row && m_model->groupRowOf(current) == row)
        selectOnly(row);
    m_model->setOpen(row, open);
}

/// What Left, Right and Enter do to groups, as in a tree; false when they mean something else here.
bool AlertsTable::foldByKey(const QKeyEvent &event)
{
    const int row = currentIndex().row();
    if (row < 0 || m_model->grouping() == AlertGrouping::Nothing || (event.modifiers() & ~Qt::KeypadModifier))
        return false;
    const bool group = m_model->isGroup(row);
    const bool open = m_model->isOpen(row);
    switch (event.key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (group)
            fold(row, !open);
        return group;
    case Qt::Key_Right:
        if (group && open && row + 1 < m_model->rowCount())
            selectOnly(row + 1);
        else if (group)
            fold(row, true);
        return group;
    case Qt::Key_Left:
        if (group)
            fold(row, false);
        else if (horizontalHeader()->visualIndex(currentIndex().column()) > 0)
            return false; // To the cell on the left, as elsewhere.
        else if (const int above = m_model->groupRowOf(row); above >= 0)
            selectOnly(above);
        return true;
    default: return false;
    }
}

void AlertsTable::keyPressEvent(QKeyEvent *event)
{
    if (foldByKey(*event))
        return;
    const auto pass = [this, event](int key, Qt::KeyboardModifiers more = {}) {
        QKeyEvent other(event->type(), key, event->modifiers() | more);
        QTableView::keyPressEvent(&other);
    };
    const bool plain = !(event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier));
    if (selectsCurrent(*event)) {
        // Nobody acts on a row that is not seen: new ones may have pushed it out of sight.
        const bool inSight = viewport()->rect().intersects(visualRect(currentIndex()));
        return selectOnly(inSight ? currentIndex().row() : std::max(0, rowAt(0)));
    }
    const Qt::KeyboardModifiers kept = movesPastMarks(*event) ? Qt::ControlModifier : Qt::NoModifier;
    if (event->key() == Qt::Key_J && plain)
        pass(Qt::Key_Down, kept);
    else if (event->key() == Qt::Key_K && plain)
        pass(Qt::Key_Up, kept);
    else if (kept)
        pass(event->key(), kept);
    else if (event->key() == Qt::Key_Home || event->key() == Qt::Key_End)
        goToEnd(*event);
    else if (event->key() == Qt::Key_Space || (event->key() == Qt::Key_X && plain))
        markCurrent();
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT detailsWanted();
    else if (event->key() == Qt::Key_Escape && selectionModel()->hasSelection())
        clearSelection();
    else if (event->modifiers() == Qt::NoModifier && event->key() >= Qt::Key_A && event->key() <= Qt::Key_Z)
        event->ignore();
    else
        QTableView::keyPressEvent(event);
}

bool AlertsTable::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave) {
        m_delegate->setButtonState({}, false);
        Q_EMIT disturbanceEnded();
    }
    return QTableView::viewportEvent(event);
}

void AlertsTable::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTableView::selectionChanged(selected, deselected);
    m_wantsAll = m_wantsAll && (deselected.isEmpty() || m_model->isRemoving()); // What goes by itself leaves all the others.
    noteSelected();
    Q_EMIT selectionMoved();
    if (!selected.isEmpty() && !m_selecting)
        Q_EMIT rowsChosen();
    if (selectionModel()->hasSelection())
        return;
    m_marking = false;
    Q_EMIT disturbanceEnded();
}

void AlertsTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    viewport()->update(); // The bar stands in the first column, wherever the current cell is.
    Q_EMIT selectionMoved();
}

void AlertsTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    arrangeColumns();
}

void AlertsTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        verticalHeader()->setDefaultSectionSize(Theme::current().rowHeight);
        viewport()->update();
    }
}

} // namespace bartizan
