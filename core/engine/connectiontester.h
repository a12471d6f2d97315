// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/connectionprofile.h"
#include "core/storage/connectiontest.h"

#include <QObject>

namespace bartizan {

/// All that is known of a connection once it was tried.
struct DatabaseReport {
    ConnectionReport connection;
    ConnectionCheck auditLog; ///< Which audit log is followed.

    /// Whether it can be opened as it is.
    bool usable() const;
};

/// Tries connections to servers off the GUI thread, one at a time. Thread: GUI.
class ConnectionTester : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Tries one; what was being tried before is answered no more.
    void start(const ConnectionProfile &profile, const QString &password);
    /// The answer that is waited for is wanted no more. The attempt itself ends by its own time limit, and keeps nothing from
    /// ending: neither this object nor the program.
    void cancel();
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    void finished(const bartizan::DatabaseReport &report);

private:
    quint64 m_token = 0;
    bool m_running = false;
};

} // namespace bartizan
