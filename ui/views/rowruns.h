// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QItemSelection>

#include <vector>

namespace bartizan {

/// Rows of a table as a selection.
struct RowRuns {
    /// The most runs of neighbouring rows that are selected at once: a view looks at every one of them for each cell that
    /// it draws. With 2,000 that is not felt; with 100,000 a view takes seconds to draw itself.
    static constexpr qsizetype kMost = 2000;

    QItemSelection selection; ///< One range a run.
    int rows = 0;             ///< How many rows that are: those above, where there are more runs than kMost.
};

/// The selection of whole rows of `model`, which must not be named twice; in any order.
RowRuns runsOfRows(const QAbstractItemModel &model, std::vector<int> rows);
/// The rows that a selection of whole rows names, ascending, each once; quick, however many they are.
std::vector<int> rowsOf(const QItemSelection &selection);

} // namespace bartizan
