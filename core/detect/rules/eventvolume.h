// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rule.h"
#include "core/detect/slidingwindow.h"
#include "core/domain/detectorhistory.h"

namespace bartizan {

/// More events within a minute than a quiet system has, looked at every 30 s (spec/monitoring.md section 6). The one
/// rule that time fires rather than an event. In the standard preset imported history does not count.
class EventVolume {
public:
    static constexpr std::string_view kName = "event_volume";
    static constexpr TimestampMs kPeriod = 30 * kSecond;

    ~EventVolume() { clear(); }

    const RuleInfo &info() const noexcept { return ruleInfo(RuleId::EventVolume); }
    void configure(const MonitoringConfig &config);
    TimestampMs window() const noexcept { return m_window; }
    bool isOn() const noexcept { return m_on; }
    /// Enters a row that the engine processes as an event.
    void observeProcessed(TimestampMs t, bool live)
    {
        if (m_on && (live || m_countsHistory))
            m_events.add(t, m_window + kLateSlack, m_pool);
    }
    /// How many events the tick sees, when they are too many. An event at the very tick comes after it.
    std::optional<std::int64_t> fires(TimestampMs tick) const;
    /// Whether a tick at or after `tick` could see an event at all.
    bool worthLooking(TimestampMs tick) const noexcept
    {
        return !m_events.empty() && tick - m_window <= m_events.newest();
    }
    /// The finding for a count that fired.
    Finding describe(std::int64_t count) const;
    /// Forgets everything.
    void clear() { m_events.release(m_pool); }
    void save(StateWriter &out) const { m_events.save(out); }
    bool load(StateReader &in) { return m_events.load(in, m_pool); }
    std::size_t bytes() const noexcept { return m_pool.bytes(); }

private:
    BlockPool m_pool;
    SlidingWindow m_events;
    TimestampMs m_window = kMinute;
    std::int64_t m_quiet = 50; ///< More than this alerts.
    bool m_on = true;
    bool m_countsHistory = true;
};

} // namespace bartizan
