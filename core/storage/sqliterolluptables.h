// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/rollupstorage.h"
#include "core/storage/rollupstate.h"

namespace bartizan {

class SqliteConnection;
class SqliteStatement;

/// The tables of the roll-ups in a SQLite file. Thread: the connection's.
class SqliteRollupTables final : public RollupStorage {
public:
    explicit SqliteRollupTables(SqliteConnection &connection) : m_connection(connection) {}

    Result<RollupState> state();
    Result<void> setState(const RollupState &state);

    // RollupStorage
    Result<KeyId> numberOf(RollupName kind, std::string_view text) override;
    Result<std::vector<std::string>> namesOf(RollupName kind, std::span<const KeyId> numbers) override;
    Result<KeyId> nameLimit(RollupName kind) override;
    Result<void> readBlocks(std::int64_t first, std::int64_t last, const UseBlock &use) override;
    Result<Totals> blockTotals(std::int64_t first, std::int64_t last) override;
    Result<std::vector<RollupCell>> cells(int level, std::span<const CellSpan> spans, KeyId company) override;
    Result<void> readCells(std::span<const RollupCell> cells, bool users, const UseCell &use) override;
    Result<void> readCompanies(int level, std::int64_t cell, const UseCell &use) override;
    Result<std::vector<KeyId>> enterNames(RollupName kind, std::span<const std::string_view> texts) override;
    Result<void> appendBlock(std::int64_t quarter, std::string_view bytes, Totals totals) override;
    Result<void> writeCell(const RollupCell &cell, std::string_view counts, std::string_view users) override;
    Result<void> dropCells(int level, std::int64_t cell) override;
    Result<void> dropOtherLookups(std::uint64_t identity) override;
    Result<void> addDue(int level, std::int64_t cell) override;
    Result<void> removeDue(int level, std::int64_t cell) override;
    Result<std::optional<std::int64_t>> firstDue(int level, std::int64_t end) override;

private:
    Result<KeyId> enterName(RollupName kind, std::string_view text);

    SqliteConnection &m_connection;
};

} // namespace bartizan
