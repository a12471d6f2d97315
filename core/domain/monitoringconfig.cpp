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

/// The field of thresholds.* with a name; there is one for every name in the catalogue of rules.
const ConfigField &thresholdNamed(std::string_view name)
{
    return *std::find_if(kFields.begin(), kFields.end(), [name](const ConfigField &field) { return field.name == name; });
}

const ConfigField *fieldNamed(const QString &key)
{
    const auto it = std::find_if(kFields.begin(), kFields.end(), [&](const ConfigField &f) { return f.key() == key; });
    return it == kFields.end() ? nullptr : &*it;
}

Result<int> wholeNumber(const QString &key, const QJsonValue &value, int minimum, int maximum)
{
    const double number = value.toDouble();
    if (!value.isDouble() || number != std::floor(number))
        return Error{tr("%1: a whole number is needed").arg(key)};
    if (number < minimum || number > maximum) {
        return Error{tr("%1: %2 is out of range, allowed are %3 to %4")
                         .arg(key, QString::number(number, 'g', 12))
                         .arg(minimum)
                         .arg(maximum)};
    }
    return static_cast<int>(number);
}

Result<void> setNumber(MonitoringConfig &config, const ConfigField &field, const QJsonValue &value)
{
    const auto number = wholeNumber(field.key(), value, field.minimum, field.maximum);
    if (!number)
        return number.error();
    field.in(config) = *number;
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

Result<void> setPreset(MonitoringConfig &config, const QJsonValue &value)
{
    if (value != QLatin1String("reference") && value != QLatin1String("standard"))
        return Error{tr("preset: reference or standard is needed")};
    config.preset = value == QLatin1String("reference") ? Preset::Reference : Preset::Standard;
    return {};
}

Result<void> setDetection(MonitoringConfig &config, const QJsonObject &values)
{
    for (auto it = values.begin(); it != values.end(); ++it) {
        const QString key = QLatin1String("detection.") + it.key();
        if (it.key() != QLatin1String("trackedKeys"))
            return Error{tr("%1: there is no such setting").arg(key)};
        const auto number = wholeNumber(key, it.value(), kFewestTrackedKeys, kMostTrackedKeys);
        if (!number)
            return number.error();
        config.trackedKeys = *number;
    }
    return {};
}

Result<void> setRule(MonitoringConfig &config, const RuleInfo &rule, const QJsonObject &values)
{
    for (auto it = values.begin(); it != values.end(); ++it) {
        const QString key = QStringLiteral("rules.%1.%2").arg(qs(rule.key), it.key());
        if (it.key() == QLatin1String("enabled")) {
            if (!it.value().isBool())
                return Error{tr("%1: true or false is needed").arg(key)};
            config.rules[static_cast<std::size_t>(rule.id)].enabled = it.value().toBool();
            continue;
        }
        const auto index = ruleParameter(rule.id, it.key().toStdString());
        if (!index)
            return Error{tr("%1: there is no such setting").arg(key)};
        const RuleParameter &parameter = rule.parameters()[*index];
        // One setting in two places would let them disagree.
        if (!parameter.threshold.empty())
            return Error{tr("%1: this is set as thresholds.%2").arg(key, qs(parameter.threshold))};
        const auto number = wholeNumber(key, it.value(), parameter.minimum, parameter.maximum);
        if (!number)
            return number.error();
        config.setValue(rule.id, *index, *number);
    }
    return {};
}

Result<void> setRules(MonitoringConfig &config, const QJsonObject &rules)
{
    for (auto it = rules.begin(); it != rules.end(); ++it) {
        const QString key = QLatin1String("rules.") + it.key();
        const RuleInfo *rule = ruleNamed(it.key().toStdString());
        if (rule == nullptr)
            return Error{tr("%1: there is no such rule").arg(key)};
        if (!it.value().isObject())
            return Error{tr("%1: an object is needed").arg(key)};
        if (auto set = setRule(config, *rule, it.value().toObject()); !set)
            return set;
    }
    return {};
}

QJsonObject ruleJson(const MonitoringConfig &config, const RuleInfo &rule)
{
    const MonitoringConfig::Rule &settings = config.rules[static_cast<std::size_t>(rule.id)];
    QJsonObject result{{QStringLiteral("enabled"), settings.enabled}};
    const auto parameters = rule.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (parameters[i].threshold.empty())
            result.insert(qs(parameters[i].key), settings.values[i]);
    }
    return result;
}

