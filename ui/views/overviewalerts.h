// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"

#include <QTimer>
#include <QTimeZone>
#include <QWidget>

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

class QLabel;
class QPushButton;
class QTableView;

namespace bartizan {

class ActiveAlertModel;
class LinkButton;
class SectionHeading;

/// The newest active alerts with check boxes, and the button that acknowledges those marked. Space or a click marks a
/// row, A acknowledges, Enter or a double click opens the alert in the queue. Thread: GUI.
class ActiveAlertsPane : public QWidget {
    Q_OBJECT
public:
    explicit ActiveAlertsPane(QWidget *parent);

    /// Why alerts are set: somebody asked for them, or others came and went meanwhile.
    enum class Reason { Wanted, Live };
    /// `total` is how many are active in all, of which `alerts` are the newest. What comes in live waits while something is
    /// marked or the pointer moves in the table, and ten seconds longer: no row moves under the hand, and no mark goes with a row that new ones push out.
    void setAlerts(std::vector<SecurityAlert> alerts, std::int64_t total, TimestampMs now, Reason reason = Reason::Live);
    /// The pointer holds no row until it moves among them again.
    void forgetPointer() { m_pointer.stop(); }
    void setZone(const QTimeZone &zone);
    /// Narrow panes leave the country out.
    void setCountryShown(bool shown);
    /// What acknowledging did, below the table; plain text.
    void setReport(const QString &text);
    /// Whether a link beside the report takes back what it tells of.
    void setUndoable(bool undoable);
    /// Whether the database can be written; when not, the reason stands at the button.
    void setReadOnly(const QString &reason);

    std::vector<std::string> markedIds() const;
    /// The title of an alert that is shown, as it is shown; empty: it is not.
    QString titleOf(const std::string &id) const;
    /// Acknowledges the marked alerts; nothing while none is marked.
    void acknowledge();
    QTableView *table() const { return m_table; }
    QPushButton *button() const { return m_button; }

Q_SIGNALS:
    void markedChanged(int count);
    void acknowledgeRequested(const std::vector<std::string> &ids);
    void undoRequested();
    void alertActivated(const QString &id);
    void queueRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void setUpTable();
    void fitTimes();
    void updateButton();
    void openRow(const QModelIndex &index);
    bool isHeld() const;
    /// What is shown while it is held, and how many new ones wait.
    std::pair<std::vector<SecurityAlert>, int> heldAlerts() const;
    void fill(bool held);
    /// Shows what waited, unless it is held still.
    void release();

    ActiveAlertModel *m_model;
    SectionHeading *m_heading;
    QTableView *m_table;
    QPushButton *m_button;
    QLabel *m_hint;
    QLabel *m_report;
    LinkButton *m_undo;
    QString m_readOnly;
    std::vector<SecurityAlert> m_newest; ///< As they were set last.
    std::int64_t m_total = 0;
    TimestampMs m_now = 0;
    bool m_waiting = false;              ///< Something of m_newest is not shown.
    QTimer m_pointer;                    ///< Runs while the pointer moves among the rows, and some seconds longer.
    std::unordered_set<std::string> m_taken; ///< Acknowledged here, so that they go.
};

} // namespace bartizan
