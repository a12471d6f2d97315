// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <string_view>

namespace bartizan {

/// Whether a spreadsheet would take a cell for a formula: it begins with = + - @, in full width as well, TAB or CR, or with
/// such a sign behind others that are not seen. A leading ' makes it a text.
/// Thread: any.
bool isFormula(std::string_view cell) noexcept;

/// Cells as a line of a table on the clipboard: joined by tabs, at which a spreadsheet splits; tabs and line breaks in a cell
/// become spaces, and no cell is a formula or begins a quotation. Thread: any.
QString clipboardLine(const QStringList &cells);

} // namespace bartizan
