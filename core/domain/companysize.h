// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace bartizan {

/// Bytes that a company's name may have, and the key of a row of the application's: no index of PostgreSQL takes a long one. A row
/// with more is malformed.
inline constexpr std::size_t kMostCompanyBytes = 1000;

} // namespace bartizan
