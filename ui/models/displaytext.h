// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string_view>

namespace bartizan {

/// The most that a cell or a label shows of one text, in characters.
inline constexpr int kCellTextLimit = 512;
/// The most that a tool tip or a paragraph shows.
inline constexpr int kParagraphLimit = 2000;

/// Text of the log for one line on screen (format::singleLine), cut at `limit` characters with "…", so that ten
/// megabytes in a field cost no more than a line. Thread: GUI.
QString displayText(std::string_view utf8, int limit = kCellTextLimit);

/// An alert's title as a row has room for it: "Anomaly: geographical" for "Anomaly Detected: geographical_anomaly",
/// whose beginning, which all anomalies share, would be all that a narrow column shows. Thread: GUI.
QString rowTitle(std::string_view title);

/// Tool tip of such a text, escaped. Empty for an empty text. Thread: GUI.
QString displayToolTip(std::string_view utf8);

} // namespace bartizan
