// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/eventpages.h"

#include "core/domain/eventsize.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace bartizan {
namespace {

constexpr TimestampMs kFirstStretch = 10 * kMinute;
constexpr TimestampMs kShortest = kSecond;
constexpr TimestampMs kGrowth = 4;
/// A stretch that took less is followed by a longer one, and one that took more by a shorter one.
constexpr std::chrono::milliseconds kQuick{15};
constexpr std::chrono::milliseconds kSlow{60};

} // namespace

EventPages::EventPages(AuditLog &log, const EventQuery &query, CountryResolver *countries)
    : m_log(log), m_countries(countries), m_query(query), m_left(query.range), m_stretch(kFirstStretch)
{
}

bool EventPages::hasIndex(const EventQuery &query)
{
    const bool restricted = query.eventType || query.outcome || query.companyId || query.severity || !query.countries.empty()
        || query.sessionId || query.account || query.withoutCompany || query.applicationOnly;
    return query.ipAddress || query.userId || !restricted;
}

Result<std::vector<AuditEvent>> EventPages::next(std::size_t limit)
{
    if (!hasIndex(m_query))
        return nextOfStretch(limit);
    m_query.limit = limit;
    auto rows = m_log.events(m_query, m_countries);
    if (!rows)
        return rows;
    m_atEnd = !endedEarly(*rows, limit);
    if (!rows->empty())
        m_query.after = EventKey{rows->back().timestamp, rows->back().id};
    return rows;
}

/// Where the log itself begins and ends: nobody goes through years in which there was none.
Result<void> EventPages::begin()
{
    const auto extent = m_log.extent();
    if (!extent)
        return extent.error();
    m_begun = true;
    if (!*extent) {
        m_atEnd = true;
        return {};
    }
    m_left = {std::max(m_left.start, (*extent)->start), std::min(m_left.end, (*extent)->end)};
    if (m_query.after)
        m_left.end = std::min(m_left.end, m_query.after->timestamp);
    m_atEnd = m_left.end < m_left.start;
    return {};
}

Result<std::vector<AuditEvent>> EventPages::nextOfStretch(std::size_t limit)
{
    if (!m_begun) {
        if (const auto begun = begin(); !begun)
            return begun.error();
    }
    if (m_atEnd)
        return std::vector<AuditEvent>();
    m_query.limit = limit;
    m_query.range = {std::max(m_left.start, m_left.end - m_stretch), m_left.end};
    const auto asked = std::chrono::steady_clock::now();
    auto rows = m_log.events(m_query, m_countries);
    if (!rows)
        return rows;
    const auto took = std::chrono::steady_clock::now() - asked;
    if (took > kSlow)
        m_stretch = std::max(kShortest, m_stretch / kGrowth);
    if (endedEarly(*rows, limit)) {
        m_query.after = EventKey{rows->back().timestamp, rows->back().id};
        m_left.end = rows->back().timestamp;
        return rows;
    }
    if (took < kQuick)
        m_stretch *= kGrowth;
    m_atEnd = m_query.range.start == m_left.start;
    // Behind every row of the moment before the stretch, whatever their keys.
    m_left.end = m_query.range.start - 1;
    m_query.after = EventKey{m_left.end, std::numeric_limits<std::int64_t>::max()};
    return rows;
}

} // namespace bartizan
