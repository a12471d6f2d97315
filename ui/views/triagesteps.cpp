// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/triagesteps.h"

#include "ui/views/consolecontext.h"
#include "ui/views/triagewords.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace bartizan {
namespace {

/// Progress is told only of steps that take more than one part.
constexpr qint64 kLong = static_cast<qint64>(kTriageChunk);

} // namespace

TriageSteps::TriageSteps(ConsoleContext *context) : QObject(context), m_context(context)
{
    Session *session = context->session();
    if (!session)
        return;
    connect(session, &Session::triaged, this, &TriageSteps::onTriaged);
    connect(session, &Session::muteLifted, this, &TriageSteps::onMuteLifted);
    connect(session, &Session::commandFailed, this, &TriageSteps::onFailed);
    connect(session, &Session::jobProgress, this, [this](quint64 token, const JobProgress &progress) {
        if (progress.total > kLong && !m_running.empty() && m_running.front() == token)
            Q_EMIT progressed(token, progress.done, progress.total);
    });
    connect(session, &Session::closed, this, [this] {
        const std::vector<quint64> running = std::exchange(m_running, {});
        m_changes.clear();
        m_done.clear();
        m_undoing.clear();
        for (const quint64 token : running) {
            Q_EMIT ended(token);
            Q_EMIT failed(token, Error{tr("The database was closed before it answered; perhaps it is done all the same.")});
        }
        Q_EMIT changed();
    });
}

quint64 TriageSteps::take(const TriageStep &step, const Ids &ids)
{
    Session *session = m_context->session();
    if (ids.empty() || !session->isOpen())
        return 0;
    const quint64 token = m_running.emplace_back(session->triage(ids, step));
    m_changes.begin(token, OwnChanges::alertsOf(ids));
    return token;
}

quint64 TriageSteps::undo()
{
    Session *session = m_context->session();
    if (m_done.empty() || !session->isOpen())
        return 0;
    // Taken at once, so that pressing the key again is about the step before.
    const Done done = m_done.back();
    m_done.pop_back();
    const quint64 token = done.isMute ? session->liftMute({done.id, true}) : session->undo(done.id);
    m_running.push_back(token);
    m_undoing.emplace(token, done);
    if (done.alerts)
        m_changes.begin(token, done.alerts);
    Q_EMIT changed();
    return token;
}

/// Puts a step where it belongs among those that can be taken back.
void TriageSteps::setUndoable(const Done &done)
{
    const auto later = std::find_if(m_done.begin(), m_done.end(), [&](const Done &other) { return other.token > done.token; });
    m_done.insert(later, done);
    Q_EMIT changed();
}

void TriageSteps::addMute(const std::string &id, quint64 token)
{
    setUndoable({.id = id, .token = token, .isMute = true});
}

void TriageSteps::cancel()
{
    if (!m_running.empty())
        m_context->session()->cancelJob(m_running.front());
}

/// Whether it was asked for here.
bool TriageSteps::end(quint64 token)
{
    const auto found = std::find(m_running.begin(), m_running.end(), token);
    if (found == m_running.end())
        return false;
    m_running.erase(found);
    Q_EMIT ended(token);
    return true;
}

void TriageSteps::onMuteLifted(quint64 token, const MuteLifted &lifted)
{
    if (!end(token))
        return;
    m_undoing.erase(token);
    const QString what = lifted.outcome == MuteLifted::Outcome::Lifted ? tr("Mute taken back") : tr("The mute had ended before");
    const QString back = tr("%Ln alert(s) back in the queue", nullptr, static_cast<int>(lifted.restored));
    Q_EMIT reported(token, lifted.restored > 0 ? tr("%1, %2", "mute, alerts").arg(what, back) : what, false, {});
}

void TriageSteps::onTriaged(quint64 token, const TriageOutcome &outcome)
{
    if (!end(token))
        return;
    const bool isUndo = !outcome.undoes.empty();
    const auto undone = m_undoing.extract(token);
    const OwnChanges::Alerts alerts = OwnChanges::alertsOf(outcome.report.done);
    m_changes.end(token, alerts);
    if (!isUndo && !outcome.report.done.empty())
        setUndoable({.id = outcome.step.id, .token = token, .step = outcome.step, .alerts = alerts});
    // What was cancelled on the way back is there to be taken back still.
    if (!undone.empty() && (outcome.cancelled || !outcome.failure.isEmpty()))
        setUndoable(undone.mapped());
    const TriageStep &step = undone.empty() ? outcome.step : undone.mapped().step; // An undo is told by what it takes back.
    Q_EMIT reported(token, triagewords::report(outcome, step, QDateTime::currentMSecsSinceEpoch(), m_context->displayZone()),
                    !isUndo && !outcome.report.done.empty(), outcome);
}

void TriageSteps::onFailed(quint64 token, const Error &error)
{
    if (!end(token))
        return;
    m_changes.drop(token);
    if (const auto undone = m_undoing.extract(token); !undone.empty()) // It can be tried again.
        setUndoable(undone.mapped());
    Q_EMIT failed(token, error);
}

} // namespace bartizan
