// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rollupbuilder.h"

#include "core/metrics/rollupbytes.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <set>

namespace bartizan {
namespace {

/// From so many rows on a cell is stored.
constexpr std::int64_t kFewestRows = 16'384;
/// What a row that has to be looked up costs, in rows.
constexpr std::int64_t kLookupRows = 8;
/// A company with so many rows in a cell has one of its own; and where that many fall to each company on average, every
/// company has.
constexpr std::int64_t kFewestOfCompany = 64;
/// What looking at a due cell costs, in rows.
constexpr std::int64_t kCellEffort = 200;

} // namespace

RollupAppender::Block &RollupAppender::blockOf(std::int64_t quarter)
{
    if (m_last < m_blocks.size() && m_blocks[m_last].quarter == quarter) [[likely]]
        return m_blocks[m_last];
    const auto [at, added] = m_index.try_emplace(quarter, m_blocks.size());
    if (added)
        m_blocks.push_back({quarter, {}, {}});
    m_last = at->second;
    return m_blocks[m_last];
}

Result<void> RollupAppender::add(const EventView &row)
{
    const auto numberOf = [this](RollupName kind, std::string_view text) {
        return m_numbers.numberOf(m_storage, kind, text);
    };
    if (auto filled = fillRow(m_row, row, numberOf); !filled)
        return filled;
    Block &block = blockOf(quarterOf(row.timestamp));
    m_row.write(block.bytes);
    ++block.totals.rows;
    block.totals.lookups += m_row.hasAddress;
    return {};
}

Result<void> RollupAppender::flush()
{
    std::array<std::set<std::int64_t>, kRollupLevels> stale;
    for (const Block &block : m_blocks) {
        if (auto appended = m_storage.appendBlock(block.quarter, block.bytes, block.totals); !appended)
            return appended;
        if (auto due = m_storage.addDue(0, block.quarter); !due)
            return due;
        for (int level = 0; level < kRollupLevels; ++level)
            stale[static_cast<std::size_t>(level)].insert(cellOf(level, block.quarter));
        m_newestQuarter = std::max(m_newestQuarter, block.quarter);
    }
    for (int level = 0; level < kRollupLevels; ++level) {
        for (const std::int64_t cell : stale[static_cast<std::size_t>(level)]) {
            if (auto dropped = m_storage.dropCells(level, cell); !dropped)
                return dropped;
        }
    }
    m_blocks.clear();
    m_index.clear();
    return {};
}

/// The sums of a cell at work.
struct RollupBuilder::Tallies {
    Tallies(std::size_t userLimit, bool apart) : whole(userLimit), companiesApart(apart) {}

    RollupTally &of(KeyId company)
    {
        auto &tally = companies[company];
        if (!tally)
            tally = std::make_unique<RollupTally>(companiesApart ? RollupTally::inAnyOrder(0) : RollupTally());
        return *tally;
    }

