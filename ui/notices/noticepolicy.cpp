// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notices/noticepolicy.h"

#include <algorithm>

namespace bartizan {

void NoticePolicy::begin(TimestampMs now)
{
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

/// What has been seen to is no part of a sum.
void NoticePolicy::forgetAnnounced(const std::string &id)
{
    const auto recent = std::find_if(m_recent.begin(), m_recent.end(), [&id](const Announced &one) { return one.id == id; });
    if (recent != m_recent.end())
        recent->id.clear();
}

bool NoticePolicy::isNews(const SecurityAlert &alert, TimestampMs now)
{
    // One that is muted is news if it comes back.
    if (alert.timestamp < now - kOldest || alert.isMuted())
        return false;
    return m_seen.emplace(alert.id, alert.timestamp).second && !alert.acknowledged;
}

void NoticePolicy::restartSum()
{
    if (m_sum)
        m_sum = NoticeSum();
}

NoticeStep NoticePolicy::take(const AlertChanges &changes, TimestampMs now, QTime local)
{
    forgetOld(now);
    NoticeStep step;
    const bool quiet = m_choices.isQuietAt(local);
    bool loud = false;
    AlertSeverity highest = AlertSeverity::Low;
    for (std::size_t i = 0; i < changes.changed.size(); ++i) {
        const SecurityAlert &alert = changes.changed[i];
        if (alert.acknowledged)
            forgetAnnounced(alert.id);
        // What was there when the log was opened is no news, whatever is done with it.
        if ((i < changes.numbers.size() && changes.numbers[i] <= changes.newest) || !isNews(alert, now) || quiet || alert.severity < m_choices.from)
            continue;
        step.single.push_back(&alert);
        highest = std::max(highest, alert.severity);
        loud = loud || alert.severity >= AlertSeverity::High;
    }
    if (step.single.empty())
        return step;
    if (m_choices.sound && loud && (now - m_lastSound >= kBurst || highest > m_soundedFor)) {
        step.sound = true;
        m_lastSound = now;
        m_soundedFor = highest;
    }
    if (!m_choices.popups) {
        step.single.clear();
        return step;
    }
    if (!m_recent.empty() && m_recent.back().at <= now - kBurst) {
        m_sum.reset();
        m_highestRecent = AlertSeverity::Low;
    }
    while (!m_recent.empty() && m_recent.front().at <= now - kBurst)
        m_recent.pop_front();
    m_highestRecent = std::max(m_highestRecent, highest);
    if (!m_sum && m_recent.size() + step.single.size() > kMostSingle) {
        step.withdrawSingle = true;
        for (const Announced &recent : m_recent) {
            if (!recent.id.empty())
                step.summed.push_back(recent.id);
        }
        m_sum = NoticeSum{static_cast<std::int64_t>(step.summed.size()), m_highestRecent};
    }
    // So many that they become one are reached anyway: no more of them need be known.
    const std::size_t kept = std::min(step.single.size(), kMostSingle + 1);
    for (auto alert = step.single.end() - static_cast<std::ptrdiff_t>(kept); alert != step.single.end(); ++alert)
        m_recent.push_back({now, (*alert)->id});
    while (m_recent.size() > kMostSingle + 1)
        m_recent.pop_front();
    if (m_sum) {
        m_sum->count += static_cast<std::int64_t>(step.single.size());
        m_sum->highest = std::max(m_sum->highest, highest);
        step.sum = m_sum;
        for (const SecurityAlert *alert : step.single)
            step.summed.push_back(alert->id);
        step.single.clear();
    }
    return step;
}

} // namespace bartizan
