// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace bartizan {

/// Appends one record of RFC 4180, CRLF included: a cell with comma, quote or line break is quoted, quotes are doubled.
/// Safe in a spreadsheet: a cell that begins with = + - @ TAB or CR gets a leading ', so that it is no formula. What is
/// not UTF-8 becomes U+FFFD.
void appendCsvRecord(std::string &out, std::span<const std::string_view> cells);

} // namespace bartizan
