// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/jsonwriter.h"

#include "core/domain/jsontext.h"

#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace bartizan {
namespace {

/// The code unit of a three- or two-byte sequence that must not reach a terminal as it is; 0 when it may.
unsigned unsafeAt(std::string_view text, std::size_t at, std::size_t &length)
{
    const auto byte = [&](std::size_t i) -> unsigned {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    if (byte(0) < 0xe0) {
        length = 2;
        const unsigned c = (byte(0) & 0x1fU) << 6 | (byte(1) & 0x3fU);
        return (c >= 0x80 && c < 0xa0) || c == 0xad || c == 0x61c ? c : 0; // C1, soft hyphen, Arabic letter mark
    }
    if (byte(0) < 0xf0) {
        length = 3;
        const unsigned c = (byte(0) & 0x0fU) << 12 | (byte(1) & 0x3fU) << 6 | (byte(2) & 0x3fU);
        const bool format = (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f)
            || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
        return format ? c : 0;
    }
    length = 4;
    return 0;
}

/// Appends valid UTF-8 JSON string text; what is unsafe to show becomes a \u escape, which means the same.
void appendHarmless(std::string &out, std::string_view text)
{
    std::size_t i = 0;
    while (i < text.size()) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0xc0) {
            if (lead == 0x7f)
                out += "\\u007f";
            else
                out += text[i];
            ++i;
            continue;
        }
        std::size_t length = 1;
        const unsigned c = unsafeAt(text, i, length);
        if (c != 0) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", c);
            out += escape.data();
        } else {
            out += text.substr(i, length);
        }
        i += length;
    }
}

/// Whether JSON writes the text as it stands, and showing it does no harm: printable ASCII but '"' and '\\'.
bool isPlain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

/// Behind the string that begins at `at`.
std::size_t endOfString(std::string_view json, std::size_t at)
{
    for (++at; at < json.size() && json[at] != '"'; ++at) {
        if (json[at] == '\\')
            ++at;
    }
    return at + 1;
}

/// `json` with 0 for each of its numbers: Qt's reader refuses those that no double holds, and JSON knows no largest.
QByteArray withSmallNumbers(std::string_view json)
{
    QByteArray small;
    small.reserve(static_cast<qsizetype>(json.size()));
    for (std::size_t at = 0; at < json.size();) {
        std::size_t end = at + 1;
        if (json[at] == '"') {
            while (end < json.size() && json[end] != '"')
                end += json[end] == '\\' ? 2 : 1;
            end = std::min(end + 1, json.size());
        } else if (json[at] == '-' || (json[at] >= '0' && json[at] <= '9')) {
            end = std::min(json.find_first_not_of("0123456789+-.eE", at), json.size());
        }
        const std::string_view token = json.substr(at, end - at);
        if (isJsonNumber(token))
            small.append('0');
        else
            small.append(token.data(), static_cast<qsizetype>(token.size()));
        at = end;
    }
    return small;
}

} // namespace

/// Nearly all text is plain, and costs one copy.
void JsonWriter::string(std::string_view text)
{
    if (isPlain(text)) [[likely]] {
        const std::size_t at = m_out.size();
        m_out.resize(at + text.size() + 2);
        char *const out = m_out.data() + at;
        *out = '"';
        std::copy(text.begin(), text.end(), out + 1);
        out[text.size() + 1] = '"';
        return;
    }
    std::string quoted;
    appendJsonString(quoted, text);
    appendHarmless(m_out, quoted);
}

void JsonWriter::key(std::string_view name)
{
    separate();
    string(name);
    m_out += m_indent > 0 ? ": " : ":";
    m_afterKey = true;
}

void JsonWriter::text(std::string_view value)
{
    separate();
    string(value);
}

void JsonWriter::object(std::string_view json)
{
    const auto raw = QByteArray::fromRawData(json.data(), static_cast<qsizetype>(json.size()));
    QJsonParseError problem;
    const bool sound = QJsonDocument::fromJson(raw, &problem).isObject();
    if (sound || (problem.error == QJsonParseError::IllegalNumber
                  && QJsonDocument::fromJson(withSmallNumbers(json)).isObject()))
        copyTokens(json);
    else
        text(json);
}

std::string JsonWriter::take()
{
    return std::exchange(m_out, {});
}

void JsonWriter::begin(char bracket)
{
    separate();
    m_out += bracket;
    ++m_depth;
    m_first = true;
}

void JsonWriter::end(char bracket)
{
    --m_depth;
    if (!m_first)
        breakLine();
    m_out += bracket;
    m_first = false;
}

void JsonWriter::real(double value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    literal(std::isfinite(value) ? std::string_view(text.data(), static_cast<std::size_t>(end - text.data())) : "null");
}

void JsonWriter::literal(std::string_view text)
{
    separate();
    m_out += text;
}

void JsonWriter::separate()
{
    if (m_afterKey) {
        m_afterKey = false;
        return;
    }
    if (m_depth == 0)
        return;
    if (!m_first)
        m_out += ',';
    m_first = false;
    breakLine();
}

void JsonWriter::breakLine()
{
    if (m_indent == 0)
        return;
    m_out += '\n';
    m_out.append(static_cast<std::size_t>(m_indent * m_depth), ' ');
}

/// Walks over a text known to be valid JSON.
void JsonWriter::copyTokens(std::string_view json)
{
    std::size_t i = 0;
    while (i < json.size()) {
        const char c = json[i];
        if (c == '{' || c == '[') {
            begin(c);
            ++i;
        } else if (c == '}' || c == ']') {
            end(c);
            ++i;
        } else if (c == '"') {
            const std::size_t after = endOfString(json, i);
            separate();
            appendHarmless(m_out, json.substr(i, after - i));
            i = after;
        } else if (c == ':') {
            m_out += m_indent > 0 ? ": " : ":";
            m_afterKey = true;
            ++i;
        } else if (c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            ++i;
        } else {
            const std::size_t after = std::min(json.find_first_of(",]} \t\n\r", i), json.size());
            literal(json.substr(i, after - i));
            i = after;
        }
    }
}

} // namespace bartizan
