// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/keytable.h"
#include "core/domain/enums.h"
#include "core/domain/timestamp.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

namespace bartizan {

/// Remembers when an alert of a type and address was raised, and tells whether the next one is a duplicate
/// (spec/monitoring.md section 5). Not thread-safe.
class Suppression {
public:
    /// Whether an alert of the same type and address was raised after `t - minutes`. One that lies more than that
    /// after `t` (possible for a late row) does not count.
    bool suppresses(AlertType type, KeyId address, TimestampMs t, int minutes) const;
    /// Enters an alert that was raised.
    void raised(AlertType type, KeyId address, TimestampMs t);
    /// Forgets what no configuration can need any more at `now`, and marks the addresses of the rest.
    void expire(TimestampMs now, KeyMarks &marks);
    /// Forgets everything.
    void clear() { m_raised.clear(); }
    std::size_t size() const noexcept { return m_raised.size(); }

private:
    static std::uint64_t slot(AlertType type, KeyId address) noexcept
    {
        return (std::uint64_t{address} << 8) | static_cast<std::uint64_t>(type);
    }

    /// In time order: the newest alert, and older ones a late row might still meet.
    using Times = absl::InlinedVector<TimestampMs, 2>;
    absl::flat_hash_map<std::uint64_t, Times> m_raised;
};

} // namespace bartizan
