// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/changefollower.h"
#include "core/engine/commandwriter.h"
#include "core/engine/databaseopener.h"
#include "core/engine/demotrickle.h"
#include "core/engine/jobs.h"
#include "core/engine/monitoringengine.h"
#include "core/engine/session.h"
#include "core/engine/storequeryservice.h"
#include "core/engine/workerthread.h"
#include "core/ports/clock.h"

#include <QTimer>

#include <map>

namespace bartizan {

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
    /// Asks it to end, and waits no longer than until `deadline`.
    void stop(QDeadlineTimer deadline)
    {
        if (thread)
            thread->end(deadline);
        stop();
    }
    explicit operator bool() const { return worker != nullptr; }
};

/// What stands behind a session: the workers of the open database, and what they told. Thread: the session's.
class Session::Private {
public:
    explicit Private(Session *session);

    void started(const OpenedDatabase &database);
    void startQueries();
    void startFollower(const OpenedDatabase &database);
    void startCommands();
    quint64 startOrder(const std::shared_ptr<TriageOrder> &order);
    void endOrder(TriageOrder &order, const QString &failure);
    void startEngine();
    void startTrickle(const OpenedDatabase &database);
    quint64 startJob(Job *job);
    void endJob(quint64 token);
    void interruptAll();
    void stopAll();

    void takeSettings(const MonitoringSettings &changed);
    void takeAccess(const DatabaseAccess &access);
    void setEngineStatus(const EngineStatus &status);
    void publishStatus();
    void look();
    StoreFactory clientFactory() const;
    quint64 nextToken() { return ++lastToken; }
    /// Answers a command that cannot even begin, after the caller has its token.
    quint64 refuse(void (Session::*answer)(quint64, const Error &));

    Session *q;
    const Clock &clock; ///< Of the whole process: workers that were left to themselves read it still.
    OpenOptions options;
    DatabaseInfo info;
    MonitoringSettings settings;
    EngineStatus engineStatus; ///< As the engine tells it, with the follower's figures.
    EngineStatus published;
    EngineHealth engineHealth; ///< As the engine left it in the database, wherever it runs.
    QString followerTrouble;
    bool isOpen = false;
    quint64 lastToken = 0;
    int nearMissWatchers = 0;
    QString lookedAt;  ///< Id of the alert that is open here.
    QTimer lookTimer;

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

} // namespace bartizan
