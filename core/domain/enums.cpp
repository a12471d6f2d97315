// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/enums.h"

namespace bartizan {
namespace {

constexpr std::array<std::string_view, 12> kEventTypes{
    "AUTHENTICATION", "AUTHORIZATION", "USER_MANAGEMENT", "COMPANY_MANAGEMENT", "RATE_LIMITING",
    "CSRF_PROTECTION", "SECURITY_HEADERS", "PASSWORD_RESET", "PLATFORM_ADMIN", "DATA_PRIVACY",
    "SYSTEM_CONFIG", "API_SECURITY"};
constexpr std::array<std::string_view, 5> kOutcomes{"SUCCESS", "FAILURE", "BLOCKED", "RATE_LIMITED", "SUSPICIOUS"};
constexpr std::array<std::string_view, 5> kAuditSeverities{"INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"};
constexpr std::array<std::string_view, 4> kAlertSeverities{"LOW", "MEDIUM", "HIGH", "CRITICAL"};
constexpr std::array<std::string_view, 15> kAlertTypes{
    "AUTHENTICATION_ANOMALY", "RATE_LIMIT_BREACH", "MULTIPLE_FAILED_LOGINS", "SUSPICIOUS_IP_ACTIVITY",
    "PRIVILEGE_ESCALATION", "DATA_BREACH_ATTEMPT", "CSRF_ATTACK", "CSP_VIOLATION_SPIKE",
    "ACCOUNT_ENUMERATION", "BRUTE_FORCE_ATTACK", "UNUSUAL_ADMIN_ACTIVITY", "GEOLOCATION_ANOMALY",
    "MASS_DATA_ACCESS", "SUSPICIOUS_USER_AGENT", "SESSION_HIJACKING"};
constexpr std::array<std::string_view, 4> kThreatLevels{"LOW", "MODERATE", "HIGH", "CRITICAL"};
constexpr std::array<std::string_view, 5> kChannels{"EMAIL", "WEBHOOK", "SLACK", "DISCORD", "PAGERDUTY"};

} // namespace

template<> std::span<const std::string_view> enumNames<SecurityEventType>() noexcept { return kEventTypes; }
template<> std::span<const std::string_view> enumNames<AuditOutcome>() noexcept { return kOutcomes; }
template<> std::span<const std::string_view> enumNames<AuditSeverity>() noexcept { return kAuditSeverities; }
template<> std::span<const std::string_view> enumNames<AlertSeverity>() noexcept { return kAlertSeverities; }
template<> std::span<const std::string_view> enumNames<AlertType>() noexcept { return kAlertTypes; }
template<> std::span<const std::string_view> enumNames<ThreatLevel>() noexcept { return kThreatLevels; }
template<> std::span<const std::string_view> enumNames<AlertChannel>() noexcept { return kChannels; }

} // namespace bartizan
