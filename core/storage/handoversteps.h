// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/handover.h"

#include <string>
#include <unordered_map>

namespace bartizan {

/// What history says of one step of triage within a range, before its words are read.
struct StepSummary {
    std::int64_t step = 0; ///< Key of the step; 0: it has none.
    std::string action;
    std::string actor;
    std::int64_t alerts = 0;
    std::int64_t firstEntry = 0; ///< Key of its first line of history.
    TimestampMs at = 0;
};

/// Counts steps as they are read, in any order, and keeps the newest of each kind: memory does not grow with their
/// number. Thread: one at a time.
class StepCollector {
public:
    explicit StepCollector(std::size_t limit) : m_limit(limit) {}

    void add(StepSummary summary);
    /// So many alerts were given back what `actor` had done to them: they do not count.
    void takeBack(const std::string &action, const std::string &actor, std::int64_t alerts);
    /// Fills in what is counted; what is left to read stands in kept().
    void finish(Handover &handover);
    /// By HandoverAction, newest first.
    const std::array<std::vector<StepSummary>, kHandoverActions> &kept() const { return m_kept; }

private:
    void shorten(std::vector<StepSummary> &steps) const;

    const std::size_t m_limit;
    std::array<HandoverSteps, kHandoverActions> m_counts{};
    std::array<std::vector<StepSummary>, kHandoverActions> m_kept;
    std::unordered_map<std::string, HandoverPerson> m_people;
};

/// Puts the gravest of two lists of alerts in front, the newest first, and leaves `limit` of them.
void mergeGravest(std::vector<SecurityAlert> &into, std::vector<SecurityAlert> &&more, std::size_t limit);

} // namespace bartizan
