// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rollupplan.h"

#include "core/metrics/rolluplevels.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace bartizan {
namespace {

/// In quarter-hours: 11,400 years.
constexpr std::int64_t kMostExpected = 400'000'000;

class Planner {
public:
    Planner(KeyId company, const std::function<bool(const RollupCell &)> &usable) : m_company(company), m_usable(usable)
    {
    }

    /// Cuts the cells of one place and level, if they serve, out of the gap that is being worked through.
    void take(const RollupCell &whole, const RollupCell *ofCompany)
    {
        const RollupCell *serves = m_company == kNoKey ? &whole : ofCompany;
        if (serves && !m_usable(*serves))
            return;
        if (!serves && !whole.complete)
            return;
        const std::int64_t first = firstQuarterOf(whole.level, whole.cell);
        endGap(first);
        m_at = first + quartersOf(whole.level);
        if (serves)
            m_pieces.push_back({{first, m_at}, *serves});
    }
    void beginGap(std::int64_t first) { m_at = first; }
    void endGap(std::int64_t end)
    {
        if (m_at < end)
            m_gaps.push_back({m_at, end});
    }
    std::vector<QuarterSpan> takeGaps() { return std::exchange(m_gaps, {}); }
    std::vector<RollupPiece> finish(const std::vector<QuarterSpan> &gaps) &&
    {
        for (const QuarterSpan &gap : gaps)
            m_pieces.push_back({gap, std::nullopt});
        std::sort(m_pieces.begin(), m_pieces.end(),
                  [](const RollupPiece &a, const RollupPiece &b) { return a.span.first < b.span.first; });
        return std::move(m_pieces);
    }

private:
    const KeyId m_company;
    const std::function<bool(const RollupCell &)> &m_usable;
    std::vector<RollupPiece> m_pieces;
    std::vector<QuarterSpan> m_gaps;
    std::int64_t m_at = 0;
};

using Spans = std::vector<RollupStorage::CellSpan>;

/// The cells of a level that lie in a gap as a whole.
RollupStorage::CellSpan within(QuarterSpan gap, int level)
{
    return {cellOf(level, gap.first + quartersOf(level) - 1), cellOf(level, gap.end) - 1};
}

/// Works through the levels; `find(level, spans)` answers which cells there are. What is left are gaps.
template<typename Find>
Result<std::vector<QuarterSpan>> fillGaps(Planner &planner, std::vector<QuarterSpan> gaps, int topLevel, int lowestLevel,
                                          Find &&find)
{
    for (int level = topLevel; level >= lowestLevel && !gaps.empty(); --level) {
        Spans asked;
        for (const QuarterSpan &gap : gaps) {
            if (const auto cells = within(gap, level); cells.first <= cells.last)
                asked.push_back(cells);
        }
        if (asked.empty())
            continue;
        const Result<std::vector<RollupCell>> found = find(level, asked);
        if (!found)
            return found.error();
        auto cell = found->begin();
        for (const QuarterSpan &gap : gaps) {
            planner.beginGap(gap.first);
            for (const std::int64_t last = within(gap, level).last; cell != found->end() && cell->cell <= last; ++cell) {
                if (cell->company != kNoKey)
                    continue;
                const auto next = cell + 1;
                const bool same = next != found->end() && next->cell == cell->cell && next->company != kNoKey;
                planner.take(*cell, same ? &*next : nullptr);
            }
            planner.endGap(gap.end);
        }
        gaps = planner.takeGaps();
    }
    return gaps;
}

/// What is asked for, level by level, where every cell is there.
/// Nothing where a range is longer than any log: one time that is none may make it last for 300,000 years.
std::vector<RollupStorage::LevelSpan> expected(const std::vector<QuarterSpan> &gaps, int topLevel, int lowestLevel,
                                               const std::function<bool(const RollupCell &)> &usable)
{
    std::vector<RollupStorage::LevelSpan> all;
    const auto longer = [](const QuarterSpan &span) { return span.end - span.first > kMostExpected; };
    if (std::any_of(gaps.begin(), gaps.end(), longer))
        return all;
    Planner planner(kNoKey, usable);
    (void)fillGaps(planner, gaps, topLevel, lowestLevel, [&all](int level, const Spans &asked) {
        std::vector<RollupCell> cells;
        for (const RollupStorage::CellSpan &span : asked) {
            all.push_back({level, span});
            for (std::int64_t cell = span.first; cell <= span.last; ++cell)
                cells.push_back({.level = level, .cell = cell});
        }
        return Result<std::vector<RollupCell>>(std::move(cells));
    });
    return all;
}

} // namespace

