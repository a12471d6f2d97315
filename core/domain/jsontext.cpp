// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/jsontext.h"

#include "core/domain/utf8.h"

#include <QJsonDocument>
#include <QString>

#include <algorithm>

namespace bartizan {

void appendJsonString(std::string &out, std::string_view text)
{
    std::string repaired;
    if (!isUtf8(text)) {
        repairUtf8(text, repaired);
        text = repaired;
    }
    static constexpr char hex[] = "0123456789abcdef";
    const auto needsEscape = [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return u < 0x20 || u == 0x7f || c == '"' || c == '\\';
    };
    out += '"';
    for (auto at = text.begin();;) {
        const auto special = std::find_if(at, text.end(), needsEscape);
        out.append(at, special);
        if (special == text.end())
            break;
        switch (*special) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            out += "\\u00";
            out += hex[static_cast<unsigned char>(*special) >> 4];
            out += hex[static_cast<unsigned char>(*special) & 15];
        }
        at = special + 1;
    }
    out += '"';
}

bool isJsonNumber(std::string_view text) noexcept
{
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t start = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            ++at;
        return at - start;
    };
    if (at < text.size() && text[at] == '-')
        ++at;
    const bool zero = at < text.size() && text[at] == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1))
        return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (digits() == 0)
            return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-'))
            ++at;
        if (digits() == 0)
            return false;
    }
    return at == text.size();
}

QJsonObject jsonObjectOf(std::string_view text)
{
    if (text.empty())
        return {};
    return QJsonDocument::fromJson(QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size()))).object();
}

std::string jsonTextOf(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

QJsonObject laidOver(QJsonObject base, const QJsonObject &over)
{
    for (auto it = over.begin(); it != over.end(); ++it)
        base.insert(it.key(), it.value());
    return base;
}

} // namespace bartizan
