// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/result.h"
#include "core/domain/rulecatalog.h"

#include <QJsonObject>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace bartizan {

/// Which rules there are: those of spec/monitoring.md to the letter, or all, as spec/detectors.md changes and adds them.
enum class Preset : std::uint8_t { Reference, Standard };

/// The monitoring configuration of spec/monitoring.md section 2, with its defaults, and the settings of the rules.
struct MonitoringConfig {
    struct Thresholds {
        int failedLoginsPerMinute = 5; ///< Over five minutes, whatever the name says (section 3).
        int failedLoginsPerHour = 20;
        int rateLimitViolationsPerMinute = 10;
        int cspViolationsPerMinute = 15;
        int adminActionsPerHour = 25;
        int massDataAccessThreshold = 100;
        int suspiciousIPThreshold = 10;
        bool operator==(const Thresholds &) const = default;
    };
    struct Alerting {
        bool enabled = true;
        std::vector<AlertChannel> channels{AlertChannel::Email};
        int suppressDuplicateMinutes = 10;
        int escalationTimeoutMinutes = 60;
        bool operator==(const Alerting &) const = default;
    };
    struct Retention {
        int alertRetentionDays = 90;
        int metricsRetentionDays = 365;
        bool operator==(const Retention &) const = default;
    };

    /// What the standard preset lets one change of a rule.
    struct Rule {
        bool enabled = true;
        std::array<int, kMostRuleParameters> values{}; ///< By index of its parameters; one in thresholds is 0 here.
        bool operator==(const Rule &) const = default;
    };

    Preset preset = Preset::Standard;
    Thresholds thresholds;
    Alerting alerting;
    Retention retention;
    std::array<Rule, kRuleCount> rules = standardRules(); ///< Without effect in the reference preset.
    /// Most keys (addresses, accounts …) that the rules keep state about at once; the reference preset knows no limit.
    int trackedKeys = 1'000'000;

    bool operator==(const MonitoringConfig &) const = default;

    /// The defaults, with alerting off when the environment has SECURITY_ALERTING_ENABLED=false.
    static MonitoringConfig defaults();

    /// Whether a rule judges in this preset and is switched on.
    bool isOn(RuleId rule) const;
    /// How many rules are.
    int rulesOn() const;
    /// The value that holds for a parameter of a rule, by index; the reference preset has only the thresholds of
    /// section 2, all else as in the specification.
    int value(RuleId rule, std::size_t parameter) const;
    /// Sets one; the caller has checked the range.
    void setValue(RuleId rule, std::size_t parameter, int value);

private:
    static std::array<Rule, kRuleCount> standardRules();
};

inline constexpr int kFewestTrackedKeys = 10'000;
inline constexpr int kMostTrackedKeys = 20'000'000;

/// One whole-number field of the configuration: its key, its range, and how to reach it.
struct ConfigField {
    std::string_view section; ///< "thresholds", "alerting" or "retention"
    std::string_view name;    ///< The key inside the section.
    int minimum;
    int maximum;
    int &(*in)(MonitoringConfig &);

    int get(const MonitoringConfig &config) const { return in(const_cast<MonitoringConfig &>(config)); }
    /// "section.name"
    QString key() const;
};

/// Every whole-number field of section 2, in its order. alerting.enabled and alerting.channels, and what the standard
/// preset adds (preset, detection.trackedKeys, rules.*), stand beside it.
std::span<const ConfigField> configFields();

/// The whole configuration as JSON, as it is stored and printed.
QJsonObject toJson(const MonitoringConfig &config);

/// `config` with `update` laid over it: objects merge key by key, arrays and scalars replace. An unknown key, a wrong
/// type or a value out of range is refused with an error that names the key; then nothing of the update applies.
Result<MonitoringConfig> merged(const MonitoringConfig &config, const QJsonObject &update);

} // namespace bartizan