Result<std::vector<RollupPiece>> planRollup(RollupStorage &storage, std::vector<QuarterSpan> spans, int topLevel,
                                            KeyId company, const std::function<bool(const RollupCell &)> &usable)
{
    std::erase_if(spans, [](QuarterSpan span) { return span.first >= span.end; });
    const int lowest = storage.lowestLevel();
    if (auto said = storage.expectCells(expected(spans, topLevel, lowest, usable), company); !said)
        return said.error();
    Planner planner(company, usable);
    const auto gaps = fillGaps(planner, std::move(spans), topLevel, lowest, [&](int level, const Spans &asked) {
        return storage.cells(level, asked, company);
    });
    if (!gaps)
        return gaps.error();
    return std::move(planner).finish(*gaps);
}

namespace {

/// What is asked for of the companies where every cell is there. Most of them are asked about the same quarter-hours.
std::vector<CompanyCells> expectedOf(const std::vector<CompanySpan> &quarters, int lowestLevel,
                                     const std::function<bool(const RollupCell &)> &usable)
{
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<RollupStorage::LevelSpan>> known;
    std::vector<CompanyCells> all;
    for (const CompanySpan &span : quarters) {
        const auto [at, added] = known.try_emplace({span.first, span.last});
        if (added)
            at->second = expected({{span.first, span.last + 1}}, kRollupLevels - 1, lowestLevel, usable);
        for (const auto &[level, cells] : at->second)
            all.push_back({level, {span.company, cells.first, cells.last}});
    }
    std::sort(all.begin(), all.end(), [](const CompanyCells &a, const CompanyCells &b) {
        return std::tuple(a.level, a.cells.company, a.cells.first) < std::tuple(b.level, b.cells.company, b.cells.first);
    });
    return all;
}

} // namespace

Result<CompanyPlan> planCompanies(CompanyRollups &storage, std::vector<CompanySpan> quarters,
                                  const std::function<bool(const RollupCell &)> &usable)
{
    CompanyPlan plan;
    std::vector<CompanySpan> gaps = std::move(quarters);
    const int lowest = storage.lowestLevel();
    if (auto said = storage.expectCells(expectedOf(gaps, lowest, usable)); !said)
        return said.error();
    for (int level = kRollupLevels - 1; level >= lowest; --level) {
        std::vector<CompanySpan> asked;
        for (const CompanySpan &gap : gaps) {
            if (const auto cells = within({gap.first, gap.last + 1}, level); cells.first <= cells.last)
                asked.push_back({gap.company, cells.first, cells.last});
        }
        if (asked.empty())
            continue;
        const auto found = storage.cellsOf(level, asked);
        if (!found)
            return found.error();
        std::vector<CompanySpan> left;
        auto cell = found->begin();
        for (const CompanySpan &gap : gaps) {
            std::int64_t at = gap.first;
            for (; cell != found->end() && cell->company == gap.company && cell->cell <= within({at, gap.last + 1}, level).last;
                 ++cell) {
                if (!usable(*cell))
                    continue;
                const std::int64_t first = firstQuarterOf(level, cell->cell);
                if (at < first)
                    left.push_back({gap.company, at, first - 1});
                at = first + quartersOf(level);
                plan.cells.push_back(*cell);
            }
            if (at <= gap.last)
                left.push_back({gap.company, at, gap.last});
        }
        gaps = std::move(left);
    }
    plan.rows = std::move(gaps);
    return plan;
}

} // namespace bartizan
