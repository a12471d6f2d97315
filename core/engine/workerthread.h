// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDeadlineTimer>
#include <QObject>
#include <QString>

#include <utility>

class QThread;

namespace bartizan {

/// Owns a worker object and the thread it lives on. The worker is destroyed on its own thread, so that what it opened
/// there (a connection) is closed there. Thread: the one that made it.
class WorkerThread {
public:
    /// Moves `worker`, which must have no parent, to a new thread and starts it.
    WorkerThread(QObject *worker, const QString &name);
    /// As end(), however long that takes.
    ~WorkerThread();

    WorkerThread(const WorkerThread &) = delete;
    WorkerThread &operator=(const WorkerThread &) = delete;

    /// Asks the thread to end, waits for the slot that runs, and destroys the worker. A slot that has not returned by then
    /// is left to itself: worker and thread go when it returns. The worker must need nothing that goes before.
    void end(QDeadlineTimer deadline);

    /// Calls `call` on the worker's thread, after what was posted before.
    template<typename Call>
    void post(Call &&call)
    {
        QMetaObject::invokeMethod(m_worker, std::forward<Call>(call), Qt::QueuedConnection);
    }

private:
    QThread *m_thread; ///< Null: it has ended, or was left to itself.
    QObject *m_worker;
};

} // namespace bartizan
