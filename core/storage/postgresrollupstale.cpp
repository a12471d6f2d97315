// SPDX-License-Identifier: GPL-3.0-or-later
// Roll-ups of PostgresStore whose rows have changed since, of a table of the application's whose triggers say so: they are
// counted from the log until the engine has rolled them up anew.
#include "core/metrics/rollupbuilder.h"
#include "core/metrics/rollupreader.h"
#include "core/storage/postgresstore.h"
#include "core/storage/rolluprows.h"

#include <algorithm>
#include <string>

namespace bartizan {
namespace {

/// With more quarter-hours than this that have changed, the log is read as a whole.
constexpr int kMostStale = 2'000;

/// Spans of quarter-hours that follow each other, as columns for unnest().
std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> spansOf(const std::vector<std::int64_t> &quarters)
{
    std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> spans;
    for (const std::int64_t quarter : quarters) {
        if (spans.second.empty() || spans.second.back() + 1 != quarter) {
            spans.first.push_back(quarter);
            spans.second.push_back(quarter);
        }
        spans.second.back() = quarter;
    }
    return spans;
}

} // namespace

/// SQL for the rows of the log in spans of quarter-hours, $1 to $2; with `taken` those whose place in the intake fits that.
std::string PostgresStore::rowsOfQuarters(const std::string &taken) const
{
    const std::string quarter = std::to_string(kQuarterHour);
    // Each row asks the index of the intake for itself: as a join the server would read all of that.
    const std::string intake = "LATERAL (SELECT i.seq FROM bartizan.intake AS i WHERE i.row_key = l.row_key" + taken + " OFFSET 0) AS i";
    return "SELECT " + std::string(kTailColumns) + " FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY "
        "AS s (first, last, place) CROSS JOIN LATERAL (SELECT * FROM " + m_source.log + " AS l WHERE l.raw_time >= "
        + m_source.timeBound("(s.first * " + quarter + ")") + " AND l.raw_time < "
        + m_source.timeBound("((s.last + 1) * " + quarter + ")") + " OFFSET 0) AS l "
        + (taken.empty() ? "LEFT JOIN " + intake + " ON true" : "CROSS JOIN " + intake) + " ORDER BY s.place, i.seq";
}

/// Which quarter-hours of a range are not as they were rolled up, as far as whoever asks sees what has changed; nothing where
/// they are too many.
Result<std::optional<std::vector<std::int64_t>>> PostgresStore::staleQuarters(TimeRange range)
{
    std::vector<std::int64_t> quarters;
    if (m_source.own)
        return std::optional(std::move(quarters));
    const auto rows = m_connection.query("SELECT DISTINCT quarter FROM bartizan.rollup_stale "
                                         "WHERE quarter BETWEEN $1::bigint AND $2::bigint ORDER BY 1 LIMIT "
                                             + std::to_string(kMostStale + 1),
                                         PostgresParameters().add(quarterOf(range.start)).add(quarterOf(range.end)),
                                         PostgresMode::Kept);
    if (!rows)
        return rows.error();
    if (rows->size() > kMostStale)
        return std::optional<std::vector<std::int64_t>>();
    for (int i = 0; i < rows->size(); ++i)
        quarters.push_back((*rows)[i].integer(0));
    return std::optional(std::move(quarters));
}

/// Gives a reader all rows of the quarter-hours that have changed, those that no engine has taken in as well.
Result<void> PostgresStore::addStale(const std::vector<std::int64_t> &quarters, RollupReader &reader)
{
    if (quarters.empty())
        return {};
    const auto [firsts, lasts] = spansOf(quarters);
    const auto rows = m_connection.query(rowsOfQuarters({}),
                                         PostgresParameters().addNumbers(firsts).addNumbers(lasts), PostgresMode::Binary);
    if (!rows)
        return rows.error();
    const auto sound = forRows(*rows, 1, [&reader](const EventView &event) { return reader.addTail(event); });
    if (!sound)
        return sound.error();
    return *sound ? Result<void>() : Result<void>(unknownWord(0));
}

/// Rolls the first day anew that has such quarter-hours. False when there is none.
Result<bool> PostgresStore::rollUpStale(RollupState &state)
{
    if (m_source.own)
        return false;
    // What is marked from here on is seen the next time: the rows are read behind it.
    const auto marks = m_connection.query("SELECT id, quarter FROM bartizan.rollup_stale WHERE floor(quarter / 96.0) = "
                                          "(SELECT floor(min(quarter) / 96.0) FROM bartizan.rollup_stale) ORDER BY quarter");
    if (!marks)
        return marks.error();
    if (marks->empty())
        return false;
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> quarters;
    for (int i = 0; i < marks->size(); ++i) {
        ids.push_back((*marks)[i].integer(0));
        if (quarters.empty() || quarters.back() != (*marks)[i].integer(1))
            quarters.push_back((*marks)[i].integer(1));
    }
    if (auto dropped = m_rollups.dropQuarters(quarters); !dropped)
        return dropped.error();
    const auto [firsts, lasts] = spansOf(quarters);
    const auto rows = m_connection.query(rowsOfQuarters(" AND i.seq <= $3::bigint"),
                                         PostgresParameters().addNumbers(firsts).addNumbers(lasts).add(state.lastRowId),
                                         PostgresMode::Binary);
    if (!rows)
        return rows.error();
    RollupNumbers &numbers = numbersForWriting();
    if (auto learnt = learnNames(m_rollups, numbers, *rows); !learnt)
        return learnt.error();
    RollupAppender appender(m_rollups, numbers, state.newestQuarter);
    const auto sound = forRows(*rows, 1, [&appender](const EventView &event) { return appender.add(event); });
    if (!sound)
        return sound.error();
    if (!*sound)
        return unknownWord(0);
    if (auto flushed = appender.flush(); !flushed)
        return flushed.error();
    state.newestQuarter = appender.newestQuarter();
    if (auto set = m_rollups.setState(state); !set)
        return set.error();
    const auto done = m_connection.query("DELETE FROM bartizan.rollup_stale WHERE id = ANY ($1::bigint[])",
                                         PostgresParameters().addNumbers(ids));
    return done ? Result<bool>(true) : Result<bool>(done.error());
}

} // namespace bartizan
