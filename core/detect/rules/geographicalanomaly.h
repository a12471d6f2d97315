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

    /// Enters a row, whoever wrote it, and tells whether it departs from the user's history strictly before it.
    bool observe(RuleEvent &event);
    /// The anomaly that observe() found.
    Anomaly describe(const EventView &row) const;
    /// Enters what a store knows.
    void restore(const DetectorHistory::KnownCountry &known, RuleKeys &keys);
    /// Forgets what lies before the history at `now`, and marks the keys of the rest.
    void expire(TimestampMs now, RuleMarks &marks);
    /// Forgets everything.
    void clear();
    std::size_t size() const noexcept { return m_users.size() + m_countries.size(); }

private:
    /// One kind of event of one user. Nearly every user stays in one country: then all is said here, and an event costs
    /// one look-up. Once there are several, each has an entry of its own in m_countries.
    struct UserHistory {
        Presence anywhere;
        KeyId onlyCountry = kNoKey; ///< kNoKey: several.
    };
    struct CountrySlot {
        std::uint64_t user; ///< As slotOf() gives it.
        KeyId country;
        bool operator==(const CountrySlot &) const = default;
        template<typename H>
        friend H AbslHashValue(H state, const CountrySlot &slot)
        {
            return H::combine(std::move(state), slot.user, slot.country);
        }
    };
    static std::uint64_t slotOf(KeyId user, SecurityEventType type) noexcept
    {
        return (std::uint64_t{user} << 8) | static_cast<std::uint64_t>(type);
    }
    static KeyId userOf(std::uint64_t slot) noexcept { return static_cast<KeyId>(slot >> 8); }
    bool observeAmongSeveral(UserHistory &user, const CountrySlot &slot, TimestampMs t);

    absl::flat_hash_map<std::uint64_t, UserHistory> m_users;
    absl::flat_hash_map<CountrySlot, Presence> m_countries;
};

} // namespace bartizan
