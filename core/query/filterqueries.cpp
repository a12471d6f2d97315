// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterqueries.h"

#include "core/query/filtermatcher.h"

#include <algorithm>
#include <bit>

namespace bartizan {
namespace {

/// The one value that a positive term of one choice stands for; nullopt: several, or none.
template<typename E>
std::optional<E> onlyChoice(const FilterTerm &term, FilterSubject subject)
{
    if (term.negated || term.op != FilterOperator::Is || term.words.size() != 1)
        return std::nullopt;
    const std::uint32_t mask = choiceMask(term.field, subject, term.words.front().text);
    return std::has_single_bit(mask) ? std::optional(static_cast<E>(std::countr_zero(mask))) : std::nullopt;
}

/// Sets what the query does not restrict yet; true when the query now says what the term says.
template<typename T>
bool take(std::optional<T> &into, const std::optional<T> &value)
{
    if (!value || (into && *into != *value))
        return false;
    into = value;
    return true;
}

template<typename Query>
bool takeTime(Query &query, const FilterTerm &term, const FilterMoment &moment)
{
    const TimestampMs at = instantOf(term.field, term.words.front().text, moment);
    if (term.field == FilterField::Since)
        query.range.start = std::max(query.range.start, at);
    else
        query.range.end = std::min(query.range.end, at);
    return true;
}

/// An IPv4 address has one spelling wherever it is read from, so that an index on the text finds every row. One of
/// IPv6 may be stored in another.
std::optional<std::string> onlyAddress(const FilterTerm &term)
{
    if (term.negated || term.words.size() != 1)
        return std::nullopt;
    const std::string text = term.words.front().text.toStdString();
    return isCanonicalIpv4(text) ? std::optional(text) : std::nullopt;
}

std::optional<std::string> onlyText(const FilterTerm &term)
{
    if (term.negated || term.words.size() != 1 || term.words.front().pattern)
        return std::nullopt;
    return term.words.front().text.toStdString();
}

bool narrow(EventQuery &query, const FilterTerm &term, const FilterMoment &moment)
{
    constexpr auto kEvents = FilterSubject::Events;
    switch (term.field) {
    case FilterField::Since:
    case FilterField::Until: return takeTime(query, term, moment);
    case FilterField::Severity: return take(query.severity, onlyChoice<AuditSeverity>(term, kEvents));
    case FilterField::Type: return take(query.eventType, onlyChoice<SecurityEventType>(term, kEvents));
    case FilterField::Outcome: return take(query.outcome, onlyChoice<AuditOutcome>(term, kEvents));
    case FilterField::Address: return take(query.ipAddress, onlyAddress(term));
    case FilterField::User: return take(query.userId, onlyText(term));
    case FilterField::Company: return take(query.companyId, onlyText(term));
    default: return false;
    }
}

bool narrow(AlertQuery &query, const FilterTerm &term, const FilterMoment &moment)
{
    constexpr auto kAlerts = FilterSubject::Alerts;
    switch (term.field) {
    case FilterField::Since:
    case FilterField::Until: return takeTime(query, term, moment);
    case FilterField::Severity: return take(query.severity, onlyChoice<AlertSeverity>(term, kAlerts));
    case FilterField::Type: return take(query.type, onlyChoice<AlertType>(term, kAlerts));
    case FilterField::Status: {
        // Of the words for where an alert stands, a store knows only whether it is active or muted.
        FilterTerm positive = term;
        positive.negated = false;
        const auto status = onlyChoice<std::uint8_t>(positive, kAlerts);
        if (status == enumCount<AlertStatus>())
            return take(query.active, std::optional(!term.negated));
        return status == enumCount<AlertStatus>() + 1 && take(query.muted, std::optional(!term.negated));
    }
    case FilterField::Address: return take(query.ipAddress, onlyAddress(term));
    case FilterField::Mute: return take(query.mute, onlyText(term));
    default: return false;
    }
}

template<typename Query>
NarrowedQuery<Query> narrowedBy(const Filter &filter, Query query, const FilterMoment &moment)
{
    NarrowedQuery<Query> result{std::move(query), {}};
    for (const FilterTerm &term : filter.terms) {
        if (!narrow(result.query, term, moment))
            result.rest.terms.push_back(term);
    }
    return result;
}

} // namespace

NarrowedQuery<EventQuery> narrowedQuery(const Filter &filter, EventQuery query, const FilterMoment &moment)
{
    return narrowedBy(filter, std::move(query), moment);
}

NarrowedQuery<AlertQuery> narrowedQuery(const Filter &filter, AlertQuery query, const FilterMoment &moment)
{
    NarrowedQuery<AlertQuery> narrowed = narrowedBy(filter, std::move(query), moment);
    if (!showsMuted(filter))
        narrowed.query.muted = false;
    return narrowed;
}

} // namespace bartizan
