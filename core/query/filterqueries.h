// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertstore.h"
#include "core/ports/auditlog.h"
#include "core/query/filterwords.h"

namespace bartizan {

/// A query narrowed to what a store finds by itself, and the terms that are left to be tested row by row.
template<typename Query>
struct NarrowedQuery {
    Query query;
    Filter rest;
};

/// Moves the terms that a store answers exactly into the query. What the query asked for already stands: of two
/// different values the second stays a term. Of texts, users and companies of events are handed over, which are compared
/// as they are spelt; and IPv4 addresses, which are then found in their dotted spelling only.
NarrowedQuery<EventQuery> narrowedQuery(const Filter &filter, EventQuery query, const FilterMoment &moment);
NarrowedQuery<AlertQuery> narrowedQuery(const Filter &filter, AlertQuery query, const FilterMoment &moment);

} // namespace bartizan
