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

constexpr auto kEngineAsks = 30ms;
constexpr auto kClientAsks = 1000ms;

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
    if (!*hinted && now - m_asked < m_pace.askEvery.value_or(m_engine ? kEngineAsks : kClientAsks))
        return false;
    m_asked = now;
    // The engine asks whether any transaction has ended; consoles, whether Bartizan took notice of anything.
    const auto rows = m_connection.query(std::string("SELECT ")
                                         + (m_engine ? "pg_current_snapshot()"
                                                     : "(SELECT string_agg(value::text, ' ' ORDER BY name) FROM bartizan.counter)")
                                         + ", generation FROM bartizan.source");
    if (!rows)
        return rows.error();
    std::string state = rows->empty() ? std::string() : rows->front().string(0);
    bool other = state != m_state;
    if (!rows->empty() && rows->front().integer(1) != m_source.generation) {
        if (const auto followed = followSource(); !followed)
            return followed;
        other = true;
    }
    m_state = std::move(state);
    return *hinted || other || (m_engine && !m_source.hasTx && worthScanning());
}

bool PostgresStore::worthScanning()
{
    return Clock::now() - m_intake.wideScan > m_pace.wideEvery;
}

/// What tells the data of this server from those of every other; empty where the server does not say.
Result<std::string> PostgresStore::systemIdentifier()
{
    if (m_system)
        return *m_system;
    const auto may = m_connection.query("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')");
    if (!may)
        return may.error();
    std::string system;
    if (may->front().boolean(0)) {
        const auto told = m_connection.query("SELECT system_identifier::text FROM pg_control_system()");
        if (!told)
            return told.error();
        system = told->front().string(0);
    }
    m_system = std::move(system);
    return *m_system;
}

/// How far the last engine came. Of what a dump has brought from another server, whose transactions had numbers of their
/// own, nothing is known to be done: then all rows are looked through once more, and those that have a number keep it.
/// Answers the snapshot of the moment.
Result<std::string> PostgresStore::loadIntake()
{
    const auto system = systemIdentifier();
    if (!system)
        return system.error();
    const auto rows = m_connection.query(
        "SELECT from_snapshot::text, to_snapshot::text, last_time, scanned_at, open_since, open_next, "
        "coalesce(system <> nullif($1, ''), false) OR coalesce(greatest(pg_snapshot_xmax(from_snapshot)::text::numeric, "
        "pg_snapshot_xmax(to_snapshot)::text::numeric, open_next) > pg_snapshot_xmax(pg_current_snapshot())::text::numeric, "
        "false), s.present::text FROM (SELECT pg_current_snapshot() AS present) AS s LEFT JOIN bartizan.intake_place ON sole = 1",
        PostgresParameters().add(*system), PostgresMode::Kept);
    if (!rows)
        return rows.error();
    Intake loaded;
    loaded.loaded = true;
    loaded.wideScan = m_intake.wideScan;
    const PostgresRow row = rows->front();
    const auto time = [&row](int column) {
        return row.isNull(column) ? std::optional<TimestampMs>() : std::optional(row.integer(column));
    };
    const bool elsewhere = row.boolean(6);
    loaded.scannedAt = time(3);
    if (!elsewhere) {
        loaded.from = row.string(0);
        loaded.to = row.string(1);
        loaded.lastTime = time(2);
        if (!row.isNull(4) && !row.isNull(5))
            loaded.open = OpenTransactions::Look{row.integer(4), row.integer(5)};
    }
    m_intake = loaded;
    if (m_intake.open)
        m_transactions.goOn(*m_intake.open);
    return row.string(7);
}

