// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"

#include <QWidget>

class QLabel;
class QStackedLayout;

namespace bartizan {

class ConsoleContext;
class ElidedLabel;
class FieldGrid;
class MetadataView;

/// The pane beside the events: every field of one audit row, and its metadata as a tree. Thread: GUI.
class EventsDetails : public QWidget {
    Q_OBJECT
public:
    explicit EventsDetails(ConsoleContext *context, QWidget *parent = nullptr);

    /// Null: none is selected.
    void showEvent(const AuditEvent *event);
    void updateZone();
    /// Puts the whole row on the clipboard.
    void copyJson() const;

Q_SIGNALS:
    /// A user of the row was pressed: their events are wanted.
    void userPressed(const QString &user);

private:
    void showFields();

    ConsoleContext *m_context;
    AuditEvent m_event;
    QStackedLayout *m_stack;
    ElidedLabel *m_title;
    ElidedLabel *m_time;
    QLabel *m_error;
    FieldGrid *m_fields;
    MetadataView *m_metadata;
};

} // namespace bartizan
