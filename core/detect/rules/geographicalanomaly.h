// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/anomaly.h"
#include "core/detect/groups.h"
#include "core/detect/presence.h"

#include <absl/container/flat_hash_map.h>

#include <memory>

namespace bartizan {

/// One kind of event of one user, by country. Nearly every user stays in one: then all is said in a few instants.
class VisitedCountries {
public:
    bool empty() const noexcept { return m_anywhere.last == Presence::kNever; }
    TimestampMs newest() const noexcept { return m_anywhere.last; }
    void release(BlockPool &) noexcept { *this = {}; }
    void shrink(BlockPool &) {}
    void prefetch() const noexcept { __builtin_prefetch(m_several.get()); }

    /// Enters a visit, and tells whether it departs from those strictly before it.
    bool add(KeyId country, TimestampMs t);
    /// Enters what a store knows of one country, or a part of it; settle() follows once all is entered.
    void merge(KeyId country, const Presence &part);
    void settle() noexcept;
    /// Forgets countries left before `from`, and marks the others.
    void forget(TimestampMs from, KeyMarks &marks);
    void save(StateWriter &out) const;
    bool load(StateReader &in, BlockPool &pool);
    /// Whether all countries are below `limit`.
    bool within(std::size_t limit) const;

private:
    /// Each country on its own; the latest stands apart, since the next row is nearly always from there again.
    struct Several {
        KeyId latest = kNoKey;
        Presence here; ///< In the latest.
        absl::flat_hash_map<KeyId, Presence> others;
    };
    /// What is known of `country`.
    Presence &in(KeyId country);

    Presence m_anywhere;
    std::unique_ptr<Several> m_several; ///< When there are several.
    KeyId m_only = kNoKey;
};

/// A user acts from a country where the same kind of event was not seen in the last seven days, although others were
/// (spec/monitoring.md section 4, 1).
class GeographicalAnomaly final : public Rule {
public:
    explicit GeographicalAnomaly(KeyTracker &tracker);

    std::string_view nameInIds() const noexcept override { return kGeographicalAnomaly; }
    Overlay overlay() const noexcept override { return Overlay::RuleOnly; }
    bool countsOwnRows() const noexcept override { return true; }
    bool concerns(SecurityEventType, AuditOutcome) const noexcept override { return true; }
    void addState(SecurityEventType type, AuditOutcome, std::vector<KeyedState> &out) const override
    {
        out.push_back({GroupKind::User, m_users[static_cast<std::size_t>(type)].get()});
    }
    void configure(const MonitoringConfig &) override {}
    TimestampMs window() const noexcept override { return 0; }
    void see(RuleEvent &event, Hits *hits) override;
    Finding describe(RuleEvent &event, const Hit &hit) const override;
    /// Enters what a store knows, piece by piece; settle() follows the last one.
    void restore(const DetectorHistory::KnownCountry &known, RuleKeys &keys);
    void settle();
    void expire(TimestampMs now, RuleMarks &marks) override;
    void clear() override;
    void save(StateWriter &out) const override;
    bool load(StateReader &in, const RuleKeys &keys) override;
    std::size_t bytes() const noexcept override;

private:
    std::vector<std::unique_ptr<Groups<VisitedCountries>>> m_users; ///< By event type; they cannot be moved.
};

} // namespace bartizan
