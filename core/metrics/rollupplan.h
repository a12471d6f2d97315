// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/rollupstorage.h"

#include <functional>
#include <optional>
#include <vector>

namespace bartizan {

/// Quarter-hours from `first` on, `end` not included.
struct QuarterSpan {
    std::int64_t first = 0;
    std::int64_t end = 0;
};

/// A part of a span: a stored cell, or quarter-hours to be read row by row.
struct RollupPiece {
    QuarterSpan span;
    std::optional<RollupCell> cell;
};

/// Takes spans, which are in order and do not overlap, apart into the largest stored cells, of at most `topLevel`, and the
/// quarter-hours between them; in order of time. What is known to hold no row of the company is left out. A cell that
/// `usable` denies is passed over. The storage is asked once a level, and told before what for.
Result<std::vector<RollupPiece>> planRollup(RollupStorage &storage, std::vector<QuarterSpan> spans, int topLevel,
                                            KeyId company, const std::function<bool(const RollupCell &)> &usable);

/// What answers for some companies: cells, and quarter-hours to be read row by row.
struct CompanyPlan {
    std::vector<RollupCell> cells;
    std::vector<CompanySpan> rows;
};

/// The same for companies that are kept apart, each by itself. A company that has few rows in a cell has none, and whether
/// there are others is not to be told: its rows are read.
Result<CompanyPlan> planCompanies(CompanyRollups &storage, std::vector<CompanySpan> quarters,
                                  const std::function<bool(const RollupCell &)> &usable);

} // namespace bartizan
