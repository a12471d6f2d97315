// SPDX-License-Identifier: GPL-3.0-or-later
// Which users of a tally are listed.
#include "core/metrics/rolluptally.h"
#include "core/metrics/userrisk.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace bartizan {

/// What a user did, countries aside.
UserActivity RollupTally::activityOf(std::uint32_t index) const
{
    UserActivity activity;
    activity.failedLogins = m_users[index].failedLogins;
    activity.rateLimited = m_users[index].rateLimited;
    activity.critical = m_users[index].critical;
    return activity;
}

/// The places, in the order of first occurrence, of those who can be listed: whoever has the highest risk, or may have it
/// with his countries, until there are as many of the former as are listed. Nobody behind them comes before them. Empty: it
/// takes everybody's countries.
std::vector<std::size_t> RollupTally::candidates() const
{
    std::vector<std::size_t> places;
    std::size_t highest = 0;
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        UserActivity activity = activityOf(m_order[i]);
        const bool isHighest = riskScore(activity) == kHighestRisk;
        activity.countries = std::numeric_limits<std::int64_t>::max();
        if (isHighest || riskScore(activity) == kHighestRisk)
            places.push_back(i);
        highest += isHighest;
        if (highest == kListedUsers)
            return places;
    }
    return {};
}

/// The same where m_order is not in order of first occurrence: nobody is put in order who cannot be listed.
std::vector<std::size_t> RollupTally::candidatesByFirst() const
{
    std::vector<std::size_t> places;
    std::vector<First> highest;
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        UserActivity activity = activityOf(m_order[i]);
        if (riskScore(activity) == kHighestRisk)
            highest.push_back(m_first[m_order[i]]);
        activity.countries = std::numeric_limits<std::int64_t>::max();
        if (riskScore(activity) == kHighestRisk)
            places.push_back(i);
    }
    if (highest.size() < kListedUsers)
        return {};
    std::nth_element(highest.begin(), highest.begin() + (kListedUsers - 1), highest.end());
    const First last = highest[kListedUsers - 1];
    std::erase_if(places, [&](std::size_t place) { return last < m_first[m_order[place]]; });
    return places;
}

/// The places of those who are listed, of users with their scores; in order of first occurrence.
std::vector<std::size_t> RollupTally::listedByFirst(std::vector<std::pair<int, std::size_t>> &scores) const
{
    const auto first = [this](std::size_t place) { return m_first[m_order[place]]; };
    const auto listed = static_cast<std::ptrdiff_t>(std::min(kListedUsers, scores.size()));
    std::partial_sort(scores.begin(), scores.begin() + listed, scores.end(), [&](const auto &a, const auto &b) {
        return a.first != b.first ? a.first > b.first : first(a.second) < first(b.second);
    });
    std::vector<std::size_t> places;
    for (std::ptrdiff_t i = 0; i < listed; ++i)
        places.push_back(scores[static_cast<std::size_t>(i)].second);
    std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return first(a) < first(b); });
    return places;
}

std::optional<std::vector<std::pair<KeyId, UserActivity>>> RollupTally::riskiest(bool lookedUp)
{
    std::vector<std::size_t> places = m_firstKnown ? candidatesByFirst() : candidates();
    std::vector<KeyId> wanted;
    for (const std::size_t place : places)
        wanted.push_back(m_users[m_order[place]].number);
    std::sort(wanted.begin(), wanted.end());
    if (!readLater(wanted))
        return std::nullopt;
    if (places.empty()) {
        places.resize(m_order.size());
        std::iota(places.begin(), places.end(), std::size_t{0});
    }
    std::vector<std::uint32_t> rare;
    if (!m_rare.empty())
        rare = rareDistinct(lookedUp);
    const auto whole = [&](std::uint32_t index) {
        UserActivity activity = activityOf(index);
        RollupCountries countries = m_users[index].named;
        if (lookedUp) {
            countries.low |= m_lookedUp[index].low;
            countries.high |= m_lookedUp[index].high;
        }
        activity.countries = countries.size() + (rare.empty() ? 0 : std::int64_t{rare[index]});
        return activity;
    };
    std::vector<std::pair<int, std::size_t>> order;
    order.reserve(places.size());
    for (const std::size_t place : places)
        order.emplace_back(riskScore(whole(m_order[place])), place);
    std::vector<std::pair<KeyId, UserActivity>> result;
    for (const std::size_t place : m_firstKnown ? listedByFirst(order) : riskiestOf(order))
        result.emplace_back(m_users[m_order[place]].number, whole(m_order[place]));
    return result;
}

} // namespace bartizan
