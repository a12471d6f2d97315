// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace bartizan {

/// PostgreSQL's text holds neither NUL nor bytes that are no UTF-8, and a log may hold both. Each such byte is stored as
/// the noncharacter U+FDD0, which no text has a use for, and two hexadecimal digits; so is each byte of a U+FDD0 that
/// the text itself holds. All other text stays as it is. Two texts are equal where their stored forms are.
std::string postgresEncoded(std::string_view text);

/// How an empty text is stored where '' means that there is none: U+FDD0 alone.
inline constexpr std::string_view kPostgresEmpty = "\xEF\xB7\x90";

/// Undoes postgresEncoded(): the text itself, or `scratch` with what was escaped.
std::string_view postgresDecoded(std::string_view stored, std::string &scratch);

/// The same as a string of its own.
std::string postgresDecodedString(std::string_view stored);

} // namespace bartizan
