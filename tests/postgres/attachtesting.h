// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/auditattach.h"
#include "tests/postgres/postgrestest.h"

#include <string>
#include <vector>

namespace bartizan::test {

/// An engine's store of a server; ends the process where there is none.
inline std::unique_ptr<Store> engineOf(const ConnectionProfile &profile)
{
    StoreOptions options;
    options.role = StoreOptions::Role::Engine;
    return std::move(*openStore(profile, {}, options));
}

/// Attaches a table by the columns that are found in it.
inline Result<void> attachTo(const ConnectionProfile &profile, const QString &relation, const AttachOptions &options = {})
{
    const auto table = describeAuditTable(profile, {}, relation, {});
    return table ? attachAuditTable(profile, {}, *table, options) : Result<void>(table.error());
}

/// Reads on in a log, as an engine does.
struct LogReader {
    Store &store;
    std::int64_t last = 0;            ///< The row read last.
    std::vector<std::string> actions{}; ///< Of all that were read.
    std::vector<RowOrigin> origins{};

    /// Answers how many have been read in all.
    std::size_t readOn()
    {
        const auto changed = store.changed();
        const auto rows = changed ? store.fetchAfter(last, 100) : Result<std::vector<AuditEvent>>(changed.error());
        for (const AuditEvent &row : rows ? *rows : std::vector<AuditEvent>()) {
            actions.push_back(row.action);
            origins.push_back(row.origin);
            last = row.id;
        }
        return actions.size();
    }
};

} // namespace bartizan::test
