// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/markdowntext.h"

#include "core/domain/textformat.h"

namespace bartizan {

QString markdownText(const QString &text)
{
    // "=" would begin a formula where a table is pasted into a spreadsheet, "$" one of mathematics.
    static const QString special = QStringLiteral("\\`*_{}[]<>()#+-.!|~&@:=$");
    QString escaped;
    for (const QChar c : textformat::singleLine(text)) {
        if (special.contains(c))
            escaped += QLatin1Char('\\');
        escaped += c;
    }
    return escaped;
}

} // namespace bartizan
