// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/displaytext.h"

#include "ui/theme/format.h"

#include <algorithm>

namespace bartizan {

QString displayText(std::string_view utf8, int limit)
{
    // A character takes at most four bytes: no more than that needs decoding.
    const std::size_t bytes = std::min(utf8.size(), static_cast<std::size_t>(limit) * 4);
    QString text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(bytes));
    const bool cut = bytes < utf8.size() || text.size() > limit;
    if (cut) {
        text.truncate(limit - 1);
        if (!text.isEmpty() && text.back().isHighSurrogate())
            text.chop(1);
    }
    text = format::singleLine(text);
    if (cut)
        text += QChar(0x2026);
    return text;
}

QString displayToolTip(std::string_view utf8)
{
    return utf8.empty() ? QString() : format::toolTip(displayText(utf8, kParagraphLimit));
}

} // namespace bartizan