Result<void> setFields(MonitoringConfig &config, const QString &section, const QJsonObject &values)
{
    for (auto it = values.begin(); it != values.end(); ++it) {
        if (auto set = setValue(config, section + QLatin1Char('.') + it.key(), it.value()); !set)
            return set;
    }
    return {};
}

} // namespace

std::array<MonitoringConfig::Rule, kRuleCount> MonitoringConfig::standardRules()
{
    std::array<Rule, kRuleCount> rules;
    for (const RuleInfo &info : ruleCatalog()) {
        const auto parameters = info.parameters();
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            if (parameters[i].threshold.empty())
                rules[static_cast<std::size_t>(info.id)].values[i] = parameters[i].standard;
        }
    }
    return rules;
}

bool MonitoringConfig::isOn(RuleId rule) const
{
    return preset == Preset::Reference ? ruleInfo(rule).reference : rules[static_cast<std::size_t>(rule)].enabled;
}

int MonitoringConfig::rulesOn() const
{
    const auto all = ruleCatalog();
    return static_cast<int>(std::count_if(all.begin(), all.end(), [this](const RuleInfo &info) { return isOn(info.id); }));
}

int MonitoringConfig::value(RuleId rule, std::size_t parameter) const
{
    const RuleParameter &known = ruleInfo(rule).parameterSlots[parameter];
    if (!known.threshold.empty())
        return thresholdNamed(known.threshold).get(*this);
    return preset == Preset::Reference ? known.standard : rules[static_cast<std::size_t>(rule)].values[parameter];
}

void MonitoringConfig::setValue(RuleId rule, std::size_t parameter, int value)
{
    const RuleParameter &known = ruleInfo(rule).parameterSlots[parameter];
    if (!known.threshold.empty())
        thresholdNamed(known.threshold).in(*this) = value;
    else
        rules[static_cast<std::size_t>(rule)].values[parameter] = value;
}

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
    result.insert(QLatin1String("preset"),
                  config.preset == Preset::Reference ? QStringLiteral("reference") : QStringLiteral("standard"));
    result.insert(QLatin1String("detection"), QJsonObject{{QStringLiteral("trackedKeys"), config.trackedKeys}});
    QJsonObject rules;
    for (const RuleInfo &rule : ruleCatalog())
        rules.insert(qs(rule.key), ruleJson(config, rule));
    result.insert(QLatin1String("rules"), rules);
    return result;
}

Result<MonitoringConfig> merged(const MonitoringConfig &config, const QJsonObject &update)
{
    MonitoringConfig result = config;
    for (auto section = update.begin(); section != update.end(); ++section) {
        if (section.key() == QLatin1String("preset")) {
            if (auto set = setPreset(result, section.value()); !set)
                return set.error();
            continue;
        }
        const bool isFields = std::any_of(kFields.begin(), kFields.end(),
                                          [&](const ConfigField &f) { return qs(f.section) == section.key(); });
        const bool isRules = section.key() == QLatin1String("rules");
        if (!isFields && !isRules && section.key() != QLatin1String("detection"))
            return Error{tr("%1: there is no such setting").arg(section.key())};
        if (!section.value().isObject())
            return Error{tr("%1: an object is needed").arg(section.key())};
        const QJsonObject values = section.value().toObject();
        const auto set = isFields ? setFields(result, section.key(), values)
            : isRules             ? setRules(result, values)
                                  : setDetection(result, values);
        if (!set)
            return set.error();
    }
    return result;
}

} // namespace bartizan
