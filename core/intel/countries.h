// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace bartizan {

/// One country or territory of ISO 3166-1.
struct Country {
    std::string_view alpha2; ///< "DE"
    std::string_view alpha3; ///< "DEU"
    std::string_view name;   ///< The short English name in common use, UTF-8: "Germany".
};

/// All of ISO 3166-1, and Kosovo under its user-assigned codes XK and XKX, in order of alpha-2. Thread: any.
std::span<const Country> countries() noexcept;

/// The country that a log's text names: an alpha-2 or alpha-3 code or an English name (common short forms such as
/// "USA", "UK" or "South Korea" too), whatever its letters' case and with blanks around it. Null when it is none.
const Country *findCountry(std::string_view text) noexcept;

} // namespace bartizan
