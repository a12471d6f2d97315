// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of RollupReader for those who see some companies.
#include "core/metrics/rollupbytes.h"
#include "core/metrics/rollupreader.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace bartizan {
namespace {

/// Spans that do not overlap, in order; those of one company that follow each other are one.
std::vector<CompanySpan> joined(std::vector<CompanySpan> spans, const std::vector<CompanySpan> &others)
{
    spans.insert(spans.end(), others.begin(), others.end());
    std::sort(spans.begin(), spans.end(), [](const CompanySpan &a, const CompanySpan &b) {
        return std::pair(a.company, a.first) < std::pair(b.company, b.first);
    });
    std::vector<CompanySpan> all;
    for (const CompanySpan &span : spans) {
        if (!all.empty() && all.back().company == span.company && all.back().last + 1 == span.first)
            all.back().last = span.last;
        else
            all.push_back(span);
    }
    return all;
}

} // namespace

/// What is left of spans where the quarter-hours are taken out that are counted from the log.
std::vector<CompanySpan> RollupReader::withoutStale(std::vector<CompanySpan> spans) const
{
    const std::vector<std::int64_t> &stale = m_question.stale;
    if (stale.empty())
        return spans;
    std::vector<CompanySpan> left;
    for (CompanySpan span : spans) {
        for (auto at = std::lower_bound(stale.begin(), stale.end(), span.first); at != stale.end() && *at <= span.last; ++at) {
            if (span.first < *at)
                left.push_back({span.company, span.first, *at - 1});
            span.first = *at + 1;
        }
        if (span.first <= span.last)
            left.push_back(span);
    }
    return left;
}

/// Of each company that may be told of: cells and rows in any order, and behind them the rows of the tail.
Result<MetricsInputs> RollupReader::answerByCompany()
{
    const auto users = m_storage.nameLimit(RollupName::User);
    if (!users)
        return users.error();
    m_tally = RollupTally::inAnyOrder(*users);
    const TimeRange &range = m_question.range;
    if (range.start <= range.end) {
        const std::int64_t first = quarterOf(range.start) + (withinQuarter(range.start) != 0 ? 1 : 0);
        const QuarterSpan whole{first, quarterOf(range.end) + (withinQuarter(range.end) == kQuarterHour - 1 ? 1 : 0)};
        std::vector<CompanySpan> spans;
        std::vector<CompanySpan> edges;
        for (const KeyId company : *m_question.companies) {
            if (m_question.company && company != m_company)
                continue;
            if (whole.first < whole.end)
                spans.push_back({company, whole.first, whole.end - 1});
            const auto outer = edgesOf(company, whole);
            edges.insert(edges.end(), outer.begin(), outer.end());
        }
        auto plan = planCompanies(*m_storage.byCompany(), withoutStale(std::move(spans)),
                                  [this](const RollupCell &cell) { return isUsable(cell); });
        if (!plan)
            return plan.error();
        plan->rows = joined(std::move(plan->rows), withoutStale(std::move(edges)));
        if (auto taken = takeByCompany(*plan, false); !taken)
            return taken.error();
        if (auto taken = takeHoursApart(); !taken)
            return taken.error();
    }
    if (auto taken = takeTail(std::numeric_limits<std::int64_t>::max()); !taken)
        return taken.error();
    return inputs();
}

/// The quarter-hours of the range that are not whole.
std::vector<CompanySpan> RollupReader::edgesOf(KeyId company, QuarterSpan whole) const
{
    const CompanySpan all{company, quarterOf(m_question.range.start), quarterOf(m_question.range.end)};
    if (whole.first >= whole.end)
        return {all};
    std::vector<CompanySpan> edges;
    if (all.first < whole.first)
        edges.push_back({company, all.first, whole.first - 1});
    if (whole.end <= all.last)
        edges.push_back({company, whole.end, all.last});
    return edges;
}

Result<void> RollupReader::takeByCompany(const CompanyPlan &plan, bool onlyHours)
{
    std::vector<RollupRow> rows; // Of one company and day.
    std::deque<std::string> texts;
    std::int64_t day = 0;
    Result<void> failed;
    auto read = m_storage.byCompany()->readRows(plan.rows, [&](std::int64_t quarter, std::string_view bytes) {
        RollupBytes block(bytes);
        RollupRow row;
        while (!block.atEnd()) {
            if (!row.read(block, quarter))
                return false;
            if (!rows.empty() && (row.company != rows.front().company || dayOfQuarter(quarter) != day)) {
                failed = takeKept(rows, onlyHours);
                texts.clear();
            }
            day = dayOfQuarter(quarter);
            if (!wanted(row))
                continue;
            if (row.hasAddress && !row.packed)
                row.address = texts.emplace_back(row.address);
            rows.push_back(row);
        }
        return failed.ok();
    });
    if (!failed)
        return failed;
    if (!read)
        return read;
    if (auto taken = takeKept(rows, onlyHours); !taken)
        return taken;
    return takeCells(plan.cells, onlyHours);
}

Result<void> RollupReader::takeKept(std::vector<RollupRow> &rows, bool onlyHours)
{
    for (const RollupRow &row : rows) {
        if (onlyHours)
            ++m_hours[m_zone.hourOfDay(row.timestamp, m_zoneHint)];
        else if (auto counted = count(row); !counted)
            return counted;
    }
    rows.clear();
    return {};
}

} // namespace bartizan
