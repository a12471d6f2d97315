// SPDX-License-Identifier: GPL-3.0-or-later
// Grouping on the alerts page: the box in the header, the commands, the entries of the menu.
#include "ui/views/alertspage.h"

#include "ui/theme/icons.h"
#include "ui/views/alertstable.h"
#include "ui/views/labels.h"
#include "ui/widgets/typedkeys.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>

namespace bartizan {

void AlertsPage::addGroupTools()
{
    QLabel *label = mutedLabel(tr("Group by"), this);
    m_groupBox = new QComboBox(this);
    m_groupBox->addItems({tr("Nothing"), tr("Type"), tr("Address"), tr("User"), tr("Country")});
    m_groupBox->setAccessibleName(tr("Group by"));
    m_groupBox->setToolTip(tr("Put the alerts together by a value they share (G)"));
    keepTypedKeys(m_groupBox);
    label->setBuddy(m_groupBox);
    connect(m_groupBox, &QComboBox::activated, this, [this](int by) { setGrouping(static_cast<AlertGrouping>(by)); });
    auto *menu = new QMenu(tr("Group by"), this);
    m_groupings = new QActionGroup(this);
    for (int by = 0; by < m_groupBox->count(); ++by) {
        auto *action = new QAction(m_groupBox->itemText(by), m_groupings);
        action->setCheckable(true);
        connect(action, &QAction::triggered, this, [this, by] { setGrouping(static_cast<AlertGrouping>(by)); });
    }
    m_openAll = new QAction(icons::icon(QStringLiteral("chevron-down")), tr("Expand all groups"), this);
    m_closeAll = new QAction(icons::icon(QStringLiteral("chevron-right")), tr("Collapse all groups"), this);
    connect(m_openAll, &QAction::triggered, this, [this] { m_model.setAllOpen(true); });
    connect(m_closeAll, &QAction::triggered, this, [this] { m_model.setAllOpen(false); });
    menu->addActions(m_groupings->actions());
    menu->addSeparator();
    menu->addActions({m_openAll, m_closeAll});
    // In menus it opens what it holds; its key opens the box, for it can be seen then what is chosen.
    m_groupBy = menu->menuAction();
    m_groupBy->setShortcut(QKeySequence(Qt::Key_G));
    m_groupBy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(m_groupBy);
    connect(m_groupBy, &QAction::triggered, m_groupBox, &QComboBox::showPopup);
    headerTools()->addWidget(label);
    headerTools()->addWidget(m_groupBox);
    markGrouping();
}

void AlertsPage::setGrouping(AlertGrouping by)
{
    m_broughtBack.clear();
    m_model.setGrouping(by);
    markGrouping();
    m_stateTimer.start();
}

void AlertsPage::markGrouping()
{
    const int by = static_cast<int>(m_model.grouping());
    const QSignalBlocker quiet(m_groupBox);
    m_groupBox->setCurrentIndex(by);
    m_groupings->actions().at(by)->setChecked(true);
    m_openAll->setEnabled(by > 0);
    m_closeAll->setEnabled(by > 0);
}

void AlertsPage::addGroupActions(QMenu *menu, int row)
{
    if (m_model.isGroup(row)) {
        const bool open = m_model.isOpen(row);
        connect(menu->addAction(open ? tr("Collapse this group") : tr("Expand this group")), &QAction::triggered, this,
                [this, key = m_model.keyAt(row), open] {
                    if (const int now = m_model.rowOfKey(key); now >= 0)
                        m_model.setOpen(now, !open);
                });
    }
    menu->addAction(m_groupBy);
}

} // namespace bartizan
