// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/metricsaggregator.h"

#include "core/metrics/userrisk.h"
#include "core/ports/countryresolver.h"

#include <algorithm>
#include <tuple>

namespace bartizan {
namespace {

/// Beyond this, eventsByHour would be a list that nothing can show.
constexpr TimestampMs kLongestByHour = 366 * kDay;

bool earlier(EventKey a, EventKey b) noexcept
{
    return std::tie(a.timestamp, a.id) < std::tie(b.timestamp, b.id);
}

} // namespace

Result<std::optional<MetricsQuestion>> questionOf(const MetricsQuery &query, const Result<std::optional<TimeRange>> &extent)
{
    auto zone = ZoneOffsets::ofZone(query.timeZone);
    if (!zone)
        return zone.error();
    if (!extent)
        return extent.error();
    if (!*extent)
        return std::optional<MetricsQuestion>();
    MetricsQuestion question{std::move(*zone), query, false};
    TimeRange &range = question.query.range;
    range.start = std::max(range.start, (*extent)->start);
    range.end = std::min(range.end, (*extent)->end);
    question.wholeLog = range == **extent;
    return std::optional(std::move(question));
}

MetricsAggregator::User &MetricsAggregator::userOf(std::string_view id, EventKey key)
{
    m_key = id;
    const auto [found, added] = m_userIndex.try_emplace(m_key, m_users.size());
    if (added) {
        m_users.emplace_back();
        m_users.back().activity.userId = m_key;
        m_users.back().first = key;
    }
    User &user = m_users[found->second];
    if (earlier(key, user.first))
        user.first = key;
    return user;
}

std::uint32_t MetricsAggregator::countCountry(std::string_view country)
{
    m_key = country;
    const auto [found, added] = m_countryIndex.try_emplace(m_key, static_cast<std::uint32_t>(m_countries.size()));
    if (added)
        m_countries.emplace_back(m_key, 0);
    ++m_countries[found->second].second;
    return found->second;
}

void MetricsAggregator::take(const Row &row)
{
    const bool critical = row.severity == AuditSeverity::Critical;
    ++m_out.totalEvents;
    m_out.criticalEvents += critical;
    ++m_out.eventsByType[static_cast<std::size_t>(row.type)];
    ++m_out.eventsByHour[m_zone.hourOfDay(row.key.timestamp, m_zoneHint)];
    std::optional<std::uint32_t> country;
    std::string_view name = row.country;
    if (!name.data() && m_resolver)
        name = m_resolver->ofAddress(row.address);
    if (name.data())
        country = countCountry(name);
    if (!row.user.data())
        return;
    User &user = userOf(row.user, row.key);
    user.activity.failedLogins
        += row.type == SecurityEventType::Authentication && row.outcome == AuditOutcome::Failure;
    user.activity.rateLimited += row.outcome == AuditOutcome::RateLimited;
    user.activity.critical += critical;
    if (country && std::find(user.countries.begin(), user.countries.end(), *country) == user.countries.end())
        user.countries.push_back(*country);
}

void MetricsAggregator::finish()
{
    // Most rows first, then by the alphabet.
    std::sort(m_countries.begin(), m_countries.end(), [](const auto &a, const auto &b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    m_out.geo = std::move(m_countries);
    std::sort(m_users.begin(), m_users.end(), [](const User &a, const User &b) { return earlier(a.first, b.first); });
    m_out.users.reserve(m_users.size());
    for (User &user : m_users) {
        user.activity.countries = static_cast<std::int64_t>(user.countries.size());
        m_out.users.push_back(std::move(user.activity));
    }
    keepRiskiest(m_out.users);
}

EvidenceGatherer::EvidenceGatherer(IpEvidence &evidence, TimeRange range) : m_evidence(evidence), m_range(range)
{
    // Unsigned: an open range would overflow.
    const std::uint64_t span = static_cast<std::uint64_t>(range.end) - static_cast<std::uint64_t>(range.start);
    if (range.start < range.end && span <= static_cast<std::uint64_t>(kLongestByHour)) {
        const auto hour = static_cast<std::uint64_t>(kHour);
        evidence.eventsByHour.resize((span + hour - 1) / hour);
    }
}

void EvidenceGatherer::take(const Row &row)
{
    if (!m_evidence.eventsByHour.empty()) {
        const auto hour = static_cast<std::size_t>((row.timestamp - m_range.start) / kHour);
        ++m_evidence.eventsByHour[std::min(hour, m_evidence.eventsByHour.size() - 1)];
    }
    if (row.country.data() && m_countries.emplace(row.country).second)
        m_evidence.countries.emplace_back(row.country);
    if (!row.user.data())
        return;
    const auto [found, added] = m_accounts.try_emplace(std::string(row.user), m_evidence.accounts.size());
    if (added)
        m_evidence.accounts.push_back({found->first, 0, 0, row.timestamp});
    AccountActivity &account = m_evidence.accounts[found->second];
    if (row.type == SecurityEventType::Authentication) {
        account.failed += row.outcome == AuditOutcome::Failure;
        account.succeeded += row.outcome == AuditOutcome::Success;
    }
}

void EvidenceGatherer::finish()
{
    // Rows came newest first, so equal failures stay in the order of the last row.
    std::stable_sort(m_evidence.accounts.begin(), m_evidence.accounts.end(),
                     [](const AccountActivity &a, const AccountActivity &b) { return a.failed > b.failed; });
}

} // namespace bartizan
