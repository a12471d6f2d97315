// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/csvtext.h"

#include "core/domain/spreadsheettext.h"

#include <QString>

#include <algorithm>

namespace bartizan {
namespace {

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void appendCell(std::string &out, std::string_view cell)
{
    std::string repaired;
    if (!isAscii(cell)) {
        repaired = QString::fromUtf8(cell.data(), static_cast<qsizetype>(cell.size())).toStdString();
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
