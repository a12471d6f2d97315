// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/databaseaddress.h"
#include "core/engine/session.h"

#include <QObject>

#include <atomic>
#include <memory>

namespace bartizan {

class Clock;
class DemoTraffic;
class Store;
class VanishingFolder;

/// What is known of a database once it could be opened.
struct OpenedDatabase {
    DatabaseInfo info;
    MonitoringSettings settings;
    std::int64_t position = 0;               ///< In the stream of alert changes.
    std::int64_t newest = 0;                 ///< Number of the alert that was raised last.
    std::shared_ptr<VanishingFolder> folder; ///< Where a demo database lies; null for any other.
    std::shared_ptr<DemoTraffic> traffic;    ///< Goes on with a demo database's events; null for any other.
};

/// Makes, migrates and looks into the database that a session is to work on, and fills it when it is a demo: slow work,
/// off the GUI thread. Thread: its own; cancel() any.
class DatabaseOpener final : public QObject {
    Q_OBJECT
public:
    /// `clock` must outlive the opener.
    DatabaseOpener(const Session::OpenOptions &options, const Clock &clock) : m_options(options), m_clock(clock) {}

    void run();
    void cancel() { m_cancel.store(true); }

Q_SIGNALS:
    void opened(const bartizan::OpenedDatabase &database);
    void failed(const QString &path, const bartizan::Error &error);
    /// What is being done, for people.
    void progress(const QString &text);

private:
    Result<OpenedDatabase> open();
    Result<OpenedDatabase> makeDemo();
    Result<void> fillDemo(Store &store, DemoTraffic &traffic, TimestampMs now);
    Result<void> judgeDemo(Store &store, TimestampMs now);
    Result<OpenedDatabase> look(const DatabaseAddress &address, bool create);

    const Session::OpenOptions m_options;
    const Clock &m_clock;
    std::atomic<bool> m_cancel = false;
};

} // namespace bartizan
