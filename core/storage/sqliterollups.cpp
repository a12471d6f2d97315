// SPDX-License-Identifier: GPL-3.0-or-later
// Roll-ups of SqliteStore: kept by whoever writes rows, asked for the metrics. See core/metrics/rollupstorage.h.
#include "core/metrics/rollupbuilder.h"
#include "core/metrics/rollupreader.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace bartizan {
namespace {

constexpr std::string_view kTailRows = "SELECT id, timestamp, event_type, outcome, severity, user_id, company_id, country, "
                                       "ip_address FROM audit WHERE id > ? ORDER BY id LIMIT ?";

/// The present row of a query for kTailRows; false when it is damaged.
bool readTailRow(const SqliteStatement &row, EventView &event)
{
    event.id = row.integer(0);
    event.timestamp = row.integer(1);
    event.userId = row.text(5);
    event.companyId = row.text(6);
    event.country = row.text(7);
    event.ipAddress = row.text(8);
    return readEnum(row, 2, event.eventType) && readEnum(row, 3, event.outcome) && readEnum(row, 4, event.severity);
}

/// Calls `add` with each of the first `limit` rows that came after the row `after`, in the order of their numbers.
template<typename Add>
Result<void> forTailRows(SqliteConnection &connection, std::int64_t after, std::int64_t limit, Add &&add)
{
    auto statement = connection.prepare(std::string(kTailRows));
    if (!statement)
        return statement.error();
    statement->bind(1, after);
    statement->bind(2, limit);
    EventView event;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        if (!readTailRow(*statement, event))
            return damagedRow(connection, "audit", statement->integer(0));
        if (auto added = add(event); !added)
            return added;
    }
}

} // namespace

/// The numbers of texts, which are of no use any more when this transaction fails.
RollupNumbers &SqliteStore::numbersForWriting()
{
    m_rollupNumbersHold = false;
    return m_rollupNumbers;
}

Result<std::int64_t> SqliteStore::newestRowId()
{
    return m_connection.integer("SELECT max(id) FROM audit");
}

Result<void> SqliteStore::rollUpRows(std::int64_t limit)
{
    auto state = m_rollups.state();
    if (!state)
        return state.error();
    const auto newest = newestRowId();
    if (!newest)
        return newest.error();
    if (*newest <= state->lastRowId)
        return {};
    RollupAppender appender(m_rollups, numbersForWriting(), state->newestQuarter);
    const std::int64_t after = state->lastRowId;
    auto added = forTailRows(m_connection, after, limit, [&](const EventView &event) {
        state->lastRowId = event.id;
        return appender.add(event);
    });
    if (!added)
        return added;
    if (auto flushed = appender.flush(); !flushed)
        return flushed;
    state->newestQuarter = appender.newestQuarter();
    return m_rollups.setState(*state);
}

Result<void> SqliteStore::commitRows(SqliteTransaction &transaction)
{
    if (auto rolledUp = rollUpRows(kMostRolledUp); !rolledUp)
        return rolledUp;
    if (auto done = transaction.commit(); !done)
        return done;
    m_rollupNumbersHold = true;
    return {};
}

Result<bool> SqliteStore::rollUpDue(std::uint64_t lookup)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    const auto state = m_rollups.state();
    if (!state)
        return state.error();
    const auto newest = newestRowId();
    if (!newest)
        return newest.error();
    if (*newest > state->lastRowId || lookup != state->lookup)
        return true;
    for (int level = 0; level < kRollupLevels; ++level) {
        const auto due = m_rollups.firstDue(level, cellOf(level, state->newestQuarter));
        if (!due)
            return due.error();
        if (*due)
            return true;
    }
    return false;
}

Result<bool> SqliteStore::rollUp(CountryResolver *countries)
{
    const RollupLookup lookup = countries ? rollupLookupOf(*countries) : RollupLookup();
    RollupBuilder builder(m_rollups, m_rollupNumbers, countries ? &lookup : nullptr);
    if (const auto due = rollUpDue(builder.identity()); !due || !*due)
        return due;
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    const auto begun = std::chrono::steady_clock::now();
    if (auto rolledUp = rollUpRows(kRollupSliceRows); !rolledUp)
        return rolledUp.error();
    auto state = m_rollups.state();
    if (!state)
        return state.error();
    const auto newest = newestRowId();
    if (!newest)
        return newest.error();
    bool more = *newest > state->lastRowId;
    if (!more) {
        numbersForWriting();
        if (builder.identity() != state->lookup) {
            state->lookup = builder.identity();
            if (auto dropped = state->lookup == kNoLookup ? Result<void>() : m_rollups.dropOtherLookups(state->lookup);
                !dropped) {
                return dropped.error();
            }
            if (auto set = m_rollups.setState(*state); !set)
                return set.error();
        }
        const auto built = builder.build(state->newestQuarter, kRollupSliceEffort);
        if (!built)
            return built;
        more = *built;
    }
    if (auto done = transaction->commit(); !done)
        return done.error();
    m_rollupNumbersHold = true;
    m_connection.giveWay(begun);
    return more;
}

Result<bool> SqliteStore::answerFromRollUps(const MetricsQuery &query, const ZoneOffsets &zone,
                                            CountryResolver *countries, MetricsInputs &inputs)
{
    const auto state = m_rollups.state();
    if (!state)
        return state.error();
    const auto newest = newestRowId();
    if (!newest)
        return newest.error();
    const std::int64_t tail = *newest - state->lastRowId;
    if (tail > std::min(state->lastRowId, kLongestRollupTail))
        return false;
    const RollupLookup lookup = countries ? rollupLookupOf(*countries) : RollupLookup();
    RollupReader reader(m_rollups, zone, countries ? &lookup : nullptr, {query.range, query.companyId});
    if (tail > 0) {
        auto added = forTailRows(m_connection, state->lastRowId, tail,
                                 [&reader](const EventView &event) { return reader.addTail(event); });
        if (!added)
            return added.error();
    }
    auto answer = reader.answer();
    if (!answer)
        return answer.error();
    inputs = std::move(*answer);
    return true;
}

} // namespace bartizan
