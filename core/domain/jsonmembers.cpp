// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/jsonmembers.h"

#include "core/domain/jsontext.h"
#include "core/domain/utf8.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace bartizan {
namespace {

/// Appends an array; `append` writes one value.
template<typename Values, typename Append>
void appendArray(std::string &out, const Values &values, Append append)
{
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0)
            out += ',';
        append(values[i]);
    }
    out += ']';
}

} // namespace

void JsonMembers::add(std::string_view key, std::int64_t number)
{
    newMember(key) = std::to_string(number);
}

void JsonMembers::add(std::string_view key, std::span<const std::int64_t> numbers)
{
    std::string &out = newMember(key);
    appendArray(out, numbers, [&](std::int64_t number) { out += std::to_string(number); });
}

void JsonMembers::add(std::string_view key, std::string_view text)
{
    appendJsonString(newMember(key), text);
}

void JsonMembers::add(std::string_view key, std::span<const std::string_view> texts)
{
    std::string &out = newMember(key);
    appendArray(out, texts, [&](std::string_view text) { appendJsonString(out, text); });
}

void JsonMembers::addValue(std::string_view key, const QJsonValue &value)
{
    // Qt writes the text of an object or an array only.
    const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    newMember(key) = array.mid(1, array.size() - 2).toStdString();
}

void JsonMembers::addText(std::string_view key, std::string_view text)
{
    if (std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }))
        add(key, text);
    else
        addValue(key, decodeUtf8(text));
}

void JsonMembers::addNumber(std::string_view key, double number)
{
    constexpr double kExact = 9'007'199'254'740'992; // 2^53: Qt writes a whole number as one.
    newMember(key) = std::abs(number) <= kExact && std::trunc(number) == number
        ? std::to_string(static_cast<std::int64_t>(number))
        : QByteArray::number(number, 'g', QLocale::FloatingPointShortest).toStdString();
}

void JsonMembers::addTrue(std::string_view key)
{
    newMember(key) = "true";
}

void JsonMembers::addObject(std::string_view key, const JsonMembers &object)
{
    newMember(key) = object.text();
}

std::string JsonMembers::text() const
{
    std::vector<const std::pair<std::string_view, std::string> *> sorted;
    sorted.reserve(m_members.size());
    std::size_t size = 2;
    for (const auto &member : m_members) {
        sorted.push_back(&member);
        size += member.first.size() + member.second.size() + 4;
    }
    std::sort(sorted.begin(), sorted.end(), [](const auto *a, const auto *b) { return a->first < b->first; });
    std::string out;
    out.reserve(size);
    out += '{';
    for (const auto *member : sorted) {
        if (out.size() > 1)
            out += ',';
        appendJsonString(out, member->first);
        out += ':';
        out += member->second;
    }
    out += '}';
    return out;
}

} // namespace bartizan
