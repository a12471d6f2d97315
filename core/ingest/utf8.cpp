// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/utf8.h"

#include <QString>

#include <simdjson.h>

namespace bartizan {

bool isUtf8(std::string_view text) noexcept { return simdjson::validate_utf8(text.data(), text.size()); }

void repairUtf8(std::string_view text, std::string &out)
{
    if (isUtf8(text))
        out.assign(text);
    else
        out = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toStdString();
}

} // namespace bartizan
