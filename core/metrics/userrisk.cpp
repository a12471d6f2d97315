// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/userrisk.h"

#include <algorithm>

namespace bartizan {
namespace {

using Score = std::pair<int, std::size_t>; ///< And the user's place.

// Of very many users only a few are listed: pick by number, copy what is shown.
std::vector<Score> scoresOf(std::span<const UserActivity> users)
{
    std::vector<Score> scores;
    scores.reserve(users.size());
    for (std::size_t i = 0; i < users.size(); ++i)
        scores.emplace_back(riskScore(users[i]), i);
    return scores;
}

/// Brings the listed ones to the front, riskiest first; answers how many they are.
std::ptrdiff_t rank(std::vector<Score> &scores)
{
    const auto listed = static_cast<std::ptrdiff_t>(std::min(kListedUsers, scores.size()));
    std::partial_sort(scores.begin(), scores.begin() + listed, scores.end(), [](const Score &a, const Score &b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    return listed;
}

} // namespace

int riskScore(const UserActivity &activity) noexcept
{
    const std::int64_t points = 10 * activity.failedLogins + 15 * activity.rateLimited + 25 * activity.critical
        + (activity.countries > 2 ? 20 : 0);
    return static_cast<int>(std::min<std::int64_t>(kHighestRisk, points));
}

std::vector<UserRisk> riskiestUsers(std::span<const UserActivity> users)
{
    std::vector<Score> scores = scoresOf(users);
    scores.resize(static_cast<std::size_t>(rank(scores)));
    std::vector<UserRisk> result;
    for (const auto &[score, place] : scores)
        result.push_back({users[place], score});
    return result;
}

std::vector<std::size_t> riskiestOf(std::vector<Score> &scores)
{
    scores.resize(static_cast<std::size_t>(rank(scores)));
    std::vector<std::size_t> places;
    for (const Score &score : scores)
        places.push_back(score.second);
    std::sort(places.begin(), places.end());
    return places;
}

void keepRiskiest(std::vector<UserActivity> &users)
{
    std::vector<Score> scores = scoresOf(users);
    std::vector<UserActivity> kept;
    for (const std::size_t place : riskiestOf(scores))
        kept.push_back(std::move(users[place]));
    users = std::move(kept);
}

} // namespace bartizan
