// SPDX-License-Identifier: GPL-3.0-or-later
// The workers of a session; what it is asked for stands in session.cpp.
#include "core/engine/sessionprivate.h"

#include "core/domain/backlog.h"
#include "core/engine/databaseaddress.h"
#include "core/engine/demodatabase.h"
#include "core/ports/store.h"
#include "core/storage/databasepath.h"
#include "core/storage/openstore.h"

#include <QCoreApplication>

#include <algorithm>

namespace bartizan {
namespace {

/// How often the other consoles are told which alert is open here; they forget it after 30 s.
constexpr int kLookMs = 10'000;
/// How long closing waits for what a server is asked: whoever closes a database whose server hangs must not hang with it.
constexpr int kServerMs = 1'000;

const Clock &processClock()
{
    static const SystemClock clock;
    return clock;
}

} // namespace

Session::Private::Private(Session *session) : q(session), clock(processClock())
{
    lookTimer.setInterval(kLookMs);
    QObject::connect(&lookTimer, &QTimer::timeout, &lookTimer, [this] { look(); });
}

StoreFactory Session::Private::clientFactory() const
{
    return [address = DatabaseAddress{info.path, options.password}] { return address.open(); };
}

quint64 Session::Private::refuse(void (Session::*answer)(quint64, const Error &))
{
    const quint64 token = nextToken();
    QMetaObject::invokeMethod(q, [this, answer, token] {
        Q_EMIT (q->*answer)(token, Error{QCoreApplication::translate("Engine", "No database is open.")});
    }, Qt::QueuedConnection);
    return token;
}

void Session::Private::started(const OpenedDatabase &database)
{
    info = database.info;
    settings = database.settings;
    folder = database.folder;
    isOpen = true;
    startQueries();
    startCommands();
    startFollower(database);
    startEngine();
    startTrickle(database);
    Q_EMIT q->opened(info);
}

void Session::Private::startQueries()
{
    queries = std::make_unique<StoreQueryService>(clientFactory(), clock);
}

void Session::Private::startFollower(const OpenedDatabase &database)
{
    auto *worker = new ChangeFollower(clientFactory(), database.position, database.newest, settings);
    connect(worker, &ChangeFollower::alertsChanged, scope.get(),
            [this](const ToldChanges &changes) { Q_EMIT q->alertsChanged(changes); });
    connect(worker, &ChangeFollower::settingsChanged, scope.get(), [this](const MonitoringSettings &changed) {
        if (changed == settings)
            return; // This console's own change, told before.
        takeSettings(changed);
    });
    connect(worker, &ChangeFollower::logAdvanced, scope.get(), [this] { Q_EMIT q->auditLogAdvanced(); });
    connect(worker, &ChangeFollower::figuresChanged, scope.get(), [this](const LogFigures &figures) {
        engineStatus.lastEventAt = figures.lastEventAt;
        engineStatus.quarantined = figures.quarantined;
        engineStatus.activeAlerts = figures.activeAlerts;
        publishStatus();
    });
    connect(worker, &ChangeFollower::accessChanged, scope.get(), [this](const DatabaseAccess &access) { takeAccess(access); });
    connect(worker, &ChangeFollower::healthChanged, scope.get(), [this](const EngineHealth &health) {
        engineHealth = health;
        if (engineStatus.state == EngineState::RunningElsewhere)
            publishStatus();
    });
    connect(worker, &ChangeFollower::trouble, scope.get(), [this](const QString &message) {
        followerTrouble = message;
        if (!message.isEmpty()) {
            queries->reopen();
            commands.thread->post([writer = commands.worker] { writer->reopen(); });
        } else if (engine) {
            engine.thread->post([worker = engine.worker] { worker->retryNow(); });
        }
        publishStatus();
    });
    follower.start(worker, QStringLiteral("follower"));
    follower.thread->post([worker] { worker->start(); });
}

void Session::Private::startCommands()
{
    auto *worker = new CommandWriter(clientFactory(), currentUserName(), clock);
    connect(worker, &CommandWriter::acknowledged, scope.get(),
            [this](quint64 token, const AcknowledgeReport &report) { Q_EMIT q->acknowledged(token, report); });
    connect(worker, &CommandWriter::muteSet, scope.get(),
            [this](quint64 token, const Mute &mute) { Q_EMIT q->muteSet(token, mute); });
    connect(worker, &CommandWriter::muteLifted, scope.get(),
            [this](quint64 token, const MuteLifted &lifted) { Q_EMIT q->muteLifted(token, lifted); });
    connect(worker, &CommandWriter::settingsUpdated, scope.get(), [this](quint64, const MonitoringSettings &changed) {
        takeSettings(changed); // Told even when nothing changed: it is the answer to the command.
    });
    connect(worker, &CommandWriter::othersLookAt, scope.get(), [this](const QString &alertId, const QStringList &people) {
        if (alertId == lookedAt)
            Q_EMIT q->othersLookAt(alertId, people);
    });
    connect(worker, &CommandWriter::triageBegun, scope.get(),
            [this](quint64 token, const IdHashes &alerts) { Q_EMIT q->triageBegun(token, alerts); });
    connect(worker, &CommandWriter::triageAdvanced, scope.get(), [this](quint64 token, qint64 done, qint64 total) {
        Q_EMIT q->jobProgress(token, {done, total, {}});
    });
    connect(worker, &CommandWriter::triaged, scope.get(),
            [this](const std::shared_ptr<TriageOrder> &order, const QString &failure) { endOrder(*order, failure); });
    connect(worker, &CommandWriter::failed, scope.get(), [this](quint64 token, const Error &error) {
        orders.erase(token);
        Q_EMIT q->commandFailed(token, error);
    });
    commands.start(worker, QStringLiteral("commands"));
}

quint64 Session::Private::startOrder(const std::shared_ptr<TriageOrder> &order)
{
    if (!isOpen)
        return refuse(&Session::commandFailed);
    order->token = nextToken();
    if (order->step.id.empty())
        order->step.id = newStepId();
    orders.emplace(order->token, order);
    commands.thread->post([worker = commands.worker, order] { worker->triage(order); });
    return order->token;
}

void Session::Private::endOrder(TriageOrder &order, const QString &failure)
{
    orders.erase(order.token);
    TriageOutcome outcome;
    outcome.step = order.step;
    outcome.undoes = order.undoes;
    const std::size_t already = order.already.size();
    outcome.done = std::move(order.already);
    outcome.done.append(order.done);
    outcome.conflicts = std::move(order.conflicts);
    outcome.unknown = std::move(order.unknown);
    outcome.doneHashes = order.doneHashes;
    outcome.position = order.position;
    outcome.asked = static_cast<std::int64_t>(already + order.ids.size());
    outcome.cancelled = order.cancelled && outcome.told() < already + order.ids.size();
    outcome.failure = failure;
    outcome.next = std::min(order.next, order.ids.size());
    outcome.left = order.ids.strings(outcome.next, TriageOutcome::kMostLeft);
    outcome.ids = std::make_shared<const IdList>(std::move(order.ids));
    Q_EMIT q->triaged(order.token, outcome);
}

void Session::Private::startEngine()
{
    EngineStatus status;
    // On a server it looks who runs it elsewhere, and begins once that can be written.
    if (!info.readOnlyReason.isEmpty() && !info.onServer()) {
        status.state = EngineState::ReadOnly;
        status.detail = info.readOnlyReason;
        return setEngineStatus(status);
    }
    if (!options.runEngine) {
        status.state = EngineState::Idle;
        status.detail = QCoreApplication::translate("Engine", "This console was opened without an engine.");
        return setEngineStatus(status);
    }
    auto *worker = new MonitoringEngine(MonitoringEngine::settingsFor(DatabaseAddress{info.path, options.password}, clock), clock);
    connect(worker, &MonitoringEngine::statusChanged, scope.get(),
            [this](const EngineStatus &told) { setEngineStatus(told); });
    connect(worker, &MonitoringEngine::nearMissesChanged, scope.get(),
            [this](const std::vector<NearMiss> &misses) { Q_EMIT q->nearMissesChanged(misses); });
    engine.start(worker, QStringLiteral("engine"));
    engine.thread->post([worker, watched = nearMissWatchers > 0] {
        worker->watchNearMisses(watched);
        worker->start();
    });
}

void Session::Private::startTrickle(const OpenedDatabase &database)
{
    if (!database.traffic)
        return;
    auto *worker = new DemoTrickle(clientFactory(), database.traffic, clock);
    trickle.start(worker, QStringLiteral("demo"));
    trickle.thread->post([worker] { worker->start(); });
}

void Session::Private::setEngineStatus(const EngineStatus &status)
{
    const EngineStatus figures = engineStatus;
    engineStatus = status;
    engineStatus.lastEventAt = figures.lastEventAt;
    engineStatus.quarantined = figures.quarantined;
    engineStatus.activeAlerts = figures.activeAlerts;
    publishStatus();
}

void Session::Private::takeSettings(const MonitoringSettings &changed)
{
    const int rulesBefore = settings.config.rulesOn();
    settings = changed;
    if (settings.config.rulesOn() != rulesBefore)
        publishStatus();
    Q_EMIT q->settingsChanged(settings);
}

void Session::Private::takeAccess(const DatabaseAccess &access)
{
    if (access == DatabaseAccess{info.readOnlyReason, info.refusals})
        return;
    info.readOnlyReason = access.readOnlyReason;
    info.refusals = access.refusals;
    commands.thread->post([writer = commands.worker] { writer->reopen(); }); // Its connection knows what held before.
    Q_EMIT q->accessChanged(info);
}

void Session::Private::publishStatus()
{
    published = engineStatus;
    published.rulesOn = isOpen ? settings.config.rulesOn() : 0;
    if (published.state == EngineState::RunningElsewhere) {
        published.eventsPerSecond = engineHealth.eventsPerSecond;
        published.backlog = {engineHealth.backlog, engineHealth.backlog == kUncounted || engineHealth.backlog >= kMostCounted};
        published.processed = engineHealth.processed;
        published.keysHeld = engineHealth.keysHeld;
        published.keysEvicted = engineHealth.keysEvicted;
        published.stateBytes = engineHealth.stateBytes;
        published.lastError = QString::fromStdString(engineHealth.lastError);
        if (engineHealth.lastErrorAt != 0)
            published.lastErrorAt = engineHealth.lastErrorAt;
    }
    // Where the engine runs elsewhere, the follower is the one to notice that the database cannot be read.
    if (!followerTrouble.isEmpty() && published.state != EngineState::Retrying) {
        published.state = EngineState::Retrying;
        published.detail = followerTrouble;
    }
    Q_EMIT q->engineStatusChanged(published);
}

quint64 Session::Private::startJob(Job *job)
{
    const quint64 token = job->token();
    connect(job, &Job::progress, scope.get(),
            [this](quint64 from, const JobProgress &progress) { Q_EMIT q->jobProgress(from, progress); });
    connect(job, &Job::imported, scope.get(),
            [this](quint64 from, const ImportReport &report, const std::vector<QuarantinedLine> &examples) {
                endJob(from);
                Q_EMIT q->importFinished(from, report, examples);
            });
    connect(job, &Job::exported, scope.get(), [this](quint64 from, qint64 written) {
        endJob(from);
        Q_EMIT q->exportFinished(from, written);
    });
    connect(job, &Job::tried, scope.get(), [this](quint64 from, const TrialReport &report) {
        endJob(from);
        Q_EMIT q->trialFinished(from, report);
    });
    connect(job, &Job::muteTried, scope.get(), [this](quint64 from, const MutePreview &preview) {
        endJob(from);
        Q_EMIT q->mutePreviewed(from, preview);
    });
    connect(job, &Job::failed, scope.get(), [this](quint64 from, const Error &error) {
        endJob(from);
        Q_EMIT q->jobFailed(from, error);
    });
    Running<Job> &running = jobs[token];
    running.start(job, QStringLiteral("job"));
    running.thread->post([job] { job->run(); });
    return token;
}

/// Says which alert is open here, and goes on to as long as one is: a console that falls silent is forgotten.
void Session::Private::look()
{
    if (lookedAt.isEmpty())
        lookTimer.stop();
    else
        lookTimer.start();
    if (commands)
        commands.thread->post([worker = commands.worker, alertId = lookedAt] { worker->lookAt(alertId); });
}

void Session::Private::endJob(quint64 token)
{
    jobs.erase(token);
}

/// Ends what every worker is about, so that they wind up side by side.
void Session::Private::interruptAll()
{
    if (opener)
        opener.worker->cancel();
    for (auto &[token, job] : jobs)
        job.worker->cancel();
    for (auto &[token, order] : orders)
        order->cancelled = true;
    orders.clear();
    if (queries)
        queries->stopSoon();
    if (follower)
        follower.worker->stopSoon();
    if (engine)
        engine.worker->stopSoon();
    // A file's commands are carried out to their end; of those of a server nobody knows when that would be.
    if (commands && info.onServer())
        commands.worker->stopSoon();
}

void Session::Private::stopAll()
{
    scope.reset();
    const bool onServer = isOpen ? info.onServer() : DatabaseAddress{options.path, {}}.onServer();
    interruptAll();
    const QDeadlineTimer deadline = onServer ? QDeadlineTimer(kServerMs) : QDeadlineTimer(QDeadlineTimer::Forever);
    opener.stop(deadline);
    if (queries)
        queries->end(deadline);
    queries.reset();
    for (auto &[token, job] : jobs)
        job.stop(deadline);
    jobs.clear();
    trickle.stop();
    commands.stop(deadline);
    follower.stop(deadline);
    engine.stop(deadline);
    folder.reset();
    isOpen = false;
    info = {};
    settings = {};
    followerTrouble.clear();
    lookedAt.clear();
    lookTimer.stop();
    engineStatus = {};
    engineHealth = {};
}

} // namespace bartizan
