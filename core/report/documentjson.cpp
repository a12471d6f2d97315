// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/documentjson.h"

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

void writeContext(JsonWriter &json, const EventContext &context)
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

void writeAcknowledgement(JsonWriter &json, const SecurityAlert &alert)
{
    json.key("acknowledged");
    json.boolean(alert.acknowledged);
    json.key("acknowledgedBy");
    if (alert.acknowledgedBy)
        json.text(*alert.acknowledgedBy);
    else
        json.null();
    json.key("acknowledgedAt");
    if (alert.acknowledgedAt)
        json.text(formatIso(*alert.acknowledgedAt));
    else
        json.null();
}

} // namespace

void writeAlert(JsonWriter &json, const SecurityAlert &alert)
{
    json.beginObject();
    writeText(json, "id", alert.id);
    writeText(json, "timestamp", formatIso(alert.timestamp));
    writeText(json, "severity", toString(alert.severity));
    writeText(json, "type", toString(alert.type));
    writeText(json, "title", alert.title);
    writeText(json, "description", alert.description);
    writeText(json, "eventType", toString(alert.eventType));
    json.key("context");
    json.beginObject();
    writeContext(json, alert.context);
    json.endObject();
    json.key("metadata");
    json.object(alert.metadata);
    writeAcknowledgement(json, alert);
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
    writeContext(json, event.context);
    if (!event.metadata.empty()) {
        json.key("metadata");
        json.object(event.metadata);
    }
    writeField(json, "errorMessage", event.errorMessage);
    json.endObject();
}

std::string toJsonText(const SecurityAlert &alert)
{
    JsonWriter json;
    writeAlert(json, alert);
    return json.take();
}

std::string toJsonText(const AuditEvent &event)
{
    JsonWriter json;
    writeEvent(json, event, EventId::Shown);
    return json.take();
}

} // namespace bartizan
