// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/rollupstorage.h"

#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bartizan {

class PostgresConnection;

/// What the roll-ups in a PostgreSQL database keep by company, which the server shows to those who see the company: the rows
/// once more, cells, and which names stand in them. What is to be written is put together until flush(). Thread: the
/// connection's.
class PostgresCompanyRollups final : public CompanyRollups {
public:
    explicit PostgresCompanyRollups(PostgresConnection &connection) : m_connection(connection) {}

    /// Forgets what a transaction that failed had left, and what was read,
    void clear();
    /// and which names are known to be in the database.
    void forget();
    /// Takes rows that are appended to the block of a quarter-hour; false when they are damaged.
    bool take(std::int64_t quarter, std::string_view bytes);
    /// Takes the counts of a cell; false when they are damaged.
    bool takeCell(KeyId company, std::string_view counts);
    /// Sends what is put together.
    Result<void> flush();
    /// One more than the greatest number of a name of these companies.
    Result<KeyId> nameLimit(RollupName kind, const std::vector<KeyId> &companies);

    /// The lowest level of which there are cells of those who are asked for.
    void setLowestLevel(int level) { m_lowestLevel = level; }

    // CompanyRollups
    int lowestLevel() const override { return m_lowestLevel; }
    Result<void> expectCells(std::span<const CompanyCells> spans) override;
    Result<std::vector<RollupCell>> cellsOf(int level, std::span<const CompanySpan> spans) override;
    Result<void> readRows(std::span<const CompanySpan> quarters, const UseRows &use) override;

private:
    static constexpr std::size_t kKinds = 3;
    using CompanyDay = std::pair<KeyId, std::int64_t>;
    /// A part of a block: its rows, each quarter-hour's behind a head.
    struct Part {
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::string bytes;
    };
    /// What was read of cells at once, until anything is written; in order of levels, companies and places.
    struct Expected {
        std::vector<CompanyCells> spans;
        std::vector<RollupCell> cells;
    };
    Result<std::vector<RollupCell>> readPlaces(std::span<const CompanyCells> spans);
    bool isExpected(int level, std::span<const CompanySpan> spans) const;
    void name(KeyId company, RollupName kind, KeyId number);
    void append(CompanyDay place, std::int64_t quarter, std::string_view rows);
    Result<void> sendNames();
    Result<void> sendParts();
    Error damaged(std::int64_t row) const;

    PostgresConnection &m_connection;
    int m_lowestLevel = 0;
    Expected m_expected;
    std::map<CompanyDay, std::vector<Part>> m_parts;
    std::map<KeyId, std::string> m_rows; ///< Of the quarter-hour that is taken.
    /// Company and number; by kind.
    std::array<absl::flat_hash_set<std::uint64_t>, kKinds> m_known;
    std::array<std::vector<std::uint64_t>, kKinds> m_fresh;
};

} // namespace bartizan
