// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertsurroundings.h"

#include "core/query/filterparser.h"
#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/filteractions.h"
#include "ui/views/relatedevents.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/plaintooltip.h"
#include "ui/widgets/sectionheading.h"
#include "ui/widgets/timeline.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace bartizan {

AlertSurroundings::AlertSurroundings(ConsoleContext *context, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(measure::kControlGap + 2);
    m_eventsHeading = new SectionHeading(tr("Related events"), this);
    m_allEvents = new LinkButton(tr("Show all"), this);
    m_allEvents->setAccessibleName(tr("Show all related events"));
    m_eventsHeading->addTool(m_allEvents);
    m_timeline = new Timeline(this);
    m_events = new RelatedEvents(this);
    m_othersHeading = new SectionHeading(tr("Other alerts"), this);
    auto *others = new QWidget(this);
    m_others = others;
    m_lines = new QVBoxLayout(others);
    m_lines->setContentsMargins(0, 0, 0, 0);
    m_lines->setSpacing(measure::kGrid);
    column->addWidget(m_eventsHeading);
    column->addWidget(m_timeline);
    column->addWidget(m_events);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    column->addWidget(m_othersHeading);
    column->addWidget(m_others);
    connect(m_events, &RelatedEvents::eventChosen, this, &AlertSurroundings::showOneEvent);
    connect(m_allEvents, &QAbstractButton::clicked, this, &AlertSurroundings::showAllEvents);
}

void AlertSurroundings::setDetails(const AlertDetails &details)
{
    m_details = details;
    m_eventsHeading->setNote(format::count(m_details.relatedTotal));
    m_allEvents->setVisible(m_details.relatedTotal > 0);
    showTimeline();
    m_events->setEvents(m_details.related, QDateTime::currentMSecsSinceEpoch(), m_context->displayZone());
    showOthers();
}

void AlertSurroundings::showTimeline()
{
    m_timeline->setVisible(m_details.relatedTotal > 0);
    std::vector<Timeline::Step> steps;
    const TimestampMs start = m_details.alert.timestamp - AlertDetails::kSpan;
    const auto minute = [this](TimestampMs at) {
        return QDateTime::fromMSecsSinceEpoch(at, m_context->displayZone()).toString(QStringLiteral("HH:mm"));
    };
    for (std::size_t i = 0; i < m_details.timeline.size(); ++i) {
        const TimestampMs from = start + static_cast<TimestampMs>(i) * AlertDetails::kStep;
        steps.push_back({tr("%1 to %2").arg(minute(from), minute(from + AlertDetails::kStep)), m_details.timeline[i]});
    }
    m_timeline->setSteps(std::move(steps), 0.5, tr("Related events by 5 minutes, an hour before and after the alert"));
    m_timeline->setAxis(tr("−1 h"), minute(m_details.alert.timestamp), tr("+1 h"));
}

void AlertSurroundings::showOthers()
{
    while (QLayoutItem *item = m_lines->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // It may hold the link that is being pressed.
        delete item;
    }
    for (const SecurityAlert &other : m_details.others)
        addOther(other);
    const EventContext &context = m_details.alert.context;
    if (context.ipAddress)
        addAllOf(FilterField::Address, *context.ipAddress, m_details.othersOfAddress);
    if (context.userId)
        addAllOf(FilterField::User, *context.userId, m_details.othersOfUser);
    if (m_details.others.empty())
        m_lines->addWidget(new ElidedLabel(tr("None of its address or user"), m_others));
}

/// The title gives way; where the alert stands, and since when, are whole.
void AlertSurroundings::addOther(const SecurityAlert &other)
{
    auto *line = new QWidget(m_others);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(measure::kControlGap);
    auto *badge = new SeverityBadge(line);
    badge->setSeverity(other.severity);
    const QString title = rowTitle(other.title);
    auto *link = new LinkButton(title, line);
    link->setAccessibleName(tr("Show the alert %1, %2").arg(title, format::status(other)));
    // In a narrow pane the title gives way first, then how it stands; when it was stays.
    link->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    link->setMaximumWidth(link->sizeHint().width());
    setPlainToolTip(link, displayText(other.title));
    connect(link, &QAbstractButton::clicked, this, [this, id = other.id] {
        AlertDrillDown wanted;
        wanted.alertId = id;
        m_context->showAlerts(wanted);
    });
    row->addWidget(badge);
    row->addWidget(link, 1);
    row->addStretch();
    const QString time = format::tableTime(other.timestamp, QDateTime::currentMSecsSinceEpoch(), m_context->displayZone());
    auto *standing = new ElidedLabel(format::status(other), line);
    auto *when = new ElidedLabel(time, line);
    for (ElidedLabel *label : {standing, when}) {
        label->setMuted(true);
        label->setSizePolicy(label == when ? QSizePolicy::Fixed : QSizePolicy::Maximum, QSizePolicy::Fixed);
        row->addWidget(label);
    }
    m_lines->addWidget(line);
}

/// A way to all alerts that share a value with this one.
void AlertSurroundings::addAllOf(FilterField field, const std::string &value, std::int64_t count)
{
    if (count <= 0)
        return;
    // What is no value of the field, such as an address that is none, is looked for as text.
    const FilterTerm term = filteractions::termFor(field, value, FilterSubject::Alerts)
                                .value_or(filterTerm(FilterField::Text, format::text(value).left(kLongestFilter / 4)));
    auto *link = new LinkButton(tr("%1 of %2").arg(format::count(count), displayText(value)), m_others);
    link->setAccessibleName(tr("Show all alerts of %1, %2 besides this one").arg(displayText(value), format::count(count)));
    link->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    link->setElideMode(Qt::ElideMiddle);
    connect(link, &QAbstractButton::clicked, this, [this, term] {
        AlertDrillDown wanted = AlertDrillDown::ofAll();
        wanted.term = term;
        m_context->showAlerts(wanted);
    });
    m_lines->addWidget(link);
}

/// The event, with those of its moment.
void AlertSurroundings::showOneEvent(const AuditEvent &event)
{
    EventQuery query = m_details.relatedQuery.value_or(EventQuery());
    query.range = {event.timestamp, event.timestamp};
    m_context->showEvents(query);
}

void AlertSurroundings::showAllEvents()
{
    if (m_details.relatedQuery)
        m_context->showEvents(*m_details.relatedQuery);
}

} // namespace bartizan
