// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/models/trialmodel.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTableView;

namespace bartizan {

class ConsoleContext;
class ElidedLabel;
class Figure;
class InlineMessage;
class LinkButton;
class NearMissPane;
class RulesEdit;
class WholeRows;

/// "Try it" below the editor of a rule: replays the last days under the edited settings and shows which alerts would be
/// gained and lost, before anything is saved. While there is no result, the groups closest to a threshold stand in its
/// place. Thread: GUI.
class RuleTrialPane : public QWidget {
    Q_OBJECT
public:
    RuleTrialPane(ConsoleContext *context, RulesEdit *edit, QWidget *parent = nullptr);

    /// Which rule is tried; another rule's result goes.
    void setRule(RuleId rule);
    /// Whether the edits of the rule are in their ranges.
    void setValid(bool valid);
    void tryIt();
    void cancel();
    bool isRunning() const { return m_token != 0; }
    int days() const;
    void setDays(int days);
    const TrialModel &model() const { return m_model; }
    NearMissPane *nearMisses() const { return m_nearMisses; }

private:
    QWidget *buildBar();
    QWidget *buildRunning();
    QWidget *buildResult();
    void connectSession();
    void onFinished(const TrialReport &report);
    void onFailed(const Error &error);
    void showResult(const TrialReport &report);
    void showMessage(const TrialReport &report);
    void showMore();
    void showNearMisses();
    void updateBar();
    void openMenu(const QPoint &position);
    QString spanText(const TrialReport &report) const;

    ConsoleContext *m_context;
    RulesEdit *m_edit;
    RuleId m_rule = RuleId::BruteForce;
    bool m_valid = true;
    quint64 m_token = 0; ///< Of the trial that runs.
    TrialModel m_model;
    MonitoringConfig m_tried; ///< What the result shown was tried with.
    QSpinBox *m_days = nullptr;
    QPushButton *m_try = nullptr;
    LinkButton *m_close = nullptr;
    ElidedLabel *m_status = nullptr;
    QStackedWidget *m_stack = nullptr;
    NearMissPane *m_nearMisses = nullptr;
    QProgressBar *m_progress = nullptr;
    QLabel *m_progressText = nullptr;
    Figure *m_gained = nullptr;
    Figure *m_lost = nullptr;
    Figure *m_same = nullptr;
    Figure *m_inAll = nullptr;
    QTableView *m_table = nullptr;
    WholeRows *m_rows = nullptr; ///< Holds the table.
    LinkButton *m_more = nullptr;
    InlineMessage *m_answer = nullptr;
    InlineMessage *m_stale = nullptr;
    InlineMessage *m_error = nullptr;
};

} // namespace bartizan
