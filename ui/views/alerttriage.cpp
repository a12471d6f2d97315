// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alerttriage.h"

#include "ui/theme/icons.h"
#include "ui/views/consolecontext.h"
#include "ui/views/triagedialog.h"
#include "ui/views/triagesteps.h"

#include <QAction>
#include <QPlainTextEdit>
#include <QWidget>

#include <algorithm>
#include <utility>

namespace bartizan {
namespace {

/// The alerts that are as they were: somebody had been there before, or the step did not come to them.
std::vector<std::string> unchangedBy(const TriageOutcome &outcome)
{
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < std::min(outcome.conflicts.size(), AlertTriage::kMostUnchanged); ++i)
        ids.push_back(outcome.conflicts[i].alertId);
    const std::size_t room = std::min(outcome.left.size(), AlertTriage::kMostUnchanged - ids.size());
    ids.insert(ids.end(), outcome.left.begin(), outcome.left.begin() + static_cast<std::ptrdiff_t>(room));
    return ids;
}

} // namespace

AlertTriage::AlertTriage(ConsoleContext *context, QWidget *page, std::function<void(TriageKind)> wanted,
                         Describe describe)
    : QObject(page), m_context(context), m_steps(context->triageSteps()), m_page(page), m_beginWanted(std::move(wanted))
    , m_describe(std::move(describe))
{
    add(TriageKind::Resolve, tr("Resolve…"), QKeySequence(Qt::Key_R), QStringLiteral("check-check"));
    add(TriageKind::Comment, tr("Comment…"), QKeySequence(Qt::Key_C), QStringLiteral("message-square"));
    add(TriageKind::Escalate, tr("Escalate…"), QKeySequence(Qt::Key_E), QStringLiteral("arrow-up"));
    add(TriageKind::Own, tr("Take over"), QKeySequence(Qt::Key_O), QStringLiteral("users"));
    m_undo = new QAction(tr("Undo"), this);
    m_undo->setShortcut(QKeySequence(QKeySequence::Undo));
    m_undo->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_undo->setEnabled(false);
    page->addAction(m_undo);
    connect(m_undo, &QAction::triggered, this, &AlertTriage::undo);
    connectSteps();
}

void AlertTriage::connectSteps()
{
    const auto showUndoable = [this] {
        m_undo->setEnabled(m_steps->mayUndo());
        if (m_reported != 0 && (m_steps->last() != m_reported || !m_steps->mayUndo())) {
            m_reported = 0;
            Q_EMIT undoableNoMore();
        }
    };
    connect(m_steps, &TriageSteps::changed, this, showUndoable);
    showUndoable();
    connect(m_steps, &TriageSteps::progressed, this, [this](quint64 token, qint64 done, qint64 total) {
        if (m_asked.contains(token))
            Q_EMIT progressed(done, total);
    });
    connect(m_steps, &TriageSteps::ended, this, [this](quint64 token) {
        if (m_asked.contains(token))
            Q_EMIT progressed(0, 0);
    });
    connect(m_steps, &TriageSteps::takingBack, this, [this](quint64 step, quint64 undo) {
        if (m_asked.contains(step))
            ask(undo);
    });
    connect(m_steps, &TriageSteps::reported, this, &AlertTriage::onReported);
    connect(m_steps, &TriageSteps::failed, this, &AlertTriage::onFailed);
}

