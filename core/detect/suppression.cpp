// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/suppression.h"

#include "core/domain/detectorhistory.h"

#include <algorithm>

namespace bartizan {
namespace {

/// The longest suppression a configuration allows.
constexpr TimestampMs kLongest = 1440 * kMinute;

} // namespace

bool Suppression::suppresses(AlertType type, KeyId address, TimestampMs t, int minutes) const
{
    const auto it = m_raised.find(slot(type, address));
    if (it == m_raised.end())
        return false;
    const TimestampMs span = minutes * kMinute;
    return std::any_of(it->second.rbegin(), it->second.rend(),
                       [&](TimestampMs at) { return at > t - span && at <= t + span; });
}

void Suppression::raised(AlertType type, KeyId address, TimestampMs t)
{
    Times &times = m_raised[slot(type, address)];
    times.insert(std::upper_bound(times.begin(), times.end(), t), t);
    // A late row lies at most kLateSlack back: before that instant only the newest alert can still suppress.
    const auto recent = std::lower_bound(times.begin(), times.end(), times.back() - kLateSlack);
    if (recent - times.begin() > 1)
        times.erase(times.begin(), recent - 1);
}

void Suppression::expire(TimestampMs now, KeyMarks &marks)
{
    absl::erase_if(m_raised, [&](const auto &entry) {
        if (entry.second.back() < now - kLongest - kLateSlack)
            return true;
        marks.mark(static_cast<KeyId>(entry.first >> 8));
        return false;
    });
}

} // namespace bartizan
