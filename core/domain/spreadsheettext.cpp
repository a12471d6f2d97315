// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/spreadsheettext.h"

namespace bartizan {

bool isFormula(std::string_view cell) noexcept
{
    return !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
}

QString clipboardLine(const QStringList &cells)
{
    QStringList safe;
    for (QString cell : cells) {
        // A quotation mark at the beginning would be taken off, and swallow tabs up to the next one.
        if (isFormula(cell.left(1).toStdString()) || cell.startsWith(QLatin1Char('"')))
            cell.prepend(QLatin1Char('\''));
        for (QChar &c : cell)
            c = c == QLatin1Char('\t') || c == QLatin1Char('\n') || c == QLatin1Char('\r') ? QLatin1Char(' ') : c;
        safe.append(cell);
    }
    return safe.join(QLatin1Char('\t'));
}

} // namespace bartizan
