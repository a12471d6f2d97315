// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rule.h"
#include "core/detect/slidingwindow.h"
#include "core/domain/detectorhistory.h"

namespace bartizan {

/// More events within a minute than a quiet system has, looked at every 30 s (spec/monitoring.md section 6).
class EventVolume {
public:
    static constexpr std::string_view kId = "event_volume";
    static constexpr TimestampMs kPeriod = 30 * kSecond;
    static constexpr TimestampMs kWindow = kMinute;
    static constexpr std::int64_t kQuiet = 50; ///< More than this alerts.

    /// Enters a row that the engine processes as an event.
    void observeProcessed(TimestampMs t) { m_events.add(t, kWindow + kLateSlack, m_pool); }
    /// How many events the tick sees, when they are too many. An event at the very tick comes after it.
    std::optional<std::int64_t> fires(TimestampMs tick) const;
    /// Whether a tick at or after `tick` could see an event at all.
    bool worthLooking(TimestampMs tick) const noexcept
    {
        return !m_events.empty() && tick - kWindow <= m_events.newest();
    }
    /// The finding for a count that fired.
    Finding describe(std::int64_t count) const;
    /// Forgets everything.
    void clear() { m_events.release(m_pool); }

private:
    BlockPool m_pool;
    SlidingWindow m_events;
};

} // namespace bartizan
