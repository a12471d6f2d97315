// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/documentjson.h"

#include <array>
#include <utility>

namespace bartizan {
namespace {

void writeField(JsonWriter &json, std::string_view name, const std::optional<std::string> &value)
{
    if (!value)
        return;
    json.key(name);
    json.text(*value);
}

void writeText(JsonWriter &json, std::string_view name, std::string_view value)
{
    json.key(name);
    json.text(value);
}

void writeOptional(JsonWriter &json, std::string_view name, const std::optional<std::string> &value, Absent absent)
{
    if (!value && absent == Absent::LeftOut)
        return;
    json.key(name);
    if (value)
        json.text(*value);
    else
        json.null();
}

void writeNumber(JsonWriter &json, std::string_view name, std::int64_t value)
{
    json.key(name);
    json.number(value);
}

void writeTexts(JsonWriter &json, std::string_view name, const std::vector<std::string> &texts)
{
    json.key(name);
    json.beginArray();
    for (const std::string &text : texts)
        json.text(text);
    json.endArray();
}

void writeDistributions(JsonWriter &json, const SecurityMetrics &metrics)
{
    const MetricsInputs &counts = metrics.counts;
    json.key("eventsByType");
    json.beginObject();
    for (std::size_t type = 0; type < counts.eventsByType.size(); ++type) {
        if (counts.eventsByType[type] > 0)
            writeNumber(json, toString(static_cast<SecurityEventType>(type)), counts.eventsByType[type]);
    }
    json.endObject();
    json.key("alertsByType");
    json.beginObject();
    for (const ThreatCount &threat : counts.alertsByType)
        writeNumber(json, toString(threat.type), threat.count);
    json.endObject();
    json.key("topThreats");
    json.beginArray();
    for (const ThreatCount &threat : metrics.topThreats) {
        json.beginObject();
        writeText(json, "type", toString(threat.type));
        writeNumber(json, "count", threat.count);
        json.endObject();
    }
    json.endArray();
    json.key("geoDistribution");
    json.beginObject();
    for (const auto &[country, count] : counts.geo)
        writeNumber(json, country, count);
    json.endObject();
    json.key("timeDistribution");
    json.beginArray();
    for (std::size_t hour = 0; hour < counts.eventsByHour.size(); ++hour) {
        json.beginObject();
        writeNumber(json, "hour", static_cast<std::int64_t>(hour));
        writeNumber(json, "count", counts.eventsByHour[hour]);
        json.endObject();
    }
    json.endArray();
}

void writeSwitches(JsonWriter &json, const MonitoringConfig::Alerting &alerting)
{
    json.key("enabled");
    json.boolean(alerting.enabled);
    json.key("channels");
    json.beginArray();
    for (const AlertChannel channel : alerting.channels)
        json.text(toString(channel));
    json.endArray();
}

void writeRules(JsonWriter &json, const MonitoringConfig &config)
{
    json.key("rules");
    json.beginObject();
    for (const RuleInfo &rule : ruleCatalog()) {
        const MonitoringConfig::Rule &settings = config.rules[static_cast<std::size_t>(rule.id)];
        json.key(rule.key);
        json.beginObject();
        json.key("enabled");
        json.boolean(settings.enabled);
        const auto parameters = rule.parameters();
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            if (parameters[i].threshold.empty())
                writeNumber(json, parameters[i].key, settings.values[i]);
        }
        json.endObject();
    }
    json.endObject();
}

} // namespace

void writeContextMembers(JsonWriter &json, const EventContext &context)
{
    writeField(json, "userId", context.userId);
    writeField(json, "companyId", context.companyId);
    writeField(json, "platformUserId", context.platformUserId);
    writeField(json, "ipAddress", context.ipAddress);
    writeField(json, "userAgent", context.userAgent);
    writeField(json, "country", context.country);
    writeField(json, "sessionId", context.sessionId);
    writeField(json, "requestId", context.requestId);
}

namespace {

/// All of an alert's, with those that are there only where there is something to say.
void writeWholeAlert(JsonWriter &json, const SecurityAlert &alert)
{
    writeAlertMembers(json, alert);
    if (alert.repeats > 0) {
        writeNumber(json, "repeats", alert.repeats);
        if (alert.lastRepeatAt)
            writeText(json, "lastRepeatAt", formatIso(*alert.lastRepeatAt));
    }
    if (alert.status == AlertStatus::Escalated || alert.status == AlertStatus::Resolved)
        writeText(json, "status", toString(alert.status));
    if (alert.disposition)
        writeText(json, "disposition", toString(*alert.disposition));
    writeField(json, "owner", alert.owner);
    writeField(json, "resolvedBy", alert.resolvedBy);
    if (alert.resolvedAt)
        writeText(json, "resolvedAt", formatIso(*alert.resolvedAt));
    writeField(json, "mute", alert.mute);
}

void writeHistory(JsonWriter &json, const AlertHistoryEntry &entry)
{
    json.beginObject();
    writeText(json, "timestamp", formatIso(entry.at));
    writeText(json, "action", entry.action);
    const std::array<std::pair<std::string_view, std::string_view>, 5> texts{
        {{"actor", entry.actor}, {"comment", entry.comment}, {"detail", entry.detail}, {"step", entry.step}, {"undoes", entry.undoes}}};
    for (const auto &[name, text] : texts) {
        if (!text.empty())
            writeText(json, name, text);
    }
    if (entry.undone) {
        json.key("undone");
        json.boolean(true);
    }
    json.endObject();
}

} // namespace

void writeAlert(JsonWriter &json, const SecurityAlert &alert)
{
    json.beginObject();
    writeWholeAlert(json, alert);
    json.endObject();
}

