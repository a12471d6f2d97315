// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/storequeryservice.h"

#include "core/engine/storequeries.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"

#include <mutex>

namespace bartizan {

/// What a reader's thread knows of the service.
struct StoreQueryService::Link {
    std::mutex mutex;
    StoreQueryService *service; ///< Guarded by the mutex; null: it has gone.
};

StoreQueryService::StoreQueryService(const StoreFactory &factory, const Clock &clock, QObject *parent)
    : QueryService(parent)
    , m_clock(clock)
    , m_link(std::make_shared<Link>())
    , m_heavy(new QueryReader(factory))
    , m_light(new QueryReader(factory))
    , m_heavyThread(m_heavy, QStringLiteral("overview"))
    , m_lightThread(m_light, QStringLiteral("queries"))
{
    m_link->service = this;
}

StoreQueryService::~StoreQueryService()
{
    stopSoon();
    const std::lock_guard lock(m_link->mutex);
    m_link->service = nullptr;
}

void StoreQueryService::stopSoon()
{
    for (QueryReader *reader : {m_heavy, m_light}) {
        if (reader)
            reader->stop();
    }
}

void StoreQueryService::end(QDeadlineTimer deadline)
{
    stopSoon();
    m_heavy = nullptr; // From here on they may go at any time.
    m_light = nullptr;
    m_heavyThread.end(deadline);
    m_lightThread.end(deadline);
}

void StoreQueryService::reopen()
{
    m_heavy->reopen();
    m_light->reopen();
}

template<typename T, typename Read>
void StoreQueryService::ask(Line line, QObject *context, Reply<T> reply, Read read)
{
    const quint64 token = ++m_newest[line];
    QPointer<QObject> guard(context);
    const bool heavy = line == Overview || line == Handovers || line == EventCount;
    QueryReader *reader = heavy ? m_heavy : m_light;
    reader->submit(line, [link = m_link, line, token, guard, reply = std::move(reply),
                          read = std::move(read)](Store *store, const Error &error) {
        auto result = std::make_shared<const Result<T>>(store ? read(*store) : Result<T>(error));
        // Back on this object's thread, where the context lives and the newest token is known.
        const std::lock_guard lock(link->mutex);
        if (StoreQueryService *service = link->service) {
            QMetaObject::invokeMethod(service, [service, line, token, guard, reply, result] {
                if (guard && service->m_newest[line] == token)
                    reply(*result);
            }, Qt::QueuedConnection);
        }
        return result->ok();
    });
}

void StoreQueryService::overview(const MetricsQuery &query, QObject *context, Reply<OverviewSnapshot> reply)
{
    ask<OverviewSnapshot>(Overview, context, std::move(reply),
                          [query](Store &store) { return storequeries::overview(store, query); });
}

void StoreQueryService::alerts(const AlertQuery &query, QObject *context, Reply<AlertPage> reply)
{
    ask<AlertPage>(Alerts, context, std::move(reply),
                   [query](Store &store) { return storequeries::alerts(store, query); });
}

void StoreQueryService::alertPart(const AlertQuery &query, AlertSink sink, QObject *context, Reply<AlertPart> reply)
{
    ask<AlertPart>(Alerts, context, std::move(reply), [query, sink = std::move(sink)](Store &store) {
        return storequeries::alertPart(store, query, sink);
    });
}

void StoreQueryService::alertDetails(const std::string &id, QObject *context, Reply<AlertDetails> reply)
{
    ask<AlertDetails>(Details, context, std::move(reply),
                      [id](Store &store) { return storequeries::alertDetails(store, id); });
}

void StoreQueryService::events(const EventSearch &search, QObject *context, Reply<EventPage> reply)
{
    ask<EventPage>(Events, context, std::move(reply),
                   [search, now = m_clock.now()](Store &store) {
                       return storequeries::events(store, search, now);
                   });
}

void StoreQueryService::eventCount(const EventSearch &search, QObject *context, Reply<std::optional<std::int64_t>> reply)
{
    ask<std::optional<std::int64_t>>(EventCount, context, std::move(reply), [search, now = m_clock.now()](Store &store) {
        return storequeries::eventCount(store, search, now);
    });
}

void StoreQueryService::cancelEventCount()
{
    cancel(EventCount);
}

void StoreQueryService::ipReport(const std::string &address, std::optional<TimestampMs> end, QObject *context,
                                 Reply<IpReport> reply)
{
    ask<IpReport>(Ip, context, std::move(reply), [address, until = end.value_or(m_clock.now())](Store &store) {
        return storequeries::ipReport(store, address, until);
    });
}

void StoreQueryService::companies(QObject *context, Reply<std::vector<std::string>> reply)
{
    ask<std::vector<std::string>>(Companies, context, std::move(reply), [](Store &store) { return store.companies(); });
}

void StoreQueryService::ruleHits(TimeRange range, QObject *context, Reply<std::vector<RuleHits>> reply)
{
    ask<std::vector<RuleHits>>(Hits, context, std::move(reply),
                               [range](Store &store) { return store.hitsByRule(range); });
}

void StoreQueryService::quarantined(std::size_t limit, QObject *context, Reply<std::vector<QuarantinedLine>> reply)
{
    ask<std::vector<QuarantinedLine>>(Quarantine, context, std::move(reply),
                                      [limit](Store &store) { return store.quarantined(0, limit); });
}

void StoreQueryService::mutes(const MuteQuery &query, QObject *context, Reply<std::vector<Mute>> reply)
{
    ask<std::vector<Mute>>(Mutes, context, std::move(reply), [query](Store &store) { return store.mutes(query); });
}

void StoreQueryService::handover(const HandoverQuery &query, QObject *context, Reply<Handover> reply)
{
    ask<Handover>(Handovers, context, std::move(reply), [query](Store &store) { return store.handover(query); });
}

void StoreQueryService::cancelHandover()
{
    cancel(Handovers);
}

/// Of the heavy lines.
void StoreQueryService::cancel(Line line)
{
    ++m_newest[line];
    // What takes its place in the line has nothing to do, and the connection stays good.
    m_heavy->submit(line, [](Store *, const Error &) { return true; });
}

} // namespace bartizan
