// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"
#include "core/metrics/rollupnames.h"
#include "core/storage/postgresrows.h"

#include <array>
#include <string>
#include <string_view>

namespace bartizan {

/// What roll-ups hold of a row of `l`, the log.
inline constexpr std::string_view kTailColumns = "l.timestamp, l.event_type, l.outcome, l.severity, l.user_id, l.company_id, "
                                                 "l.country, l.ip_address";

/// Reads a row of a query for kTailColumns, which lends its texts as long as `scratch` holds; false when it is damaged.
bool readTailRow(const PostgresRow &row, EventView &event, std::array<std::string, 4> &scratch);

/// Asks for the numbers of all texts of some rows at once.
Result<void> learnNames(RollupStorage &storage, RollupNumbers &numbers, const PostgresRows &rows);

/// Calls `add` with each row of an answer. They stand in memory, since `add` asks the database as well.
template<typename Add>
Result<bool> forRows(const PostgresRows &rows, std::int64_t firstId, Add &&add)
{
    EventView event;
    std::array<std::string, 4> scratch;
    for (int i = 0; i < rows.size(); ++i) {
        event.id = firstId + i;
        if (!readTailRow(rows[i], event, scratch))
            return false;
        if (auto added = add(event); !added)
            return added.error();
    }
    return true;
}

} // namespace bartizan
