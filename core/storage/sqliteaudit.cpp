// SPDX-License-Identifier: GPL-3.0-or-later
// The audit log of SqliteStore: writing, reading, quarantine.
#include "core/domain/eventsize.h"
#include "core/metrics/rollupbuilder.h"
#include "core/storage/monitorrows.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

/// Bulk rows go in by this many a statement: opening and closing the table and its indexes costs as much as a row does.
constexpr std::size_t kRowsAtOnce = 128;
/// Rows that a batch has room for from the beginning.
constexpr std::size_t kLargestRoom = 40'000;
/// Parameters of one row.
constexpr int kRowParameters = 17;

/// Inserts `rows` rows; one whose fingerprint is there already is passed over. OR FAIL: what a failing statement has
/// done so far stays, and so it need not keep a second journal to undo itself alone. Whoever runs it does so within a
/// transaction that a failure rolls back as a whole.
std::string insertOf(std::size_t rows)
{
    constexpr std::string_view one = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    std::string sql =
        "INSERT OR FAIL INTO audit (timestamp, event_type, outcome, severity, origin, fingerprint, action, user_id, "
        "company_id, platform_user_id, ip_address, user_agent, country, session_id, request_id, metadata, error_message) "
        "VALUES ";
    for (std::size_t i = 0; i < rows; ++i)
        sql.append(i > 0 ? "," : "").append(one);
    return sql + " ON CONFLICT (timestamp, fingerprint) DO NOTHING";
}

SqliteFilter filterOf(const EventQuery &query, bool looksUp)
{
    SqliteFilter filter;
    if (query.ipAddress)
        filter.add("ip_address = ?", *query.ipAddress);
    if (query.userId)
        filter.add("user_id = ?", *query.userId);
    if (query.eventType)
        filter.add("event_type = ?", stored(*query.eventType));
    if (query.outcome)
        filter.add("outcome = ?", stored(*query.outcome));
    if (query.companyId)
        filter.add("company_id = ?", *query.companyId);
    if (query.severity)
        filter.add("severity = ?", stored(*query.severity));
    if (looksUp)
        filter.addAnyOf("country", "country_of(country, ip_address)", query.countries);
    else
        filter.addAnyOf("country", query.countries);
    filter.add("timestamp", query.range);
    if (query.sessionId)
        filter.add("session_id = ?", *query.sessionId);
    if (query.withoutCompany)
        filter.add("coalesce(company_id, '') = ''");
    if (query.applicationOnly)
        filter.add("origin = 0");
    if (query.account)
        filter.add("account_of(user_id, metadata) = ?", *query.account);
    return filter;
}

/// Whether the index of times tells which rows a query is about. A step of triage writes as many rows of one time as it
/// has alerts: they are put in order by what the index holds, and only those that are wanted are read.
bool asksForTimesOnly(const EventQuery &query)
{
    return !query.ipAddress && !query.userId && !query.eventType && !query.outcome && !query.companyId && !query.severity
        && query.countries.empty() && !query.sessionId && !query.account && !query.withoutCompany && !query.applicationOnly;
}

void bindRow(SqliteStatement &statement, int first, const AuditEvent &event, std::uint64_t fingerprint)
{
    statement.bind(first, event.timestamp);
    statement.bind(first + 1, stored(event.eventType));
    statement.bind(first + 2, stored(event.outcome));
    statement.bind(first + 3, stored(event.severity));
    statement.bind(first + 4, stored(event.origin));
    if (fingerprint != 0)
        statement.bind(first + 5, static_cast<std::int64_t>(fingerprint));
    else
        statement.bindNull(first + 5);
    statement.bind(first + 6, std::string_view(event.action));
    bindContext(statement, first + 7, event.context);
    if (event.metadata.empty())
        statement.bindNull(first + 15);
    else
        statement.bind(first + 15, std::string_view(event.metadata));
    statement.bind(first + 16, event.errorMessage);
}

