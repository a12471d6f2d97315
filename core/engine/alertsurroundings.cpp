// SPDX-License-Identifier: GPL-3.0-or-later
// What happened around an alert: the part of storequeries that the details pane asks for.
#include "core/domain/eventsize.h"
#include "core/engine/storequeries.h"
#include "core/ports/store.h"

#include <algorithm>

namespace bartizan::storequeries {
namespace {

constexpr std::size_t kRelatedShown = 200;
constexpr std::size_t kOthersShown = 5;

/// Events by step. When all of them were read they are counted here, else by the database, step by step.
Result<void> addTimeline(Store &store, EventQuery related, AlertDetails &details)
{
    details.timeline.assign(AlertDetails::kSteps, 0);
    const TimestampMs start = related.range.start;
    if (details.relatedTotal == static_cast<std::int64_t>(details.related.size())) {
        for (const AuditEvent &event : details.related) {
            const auto step = static_cast<std::size_t>((event.timestamp - start) / AlertDetails::kStep);
            ++details.timeline[std::min(step, AlertDetails::kSteps - 1)];
        }
        return {};
    }
    for (std::size_t step = 0; step < AlertDetails::kSteps; ++step) {
        const bool last = step + 1 == AlertDetails::kSteps; // It takes in the last millisecond of the range.
        related.range.start = start + static_cast<TimestampMs>(step) * AlertDetails::kStep;
        related.range.end = related.range.start + AlertDetails::kStep - (last ? 0 : 1);
        const auto count = store.countEvents(related);
        if (!count)
            return count.error();
        details.timeline[step] = *count;
    }
    return {};
}

/// Takes in the newest alerts that a query finds besides the one that is shown.
Result<std::int64_t> addOthers(Store &store, AlertQuery query, AlertDetails &details)
{
    const auto count = store.countAlerts(query);
    if (!count)
        return count.error();
    query.newestFirst = true;
    query.limit = kOthersShown + 1;
    const auto found = store.alerts(query);
    if (!found)
        return found.error();
    for (const SecurityAlert &other : *found) {
        const auto isIt = [&other](const SecurityAlert &known) { return known.id == other.id; };
        if (other.id != details.alert.id && std::none_of(details.others.begin(), details.others.end(), isIt))
            details.others.push_back(other);
    }
    return *count - 1;
}

} // namespace

Result<void> addRelatedEvents(Store &store, AlertDetails &details)
{
    const EventContext &context = details.alert.context;
    EventQuery related;
    if (context.ipAddress)
        related.ipAddress = context.ipAddress;
    else if (context.userId)
        related.userId = context.userId;
    else
        return {};
    related.range = {details.alert.timestamp - AlertDetails::kSpan, details.alert.timestamp + AlertDetails::kSpan};
    related.limit = kRelatedShown;
    auto events = store.events(related);
    if (!events)
        return events.error();
    details.related = std::move(*events);
    details.relatedTotal = static_cast<std::int64_t>(details.related.size());
    if (endedEarly(details.related, kRelatedShown)) {
        const auto total = store.countEvents(related);
        if (!total)
            return total.error();
        details.relatedTotal = *total;
    }
    return addTimeline(store, related, details);
}

Result<void> addOtherAlerts(Store &store, AlertDetails &details)
{
    const EventContext &context = details.alert.context;
    if (context.ipAddress) {
        AlertQuery query;
        query.ipAddress = context.ipAddress;
        const auto count = addOthers(store, query, details);
        if (!count)
            return count.error();
        details.othersOfAddress = *count;
    }
    if (context.userId) {
        AlertQuery query;
        query.userId = context.userId;
        const auto count = addOthers(store, query, details);
        if (!count)
            return count.error();
        details.othersOfUser = *count;
    }
    std::stable_sort(details.others.begin(), details.others.end(),
                     [](const SecurityAlert &a, const SecurityAlert &b) { return a.timestamp > b.timestamp; });
    details.others.resize(std::min(details.others.size(), kOthersShown));
    return {};
}

} // namespace bartizan::storequeries
