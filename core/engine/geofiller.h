// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"
#include "core/domain/geolookup.h"
#include "core/domain/result.h"
#include "core/ports/countryresolver.h"

#include <memory>
#include <vector>

namespace bartizan {

struct MonitoringSettings;

/// Puts the place of an address into rows that go to the detector, and answers a store's questions about countries. The
/// rows of the log stay as they are. It remembers the places of addresses it saw lately, so that a busy address costs
/// a comparison rather than a look-up. Thread: one at a time.
class GeoFiller final : public CountryResolver {
public:
    explicit GeoFiller(std::shared_ptr<const GeoLookup> geo);
    ~GeoFiller() override;

    /// The filler that the settings ask for; null under the reference preset, which knows no look-up, and where the
    /// GeoIP database is off. Fails when the database cannot be opened.
    static Result<std::shared_ptr<GeoFiller>> make(const MonitoringSettings &settings);

    /// `row` with its country as a code, looked up where it names none, and with the coordinates of its address. What is
    /// added lives as long as the program.
    EventView filled(EventView row);

    std::string_view ofAddress(std::string_view address) override;
    std::string_view ofText(std::string_view stored) override;
    std::uint64_t identity() const override { return m_geo->identity(); }

private:
    struct Place;
    const Place &placeOf(std::string_view address);

    const std::shared_ptr<const GeoLookup> m_geo;
    std::vector<Place> m_places; ///< By the hash of the address; a newer one takes the place of an older.
};

/// A view of `row` for the detector; `geo` may be null.
inline EventView viewOf(const AuditEvent &row, GeoFiller *geo)
{
    return geo ? geo->filled(EventView::of(row)) : EventView::of(row);
}

} // namespace bartizan