std::int64_t limitOf(std::size_t limit)
{
    return static_cast<std::int64_t>(
        std::min(limit, static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max())));
}

} // namespace

Result<bool> SqliteStore::changed()
{
    if (fileAtPath() != m_file) {
        return Error{QCoreApplication::translate("bartizan::SqliteStore", "“%1” was moved, deleted or replaced")
                         .arg(m_connection.path())};
    }
    const auto version = m_connection.integer("PRAGMA data_version");
    if (!version)
        return version.error();
    return std::exchange(m_dataVersion, *version) != *version;
}

Error SqliteStore::damagedRow(const char *table, std::int64_t key) const
{
    return bartizan::damagedRow(m_connection, table, key);
}

Result<std::int64_t> SqliteStore::insertRows(SqliteStatement &statement, std::span<const NewAuditRow> rows)
{
    int parameter = 1;
    for (const NewAuditRow &row : rows) {
        bindRow(statement, parameter, row.event, row.fingerprint);
        parameter += kRowParameters;
    }
    if (auto done = statement.run(); !done)
        return done.error();
    const std::int64_t inserted = m_connection.changes();
    // A row that was passed over is in the log already, and its company with it.
    for (const NewAuditRow &row : rows) {
        if (auto noted = noteCompany(row.event.context.companyId); !noted)
            return noted.error();
    }
    return inserted;
}

Result<void> SqliteStore::insertMonitorRow(const AuditEvent &event)
{
    static const std::string sql = insertOf(1);
    auto statement = m_connection.prepare(sql);
    if (!statement)
        return statement.error();
    bindRow(*statement, 1, event, 0);
    if (auto done = statement->run(); !done)
        return done;
    return noteCompany(event.context.companyId);
}

Result<void> SqliteStore::noteCompany(const std::optional<std::string> &company)
{
    if (!company || m_companies.contains(*company))
        return {};
    auto statement = m_connection.prepare("INSERT INTO company (id) VALUES (?) ON CONFLICT DO NOTHING");
    if (!statement)
        return statement.error();
    statement->bind(1, std::string_view(*company));
    if (auto done = statement->run(); !done)
        return done;
    m_companies.insert(*company);
    return {};
}

Result<void> SqliteStore::insertQuarantined(std::span<const QuarantinedLine> lines)
{
    if (lines.empty())
        return {};
    auto statement = m_connection.prepare("INSERT INTO quarantine (source, line, reason, text, digest) "
                                          "VALUES (?, ?, ?, ?, ?) ON CONFLICT (source, line, digest) DO NOTHING");
    if (!statement)
        return statement.error();
    for (const QuarantinedLine &line : lines) {
        statement->bind(1, std::string_view(line.source));
        statement->bind(2, line.line);
        statement->bind(3, std::string_view(line.reason));
        statement->bind(4, std::string_view(line.text).substr(0, kQuarantinedBytes));
        statement->bind(5, static_cast<std::int64_t>(digestOf(line.text)));
        if (auto done = statement->run(); !done)
            return done;
    }
    return {};
}

Result<AppendReport> SqliteStore::append(std::span<const NewAuditRow> rows,
                                         std::span<const QuarantinedLine> quarantined)
{
    auto transaction = beginWriting(SqliteTransaction::Room::Large);
    if (!transaction)
        return transaction.error();
    const auto begun = std::chrono::steady_clock::now();
    auto report = insertAll(rows);
    if (!report)
        return report;
    if (auto kept = insertQuarantined(quarantined); !kept)
        return kept.error();
    if (auto done = commitRows(*transaction); !done)
        return done.error();
    m_connection.giveWay(begun);
    return report;
}