/// Which rows may be yet to be taken in, whatever their time.
void PostgresStore::addUnseen(PostgresFilter &filter, PostgresParameters &parameters) const
{
    if (m_source.hasTx) {
        parameters.raw(m_intake.to);
        const std::string to = parameters.last() + "::pg_snapshot";
        if (m_intake.from.empty()) {
            // Numbers that this server has not given out are those of another one.
            filter.add("(l.tx IS NULL OR pg_visible_in_snapshot(l.tx, " + to + ") OR l.tx >= pg_snapshot_xmax(" + to + "))");
        } else {
            parameters.raw(m_intake.from);
            const std::string from = parameters.last() + "::pg_snapshot";
            filter.add("l.tx >= pg_snapshot_xmin(" + from + ") AND l.tx < pg_snapshot_xmax(" + to
                       + ") AND NOT pg_visible_in_snapshot(l.tx, " + from + ") AND pg_visible_in_snapshot(l.tx, " + to + ")");
        }
    }
    // As a value: each row asks the unique index for itself. As a join, whose plan hangs on the server's idea of how many rows
    // the intake has, it compares each row with each: a vacuum that looks while a first import runs takes it for empty. Of a
    // value that is NULL the server would expect few rows.
    filter.add("NOT coalesce((SELECT true FROM bartizan.intake AS i WHERE i.row_key = l.row_key), false)");
}

/// From which time on rows may be yet to be taken in; nullopt: of any.
std::optional<TimestampMs> PostgresStore::pendingSince() const
{
    if (m_source.hasTx || !m_intake.scannedAt)
        return m_intake.lastTime;
    // By whichever clock is behind: the server's, or that of whoever stamps the rows.
    return std::min(*m_intake.scannedAt, m_intake.lastTime.value_or(*m_intake.scannedAt)) - overlap();
}

/// Which rows may be yet to be taken in, of those that have a time.
void PostgresStore::addPending(PostgresFilter &filter, PostgresParameters &parameters) const
{
    addUnseen(filter, parameters);
    if (const auto since = pendingSince())
        filter.addTime(m_source, {*since, TimeRange().end});
}

/// SQL for the rows that are yet to be taken in. `rest` is its order and limit; twice as many may come. Rows without a time,
/// or with one before all others, stand behind no bound of time: they are asked for by themselves, so that the bound is one
/// range of an index. Where they do not tell their transaction, with the wider looks only, for all of them are looked at.
std::string PostgresStore::pendingRows(const std::string &columns, const std::string &rest, PostgresParameters &parameters) const
{
    const std::string select = "(SELECT " + columns + " FROM bartizan.log_raw AS l";
    PostgresFilter filter(parameters);
    addPending(filter, parameters);
    const std::string rows = select + filter.sql() + rest + ")";
    if (m_source.own || !pendingSince() || (!m_source.hasTx && !m_intake.wide))
        return rows;
    PostgresFilter timeless(parameters);
    addUnseen(timeless, parameters);
    timeless.add(m_source.timeType == "ms" ? "l.raw_time IS NULL" : "(l.raw_time IS NULL OR l.raw_time = '-infinity')");
    return rows + " UNION ALL " + select + timeless.sql() + rest + ")";
}

Result<std::string> PostgresStore::presentSnapshot()
{
    const auto rows = m_connection.query("SELECT pg_current_snapshot()::text", {}, PostgresMode::Kept);
    return rows ? Result<std::string>(rows->front().string(0)) : Result<std::string>(rows.error());
}

/// Which rows that are visible now no engine has taken in: also what came behind the window that is being worked through.
Result<void> PostgresStore::filterUntaken(PostgresFilter &filter, PostgresParameters &parameters)
{
    if (!m_engine)
        m_intake.loaded = false; // Somebody else keeps it.
    auto present = m_intake.loaded ? presentSnapshot() : loadIntake();
    if (!present)
        return present.error();
    const Intake kept = m_intake;
    m_intake.to = std::move(*present);
    m_intake.lastTime = m_source.hasTx ? std::nullopt : m_intake.lastTime;
    m_intake.wide = true;
    addPending(filter, parameters);
    m_intake = kept;
    return {};
}

