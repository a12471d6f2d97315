// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/geofiller.h"

#include "core/intel/countries.h"
#include "core/intel/geodatabase.h"
#include "core/ports/configstore.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>

namespace bartizan {

namespace {

// Enough for what a busy log sees within minutes; a power of two.
constexpr std::size_t kPlaces = 16'384;
// The longest text of an address without a zone; longer text is looked up each time.
constexpr std::size_t kLongestAddress = 45;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

bool isCode(std::string_view text) noexcept
{
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return text.size() == 2 && capital(text[0]) && capital(text[1]);
}

} // namespace

/// One address with what is known of it.
struct GeoFiller::Place {
    std::array<char, kLongestAddress> address{};
    std::uint8_t length = 0; ///< 0: free, or an address too long to be remembered.
    std::string_view country;
    double latitude = kUnknown;
    double longitude = kUnknown;
};

GeoFiller::GeoFiller(std::shared_ptr<const GeoLookup> geo) : m_geo(std::move(geo)), m_places(kPlaces) {}

GeoFiller::~GeoFiller() = default;

Result<std::shared_ptr<GeoFiller>> GeoFiller::make(const MonitoringSettings &settings)
{
    if (settings.config.preset == Preset::Reference || settings.geoDatabase == kGeoOff)
        return std::shared_ptr<GeoFiller>();
    const bool bundled = settings.geoDatabase == kGeoBundled;
    auto geo = GeoDatabase::open(bundled ? GeoDatabase::bundledPath() : QString::fromStdString(settings.geoDatabase));
    if (!geo)
        return geo.error();
    return std::make_shared<GeoFiller>(std::move(*geo));
}

EventView GeoFiller::filled(EventView row)
{
    const Place &place = placeOf(row.ipAddress);
    row.latitude = place.latitude;
    row.longitude = place.longitude;
    row.country = row.country.empty() ? place.country : ofText(row.country);
    return row;
}

std::string_view GeoFiller::ofAddress(std::string_view address)
{
    return placeOf(address).country;
}

std::string_view GeoFiller::ofText(std::string_view stored)
{
    if (isCode(stored)) [[likely]]
        return stored;
    const Country *country = findCountry(stored);
    return country ? country->alpha2 : stored;
}

const GeoFiller::Place &GeoFiller::placeOf(std::string_view address)
{
    static const Place kNowhere;
    if (address.empty())
        return kNowhere;
    Place &place = m_places[std::hash<std::string_view>()(address) % kPlaces];
    if (std::string_view(place.address.data(), place.length) == address)
        return place;
    place = {};
    if (address.size() <= kLongestAddress) {
        std::copy(address.begin(), address.end(), place.address.begin());
        place.length = static_cast<std::uint8_t>(address.size());
    }
    if (const auto found = m_geo->lookUp(address)) {
        // The table of countries lives as long as the program.
        if (const Country *country = findCountry(found->country()))
            place.country = country->alpha2;
        place.latitude = found->latitude.value_or(kUnknown);
        place.longitude = found->longitude.value_or(kUnknown);
    }
    return place;
}

} // namespace bartizan
