// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"

#include "core/engine/changefollower.h"
#include "core/engine/commandwriter.h"
#include "core/engine/databaseaddress.h"
#include "core/engine/databaseopener.h"
#include "core/engine/demodatabase.h"
#include "core/engine/demotrickle.h"
#include "core/engine/jobs.h"
#include "core/engine/monitoringengine.h"
#include "core/engine/storequeryservice.h"
#include "core/engine/workerthread.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "core/storage/databasepath.h"
#include "core/storage/openstore.h"

#include <QCoreApplication>

#include <map>

namespace bartizan {

namespace {

/// A worker with its thread; both go together.
template<typename Worker>
struct Running {
    Worker *worker = nullptr;
    std::unique_ptr<WorkerThread> thread;

    void start(Worker *made, const QString &name)
    {
        worker = made;
        thread = std::make_unique<WorkerThread>(made, name);
    }
    void stop()
    {
        thread.reset();
        worker = nullptr;
    }
    explicit operator bool() const { return worker != nullptr; }
};

} // namespace

class Session::Private {
public:
    explicit Private(Session *session) : q(session) {}

    void started(const OpenedDatabase &database);
    void startQueries();
    void startFollower(const OpenedDatabase &database);
    void startCommands();
    quint64 startOrder(const std::shared_ptr<TriageOrder> &order);
    void endOrder(quint64 token, const TriageReport &report, qint64 asked, const QString &failure);
    void startEngine();
    void startTrickle(const OpenedDatabase &database);
    quint64 startJob(Job *job);
    void endJob(quint64 token);
    void stopAll();

    void takeSettings(const MonitoringSettings &changed);
    void setEngineStatus(const EngineStatus &status);
    void publishStatus();
    StoreFactory clientFactory() const;
    quint64 nextToken() { return ++lastToken; }
    /// Answers a command that cannot even begin, after the caller has its token.
    quint64 refuse(void (Session::*answer)(quint64, const Error &));

    Session *q;
    SystemClock clock;
    OpenOptions options;
    DatabaseInfo info;
    MonitoringSettings settings;
    EngineStatus engineStatus; ///< As the engine tells it, with the follower's figures.
    EngineStatus published;
    QString followerTrouble;
    bool isOpen = false;
    quint64 lastToken = 0;
    int nearMissWatchers = 0;

