// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securityalert.h"

#include <cstdio>
#include <vector>

namespace bartizan::fixtures {

/// 2026-11-20T14:00:00Z
inline constexpr TimestampMs kNoon = 1795183200000;

/// A UUID made of a number.
inline std::string idOf(int number)
{
    char text[40];
    std::snprintf(text, sizeof text, "%08x-0000-5000-8000-%012x", static_cast<unsigned>(number),
                  static_cast<unsigned>(number));
    return text;
}

/// An alert `number` seconds after kNoon, from 203.0.113.x.
inline SecurityAlert alert(int number, AlertSeverity severity = AlertSeverity::High)
{
    SecurityAlert made;
    made.id = idOf(number);
    made.timestamp = kNoon + number * kSecond;
    made.severity = severity;
    made.type = AlertType::BruteForceAttack;
    made.title = "Brute Force Attack Detected";
    made.description = std::to_string(number) + " failed login attempts";
    made.context.ipAddress = "203.0.113." + std::to_string(number % 250);
    made.metadata = "{}";
    return made;
}

/// Alerts first … first + count - 1.
inline std::vector<SecurityAlert> alerts(int first, int count)
{
    std::vector<SecurityAlert> made;
    for (int i = 0; i < count; ++i)
        made.push_back(alert(first + i, static_cast<AlertSeverity>((first + i) % 4)));
    return made;
}

inline SecurityAlert acknowledged(SecurityAlert alert, const char *by)
{
    alert.status = AlertStatus::Acknowledged;
    alert.acknowledged = true;
    alert.acknowledgedBy = by;
    alert.acknowledgedAt = kNoon + kHour;
    return alert;
}

} // namespace bartizan::fixtures
