// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/spreadsheettext.h"

#include <algorithm>
#include <array>
#include <span>

namespace bartizan {

namespace {

bool beginsWithOne(std::string_view cell, std::span<const std::string_view> of) noexcept
{
    return std::any_of(of.begin(), of.end(), [cell](std::string_view one) { return cell.starts_with(one); });
}

} // namespace

bool isFormula(std::string_view cell) noexcept
{
    // What is not seen, U+200B to U+200D, U+2060 and U+FEFF, is left out by some on reading.
    static constexpr std::array<std::string_view, 5> kUnseen{"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x81\xa0",
                                                             "\xef\xbb\xbf"};
    // The last four are = + - @ in full width, which stand for them where people write Japanese.
    static constexpr std::array<std::string_view, 10> kFirst{"=", "+", "-", "@", "\t", "\r", "\xef\xbc\x9d", "\xef\xbc\x8b",
                                                             "\xef\xbc\x8d", "\xef\xbc\xa0"};
    while (beginsWithOne(cell, kUnseen))
        cell.remove_prefix(3);
    return beginsWithOne(cell, kFirst);
}

QString clipboardLine(const QStringList &cells)
{
    QStringList safe;
    for (QString cell : cells) {
        // A quotation mark at the beginning would be taken off, and swallow tabs up to the next one.
        if (isFormula(cell.toStdString()) || cell.startsWith(QLatin1Char('"')))
            cell.prepend(QLatin1Char('\''));
        for (QChar &c : cell)
            c = c == QLatin1Char('\t') || c == QLatin1Char('\n') || c == QLatin1Char('\r') ? QLatin1Char(' ') : c;
        safe.append(cell);
    }
    return safe.join(QLatin1Char('\t'));
}

} // namespace bartizan
