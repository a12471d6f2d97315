// SPDX-License-Identifier: GPL-3.0-or-later
// How a PostgresStore takes notice of what applications write. Rows become visible when their transaction commits, in
// another order than that of any column, so that "behind the last one" loses rows. Where the rows tell their
// transaction, those are taken that a later snapshot sees and an earlier one did not. Where they do not, those of the
// last minutes that have not been taken are, for longer than any transaction runs.
#include "core/storage/postgresstore.h"

#include <QCoreApplication>

#include <algorithm>

namespace bartizan {
namespace {

using namespace std::chrono_literals;

/// How often a log without transaction numbers is looked through, and its whole overlap.
constexpr auto kWideEvery = 5s;
constexpr auto kEngineAsks = 30ms;
constexpr auto kClientAsks = 1000ms;
/// How far back that is, beside the age of the oldest transaction; and in between.
constexpr TimestampMs kOverlap = 5 * kMinute;
constexpr TimestampMs kNarrow = 15 * kSecond;

} // namespace

Result<bool> PostgresStore::changed()
{
    if (!m_listens && !m_replica) { // To replicas no notification comes.
        if (auto listening = m_connection.execute("LISTEN bartizan"); !listening)
            return listening.error();
        m_listens = true;
    }
    const auto hinted = m_connection.notified();
    if (!hinted)
        return hinted;
    const auto now = Clock::now();
    if (!*hinted && now - m_asked < (m_engine ? kEngineAsks : Clock::duration(kClientAsks)))
        return false;
    m_asked = now;
    // The engine asks whether any transaction has ended; consoles, whether Bartizan took notice of anything.
    const auto rows = m_connection.query(m_engine ? "SELECT pg_current_snapshot()"
                                                  : "SELECT string_agg(value::text, ' ' ORDER BY name) "
                                                    "FROM bartizan.counter");
    if (!rows)
        return rows.error();
    std::string state = rows->empty() ? std::string() : rows->front().string(0);
    const bool other = state != m_state;
    m_state = std::move(state);
    return *hinted || other || (m_engine && !m_source.hasTx && worthScanning());
}

bool PostgresStore::worthScanning()
{
    return Clock::now() - m_intake.wideScan > kWideEvery;
}

Result<void> PostgresStore::loadIntake()
{
    const auto rows = m_connection.query("SELECT from_snapshot, to_snapshot, last_time, scanned_at "
                                         "FROM bartizan.intake_state WHERE sole = 1");
    if (!rows)
        return rows.error();
    m_intake.loaded = true;
    if (rows->empty())
        return {};
    const PostgresRow row = rows->front();
    m_intake.from = row.string(0);
    m_intake.to = row.string(1);
    if (!row.isNull(2))
        m_intake.lastTime = row.integer(2);
    if (!row.isNull(3))
        m_intake.scannedAt = row.integer(3);
    return {};
}

/// Which rows may be yet to be taken in.
void PostgresStore::addPending(PostgresFilter &filter, PostgresParameters &parameters) const
{
    if (m_source.hasTx) {
        parameters.raw(m_intake.to);
        const std::string to = parameters.last() + "::pg_snapshot";
        if (m_intake.from.empty()) {
            filter.add("(l.tx IS NULL OR pg_visible_in_snapshot(l.tx, " + to + "))");
        } else {
            parameters.raw(m_intake.from);
            const std::string from = parameters.last() + "::pg_snapshot";
            filter.add("l.tx >= pg_snapshot_xmin(" + from + ") AND NOT pg_visible_in_snapshot(l.tx, " + from
                       + ") AND pg_visible_in_snapshot(l.tx, " + to + ")");
        }
        if (m_intake.lastTime)
            filter.addTime(m_source, {*m_intake.lastTime, TimeRange().end});
    } else if (m_intake.scannedAt) {
        // By whichever clock is behind: the server's, or that of whoever stamps the rows.
        const TimestampMs known = std::min(*m_intake.scannedAt, m_intake.lastTime.value_or(*m_intake.scannedAt));
        filter.addTime(m_source, {known - overlap(), TimeRange().end});
    } else if (m_intake.lastTime) {
        filter.addTime(m_source, {*m_intake.lastTime, TimeRange().end});
    }
    filter.add("NOT EXISTS (SELECT 1 FROM bartizan.intake AS i WHERE i.row_key = l.row_key)");
}

/// Which rows that are visible now no engine has taken in: also what came behind the window that is being worked through.
Result<void> PostgresStore::filterUntaken(PostgresFilter &filter, PostgresParameters &parameters)
{
    if (!m_engine)
        m_intake.loaded = false; // Somebody else keeps it.
    if (!m_intake.loaded) {
        if (auto loaded = loadIntake(); !loaded)
            return loaded;
    }
    const auto present = m_connection.query("SELECT pg_current_snapshot()");
    if (!present)
        return present.error();
    const Intake kept = m_intake;
    m_intake.to = present->front().string(0);
    m_intake.lastTime = m_source.hasTx ? std::nullopt : m_intake.lastTime;
    addPending(filter, parameters);
    m_intake = kept;
    return {};
}

TimestampMs PostgresStore::overlap() const
{
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - m_intake.oldestSince).count();
    const TimestampMs open = m_intake.oldest.empty() ? 0 : static_cast<TimestampMs>(age);
    const bool wide = Clock::now() - m_intake.wideScan > kWideEvery;
    return (wide ? kOverlap + open : kNarrow);
}

