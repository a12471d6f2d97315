// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rulekeys.h"
#include "core/detect/statefile.h"
#include "core/domain/enums.h"
#include "core/domain/timestamp.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

#include <deque>
#include <string>

namespace bartizan {

/// Whom an alert is about, for suppression: a group of the rule (in the reference preset the address of the event).
struct SuppressionGroup {
    GroupKind kind = GroupKind::None;
    KeyId key = kNoKey;
};

/// Remembers when an alert of a type and group was raised, and tells whether the next one is a duplicate
/// (spec/monitoring.md section 5, spec/detectors.md section 2). Not thread-safe.
class Suppression {
public:
    /// An alert that was raised.
    struct Raised {
        TimestampMs at = 0;
        std::string id;
        std::uint32_t place = 0; ///< Where its repeats stand in the output at hand; a hint.
    };

    /// The newest alert of the same type and group that was raised after `t - minutes`, or nullptr. One that lies more
    /// than that after `t` (possible for a late row) does not count. Valid until the next call.
    Raised *find(AlertType type, SuppressionGroup group, TimestampMs t, int minutes);
    /// Whether there is such an alert.
    bool holds(AlertType type, SuppressionGroup group, TimestampMs t, int minutes) const;
    /// Enters an alert that was raised.
    void raised(AlertType type, SuppressionGroup group, TimestampMs t, std::string id);
    /// At most so many types and groups are remembered; beyond, those go that were raised first.
    void setCap(std::size_t cap) { m_cap = cap; }
    /// How many went for that reason.
    std::int64_t evicted() const noexcept { return m_evicted; }
    void setEvicted(std::int64_t evicted) noexcept { m_evicted = evicted; }
    /// Forgets what no configuration can need any more at `now`, and marks the keys of the rest.
    void expire(TimestampMs now, RuleMarks &marks);
    /// Forgets everything.
    void clear();
    std::size_t size() const noexcept { return m_raised.size(); }
    std::size_t bytes() const noexcept;
    void save(StateWriter &out) const;
    bool load(StateReader &in, const RuleKeys &keys);

private:
    using Slot = std::uint64_t;
    /// In time order: the newest alert, and older ones a late row might still meet.
    using Alerts = absl::InlinedVector<Raised, 1>;
    static bool covers(const Raised &raised, TimestampMs t, int minutes) noexcept
    {
        return raised.at > t - minutes * kMinute && raised.at <= t + minutes * kMinute;
    }
    struct Entered {
        Slot slot;
        TimestampMs at;
    };
    static Slot slotOf(AlertType type, SuppressionGroup group) noexcept
    {
        return (Slot{group.key} << 16) | (static_cast<Slot>(group.kind) << 8) | static_cast<Slot>(type);
    }
    static SuppressionGroup groupOf(Slot slot) noexcept
    {
        return {static_cast<GroupKind>(slot >> 8 & 0xFF), static_cast<KeyId>(slot >> 16)};
    }
    void dropFirst();

    absl::flat_hash_map<Slot, Alerts> m_raised;
    std::deque<Entered> m_order; ///< Of entering; kept only where there is a cap.
    std::size_t m_cap = 0;       ///< 0: none.
    std::int64_t m_evicted = 0;
};

} // namespace bartizan
