// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/shorttext.h"

#include "ui/theme/format.h"

namespace bartizan::format {

QString shortText(const QString &text, qsizetype limit)
{
    if (text.size() <= limit)
        return singleLine(text);
    QString start = text.left(limit - 1);
    if (!start.isEmpty() && start.back().isHighSurrogate())
        start.chop(1);
    return singleLine(start) + QChar(0x2026);
}

} // namespace bartizan::format
