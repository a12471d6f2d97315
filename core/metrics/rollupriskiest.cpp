// SPDX-License-Identifier: GPL-3.0-or-later
// Which users of a tally are listed.
#include "core/metrics/rollupbytes.h"
#include "core/metrics/rolluptally.h"
#include "core/metrics/userrisk.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace bartizan {

/// The first of those that are counted, as far as they are known, and by when whoever comes later is none of them.
class RollupTally::EarliestUsers {
public:
    EarliestUsers(const std::vector<First> &first, std::size_t most) : m_first(first), m_most(most) {}

    TimestampMs last() const noexcept { return m_last; }
    void take(std::uint32_t index) { m_users.push_back(index); }
    void narrow()
    {
        if (m_users.size() < m_most || m_most == 0)
            return;
        const auto last = m_users.begin() + static_cast<std::ptrdiff_t>(m_most - 1);
        std::nth_element(m_users.begin(), last, m_users.end(), [this](std::uint32_t a, std::uint32_t b) {
            return m_first[a].time < m_first[b].time;
        });
        m_last = m_first[*last].time;
        std::erase_if(m_users, [this](std::uint32_t index) { return m_first[index].time > m_last; });
    }

private:
    const std::vector<First> &m_first;
    const std::size_t m_most;
    TimestampMs m_last = std::numeric_limits<TimestampMs>::max() - 1; ///< Before what is not known.
    std::vector<std::uint32_t> m_users;                               ///< Nobody later than m_last.
};

/// Reads when users of a cell occurred first, as far as that is wanted. False when it is damaged.
bool RollupTally::readFirsts(const CellRest &cell, const FirstsWanted &wanted, EarliestUsers &earliest)
{
    const std::string_view bytes = cell.firsts;
    RollupBytes numbers(bytes.substr(0, cell.timesAt));
    RollupBytes times(bytes.substr(cell.timesAt));
    std::uint64_t left = numbers.number();
    auto time = times.fixed<std::uint64_t>();
    const TimestampMs last = earliest.last();
    for (; left > 0 && times.ok(); --left) {
        time += times.shortNumber();
        const auto at = static_cast<TimestampMs>(time);
        if (at > last && !wanted.anyCertain)
            return times.ok();
        const KeyId number = numbers.number32();
        const std::uint32_t index = number < m_direct ? number : m_otherIndex.find(number)->second;
        if (wanted.certain[index]) {
            occurred(index, at);
        } else if (at <= last && wanted.others[index]) {
            if (wanted.counted[index] && m_first[index].time > last)
                earliest.take(index);
            occurred(index, at);
        }
    }
    return times.ok() && times.atEnd();
}

/// Reads of the cells that were left for later when users occurred first. False when that is damaged.
bool RollupTally::learnFirsts(const FirstsWanted &wanted)
{
    std::vector<std::pair<TimestampMs, std::size_t>> cells; // By the first occurrence of any user.
    for (std::size_t i = 0; i < m_later.size(); ++i) {
        if (m_later[i].numbers.empty())
            continue;
        RollupBytes times(std::string_view(m_later[i].firsts).substr(m_later[i].timesAt));
        cells.emplace_back(static_cast<TimestampMs>(times.fixed<std::uint64_t>()), i);
    }
    std::sort(cells.begin(), cells.end());
    EarliestUsers earliest(m_first, wanted.most);
    for (const std::uint32_t index : m_order) {
        if (wanted.counted[index] && m_first[index].time <= earliest.last())
            earliest.take(index);
    }
    earliest.narrow();
    for (const auto &[begin, cell] : cells) {
        if (begin > earliest.last() && !wanted.anyCertain)
            break;
        if (!readFirsts(m_later[cell], wanted, earliest)) {
            m_damaged = cell;
            return false;
        }
        earliest.narrow();
    }
    return true;
}

/// Learns when those occurred first of whom that decides who is listed, and in which order; of places with their scores.
bool RollupTally::learnFirstsOf(const std::vector<std::pair<int, std::size_t>> &scores)
{
    if (scores.empty())
        return true;
    std::vector<int> highest;
    for (const auto &[score, place] : scores)
        highest.push_back(score);
    const std::size_t listed = std::min(kListedUsers, highest.size());
    std::nth_element(highest.begin(), highest.begin() + static_cast<std::ptrdiff_t>(listed - 1), highest.end(), std::greater<>());
    const int lowest = highest[listed - 1];
    FirstsWanted wanted;
    wanted.certain.resize(m_users.size());
    wanted.others.resize(m_users.size());
    wanted.most = listed;
    for (const auto &[score, place] : scores) {
        if (score > lowest) {
            wanted.certain[m_order[place]] = true;
            wanted.anyCertain = true;
            --wanted.most;
        } else if (score == lowest) {
            wanted.others[m_order[place]] = true;
        }
    }
    wanted.counted = wanted.others;
    return learnFirsts(wanted);
}

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

/// The same where m_order is not in order of first occurrence: nobody is put in order who cannot be listed. False when a cell
/// is damaged.
bool RollupTally::candidatesByFirst(std::vector<std::size_t> &places)
{
    FirstsWanted wanted;
    wanted.certain.resize(m_users.size());
    wanted.others.resize(m_users.size());
    wanted.counted.resize(m_users.size());
    wanted.most = kListedUsers;
    std::vector<std::uint32_t> highest;
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        UserActivity activity = activityOf(m_order[i]);
        const bool isHighest = riskScore(activity) == kHighestRisk;
        activity.countries = std::numeric_limits<std::int64_t>::max();
        if (!isHighest && riskScore(activity) < kHighestRisk)
            continue;
        places.push_back(i);
        wanted.others[m_order[i]] = true;
        wanted.counted[m_order[i]] = isHighest;
        if (isHighest)
            highest.push_back(m_order[i]);
    }
    if (highest.size() < kListedUsers) {
        places.clear();
        return true;
    }
    if (!learnFirsts(wanted))
        return false;
    const auto last = highest.begin() + (kListedUsers - 1);
    std::nth_element(highest.begin(), last, highest.end(), [this](std::uint32_t a, std::uint32_t b) { return m_first[a] < m_first[b]; });
    std::erase_if(places, [&](std::size_t place) { return m_first[*last] < m_first[m_order[place]]; });
    return true;
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
    std::vector<std::size_t> places;
    if (!m_firstKnown)
        places = candidates();
    else if (!candidatesByFirst(places))
        return std::nullopt;
    const bool all = places.empty();
    std::vector<KeyId> wanted;
    for (const std::size_t place : places)
        wanted.push_back(m_users[m_order[place]].number);
    std::sort(wanted.begin(), wanted.end());
    if (!readLater(wanted))
        return std::nullopt;
    if (all) {
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
    if (m_firstKnown && all && !learnFirstsOf(order))
        return std::nullopt;
    std::vector<std::pair<KeyId, UserActivity>> result;
    for (const std::size_t place : m_firstKnown ? listedByFirst(order) : riskiestOf(order))
        result.emplace_back(m_users[m_order[place]].number, whole(m_order[place]));
    return result;
}

} // namespace bartizan
