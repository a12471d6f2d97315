// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace bartizan {

/// Puts `text` into `out`; bytes that are no UTF-8 become U+FFFD, so that no event is lost over them.
void repairUtf8(std::string_view text, std::string &out);

/// Whether `text` is UTF-8.
bool isUtf8(std::string_view text) noexcept;

} // namespace bartizan
