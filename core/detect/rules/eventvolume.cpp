// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/eventvolume.h"

#include "core/detect/wording.h"

namespace bartizan {

void EventVolume::configure(const MonitoringConfig &config)
{
    m_on = config.isOn(RuleId::EventVolume);
    m_countsHistory = config.preset == Preset::Reference;
    m_quiet = valueOf(info(), kThreshold, config);
    m_window = valueOf(info(), kWindowSeconds, config) * kSecond;
    if (!m_on)
        clear();
}

std::optional<std::int64_t> EventVolume::fires(TimestampMs tick) const
{
    const std::int64_t count = m_events.count(tick - m_window, tick - 1);
    return m_on && count > m_quiet ? std::optional(count) : std::nullopt;
}

Finding EventVolume::describe(std::int64_t count) const
{
    const std::string span = m_window == kMinute ? std::string("minute") : spanText(m_window);
    Finding finding{AlertSeverity::Medium, AlertType::SuspiciousIpActivity, "High Event Volume Detected",
                    joined({std::to_string(count), " security events in the last ", span}), {}};
    finding.metadata.add("eventCount", count);
    return finding;
}

} // namespace bartizan
