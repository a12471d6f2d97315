// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string_view>

namespace bartizan::textformat {

/// The most of one text that is laid out in a line, in characters.
inline constexpr qsizetype kLineLimit = 512;

/// A text for one line (singleLine()), cut at `limit` characters with "…", never within one. Whoever fails to log in
/// chooses the name that is shown for it: laying out a megabyte would take seconds, of which the line shows some dozen
/// letters. Whoever copies takes the whole text instead. Thread: any.
QString shortText(const QString &text, qsizetype limit = kLineLimit);
/// The same of UTF-8, of which no more is read than is shown.
QString shortText(std::string_view utf8, qsizetype limit = kLineLimit);

} // namespace bartizan::textformat
