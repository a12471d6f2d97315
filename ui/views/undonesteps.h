// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/alerttriage.h"

#include <QWidget>

namespace bartizan {

class InlineMessage;
class LinkButton;

/// Steps of triage that the database did not take, with all that was entered for them: says which, on which alerts and
/// why, and takes them again when asked. They are kept until they are done or dismissed, however often the database comes
/// and goes; while another one is open they wait unseen. Thread: GUI.
class UndoneSteps : public QWidget {
    Q_OBJECT
public:
    UndoneSteps(ConsoleContext *context, AlertTriage *triage, QWidget *parent);

    /// What it says; empty: nothing is left undone.
    QString text() const;

private:
    void tryAgain();
    void dismiss();
    std::vector<WantedStep> takeShown();
    void refresh();

    AlertTriage *m_triage;
    InlineMessage *m_message;
    LinkButton *m_dismiss;
    QString m_database; ///< The one that is open, or was open last.
    std::vector<WantedStep> m_steps; ///< In the order in which they were wanted; of whatever database.
};

} // namespace bartizan
