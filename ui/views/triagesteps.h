// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/views/ownchanges.h"
#include "ui/views/wantedstep.h"

#include <QObject>

#include <functional>
#include <map>
#include <set>
#include <vector>

namespace bartizan {

class ConsoleContext;

/// The triage steps and mutes that this console orders, on whatever page, and takes back: the last one first. A page that has
/// asked for something learns by its token what became of it. What the database does not take is kept, with all that was
/// entered, until it is done or dismissed, however often the database comes and goes. Thread: GUI.
class TriageSteps : public QObject {
    Q_OBJECT
public:
    explicit TriageSteps(ConsoleContext *context);

    /// Begins a step, or a mute, that has all it needs, in the database that it is meant for. Tokens are those of the
    /// session; 0: it is not begun, but among undone(), unless it is about nothing.
    quint64 take(WantedStep wanted);
    /// The same in the database that is open.
    quint64 take(const TriageStep &step, const IdList &ids);
    /// Begins to take the last step back; 0: there is none, or it runs still: then it is ended after its present part, and
    /// what it did is taken back under a token that takingBack() tells.
    quint64 undo();
    /// Begins to take back what a step, of whomever and whenever, did to an alert.
    quint64 takeBack(const TriageStep &step, const std::string &alert);
    /// Ends the step that runs, after its present part.
    void cancel();
    bool isBusy() const { return !m_running.empty(); }
    /// Triage has changed an alert: whether a step did that was taken or taken back here. To be asked once about each change.
    bool takeChange(const std::string &id) { return m_changes.take(id); }
    /// The stream of changes has been told, and taken, up to a position.
    void forgetTold(std::int64_t position) { m_changes.forgetTold(position); }
    /// A mute is being lifted from here: what it brings back is one's own change.
    void noteLift(const std::string &mute) { m_lifted.insert(mute); }
    bool isLifted(std::string_view mute) const { return m_lifted.contains(mute); }
    /// What steps that have ended have changed is told of no more: everything has been read anew.
    void forgetEnded() { m_changes.forgetEnded(); }
    /// Under which the last step was taken that has ended and can be taken back; 0: none can.
    quint64 last() const;
    /// Whether there is something that undo() is about.
    bool mayUndo() const;
    /// Path or URL of the database that is open, or was open last.
    const QString &database() const { return m_database; }
    /// What that database did not take, in the order in which it was wanted.
    std::vector<WantedStep> undone() const;
    /// How much the databases did not take, whichever they are.
    std::size_t countUndone() const { return m_undone.size(); }
    /// undone(), which is kept no longer.
    std::vector<WantedStep> takeUndone();

Q_SIGNALS:
    /// What can be taken back.
    void changed();
    /// A step that was to be taken back while it ran is being taken back, under another token.
    void takingBack(quint64 step, quint64 undo);
    void undoneChanged();
    /// What became of a step, or of taking one back, and whether it can be taken back.
    void reported(quint64 token, const QString &text, bool undoable, const bartizan::TriageOutcome &outcome);
    /// A mute is in force, and can be taken back.
    void muted(quint64 token, const bartizan::Mute &mute);
    /// How far the step is that runs.
    void progressed(quint64 token, qint64 done, qint64 total);
    /// It runs no longer; told before what became of it.
    void ended(quint64 token);
    /// Nothing was done. `kept`: it is among undone(), which says why.
    void failed(quint64 token, const bartizan::Error &error, bool kept);

private:
    struct Done {
        std::string id;
        quint64 token = 0; ///< Under which it was taken: later steps have higher ones. 0: not by this console.
        bool isMute = false; ///< A mute, and not a step of triage.
        TriageStep step = {}; ///< What it was, unless it is a mute.
        std::string alert = {}; ///< The only one that it has changed; empty: it may have changed others as well.
        QString database = {}; ///< Path or URL of the one that it was taken in.
    };

    static Done doneOf(quint64 token, const WantedStep &wanted);
    QString refusal(const WantedStep &wanted) const;
    bool end(quint64 token);
    bool takeBackNow(quint64 token);
    quint64 takeBackDone(std::vector<Done>::const_iterator at);
    std::vector<Done>::const_iterator lastDone() const;
    void endAll();
    void keep(WantedStep wanted, const QString &failure);
    void onTriaged(quint64 token, const TriageOutcome &outcome);
    void onMuteSet(quint64 token, const Mute &mute);
    void onMuteLifted(quint64 token, const MuteLifted &lifted);
    void onFailed(quint64 token, const Error &error);
    void setUndoable(const Done &done);

    ConsoleContext *m_context;
    QString m_database;
    std::vector<quint64> m_running;    ///< Tokens of what this console has asked for.
    std::map<quint64, WantedStep> m_wanted; ///< What it was, by them, but for what takes something back,
    std::map<quint64, Done> m_undoing; ///< and what that is.
    std::set<quint64> m_toTakeBack;    ///< Tokens of those that run, and are not wanted any more.
    std::vector<Done> m_done;          ///< Steps that can be taken back, in whatever database, the last one at the end.
    std::vector<WantedStep> m_undone;  ///< Of whatever database, in the order in which they were wanted.
    OwnChanges m_changes;
    std::set<std::string, std::less<>> m_lifted; ///< Ids of mutes.
};

} // namespace bartizan
