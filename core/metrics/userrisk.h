// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securitymetrics.h"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace bartizan {

/// How many users riskiestUsers() lists at most, and the highest risk that one can have.
inline constexpr std::size_t kListedUsers = 10;
inline constexpr int kHighestRisk = 100;

/// Risk of one user, 0 to kHighestRisk; it grows with each count (spec/monitoring.md section 7).
int riskScore(const UserActivity &activity) noexcept;

/// The ten riskiest users, riskiest first; ties keep the order of first occurrence, in which `users` comes. Users
/// without any risk are listed too.
std::vector<UserRisk> riskiestUsers(std::span<const UserActivity> users);

/// Of users with their scores, in order of first occurrence, the places of those that riskiestUsers() lists, in the same
/// order. `scores` is rearranged.
std::vector<std::size_t> riskiestOf(std::vector<std::pair<int, std::size_t>> &scores);

/// Leaves of `users`, which come in order of first occurrence, those that riskiestUsers() lists.
void keepRiskiest(std::vector<UserActivity> &users);

} // namespace bartizan
