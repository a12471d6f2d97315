// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/eventvolume.h"

#include "core/detect/wording.h"

namespace bartizan {

std::optional<std::int64_t> EventVolume::fires(TimestampMs tick) const
{
    const std::int64_t count = m_events.count(tick - kWindow, tick - 1);
    return count > kQuiet ? std::optional(count) : std::nullopt;
}

Finding EventVolume::describe(std::int64_t count) const
{
    return {AlertSeverity::Medium, AlertType::SuspiciousIpActivity, "High Event Volume Detected",
            joined({std::to_string(count), " security events in the last minute"}),
            {{QStringLiteral("eventCount"), static_cast<qint64>(count)}}};
}

} // namespace bartizan
