// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/displaytext.h"

#include "ui/theme/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace bartizan {
namespace {

struct RowTitle {
    Q_DECLARE_TR_FUNCTIONS(bartizan::RowTitle)
};

} // namespace

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

QString rowTitle(std::string_view title)
{
    static constexpr std::string_view kBefore = "Anomaly Detected: ";
    static constexpr std::string_view kAfter = "_anomaly";
    if (title.size() <= kBefore.size() + kAfter.size() || !title.starts_with(kBefore) || !title.ends_with(kAfter))
        return displayText(title);
    const QString kind = displayText(title.substr(kBefore.size(), title.size() - kBefore.size() - kAfter.size()));
    return RowTitle::tr("Anomaly: %1").arg(kind);
}

QString displayToolTip(std::string_view utf8)
{
    return utf8.empty() ? QString() : format::toolTip(displayText(utf8, kParagraphLimit));
}

} // namespace bartizan
