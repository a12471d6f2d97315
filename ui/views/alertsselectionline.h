// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/triage.h"

#include <QWidget>

#include <vector>

class QLabel;

namespace bartizan {

class ElidedLabel;
class KeyHint;
class LinkButton;

/// The line between filters and table: how many alerts are selected, what can be done with them, and what that would do
/// to the score; while an action goes on, how far it is; after it, what it did, and how to take it back. Always there, so
/// that selecting moves no row. Thread: GUI.
class AlertsSelectionLine : public QWidget {
    Q_OBJECT
public:
    explicit AlertsSelectionLine(QWidget *parent = nullptr);

    /// `active` of the `selected` alerts can still be acknowledged. Nothing selected leaves the line to the report.
    void setSelection(int selected, int active);
    /// Where several are selected, the report makes room for what acknowledging them would do.
    void giveWayToSelection();
    /// The report offers no undo any more.
    void withdrawUndo();
    int selected() const { return m_selected; }
    /// What acknowledging would do, and the same in few words where there is little room; at the right.
    void setForecast(const QString &text, const QString &shortText);
    /// What an action did; stays until the next selection of several, or the next report.
    /// In few words where there is little room.
    void setReport(const QString &text, bool undoable = false, const QString &shortText = {});
    /// Offers, beside the report, to show alerts that the action left as they were; until the next report.
    void offerUnchanged(int alerts, bool all);
    /// Why nothing can be done with alerts here; it stands in place of what could be. Empty: all can.
    void setRefusal(const QString &reason);
    /// What an action waits for, and how to end that; it stands before everything else, with "Cancel". Empty: none waits.
    void setWaiting(const QString &text);
    /// How far a long action is; `total` 0: none goes on.
    void setProgress(qint64 done, qint64 total);
    QString report() const;
    QString forecast() const;
    /// What the line says at the right, whichever of them it is.
    QString message() const;

Q_SIGNALS:
    void acknowledgeRequested();
    void stepRequested(bartizan::TriageKind kind);
    void undoRequested();
    /// What the step left as it was shall be selected.
    void unchangedRequested();
    void cancelRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Offer {
        LinkButton *link;
        KeyHint *key;
    };
    Offer addOffer(const QString &text, const QString &accessibleName, const QString &key);
    void addStep(TriageKind kind, const QString &text, const QString &accessibleName, const QString &key);
    static void showOffer(const Offer &offer, bool shown);
    void showParts();
    void announce(const QString &text);

    int m_selected = 0;
    int m_active = 0;
    QString m_report;
    QString m_shortReport;
    QString m_forecastText;
    QString m_shortForecast;
    QString m_waiting;
    QString m_progress;
    QString m_refusal;
    bool m_undoable = false;
    QLabel *m_count;
    Offer m_acknowledge{};
    std::vector<Offer> m_steps;
    ElidedLabel *m_message;
    Offer m_undo{};
    LinkButton *m_cancel;
    LinkButton *m_showUnchanged;
    int m_unchanged = 0;
};

} // namespace bartizan
