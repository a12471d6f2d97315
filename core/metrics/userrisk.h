// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securitymetrics.h"

#include <span>

namespace bartizan {

/// Risk of one user, 0 to 100 (spec/monitoring.md section 7).
int riskScore(const UserActivity &activity) noexcept;

/// The ten riskiest users, riskiest first; ties keep the order of first occurrence, in which `users` comes. Users
/// without any risk are listed too.
std::vector<UserRisk> riskiestUsers(std::span<const UserActivity> users);

} // namespace bartizan
