// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/models/triagesubject.h"
#include "ui/views/wantedstep.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

class QAction;
class QWidget;

namespace bartizan {

class ConsoleContext;
class TriageDialog;
class TriageSteps;

/// Triage as a page offers it: the keys, the questions that a step asks first, and what became of what it asked for. Steps
/// are taken and taken back with those of all pages; the page learns of the result as of everybody else's. Thread: GUI.
class AlertTriage : public QObject {
    Q_OBJECT
public:
    using Describe = std::function<TriageSubject(const IdList &)>;
    /// A step on more alerts than this is asked about first.
    static constexpr std::size_t kAskAbove = 100;
    /// Of more than these nobody looks at each: finding the row of one takes some microseconds.
    static constexpr std::size_t kMostUnchanged = 5'000;

    /// The actions belong to `page`; when one is triggered `wanted` is to begin() the step on what is selected.
    /// `describe` answers which alerts a step is about, at once.
    AlertTriage(ConsoleContext *context, QWidget *page, std::function<void(TriageKind)> wanted, Describe describe);

    /// Resolve… (R), Escalate… (E), Take over (O), Comment… (C): what there is to do with what is selected.
    const std::vector<QAction *> &stepActions() const { return m_stepActions; }
    QAction *action(TriageKind kind) const;
    /// "Undo" (Ctrl+Z): takes the last step back, then the one before, whatever page took them.
    QAction *undoAction() const { return m_undo; }
    /// Whether something is selected.
    void setSelected(bool some);

    /// Begins a step: asks what it needs, or, where it is `asked` about in any case, at least whether; and takes it. While it
    /// asks, no other step begins.
    void begin(TriageKind kind, IdList ids, bool asked = false);
    /// Takes a step that has all it needs.
    void take(const TriageStep &step, IdList ids);
    void take(WantedStep wanted);
    void undo();
    /// What was done under a token, elsewhere, is what the page reports now; whether it is what undo() is about. Once it is so
    /// no more, undoableNoMore() tells.
    bool setReported(quint64 token);
    /// Takes back what a line of an alert's history says that a step has done to it.
    void takeBack(const AlertHistoryEntry &line, const std::string &alert);
    /// Ends the step that runs, after its present part.
    void cancel();
    /// Whether a step runs, of whatever page.
    bool isBusy() const;

Q_SIGNALS:
    /// A step that begin() asked about, or needed not ask about, is on its way.
    void begun(bartizan::TriageKind kind);
    /// What became of it, whether it can be taken back, and which alerts it left as they were, the first kMostUnchanged.
    void reported(const QString &text, bool undoable, const std::vector<std::string> &unchanged = {});
    /// One alert, and no other, is as it was before a step.
    void tookBack(const QString &id);
    /// A step, or taking one back, has changed something, and nothing kept it from the rest.
    void worked();
    /// What was reported last is not what undo() is about any more.
    void undoableNoMore();
    /// How far the step is that runs; `total` 0: none runs any more.
    void progressed(qint64 done, qint64 total);
    /// Something did not work that is not kept among what was not done.
    void failed(const bartizan::Error &error);

private:
    bool mayAct();
    WantedStep wanted(const TriageStep &step, IdList ids) const;
    bool start(WantedStep wanted);
    void keepDraft(TriageKind kind, const std::shared_ptr<const IdList> &ids);
    QAction *add(TriageKind kind, const QString &text, const QKeySequence &key, const QString &icon);
    void connectSteps();
    void ask(quint64 token);
    void onReported(quint64 token, const QString &text, bool undoable, const TriageOutcome &outcome);
    void onFailed(quint64 token, const Error &error, bool kept);

    ConsoleContext *m_context;
    TriageSteps *m_steps;
    QWidget *m_page;
    std::function<void(TriageKind)> m_beginWanted;
    Describe m_describe;
    std::vector<QAction *> m_stepActions;
    std::map<TriageKind, QAction *> m_byKind;
    QAction *m_undo = nullptr;
    QPointer<TriageDialog> m_dialog;   ///< That asks, or asked last.
    std::map<std::pair<TriageKind, std::string>, QString> m_drafts; ///< What was typed about an alert, and not sent;
    /// about several, the last one.
    struct {
        TriageKind kind = TriageKind::Comment;
        std::shared_ptr<const IdList> ids = std::make_shared<IdList>();
        QString text = {};
    } m_lastDraft;
    quint64 m_reported = 0;            ///< The token of what was reported last.
    std::set<quint64> m_asked;         ///< Tokens of what this page has asked for.
};

} // namespace bartizan
