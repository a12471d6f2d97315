// SPDX-License-Identifier: GPL-3.0-or-later
// What the keyboard, the menu and the palette offer on the Alerts page beside the steps on rows.
#include "ui/models/savedviews.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertspage.h"
#include "ui/views/alertstable.h"
#include "ui/views/filteractions.h"

#include <QAction>
#include <QMenu>

namespace bartizan {

/// A header is sorted by with the mouse; this is the way without one.
void AlertsPage::buildSortMenu()
{
    auto *menu = new QMenu(tr("Sort by"), this);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillSortMenu(menu); });
    m_sortBy = menu->menuAction();
}

void AlertsPage::fillSortMenu(QMenu *menu)
{
    menu->clear();
    for (int column = 0; column < AlertModel::ActionColumn; ++column) {
        const QString name = m_model.headerData(column, Qt::Horizontal, Qt::AccessibleTextRole).toString(); // Some show none.
        QAction *action = menu->addAction(name);
        action->setCheckable(true);
        action->setChecked(column == m_model.sortColumn());
        if (action->isChecked())
            action->setText(m_model.sortOrder() == Qt::AscendingOrder ? tr("%1, descending").arg(name)
                                                                      : tr("%1, ascending").arg(name));
        connect(action, &QAction::triggered, this, [this, column] {
            const bool turned = column == m_model.sortColumn() && m_model.sortOrder() == Qt::AscendingOrder;
            m_table->sortByColumn(column, turned || column != m_model.sortColumn() ? Qt::DescendingOrder : Qt::AscendingOrder);
        });
    }
}

void AlertsPage::buildViewMenu()
{
    auto *menu = new QMenu(tr("Show the view"), this);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        for (int row = 0; row < m_views->rowCount(); ++row) {
            const QString &name = m_views->views()[static_cast<std::size_t>(row)].name;
            connect(menu->addAction(filteractions::menuText(name)), &QAction::triggered, this, [this, row] { showView(row); });
        }
    });
    m_showView = menu->menuAction();
    m_saveView = new QAction(tr("Save this view…"), this);
    connect(m_saveView, &QAction::triggered, this, &AlertsPage::saveView);
    m_selectAll = new QAction(tr("Select all that pass the filter"), this);
    connect(m_selectAll, &QAction::triggered, this, [this] {
        m_table->setFocus(Qt::OtherFocusReason);
        m_table->selectAll();
    });
}

/// What the table's own keys do. The table takes these itself, so that here they are only named.
void AlertsPage::buildMoves()
{
    const auto add = [this](const QString &text, Qt::Key key) {
        auto *action = new QAction(text, this);
        action->setShortcut(QKeySequence(key));
        action->setShortcutContext(Qt::WidgetShortcut); // Of none: it is added to no widget.
        connect(action, &QAction::triggered, this, [this, key] {
            m_table->setFocus(Qt::OtherFocusReason);
            m_table->press(key);
        });
        m_moves.append(action);
        return action;
    };
    m_mark = add(tr("Mark or unmark this alert"), Qt::Key_X);
    add(tr("Next alert"), Qt::Key_J);
    add(tr("Previous alert"), Qt::Key_K);
}

QList<QAction *> AlertsPage::commands() const
{
    return rowCommands() << m_moves << m_goBack << m_showUnchanged << m_showWaiting << m_editFilter << m_selectAll << m_sortBy << m_groupBy << m_showView << m_saveView
                         << m_showViews << m_copyJson << m_copyMarkdown;
}

} // namespace bartizan
