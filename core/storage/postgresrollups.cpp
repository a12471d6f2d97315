// SPDX-License-Identifier: GPL-3.0-or-later
// Roll-ups of PostgresStore: kept by the engine, and by imports at leisure; asked for the metrics. See
// core/metrics/rollupstorage.h. Bartizan's own audit log has them, for its rows never change; a table of the application's,
// which may lose rows whenever its owner likes, where they are said to stay, or where triggers tell which ones changed.
#include "core/metrics/rollupbuilder.h"
#include "core/metrics/rollupreader.h"
#include "core/storage/postgresstore.h"
#include "core/storage/rolluprows.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

namespace bartizan {
namespace {

/// More rows than this are rolled up at leisure and not with the batch that found them.
constexpr std::int64_t kMostWithABatch = 5'000;
/// With more rows than this that no engine has taken in yet, the log is read.
constexpr std::int64_t kMostUntaken = 50'000;

} // namespace

bool readTailRow(const PostgresRow &row, EventView &event, std::array<std::string, 4> &scratch)
{
    event.timestamp = row.integer(0);
    event.userId = postgresDecoded(row.stored(4), scratch[0]);
    event.companyId = postgresDecoded(row.stored(5), scratch[1]);
    event.country = postgresDecoded(row.stored(6), scratch[2]);
    event.ipAddress = postgresDecoded(row.stored(7), scratch[3]);
    return readEnum(row, 1, event.eventType) && readEnum(row, 2, event.outcome) && readEnum(row, 3, event.severity);
}

Result<void> learnNames(RollupStorage &storage, RollupNumbers &numbers, const PostgresRows &rows)
{
    static constexpr std::pair<int, RollupName> kColumns[] = {
        {4, RollupName::User}, {5, RollupName::Company}, {6, RollupName::Country}};
    for (const auto &[column, kind] : kColumns) {
        std::vector<std::string_view> texts;
        std::deque<std::string> decoded;
        std::string scratch;
        for (int i = 0; i < rows.size(); ++i) {
            const std::string_view text = postgresDecoded(rows[i].stored(column), scratch);
            if (!text.data())
                continue;
            texts.push_back(text.data() == scratch.data() ? decoded.emplace_back(scratch) : text);
        }
        if (auto learnt = numbers.learn(storage, kind, texts); !learnt)
            return learnt;
    }
    return {};
}

/// The numbers of texts, which are of no use any more when this transaction fails.
RollupNumbers &PostgresStore::numbersForWriting()
{
    m_rollupNumbersHold = false;
    return m_rollupNumbers;
}

Result<std::int64_t> PostgresStore::newestNumber()
{
    return m_connection.integer("SELECT value FROM bartizan.counter WHERE name = 'row'", {}, PostgresMode::Kept);
}

/// Calls `add` with the rows of the numbers behind `after` up to `last`, in their order. What they name is in `numbers`
/// then, where there are any.
Result<void> PostgresStore::forTailRows(std::int64_t after, std::int64_t last,
                                        const std::function<Result<void>(const EventView &)> &add,
                                        RollupNumbers *numbers)
{
    // Each row by its key: the server counts a look into every month for each of them, and would rather read a log of some
    // million rows as a whole. What is known of indexes is known of Bartizan's own log, unless that is spread over several
    // servers (packaging/postgresql/citus.sql), where it tells no transaction and OFFSET is refused.
    const std::string log = m_source.own && m_source.hasTx
        ? "LATERAL (SELECT * FROM " + m_source.log + " AS l WHERE " + m_source.rowJoin + " OFFSET 0) AS l ON true"
        : m_source.log + " AS l ON " + m_source.rowJoin;
    const std::string sql = "SELECT " + std::string(kTailColumns)
        + " FROM (SELECT * FROM bartizan.intake WHERE seq > $1::bigint AND seq <= $2::bigint) AS i JOIN " + log
        + " ORDER BY i.seq";
    while (after < last) {
        const std::int64_t end = std::min(last, after + kRollupSliceRows);
        const auto rows = m_connection.query(sql, PostgresParameters().add(after).add(end), PostgresMode::Binary);
        if (!rows)
            return rows.error();
        if (numbers) {
            if (auto learnt = learnNames(m_rollups, *numbers, *rows); !learnt)
                return learnt;
        }
        const auto sound = forRows(*rows, after + 1, add);
        if (!sound)
            return sound.error();
        if (!*sound)
            return unknownWord(after + 1);
        after = end;
    }
    return {};
}

Result<void> PostgresStore::rollUpRows(RollupState &state, std::int64_t last)
{
    if (last <= state.lastRowId)
        return {};
    RollupNumbers &numbers = numbersForWriting();
    RollupAppender appender(m_rollups, numbers, state.newestQuarter);
    const auto add = [&](const EventView &event) { return appender.add(event); };
    if (auto added = forTailRows(state.lastRowId, last, add, &numbers); !added)
        return added;
    if (auto flushed = appender.flush(); !flushed)
        return flushed;
    state.lastRowId = last;
    state.newestQuarter = appender.newestQuarter();
    return m_rollups.setState(state);
}

/// Rolls up what a batch of the engine's leaves behind its position, unless that is much, or others are at it.
Result<void> PostgresStore::rollUpWithBatch()
{
    auto state = m_rollups.state(PostgresRollupTables::Lock::Skip);
    if (!state)
        return state.error();
    const auto newest = newestNumber();
    if (!newest)
        return newest.error();
    if (!*state || *newest - (*state)->lastRowId > kMostWithABatch)
        return {};
    return rollUpRows(**state, *newest);
}

Result<bool> PostgresStore::rollUpDue(std::uint64_t lookup)
{
    const auto snapshot = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
    if (!snapshot)
        return snapshot.error();
    const auto state = m_rollups.state(PostgresRollupTables::Lock::None);
    if (!state)
        return state.error();
    if (!*state)
        return false;
    const auto newest = newestNumber();
    if (!newest)
        return newest.error();
    if (*newest > (*state)->lastRowId || lookup != (*state)->lookup)
        return true;
    if (const auto stale = staleQuarters({}); !stale || !*stale || !(*stale)->empty())
        return stale ? Result<bool>(true) : Result<bool>(stale.error());
    for (int level = 0; level < kRollupLevels; ++level) {
        const auto due = m_rollups.firstDue(level, cellOf(level, (*state)->newestQuarter));
        if (!due)
            return due.error();
        if (*due)
            return true;
    }
    return false;
}

/// Cells are built once every row is in the blocks. True while there is more to do.
Result<bool> PostgresStore::buildCells(RollupState &state, RollupBuilder &builder)
{
    numbersForWriting();
    if (builder.identity() != state.lookup) {
        state.lookup = builder.identity();
        if (state.lookup != kNoLookup) {
            if (auto dropped = m_rollups.dropOtherLookups(state.lookup); !dropped)
                return dropped.error();
        }
        if (auto set = m_rollups.setState(state); !set)
            return set.error();
    }
    return builder.build(state.newestQuarter, kRollupSliceEffort);
}

Result<bool> PostgresStore::rollUp(CountryResolver *countries)
{
    const RollupLookup lookup = countries ? rollupLookupOf(*countries) : RollupLookup();
    RollupBuilder builder(m_rollups, m_rollupNumbers, countries ? &lookup : nullptr);
    if (const auto due = rollUpDue(builder.identity()); !due || !*due)
        return due;
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    auto state = m_rollups.state(PostgresRollupTables::Lock::Wait);
    if (!state)
        return state.error();
    if (!*state)
        return false;
    const auto newest = newestNumber();
    if (!newest)
        return newest.error();
    const std::int64_t end = std::min(*newest, (*state)->lastRowId + kRollupSliceRows);
    if (auto rolledUp = rollUpRows(**state, end); !rolledUp)
        return rolledUp.error();
    bool more = *newest > end;
    if (!more) {
        const auto renewed = rollUpStale(**state);
        if (!renewed)
            return renewed;
        more = *renewed;
    }
    if (!more) {
        const auto built = buildCells(**state, builder);
        if (!built)
            return built;
        more = *built;
        if (auto sent = m_rollups.flush(); !sent)
            return sent.error();
    }
    if (auto done = commitFenced(*transaction); !done)
        return done.error();
    m_rollupNumbersHold = true;
    return more;
}

/// Calls `add` with the rows that no engine has taken in yet; false when they are too many.
Result<bool> PostgresStore::addUntaken(std::int64_t newest, const std::function<Result<void>(const EventView &)> &add)
{
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    if (auto filtered = filterUntaken(filter, parameters); !filtered)
        return filtered.error();
    // In Bartizan's own log an index tells few rows, whatever the values are: to plan that for each month takes longer than
    // all else.
    const bool kept = m_source.own && m_source.hasTx && !m_intake.from.empty();
    const auto rows = m_connection.query("SELECT " + std::string(kTailColumns) + " FROM " + m_source.log + " AS l"
                                             + filter.sql() + " ORDER BY l.raw_id LIMIT " + std::to_string(kMostUntaken),
                                         parameters, kept ? PostgresMode::Kept : PostgresMode::Binary);
    if (!rows)
        return rows.error();
    if (rows->size() >= kMostUntaken)
        return false;
    const auto sound = forRows(*rows, newest + 1, add);
    if (sound && !*sound)
        return unknownWord(newest + 1);
    return sound;
}

Result<bool> PostgresStore::answerFromRollUps(const MetricsQuery &query, const ZoneOffsets &zone,
                                              const std::optional<PostgresRollupTables::Readable> &kept,
                                              CountryResolver *countries, MetricsInputs &inputs)
{
    if (!kept)
        return false;
    const std::int64_t after = kept->lastRowId;
    if (kept->newestNumber - after > std::min(after, kLongestRollupTail))
        return false;
    const RollupLookup lookup = countries ? rollupLookupOf(*countries) : RollupLookup();
    const auto stale = staleQuarters(query.range);
    if (!stale || !*stale)
        return stale ? Result<bool>(false) : Result<bool>(stale.error());
    RollupReader reader(m_rollups, zone, countries ? &lookup : nullptr, {query.range, query.companyId, kept->companies, **stale});
    if (auto added = addStale(**stale, reader); !added)
        return added.error();
    const auto add = [&](const EventView &event) {
        const bool known = std::binary_search((*stale)->begin(), (*stale)->end(), quarterOf(event.timestamp));
        return known ? Result<void>() : reader.addTail(event);
    };
    if (auto added = forTailRows(after, kept->newestNumber, add, nullptr); !added)
        return added.error();
    // What is asked from here on has one way to be answered: to plan it each time would take longer than to run it.
    if (auto planned = m_connection.execute("SET LOCAL plan_cache_mode = force_generic_plan"); !planned)
        return planned.error();
    const auto few = addUntaken(kept->newestNumber, add);
    if (!few)
        return few;
    if (*few) {
        auto answer = reader.answer();
        if (!answer)
            return answer.error();
        inputs = std::move(*answer);
    }
    if (auto planned = m_connection.execute("SET LOCAL plan_cache_mode = auto"); !planned)
        return planned.error();
    return *few;
}

} // namespace bartizan
