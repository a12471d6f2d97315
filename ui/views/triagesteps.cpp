// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/triagesteps.h"

#include "ui/views/consolecontext.h"
#include "ui/views/triagewords.h"

#include <QDateTime>

#include <algorithm>
#include <iterator>
#include <utility>

namespace bartizan {
namespace {

/// Progress is told only of steps that take more than one part.
constexpr qint64 kLong = static_cast<qint64>(kTriageChunk);

} // namespace

TriageSteps::Done TriageSteps::doneOf(quint64 token, const WantedStep &wanted)
{
    if (wanted.mute)
        return {.id = wanted.mute->id, .token = token, .isMute = true};
    return {.id = wanted.step.id, .token = token, .step = wanted.step};
}

TriageSteps::TriageSteps(ConsoleContext *context) : QObject(context), m_context(context)
{
    Session *session = context->session();
    if (!session)
        return;
    m_database = session->database().path;
    connect(session, &Session::opened, this, [this](const DatabaseInfo &database) {
        m_database = database.path;
        Q_EMIT undoneChanged();
        Q_EMIT changed(); // What was done there before can be taken back again.
    });
    connect(session, &Session::triageBegun, this, [this](quint64 token, const IdHashes &alerts) {
        if (std::find(m_running.begin(), m_running.end(), token) != m_running.end())
            m_changes.begin(token, alerts);
    });
    connect(session, &Session::triaged, this, &TriageSteps::onTriaged);
    connect(session, &Session::muteSet, this, &TriageSteps::onMuteSet);
    connect(session, &Session::muteLifted, this, &TriageSteps::onMuteLifted);
    connect(session, &Session::commandFailed, this, &TriageSteps::onFailed);
    connect(session, &Session::jobProgress, this, [this](quint64 token, const JobProgress &progress) {
        if (progress.total > kLong && !m_running.empty() && m_running.front() == token)
            Q_EMIT progressed(token, progress.done, progress.total);
    });
    connect(session, &Session::closed, this, &TriageSteps::endAll);
}

/// Of what runs nobody will hear any more.
void TriageSteps::endAll()
{
    m_changes.clear();
    const std::vector<quint64> running = m_running;
    for (const quint64 token : running)
        onFailed(token, Error{tr("The database was closed before it answered. What was done all the same is not done twice.")});
    Q_EMIT changed();
}

/// Why a step cannot be begun; empty: it can. While something was typed, the database may have been closed, or another one
/// opened.
QString TriageSteps::refusal(const WantedStep &wanted) const
{
    const Session *session = m_context->session();
    if (!session->isOpen())
        return tr("The database is not open.");
    if (session->database().path != wanted.database)
        return tr("Another database is open.");
    return session->database().refusals.triage;
}

quint64 TriageSteps::take(WantedStep wanted)
{
    if (!wanted.mute && wanted.count() == 0)
        return 0;
    if (const QString why = refusal(wanted); !why.isEmpty()) {
        keep(std::move(wanted), why);
        return 0;
    }
    Session *session = m_context->session();
    // Taken again it is the same one still.
    std::string &id = wanted.mute ? wanted.mute->id : wanted.step.id;
    if (id.empty())
        id = newStepId();
    const quint64 token = wanted.mute ? session->setMute(*wanted.mute, wanted.again)
                                      : session->triage(wanted.ids, wanted.step, wanted.from, wanted.again);
    m_running.push_back(token);
    m_wanted.emplace(token, std::move(wanted));
    Q_EMIT changed();
    return token;
}

quint64 TriageSteps::take(const TriageStep &step, const IdList &ids)
{
    return take({.step = step, .ids = std::make_shared<const IdList>(ids), .database = m_database});
}

quint64 TriageSteps::undo()
{
    Session *session = m_context->session();
    if (!session->isOpen())
        return 0;
    // One that runs, and was begun last; after it, when the key is pressed again, the one before.
    const auto running = std::find_if(m_wanted.rbegin(), m_wanted.rend(),
                                      [this](const auto &wanted) { return !m_toTakeBack.contains(wanted.first); });
    if (running != m_wanted.rend() && running->first > last()) {
        m_toTakeBack.insert(running->first);
        session->cancelJob(running->first);
        return 0;
    }
    const auto done = lastDone();
    return done == m_done.end() ? 0 : takeBackDone(done);
}

/// The last one of the database that is open; the end, where there is none.
std::vector<TriageSteps::Done>::const_iterator TriageSteps::lastDone() const
{
    const auto last = std::find_if(m_done.rbegin(), m_done.rend(), [this](const Done &done) { return done.database == m_database; });
    return last == m_done.rend() ? m_done.end() : std::prev(last.base());
}

bool TriageSteps::mayUndo() const
{
    return m_context->session()->isOpen() && (last() != 0 || !m_wanted.empty());
}

quint64 TriageSteps::last() const
{
    const auto done = lastDone();
    return done == m_done.end() ? 0 : done->token;
}

/// Takes back one of the steps that can be. It leaves them at once, so that pressing the key again is about another.
quint64 TriageSteps::takeBackDone(std::vector<Done>::const_iterator at)
{
    const Done done = *at;
    m_done.erase(at);
    if (done.isMute)
        noteLift(done.id);
    Session *session = m_context->session();
    const quint64 token = done.isMute ? session->liftMute({done.id, true}) : session->undo(done.id);
    m_running.push_back(token);
    m_undoing.emplace(token, done);
    Q_EMIT changed();
    return token;
}

quint64 TriageSteps::takeBack(const TriageStep &step, const std::string &alert)
{
    Session *session = m_context->session();
    if (!session->isOpen())
        return 0;
    const auto own = std::find_if(m_done.begin(), m_done.end(),
                                  [&](const Done &done) {
                                      return done.id == step.id && done.alert == alert && done.database == m_database;
                                  });
    if (own != m_done.end()) // With this alert the whole of it is taken back.
        return takeBackDone(own);
    const quint64 token = session->undo(step.id, std::make_shared<const IdList>(IdList{alert}));
    m_running.push_back(token);
    m_undoing.emplace(token, Done{.id = step.id, .step = step});
    return token;
}

/// Puts a step where it belongs among those that can be taken back; once, though it was taken in two goes.
void TriageSteps::setUndoable(const Done &done)
{
    if (done.token == 0)
        return;
    std::erase_if(m_done, [&](const Done &other) { return other.id == done.id; });
    const auto later = std::find_if(m_done.begin(), m_done.end(), [&](const Done &other) { return other.token > done.token; });
    const auto put = m_done.insert(later, done);
    if (put->database.isEmpty())
        put->database = m_database;
    Q_EMIT changed();
}

void TriageSteps::cancel()
{
    if (!m_running.empty())
        m_context->session()->cancelJob(m_running.front());
}

std::vector<WantedStep> TriageSteps::undone() const
{
    std::vector<WantedStep> here;
    std::copy_if(m_undone.begin(), m_undone.end(), std::back_inserter(here),
                 [this](const WantedStep &wanted) { return wanted.database == m_database; });
    return here;
}

std::vector<WantedStep> TriageSteps::takeUndone()
{
    std::vector<WantedStep> here = undone();
    std::erase_if(m_undone, [this](const WantedStep &wanted) { return wanted.database == m_database; });
    Q_EMIT undoneChanged();
    return here;
}

void TriageSteps::keep(WantedStep wanted, const QString &failure)
{
    wanted.failure = failure;
    wanted.again = true;
    m_undone.push_back(std::move(wanted));
    Q_EMIT undoneChanged();
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

void TriageSteps::onMuteSet(quint64 token, const Mute &mute)
{
    if (!end(token))
        return;
    m_wanted.erase(token);
    setUndoable({.id = mute.id, .token = token, .isMute = true});
    takeBackNow(token);
    Q_EMIT muted(token, mute);
}

void TriageSteps::onMuteLifted(quint64 token, const MuteLifted &lifted)
{
    if (!end(token))
        return;
    m_undoing.erase(token);
    const QString what = lifted.outcome == MuteLifted::Outcome::Lifted ? tr("Mute taken back")
        : lifted.outcome == MuteLifted::Outcome::Over                   ? tr("The mute had ended before")
                                                                        : tr("Nothing to take back: the mute was never set");
    const QString back = tr("%Ln alert(s) back in the queue", nullptr, static_cast<int>(lifted.restored));
    Q_EMIT reported(token, lifted.restored > 0 ? tr("%1, %2", "mute, alerts").arg(what, back) : what, false, {});
}

void TriageSteps::onTriaged(quint64 token, const TriageOutcome &outcome)
{
    if (!end(token))
        return;
    auto wanted = m_wanted.extract(token);
    const auto undone = m_undoing.extract(token);
    m_changes.end(token, outcome.doneHashes, outcome.position);
    const bool undoable = undone.empty() && !outcome.done.empty();
    if (undoable)
        setUndoable({.id = outcome.step.id, .token = token, .step = outcome.step,
                     .alert = outcome.done.size() == 1 && !wanted.empty() && !wanted.mapped().again ? outcome.done[0] : std::string()});
    else
        Q_EMIT changed();
    // What was cancelled on the way back is there to be taken back still.
    if (!undone.empty() && (outcome.cancelled || !outcome.failure.isEmpty()))
        setUndoable(undone.mapped());
    if (!wanted.empty() && !outcome.failure.isEmpty() && !m_toTakeBack.contains(token)) {
        wanted.mapped().ids = outcome.ids;
        wanted.mapped().from = outcome.next;
        keep(std::move(wanted.mapped()), outcome.failure);
    }
    const bool unwanted = takeBackNow(token);
    const TriageStep &step = undone.empty() ? outcome.step : undone.mapped().step; // An undo is told by what it takes back.
    Q_EMIT reported(token, triagewords::report(outcome, step, QDateTime::currentMSecsSinceEpoch(), m_context->displayZone()),
                    undoable && !unwanted, outcome);
}

/// Takes back what a step has done that was not wanted any more while it ran; whether there was something.
bool TriageSteps::takeBackNow(quint64 token)
{
    if (m_toTakeBack.erase(token) == 0)
        return false;
    const auto at = std::find_if(m_done.begin(), m_done.end(), [token](const Done &done) { return done.token == token; });
    if (at == m_done.end())
        return false;
    const quint64 back = takeBackDone(at);
    Q_EMIT takingBack(token, back);
    return true;
}

void TriageSteps::onFailed(quint64 token, const Error &error)
{
    if (!end(token))
        return;
    m_changes.drop(token);
    const bool unwanted = m_toTakeBack.erase(token) > 0;
    if (const auto undone = m_undoing.extract(token); !undone.empty()) // It can be tried again.
        setUndoable(undone.mapped());
    auto wanted = m_wanted.extract(token);
    const bool kept = !wanted.empty() && !unwanted;
    if (kept)
        keep(std::move(wanted.mapped()), error.message);
    else if (!wanted.empty()) // It may have been done all the same. To take back one that was not does nothing.
        setUndoable(doneOf(token, wanted.mapped()));
    Q_EMIT failed(token, error, kept);
}

} // namespace bartizan
