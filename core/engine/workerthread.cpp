// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/workerthread.h"

namespace bartizan {

WorkerThread::WorkerThread(QObject *worker, const QString &name) : m_worker(worker)
{
    Q_ASSERT(!worker->parent());
    m_thread.setObjectName(name);
    worker->moveToThread(&m_thread);
    // Deferred deletions are still carried out on a thread that has finished its loop: the worker dies at home.
    QObject::connect(&m_thread, &QThread::finished, worker, &QObject::deleteLater);
    m_thread.start();
}

WorkerThread::~WorkerThread()
{
    m_thread.quit();
    m_thread.wait();
}

} // namespace bartizan
