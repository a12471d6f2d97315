// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/alertmodel.h"

#include <deque>

namespace bartizan {

/// What the parts of AlertModel share of a filter or a grouping that is on its way through the records. What changes
/// behind it is taken into account when it does; so all is counted once it has seen the last record.
struct AlertModel::Filtering {
    explicit Filtering(const AlertRecords &records)
        : matcher(records)
    {
    }
    /// Whether it goes through the records that the model has, and has seen one already.
    bool hasSeen(Number number) const { return !adopted && number < passes.size(); }

    std::unique_ptr<AlertRecords> adopted; ///< To become the records; null: they stay.
    std::deque<ToldChanges> told; ///< Since those were read, and not carried over to them yet;
    std::size_t carried = 0;               ///< of the first, so many are.
    std::vector<Number> carriedTo;         ///< By number of the model's records, as far as they are: where, or kNowhere.
    AlertMatcher matcher;
    std::vector<std::uint8_t> passes; ///< So far, as the next two.
    Counts counts;
    AlertGroups groups;
};

namespace alertmodel {

/// Adds a record to counts and groups, or takes it out (sign -1). `passes`: what it passes, by AlertMatcher.
void tally(const AlertRecords &records, AlertRecords::Number number, std::uint8_t passes, int sign,
           AlertModel::Counts &counts, AlertGroups &groups);
/// More rows than this that come, or go, are told as a reset: views are faster to start anew.
constexpr std::size_t kMostToldSingly = 500;

/// The last word on each alert: where an id occurs twice, the later one.
std::vector<SecurityAlert> latestOfEach(std::span<const SecurityAlert> alerts);

} // namespace alertmodel

} // namespace bartizan
