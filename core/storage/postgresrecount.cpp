// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the rows of a log of the application's stay, where whoever attached it said that they do (AttachOptions).
#include "core/metrics/rolluplevels.h"
#include "core/storage/postgresstore.h"

#include <QCoreApplication>

#include <limits>

namespace bartizan {
namespace {

/// So many rows, or those of one quarter-hour, are counted at a time.
constexpr std::int64_t kRecounted = 20'000;
constexpr int kMostQuarters = 1'000;
/// What rollup_state says when rows went.
constexpr std::int64_t kRowsWent = -2;

/// Quarter-hours one after the other, and how many rows of them are rolled up.
struct Stretch {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t rows = 0;
};

std::optional<Stretch> firstStretch(const PostgresRows &quarters)
{
    std::optional<Stretch> stretch;
    for (int i = 0; i < quarters.size() && (!stretch || stretch->rows < kRecounted); ++i) {
        const std::int64_t quarter = quarters[i].integer(0);
        if (!stretch)
            stretch = Stretch{quarter, quarter, 0};
        stretch->last = quarter;
        stretch->rows += quarters[i].integer(1);
    }
    return stretch;
}

/// The times of its quarter-hours; the outermost of all are not whole.
TimeRange timesOf(const Stretch &stretch)
{
    constexpr TimeRange kAll;
    return {stretch.first <= quarterOf(kAll.start) ? kAll.start : stretch.first * kQuarterHour,
            stretch.last >= quarterOf(kAll.end) ? kAll.end : (stretch.last + 1) * kQuarterHour - 1};
}

} // namespace

/// Counts some of the rows that are rolled up again, others each time, and gives the roll-ups up when some are missing.
Result<void> PostgresStore::recount()
{
    auto snapshot = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
    if (!snapshot)
        return snapshot.error();
    const auto state = m_connection.integer("SELECT last_row_id FROM bartizan.rollup_state WHERE sole = 1");
    if (!state)
        return state.error();
    if (*state == kRowsWent)
        return rowsWent();
    if (*state < 0)
        return {};
    const auto quarters = m_connection.query("SELECT quarter, sum(rows)::bigint FROM bartizan.rollup_block "
                                             "WHERE quarter > $1::bigint GROUP BY quarter ORDER BY quarter LIMIT "
                                                 + std::to_string(kMostQuarters),
                                             PostgresParameters().add(
                                                 m_recounted.value_or(std::numeric_limits<std::int64_t>::min())));
    if (!quarters)
        return quarters.error();
    const auto stretch = firstStretch(*quarters);
    if (!stretch) {
        m_recounted.reset(); // From the beginning, the next time.
        return {};
    }
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    filter.addTime(m_source, timesOf(*stretch));
    filter.add("i.seq <= ?::bigint", *state);
    const auto present = m_connection.integer("SELECT count(*) FROM " + m_source.log
                                                  + " AS l JOIN bartizan.intake AS i ON i.row_key = l.row_key" + filter.sql(),
                                              parameters);
    if (!present)
        return present.error();
    m_recounted = stretch->last;
    if (*present == stretch->rows)
        return {};
    if (auto ended = snapshot->commit(); !ended)
        return ended;
    return giveUpRollUps();
}

Result<void> PostgresStore::giveUpRollUps()
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    const auto given = m_connection.query("SELECT bartizan.restart_rollups($1::bigint)", PostgresParameters().add(kRowsWent));
    if (!given)
        return given.error();
    if (auto done = commitFenced(*transaction); !done)
        return done;
    return rowsWent();
}

/// Told until somebody attaches the log once more, in the one way or the other.
Error PostgresStore::rowsWent() const
{
    return Error{QCoreApplication::translate(
                     "bartizan::PostgresStore",
                     "rows of %1 were changed or deleted, although it was attached with --append-only: its metrics are "
                     "counted from the log again, which takes longer. Attach it once more, without --append-only where that "
                     "is to be so (bartizanctl attach)")
                     .arg(m_source.relation)};
}

} // namespace bartizan
