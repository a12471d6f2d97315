// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/utf8.h"

#include <QString>

#include <simdjson.h>

#include <charconv>

namespace bartizan {
namespace {

/// The code unit of the escape at `at` ("\\ud800"); -1 when there is none.
int escapedUnit(std::string_view json, std::size_t at) noexcept
{
    if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u')
        return -1;
    int unit = -1;
    const char *const end = json.data() + at + 6;
    return std::from_chars(json.data() + at + 2, end, unit, 16).ptr == end ? unit : -1;
}

} // namespace

bool isUtf8(std::string_view text) noexcept { return simdjson::validate_utf8(text.data(), text.size()); }

void repairUtf8(std::string_view text, std::string &out)
{
    if (isUtf8(text))
        out.assign(text);
    else
        out = decodeUtf8(text).toStdString();
}

QString decodeUtf8(std::string_view utf8)
{
    const QString text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
    return utf8.starts_with("\xef\xbb\xbf") ? QChar(QChar::ByteOrderMark) + text : text;
}

bool repairSurrogates(std::string &json)
{
    bool found = false;
    for (std::size_t at = json.find('\\'); at != std::string::npos; at = json.find('\\', at)) {
        const int unit = escapedUnit(json, at);
        const bool high = unit >= 0xD800 && unit <= 0xDBFF;
        const int next = high ? escapedUnit(json, at + 6) : -1;
        if (next >= 0xDC00 && next <= 0xDFFF) {
            at += 12;
        } else if (high || (unit >= 0xDC00 && unit <= 0xDFFF)) {
            json.replace(at, 6, "\\ufffd");
            found = true;
            at += 6;
        } else {
            at += 2; // Whatever is escaped, a backslash included.
        }
    }
    return found;
}

} // namespace bartizan
