// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"

#include <QString>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace bartizan {

/// Every rule, in the order in which they judge an event (spec/monitoring.md sections 3, 4 and 6, then
/// spec/detectors.md section 1).
enum class RuleId : std::uint8_t {
    BruteForce, AdminActivity, RateLimit, GeographicalAnomaly, TemporalAnomaly, EventVolume,
    MultipleFailedLogins, BruteForceSuccess, AccountEnumeration, SuspiciousIp, AccessDeniedBurst, EscalationAfterDenial,
    MassGrant, DataBreachAttempt, MassDataAccess, CsrfAttack, CspSpike, ImpossibleTravel, ScannerUserAgent,
    SessionHijacking,
};
inline constexpr std::size_t kRuleCount = 20;
inline constexpr std::size_t kMostRuleParameters = 4;

/// What a rule's parameter counts.
enum class RuleUnit : std::uint8_t {
    Times, Accounts, Addresses, Records, Events, Seconds, Days, Kilometres, KilometresPerHour, Factor
};

/// A number of a rule that the settings can change.
struct RuleParameter {
    std::string_view key;        ///< In the settings, under rules.<rule>.
    RuleUnit unit;
    int standard;                ///< Its value in the presets.
    int minimum;
    int maximum;
    /// Key of the field of thresholds.* that holds it (spec/monitoring.md section 2); empty: the rule's own.
    std::string_view threshold;
};

/// A rule as lists and settings show it.
struct RuleInfo {
    RuleId id;
    std::string_view key;                         ///< "brute-force": in the settings and in its alerts' metadata.
    AlertType type;
    std::optional<AlertSeverity> severity;        ///< The gravest it raises; nullopt: by confidence.
    std::array<std::string_view, 2> techniques;   ///< MITRE ATT&CK ids; empty where there is none.
    bool reference;                               ///< Part of the reference preset.
    std::array<RuleParameter, kMostRuleParameters> parameterSlots;
    std::size_t parameterCount;

    std::span<const RuleParameter> parameters() const { return std::span(parameterSlots).first(parameterCount); }
    /// Name for people, translated.
    QString name() const;
    /// What it finds, in one translated sentence.
    QString explanation() const;
};

/// All rules, indexed by RuleId.
std::span<const RuleInfo, kRuleCount> ruleCatalog();
/// One of them.
const RuleInfo &ruleInfo(RuleId rule);
/// The rule with a key, or nullptr.
const RuleInfo *ruleNamed(std::string_view key);
/// The index of a parameter of a rule by its key, or nullopt.
std::optional<std::size_t> ruleParameter(RuleId rule, std::string_view key);

/// Keys that several rules have.
inline constexpr std::string_view kThreshold = "threshold";
inline constexpr std::string_view kWindowSeconds = "windowSeconds";
/// Longest window a rule may be given: windows are kept in memory, and rebuilt from the log after a restart.
inline constexpr int kLongestWindowSeconds = 86'400;

/// What ATT&CK calls a technique ("Brute Force"); empty for one the catalogue does not use. Names from MITRE ATT&CK v14.
std::string_view techniqueName(std::string_view technique);
/// Its page on attack.mitre.org.
QString techniqueLink(std::string_view technique);

} // namespace bartizan
