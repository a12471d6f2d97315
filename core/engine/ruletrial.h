// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/monitoringconfig.h"
#include "core/domain/result.h"
#include "core/domain/timestamp.h"
#include "core/ports/configstore.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bartizan {

class Store;

/// Which edits of a rule to try, over how much of the log.
struct TrialRequest {
    RuleId rule = RuleId::BruteForce;
    MonitoringConfig edited; ///< The whole configuration with the edits.
    int days = 7;            ///< Up to the newest row, or to the present if that is earlier.
};

inline constexpr int kMostTrialDays = 365;
/// A trial tells of this many alerts of each kind, the newest; the rest is counted.
inline constexpr std::size_t kMostTrialRows = 1000;

/// An alert that a trial raised.
struct TrialAlert {
    std::string id;
    TimestampMs timestamp = 0;
    std::string group;                  ///< As groupText() writes it.
    std::optional<std::string> country; ///< Of its event.
    std::string description;
    std::int64_t count = 0;             ///< What the rule counted; 0 when it does not count.
    /// Whether somebody has acknowledged the alert of this id; nullopt when none is stored.
    std::optional<bool> acknowledged;

    bool operator==(const TrialAlert &) const = default;
};

/// What the edits would change, by replaying the log under the saved and the edited settings. Nothing is stored.
struct TrialReport {
    TimeRange range;
    std::int64_t events = 0;  ///< Application rows replayed.
    double seconds = 0.0;     ///< How long it took.
    bool cancelled = false;   ///< Then nothing else of it holds.
    std::int64_t gained = 0;
    std::int64_t lost = 0;
    std::int64_t same = 0;
    std::int64_t lostAcknowledged = 0; ///< Of those lost.
    std::int64_t othersGained = 0;     ///< Alerts of other rules: rules of one type suppress each other.
    std::int64_t othersLost = 0;
    std::vector<TrialAlert> gainedAlerts; ///< Newest first, at most kMostTrialRows; so are the next two.
    std::vector<TrialAlert> lostAlerts;
    /// As the edited settings raise them, under the ids that the saved ones give them.
    std::vector<TrialAlert> sameAlerts;
};

/// Who is told while a trial runs; both members may be empty.
struct TrialObserver {
    std::function<void(std::int64_t done, std::int64_t total)> progress; ///< In rows.
    const std::atomic<bool> *cancel = nullptr;
};

/// Replays the last days of a log in order of time through two detectors, one under the saved and one under the edited
/// settings, both warmed with what the store knew at the start of the range, and compares what the rule raises.
///
/// Two alerts are the same when their ids are (rule, group and event agree); of the rest, when rule and group agree and
/// the times they speak for overlap: from a window of the rule before the alert until its suppression ends. So an
/// attack that is told of one event later stays the same alert.
///
/// Reads page by page: memory does not grow with the log. Fails when the store does, or when a side raises more than
/// 100,000 alerts. Writes nothing. Thread: the store's.
Result<TrialReport> tryRule(Store &store, const TrialRequest &request, const MonitoringSettings &saved,
                            TimestampMs now, const TrialObserver &observer = {});

} // namespace bartizan
