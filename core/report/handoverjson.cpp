// SPDX-License-Identifier: GPL-3.0-or-later
// A handover as JSON.
#include "core/report/documentjson.h"
#include "core/report/handoverdocument.h"

namespace bartizan {
namespace {

void writeNumber(JsonWriter &json, std::string_view name, std::int64_t value)
{
    json.key(name);
    json.number(value);
}

void writeText(JsonWriter &json, std::string_view name, std::string_view value)
{
    json.key(name);
    json.text(value);
}

void writeAlerts(JsonWriter &json, std::string_view name, const HandoverAlerts &alerts)
{
    json.key(name);
    json.beginObject();
    writeNumber(json, "total", alerts.total());
    json.key("bySeverity");
    json.beginObject();
    for (std::size_t i = 0; i < alerts.counts.size(); ++i)
        writeNumber(json, toString(static_cast<AlertSeverity>(i)), alerts.counts[i]);
    json.endObject();
    json.key("alerts");
    json.beginArray();
    for (const SecurityAlert &alert : alerts.listed)
        writeAlert(json, alert);
    json.endArray();
    json.endObject();
}

void writeStep(JsonWriter &json, const HandoverStep &step)
{
    json.beginObject();
    writeText(json, "at", formatIso(step.at));
    writeText(json, "by", step.actor);
    if (!step.detail.empty())
        writeText(json, "detail", step.detail);
    if (!step.comment.empty())
        writeText(json, "comment", step.comment);
    if (step.formerOwner)
        writeText(json, "formerOwner", *step.formerOwner);
    writeNumber(json, "alerts", step.alerts);
    writeNumber(json, "takenBack", step.takenBack);
    writeText(json, "firstAlertId", step.example.id);
    writeText(json, "firstAlertTitle", step.example.title);
    json.endObject();
}

constexpr std::array<std::string_view, kHandoverActions> kNames{"acknowledged", "escalated", "resolved",
                                                                "owned",        "commented", "takenBack"};

void writeSteps(JsonWriter &json, const Handover &handover)
{
    for (std::size_t i = 0; i < kHandoverActions; ++i) {
        json.key(kNames[i]);
        json.beginObject();
        writeNumber(json, "steps", handover.steps[i].steps);
        writeNumber(json, "alerts", handover.steps[i].alerts);
        json.key("newest");
        json.beginArray();
        for (const HandoverStep &step : handover.steps[i].newest)
            writeStep(json, step);
        json.endArray();
        json.endObject();
    }
    json.key("people");
    json.beginArray();
    for (const HandoverPerson &person : handover.people) {
        json.beginObject();
        writeText(json, "name", person.name);
        for (std::size_t i = 0; i < kHandoverActions; ++i)
            writeNumber(json, kNames[i], person.alerts[i]);
        json.endObject();
    }
    json.endArray();
}

void writeMutes(JsonWriter &json, const Handover &handover)
{
    json.key("mutes");
    json.beginObject();
    writeNumber(json, "total", handover.mutes.total);
    json.key("newest");
    json.beginArray();
    for (const Mute &mute : handover.mutes.newest)
        writeMute(json, mute, handover.range.end);
    json.endArray();
    json.endObject();
}

void writeTimes(JsonWriter &json, std::string_view name, const std::array<ResponseTime, 4> &times)
{
    json.key(name);
    json.beginObject();
    for (std::size_t i = 0; i < times.size(); ++i) {
        json.key(toString(static_cast<AlertSeverity>(i)));
        json.beginObject();
        writeNumber(json, "alerts", times[i].alerts);
        json.key("meanMs");
        if (const auto mean = times[i].meanMs())
            json.real(*mean);
        else
            json.null();
        json.endObject();
    }
    json.endObject();
}

} // namespace

std::string handoverJson(const Handover &handover)
{
    JsonWriter json;
    json.beginObject();
    writeText(json, "from", formatIso(handover.range.start));
    writeText(json, "to", formatIso(handover.range.end));
    if (handover.companyId)
        writeText(json, "company", *handover.companyId);
    writeAlerts(json, "open", handover.open);
    writeAlerts(json, "raised", handover.raised);
    writeSteps(json, handover);
    writeMutes(json, handover);
    writeTimes(json, "acknowledgeTimes", handover.response.acknowledge);
    writeTimes(json, "resolveTimes", handover.response.resolve);
    json.endObject();
    return json.take() + '\n';
}

} // namespace bartizan
