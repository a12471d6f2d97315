// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/wantedstep.h"

#include <QWidget>

namespace bartizan {

class ConsoleContext;
class InlineMessage;
class LinkButton;
class TriageSteps;

/// Says which steps of triage and mutes the database did not take, with what was entered for them, and why, and offers to
/// take them again. While another database is open they wait unseen. Thread: GUI.
class UndoneSteps : public QWidget {
    Q_OBJECT
public:
    UndoneSteps(ConsoleContext *context, QWidget *parent);

    /// What it says; empty: nothing is left undone.
    QString text() const;

Q_SIGNALS:
    /// Somebody wants one to be taken again; what is not done this time either comes back.
    void againRequested(const bartizan::WantedStep &wanted);

private:
    void tryAgain();
    void refresh();

    TriageSteps *m_steps;
    InlineMessage *m_message;
    LinkButton *m_dismiss;
};

} // namespace bartizan
