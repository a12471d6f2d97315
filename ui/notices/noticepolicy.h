// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertstore.h"
#include "ui/notices/noticepreferences.h"

#include <absl/container/flat_hash_map.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace bartizan {

/// Several alerts announced as one.
struct NoticeSum {
    std::int64_t count = 0;
    AlertSeverity highest = AlertSeverity::Low;
};

/// What is to be done about alerts that came.
struct NoticeStep {
    std::vector<const SecurityAlert *> single; ///< Announced one by one; of the alerts that were handed over.
    std::optional<NoticeSum> sum;              ///< Announced as one, in place of an earlier one that still goes on.
    std::vector<std::string> summed;           ///< Ids of the alerts that are part of the sum from now on.
    bool withdrawSingle = false;               ///< The single ones of before are part of the sum now.
    bool sound = false;
};

/// Decides which alerts are announced, once each: those raised since the log was opened that are neither acknowledged nor muted, about what happened
/// within the last hour. More than kMostSingle within kBurst become one notice, which goes on counting until kBurst pass
/// without an alert. A sound is made once within kBurst, and again for an alert that is graver than the one it was made for.
/// Pure. Thread: GUI.
class NoticePolicy {
public:
    static constexpr std::size_t kMostSingle = 5;
    static constexpr TimestampMs kBurst = 10 * kSecond;
    static constexpr TimestampMs kOldest = kHour;

    /// A log was opened.
    void begin(TimestampMs now);
    void setChoices(const NoticeChoices &choices) { m_choices = choices; }
    /// What a session tells of alerts that came or changed, at `now`, when it is `local` here.
    NoticeStep take(const AlertChanges &changes, TimestampMs now, QTime local);
    /// All alerts of the sum have been seen to: while it goes on, it counts from nothing.
    void restartSum();

private:
    struct Announced {
        TimestampMs at = 0;
        std::string id; ///< Empty once somebody has acknowledged it.
    };
    bool isNews(const SecurityAlert &alert, TimestampMs now);
    void forgetOld(TimestampMs now);
    void forgetAnnounced(const std::string &id);

    NoticeChoices m_choices;
    absl::flat_hash_map<std::string, TimestampMs> m_seen; ///< Alerts of the last hour, and when they were.
    TimestampMs m_nextForget = 0;
    std::deque<Announced> m_recent; ///< The last ones, not all of a sum.
    AlertSeverity m_highestRecent = AlertSeverity::Low;
    std::optional<NoticeSum> m_sum;   ///< While more than a few come.
    TimestampMs m_lastSound = std::numeric_limits<TimestampMs>::min() / 2;
    AlertSeverity m_soundedFor = AlertSeverity::Low; ///< The gravest one of then.
};

} // namespace bartizan