    RollupTally whole;
    const bool companiesApart; ///< And so what belongs to none.
    absl::flat_hash_map<KeyId, std::unique_ptr<RollupTally>> companies;
};

RollupBuilder::RollupBuilder(RollupStorage &storage, RollupNumbers &numbers, const RollupLookup *lookup)
    : m_storage(storage), m_numbers(numbers), m_lookup(lookup && lookup->identity > kNoLookup ? lookup : nullptr)
{
}

Result<bool> RollupBuilder::build(std::int64_t newestQuarter, std::int64_t effort)
{
    m_effort = 0;
    for (int level = 0; level < kRollupLevels;) {
        const auto due = m_storage.firstDue(level, cellOf(level, newestQuarter));
        if (!due)
            return due.error();
        if (!*due) {
            ++level;
            continue;
        }
        if (m_effort >= effort)
            return true;
        if (auto built = buildCell(level, **due); !built)
            return built.error();
        if (auto removed = m_storage.removeDue(level, **due); !removed)
            return removed.error();
        if (level + 1 < kRollupLevels) {
            if (auto added = m_storage.addDue(level + 1, **due >> kRollupLevelBits); !added)
                return added.error();
        }
    }
    return false;
}

Result<void> RollupBuilder::buildCell(int level, std::int64_t cell)
{
    m_effort += kCellEffort;
    // None was there when it became due; but it may have become due twice.
    if (auto dropped = m_storage.dropCells(level, cell); !dropped)
        return dropped;
    const std::int64_t first = firstQuarterOf(level, cell);
    const QuarterSpan span{first, first + quartersOf(level)};
    const auto totals = m_storage.blockTotals(span.first, span.end - 1);
    if (!totals)
        return totals.error();
    if (totals->rows + kLookupRows * totals->lookups < kFewestRows)
        return {};
    const auto users = m_storage.nameLimit(RollupName::User);
    if (!users)
        return users.error();
    Tallies tallies(*users, m_storage.byCompany() != nullptr);
    if (auto gathered = gather(span, level, tallies); !gathered)
        return gathered;
    return store(level, cell, tallies);
}

Result<void> RollupBuilder::gather(QuarterSpan span, int level, Tallies &tallies)
{
    const auto usable = [this](const RollupCell &cell) {
        return cell.complete && (cell.lookup == kAnyLookup || cell.lookup == identity());
    };
    const auto pieces = planRollup(m_storage, {span}, level - 1, kNoKey, usable);
    if (!pieces)
        return pieces.error();
    for (const RollupPiece &piece : *pieces) {
        auto gathered = !piece.cell
            ? gatherRows(piece.span, tallies)
            : m_storage.readCompanies(piece.cell->level, piece.cell->cell,
                                      [&](const RollupCell &cell, std::string_view counts, std::string_view users) {
                                          m_effort += static_cast<std::int64_t>(users.size() / 8);
                                          RollupTally &tally =
                                              cell.company == kNoKey ? tallies.whole : tallies.of(cell.company);
                                          return tally.add(counts, users);
                                      });
        if (!gathered)
            return gathered;
    }
    return {};
}

Result<void> RollupBuilder::gatherRows(QuarterSpan span, Tallies &tallies)
{
    std::vector<RollupRow> rows;
    std::deque<std::string> texts; // Of addresses that are no IPv4: what is read does not stay.
    std::int64_t quarter = span.first;
    Result<void> failed;
    auto read = m_storage.readBlocks(span.first, span.end - 1, [&](std::int64_t next, std::string_view part) {
        if (next != quarter) {
            failed = gatherQuarter(rows, tallies);
            rows.clear();
            texts.clear();
            quarter = next;
        }
        RollupBytes block(part);
        while (!block.atEnd()) {
            RollupRow &row = rows.emplace_back();
            if (!row.read(block, quarter))
                return false;
            if (row.hasAddress && !row.packed)
                row.address = texts.emplace_back(row.address);
        }
        return failed.ok();
    });
    if (!failed)
        return failed;
    return read ? gatherQuarter(rows, tallies) : read;
}

Result<void> RollupBuilder::gatherQuarter(std::vector<RollupRow> &rows, Tallies &tallies)
{
    m_effort += static_cast<std::int64_t>(rows.size());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const RollupRow &a, const RollupRow &b) { return a.timestamp < b.timestamp; });
    for (const RollupRow &row : rows) {
        KeyId country = kNoKey;
        if (m_lookup && row.hasAddress) {
            if (const std::string_view name = m_lookup->countryOf(row.addressText(m_addressBuffer)); name.data()) {
                const auto number = m_numbers.numberOf(m_storage, RollupName::Country, name);
                if (!number)
                    return number.error();
                country = *number;
            }
        }
        tallies.whole.add(row, country);
        if (row.company != kNoKey)
            tallies.of(row.company).add(row, country);
        else if (tallies.companiesApart)
            tallies.of(kNoCompany).add(row, country);
    }
    return {};
}

Result<void> RollupBuilder::store(int level, std::int64_t cell, const Tallies &tallies)
{
    const auto companies = static_cast<std::int64_t>(tallies.companies.size());
    RollupCell place;
    place.level = level;
    place.cell = cell;
    place.complete = tallies.whole.counts().rows >= kFewestOfCompany * companies;
    const bool complete = place.complete;
    const auto write = [&](const RollupTally &tally) {
        std::string counts;
        std::string users;
        tally.write(counts, users);
        place.lookup = tally.counts().lookups > 0 ? identity() : kAnyLookup;
        return m_storage.writeCell(place, counts, users);
    };
    if (auto written = write(tallies.whole); !written)
        return written;
    place.complete = false;
    for (const auto &[company, tally] : tallies.companies) {
        if (!complete && tally->counts().rows < kFewestOfCompany)
            continue;
        place.company = company;
        if (auto written = write(*tally); !written)
            return written;
    }
    return {};
}

} // namespace bartizan
