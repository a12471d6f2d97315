// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/queryreader.h"
#include "core/engine/session.h"
#include "core/engine/workerthread.h"

#include <array>

namespace bartizan {

class Clock;

/// The QueryService of an open session: two reading connections, one for the Overview's long aggregates, one for all
/// the rest, so that a page of alerts never waits behind a month's metrics. Thread: GUI.
class StoreQueryService final : public QueryService {
    Q_OBJECT
public:
    /// `clock` says when the 24 h of an address look-up end; it must outlive the service.
    StoreQueryService(const StoreFactory &factory, const Clock &clock, QObject *parent = nullptr);
    /// Interrupts what runs and waits for its thread; nothing is answered any more.
    ~StoreQueryService() override;
    /// Interrupts what runs, and takes nothing more; does not wait.
    void stopSoon();
    /// Ends its threads, and waits for them no longer than until `deadline`; nothing can be asked any more.
    void end(QDeadlineTimer deadline);

    /// The database was away: what is open still reads the file that is gone.
    void reopen();

    void overview(const MetricsQuery &query, QObject *context, Reply<OverviewSnapshot> reply) override;
    void alerts(const AlertQuery &query, QObject *context, Reply<AlertPage> reply) override;
    void alertPart(const AlertQuery &query, AlertSink sink, QObject *context, Reply<AlertPart> reply) override;
    void alertDetails(const std::string &id, QObject *context, Reply<AlertDetails> reply) override;
    void events(const EventSearch &search, QObject *context, Reply<EventPage> reply) override;
    void eventCount(const EventSearch &search, QObject *context, Reply<std::optional<std::int64_t>> reply) override;
    void cancelEventCount() override;
    void ipReport(const std::string &address, std::optional<TimestampMs> end, QObject *context,
                  Reply<IpReport> reply) override;
    void companies(QObject *context, Reply<std::vector<std::string>> reply) override;
    void ruleHits(TimeRange range, QObject *context, Reply<std::vector<RuleHits>> reply) override;
    void quarantined(std::size_t limit, QObject *context, Reply<std::vector<QuarantinedLine>> reply) override;
    void mutes(const MuteQuery &query, QObject *context, Reply<std::vector<Mute>> reply) override;
    void handover(const HandoverQuery &query, QObject *context, Reply<Handover> reply) override;
    void cancelHandover() override;

private:
    enum Line : std::size_t { Overview, Alerts, Details, Events, Ip, Companies, Quarantine, Hits, Mutes, Handovers, EventCount,
                              LineCount };
    static_assert(LineCount == QueryReader::kLines);

    template<typename T, typename Read>
    void ask(Line line, QObject *context, Reply<T> reply, Read read);

    void cancel(Line line);

    struct Link;

    const Clock &m_clock;
    std::shared_ptr<Link> m_link; ///< To the readers, which may outlive the service.
    std::array<quint64, QueryReader::kLines> m_newest{}; ///< The newest request of each line.
    QueryReader *m_heavy; ///< Null once it was ended, as the other one.
    QueryReader *m_light;
    WorkerThread m_heavyThread; ///< Owns m_heavy.
    WorkerThread m_lightThread; ///< Owns m_light.
};

} // namespace bartizan
