// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/csvtext.h"

#include "core/domain/spreadsheettext.h"
#include "core/domain/utf8.h"

#include <string>

namespace bartizan {
namespace {

void appendCell(std::string &out, std::string_view cell)
{
    std::string repaired;
    if (!isUtf8(cell)) {
        repairUtf8(cell, repaired);
        cell = repaired;
    }
    const bool quoted = cell.find_first_of(",\"\r\n") != std::string_view::npos;
    if (quoted)
        out += '"';
    if (isFormula(cell))
        out += '\'';
    for (const char c : cell) {
        if (c == '"')
            out += '"';
        out += c;
    }
    if (quoted)
        out += '"';
}

} // namespace

void appendCsvRecord(std::string &out, std::span<const std::string_view> cells)
{
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0)
            out += ',';
        appendCell(out, cells[i]);
    }
    out += "\r\n";
}

} // namespace bartizan
