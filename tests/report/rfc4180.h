// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan::test {

/// Records of a file of RFC 4180, by its grammar and nothing else: CRLF ends a record, only quoted cells hold commas,
/// quotes or line breaks, and nothing follows a closing quote. nullopt where the text breaks the grammar.
inline std::optional<std::vector<std::vector<std::string>>> readRfc4180(std::string_view text)
{
    std::vector<std::vector<std::string>> records;
    std::size_t i = 0;
    while (i < text.size()) {
        std::vector<std::string> record;
        for (;;) {
            std::string cell;
            if (i < text.size() && text[i] == '"') {
                for (++i;; ++i) {
                    if (i >= text.size())
                        return std::nullopt;
                    if (text[i] == '"') {
                        ++i;
                        if (i >= text.size() || text[i] != '"')
                            break;
                    }
                    cell += text[i];
                }
            } else {
                for (; i < text.size() && text[i] != ',' && text[i] != '\r'; ++i) {
                    if (text[i] == '"' || text[i] == '\n')
                        return std::nullopt;
                    cell += text[i];
                }
            }
            record.push_back(std::move(cell));
            if (i < text.size() && text[i] == ',') {
                ++i;
                continue;
            }
            if (text.substr(i, 2) != "\r\n")
                return std::nullopt;
            i += 2;
            break;
        }
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace bartizan::test
