// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <string_view>

namespace bartizan {

/// Whether a spreadsheet would take a cell for a formula: it begins with = + - @ TAB or CR. A leading ' makes it a text.
/// Thread: any.
bool isFormula(std::string_view cell) noexcept;

/// Cells as a line of a table on the clipboard: joined by tabs, at which a spreadsheet splits; tabs and line breaks in a cell
/// become spaces, and no cell is a formula or begins a quotation. Thread: any.
QString clipboardLine(const QStringList &cells);

} // namespace bartizan
