// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/metadatatext.h"

#include "core/domain/jsontext.h"
#include "core/domain/utf8.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace bartizan {
namespace {

namespace od = simdjson::ondemand;

/// Qt's reader of JSON, which shows the metadata, stops at 1,024.
constexpr int kMaxDepth = 512;

std::string_view trimmed(std::string_view text) noexcept
{
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}

bool isScalar(std::string_view token) noexcept
{
    token = trimmed(token);
    return token == "null" || token == "true" || token == "false" || isJsonNumber(token);
}

bool isSound(od::value value, int depth);

bool isSoundObject(od::object object, int depth)
{
    for (auto field : object) {
        std::string_view key;
        od::value content;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS || field.value().get(content) != simdjson::SUCCESS
            || !isSound(content, depth))
            return false;
    }
    return true;
}

bool isSoundArray(od::array array, int depth)
{
    for (auto element : array) {
        od::value content;
        if (element.get(content) != simdjson::SUCCESS || !isSound(content, depth))
            return false;
    }
    return true;
}

/// simdjson's on-demand reader checks only what is asked for, so everything is.
bool isSound(od::value value, int depth)
{
    od::json_type type{};
    od::object object;
    od::array array;
    std::string_view text;
    if (depth >= kMaxDepth || value.type().get(type) != simdjson::SUCCESS)
        return false;
    switch (type) {
    case od::json_type::object:
        return value.get_object().get(object) == simdjson::SUCCESS && isSoundObject(object, depth + 1);
    case od::json_type::array:
        return value.get_array().get(array) == simdjson::SUCCESS && isSoundArray(array, depth + 1);
    case od::json_type::string:
        return value.get_string().get(text) == simdjson::SUCCESS;
    default:
        return isScalar(value.raw_json_token());
    }
}

} // namespace

class MetadataText::Private {
public:
    struct Member {
        std::string name;
        std::string json;
    };

    /// Looks through `object`; false when it is no sound object of JSON.
    bool check()
    {
        hasOrigin = false;
        empty = true;
        object.reserve(object.size() + simdjson::SIMDJSON_PADDING);
        od::document document;
        od::object root;
        if (parser.iterate(object.data(), object.size(), object.capacity()).get(document) != simdjson::SUCCESS
            || document.get_object().get(root) != simdjson::SUCCESS)
            return false;
        for (auto field : root) {
            std::string_view key;
            od::value content;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS || field.value().get(content) != simdjson::SUCCESS)
                return false;
            empty = false;
            hasOrigin = hasOrigin || key == "file" || key == "line";
            if (!isSound(content, 0))
                return false;
        }
        return document.current_location().error() != simdjson::SUCCESS;
    }

    /// The members of `object`, which is sound.
    std::vector<Member> members()
    {
        std::vector<Member> found;
        od::document document;
        od::object root;
        if (empty || parser.iterate(object.data(), object.size(), object.capacity()).get(document) != simdjson::SUCCESS
            || document.get_object().get(root) != simdjson::SUCCESS)
            return found;
        for (auto field : root) {
            std::string_view key;
            od::value content;
            std::string_view json;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS)
                return found;
            Member member{std::string(key), {}};
            if (field.value().get(content) != simdjson::SUCCESS
                || simdjson::to_json_string(content).get(json) != simdjson::SUCCESS)
                return found;
            member.json = trimmed(json);
            found.push_back(std::move(member));
        }
        return found;
    }

    od::parser parser;
    std::string object;
    bool empty = true;
    bool hasOrigin = false;
    std::vector<Member> extras;
};

MetadataText::MetadataText() : d(std::make_unique<Private>()) {}
MetadataText::~MetadataText() = default;
MetadataText::MetadataText(MetadataText &&) noexcept = default;
MetadataText &MetadataText::operator=(MetadataText &&) noexcept = default;

void MetadataText::clear()
{
    d->object.clear();
    d->extras.clear();
    d->empty = true;
    d->hasOrigin = false;
}

bool MetadataText::setObject(std::string_view json)
{
    d->object = trimmed(json);
    if (d->check())
        return true;
    // simdjson refuses half of a surrogate pair.
    if (repairSurrogates(d->object) && d->check())
        return true;
    clear();
    return false;
}

bool MetadataText::addMember(std::string_view name, std::string_view json)
{
    json = trimmed(json);
    MetadataText wrapped;
    std::string text = "{\"\":";
    text.append(json).append("}");
    if (!wrapped.setObject(text))
        return false;
    d->extras.push_back({std::string(name), std::string(json)});
    return true;
}

std::string MetadataText::withOrigin(std::string_view fileJson, std::int64_t line)
{
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), line).ptr;
    const std::string_view lineJson(digits, static_cast<std::size_t>(end - digits));
    std::string out;
    out.reserve(d->object.size() + fileJson.size() + 32);
    const auto write = [&out](std::string_view name, std::string_view json) {
        if (out.size() > 1)
            out += ',';
        appendJsonString(out, name);
        out += ':';
        out += json;
    };
    if (!d->hasOrigin && d->extras.empty()) {
        if (d->empty)
            out += '{';
        else
            out.append(d->object, 0, d->object.size() - 1);
    } else {
        std::vector<Private::Member> members = d->members();
        const auto isTaken = [&members](std::string_view name) {
            return std::any_of(members.begin(), members.end(), [name](const auto &m) { return m.name == name; });
        };
        for (Private::Member &extra : d->extras) {
            if (!isTaken(extra.name))
                members.push_back(std::move(extra));
        }
        out += '{';
        for (const Private::Member &member : members) {
            const bool isFile = member.name == "file";
            if (isFile || member.name == "line") {
                const std::string_view kept = isFile ? "originalFile" : "originalLine";
                if (member.json != (isFile ? fileJson : lineJson) && !isTaken(kept))
                    write(kept, member.json);
                continue;
            }
            write(member.name, member.json);
        }
    }
    write("file", fileJson);
    write("line", lineJson);
    out += '}';
    return out;
}

} // namespace bartizan
