// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/sessionprivate.h"

#include "core/engine/databaseaddress.h"
#include "core/engine/demodatabase.h"
#include "core/ports/store.h"
#include "core/storage/databasepath.h"
#include "core/storage/openstore.h"

#include <QCoreApplication>

namespace bartizan {

bool DatabaseInfo::onServer() const
{
    return ConnectionProfile::isUrl(path);
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

quint64 Session::triage(std::shared_ptr<const IdList> ids, const TriageStep &step, std::size_t from, bool again)
{
    auto order = std::make_shared<TriageOrder>();
    order->wanted = std::move(ids);
    order->from = from;
    order->again = again;
    order->step = step;
    return d->startOrder(order);
}

quint64 Session::undo(const std::string &stepId, std::shared_ptr<const IdList> ids)
{
    auto order = std::make_shared<TriageOrder>();
    order->undoes = stepId;
    order->wanted = std::move(ids);
    return d->startOrder(order);
}

quint64 Session::setMute(const Mute &mute, bool again)
{
    if (!d->isOpen)
        return d->refuse(&Session::commandFailed);
    const quint64 token = d->nextToken();
    d->commands.thread->post([worker = d->commands.worker, token, mute, again] { worker->setMute(token, mute, again); });
    return token;
}

quint64 Session::liftMute(const MuteLift &lift)
{
    if (!d->isOpen)
        return d->refuse(&Session::commandFailed);
    const quint64 token = d->nextToken();
    d->commands.thread->post([worker = d->commands.worker, token, lift] { worker->liftMute(token, lift); });
    return token;
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

quint64 Session::startMutePreview(const Mute &mute)
{
    if (!d->isOpen)
        return d->refuse(&Session::jobFailed);
    return d->startJob(new MutePreviewJob(d->nextToken(), d->clientFactory(), mute, d->clock));
}

void Session::watchNearMisses(bool watch)
{
    d->nearMissWatchers += watch ? 1 : -1;
    if (d->engine)
        d->engine.thread->post([worker = d->engine.worker, on = d->nearMissWatchers > 0] { worker->watchNearMisses(on); });
}

void Session::lookAt(const QString &alertId)
{
    if (alertId == d->lookedAt)
        return;
    d->lookedAt = alertId;
    d->look();
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
