// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/keytable.h"
#include "core/domain/result.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// Roll-ups answer the metrics of spec/monitoring.md section 7 over any range of a long log without reading the log.
///
///  - *Blocks* hold every row of a quarter-hour, eight bytes or so each (rolluprow.h), in the order of their keys. They
///    are the log once more, and written in the transaction that writes the rows or takes the engine's position past
///    them: the state of the roll-ups says up to which key. Rows behind it are read from the log.
///  - *Cells* are sums over 1, 4, 16 … quarter-hours (rolluplevels.h), of the whole log and of each company: counts, and
///    for each user what the risk is made of (rolluptally.h). They only ever spare reading blocks: a row that comes to
///    a block drops the cells above it, and where a cell is missing, what is below it is read.
///  - *By company* a storage whose readers may not see all keeps the same rows apart, and a cell of what belongs to no
///    company besides (CompanyRollups). Cells of companies tell there when each user occurred first, since users of several
///    companies are listed in that order.
///  - *Due* are the cells to be built anew. That happens in slices, at leisure (rollupbuilder.h).
///
/// A range is made of the largest cells that fit into it, and of the blocks at its edges, row by row (rollupreader.h):
/// exact whatever is built or not. Countries that were looked up stand apart from those that rows name; a cell tells
/// which look-up it was made with, and serves no other.
///
/// What stands in core/metrics knows no database. A store of one kind implements RollupStorage, some
/// twenty short statements, all within the transaction or snapshot of the moment, and asked for much at
/// once where that is possible; in its writing transactions it hands rows to a RollupAppender, and for a
/// question it hands the rows that are not rolled up to a RollupReader. See core/storage/sqliterollups.h.

/// Texts that have numbers, from 1 on, each kind its own.
enum class RollupName : std::uint8_t { User, Company, Country };

/// Stands for what belongs to no company where that is kept apart.
inline constexpr KeyId kNoCompany = std::numeric_limits<KeyId>::max();

/// The look-up that a cell was made with.
inline constexpr std::uint64_t kAnyLookup = 0; ///< Nothing in it is to be looked up: it serves with every one.
inline constexpr std::uint64_t kNoLookup = 1;  ///< None: it serves only without.

/// Tells countries of addresses; `identity` is that of CountryResolver.
struct RollupLookup {
    std::uint64_t identity = kAnyLookup; ///< kAnyLookup: it cannot be told from another.
    std::function<std::string_view(std::string_view address)> countryOf;
};

/// A stored cell, its content aside.
struct RollupCell {
    int level = 0;
    std::int64_t cell = 0;
    KeyId company = kNoKey;    ///< kNoKey: the whole log.
    std::int64_t rowId = 0;    ///< For the store.
    std::uint64_t lookup = kAnyLookup;
    bool complete = false;     ///< Of the whole log's: every company with a row in it has its cell.
};

/// Cells or quarter-hours of a company, both included.
struct CompanySpan {
    KeyId company = kNoKey;
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// Cells of one level.
struct CompanyCells {
    int level = 0;
    CompanySpan cells;
};

/// What is kept of each company apart from the others, for those who do not see them all. Every function fails as the
/// database does. Thread: the store's.
class CompanyRollups {
public:
    virtual ~CompanyRollups() = default;
    CompanyRollups(const CompanyRollups &) = delete;
    CompanyRollups &operator=(const CompanyRollups &) = delete;

    /// Takes rows of one company and quarter-hour; false when they are damaged, which then is the error.
    using UseRows = std::function<bool(std::int64_t quarter, std::string_view bytes)>;
    /// The lowest level of which there may be cells of companies that are asked for.
    virtual int lowestLevel() const { return 0; }
    /// Says which cells are about to be asked for, most likely; by level, company and place, in ascending order.
    virtual Result<void> expectCells(std::span<const CompanyCells> spans) = 0;
    /// The cells of one level, in the order of the spans and then of time.
    virtual Result<std::vector<RollupCell>> cellsOf(int level, std::span<const CompanySpan> spans) = 0;
    /// The rows of quarter-hours, in the order of the spans, then of days, then as they were appended.
    virtual Result<void> readRows(std::span<const CompanySpan> quarters, const UseRows &use) = 0;

protected:
    CompanyRollups() = default;
};

/// The tables of the roll-ups. Every function fails as the database does. Thread: the store's.
class RollupStorage {
public:
    virtual ~RollupStorage() = default;
    RollupStorage(const RollupStorage &) = delete;
    RollupStorage &operator=(const RollupStorage &) = delete;