Result<AppendReport> SqliteStore::insertAll(std::span<const NewAuditRow> rows)
{
    auto state = m_rollups.state();
    if (!state)
        return state.error();
    RollupAppender appender(m_rollups, numbersForWriting(), state->newestQuarter);
    AppendReport report;
    while (!rows.empty()) {
        static const std::string many = insertOf(kRowsAtOnce);
        static const std::string one = insertOf(1);
        const std::size_t atOnce = rows.size() >= kRowsAtOnce ? kRowsAtOnce : 1;
        auto statement = m_connection.prepare(atOnce == 1 ? one : many);
        if (!statement)
            return statement.error();
        for (; rows.size() >= atOnce; rows = rows.subspan(atOnce)) {
            const auto inserted = insertRows(*statement, rows.first(atOnce));
            if (!inserted)
                return inserted.error();
            report.inserted += *inserted;
            report.duplicates += static_cast<std::int64_t>(atOnce) - *inserted;
            // Keys are known where every row went in; the others are read again when the transaction ends.
            if (*inserted != static_cast<std::int64_t>(atOnce)
                || m_connection.lastInsertId() != state->lastRowId + *inserted) {
                continue;
            }
            for (const NewAuditRow &row : rows.first(atOnce)) {
                if (auto added = appender.add(EventView::of(row.event)); !added)
                    return added.error();
            }
            state->lastRowId += *inserted;
        }
    }
    if (auto flushed = appender.flush(); !flushed)
        return flushed.error();
    state->newestQuarter = appender.newestQuarter();
    if (auto set = m_rollups.setState(*state); !set)
        return set.error();
    return report;
}

Result<std::vector<AuditEvent>> SqliteStore::readEvents(SqliteStatement &statement, std::size_t room)
{
    std::vector<AuditEvent> events;
    events.reserve(room);
    std::size_t text = 0;
    while (text < kBatchText) {
        const auto row = statement.step();
        if (!row)
            return row.error();
        if (!*row)
            return events;
        if (!readEvent(statement, events.emplace_back()))
            return damagedRow("audit", statement.integer(0));
        text += textSize(events.back());
    }
    return events;
}

Result<std::vector<AuditEvent>> SqliteStore::fetchAfter(std::int64_t rowId, std::size_t limit)
{
    auto statement = m_connection.prepare("SELECT " + std::string(kEventColumns)
                                          + " FROM audit WHERE id > ? ORDER BY id LIMIT ?");
    if (!statement)
        return statement.error();
    statement->bind(1, rowId);
    statement->bind(2, limitOf(limit));
    // A large batch that grows step by step stands in memory twice on the way; room that is not used costs nothing.
    return readEvents(*statement, std::min(limit, kLargestRoom));
}

Result<std::vector<AuditEvent>> SqliteStore::rowsBetween(TimeRange range, std::int64_t maxRowId,
                                                         const std::optional<EventKey> &after, std::size_t limit)
{
    if (after)
        range.start = std::max(range.start, after->timestamp);
    auto statement = m_connection.prepare("SELECT " + std::string(kEventColumns)
                                          + " FROM audit WHERE timestamp BETWEEN ?1 AND ?2 AND id <= ?3 "
                                            "AND (timestamp, id) > (?4, ?5) ORDER BY timestamp, id LIMIT ?6");
    if (!statement)
        return statement.error();
    const EventKey behind = after.value_or(EventKey{std::numeric_limits<TimestampMs>::min(), 0});
    statement->bind(1, range.start);
    statement->bind(2, range.end);
    statement->bind(3, maxRowId);
    statement->bind(4, behind.timestamp);
    statement->bind(5, behind.id);
    statement->bind(6, limitOf(limit));
    return readEvents(*statement);
}

Result<Backlog> SqliteStore::backlog(std::int64_t rowId, std::int64_t /*most*/)
{
    // Keys have no gaps: rows are never deleted, and neither a duplicate nor a row rolled back uses one up.
    const auto newest = m_connection.integer("SELECT max(id) FROM audit");
    if (!newest)
        return newest.error();
    return Backlog{std::max<std::int64_t>(0, *newest - std::max<std::int64_t>(0, rowId)), false};
}

