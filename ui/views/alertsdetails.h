// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "core/query/filter.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLayout;
class QMenu;
class QPushButton;
class QScrollArea;
class QStackedLayout;
class QVBoxLayout;

namespace bartizan {

class AlertSurroundings;
class ConsoleContext;
class ElidedLabel;
class FieldGrid;
class InlineMessage;
class KeyHint;
class MetadataView;
class Remarks;
class SeverityBadge;
class WrappedLabel;

/// The pane beside the queue: all that is known of one alert, with the ways from it to its address, its user and its
/// events. It reads the alert through the session and shows what the database says; what cannot be read is not shown,
/// and every button acts on the alert that is. Thread: GUI.
class AlertsDetails : public QWidget {
    Q_OBJECT
public:
    explicit AlertsDetails(ConsoleContext *context, QWidget *parent = nullptr);

    /// Shows an alert; an empty id shows that none is selected.
    void showAlert(const QString &id);
    /// Reads the shown alert again.
    void refresh();
    /// Reads again what could not be read.
    void retry();
    /// Shows times in the zone that is chosen now.
    void updateZone();
    /// Id of the alert asked for, which may still be on its way.
    QString alertId() const { return m_id; }
    /// The alert that was asked for, once it is shown; nullptr while it is on its way, and when it cannot be read.
    const SecurityAlert *alert() const;
    /// The last line of its history that tells of a step that is in force; nothing where none is, or it is not shown.
    std::optional<AlertHistoryEntry> lastStep() const;
    /// Whether an answer is awaited.
    bool isLoading() const { return m_loading; }
    AlertSurroundings *surroundings() const { return m_surroundings; }
    /// Put the whole alert on the clipboard.
    void copyJson() const;
    void copyMarkdown() const;

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

Q_SIGNALS:
    void acknowledgeRequested(const QString &id);
    /// A step was chosen that needs to be asked about: "Resolve…" was pressed, or another in the menu.
    void stepRequested(const QString &id, bartizan::TriageKind kind);
    /// Ownership is wanted; `fromSomebody`: the alert has another owner, who is shown.
    void ownRequested(const QString &id, bool fromSomebody);
    /// The whole alert was put on the clipboard, as `told` says.
    void copied(const QString &told) const;
    void muteRequested();
    /// The queue shall be narrowed to a value, or to the others.
    void narrowed(const bartizan::FilterTerm &term);
    /// The alert asked for is shown.
    void shown(const QString &id);

private:
    QWidget *buildHead();
    QLayout *buildButtons(QWidget *head);
    void fillMenu(QMenu *menu);
    void fillFields(QMenu *fields);
    QWidget *buildBody();
    void addSection(QVBoxLayout *column, QWidget *heading, QWidget *content);
    void load();
    /// Says instead of an alert why there is none.
    void showNone(const QString &hint, const QString &error = {});
    void showFailure(const Error &error);
    void setButtons(const QString &refusal);
    /// Id of the alert that can be seen; empty: none.
    QString shownId() const;
    void showDetails(const AlertDetails &details);
    void showContext(const SecurityAlert &alert);
    void returnFocus(const QWidget *focused, const QString &place);
    void showRule(const SecurityAlert &alert);
    void showActions(const SecurityAlert &alert);
    void showOwner(const SecurityAlert &alert);
    void showHistory();
    void showComments();
    QPushButton *addToggle(QVBoxLayout *column, Remarks *&content);
    void lookAtShown();
    QString timeOf(TimestampMs t) const;

    ConsoleContext *m_context;
    QString m_id;
    bool m_loading = false;
    bool m_failed = false; ///< The last read.
    QTimer m_late;         ///< Until another alert than the one asked for is taken away.
    AlertDetails m_details;

    QStackedLayout *m_stack = nullptr;
    QLabel *m_hint = nullptr;
    InlineMessage *m_unread = nullptr; ///< Why the alert asked for cannot be shown.
    SeverityBadge *m_badge = nullptr;
    ElidedLabel *m_title = nullptr;
    ElidedLabel *m_time = nullptr;
    QPushButton *m_resolve = nullptr;
    QPushButton *m_acknowledge = nullptr;
    KeyHint *m_key = nullptr;
    WrappedLabel *m_acknowledged = nullptr;
    ElidedLabel *m_others = nullptr; ///< Who else has it open.
    InlineMessage *m_error = nullptr;
    QScrollArea *m_scroll = nullptr;
    WrappedLabel *m_description = nullptr;
    FieldGrid *m_fields = nullptr;
    MetadataView *m_metadata = nullptr;
    QVBoxLayout *m_actions = nullptr;
    AlertSurroundings *m_surroundings = nullptr;
    QPushButton *m_historyToggle = nullptr;
    Remarks *m_history = nullptr;
    QPushButton *m_commentsToggle = nullptr;
    Remarks *m_comments = nullptr;
};

} // namespace bartizan
