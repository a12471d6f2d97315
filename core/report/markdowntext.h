// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace bartizan {

/// Text of one line, in which Markdown (CommonMark, GitHub's tables, strike-through, links and mathematics) or HTML finds
/// nothing but text, wherever it stands: at the beginning of a line, in a heading, an item or a table cell, also of a
/// spreadsheet that the table is pasted into. Only what could be taken for more is escaped, so that it can be read as it
/// is. Controls are made visible, and blanks at either end go. Thread: any.
QString markdownText(const QString &text);

} // namespace bartizan
