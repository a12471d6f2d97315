// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/sshdevent.h"

#include "core/domain/jsontext.h"
#include "core/domain/utf8.h"

#include <algorithm>
#include <charconv>

namespace bartizan {
namespace {

void appendNumber(std::string &out, std::int64_t value)
{
    char digits[24];
    out.append(digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
}

void appendKey(std::string &out, std::string_view key)
{
    out += out.size() > 1 ? ",\"" : "\"";
    out += key;
    out += "\":";
}

/// A process id is written as a number, unless something else stood in its place.
void appendPid(std::string &out, std::string_view pid)
{
    const bool number = pid.size() < 10 && pid[0] != '0' && std::all_of(pid.begin(), pid.end(), [](char c) {
        return c >= '0' && c <= '9';
    });
    if (number)
        out += pid;
    else
        appendJsonString(out, pid);
}

} // namespace

void writeMetadata(const SshdRecord &record, std::string_view fileJson, std::string &out)
{
    out.assign(1, '{');
    if (!record.method.empty()) {
        appendKey(out, "method");
        appendJsonString(out, record.method);
    }
    if (record.port >= 0) {
        appendKey(out, "port");
        appendNumber(out, record.port);
    }
    if (!record.host.empty()) {
        appendKey(out, "host");
        appendJsonString(out, record.host);
    }
    if (!record.pid.empty()) {
        appendKey(out, "pid");
        appendPid(out, record.pid);
    }
    if (record.invalidUser) {
        appendKey(out, "invalidUser");
        out += "true";
    }
    if (record.event.ipAddress.empty() && !record.source.empty()) {
        appendKey(out, "source");
        appendJsonString(out, record.source);
    }
    if (!fileJson.empty()) {
        appendKey(out, "file");
        out += fileJson;
        appendKey(out, "line");
        appendNumber(out, record.lineNumber);
    }
    out += '}';
}

AuditEvent eventOf(const SshdRecord &record, std::string_view fileJson)
{
    const EventView &view = record.event;
    AuditEvent event;
    event.timestamp = view.timestamp;
    event.eventType = view.eventType;
    event.outcome = view.outcome;
    event.severity = view.severity;
    event.action = view.action;
    if (view.userId.data() != nullptr)
        repairUtf8(view.userId, event.context.userId.emplace());
    if (view.companyId.data() != nullptr)
        event.context.companyId = view.companyId;
    if (view.ipAddress.data() != nullptr)
        event.context.ipAddress = view.ipAddress;
    event.metadata.reserve(160);
    writeMetadata(record, fileJson, event.metadata);
    return event;
}

} // namespace bartizan
