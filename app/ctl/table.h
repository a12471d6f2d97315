// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <initializer_list>
#include <string>
#include <vector>

namespace bartizan::ctl {

class Terminal;

/// A table for people: aligned columns under a header, plain text, every cell made printable() and cut at a sensible
/// width. Thread: main.
class Table {
public:
    enum class Align { Left, Right };
    struct Column {
        QString title;
        Align align = Align::Left;
    };

    explicit Table(std::initializer_list<Column> columns);

    /// Adds a row with one cell a column; UTF-8 from anywhere.
    void add(std::vector<std::string> cells);
    /// Prints the rows added since the last call, the first time below the header. Widths only grow, so that a listing
    /// printed in pages stays aligned as far as memory that does not grow with it allows.
    void print(Terminal &terminal);
    bool isEmpty() const noexcept { return m_rows.empty() && !m_headerShown; }

private:
    void printRow(Terminal &terminal, const std::vector<std::string> &cells) const;

    std::vector<Column> m_columns;
    std::vector<std::string> m_titles;
    std::vector<int> m_widths;
    std::vector<std::vector<std::string>> m_rows;
    bool m_headerShown = false;
};

} // namespace bartizan::ctl