void writeAlertMembers(JsonWriter &json, const SecurityAlert &alert, Absent absent)
{
    writeText(json, "id", alert.id);
    writeText(json, "timestamp", formatIso(alert.timestamp));
    writeText(json, "severity", toString(alert.severity));
    writeText(json, "type", toString(alert.type));
    writeText(json, "title", alert.title);
    writeText(json, "description", alert.description);
    writeText(json, "eventType", toString(alert.eventType));
    json.key("context");
    json.beginObject();
    writeContextMembers(json, alert.context);
    json.endObject();
    json.key("metadata");
    json.object(alert.metadata);
    json.key("acknowledged");
    json.boolean(alert.acknowledged);
    writeOptional(json, "acknowledgedBy", alert.acknowledgedBy, absent);
    const auto at = alert.acknowledgedAt ? std::optional(formatIso(*alert.acknowledgedAt)) : std::nullopt;
    writeOptional(json, "acknowledgedAt", at, absent);
}

void writeMute(JsonWriter &json, const Mute &mute, TimestampMs at)
{
    json.beginObject();
    writeText(json, "id", mute.id);
    writeText(json, "rule", mute.rule);
    writeText(json, "group", mute.group);
    if (!mute.network.empty())
        writeText(json, "network", mute.network);
    writeField(json, "company", mute.company);
    writeText(json, "reason", mute.reason);
    if (!mute.alertId.empty())
        writeText(json, "alertId", mute.alertId);
    writeText(json, "by", mute.by);
    writeText(json, "createdAt", formatIso(mute.createdAt));
    writeText(json, "expiresAt", formatIso(mute.expiresAt));
    if (mute.liftedBy && mute.liftedAt) {
        writeText(json, "liftedBy", *mute.liftedBy);
        writeText(json, "liftedAt", formatIso(*mute.liftedAt));
    }
    json.key("inForce");
    json.boolean(mute.isInForce(at));
    json.key("restored");
    json.boolean(mute.restored);
    writeNumber(json, "alerts", mute.alerts);
    writeNumber(json, "hits", mute.hits);
    if (mute.lastHitAt)
        writeText(json, "lastHitAt", formatIso(*mute.lastHitAt));
    json.endObject();
}

void writeEvent(JsonWriter &json, const AuditEvent &event, EventId id)
{
    json.beginObject();
    if (id == EventId::Shown) {
        json.key("id");
        json.number(event.id);
    }
    writeText(json, "timestamp", formatIso(event.timestamp));
    writeText(json, "eventType", toString(event.eventType));
    writeText(json, "action", event.action);
    writeText(json, "outcome", toString(event.outcome));
    writeText(json, "severity", toString(event.severity));
    writeContextMembers(json, event.context);
    if (!event.metadata.empty()) {
        json.key("metadata");
        json.object(event.metadata);
    }
    writeField(json, "errorMessage", event.errorMessage);
    json.endObject();
}

void writeMetrics(JsonWriter &json, const SecurityMetrics &metrics)
{
    const MetricsInputs &counts = metrics.counts;
    json.beginObject();
    writeNumber(json, "totalEvents", counts.totalEvents);
    writeNumber(json, "criticalEvents", counts.criticalEvents);
    writeNumber(json, "activeAlerts", counts.activeAlerts);
    writeNumber(json, "resolvedAlerts", counts.resolvedAlerts);
    writeNumber(json, "securityScore", metrics.score.rounded);
    writeText(json, "threatLevel", toString(metrics.threatLevel));
    writeDistributions(json, metrics);
    json.key("userRiskScores");
    json.beginArray();
    for (const UserRisk &user : metrics.userRiskScores) {
        json.beginObject();
        writeText(json, "userId", user.activity.userId);
        writeText(json, "email", user.activity.email.empty() ? "unknown" : user.activity.email);
        writeNumber(json, "riskScore", user.riskScore);
        json.endObject();
    }
    json.endArray();
    json.endObject();
}

void writeIpThreat(JsonWriter &json, const IpThreat &threat)
{
    writeText(json, "threatLevel", toString(threat.level));
    writeTexts(json, "riskFactors", threat.riskFactors);
    writeTexts(json, "recommendations", threat.recommendations);
}

void writeConfig(JsonWriter &json, const MonitoringConfig &config, ConfigExtent extent)
{
    json.beginObject();
    writeConfigMembers(json, config, extent);
    json.endObject();
}

void writeConfigMembers(JsonWriter &json, const MonitoringConfig &config, ConfigExtent extent)
{
    std::string_view section;
    for (const ConfigField &field : configFields()) {
        if (field.section != section) {
            if (!section.empty())
                json.endObject();
            section = field.section;
            json.key(section);
            json.beginObject();
            if (section == "alerting")
                writeSwitches(json, config.alerting);
        }
        writeNumber(json, field.name, field.get(config));
    }
    json.endObject();
    if (extent == ConfigExtent::Whole) {
        writeText(json, "preset", config.preset == Preset::Reference ? "reference" : "standard");
        json.key("detection");
        json.beginObject();
        writeNumber(json, "trackedKeys", config.trackedKeys);
        json.endObject();
        writeRules(json, config);
    }
}

std::string toJsonText(const SecurityAlert &alert, std::span<const AlertHistoryEntry> history)
{
    JsonWriter json;
    json.beginObject();
    writeWholeAlert(json, alert);
    json.key("history");
    json.beginArray();
    for (const AlertHistoryEntry &entry : history)
        writeHistory(json, entry);
    json.endArray();
    json.endObject();
    return json.take();
}

std::string toJsonText(const AuditEvent &event)
{
    JsonWriter json;
    writeEvent(json, event, EventId::Shown);
    return json.take();
}

} // namespace bartizan
