// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/anomaly.h"
#include "core/detect/presence.h"

#include <absl/container/flat_hash_map.h>

namespace bartizan {

/// A user acts from a country where the same kind of event was not seen in the last seven days, although others were
/// (spec/monitoring.md section 4, 1).
class GeographicalAnomaly {
public:
    static constexpr std::string_view kId = "geographical_anomaly";

    /// Enters a row, whoever wrote it.
    void observe(RuleEvent &event);
    /// Whether the event, observed already or not, departs from the user's history strictly before it.
    bool found(RuleEvent &event) const;
    /// The anomaly that found() found.
    Anomaly describe(const EventView &row) const;
    /// Enters what a store knows.
    void restore(const DetectorHistory::KnownCountry &known, RuleKeys &keys);
    /// Forgets what lies before the history at `now`, and marks the keys of the rest.
    void expire(TimestampMs now, RuleMarks &marks);
    /// Forgets everything.
    void clear() { m_seen.clear(); }
    std::size_t size() const noexcept { return m_seen.size(); }

private:
    struct Slot {
        KeyId user;
        KeyId country; ///< kNoKey: any country.
        SecurityEventType type;
        bool operator==(const Slot &) const = default;
        template<typename H>
        friend H AbslHashValue(H state, const Slot &slot)
        {
            return H::combine(std::move(state), (std::uint64_t{slot.user} << 32) | slot.country,
                              static_cast<std::uint8_t>(slot.type));
        }
    };
    absl::flat_hash_map<Slot, Presence> m_seen;
};

} // namespace bartizan
