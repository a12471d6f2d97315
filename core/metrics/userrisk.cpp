// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/userrisk.h"

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::size_t kListed = 10;

} // namespace

int riskScore(const UserActivity &activity) noexcept
{
    const std::int64_t points = 10 * activity.failedLogins + 15 * activity.rateLimited + 25 * activity.critical
        + (activity.countries > 2 ? 20 : 0);
    return static_cast<int>(std::min<std::int64_t>(100, points));
}

std::vector<UserRisk> riskiestUsers(std::span<const UserActivity> users)
{
    // Of very many users only a few are listed: pick by number, copy what is shown.
    std::vector<std::pair<int, std::size_t>> order;
    order.reserve(users.size());
    for (std::size_t i = 0; i < users.size(); ++i)
        order.emplace_back(riskScore(users[i]), i);
    const std::size_t listed = std::min(kListed, order.size());
    const auto riskier = [](const auto &a, const auto &b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    };
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(listed), order.end(), riskier);
    std::vector<UserRisk> result;
    for (std::size_t i = 0; i < listed; ++i)
        result.push_back({users[order[i].second], order[i].first});
    return result;
}

} // namespace bartizan
