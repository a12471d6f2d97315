// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/journalentry.h"

#include "core/ingest/importtext.h"
#include "core/domain/utf8.h"

#include <simdjson.h>

#include <charconv>

namespace bartizan {
namespace {

using simdjson::ondemand::json_type;
using simdjson::ondemand::value;

/// Of the year 9999, the last that a time can be written in.
constexpr std::int64_t kLastMicrosecond = 253'402'300'799'999'999;

/// Text, or the first of several texts, or bytes; what is neither is left empty.
bool readText(value field, std::string_view &text, std::string &bytes)
{
    json_type type{};
    if (field.type().get(type) != simdjson::SUCCESS)
        return false;
    if (type == json_type::string)
        return field.get_string().get(text) == simdjson::SUCCESS;
    if (type != json_type::array)
        return true;
    text = {};
    bytes.clear();
    for (auto element : field.get_array()) {
        value item;
        if (element.get(item) != simdjson::SUCCESS || item.type().get(type) != simdjson::SUCCESS)
            return false;
        if (type == json_type::string) {
            std::string_view first;
            if (item.get_string().get(first) != simdjson::SUCCESS)
                return false;
            if (text.data() == nullptr)
                text = first;
            continue;
        }
        std::uint64_t byte = 0;
        if (item.get_uint64().get(byte) != simdjson::SUCCESS || byte > 255)
            return false;
        bytes += static_cast<char>(byte);
    }
    if (!bytes.empty())
        text = bytes;
    return true;
}

} // namespace

class JournalReader::Private {
public:
    simdjson::ondemand::parser parser;
    std::string padded;
    // What came as bytes; each field has its own, since the entry looks at all of them at once.
    std::string messageBytes;
    std::string stampBytes;
    std::string identifierBytes;
    std::string commandBytes;
    std::string hostBytes;
    std::string pidBytes;
};

JournalReader::JournalReader() : d(std::make_unique<Private>()) {}
JournalReader::~JournalReader() = default;

Result<JournalEntry> JournalReader::read(std::string_view line)
{
    repairUtf8(line, d->padded);
    d->padded.reserve(d->padded.size() + simdjson::SIMDJSON_PADDING);
    const Error broken{ImportText::tr("is not JSON of journalctl")};
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (d->parser.iterate(d->padded.data(), d->padded.size(), d->padded.capacity()).get(document) != simdjson::SUCCESS
        || document.get_object().get(object) != simdjson::SUCCESS)
        return broken;
    JournalEntry entry;
    std::string_view stamp;
    std::string_view command;
    for (auto field : object) {
        std::string_view key;
        value content;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS || field.value().get(content) != simdjson::SUCCESS)
            return broken;
        bool good = true;
        if (key == "MESSAGE")
            good = readText(content, entry.message, d->messageBytes);
        else if (key == "__REALTIME_TIMESTAMP")
            good = readText(content, stamp, d->stampBytes);
        else if (key == "SYSLOG_IDENTIFIER")
            good = readText(content, entry.program, d->identifierBytes);
        else if (key == "_COMM")
            good = readText(content, command, d->commandBytes);
        else if (key == "_HOSTNAME")
            good = readText(content, entry.host, d->hostBytes);
        else if (key == "_PID" || (key == "SYSLOG_PID" && entry.pid.empty()))
            good = readText(content, entry.pid, d->pidBytes);
        if (!good)
            return Error{ImportText::tr("its field %1 cannot be read").arg(QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size())))};
    }
    if (document.current_location().error() == simdjson::SUCCESS)
        return broken; // Something follows the object.
    std::int64_t microseconds = 0;
    const auto end = stamp.data() + stamp.size();
    const auto parsed = std::from_chars(stamp.data(), end, microseconds);
    if (stamp.empty() || parsed.ec != std::errc() || parsed.ptr != end || microseconds < 0
        || microseconds > kLastMicrosecond)
        return Error{ImportText::tr("its field __REALTIME_TIMESTAMP is no number of microseconds")};
    entry.time = microseconds / 1000;
    if (entry.program.empty())
        entry.program = command;
    return entry;
}

} // namespace bartizan
