// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/geoplace.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace bartizan {

/// Tells where an address is used. Implementations may be asked from any thread, and answer the same address with the
/// same place as long as they live. It stands in the domain rather than among the ports because the detector asks it.
class GeoLookup {
public:
    virtual ~GeoLookup() = default;
    GeoLookup(const GeoLookup &) = delete;
    GeoLookup &operator=(const GeoLookup &) = delete;

    /// The place of `address`, an IPv4 or IPv6 text from a log; nullopt when it is unknown, no address at all, or one
    /// that belongs to no country (private, reserved, an example …).
    virtual std::optional<GeoPlace> lookUp(std::string_view address) const = 0;
    /// See CountryResolver::identity(); 0: unknown.
    virtual std::uint64_t identity() const { return 0; }

protected:
    GeoLookup() = default;
};

} // namespace bartizan
