// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/mute.h"

#include <atomic>
#include <functional>
#include <vector>

namespace bartizan {

class AlertStore;

/// What a mute would have hidden, had it been in force over the last days.
struct MutePreview {
    static constexpr TimestampMs kSpan = 30 * kDay;
    /// So many of the alerts are named at most.
    static constexpr std::size_t kNamed = 200;

    TimeRange range;
    std::int64_t alerts = 0;
    std::int64_t hits = 0;          ///< Those alerts and what repeated them.
    std::int64_t truePositives = 0; ///< Of the alerts, those that were resolved as such,
    std::int64_t active = 0;        ///< and those that stand in the queue now.
    std::vector<SecurityAlert> named; ///< True positives first, then those that are still in the queue; newest first.
    bool cancelled = false;         ///< The rest is then of no use.

    bool operator==(const MutePreview &) const = default;
};

/// How a preview is told of and ended. `progress` is told days.
struct MutePreviewObserver {
    std::function<void(std::int64_t done, std::int64_t total)> progress;
    const std::atomic<bool> *cancel = nullptr;
};

/// Looks through the alerts of the last 30 days, a day at a time from the newest on. Thread: the store's.
Result<MutePreview> previewMute(AlertStore &store, const Mute &mute, TimestampMs now, const MutePreviewObserver &observer);

} // namespace bartizan
