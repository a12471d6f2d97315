// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/views/ownchanges.h"

#include <QObject>

#include <map>
#include <vector>

namespace bartizan {

class ConsoleContext;

/// The triage steps that this console takes, on whatever page, and takes back: the last one first. A page that has asked
/// for something learns by its token what became of it. Thread: GUI.
class TriageSteps : public QObject {
    Q_OBJECT
public:
    using Ids = std::vector<std::string>;

    explicit TriageSteps(ConsoleContext *context);

    /// Begins a step that has all it needs. Tokens are those of the session; 0: there is nothing to act on.
    quint64 take(const TriageStep &step, const Ids &ids);
    /// Begins to take the last step back; 0: there is none.
    quint64 undo();
    /// A mute was set under a token of the session: it is taken back as a step is.
    void addMute(const std::string &id, quint64 token);
    /// Ends the step that runs, after its present part.
    void cancel();
    bool isBusy() const { return !m_running.empty(); }
    /// An alert has changed: whether a step that was taken or taken back here did it. To be asked once about each change.
    bool takeChange(const std::string &id) { return m_changes.take(id); }
    /// What steps that have ended have changed is told of no more: everything has been read anew.
    void forgetEnded() { m_changes.forgetEnded(); }
    /// Under which the last step was taken that can be taken back; 0: none can.
    quint64 last() const { return m_done.empty() ? 0 : m_done.back().token; }

Q_SIGNALS:
    /// What can be taken back.
    void changed();
    /// What became of a step, or of taking one back, and whether it can be taken back. Of a mute `outcome` is empty.
    void reported(quint64 token, const QString &text, bool undoable, const bartizan::TriageOutcome &outcome);
    /// How far the step is that runs.
    void progressed(quint64 token, qint64 done, qint64 total);
    /// It runs no longer; told before what became of it.
    void ended(quint64 token);
    void failed(quint64 token, const bartizan::Error &error);

private:
    struct Done {
        std::string id;
        quint64 token = 0; ///< Under which it was taken: later steps have higher ones.
        bool isMute = false; ///< A mute, and not a step of triage.
        TriageStep step = {}; ///< What it was, unless it is a mute.
        OwnChanges::Alerts alerts = {}; ///< What it was about, likewise.
    };

    bool end(quint64 token);
    void onMuteLifted(quint64 token, const MuteLifted &lifted);
    void onTriaged(quint64 token, const TriageOutcome &outcome);
    void onFailed(quint64 token, const Error &error);
    void setUndoable(const Done &done);

    ConsoleContext *m_context;
    std::vector<quint64> m_running;    ///< Tokens of what this console has asked for.
    std::vector<Done> m_done;          ///< Steps that can be taken back, the last one at the end.
    OwnChanges m_changes;
    std::map<quint64, Done> m_undoing; ///< What is being taken back, by the token of that.
};

} // namespace bartizan
