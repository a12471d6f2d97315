// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/result.h"

#include <QJsonObject>

#include <span>
#include <string_view>
#include <vector>

namespace bartizan {

/// The monitoring configuration of spec/monitoring.md section 2, with its defaults.
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

    Thresholds thresholds;
    Alerting alerting;
    Retention retention;

    bool operator==(const MonitoringConfig &) const = default;

    /// The defaults, with alerting off when the environment has SECURITY_ALERTING_ENABLED=false.
    static MonitoringConfig defaults();
};

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

/// Every whole-number field, in the order of section 2. alerting.enabled and alerting.channels stand beside it.
std::span<const ConfigField> configFields();

/// The whole configuration as JSON, as it is stored and printed.
QJsonObject toJson(const MonitoringConfig &config);

/// `config` with `update` laid over it: objects merge key by key, arrays and scalars replace. An unknown key, a wrong
/// type or a value out of range is refused with an error that names the key; then nothing of the update applies.
Result<MonitoringConfig> merged(const MonitoringConfig &config, const QJsonObject &update);

} // namespace bartizan
