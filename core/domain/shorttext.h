// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/textformat.h"

#include <QString>

#include <string_view>

namespace bartizan::textformat {

/// The most of one text that is laid out in a line, in characters.
inline constexpr qsizetype kLineLimit = 512;

/// A text that acts on nothing (visible()), by itself for one line, cut at `limit` characters with "…", never within one. Whoever fails to log in
/// chooses the name that is shown for it: laying out a megabyte would take seconds, of which the line shows some dozen
/// letters. Whoever copies takes the whole text instead. Thread: any.
QString shortText(const QString &text, qsizetype limit = kLineLimit, Breaks breaks = Breaks::Visible);
/// The same of UTF-8, of which no more is read than is shown.
QString shortText(std::string_view utf8, qsizetype limit = kLineLimit, Breaks breaks = Breaks::Visible);

/// An alert's title as a row has room for it: "Anomaly: geographical" for "Anomaly Detected: geographical_anomaly",
/// whose beginning, which all anomalies share, would be all that a narrow column shows. Thread: any.
QString rowTitle(std::string_view title, qsizetype limit = kLineLimit);

} // namespace bartizan::textformat
