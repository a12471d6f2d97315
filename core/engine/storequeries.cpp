// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/storequeries.h"

#include "core/domain/ipaddress.h"
#include "core/engine/eventpages.h"
#include "core/engine/geofiller.h"
#include "core/metrics/ipthreat.h"
#include "core/metrics/securityscore.h"
#include "core/ports/store.h"
#include "core/query/filtermatcher.h"
#include "core/query/filterqueries.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace bartizan::storequeries {

namespace {

constexpr std::size_t kActiveAlertsShown = 50;
// Where rows are looked at one by one: so many at once. And so long for one answer.
constexpr std::size_t kSearchedAtOnce = 2000;
constexpr std::chrono::milliseconds kSearchTime{100};

// Reads one part of an answer; the first failure ends the whole.
template<typename T>
bool take(Result<T> &&result, T &into, Error &error)
{
    if (!result) {
        error = result.error();
        return false;
    }
    into = std::move(*result);
    return true;
}

/// When the newest event of an address was.
Result<std::optional<TimestampMs>> newestOf(Store &store, const std::string &address)
{
    EventQuery query;
    query.ipAddress = address;
    query.limit = 1;
    const auto events = store.events(query);
    if (!events)
        return events.error();
    return events->empty() ? std::optional<TimestampMs>() : events->front().timestamp;
}

/// What GeoIP says of rows that name no country.
void lookUp(EventPage &page, GeoFiller &geo)
{
    page.lookedUp.reserve(page.events.size());
    for (const AuditEvent &row : page.events) {
        const bool unnamed = !row.context.country && row.context.ipAddress;
        page.lookedUp.push_back(unnamed ? geo.ofAddress(*row.context.ipAddress) : std::string_view());
    }
}

/// Whether an index counts what passes.
bool isCountable(const NarrowedQuery<EventQuery> &narrowed)
{
    return narrowed.rest.isEmpty() && EventPages::hasIndex(narrowed.query) && narrowed.query.countries.empty();
}

/// The rows that a query finds by itself; it ends when the page is full, or after kSearchTime.
Result<EventPage> pageOf(EventPages &pages, std::size_t wanted)
{
    const auto begun = std::chrono::steady_clock::now();
    EventPage page;
    while (!pages.atEnd() && page.events.size() < wanted && std::chrono::steady_clock::now() - begun < kSearchTime) {
        auto rows = pages.next(wanted - page.events.size());
        if (!rows)
            return rows.error();
        std::move(rows->begin(), rows->end(), std::back_inserter(page.events));
    }
    page.more = !pages.atEnd();
    page.reached = pages.reached();
    return page;
}

/// A page whose rows are looked at one by one; it ends likewise.
Result<EventPage> searchedPage(EventPages &pages, std::size_t wanted, const FilterMatcher &matcher, GeoFiller *geo)
{
    const auto begun = std::chrono::steady_clock::now();
    EventPage page;
    page.more = true;
    while (page.more && page.events.size() < wanted && std::chrono::steady_clock::now() - begun < kSearchTime) {
        auto rows = pages.next(kSearchedAtOnce);
        if (!rows)
            return rows.error();
        page.more = !pages.atEnd();
        page.reached = pages.reached();
        for (AuditEvent &row : *rows) {
            if (page.events.size() == wanted) {
                page.more = true;
                break;
            }
            const EventKey key{row.timestamp, row.id};
            const bool named = row.context.country.has_value() || !row.context.ipAddress || geo == nullptr;
            if (matcher.matches(row, named ? std::string_view() : geo->ofAddress(*row.context.ipAddress)))
                page.events.push_back(std::move(row));
            if (page.events.size() == wanted)
                page.reached = key;
        }
    }
    return page;
}

} // namespace

Result<std::shared_ptr<GeoFiller>> geoOf(Store &store)
{
    const auto settings = store.loadSettings();
    if (!settings)
        return settings.error();
    auto geo = GeoFiller::make(*settings);
    // The engine tells of a database that cannot be opened; here it is as if there were none.
    return geo ? std::move(*geo) : nullptr;
}

Result<OverviewSnapshot> overview(Store &store, const MetricsQuery &query)
{
    OverviewSnapshot snapshot;
    snapshot.range = query.range;
    AlertQuery active;
    active.active = true;
    active.newestFirst = true;
    active.limit = kActiveAlertsShown;

    std::shared_ptr<GeoFiller> geo;
    std::shared_ptr<void> oneState;
    MetricsInputs inputs;
    Error error;
    if (!take(geoOf(store), geo, error) || !take(store.snapshot(), oneState, error)
        || !take(store.metricsInputs(query, geo.get()), inputs, error)
        || !take(store.alerts(active), snapshot.activeAlerts, error)
        || !take(store.responseTimes(query.range, query.companyId), snapshot.response, error)
        || !take(store.extent(), snapshot.extent, error))
        return error;
    snapshot.metrics = securityMetrics(std::move(inputs));
    return snapshot;
}

