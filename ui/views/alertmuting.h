// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"

#include <QObject>
#include <QPointer>
#include <QSet>

#include <map>
#include <string>

class QAction;
class QWidget;

namespace bartizan {

class ConsoleContext;
class MuteDialog;
class TriageSteps;
struct WantedStep;

/// Muting as the queue offers it: the key, the question what and for how long, and what became of it. A mute that was set
/// here can be taken back as a step of triage can. Thread: GUI.
class AlertMuting : public QObject {
    Q_OBJECT
public:
    /// The action belongs to `page`; what it is about is handed to begin(), by whoever knows the alert.
    AlertMuting(ConsoleContext *context, QWidget *page);

    /// "Mute alerts like this…" (M).
    QAction *action() const { return m_action; }
    /// Asks for how long and why, and sets the mute. So many alerts are `selected`, of which this is one.
    void begin(const SecurityAlert &alert, int selected = 1);
    /// Sets a mute that has all it needs.
    void take(const WantedStep &wanted);

Q_SIGNALS:
    /// A mute is in force that can be taken back, and under which token it was set; the same in few words.
    void muted(quint64 token, const QString &text, const QString &shortText);
    /// What else was done, and the same in few words.
    void reported(const QString &text, bool undoable, const QString &shortText);
    void failed(const bartizan::Error &error);

private:
    ConsoleContext *m_context;
    TriageSteps *m_steps;
    QWidget *m_page;
    QAction *m_action;
    QPointer<MuteDialog> m_dialog; ///< That asks, or asked last.
    std::map<std::string, QString> m_drafts; ///< Reasons, by the alert.
    QSet<quint64> m_tokens;        ///< Of the mutes that are on their way.
};

} // namespace bartizan