    /// Takes what was read; false when it is damaged, which then is the error.
    using UseBlock = std::function<bool(std::int64_t quarter, std::string_view bytes)>;
    using UseCell = std::function<bool(const RollupCell &cell, std::string_view counts, std::string_view users)>;
    struct Totals {
        std::int64_t rows = 0;
        std::int64_t lookups = 0;
    };
    /// Cells of one level, both included.
    struct CellSpan {
        std::int64_t first = 0;
        std::int64_t last = 0;
    };

    struct LevelSpan {
        int level = 0;
        CellSpan cells;
    };

    /// Null where nothing is kept by company.
    virtual CompanyRollups *byCompany() { return nullptr; }

    // Reading
    /// The lowest level of which there may be cells of the whole log.
    virtual int lowestLevel() const { return 0; }
    /// Says which cells are about to be asked for, most likely. A storage that is far away reads them all at once.
    virtual Result<void> expectCells(std::span<const LevelSpan> spans, KeyId company)
    {
        (void)spans;
        (void)company;
        return {};
    }
    /// kNoKey when the text has no number.
    virtual Result<KeyId> numberOf(RollupName kind, std::string_view text) = 0;
    /// The texts of numbers, in the same order.
    virtual Result<std::vector<std::string>> namesOf(RollupName kind, std::span<const KeyId> numbers) = 0;
    /// One more than the greatest number given.
    virtual Result<KeyId> nameLimit(RollupName kind) = 0;
    /// The parts of blocks of the quarter-hours from `first` to `last`, in order of quarter-hours, then as they were
    /// appended.
    virtual Result<void> readBlocks(std::int64_t first, std::int64_t last, const UseBlock &use) = 0;
    virtual Result<Totals> blockTotals(std::int64_t first, std::int64_t last) = 0;
    /// Cells of the whole log and, unless it is kNoKey, of a company, in order of (cell, company). The spans are in order
    /// and do not overlap.
    virtual Result<std::vector<RollupCell>> cells(int level, std::span<const CellSpan> spans, KeyId company) = 0;
    /// The content of some of them, in the order given; without `users` that part is empty. `use` asks the storage
    /// nothing.
    virtual Result<void> readCells(std::span<const RollupCell> cells, bool users, const UseCell &use) = 0;
    /// The content of all of the same place, the whole log's and every company's. `use` asks the storage nothing.
    virtual Result<void> readCompanies(int level, std::int64_t cell, const UseCell &use) = 0;

    // Writing
    /// The numbers of texts, in the same order, new ones if need be. No text comes twice.
    virtual Result<std::vector<KeyId>> enterNames(RollupName kind, std::span<const std::string_view> texts) = 0;
    /// Appends rows to the block of a quarter-hour.
    virtual Result<void> appendBlock(std::int64_t quarter, std::string_view bytes, Totals totals) = 0;
    virtual Result<void> writeCell(const RollupCell &cell, std::string_view counts, std::string_view users) = 0;
    /// Drops the cells of a place, if there are any.
    virtual Result<void> dropCells(int level, std::int64_t cell) = 0;
    /// Drops the cells that were made with another look-up than `identity`, and makes them due.
    virtual Result<void> dropOtherLookups(std::uint64_t identity) = 0;
    virtual Result<void> addDue(int level, std::int64_t cell) = 0;
    virtual Result<void> removeDue(int level, std::int64_t cell) = 0;
    /// The first due cell of a level before `end`.
    virtual Result<std::optional<std::int64_t>> firstDue(int level, std::int64_t end) = 0;

protected:
    RollupStorage() = default;
};

} // namespace bartizan
