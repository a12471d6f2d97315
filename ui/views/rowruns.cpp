// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/rowruns.h"

#include <QAbstractItemModel>

#include <algorithm>

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

} // namespace bartizan
