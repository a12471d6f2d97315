// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/workerthread.h"

#include <QThread>

namespace bartizan {

WorkerThread::WorkerThread(QObject *worker, const QString &name) : m_thread(new QThread), m_worker(worker)
{
    Q_ASSERT(!worker->parent());
    m_thread->setObjectName(name);
    worker->moveToThread(m_thread);
    // Deferred deletions are still carried out on a thread that has finished its loop: the worker dies at home.
    QObject::connect(m_thread, &QThread::finished, worker, &QObject::deleteLater);
    m_thread->start();
}

WorkerThread::~WorkerThread()
{
    end(QDeadlineTimer(QDeadlineTimer::Forever));
}

void WorkerThread::end(QDeadlineTimer deadline)
{
    if (!m_thread)
        return;
    QThread *thread = std::exchange(m_thread, nullptr);
    thread->quit();
    if (thread->wait(deadline)) {
        delete thread;
        return;
    }
    QObject::connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    if (thread->isFinished()) // Just now: then nothing told so.
        thread->deleteLater();
}

} // namespace bartizan
