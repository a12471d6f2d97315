// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notices/noticepolicy.h"

#include <algorithm>

namespace bartizan {

void NoticePolicy::begin(TimestampMs now)
{
    m_begun = now;
    m_seen.clear();
    m_recent.clear();
    m_sum.reset();
    m_nextForget = now + kOldest;
}

void NoticePolicy::forgetOld(TimestampMs now)
{
    if (now < m_nextForget)
        return;
    m_nextForget = now + kOldest;
    absl::erase_if(m_seen, [now](const auto &entry) { return entry.second < now - kOldest; });
}

bool NoticePolicy::isNews(const SecurityAlert &alert, TimestampMs now)
{
    // One that is muted is news if it comes back.
    if (alert.timestamp < now - kOldest || alert.isMuted() || !m_seen.emplace(alert.id, alert.timestamp).second || alert.acknowledged)
        return false;
    // One from before that repeated is told of as a change.
    return alert.repeats == 0 || alert.timestamp >= m_begun;
}

NoticeStep NoticePolicy::take(std::span<const SecurityAlert> changed, TimestampMs now, QTime local)
{
    forgetOld(now);
    NoticeStep step;
    const bool quiet = m_choices.isQuietAt(local);
    bool loud = false;
    AlertSeverity highest = AlertSeverity::Low;
    for (const SecurityAlert &alert : changed) {
        if (!isNews(alert, now) || quiet || alert.severity < m_choices.from)
            continue;
        step.single.push_back(&alert);
        highest = std::max(highest, alert.severity);
        loud = loud || alert.severity >= AlertSeverity::High;
    }
    if (step.single.empty())
        return step;
    if (m_choices.sound && loud && now - m_lastSound >= kBurst) {
        step.sound = true;
        m_lastSound = now;
    }
    if (!m_choices.popups) {
        step.single.clear();
        return step;
    }
    if (!m_recent.empty() && m_recent.back() <= now - kBurst) {
        m_sum.reset();
        m_highestRecent = AlertSeverity::Low;
    }
    while (!m_recent.empty() && m_recent.front() <= now - kBurst)
        m_recent.pop_front();
    m_highestRecent = std::max(m_highestRecent, highest);
    if (!m_sum && m_recent.size() + step.single.size() > kMostSingle) {
        step.withdrawSingle = true;
        m_sum = NoticeSum{static_cast<std::int64_t>(m_recent.size()), m_highestRecent};
    }
    // So many that they become one are reached anyway: no more of them need be known.
    m_recent.insert(m_recent.end(), std::min(step.single.size(), kMostSingle + 1), now);
    while (m_recent.size() > kMostSingle + 1)
        m_recent.pop_front();
    if (m_sum) {
        m_sum->count += static_cast<std::int64_t>(step.single.size());
        m_sum->highest = std::max(m_sum->highest, highest);
        step.sum = m_sum;
        step.single.clear();
    }
    return step;
}

} // namespace bartizan
