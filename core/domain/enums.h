// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace bartizan {

/// The vocabulary of spec/monitoring.md section 1. The numeric values are what the databases store:
/// never reorder, only append.
enum class SecurityEventType : std::uint8_t {
    Authentication, Authorization, UserManagement, CompanyManagement, RateLimiting, CsrfProtection,
    SecurityHeaders, PasswordReset, PlatformAdmin, DataPrivacy, SystemConfig, ApiSecurity
};
enum class AuditOutcome : std::uint8_t { Success, Failure, Blocked, RateLimited, Suspicious };
enum class AuditSeverity : std::uint8_t { Info, Low, Medium, High, Critical };
enum class AlertSeverity : std::uint8_t { Low, Medium, High, Critical };
enum class AlertType : std::uint8_t {
    AuthenticationAnomaly, RateLimitBreach, MultipleFailedLogins, SuspiciousIpActivity, PrivilegeEscalation,
    DataBreachAttempt, CsrfAttack, CspViolationSpike, AccountEnumeration, BruteForceAttack,
    UnusualAdminActivity, GeolocationAnomaly, MassDataAccess, SuspiciousUserAgent, SessionHijacking
};
enum class ThreatLevel : std::uint8_t { Low, Moderate, High, Critical };
enum class AlertChannel : std::uint8_t { Email, Webhook, Slack, Discord, PagerDuty };

/// The stored names of an enumeration ("BRUTE_FORCE_ATTACK"), in the order of its values.
template<typename E>
std::span<const std::string_view> enumNames() noexcept = delete;
template<> std::span<const std::string_view> enumNames<SecurityEventType>() noexcept;
template<> std::span<const std::string_view> enumNames<AuditOutcome>() noexcept;
template<> std::span<const std::string_view> enumNames<AuditSeverity>() noexcept;
template<> std::span<const std::string_view> enumNames<AlertSeverity>() noexcept;
template<> std::span<const std::string_view> enumNames<AlertType>() noexcept;
template<> std::span<const std::string_view> enumNames<ThreatLevel>() noexcept;
template<> std::span<const std::string_view> enumNames<AlertChannel>() noexcept;

/// How many values an enumeration has.
template<typename E>
std::size_t enumCount() noexcept { return enumNames<E>().size(); }

/// The stored name of a value, e.g. "RATE_LIMITED".
template<typename E>
    requires std::is_enum_v<E>
std::string_view toString(E value) noexcept { return enumNames<E>()[static_cast<std::size_t>(value)]; }

/// The value of a stored name, matched exactly; nullopt when the name is unknown.
template<typename E>
std::optional<E> fromString(std::string_view name) noexcept
{
    const auto names = enumNames<E>();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name)
            return static_cast<E>(i);
    }
    return std::nullopt;
}

/// The severity an audit row gets for an alert: the same word, one step up the longer scale.
constexpr AuditSeverity toAuditSeverity(AlertSeverity severity) noexcept
{
    return static_cast<AuditSeverity>(static_cast<std::uint8_t>(severity) + 1);
}

} // namespace bartizan