Result<AlertPage> alerts(Store &store, const AlertQuery &query)
{
    AlertPage page;
    AlertChanges stand;
    Error error;
    // The position comes first: a change in between is then told once more rather than not at all.
    if (!take(store.changesSince(-1), stand, error) || !take(store.alerts(query), page.alerts, error))
        return error;
    page.position = stand.position;
    page.total = static_cast<std::int64_t>(page.alerts.size());
    if (query.limit && page.alerts.size() >= *query.limit) {
        AlertQuery all = query;
        all.limit.reset();
        if (!take(store.countAlerts(all), page.total, error))
            return error;
    }
    return page;
}

Result<AlertPart> alertPart(Store &store, const AlertQuery &query, const AlertSink &sink)
{
    const auto alerts = store.alerts(query);
    if (!alerts)
        return alerts.error();
    AlertPart part;
    part.count = alerts->size();
    const bool end = alerts->empty() || alerts->size() < query.limit.value_or(alerts->size() + 1);
    if (!end)
        part.last = AlertKey{alerts->back().timestamp, alerts->back().id};
    sink(*alerts, end);
    return part;
}

Result<AlertDetails> alertDetails(Store &store, const std::string &id)
{
    AlertDetails details;
    std::shared_ptr<void> oneState;
    std::optional<SecurityAlert> found;
    Error error;
    if (!take(store.snapshot(), oneState, error) || !take(store.alert(id), found, error))
        return error;
    if (!found)
        return Error{QCoreApplication::translate("Engine", "There is no alert %1 any more.")
                         .arg(QString::fromStdString(id))};
    details.alert = std::move(*found);
    if (!take(store.history(id), details.history, error))
        return error;
    if (details.alert.mute) {
        MuteQuery carried;
        carried.id = details.alert.mute;
        std::vector<Mute> mutes;
        if (!take(store.mutes(carried), mutes, error))
            return error;
        if (!mutes.empty())
            details.mute = std::move(mutes.front());
    }

    if (const auto added = addRelatedEvents(store, details); !added)
        return added.error();
    if (const auto added = addOtherAlerts(store, details); !added)
        return added.error();
    return details;
}

Result<EventPage> events(Store &store, const EventSearch &search, TimestampMs now)
{
    const FilterMoment moment{now, search.zone};
    const NarrowedQuery<EventQuery> narrowed = narrowedQuery(search.filter, search.query, moment);
    const auto isAboutCountry = [](const FilterTerm &term) { return term.field == FilterField::Country; };
    const bool byCountry = !narrowed.query.countries.empty()
        || std::any_of(narrowed.rest.terms.begin(), narrowed.rest.terms.end(), isAboutCountry);
    std::shared_ptr<GeoFiller> geo;
    Error error;
    if (!take(geoOf(store), geo, error))
        return error;
    GeoFiller *asked = byCountry ? geo.get() : nullptr;
    EventPages pages(store, narrowed.query, asked);
    const std::size_t wanted = search.query.limit;
    auto page = narrowed.rest.isEmpty()
        ? pageOf(pages, wanted)
        : searchedPage(pages, wanted, FilterMatcher(narrowed.rest, FilterSubject::Events, moment), asked);
    if (!page)
        return page;
    page->countable = isCountable(narrowed);
    if (page->countable && !search.query.after && !page->more)
        page->total = static_cast<std::int64_t>(page->events.size());
    if (geo)
        lookUp(*page, *geo);
    return page;
}

Result<std::optional<std::int64_t>> eventCount(Store &store, const EventSearch &search, TimestampMs now)
{
    const NarrowedQuery<EventQuery> narrowed = narrowedQuery(search.filter, search.query, {now, search.zone});
    if (!isCountable(narrowed))
        return std::optional<std::int64_t>();
    const auto count = store.countEvents(narrowed.query);
    if (!count)
        return count.error();
    return std::optional(*count);
}

Result<std::string> spellingOf(Store &store, const std::string &address, TimeRange range)
{
    const auto canonical = canonicalIp(address);
    if (!canonical)
        return Error{QCoreApplication::translate("Engine", "“%1” is no IPv4 or IPv6 address.")
                         .arg(QString::fromStdString(address.substr(0, 64)))};
    if (*canonical == address)
        return address;
    const auto asGiven = store.ipActivity(address, range);
    if (!asGiven)
        return asGiven.error();
    if (asGiven->events > 0)
        return address;
    std::optional<TimestampMs> newestAsGiven;
    std::optional<TimestampMs> newestCanonical;
    Error error;
    if (!take(newestOf(store, address), newestAsGiven, error) || !take(newestOf(store, *canonical), newestCanonical, error))
        return error;
    return newestAsGiven && !newestCanonical ? address : *canonical;
}

Result<IpReport> ipReport(Store &store, const std::string &address, TimestampMs end)
{
    IpReport report;
    report.range = {end - kDay, end};
    const auto spelling = spellingOf(store, address, report.range);
    if (!spelling)
        return spelling.error();
    report.address = *spelling;
    Error error;
    if (!take(store.ipEvidence(report.address, report.range), report.evidence, error)
        || !take(newestOf(store, report.address), report.newest, error))
        return error;
    std::shared_ptr<GeoFiller> geo;
    if (!take(geoOf(store), geo, error))
        return error;
    if (geo && report.evidence.countries.empty()) {
        if (const std::string_view country = geo->ofAddress(report.address); country.data())
            report.evidence.countries.emplace_back(country);
    }
    report.threat = ipThreat(report.evidence.activity);
    return report;
}

} // namespace bartizan::storequeries
