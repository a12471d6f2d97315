// SPDX-License-Identifier: GPL-3.0-or-later
// How other pages lead to alerts, and the way back.
#include "core/query/filterwords.h"
#include "ui/models/filterchips.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertspage.h"
#include "ui/views/alertstable.h"
#include "ui/views/consolecontext.h"
#include "ui/views/wayback.h"

#include <QAction>

namespace bartizan {
namespace {

QString typeWord(AlertType type)
{
    return choicesOf(FilterField::Type, FilterSubject::Alerts)[static_cast<qsizetype>(type)];
}

Filter filterOf(const AlertDrillDown &wanted)
{
    Filter filter;
    if (wanted.severity) {
        std::array<bool, 4> shown{};
        shown[static_cast<std::size_t>(*wanted.severity)] = true;
        filter = filterchips::withSeverities(filter, shown);
    }
    if (!wanted.types.empty()) {
        FilterTerm types{FilterField::Type, FilterOperator::Is, false, {}};
        for (const AlertType type : wanted.types)
            types.words.push_back({typeWord(type), false});
        filter.terms.push_back(types);
    }
    if (wanted.acknowledged)
        filter.terms.push_back(filterTerm(FilterField::Status, QStringLiteral("active"), *wanted.acknowledged));
    filter = filterchips::withSearch(filter, wanted.text);
    return wanted.term ? narrowed(std::move(filter), *wanted.term) : filter;
}

} // namespace

WayBack::Place AlertsPage::place() const
{
    return {m_filterBar->filter(), m_context->rangeChoice(), m_context->company(), m_model.grouping()};
}

void AlertsPage::goTo(const WayBack::Place &place)
{
    m_context->setRangeChoice(place.range);
    m_context->setCompany(place.company);
    m_filterBar->setFilter(place.filter);
    if (place.grouping != m_model.grouping())
        setGrouping(place.grouping);
}

void AlertsPage::connectWayBack()
{
    connect(m_wayBack, &WayBack::wanted, this, [this](const WayBack::Place &before) {
        goTo(before);
        initialFocus()->setFocus();
    });
    m_goBack = new QAction(tr("Back to what was shown before"), this);
    m_goBack->setShortcut(QKeySequence(QKeySequence::Back));
    m_goBack->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_goBack->setEnabled(false);
    addAction(m_goBack);
    connect(m_wayBack, &WayBack::offeredChanged, m_goBack, &QAction::setEnabled);
    connect(m_goBack, &QAction::triggered, this, [this] {
        if (const auto before = m_wayBack->take())
            goTo(*before);
    });
    // Whoever leaves by another way, back to where it began, finds that as it was.
    connect(m_context, &ConsoleContext::drillDownLeft, this, [this] {
        if (const auto before = m_wayBack->take())
            goTo(*before);
    });
    const auto moved = [this] { m_wayBack->setPlace(place()); };
    connect(m_filterBar, &AlertsFilterBar::filterChanged, this, moved);
    connect(m_context, &ConsoleContext::rangeChanged, this, moved);
    connect(m_context, &ConsoleContext::companyChanged, this, moved);
    connect(m_context->session(), &Session::closed, m_wayBack, &WayBack::withdraw);
}

void AlertsPage::drillDown(const AlertDrillDown &wanted)
{
    if (!wanted.isOneAlert()) {
        const WayBack::Place before = place();
        goTo({filterOf(wanted), wanted.range.value_or(before.range), wanted.allCompanies ? std::nullopt : before.company, before.grouping});
        m_wayBack->offer(before, place(), m_context->displayZone());
    }
    m_wantedId = QString::fromStdString(wanted.alertId);
    takeWanted();
}

/// Selects the alert that is wanted, once the rows are those that there are to be. While older ones are still read, its
/// details are shown meanwhile.
void AlertsPage::takeWanted()
{
    if (m_wantedId.isEmpty() || m_loading || m_stale || m_model.isFiltering())
        return;
    if (m_table->selectId(m_wantedId)) {
        m_wantedId.clear();
        return;
    }
    if (m_unlistedId != m_wantedId)
        showUnlisted(m_wantedId);
    if (!awaitsOlder() && !m_reading)
        m_wantedId.clear();
}

/// Outside the range or the filter: its details can be seen all the same, until something else is selected or filtered.
void AlertsPage::showUnlisted(const QString &id)
{
    m_table->clearSelection();
    m_unlistedId = id;
    showDetailsOf(id);
}

} // namespace bartizan