/// How far behind the last look rows may still appear: as far as the transactions go back that ran then.
TimestampMs PostgresStore::overlap() const
{
    if (!m_intake.wide || !m_intake.scannedAt)
        return m_pace.narrow;
    const TimestampMs began = m_intake.open ? m_intake.open->at : m_transactions.firstLook();
    return m_pace.overlap + (began == 0 ? 0 : std::max<TimestampMs>(0, *m_intake.scannedAt - began));
}

/// Before a log without transaction numbers is looked through: whether wholly, and what runs meanwhile.
void PostgresStore::beginLook(const PostgresRow &present)
{
    m_transactions.see(present.string(0), present.integer(1));
    m_intake.wide = worthScanning();
    if (m_intake.scannedAt && !m_intake.open && m_transactions.before()) {
        // What ran when the log was looked through first, for nobody knows how long, has ended.
        m_intake.scannedAt.reset();
        m_intake.lastTime.reset();
    }
    m_warning.clear();
    if (m_transactions.seenRunningFor() <= m_pace.overlap)
        return;
    m_warning = QCoreApplication::translate(
                    "bartizan::PostgresStore",
                    "A transaction on the server has been open for longer than the overlap of %1 minutes within which "
                    "rows of %2 are looked for; until it ends, more of the log is searched. A column for the cursor "
                    "(bartizanctl attach --add-cursor-column) makes that needless.")
                    .arg(m_pace.overlap / kMinute)
                    .arg(m_source.relation);
}

/// When nothing was found: what was looked through counts as done. Answers whether to look once more at once.
bool PostgresStore::endLook(const std::string &snapshot, TimestampMs at)
{
    if (m_source.hasTx) {
        m_intake.from = std::exchange(m_intake.to, {});
        m_intake.lastTime.reset();
        return m_intake.from != snapshot; // What has become visible meanwhile: nobody might hint at it again.
    }
    if (!m_intake.scannedAt && m_intake.lastTime) {
        m_intake.lastTime.reset(); // Once more from the beginning: older rows may have come meanwhile.
        return true;
    }
    if (m_intake.wide || !m_intake.scannedAt) {
        m_intake.wideScan = Clock::now();
        m_intake.open = m_transactions.before();
    }
    m_intake.scannedAt = at;
    return false;
}

