// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/rollupnames.h"
#include "core/metrics/rollupplan.h"
#include "core/metrics/rolluptally.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <vector>

namespace bartizan {

/// Puts rows into the blocks of their quarter-hours, drops the cells that they make stale, and makes them due. Rows come
/// in order of their keys, and count with flush(). Lives within one transaction.
class RollupAppender {
public:
    /// `newestQuarter` is that of all rows so far.
    RollupAppender(RollupStorage &storage, RollupNumbers &numbers, std::int64_t newestQuarter)
        : m_storage(storage), m_numbers(numbers), m_newestQuarter(newestQuarter)
    {
    }

    Result<void> add(const EventView &row);
    Result<void> flush();
    std::int64_t newestQuarter() const noexcept { return m_newestQuarter; }

private:
    struct Block {
        std::int64_t quarter = 0;
        std::string bytes;
        RollupStorage::Totals totals;
    };
    Block &blockOf(std::int64_t quarter);

    RollupStorage &m_storage;
    RollupNumbers &m_numbers;
    std::int64_t m_newestQuarter;
    std::vector<Block> m_blocks;
    absl::flat_hash_map<std::int64_t, std::size_t> m_index;
    std::size_t m_last = 0; ///< The block that the last row went to.
    RollupRow m_row;
};

/// Builds due cells, from the lowest level upwards: those whose time has passed, which is when their last quarter-hour
/// lies before the newest row's. Small ones are not stored; what is below them is as fast. Lives within one transaction.
class RollupBuilder {
public:
    /// `lookup` may be null; one whose identity is unknown counts as none.
    RollupBuilder(RollupStorage &storage, RollupNumbers &numbers, const RollupLookup *lookup);

    /// The look-up that its cells are made with.
    std::uint64_t identity() const { return m_lookup ? m_lookup->identity : kNoLookup; }
    /// Builds until about `effort` rows and users were read. True when more is due.
    Result<bool> build(std::int64_t newestQuarter, std::int64_t effort);

private:
    struct Tallies;
    Result<void> buildCell(int level, std::int64_t cell);
    Result<void> gather(QuarterSpan span, int level, Tallies &tallies);
    Result<void> gatherRows(QuarterSpan span, Tallies &tallies);
    Result<void> gatherQuarter(std::vector<RollupRow> &rows, Tallies &tallies);
    Result<void> store(int level, std::int64_t cell, const Tallies &tallies);

    RollupStorage &m_storage;
    RollupNumbers &m_numbers;
    const RollupLookup *const m_lookup; ///< Null where nothing is looked up.
    std::int64_t m_effort = 0;
    std::string m_addressBuffer;
};

} // namespace bartizan