QAction *AlertTriage::add(TriageKind kind, const QString &text, const QKeySequence &key, const QString &icon)
{
    auto *action = new QAction(icons::icon(icon), text, this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setEnabled(false);
    m_page->addAction(action);
    connect(action, &QAction::triggered, this, [this, kind] { m_beginWanted(kind); });
    m_stepActions.push_back(action);
    m_byKind.emplace(kind, action);
    return action;
}

QAction *AlertTriage::action(TriageKind kind) const
{
    const auto found = m_byKind.find(kind);
    return found == m_byKind.end() ? nullptr : found->second;
}

void AlertTriage::setSelected(bool some)
{
    for (QAction *action : m_stepActions)
        action->setEnabled(some);
}

/// Whether the role of the user may triage; where it may not, why is told.
bool AlertTriage::mayAct()
{
    const QString refusal = m_context->session()->database().refusals.triage;
    if (!refusal.isEmpty())
        Q_EMIT failed(Error{refusal});
    return refusal.isEmpty();
}

void AlertTriage::begin(TriageKind kind, IdList ids, bool asked)
{
    if (ids.empty() || !mayAct())
        return;
    if (m_dialog && m_dialog->isVisible()) { // Keys typed ahead are not about the question that they open.
        m_dialog->activateWindow();
        return;
    }
    const bool plain = kind == TriageKind::Acknowledge || kind == TriageKind::Own;
    if (plain && !asked && ids.size() <= kAskAbove) {
        TriageStep step;
        step.kind = kind;
        if (start(wanted(step, std::move(ids))))
            Q_EMIT begun(kind);
        return;
    }
    const TriageSubject subject = m_describe(ids);
    if (kind == TriageKind::Escalate && subject.isKnown() && subject.resolved == subject.alerts) {
        Q_EMIT reported(tr("Nothing was done: what is resolved is not escalated. C comments on it, R resolves it otherwise."), false);
        return;
    }
    m_dialog = new TriageDialog(kind, subject, m_context->displayZone(), m_page);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    const WantedStep about = wanted({}, std::move(ids)); // Shared from here on: it may be very much.
    keepDraft(kind, about.ids);
    connect(m_dialog, &TriageDialog::stepChosen, this, [this, about](const TriageStep &step) {
        WantedStep chosen = about;
        chosen.step = step;
        if (start(std::move(chosen)))
            Q_EMIT begun(step.kind);
    });
    m_dialog->open();
}

/// What is typed about an alert, or several, and given up is there when the same is asked again.
void AlertTriage::keepDraft(TriageKind kind, const std::shared_ptr<const IdList> &ids)
{
    QPlainTextEdit *edit = m_dialog->commentEdit();
    if (!edit)
        return;
    if (ids->size() > 1) {
        if (m_lastDraft.kind == kind && *m_lastDraft.ids == *ids)
            edit->setPlainText(std::exchange(m_lastDraft, {}).text);
        connect(m_dialog, &QDialog::rejected, this, [this, kind, ids, edit] {
            if (!edit->toPlainText().trimmed().isEmpty())
                m_lastDraft = {kind, ids, edit->toPlainText()};
        });
        return;
    }
    const std::pair about(kind, (*ids)[0]);
    if (const auto draft = m_drafts.extract(about); !draft.empty()) {
        edit->setPlainText(draft.mapped());
        edit->selectAll();
    }
    connect(m_dialog, &QDialog::rejected, this, [this, about, edit] {
        if (!edit->toPlainText().trimmed().isEmpty())
            m_drafts[about] = edit->toPlainText();
    });
}

void AlertTriage::take(const TriageStep &step, IdList ids)
{
    if (!ids.empty() && mayAct())
        start(wanted(step, std::move(ids)));
}

void AlertTriage::take(WantedStep wanted)
{
    start(std::move(wanted));
}

WantedStep AlertTriage::wanted(const TriageStep &step, IdList ids) const
{
    WantedStep made{.step = step, .ids = std::make_shared<const IdList>(std::move(ids)), .database = m_steps->database()};
    if (made.ids->size() == 1) {
        if (const auto one = m_describe(*made.ids).one)
            made.alert = one->title;
    }
    return made;
}

/// Whether it is on its way.
bool AlertTriage::start(WantedStep wanted)
{
    const quint64 token = m_steps->take(std::move(wanted));
    ask(token);
    return token != 0;
}

void AlertTriage::ask(quint64 token)
{
    if (token != 0)
        m_asked.insert(token);
}

void AlertTriage::undo()
{
    ask(m_steps->undo());
}

void AlertTriage::takeBack(const AlertHistoryEntry &line, const std::string &alert)
{
    if (!mayAct())
        return;
    TriageStep step;
    step.id = line.step;
    for (const TriageKind kind : {TriageKind::Acknowledge, TriageKind::Escalate, TriageKind::Resolve, TriageKind::Own, TriageKind::Comment}) {
        if (actionOf(kind) == line.action)
            step.kind = kind;
    }
    ask(m_steps->takeBack(step, alert));
}

void AlertTriage::cancel()
{
    m_steps->cancel();
}

bool AlertTriage::isBusy() const
{
    return m_steps->isBusy();
}

bool AlertTriage::setReported(quint64 token)
{
    m_reported = m_steps->last() == token ? token : 0;
    return m_reported != 0;
}

void AlertTriage::onReported(quint64 token, const QString &text, bool undoable, const TriageOutcome &outcome)
{
    if (m_asked.erase(token) == 0)
        return;
    Q_EMIT reported(text, setReported(undoable ? token : 0), unchangedBy(outcome));
    if (!outcome.done.empty() && outcome.failure.isEmpty())
        Q_EMIT worked();
    if (!outcome.undoes.empty() && outcome.asked == 1 && outcome.done.size() == 1)
        Q_EMIT tookBack(QString::fromStdString(outcome.done[0]));
}

void AlertTriage::onFailed(quint64 token, const Error &error, bool kept)
{
    if (m_asked.erase(token) > 0 && !kept)
        Q_EMIT failed(error);
}

} // namespace bartizan