/// Whether any row is to be taken in that is visible now. Where none is, what was looked through counts as done.
Result<bool> PostgresStore::findPending()
{
    const auto present = m_connection.query("SELECT pg_current_snapshot(), "
                                            "(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
    if (!present)
        return present.error();
    const std::string snapshot = present->front().string(0);
    if (!m_source.hasTx) {
        beginLook(present->front());
    } else if (m_intake.to.empty()) {
        if (snapshot == m_intake.from)
            return false;
        m_intake.to = snapshot;
        m_intake.lastTime.reset();
    }
    PostgresParameters parameters;
    const std::string pending = pendingRows("1", " LIMIT 1", parameters);
    const auto found = m_connection.query(pending, parameters);
    if (!found)
        return found.error();
    if (!found->empty())
        return true;
    return endLook(snapshot, present->front().integer(1)) ? findPending() : Result<bool>(false);
}

/// Gives the next rows their numbers. They are taken in the order of an index, so that of a large log that was just
/// attached each portion costs no more than its own rows. Those that cannot be read are known by their number from then
/// on as well, and go to quarantine in the same breath, so that none does twice.
Result<void> PostgresStore::numberPending(std::size_t limit)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    const auto base = m_connection.integer("SELECT value FROM bartizan.counter WHERE name = 'row' FOR UPDATE");
    if (!base)
        return base.error();
    PostgresParameters parameters;
    parameters.add(*base);
    const std::string from = parameters.last() + "::bigint";
    parameters.add(static_cast<std::int64_t>(limit));
    const std::string most = parameters.last() + "::bigint";
    parameters.add(m_source.relation.toStdString());
    const std::string source = parameters.last();
    std::string pending
        = pendingRows("l.row_key, l.timestamp, l.company_id, l.raw_time, l.raw_id, l.problem, l.problem_row",
                      std::string(" ORDER BY l.raw_time") + (m_source.own ? ", l.raw_id" : "") + " LIMIT " + most, parameters);
    if (!m_source.own) // Of a view a key may come twice: those are one row, whether they come together or not.
        pending = "SELECT DISTINCT ON (p.row_key) p.* FROM (" + pending + ") AS p ORDER BY p.row_key, p.raw_time";
    const auto rows = m_connection.query(
        "WITH pending AS MATERIALIZED (" + pending
            + "), taken AS (INSERT INTO bartizan.intake (seq, row_time, row_key, row_id, origin, company_id) SELECT " + from
            + " + row_number() OVER (ORDER BY raw_time, raw_id), coalesce(timestamp, 0), row_key, bartizan.row_id_of(row_key), "
              "0, company_id FROM pending), "
              "noted AS (INSERT INTO bartizan.company SELECT DISTINCT company_id FROM pending "
              "WHERE company_id IS NOT NULL AND problem IS NULL ON CONFLICT DO NOTHING), "
              "aside AS (INSERT INTO bartizan.quarantine (source, line, reason, text) "
              "SELECT " + source + "::text, 0, problem, left(problem_row, 4096) FROM pending "
              "WHERE problem IS NOT NULL ORDER BY raw_time, raw_id) "
              "SELECT count(*), max(timestamp) FROM pending",
        parameters);
    if (!rows)
        return rows.error();
    const std::int64_t taken = rows->front().integer(0);
    if (taken == 0)
        return {};
    std::optional<TimestampMs> newest = m_intake.lastTime;
    if (!rows->front().isNull(1)) {
        const TimestampMs last = rows->front().integer(1);
        newest = m_source.hasTx ? last : std::max(last, newest.value_or(last));
    }
    if (auto counted = m_connection.query("UPDATE bartizan.counter SET value = value + $1::bigint WHERE name = 'row'",
                                          PostgresParameters().add(taken));
        !counted)
        return counted.error();
    if (auto kept = saveIntake(newest); !kept)
        return kept;
    if (auto done = commitFenced(*transaction); !done)
        return done;
    m_intake.lastTime = newest;
    return {};
}

/// Stores how far the rows are taken in, with the transaction that is open.
Result<void> PostgresStore::saveIntake(std::optional<TimestampMs> newest)
{
    PostgresParameters state;
    state.add(m_intake.from).add(m_intake.to).add(newest).add(m_intake.scannedAt);
    state.add(m_intake.open ? std::optional(m_intake.open->at) : std::nullopt);
    state.add(m_intake.open ? std::optional(m_intake.open->next) : std::nullopt);
    state.add(m_system.value_or(std::string()));
    const auto kept = m_connection.query("UPDATE bartizan.intake_state SET from_snapshot = nullif($1, '')::pg_snapshot, "
                                         "to_snapshot = nullif($2, '')::pg_snapshot, last_time = $3::bigint, "
                                         "scanned_at = $4::bigint, open_since = $5::bigint, open_next = $6::bigint, "
                                         "system = nullif($7, '') WHERE sole = 1",
                                         state);
    return kept ? Result<void>() : Result<void>(kept.error());
}

/// Takes rows in until at least `limit` stand behind a position, or none is left. Answers the newest number before that.
Result<std::int64_t> PostgresStore::takeIn(std::int64_t behind, std::size_t limit)
{
    if (!m_intake.loaded) {
        if (auto loaded = loadIntake(); !loaded)
            return loaded.error();
    }
    const auto newest = newestNumber();
    if (!newest || *newest - behind >= static_cast<std::int64_t>(limit))
        return newest;
    const auto pending = findPending();
    if (!pending)
        return pending.error();
    if (*pending) {
        if (auto taken = numberPending(std::max<std::size_t>(limit, 1'000)); !taken)
            return taken.error();
    }
    return newest;
}

} // namespace bartizan
