// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <string_view>

namespace bartizan {

/// Puts `text` into `out`; bytes that are no UTF-8 become U+FFFD, so that no event is lost over them.
void repairUtf8(std::string_view text, std::string &out);

/// In the text of JSON, turns each half of a surrogate pair that stands alone ("\\ud800") into "\\ufffd". JSON allows it,
/// Unicode has no meaning for it, and readers differ in what they make of it. Answers whether there was one.
bool repairSurrogates(std::string &json);

/// `utf8` as Qt decodes it, but with a byte order mark at the beginning, which Qt leaves out: of a name it would be the
/// difference.
QString decodeUtf8(std::string_view utf8);

/// Whether `text` is UTF-8.
bool isUtf8(std::string_view text) noexcept;

} // namespace bartizan
