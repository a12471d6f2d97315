// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/rulegroup.h"

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace bartizan {

/// Keeps the groups closest to an alert out of all that are offered: the greatest part of the events it takes first, then
/// the newest. Groups at the threshold are left out, they have their alert, but not where a rule is about an ordered pair:
/// they lack the one event that is judged there. Left out are also those with less than half of the events, and with one
/// of several that are counted.
class NearMissList {
public:
    /// Whether a rule has raised an alert of the group so recently that another one is suppressed; the key is of the rule.
    using IsRaised = std::function<bool(RuleId rule, GroupKind kind, std::uint32_t key)>;

    NearMissList(std::size_t limit, IsRaised isRaised) : m_limit(limit), m_isRaised(std::move(isRaised)) {}

    /// Whether a group with that count would be kept; `pair` says that its rule is about an ordered pair.
    bool wants(std::int64_t count, std::int64_t threshold, TimestampMs lastAt, bool pair = false) const;
    /// Enters one that is wanted, but for one of an ordered pair that has its alert.
    void add(NearMiss miss, std::uint32_t key);
    /// Best first.
    std::vector<NearMiss> take();

private:
    std::size_t m_limit;
    IsRaised m_isRaised;
    std::vector<NearMiss> m_best; ///< A heap, the worst on top.
};

} // namespace bartizan
