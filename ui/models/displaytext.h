// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/textformat.h"

#include <QString>

#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

/// The most that a cell or a label shows of one text, in characters.
inline constexpr int kCellTextLimit = 512;
/// The most that a tool tip or a paragraph shows.
inline constexpr int kParagraphLimit = 2000;

/// Text of the log for one line on screen (textformat::visible), cut at `limit` characters with "…", so that ten
/// megabytes in a field cost no more than a line. What people wrote may keep its line breaks. Thread: GUI.
QString displayText(std::string_view utf8, int limit = kCellTextLimit,
                    textformat::Breaks breaks = textformat::Breaks::Visible);
/// The same of a field; empty where there is none.
QString fieldText(const std::optional<std::string> &field);

/// textformat::rowTitle(), cut as a cell is. Thread: GUI.
QString rowTitle(std::string_view title);

/// Tool tip of such a text, escaped. Empty for an empty text. Thread: GUI.
QString displayToolTip(std::string_view utf8);

} // namespace bartizan
