// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace bartizan {

/// Text of one line with everything escaped that Markdown or HTML would take for more than text, and controls made
/// visible: it stands in a table cell as well. Thread: any.
QString markdownText(const QString &text);

} // namespace bartizan
