// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/shorttext.h"

#include "core/domain/textformat.h"

#include <algorithm>

namespace bartizan::textformat {

QString shortText(const QString &text, qsizetype limit)
{
    if (text.size() <= limit)
        return singleLine(text);
    QString start = text.left(limit - 1);
    if (!start.isEmpty() && start.back().isHighSurrogate())
        start.chop(1);
    return singleLine(start) + QChar(0x2026);
}

QString shortText(std::string_view utf8, qsizetype limit)
{
    // Three bytes make at least one unit of UTF-16: so many make more than the limit, and what is left of a character
    // that is cut here lies behind it.
    const auto enough = static_cast<qsizetype>(3 * (limit + 2));
    return shortText(QString::fromUtf8(utf8.data(), std::min(static_cast<qsizetype>(utf8.size()), enough)), limit);
}

} // namespace bartizan::textformat
