// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/rulegroup.h"

#include <cstddef>
#include <vector>

namespace bartizan {

/// Keeps the groups closest to their thresholds out of all that are offered: the greatest part of the threshold first,
/// then the newest. Groups at the threshold are left out, they have their alert; so are those with less than half of
/// it, and with one event only. Not so where a rule is about an ordered pair: who is at the threshold there lacks the one
/// event that is judged, and is as close as can be.
class NearMissList {
public:
    explicit NearMissList(std::size_t limit) : m_limit(limit) {}

    /// Whether a group with that count would be kept; `pair` says that its rule is about an ordered pair.
    bool wants(std::int64_t count, std::int64_t threshold, TimestampMs lastAt, bool pair = false) const;
    /// Enters one that is wanted.
    void add(NearMiss miss);
    /// Best first.
    std::vector<NearMiss> take();

private:
    std::size_t m_limit;
    std::vector<NearMiss> m_best; ///< A heap, the worst on top.
};

} // namespace bartizan
