// SPDX-License-Identifier: GPL-3.0-or-later
// The saved views of the alerts page: in the side bar, and in the header.
#include "ui/views/alertspage.h"

#include "core/engine/actor.h"
#include "ui/models/savedviews.h"
#include "ui/models/viewcounter.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertstable.h"
#include "ui/views/consolecontext.h"
#include "ui/views/labels.h"
#include "ui/views/saveviewdialog.h"
#include "ui/views/viewsbar.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/typedkeys.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSettings>
#include <QSignalBlocker>
#include <QToolButton>

namespace bartizan {
namespace {

const QString kBarShown = QStringLiteral("viewsShown");

} // namespace

void AlertsPage::addViewsBar(QHBoxLayout *room)
{
    m_views = new SavedViews(format::text(actorIn(m_context->session()->database())), this);
    m_viewsBar = new ViewsBar(m_views, this);
    m_viewsLine = new Hairline(Qt::Vertical, this);
    room->addWidget(m_viewsBar);
    room->addWidget(m_viewsLine);
    m_viewCounter = new ViewCounter(&m_model, this);
    connect(m_context->session(), &Session::opened, this, [this](const DatabaseInfo &database) {
        const bool shown = m_filterBar->filter() == m_views->mine();
        m_views->setUser(format::text(actorIn(database)));
        if (shown)
            m_filterBar->setFilter(m_views->mine());
        countViews();
        markView();
    });
    connect(m_viewCounter, &ViewCounter::counted, m_views, &SavedViews::setCounts);
    connect(m_viewsBar, &ViewsBar::viewChosen, this, &AlertsPage::showView);
    connect(m_viewsBar, &ViewsBar::saveRequested, this, &AlertsPage::saveView);
    connect(m_views, &QAbstractItemModel::rowsRemoved, this, [this] {
        m_view = 0;
        countViews();
        markView();
    });
}

void AlertsPage::addViewTools()
{
    QLabel *label = mutedLabel(tr("View"), this);
    m_viewBox = new QComboBox(this);
    m_viewBox->setModel(m_views);
    m_viewBox->setItemDelegate(ViewsBar::makeDelegate(m_viewBox));
    m_viewBox->setAccessibleName(tr("View"));
    m_viewBox->setPlaceholderText(tr("Own filter"));
    m_viewBox->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_viewBox->setMinimumContentsLength(14);
    keepTypedKeys(m_viewBox);
    label->setBuddy(m_viewBox);
    connect(m_viewBox, &QComboBox::activated, this, &AlertsPage::showView);
    m_showViews = new QAction(icons::icon(QStringLiteral("panel-left")), tr("Show saved views"), this);
    m_showViews->setCheckable(true);
    m_showViews->setShortcut(QKeySequence(Qt::Key_V));
    m_showViews->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(m_showViews);
    const auto show = [this](bool shown) {
        m_viewsBar->setVisible(shown);
        m_viewsLine->setVisible(shown);
    };
    connect(m_showViews, &QAction::toggled, this, show);
    show(false);
    auto *button = new QToolButton(this);
    button->setDefaultAction(m_showViews);
    button->setAccessibleName(tr("Show saved views"));
    button->setToolTip(tr("Show the saved views beside the queue (V)"));
    headerTools()->addWidget(button);
    headerTools()->addWidget(label);
    headerTools()->addWidget(m_viewBox);
}

void AlertsPage::showView(int row)
{
    if (row < 0 || row >= m_views->rowCount())
        return;
    m_view = row;
    const SavedView view = m_views->views()[static_cast<std::size_t>(row)];
    m_filterBar->setFilter(view.filter);
    if (!view.columns.isEmpty())
        m_table->setColumnsState(view.columns);
    if (view.grouping)
        setGrouping(*view.grouping);
    markView();
}

/// Says which view is shown, if it is one: two may show the same, under other columns.
void AlertsPage::markView()
{
    const Filter &filter = m_filterBar->filter();
    if (m_views->views()[static_cast<std::size_t>(m_view)].filter != filter)
        m_view = m_views->viewOf(filter).value_or(m_view);
    const bool stands = m_views->views()[static_cast<std::size_t>(m_view)].filter == filter;
    m_viewsBar->setCurrent(stands ? m_view : -1);
    const QSignalBlocker quiet(m_viewBox);
    m_viewBox->setCurrentIndex(stands ? m_view : -1);
}

void AlertsPage::saveView()
{
    auto *dialog = new SaveViewDialog(m_views, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SaveViewDialog::named, this, [this](const QString &name) {
        m_view = m_views->save(name, m_filterBar->filter(), m_table->columnsState(), m_model.grouping());
        countViews();
        markView();
    });
    dialog->open();
}

void AlertsPage::countViews()
{
    std::vector<Filter> filters;
    for (const SavedView &view : m_views->views())
        filters.push_back(view.filter);
    m_viewCounter->setFilters(std::move(filters));
}

/// What somebody gave a name to is on the disk before he goes on.
void AlertsPage::storeViews() const
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("alerts"));
    m_views->store(settings);
    settings.endGroup();
    settings.sync();
}

void AlertsPage::saveViews(QSettings &settings) const
{
    m_views->store(settings);
    settings.setValue(kBarShown, m_showViews->isChecked());
}

void AlertsPage::restoreViews(QSettings &settings)
{
    m_views->restore(settings);
    m_showViews->setChecked(settings.value(kBarShown, false).toBool());
    countViews();
    markView();
}

} // namespace bartizan
