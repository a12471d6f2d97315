// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rule.h"

#include <array>
#include <string>
#include <string_view>

namespace bartizan {

/// An anomaly alerts when its confidence is above this, strictly (spec/monitoring.md section 4).
inline constexpr double kAlertConfidence = 0.7;

/// What the two kinds are called, in alerts and documents.
inline constexpr std::string_view kGeographicalAnomaly = "geographical_anomaly";
inline constexpr std::string_view kTemporalAnomaly = "temporal_anomaly";

/// An event that departs from what was usual.
struct Anomaly {
    double confidence = 0.0;
    std::string_view type; ///< "geographical_anomaly", "temporal_anomaly"
    std::string description;
    std::array<std::string_view, 3> recommendedActions;

    bool operator==(const Anomaly &) const = default;
};

/// Severity of an alert about an anomaly of that confidence.
AlertSeverity severityOf(double confidence) noexcept;

/// The alert's words and metadata for an anomaly.
Finding findingOf(const Anomaly &anomaly);

} // namespace bartizan
