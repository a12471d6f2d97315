// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/store.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace bartizan::testing {

/// Which calls fail, and how often. Set from any thread; shared by all stores of one test.
struct Faults {
    std::atomic<int> fetches = 0;         ///< So many reads of new rows fail.
    std::atomic<int> commits = 0;         ///< So many commits fail, nothing written.
    std::atomic<int> lostAnswers = 0;     ///< So many commits succeed, and yet an error is reported.
    std::atomic<int> histories = 0;       ///< So many rebuilds fail.
    std::atomic<int> tidies = 0;          ///< So much housekeeping fails.
    std::atomic<int> rollUps = 0;         ///< So many slices of rolling up fail.
    std::atomic<int> backlogs = 0;        ///< So many counts of what waits fail.
    std::atomic<int> failed = 0;          ///< How many did fail.
    std::atomic<std::int64_t> mostBacklogSaved = 0; ///< What was left for other processes, at most.
    std::atomic<int> stalls = 0;          ///< So many reads of pages of events come to no end but by interrupt().
    std::atomic<int> stalled = 0;         ///< How many did stall.

    /// Whether this call is to fail.
    bool strike(std::atomic<int> &left)
    {
        if (left.load() <= 0)
            return false;
        --left;
        ++failed;
        return true;
    }
};

/// A real store with faults put in between.
class FaultyStore final : public Store {
public:
    FaultyStore(std::unique_ptr<Store> real, std::shared_ptr<Faults> faults)
        : m_real(std::move(real)), m_faults(std::move(faults)) {}

    Result<std::vector<AuditEvent>> fetchAfter(std::int64_t rowId, std::size_t limit) override
    {
        if (m_faults->strike(m_faults->fetches))
            return Error{QStringLiteral("injected: disk I/O error")};
        return m_real->fetchAfter(rowId, limit);
    }
    Result<void> commit(const EngineCommit &commit) override
    {
        if (m_faults->strike(m_faults->commits))
            return Error{QStringLiteral("injected: database or disk is full")};
        auto done = m_real->commit(commit);
        if (done && m_faults->strike(m_faults->lostAnswers))
            return Error{QStringLiteral("injected: the answer to the commit was lost")};
        return done;
    }
    Result<void> history(const DetectorHistory::Query &query, DetectorHistory::Sink &sink) override
    {
        if (m_faults->strike(m_faults->histories))
            return Error{QStringLiteral("injected: database is locked")};
        return m_real->history(query, sink);
    }

