// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace bartizan {

/// Where an address is used, as far as a GeoIP database tells it.
struct GeoPlace {
    std::array<char, 2> code{};      ///< ISO 3166-1 alpha-2 in capitals; zeros when the database names no country.
    std::optional<double> latitude;  ///< Degrees north, −90 to 90; present together with the longitude or not at all.
    std::optional<double> longitude; ///< Degrees east, −180 to 180.

    /// The country's code, a view into this place; null when there is none.
    std::string_view country() const noexcept
    {
        return code[0] == '\0' ? std::string_view() : std::string_view(code.data(), code.size());
    }
    bool hasCoordinates() const noexcept { return latitude && longitude; }

    bool operator==(const GeoPlace &) const = default;
};

} // namespace bartizan
