// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/shorttext.h"

#include "core/domain/utf8.h"

#include <QCoreApplication>

#include <algorithm>

namespace bartizan::textformat {
namespace {

struct RowTitle {
    Q_DECLARE_TR_FUNCTIONS(bartizan::RowTitle)
};

} // namespace

QString shortText(const QString &text, qsizetype limit, Breaks breaks)
{
    if (text.size() <= limit)
        return visible(text, breaks);
    QString start = text.left(limit - 1);
    if (!start.isEmpty() && start.back().isHighSurrogate())
        start.chop(1);
    return visible(start, breaks) + QChar(0x2026);
}

QString shortText(std::string_view utf8, qsizetype limit, Breaks breaks)
{
    // Three bytes make at least one unit of UTF-16: so many make more than the limit, and what is left of a character
    // that is cut here lies behind it.
    const auto enough = static_cast<qsizetype>(3 * (limit + 2));
    return shortText(decodeUtf8(utf8.substr(0, static_cast<std::size_t>(enough))), limit, breaks);
}

QString rowTitle(std::string_view title, qsizetype limit)
{
    static constexpr std::string_view kBefore = "Anomaly Detected: ";
    static constexpr std::string_view kAfter = "_anomaly";
    if (title.size() <= kBefore.size() + kAfter.size() || !title.starts_with(kBefore) || !title.ends_with(kAfter))
        return shortText(title, limit);
    const std::string_view kind = title.substr(kBefore.size(), title.size() - kBefore.size() - kAfter.size());
    return RowTitle::tr("Anomaly: %1").arg(shortText(kind, limit));
}

} // namespace bartizan::textformat
