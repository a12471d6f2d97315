// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/securitymetrics.h"
#include "core/domain/zoneoffsets.h"
#include "core/metrics/rollupnames.h"
#include "core/metrics/rollupplan.h"
#include "core/metrics/rolluptally.h"

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bartizan {

/// Answers one question about a range from roll-ups and the rows that are not rolled up (see rollupstorage.h). What is
/// counted over alerts, and the users' e-mail addresses, are left to the store. Thread: the store's.
class RollupReader {
public:
    struct Question {
        TimeRange range; ///< Not longer than the log is: an open one takes time.
        std::optional<std::string> company;
        /// Set: whoever asks sees these alone, and their rows of the tail. The storage keeps them apart.
        std::optional<std::vector<KeyId>> companies = std::nullopt;
        /// Quarter-hours in ascending order whose rows are all in the tail: what is rolled up of them does not hold any more.
        std::vector<std::int64_t> stale = {};
    };
    /// `lookup` may be null.
    RollupReader(RollupStorage &storage, const ZoneOffsets &zone, const RollupLookup *lookup, Question question);

    /// A row that is not rolled up yet, of any time; in order of keys.
    Result<void> addTail(const EventView &row);
    /// The answer, with the users that riskiestUsers() lists.
    Result<MetricsInputs> answer();

private:
    /// Of a row in its block.
    struct Place {
        TimestampMs timestamp;
        std::uint32_t begin;
    };
    bool wanted(const RollupRow &row) const
    {
        return m_question.range.contains(row.timestamp) && (!m_question.company || row.company == m_company);
    }
    Result<void> findCompany();
    bool isUsable(const RollupCell &cell) const;
    std::vector<QuarterSpan> wholeSpans() const;
    Result<std::vector<RollupPiece>> piecesOf(QuarterSpan range) const;
    Result<void> take(std::span<const RollupPiece> pieces, bool onlyHours);
    Result<void> takeCells(std::span<const RollupCell> cells, bool onlyHours);
    bool clocksStand(QuarterSpan span);
    void takeHours(const RollupCounts &counts, QuarterSpan span);
    Result<void> takeHoursApart();
    Result<MetricsInputs> answerByCompany();
    std::vector<CompanySpan> withoutStale(std::vector<CompanySpan> spans) const;
    std::vector<CompanySpan> edgesOf(KeyId company, QuarterSpan whole) const;
    Result<void> takeByCompany(const CompanyPlan &plan, bool onlyHours);
    Result<void> takeKept(std::vector<RollupRow> &rows, bool onlyHours);
    Result<void> takeRows(QuarterSpan span, bool onlyHours);
    Result<void> takeQuarter(std::int64_t quarter, std::string_view bytes, bool onlyHours, bool &sound);
    Result<void> takeTail(std::int64_t endQuarter);
    Result<void> takeTailBefore(TimestampMs end);
    Result<void> count(const RollupRow &row);
    Result<MetricsInputs> inputs();

    RollupStorage &m_storage;
    const ZoneOffsets &m_zone;
    const RollupLookup *const m_lookup;
    const Question m_question;
    std::size_t m_zoneHint = 0;
    RollupReadNumbers m_numbers;
    KeyId m_company = kNoKey;
    bool m_rolledUp = true; ///< Whether blocks can hold anything that is wanted.
    std::vector<RollupRow> m_tail;
    std::size_t m_tailTaken = 0;
    std::deque<std::string> m_tailAddresses;
    RollupTally m_tally;
    std::vector<RollupCell> m_cells; ///< That it holds.
    std::array<std::int64_t, 24> m_hours{};
    std::vector<RollupCell> m_hoursApart; ///< Cells whose hours are yet to be counted, from what is below them.
    std::vector<Place> m_places; ///< Of the rows of the quarter-hour at work.
    std::string m_addressBuffer;
};

} // namespace bartizan
