// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/displaytext.h"

#include "core/domain/shorttext.h"
#include "ui/theme/format.h"

namespace bartizan {

QString displayText(std::string_view utf8, int limit, textformat::Breaks breaks)
{
    return textformat::shortText(utf8, limit, breaks);
}

QString fieldText(const std::optional<std::string> &field)
{
    return field ? displayText(*field) : QString();
}

QString rowTitle(std::string_view title)
{
    return textformat::rowTitle(title, kCellTextLimit);
}

QString displayToolTip(std::string_view utf8)
{
    return utf8.empty() ? QString() : format::toolTip(displayText(utf8, kParagraphLimit));
}

} // namespace bartizan
