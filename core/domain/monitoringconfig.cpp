// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/monitoringconfig.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace bartizan {
namespace {

using C = MonitoringConfig;

constexpr std::array<ConfigField, 11> kFields{{
    {"thresholds", "failedLoginsPerMinute", 1, 100, [](C &c) -> int & { return c.thresholds.failedLoginsPerMinute; }},
    {"thresholds", "failedLoginsPerHour", 1, 1000, [](C &c) -> int & { return c.thresholds.failedLoginsPerHour; }},
    {"thresholds", "rateLimitViolationsPerMinute", 1, 100,
     [](C &c) -> int & { return c.thresholds.rateLimitViolationsPerMinute; }},
    {"thresholds", "cspViolationsPerMinute", 1, 100, [](C &c) -> int & { return c.thresholds.cspViolationsPerMinute; }},
    {"thresholds", "adminActionsPerHour", 1, 100, [](C &c) -> int & { return c.thresholds.adminActionsPerHour; }},
    {"thresholds", "massDataAccessThreshold", 1, 100000,
     [](C &c) -> int & { return c.thresholds.massDataAccessThreshold; }},
    {"thresholds", "suspiciousIPThreshold", 1, 100, [](C &c) -> int & { return c.thresholds.suspiciousIPThreshold; }},
    {"alerting", "suppressDuplicateMinutes", 1, 1440,
     [](C &c) -> int & { return c.alerting.suppressDuplicateMinutes; }},
    {"alerting", "escalationTimeoutMinutes", 5, 1440,
     [](C &c) -> int & { return c.alerting.escalationTimeoutMinutes; }},
    {"retention", "alertRetentionDays", 1, 3650, [](C &c) -> int & { return c.retention.alertRetentionDays; }},
    {"retention", "metricsRetentionDays", 1, 3650, [](C &c) -> int & { return c.retention.metricsRetentionDays; }},
}};

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::MonitoringConfig", text);
}

QString qs(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

const ConfigField *fieldNamed(const QString &key)
{
    const auto it = std::find_if(kFields.begin(), kFields.end(), [&](const ConfigField &f) { return f.key() == key; });
    return it == kFields.end() ? nullptr : &*it;
}

Result<void> setNumber(MonitoringConfig &config, const ConfigField &field, const QJsonValue &value)
{
    const double number = value.toDouble();
    if (!value.isDouble() || number != std::floor(number))
        return Error{tr("%1: a whole number is needed").arg(field.key())};
    if (number < field.minimum || number > field.maximum) {
        return Error{tr("%1: %2 is out of range, allowed are %3 to %4")
                         .arg(field.key(), QString::number(number, 'g', 12))
                         .arg(field.minimum)
                         .arg(field.maximum)};
    }
    field.in(config) = static_cast<int>(number);
    return {};
}

Result<void> setChannels(MonitoringConfig &config, const QJsonValue &value)
{
    if (!value.isArray())
        return Error{tr("alerting.channels: a list of channels is needed")};
    std::vector<AlertChannel> channels;
    const QJsonArray list = value.toArray();
    for (const QJsonValue &entry : list) {
        const auto channel = fromString<AlertChannel>(entry.toString().toStdString());
        if (!channel) {
            return Error{tr("alerting.channels: “%1” is no channel; known are EMAIL, WEBHOOK, SLACK, DISCORD, PAGERDUTY")
                             .arg(entry.toVariant().toString())};
        }
        if (std::find(channels.begin(), channels.end(), *channel) != channels.end())
            return Error{tr("alerting.channels: %1 is named twice").arg(entry.toString())};
        channels.push_back(*channel);
    }
    config.alerting.channels = std::move(channels);
    return {};
}

Result<void> setValue(MonitoringConfig &config, const QString &key, const QJsonValue &value)
{
    if (const ConfigField *field = fieldNamed(key))
        return setNumber(config, *field, value);
    if (key == QLatin1String("alerting.channels"))
        return setChannels(config, value);
    if (key == QLatin1String("alerting.enabled")) {
        if (!value.isBool())
            return Error{tr("alerting.enabled: true or false is needed")};
        config.alerting.enabled = value.toBool();
        return {};
    }
    return Error{tr("%1: there is no such setting").arg(key)};
}

} // namespace

MonitoringConfig MonitoringConfig::defaults()
{
    MonitoringConfig config;
    config.alerting.enabled = qgetenv("SECURITY_ALERTING_ENABLED") != "false";
    return config;
}

QString ConfigField::key() const
{
    return qs(section) + QLatin1Char('.') + qs(name);
}

std::span<const ConfigField> configFields()
{
    return kFields;
}

QJsonObject toJson(const MonitoringConfig &config)
{
    QJsonObject result;
    for (const ConfigField &field : kFields) {
        QJsonObject section = result.value(qs(field.section)).toObject();
        section.insert(qs(field.name), field.get(config));
        result.insert(qs(field.section), section);
    }
    QJsonArray channels;
    for (const AlertChannel channel : config.alerting.channels)
        channels.append(qs(toString(channel)));
    QJsonObject alerting = result.value(QLatin1String("alerting")).toObject();
    alerting.insert(QLatin1String("enabled"), config.alerting.enabled);
    alerting.insert(QLatin1String("channels"), channels);
    result.insert(QLatin1String("alerting"), alerting);
    return result;
}

Result<MonitoringConfig> merged(const MonitoringConfig &config, const QJsonObject &update)
{
    MonitoringConfig result = config;
    for (auto section = update.begin(); section != update.end(); ++section) {
        const bool known = std::any_of(kFields.begin(), kFields.end(),
                                       [&](const ConfigField &f) { return qs(f.section) == section.key(); });
        if (!known)
            return Error{tr("%1: there is no such setting").arg(section.key())};
        if (!section.value().isObject())
            return Error{tr("%1: an object is needed").arg(section.key())};
        const QJsonObject values = section.value().toObject();
        for (auto it = values.begin(); it != values.end(); ++it) {
            if (auto set = setValue(result, section.key() + QLatin1Char('.') + it.key(), it.value()); !set)
                return set.error();
        }
    }
    return result;
}

} // namespace bartizan
