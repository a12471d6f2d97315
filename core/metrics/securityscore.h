// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securitymetrics.h"

#include <span>

namespace bartizan {

// The formulas of spec/monitoring.md section 7. Pure functions; thread: any.

/// The five most frequent alert types, most frequent first; ties keep the order of first occurrence, in which
/// `alertsByType` comes.
std::vector<ThreatCount> topThreats(std::span<const ThreatCount> alertsByType);

/// 100 minus the deductions, each with what it counted and where it was cut off; rounded half up, not below 0.
SecurityScore securityScore(const MetricsInputs &counts, std::span<const ThreatCount> topThreats);

/// What is counted once so many alerts more are acknowledged, of which some counted as active: the audit row about each is
/// an event of a range that goes on.
MetricsInputs afterAcknowledging(MetricsInputs counts, std::int64_t active, std::int64_t alerts, bool goesOn);

/// Threat level of a rounded score and the counts beside it.
ThreatLevel threatLevel(int score, std::int64_t activeAlerts, std::int64_t criticalEvents) noexcept;

/// All metrics of what a store or log counted.
SecurityMetrics securityMetrics(MetricsInputs counts);

} // namespace bartizan