Result<std::vector<AuditEvent>> SqliteStore::events(const EventQuery &asked, CountryResolver *countries)
{
    const CountryAnswers answers(m_connection, countries);
    EventQuery query = asked;
    // SQLite begins at the end of the range, not behind a pair of values: each page would pass over all those before it.
    if (query.after && query.oldestFirst)
        query.range.start = std::max(query.range.start, query.after->timestamp);
    else if (query.after)
        query.range.end = std::min(query.range.end, query.after->timestamp);
    SqliteFilter filter = filterOf(query, countries != nullptr);
    if (query.after) {
        filter.add(query.oldestFirst ? "(timestamp, id) > (?, ?)" : "(timestamp, id) < (?, ?)", query.after->timestamp,
                   query.after->id);
    }
    const std::string wanted = filter.sql()
        + (query.oldestFirst ? " ORDER BY timestamp, id LIMIT ?" : " ORDER BY timestamp DESC, id DESC LIMIT ?");
    // The join goes by what was found, in its order; and reads a row when it is asked for, however large it is.
    const std::string source = asksForTimesOnly(query)
        ? "(SELECT id AS found FROM audit" + wanted + ") CROSS JOIN audit ON audit.id = found"
        : "audit" + wanted;
    auto statement = m_connection.prepare("SELECT " + std::string(kEventColumns) + " FROM " + source);
    if (!statement)
        return statement.error();
    statement->bind(filter.bind(*statement), limitOf(query.limit));
    return readEvents(*statement);
}

Result<std::int64_t> SqliteStore::countEvents(const EventQuery &query, CountryResolver *countries)
{
    const CountryAnswers answers(m_connection, countries);
    const SqliteFilter filter = filterOf(query, countries != nullptr);
    auto statement = m_connection.prepare("SELECT count(*) FROM audit" + filter.sql());
    if (!statement)
        return statement.error();
    filter.bind(*statement);
    if (const auto row = statement->step(); !row)
        return row.error();
    return statement->integer(0);
}

Result<std::vector<std::string>> SqliteStore::companies()
{
    auto statement = m_connection.prepare("SELECT id FROM company ORDER BY id");
    if (!statement)
        return statement.error();
    std::vector<std::string> companies;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return companies;
        companies.push_back(statement->string(0));
    }
}

Result<std::optional<TimeRange>> SqliteStore::extent()
{
    auto statement = m_connection.prepare("SELECT (SELECT min(timestamp) FROM audit), (SELECT max(timestamp) FROM audit)");
    if (!statement)
        return statement.error();
    if (const auto row = statement->step(); !row)
        return row.error();
    if (statement->isNull(0))
        return std::optional<TimeRange>();
    return std::optional(TimeRange{statement->integer(0), statement->integer(1)});
}

Result<std::int64_t> SqliteStore::quarantinedCount()
{
    return m_connection.integer("SELECT count(*) FROM quarantine");
}

Result<std::vector<QuarantinedLine>> SqliteStore::quarantined(std::int64_t afterId, std::size_t limit)
{
    auto statement = m_connection.prepare("SELECT id, source, line, reason, text FROM quarantine WHERE id > ? "
                                          "ORDER BY id LIMIT ?");
    if (!statement)
        return statement.error();
    statement->bind(1, afterId);
    statement->bind(2, limitOf(limit));
    std::vector<QuarantinedLine> lines;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return lines;
        lines.push_back({statement->integer(0), statement->string(1), statement->integer(2), statement->string(3),
                         statement->string(4)});
    }
}

Result<void> SqliteStore::setUserEmails(std::span<const std::pair<std::string, std::string>> idAndEmail)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    {
        auto statement = m_connection.prepare("INSERT INTO user_email (user_id, email) VALUES (?, ?) "
                                              "ON CONFLICT (user_id) DO UPDATE SET email = excluded.email");
        if (!statement)
            return statement.error();
        for (const auto &[id, email] : idAndEmail) {
            statement->bind(1, std::string_view(id));
            statement->bind(2, std::string_view(email));
            if (auto done = statement->run(); !done)
                return done;
        }
    }
    return transaction->commit();
}

} // namespace bartizan
