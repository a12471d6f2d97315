// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/wording.h"

#include <array>

namespace bartizan {
namespace {

constexpr std::array<std::string_view, 15> kTitles{
    "Authentication Anomaly", "Rate Limit Breach", "Multiple Failed Logins", "Suspicious IP Activity",
    "Privilege Escalation", "Data Breach Attempt", "CSRF Attack", "CSP Violation Spike", "Account Enumeration",
    "Brute Force Attack", "Unusual Admin Activity", "Geolocation Anomaly", "Mass Data Access", "Suspicious User Agent",
    "Session Hijacking"};

} // namespace

std::string spanText(TimestampMs span)
{
    if (span % kHour == 0)
        return counted(span / kHour, "hour");
    if (span % kMinute == 0)
        return counted(span / kMinute, "minute");
    return counted(span / kSecond, "second");
}

std::string counted(std::int64_t count, std::string_view one)
{
    return joined({std::to_string(count), " ", one, count == 1 ? "" : "s"});
}

std::string_view titleOf(AlertType type)
{
    return kTitles[static_cast<std::size_t>(type)];
}

} // namespace bartizan
