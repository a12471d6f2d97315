// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bartizan {

/// What one user did within a range; the raw numbers of the user risk (spec/monitoring.md section 7).
struct UserActivity {
    std::string userId;
    std::string email; ///< Empty when unknown.
    std::int64_t failedLogins = 0;
    std::int64_t rateLimited = 0;
    std::int64_t critical = 0;
    std::int64_t countries = 0; ///< Distinct.

    bool operator==(const UserActivity &) const = default;
};

/// A user with the risk score, 0 to 100.
struct UserRisk {
    UserActivity activity;
    int riskScore = 0;

    bool operator==(const UserRisk &) const = default;
};

/// How often one alert type occurs among the stored alerts.
struct ThreatCount {
    AlertType type = AlertType::AuthenticationAnomaly;
    std::int64_t count = 0;

    bool operator==(const ThreatCount &) const = default;
};

/// Counts over a range, as a store answers them; core/metrics makes SecurityMetrics of them.
struct MetricsInputs {
    std::int64_t totalEvents = 0;
    std::int64_t criticalEvents = 0;
    std::int64_t activeAlerts = 0;
    std::int64_t resolvedAlerts = 0;
    std::array<std::int64_t, 12> eventsByType{};            ///< By SecurityEventType.
    std::vector<ThreatCount> alertsByType;                  ///< In order of each type's first occurrence.
    std::vector<std::pair<std::string, std::int64_t>> geo;  ///< Country as stored, rows with it.
    std::array<std::int64_t, 24> eventsByHour{};            ///< Hour of day in the monitoring time zone.
    std::vector<UserActivity> users;                        ///< In order of first occurrence; a store gives only the riskiest.

    bool operator==(const MetricsInputs &) const = default;
};

/// One line of the security score's explanation: what was taken off, and why.
struct ScoreDeduction {
    enum class Kind : std::uint8_t { CriticalEvents, ActiveAlerts, TopThreats, EventVolume };
    Kind kind = Kind::CriticalEvents;
    std::int64_t count = 0;    ///< What was counted (for EventVolume: events above 1,000).
    double points = 0.0;       ///< Taken off, ≥ 0.
    double cap = 0.0;          ///< The most this line can take off.
    bool capped = false;       ///< The cap was reached.

    bool operator==(const ScoreDeduction &) const = default;
};

/// Security score with its explanation.
struct SecurityScore {
    double exact = 100.0; ///< Before rounding.
    int rounded = 100;    ///< 0 to 100.
    std::array<ScoreDeduction, 4> deductions{};

    bool operator==(const SecurityScore &) const = default;
};

/// The metrics of spec/monitoring.md section 7.
struct SecurityMetrics {
    MetricsInputs counts;
    SecurityScore score;
    ThreatLevel threatLevel = ThreatLevel::Low;
    std::vector<ThreatCount> topThreats;
    std::vector<UserRisk> userRiskScores;

    bool operator==(const SecurityMetrics &) const = default;
};

/// What is known of one address over 24 h; the raw numbers of the IP threat level (section 8).
struct IpActivity {
    std::int64_t events = 0;
    std::int64_t failedLogins = 0;
    std::int64_t rateLimited = 0;
    std::int64_t distinctUsers = 0;

    bool operator==(const IpActivity &) const = default;
};

/// The IP threat level of section 8.
struct IpThreat {
    struct Factor {
        enum class Kind : std::uint8_t { FailedLogins, RateLimiting, DistinctUsers };
        Kind kind = Kind::FailedLogins;
        std::int64_t count = 0;
        std::int64_t threshold = 0; ///< The factor counts when count is above it.
        std::string text;
        bool operator==(const Factor &) const = default;
    };
    ThreatLevel level = ThreatLevel::Low;
    std::vector<Factor> factors;              ///< Those that count; empty at level LOW.
    std::vector<std::string> riskFactors;     ///< Texts of section 8; never empty.
    std::vector<std::string> recommendations; ///< Never empty.

    bool operator==(const IpThreat &) const = default;
};

} // namespace bartizan
