// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/rowruns.h"

#include <QAbstractItemModel>

#include <algorithm>
#include <numeric>
#include <utility>

namespace bartizan {

RowRuns runsOfRows(const QAbstractItemModel &model, std::vector<int> rows)
{
    if (!std::is_sorted(rows.begin(), rows.end()))
        std::sort(rows.begin(), rows.end());
    RowRuns runs;
    for (auto first = rows.begin(); first != rows.end() && runs.selection.size() < RowRuns::kMost;) {
        auto end = first + 1;
        while (end != rows.end() && *end == *(end - 1) + 1)
            ++end;
        runs.selection.append(QItemSelectionRange(model.index(*first, 0), model.index(*(end - 1), model.columnCount() - 1)));
        runs.rows += static_cast<int>(end - first);
        first = end;
    }
    return runs;
}

std::vector<int> rowsOf(const QItemSelection &selection)
{
    std::vector<std::pair<int, int>> runs; // Few, even where all rows are selected.
    for (const QItemSelectionRange &range : selection) {
        if (range.left() == 0)
            runs.emplace_back(range.top(), range.bottom());
    }
    std::sort(runs.begin(), runs.end());
    std::vector<int> rows;
    int next = 0;
    for (const auto &[top, bottom] : runs) {
        const int first = std::max(top, next); // Ranges may overlap.
        if (first > bottom)
            continue;
        const auto before = static_cast<std::ptrdiff_t>(rows.size());
        rows.resize(rows.size() + static_cast<std::size_t>(bottom - first + 1));
        std::iota(rows.begin() + before, rows.end(), first);
        next = bottom + 1;
    }
    return rows;
}

} // namespace bartizan
