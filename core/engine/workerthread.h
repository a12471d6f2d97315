// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QThread>

#include <utility>

namespace bartizan {

/// Owns a worker object and the thread it lives on. The worker is destroyed on its own thread, so that what it opened
/// there (a connection) is closed there. Thread: the one that made it.
class WorkerThread {
public:
    /// Moves `worker`, which must have no parent, to a new thread and starts it.
    WorkerThread(QObject *worker, const QString &name);
    /// Asks the thread to end, waits for the slot that runs, and destroys the worker.
    ~WorkerThread();

    WorkerThread(const WorkerThread &) = delete;
    WorkerThread &operator=(const WorkerThread &) = delete;

    /// Calls `call` on the worker's thread, after what was posted before.
    template<typename Call>
    void post(Call &&call)
    {
        QMetaObject::invokeMethod(m_worker, std::forward<Call>(call), Qt::QueuedConnection);
    }

private:
    QThread m_thread;
    QObject *m_worker;
};

} // namespace bartizan
