// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "core/engine/storefactory.h"

#include <QElapsedTimer>
#include <QObject>

#include <atomic>
#include <memory>
#include <mutex>

namespace bartizan {

class AuditLog;
class Clock;
class Store;

/// A long piece of work of the analyst's, on a connection and a thread of its own. Thread: its own; cancel() any.
class Job : public QObject {
    Q_OBJECT
public:
    Job(quint64 token, StoreFactory factory) : m_token(token), m_factory(std::move(factory)) {}

    /// Does the work, and ends with one of the answers below.
    virtual void run() = 0;
    /// Makes it end soon; what is committed stays. Thread: any.
    virtual void cancel() { m_cancel.store(true); }
    quint64 token() const { return m_token; }

Q_SIGNALS:
    void progress(quint64 token, const bartizan::JobProgress &progress);
    void imported(quint64 token, const bartizan::ImportReport &report,
                  const std::vector<bartizan::QuarantinedLine> &examples);
    void exported(quint64 token, qint64 written);
    void tried(quint64 token, const bartizan::TrialReport &report);
    void muteTried(quint64 token, const bartizan::MutePreview &preview);
    void failed(quint64 token, const bartizan::Error &error);

protected:
    /// Tells of progress, at most ten times a second and always when `last`.
    void tell(const JobProgress &progress, bool last = false);

    const quint64 m_token;
    const StoreFactory m_factory;
    std::atomic<bool> m_cancel = false;

private:
    QElapsedTimer m_sinceTold;
};

/// Imports one log.
class ImportJob final : public Job {
    Q_OBJECT
public:
    ImportJob(quint64 token, StoreFactory factory, const QString &path, const ImportOptions &options)
        : Job(token, std::move(factory)), m_path(path), m_options(options) {}
    void run() override;

private:
    const QString m_path;
    const ImportOptions m_options;
};

/// Writes alerts or events to a file.
class ExportJob final : public Job {
    Q_OBJECT
public:
    ExportJob(quint64 token, StoreFactory factory, const ExportRequest &request)
        : Job(token, std::move(factory)), m_request(request) {}
    void run() override;

private:
    /// How many were written; -1: cancelled.
    Result<std::int64_t> writeAlerts(Store &store);
    Result<std::int64_t> writeEvents(Store &store);
    Result<std::vector<EventColumn>> eventColumns(Store &store) const;

    const ExportRequest m_request;
};

/// Reads alone, and long: cancelling it ends the query that runs as well.
class ReadingJob : public Job {
    Q_OBJECT
public:
    using Job::Job;
    void cancel() override;

protected:
    /// The store that cancel() interrupts; null: none any more.
    void setBusy(Store *store);

private:
    std::mutex m_mutex; ///< Guards the next one.
    Store *m_interruptible = nullptr;
};

/// Looks for what a mute would have hidden.
class MutePreviewJob final : public ReadingJob {
    Q_OBJECT
public:
    /// `clock` must outlive the job.
    MutePreviewJob(quint64 token, StoreFactory factory, Mute mute, const Clock &clock)
        : ReadingJob(token, std::move(factory)), m_mute(std::move(mute)), m_clock(clock) {}
    void run() override;

private:
    const Mute m_mute;
    const Clock &m_clock;
};

/// Tries the edits of a rule; writes nothing.
class TrialJob final : public ReadingJob {
    Q_OBJECT
public:
    /// `saved` are the settings in force; `clock` must outlive the job.
    TrialJob(quint64 token, StoreFactory factory, const TrialRequest &request, const MonitoringSettings &saved,
             const Clock &clock)
        : ReadingJob(token, std::move(factory)), m_request(request), m_saved(saved), m_clock(clock) {}
    void run() override;

private:
    const TrialRequest m_request;
    const MonitoringSettings m_saved;
    const Clock &m_clock;
};

} // namespace bartizan
