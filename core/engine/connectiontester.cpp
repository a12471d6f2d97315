// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/connectiontester.h"

#include "core/storage/auditlogcheck.h"

#include <QFutureWatcher>
#include <QPromise>

#include <memory>
#include <thread>

namespace bartizan {

bool DatabaseReport::usable() const
{
    using State = ConnectionCheck::State;
    const State schema = connection.schema.state;
    return connection.password.state == State::Good && (schema == State::Good || schema == State::Weak)
        && connection.privileges.state != State::Bad;
}

void ConnectionTester::start(const ConnectionProfile &profile, const QString &password)
{
    const quint64 token = ++m_token;
    m_running = true;
    auto promise = std::make_shared<QPromise<DatabaseReport>>();
    // It goes with the tester, and hears of nothing that comes later.
    auto *watcher = new QFutureWatcher<DatabaseReport>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, token] {
        watcher->deleteLater();
        if (token != m_token)
            return;
        m_running = false;
        Q_EMIT finished(watcher->result());
    });
    watcher->setFuture(promise->future());
    // A thread that nobody waits for: it ends with its answer, or with the program, which a server that hangs must not hold up.
    std::thread([promise, profile, password] {
        promise->start();
        DatabaseReport report;
        report.connection = testConnection(profile, password);
        if (report.connection.password.state == ConnectionCheck::State::Good)
            report.auditLog = checkAuditLog(profile, password);
        promise->addResult(report);
        promise->finish();
    }).detach();
}

void ConnectionTester::cancel()
{
    ++m_token;
    m_running = false;
}

} // namespace bartizan
