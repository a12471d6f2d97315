// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace bartizan::format {

/// The most of one text that is laid out in a line, in characters.
inline constexpr qsizetype kLineLimit = 512;

/// A text for one line on screen (singleLine()), cut at `limit` characters with "…". Whoever fails to log in chooses the
/// name that is shown for it: laying out a megabyte would take seconds, of which the line shows some dozen letters.
/// Whoever copies takes the whole text instead. Thread: any.
QString shortText(const QString &text, qsizetype limit = kLineLimit);

} // namespace bartizan::format
