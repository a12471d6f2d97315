// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/table.h"

#include "app/ctl/terminal.h"

#include <QList>

#include <algorithm>

namespace bartizan::ctl {
namespace {

/// No cell is wider: one long field must not push the others off the screen.
constexpr int kWidest = 72;
/// More bytes than any cell can show; the rest of a 10 MB user name need not be looked at.
constexpr std::size_t kMostBytes = 512;

std::string cellText(std::string_view text)
{
    const bool cut = text.size() > kMostBytes;
    if (cut)
        text = text.substr(0, kMostBytes);
    // A character cut in half at the end would show as U+FFFD.
    while (cut && !text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U)
        text.remove_suffix(1);
    if (cut && !text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0U)
        text.remove_suffix(1);
    std::string shown = printable(text);
    if (!cut && displayWidth(shown) <= kWidest)
        return shown;
    QString kept;
    int width = 0;
    const auto codePoints = QString::fromStdString(shown).toUcs4();
    for (const char32_t c : codePoints) {
        const QString next = QString::fromUcs4(&c, 1);
        width += displayWidth(next.toStdString());
        if (width >= kWidest)
            break;
        kept += next;
    }
    return kept.toStdString() + "…";
}

} // namespace

Table::Table(std::initializer_list<Column> columns) : m_columns(columns)
{
    for (const Column &column : m_columns) {
        m_titles.push_back(column.title.toStdString());
        m_widths.push_back(displayWidth(m_titles.back()));
    }
}

void Table::add(std::vector<std::string> cells)
{
    cells.resize(m_columns.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = cellText(cells[i]);
        m_widths[i] = std::max(m_widths[i], displayWidth(cells[i]));
    }
    m_rows.push_back(std::move(cells));
}

void Table::print(Terminal &terminal)
{
    if (!m_headerShown)
        printRow(terminal, m_titles);
    m_headerShown = true;
    for (const auto &row : m_rows)
        printRow(terminal, row);
    m_rows.clear();
}

void Table::printRow(Terminal &terminal, const std::vector<std::string> &cells) const
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto padding = static_cast<std::size_t>(std::max(0, m_widths[i] - displayWidth(cells[i])));
        if (i > 0)
            line += "  ";
        if (m_columns[i].align == Align::Right)
            line.append(padding, ' ');
        line += cells[i];
        if (m_columns[i].align == Align::Left)
            line.append(padding, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    terminal.write(line + '\n');
}

} // namespace bartizan::ctl
