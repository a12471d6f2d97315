// SPDX-License-Identifier: GPL-3.0-or-later
// What happened around an alert: the part of storequeries that the details pane asks for.
#include "core/domain/eventsize.h"
#include "core/domain/rulegroup.h"
#include "core/engine/storequeries.h"
#include "core/ports/store.h"

#include <QString>

#include <algorithm>

namespace bartizan::storequeries {
namespace {

constexpr std::size_t kRelatedShown = 200;
constexpr std::size_t kOthersShown = 5;

/// In lower case, as rules compare accounts.
std::string lowered(const std::string &text)
{
    return QString::fromStdString(text).toLower().toStdString();
}

/// What finds the rows of an alert's group; nullopt: it has none, or one that an older version knew.
std::optional<EventQuery> groupQuery(const SecurityAlert &alert)
{
    const GroupParts group = groupParts(alert.group);
    // A group has a short form of a long value; rows have the whole of it.
    const auto whole = [&](const std::optional<std::string> &own) {
        return own && groupText(group.kind, *own) == alert.group ? *own : std::string(group.value);
    };
    const EventContext &context = alert.context;
    EventQuery query;
    switch (group.kind) {
    case GroupKind::None: return std::nullopt;
    case GroupKind::Address: query.ipAddress = whole(context.ipAddress); break;
    case GroupKind::Account:
        query.account = whole(context.userId ? std::optional(lowered(*context.userId)) : std::nullopt);
        break;
    case GroupKind::User: query.userId = whole(context.userId); break;
    case GroupKind::Session: query.sessionId = whole(context.sessionId); break;
    case GroupKind::Company:
        // Of all that happens in a company, what the rule looks at.
        query.eventType = alert.eventType;
        query.withoutCompany = group.value.empty();
        if (!group.value.empty())
            query.companyId = whole(context.companyId);
        break;
    case GroupKind::EventType:
        query.eventType = fromString<SecurityEventType>(group.value).value_or(alert.eventType);
        break;
    }
    return query;
}

/// Without a group, the rows of the alert's address or user; where it names neither, its rule counted for the whole log.
EventQuery relatedQuery(const SecurityAlert &alert)
{
    std::optional<EventQuery> query = groupQuery(alert);
    if (!query) {
        query.emplace();
        query->ipAddress = alert.context.ipAddress;
        if (!query->ipAddress)
            query->userId = alert.context.userId;
    }
    query->range = {alert.timestamp - AlertDetails::kSpan, alert.timestamp + AlertDetails::kSpan};
    query->applicationOnly = true;
    return *query;
}

/// Events by step, and how many there are. When all of them were read they are counted here, else by the database, step by
/// step.
Result<void> addTimeline(Store &store, EventQuery related, AlertDetails &details)
{
    details.timeline.assign(AlertDetails::kSteps, 0);
    details.relatedTotal = static_cast<std::int64_t>(details.related.size());
    const TimestampMs start = related.range.start;
    if (!endedEarly(details.related, kRelatedShown)) {
        for (const AuditEvent &event : details.related) {
            const auto step = static_cast<std::size_t>((event.timestamp - start) / AlertDetails::kStep);
            ++details.timeline[std::min(step, AlertDetails::kSteps - 1)];
        }
        return {};
    }
    details.relatedTotal = 0;
    for (std::size_t step = 0; step < AlertDetails::kSteps; ++step) {
        const bool last = step + 1 == AlertDetails::kSteps; // It takes in the last millisecond of the range.
        related.range.start = start + static_cast<TimestampMs>(step) * AlertDetails::kStep;
        related.range.end = related.range.start + AlertDetails::kStep - (last ? 0 : 1);
        const auto count = store.countEvents(related);
        if (!count)
            return count.error();
        details.timeline[step] = *count;
        details.relatedTotal += *count;
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
    details.relatedQuery = relatedQuery(details.alert);
    EventQuery related = *details.relatedQuery;
    related.limit = kRelatedShown;
    auto events = store.events(related);
    if (!events)
        return events.error();
    details.related = std::move(*events);
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
