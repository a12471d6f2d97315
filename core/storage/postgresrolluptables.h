// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/rollupstorage.h"
#include "core/storage/postgrescompanyrollups.h"
#include "core/storage/rollupstate.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace bartizan {

class PostgresConnection;
class PostgresParameters;

/// The tables of the roll-ups in a PostgreSQL database. Rows of an old log touch thousands of quarter-hours, and each
/// statement has its way to the server: appended blocks, stale and due cells are put together, and sent before anything
/// is read, or by flush(). Thread: the connection's.
class PostgresRollupTables final : public RollupStorage {
public:
    explicit PostgresRollupTables(PostgresConnection &connection) : m_connection(connection), m_byCompany(connection) {}

    /// What whoever asks may read.
    struct Readable {
        std::int64_t lastRowId = 0;
        std::int64_t newestNumber = 0; ///< Of the rows that are taken in.
        std::optional<std::vector<KeyId>> companies; ///< Set: what is kept of these.
    };
    /// Begins a question. Nothing where no roll-ups are kept.
    Result<std::optional<Readable>> readable();

    enum class Lock { None, Wait, Skip };
    /// Begins a transaction's work. Nothing when no roll-ups are kept, or when others hold the lock that is not waited for.
    Result<std::optional<RollupState>> state(Lock lock);
    Result<void> setState(const RollupState &state);
    /// Forgets what may not be in the database, since a transaction failed.
    void forget() { m_byCompany.forget(); }
    /// Drops what is rolled up of quarter-hours of one day, which are in ascending order: they are to be appended anew.
    Result<void> dropQuarters(const std::vector<std::int64_t> &quarters);
    /// Sends what is put together; to be called before the transaction is committed.
    Result<void> flush();

    // RollupStorage
    CompanyRollups *byCompany() override { return &m_byCompany; }
    int lowestLevel() const override { return m_lowestLevel; }
    Result<KeyId> numberOf(RollupName kind, std::string_view text) override;
    Result<std::vector<std::string>> namesOf(RollupName kind, std::span<const KeyId> numbers) override;
    Result<KeyId> nameLimit(RollupName kind) override;
    Result<void> readBlocks(std::int64_t first, std::int64_t last, const UseBlock &use) override;
    Result<Totals> blockTotals(std::int64_t first, std::int64_t last) override;
    Result<void> expectCells(std::span<const LevelSpan> spans, KeyId company) override;
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
    using Places = std::set<std::pair<int, std::int64_t>>; ///< Level and cell.
    struct Append {
        std::string bytes;
        Totals totals;
    };
    /// What was read of cells at once, until anything is written.
    struct Expected {
        std::vector<LevelSpan> spans;
        std::vector<RollupCell> cells; ///< In order of level, cell and company.
        KeyId company = kNoKey;
    };
    /// All names of a kind that has few, until the next transaction.
    struct Names {
        bool read = false;
        std::map<std::string, KeyId, std::less<>> numbers;
    };
    Result<std::vector<RollupCell>> readPlaces(std::span<const LevelSpan> spans, KeyId company);
    bool isExpected(int level, std::span<const CellSpan> spans, KeyId company) const;
    void clear();
    Result<void> readCountries();
    Result<std::vector<std::string>> countriesOf(std::span<const KeyId> numbers) const;
    Result<void> sendBlocks();
    Result<void> sendPlaces(const char *sql, Places &places);
    Result<void> run(const std::string &sql, const PostgresParameters &parameters);
    Error damaged(const char *table, std::int64_t row) const;

    PostgresConnection &m_connection;
    PostgresCompanyRollups m_byCompany;
    std::optional<std::vector<KeyId>> m_companies; ///< Those that whoever asks sees; not set: all.
    int m_lowestLevel = 0;
    std::optional<KeyId> m_userLimit; ///< nameLimit() of users, where a question has told it.
    std::map<std::int64_t, Append> m_appends; ///< By quarter-hour.
    Places m_drops;
    Places m_due;
    Expected m_expected;
    Names m_countries;
};

} // namespace bartizan
