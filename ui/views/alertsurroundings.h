// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "core/query/filter.h"

#include <QWidget>

class QVBoxLayout;

namespace bartizan {

class ConsoleContext;
class LinkButton;
class RelatedEvents;
class SectionHeading;
class Timeline;

/// What happened around an alert, for the details pane: the events of its rule's group as a small chart over time and
/// as the newest few lines; and the other alerts of that address and user, each a way to it. Thread: GUI.
class AlertSurroundings : public QWidget {
    Q_OBJECT
public:
    explicit AlertSurroundings(ConsoleContext *context, QWidget *parent = nullptr);

    void setDetails(const AlertDetails &details);
    Timeline *timeline() const { return m_timeline; }

private:
    void showTimeline();
    void showOthers();
    void addAllOf(FilterField field, const std::string &value, std::int64_t count);
    void showAllEvents();
    void showOneEvent(const AuditEvent &event);
    void addOther(const SecurityAlert &other);

    ConsoleContext *m_context;
    AlertDetails m_details;
    SectionHeading *m_eventsHeading;
    LinkButton *m_allEvents;
    Timeline *m_timeline;
    RelatedEvents *m_events;
    SectionHeading *m_othersHeading;
    QWidget *m_others = nullptr;
    QVBoxLayout *m_lines = nullptr;
};

} // namespace bartizan