    Result<std::shared_ptr<void>> snapshot() override { return m_real->snapshot(); }
    void interrupt() override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_interrupted = true;
        }
        m_wakes.notify_all();
        m_real->interrupt();
    }
    Result<void> tidy() override
    {
        if (m_faults->strike(m_faults->tidies))
            return Error{QStringLiteral("injected: permission denied")};
        return m_real->tidy();
    }
    Result<bool> rollUp(CountryResolver *countries) override
    {
        if (m_faults->strike(m_faults->rollUps))
            return Error{QStringLiteral("injected: cannot extend a file")};
        return m_real->rollUp(countries);
    }
    bool isDemo() const override { return m_real->isDemo(); }
    QString readOnlyReason() const override { return m_real->readOnlyReason(); }
    Result<bool> changed() override { return m_real->changed(); }
    Result<std::vector<AuditEvent>> rowsBetween(TimeRange range, std::int64_t maxRowId,
                                                const std::optional<EventKey> &after, std::size_t limit) override
    {
        return m_real->rowsBetween(range, maxRowId, after, limit);
    }
    Result<Backlog> backlog(std::int64_t rowId, std::int64_t most) override
    {
        if (m_faults->strike(m_faults->backlogs))
            return Error{QStringLiteral("injected: the query took too long")};
        return m_real->backlog(rowId, most);
    }
    Result<AppendReport> append(std::span<const NewAuditRow> rows, std::span<const QuarantinedLine> lines) override
    {
        return m_real->append(rows, lines);
    }
    Result<std::vector<AuditEvent>> events(const EventQuery &query, CountryResolver *countries) override
    {
        if (m_faults->stalls.load() > 0) {
            --m_faults->stalls;
            std::unique_lock lock(m_mutex);
            m_interrupted = false;
            ++m_faults->stalled;
            m_wakes.wait(lock, [this] { return m_interrupted; });
            return Error{QStringLiteral("injected: interrupted")};
        }
        return m_real->events(query, countries);
    }
    Result<std::int64_t> countEvents(const EventQuery &query, CountryResolver *countries) override
    {
        return m_real->countEvents(query, countries);
    }
    Result<std::vector<std::string>> companies() override { return m_real->companies(); }
    Result<std::optional<TimeRange>> extent() override { return m_real->extent(); }
    Result<std::int64_t> quarantinedCount() override { return m_real->quarantinedCount(); }
    Result<std::vector<QuarantinedLine>> quarantined(std::int64_t afterId, std::size_t limit) override
    {
        return m_real->quarantined(afterId, limit);
    }
    Result<void> setUserEmails(std::span<const std::pair<std::string, std::string>> idAndEmail) override
    {
        return m_real->setUserEmails(idAndEmail);
    }
    Result<EngineCursor> loadCursor() override { return m_real->loadCursor(); }
    Result<void> saveHealth(const EngineHealth &health) override
    {
        m_faults->mostBacklogSaved = std::max(m_faults->mostBacklogSaved.load(), health.backlog);
        return m_real->saveHealth(health);
    }
    Result<std::optional<EngineHealth>> loadHealth() override { return m_real->loadHealth(); }
    Result<std::optional<EngineCheckpoint>> loadCheckpoint() override { return m_real->loadCheckpoint(); }
    Result<std::vector<SecurityAlert>> alerts(const AlertQuery &query) override { return m_real->alerts(query); }
    Result<std::int64_t> countAlerts(const AlertQuery &query) override { return m_real->countAlerts(query); }
    Result<std::vector<RuleHits>> hitsByRule(TimeRange range) override { return m_real->hitsByRule(range); }
    Result<std::optional<SecurityAlert>> alert(const std::string &id) override { return m_real->alert(id); }
    Result<std::vector<AlertHistoryEntry>> history(const std::string &id) override { return m_real->history(id); }
    Result<AcknowledgeReport> acknowledge(std::span<const std::string> ids, const std::string &by, TimestampMs at,
                                          const std::string &comment) override
    {
        return m_real->acknowledge(ids, by, at, comment);
    }
    Result<TriageReport> triage(std::span<const std::string> ids, const TriageStep &step, const std::string &by,
                                TimestampMs at) override
    {
        return m_real->triage(ids, step, by, at);
    }
    Result<TriageReport> undo(std::span<const std::string> ids, const TriageUndo &undo, const std::string &by,
                              TimestampMs at) override
    {
        return m_real->undo(ids, undo, by, at);
    }
    Result<std::vector<std::string>> alertsOfStep(const std::string &step) override { return m_real->alertsOfStep(step); }
    Result<AlertChanges> changesSince(std::int64_t position) override { return m_real->changesSince(position); }
    Result<Mute> setMute(const Mute &mute) override { return m_real->setMute(mute); }
    Result<MuteLifted> liftMute(const MuteLift &lift, const std::string &by, TimestampMs at) override
    {
        return m_real->liftMute(lift, by, at);
    }
    Result<std::vector<Mute>> mutes(const MuteQuery &query) override { return m_real->mutes(query); }
    Result<MetricsInputs> metricsInputs(const MetricsQuery &query, CountryResolver *countries) override
    {
        return m_real->metricsInputs(query, countries);
    }
    Result<IpActivity> ipActivity(const std::string &address, TimeRange range) override
    {
        return m_real->ipActivity(address, range);
    }
    Result<IpEvidence> ipEvidence(const std::string &address, TimeRange range) override
    {
        return m_real->ipEvidence(address, range);
    }
    Result<std::vector<SecurityAlert>> alertsNamed(std::span<const std::string> ids) override
    {
        return m_real->alertsNamed(ids);
    }
    Result<Handover> handover(const HandoverQuery &query) override { return m_real->handover(query); }
    Result<ResponseTimes> responseTimes(TimeRange range, const std::optional<std::string> &companyId) override
    {
        return m_real->responseTimes(range, companyId);
    }
    Result<MonitoringSettings> loadSettings() override { return m_real->loadSettings(); }
    Result<MonitoringSettings> updateSettings(const QJsonObject &update, const std::string &timeZone,
                                              const std::string &by, TimestampMs at,
                                              const std::string &geoDatabase) override
    {
        return m_real->updateSettings(update, timeZone, by, at, geoDatabase);
    }

private:
    std::unique_ptr<Store> m_real;
    std::mutex m_mutex; ///< Guards the next one.
    bool m_interrupted = false;
    std::condition_variable m_wakes;
    std::shared_ptr<Faults> m_faults;
};

} // namespace bartizan::testing