    /// Context of all connections to the workers of the database that is open: when it goes, nothing of that database
    /// arrives any more.
    std::unique_ptr<QObject> scope;
    std::shared_ptr<VanishingFolder> folder; ///< Stands before the workers: it goes after them.
    Running<DatabaseOpener> opener;
    std::unique_ptr<StoreQueryService> queries;
    Running<ChangeFollower> follower;
    Running<CommandWriter> commands;
    Running<MonitoringEngine> engine;
    Running<DemoTrickle> trickle;
    std::map<quint64, Running<Job>> jobs;
    std::map<quint64, std::shared_ptr<TriageOrder>> orders;
};

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
    auto *worker = new ChangeFollower(clientFactory(), database.position, settings);
    connect(worker, &ChangeFollower::alertsChanged, scope.get(),
            [this](const AlertChanges &changes) { Q_EMIT q->alertsChanged(changes); });
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
    connect(worker, &ChangeFollower::trouble, scope.get(), [this](const QString &message) {
        followerTrouble = message;
        if (!message.isEmpty()) {
            queries->reopen();
            commands.thread->post([writer = commands.worker] { writer->reopen(); });
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
    connect(worker, &CommandWriter::settingsUpdated, scope.get(), [this](quint64, const MonitoringSettings &changed) {
        takeSettings(changed); // Told even when nothing changed: it is the answer to the command.
    });
    connect(worker, &CommandWriter::triageAdvanced, scope.get(), [this](quint64 token, qint64 done, qint64 total) {
        Q_EMIT q->jobProgress(token, {done, total, {}});
    });
    connect(worker, &CommandWriter::triaged, scope.get(),
            [this](quint64 token, const TriageReport &report, qint64 asked, const QString &failure) {
                endOrder(token, report, asked, failure);
            });
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

void Session::Private::endOrder(quint64 token, const TriageReport &report, qint64 asked, const QString &failure)
{
    const auto found = orders.find(token);
    if (found == orders.end())
        return;
    const std::shared_ptr<TriageOrder> order = found->second;
    orders.erase(found);
    const auto told = static_cast<qint64>(report.done.size() + report.conflicts.size() + report.unknown.size());
    Q_EMIT q->triaged(token, {order->step, order->undoes, report, asked, order->cancelled && told < asked, failure});
}

void Session::Private::startEngine()
{
    EngineStatus status;
    if (!info.readOnlyReason.isEmpty()) {
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

void Session::Private::publishStatus()
{
    published = engineStatus;
    published.rulesOn = isOpen ? settings.config.rulesOn() : 0;
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
    connect(job, &Job::failed, scope.get(), [this](quint64 from, const Error &error) {
        endJob(from);
        Q_EMIT q->jobFailed(from, error);
    });
    Running<Job> &running = jobs[token];
    running.start(job, QStringLiteral("job"));
    running.thread->post([job] { job->run(); });
    return token;
}

void Session::Private::endJob(quint64 token)
{
    jobs.erase(token);
}

void Session::Private::stopAll()
{
    scope.reset();
    if (opener)
        opener.worker->cancel();
    for (auto &[token, job] : jobs)
        job.worker->cancel();
    for (auto &[token, order] : orders)
        order->cancelled = true;
    orders.clear();
    if (engine)
        engine.worker->stopSoon();
    opener.stop();
    queries.reset();
    jobs.clear();
    trickle.stop();
    commands.stop();
    follower.stop();
    engine.stop();
    folder.reset();
    isOpen = false;
    info = {};
    settings = {};
    followerTrouble.clear();
    engineStatus = {};
}

Session::Session(QObject *parent) : QObject(parent), d(std::make_unique<Private>(this)) {}

Session::~Session()
{
    d->stopAll();
}

std::string Session::currentUser()
{
    return currentUserName();
}

QString Session::embeddedDatabasePath()
{
    return defaultDatabasePath();
}

void Session::open(const OpenOptions &options)
{
    close();
    d->options = options;
    d->scope = std::make_unique<QObject>();
    EngineStatus starting;
    starting.state = EngineState::Starting;
    d->setEngineStatus(starting);

    auto *worker = new DatabaseOpener(options, d->clock);
    connect(worker, &DatabaseOpener::opened, d->scope.get(), [this](const OpenedDatabase &database) {
        d->opener.stop();
        d->started(database);
    });
    connect(worker, &DatabaseOpener::failed, d->scope.get(), [this](const QString &path, const Error &error) {
        d->opener.stop();
        d->setEngineStatus({});
        Q_EMIT openFailed(path, error);
    });
    connect(worker, &DatabaseOpener::progress, d->scope.get(), [this](const QString &text) {
        EngineStatus status;
        status.state = EngineState::Starting;
        status.detail = text;
        d->setEngineStatus(status);
    });
    d->opener.start(worker, QStringLiteral("opener"));
    d->opener.thread->post([worker] { worker->run(); });
}

void Session::close()
{
    const bool wasOpen = d->isOpen;
    d->stopAll();
    d->publishStatus();
    if (wasOpen)
        Q_EMIT closed();
}

bool Session::isOpen() const
{
    return d->isOpen;
}

const DatabaseInfo &Session::database() const
{
    return d->info;
}

const EngineStatus &Session::engineStatus() const
{
    return d->published;
}

const MonitoringSettings &Session::settings() const
{
    return d->settings;
}

QueryService *Session::queries() const
{
    return d->queries.get();
}

quint64 Session::acknowledge(const std::vector<std::string> &ids, const QString &comment)
{
    if (!d->isOpen)
        return d->refuse(&Session::commandFailed);
    const quint64 token = d->nextToken();
    d->commands.thread->post([worker = d->commands.worker, token, ids, text = comment.toStdString()] {
        worker->acknowledge(token, ids, text);
    });
    return token;
}

quint64 Session::triage(const std::vector<std::string> &ids, const TriageStep &step)
{
    auto order = std::make_shared<TriageOrder>();
    order->ids = ids;
    order->step = step;
    return d->startOrder(order);
}

quint64 Session::undo(const std::string &stepId)
{
    auto order = std::make_shared<TriageOrder>();
    order->undoes = stepId;
    return d->startOrder(order);
}

quint64 Session::updateSettings(const QJsonObject &update, const QString &timeZone, const QString &geoDatabase)
{
    if (!d->isOpen)
        return d->refuse(&Session::commandFailed);
    const quint64 token = d->nextToken();
    d->commands.thread->post([worker = d->commands.worker, token, update, zone = timeZone.toStdString(),
                              geo = geoDatabase.toStdString()] {
        worker->updateSettings(token, update, zone, geo);
    });
    return token;
}

quint64 Session::startImport(const QString &path, const ImportOptions &options)
{
    if (!d->isOpen)
        return d->refuse(&Session::jobFailed);
    ImportOptions dated = options;
    if (dated.now == 0)
        dated.now = d->clock.now();
    return d->startJob(new ImportJob(d->nextToken(), d->clientFactory(), path, dated));
}

quint64 Session::startExport(const ExportRequest &request)
{
    if (!d->isOpen)
        return d->refuse(&Session::jobFailed);
    return d->startJob(new ExportJob(d->nextToken(), d->clientFactory(), request));
}

quint64 Session::startTrial(const TrialRequest &request)
{
    if (!d->isOpen)
        return d->refuse(&Session::jobFailed);
    return d->startJob(new TrialJob(d->nextToken(), d->clientFactory(), request, d->settings, d->clock));
}

void Session::watchNearMisses(bool watch)
{
    d->nearMissWatchers += watch ? 1 : -1;
    if (d->engine)
        d->engine.thread->post([worker = d->engine.worker, on = d->nearMissWatchers > 0] { worker->watchNearMisses(on); });
}

void Session::cancelJob(quint64 token)
{
    const auto found = d->jobs.find(token);
    if (found != d->jobs.end())
        found->second.worker->cancel();
    if (const auto order = d->orders.find(token); order != d->orders.end())
        order->second->cancelled = true;
}

} // namespace bartizan