/// Notes how long the oldest transaction has been running: until it ends, rows of that age may still appear.
void PostgresStore::watchOldest(const std::string &snapshot)
{
    const std::string oldest = snapshot.substr(0, snapshot.find(':'));
    const std::string next = snapshot.substr(oldest.size() + 1, snapshot.rfind(':') - oldest.size() - 1);
    if (oldest == next) { // None runs.
        m_intake.oldest.clear();
        m_warning.clear();
        return;
    }
    if (oldest != m_intake.oldest) {
        m_intake.oldest = oldest;
        m_intake.oldestSince = Clock::now();
        m_warning.clear();
    }
    if (Clock::now() - m_intake.oldestSince > std::chrono::milliseconds(kOverlap)) {
        m_warning = QCoreApplication::translate(
                        "bartizan::PostgresStore",
                        "A transaction on the server has been open for longer than the overlap of %1 minutes within which "
                        "rows of %2 are looked for; until it ends, more of the log is searched. A column for the cursor "
                        "(bartizanctl attach --add-cursor-column) makes that needless.")
                        .arg(kOverlap / kMinute)
                        .arg(m_source.relation);
    }
}

/// Whether any row is to be taken in that is visible now. Where none is, what was looked through counts as done.
Result<bool> PostgresStore::findPending()
{
    const auto present = m_connection.query("SELECT pg_current_snapshot(), "
                                            "(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
    if (!present)
        return present.error();
    const std::string snapshot = present->front().string(0);
    watchOldest(snapshot);
    const bool earlier = m_source.hasTx && !m_intake.to.empty();
    if (m_source.hasTx && !earlier) {
        if (snapshot == m_intake.from)
            return false;
        m_intake.to = snapshot;
        m_intake.lastTime.reset();
    }
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    addPending(filter, parameters);
    const auto found = m_connection.query("SELECT 1 FROM " + m_source.log + " AS l" + filter.sql() + " LIMIT 1", parameters);
    if (!found)
        return found.error();
    if (!found->empty())
        return true;
    if (m_source.hasTx) {
        m_intake.from = std::exchange(m_intake.to, {});
        m_intake.lastTime.reset();
        if (earlier)
            return findPending(); // What has become visible meanwhile: nobody might hint at it again.
    } else if (!m_intake.scannedAt && m_intake.lastTime) {
        m_intake.lastTime.reset(); // Once more from the beginning: older rows may have come meanwhile.
        return findPending();
    } else {
        m_intake.scannedAt = present->front().integer(1);
        if (overlap() > kNarrow)
            m_intake.wideScan = Clock::now();
    }
    return false;
}

/// Gives the next rows their numbers, and answers how many they were. They are taken in the order of an index, so that
/// of a large log that was just attached each portion costs no more than its own rows.
Result<std::int64_t> PostgresStore::numberPending(std::size_t limit)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    const auto base = m_connection.integer("SELECT value FROM bartizan.counter WHERE name = 'row' FOR UPDATE");
    if (!base)
        return base.error();
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    addPending(filter, parameters);
    parameters.add(*base);
    const std::string from = parameters.last() + "::bigint";
    parameters.add(static_cast<std::int64_t>(limit));
    const auto rows = m_connection.query(
        "WITH pending AS MATERIALIZED (SELECT l.row_key, l.timestamp, l.company_id, l.raw_time, l.raw_id "
        "FROM " + m_source.log + " AS l"
            + filter.sql() + " ORDER BY l.raw_time" + (m_source.own ? ", l.raw_id" : "") + " LIMIT " + parameters.last()
            + "::bigint), taken AS (INSERT INTO bartizan.intake (seq, row_time, row_key, origin) SELECT " + from
            + " + row_number() OVER (ORDER BY raw_time, raw_id), timestamp, row_key, 0 FROM pending), "
              "noted AS (INSERT INTO bartizan.company SELECT DISTINCT company_id FROM pending "
              "WHERE company_id IS NOT NULL ON CONFLICT DO NOTHING) "
              "SELECT count(*), max(timestamp) FROM pending",
        parameters);
    if (!rows)
        return rows.error();
    const std::int64_t taken = rows->front().integer(0);
    if (taken == 0)
        return 0;
    TimestampMs newest = rows->front().integer(1);
    if (!m_source.hasTx)
        newest = std::max(newest, m_intake.lastTime.value_or(newest));
    if (auto counted = m_connection.query("UPDATE bartizan.counter SET value = value + $1::bigint WHERE name = 'row'",
                                          PostgresParameters().add(taken));
        !counted)
        return counted.error();
    PostgresParameters state;
    state.add(m_intake.from).add(m_intake.to).add(newest).add(m_intake.scannedAt);
    if (auto kept = m_connection.query("UPDATE bartizan.intake_state SET from_snapshot = nullif($1, '')::pg_snapshot, "
                                       "to_snapshot = nullif($2, '')::pg_snapshot, last_time = $3::bigint, "
                                       "scanned_at = $4::bigint WHERE sole = 1",
                                       state);
        !kept)
        return kept.error();
    if (auto done = commitFenced(*transaction); !done)
        return done.error();
    m_intake.lastTime = newest;
    return taken;
}

/// Takes rows in until at least `limit` stand behind a position, or none is left.
Result<void> PostgresStore::takeIn(std::int64_t behind, std::size_t limit)
{
    if (!m_intake.loaded) {
        if (auto loaded = loadIntake(); !loaded)
            return loaded;
    }
    const auto newest = m_connection.integer("SELECT value FROM bartizan.counter WHERE name = 'row'");
    if (!newest)
        return newest.error();
    const std::int64_t waiting = *newest - behind;
    if (waiting >= static_cast<std::int64_t>(limit))
        return {};
    const auto pending = findPending();
    if (!pending)
        return pending.error();
    if (!*pending)
        return {};
    const auto taken = numberPending(std::max<std::size_t>(limit, 1'000));
    return taken ? Result<void>() : Result<void>(taken.error());
}

} // namespace bartizan
