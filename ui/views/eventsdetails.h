// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/query/filter.h"

#include <QWidget>

class QMenu;
class QStackedLayout;

namespace bartizan {

class ConsoleContext;
class ElidedLabel;
class FieldGrid;
class MetadataView;
class WrappedLabel;

/// The pane beside the events: every field of one audit row, and its metadata as a tree. Thread: GUI.
class EventsDetails : public QWidget {
    Q_OBJECT
public:
    explicit EventsDetails(ConsoleContext *context, QWidget *parent = nullptr);

    /// Null: none is selected. `lookedUp`: the country that GeoIP tells of a row that names none, a view that lives as long as
    /// the program.
    void showEvent(const AuditEvent *event, std::string_view lookedUp = {});
    void updateZone();
    /// Puts the whole row on the clipboard.
    void copyJson() const;
    /// Adds to a menu what narrows the list to a value that is shown, or to the others.
    void addFiltersTo(QMenu *menu);

Q_SIGNALS:
    /// A user of the row was pressed: their events are wanted.
    void userPressed(const QString &user);
    /// The list shall be narrowed to a value, or to the others.
    void narrowed(const bartizan::FilterTerm &term);

private:
    void showFields();
    QString countryText() const;
    void addOrigin();

    ConsoleContext *m_context;
    AuditEvent m_event;
    std::string_view m_lookedUp;
    QStackedLayout *m_stack;
    ElidedLabel *m_title;
    ElidedLabel *m_time;
    WrappedLabel *m_error;
    FieldGrid *m_fields;
    MetadataView *m_metadata;
};

} // namespace bartizan
