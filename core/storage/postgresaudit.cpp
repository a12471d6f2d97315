// SPDX-License-Identifier: GPL-3.0-or-later
// Reading the audit log of a PostgresStore.
#include "core/domain/backlog.h"
#include "core/domain/eventsize.h"
#include "core/domain/jsontext.h"
#include "core/ports/countryresolver.h"
#include "core/storage/postgresstore.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

std::string limitOf(std::size_t limit)
{
    return std::to_string(std::min(limit, static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max())));
}

std::string eventsSelect(const PostgresSource &source)
{
    return "SELECT " + source.rowId() + " AS row_id, " + std::string(kLogColumns)
        + " FROM " + source.log + " AS l LEFT JOIN bartizan.intake AS i ON i.row_key = l.row_key";
}

/// A pattern for a member of a JSON text: a text in any case.
std::string memberPattern(std::string_view key, std::string_view value)
{
    std::string text;
    appendJsonString(text, value);
    std::string pattern = "\"" + std::string(key) + "\"\\s*:\\s*";
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        if (!plain)
            pattern += '\\';
        pattern += c;
    }
    return pattern;
}

/// The rows of an account. Who may only read has no function that takes any text for JSON: its members are found by patterns.
void addAccount(const std::string &account, PostgresParameters &parameters, PostgresFilter &filter)
{
    const std::string byName = parameters.add(memberPattern("username", account)).last();
    const std::string byMail = parameters.add(memberPattern("email", account)).last();
    filter.add("CASE WHEN l.user_id <> '' THEN lower(l.user_id) = lower(?::text) WHEN l.metadata ~* " + byName
                   + "::text THEN true ELSE l.metadata !~ '\"username\"\\s*:\\s*\"[^\"]' AND l.metadata ~* " + byMail + "::text END",
               account);
}

std::string anyOf(PostgresParameters &parameters, const std::vector<std::string> &values)
{
    parameters.addArray({values.begin(), values.end()});
    return " = ANY (" + parameters.last() + "::text[])";
}

} // namespace

Error PostgresStore::unknownWord(std::int64_t row) const
{
    return m_connection.error(QCoreApplication::translate("bartizan::PostgresStore",
                                                          "row %1 of %2 holds a value that Bartizan does not know")
                                  .arg(row)
                                  .arg(m_source.relation));
}

Result<std::vector<AuditEvent>> PostgresStore::readEvents(const std::string &sql, const PostgresParameters &parameters)
{
    std::vector<AuditEvent> events;
    std::size_t text = 0;
    std::optional<std::int64_t> unknown;
    const auto read = m_connection.stream(sql, parameters, [&](const PostgresRow &row) {
        if (!readEvent(row, events.emplace_back())) {
            unknown = row.integer(0);
            return false;
        }
        text += textSize(events.back());
        return text < kBatchText;
    });
    if (!read)
        return read.error();
    if (unknown)
        return unknownWord(*unknown);
    return events;
}

/// Appends the rows of the next numbers behind one. The application may have removed any of them from its table.
Result<PostgresStore::Window> PostgresStore::readWindow(std::int64_t behind, std::size_t limit,
                                                        std::vector<AuditEvent> &events, std::size_t &text)
{
    Window window;
    window.last = behind;
    std::optional<std::int64_t> unknown;
    // The limit first: the server would join all that stands behind the position.
    const auto read = m_connection.stream(
        "SELECT i.seq, " + std::string(kLogColumns)
            + " FROM (SELECT * FROM bartizan.intake WHERE seq > $1::bigint ORDER BY seq LIMIT " + limitOf(limit)
            + ") AS i LEFT JOIN " + m_source.log + " AS l ON " + m_source.rowJoin + " ORDER BY i.seq",
        PostgresParameters().add(behind), [&](const PostgresRow &row) {
            if (row.integer(0) == window.last) // Its key stands twice in a view: that is one row.
                return true;
            ++window.scanned;
            window.last = row.integer(0);
            if (row.isNull(1))
                return true; // It is gone.
            if (!readEvent(row, events.emplace_back())) {
                unknown = row.integer(0);
                return false;
            }
            text += textSize(events.back());
            window.full = text >= kBatchText;
            return !window.full;
        });
    if (!read)
        return read.error();
    if (unknown)
        return unknownWord(*unknown);
    return window;
}

std::int64_t PostgresStore::behindGone(std::int64_t rowId) const
{
    return rowId >= m_gone.from && rowId < m_gone.to ? m_gone.to : rowId;
}

Result<std::vector<AuditEvent>> PostgresStore::fetchAfter(std::int64_t rowId, std::size_t limit)
{
    if (auto usable = m_connection.check(); !usable)
        return usable.error();
    std::vector<AuditEvent> events;
    std::size_t text = 0;
    std::int64_t position = behindGone(rowId);
    // Rows that are gone neither end the batch nor keep new ones from being taken in.
    while (events.size() < limit) {
        const std::size_t room = limit - events.size();
        const auto newest = m_engine && m_readOnlyReason.isEmpty() ? takeIn(position, room) : newestNumber();
        if (!newest)
            return newest.error();
        const auto window = readWindow(position, room, events, text);
        if (!window)
            return window.error();
        const bool heldBack = *newest - position >= static_cast<std::int64_t>(room);
        const bool atTheEnd = window->scanned < room;
        position = atTheEnd ? std::max(window->last, *newest) : window->last;
        if (window->full || (atTheEnd && !heldBack))
            break;
    }
    if (events.empty() && position > rowId)
        m_gone = {rowId, position};
    return events;
}

Result<std::vector<AuditEvent>> PostgresStore::rowsBetween(TimeRange range, std::int64_t maxRowId,
                                                           const std::optional<EventKey> &after, std::size_t limit)
{
    if (after)
        range.start = std::max(range.start, after->timestamp);
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    filter.addTime(m_source, range);
    filter.add("i.seq <= ?::bigint", maxRowId);
    if (after) {
        filter.add("l.timestamp >= ?::bigint", after->timestamp);
        parameters.add(after->id);
        filter.add("(l.timestamp > ?::bigint OR i.seq > " + parameters.last() + "::bigint)", after->timestamp);
    }
    return readEvents("SELECT i.seq, " + std::string(kLogColumns)
                          + " FROM " + m_source.log + " AS l JOIN bartizan.intake AS i ON i.row_key = l.row_key" + filter.sql()
                          + " ORDER BY " + std::string(m_source.timeOrder()) + ", i.seq LIMIT " + limitOf(limit),
                      parameters);
}

/// Counts the rows of "FROM …" up to a bound: nobody waits until millions are counted.
Result<Backlog> PostgresStore::countUpTo(std::int64_t most, const std::string &rows, const PostgresParameters &parameters)
{
    const std::int64_t bound = std::min(most, std::numeric_limits<std::int64_t>::max() - 1);
    const auto counted = m_connection.integer("SELECT count(*) FROM (SELECT 1 " + rows + " LIMIT " + std::to_string(bound + 1)
                                                  + ") AS counted",
                                              parameters);
    if (!counted)
        return counted.error();
    return Backlog{std::min(*counted, bound), *counted > bound};
}

Result<Backlog> PostgresStore::backlog(std::int64_t rowId, std::int64_t most)
{
    const auto newest = newestNumber();
    if (!newest)
        return newest.error();
    Backlog waiting{std::max<std::int64_t>(0, *newest - behindGone(std::max<std::int64_t>(0, rowId))), false};
    if (waiting.count > 0 && !m_engine) { // The engine finds out by itself which of them are gone.
        const auto present = countUpTo(most,
                                       "FROM bartizan.intake AS i JOIN " + m_source.log + " AS l ON " + m_source.rowJoin
                                           + " WHERE i.seq > $1::bigint",
                                       PostgresParameters().add(rowId));
        if (!present || present->isBound)
            return present;
        waiting = *present;
    }
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    // Of a log that was just attached, what lies before the last one taken need not be looked through each time.
    if (m_engine && m_intake.loaded && m_intake.from.empty() && m_intake.lastTime)
        addPending(filter, parameters);
    else if (auto filtered = filterUntaken(filter, parameters); !filtered)
        return filtered.error();
    const auto untaken = countUpTo(most, "FROM " + m_source.log + " AS l" + filter.sql(), parameters);
    if (!untaken)
        return untaken;
    return Backlog{waiting.count + untaken->count, untaken->isBound};
}

void PostgresStore::addCompany(PostgresFilter &filter, const std::string &company) const
{
    if (m_source.own && company.empty())
        filter.add("l.raw_company = U&'\\FDD0'");
    else
        filter.add("l.raw_company = ?::text", company);
}

void PostgresStore::filterEvents(const EventQuery &query, PostgresParameters &parameters, PostgresFilter &filter) const
{
    if (query.ipAddress)
        filter.addText("l.raw_ip", *query.ipAddress);
    if (query.userId)
        filter.addText("l.raw_user", *query.userId);
    if (query.eventType)
        filter.add("l.event_type = ?::integer", storedNumber(*query.eventType));
    if (query.outcome)
        filter.add("l.outcome = ?::integer", storedNumber(*query.outcome));
    if (query.companyId)
        addCompany(filter, *query.companyId);
    if (query.severity)
        filter.add("l.severity = ?::integer", storedNumber(*query.severity));
    filter.addTime(m_source, query.range);
    if (query.sessionId)
        filter.add("l.session_id = ?::text", *query.sessionId);
    if (query.withoutCompany)
        filter.add("coalesce(l.company_id, '') IN ('', U&'\\FDD0')");
    if (query.applicationOnly) {
        // Only the intake tells who wrote a row. What Bartizan writes is SYSTEM_CONFIG: no other row has to be looked up.
        static_assert(static_cast<int>(SecurityEventType::SystemConfig) == 10);
        filter.add("CASE WHEN l.event_type = 10 THEN coalesce((SELECT m.origin FROM bartizan.intake AS m "
                   "WHERE m.row_key = l.row_key), 0) = 0 ELSE true END");
    }
    if (query.account)
        addAccount(*query.account, parameters, filter);
}

Result<std::vector<AuditEvent>> PostgresStore::events(const EventQuery &query, CountryResolver *countries)
{
    if (auto looked = lookAtSource(); !looked)
        return looked.error();
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    filterEvents(query, parameters, filter);
    if (!query.countries.empty() && !countries)
        filter.add("l.country" + anyOf(parameters, query.countries));
    if (query.after) {
        TimeRange rest;
        (query.oldestFirst ? rest.start : rest.end) = query.after->timestamp;
        filter.addTime(m_source, rest);
        parameters.add(query.after->id);
        const std::string sign = query.oldestFirst ? " > " : " < ";
        filter.add("(l.timestamp" + sign + "?::bigint OR l.timestamp = ?::bigint AND " + m_source.rowId() + sign
                       + parameters.last() + "::bigint)",
                   query.after->timestamp);
    }
    const std::string way = query.oldestFirst ? "" : " DESC";
    const std::string sql = eventsSelect(m_source) + filter.sql() + " ORDER BY " + std::string(m_source.timeOrder()) + way
        + ", row_id" + way;
    // What only this program knows, the country of an address, is asked row by row.
    if (!query.countries.empty() && countries)
        return readEventsFrom(query, *countries, sql, parameters);
    return readEvents(sql + " LIMIT " + limitOf(query.limit), parameters);
}

Result<std::vector<AuditEvent>> PostgresStore::readEventsFrom(const EventQuery &query, CountryResolver &countries,
                                                              const std::string &sql,
                                                              const PostgresParameters &parameters)
{
    std::vector<AuditEvent> events;
    std::size_t text = 0;
    std::optional<std::int64_t> unknown;
    const auto among = [&](const AuditEvent &event) {
        const auto &wanted = query.countries;
        const EventContext &c = event.context;
        if (c.country && std::find(wanted.begin(), wanted.end(), *c.country) != wanted.end())
            return true;
        const std::string_view told = countries.ofRow(c.country ? std::string_view(*c.country) : std::string_view(),
                                                      c.ipAddress ? std::string_view(*c.ipAddress) : std::string_view());
        return told.data() && std::find(wanted.begin(), wanted.end(), told) != wanted.end();
    };
    const auto read = m_connection.stream(sql, parameters, [&](const PostgresRow &row) {
        AuditEvent event;
        if (!readEvent(row, event)) {
            unknown = row.integer(0);
            return false;
        }
        if (among(event)) {
            text += textSize(event);
            events.push_back(std::move(event));
        }
        return events.size() < query.limit && text < kBatchText;
    });
    if (!read)
        return read.error();
    if (unknown)
        return unknownWord(*unknown);
    return events;
}

Result<std::int64_t> PostgresStore::countEvents(const EventQuery &query, CountryResolver *countries)
{
    if (auto looked = lookAtSource(); !looked)
        return looked.error();
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    filterEvents(query, parameters, filter);
    if (query.countries.empty() || !countries) {
        if (!query.countries.empty())
            filter.add("l.country" + anyOf(parameters, query.countries));
        return m_connection.integer("SELECT count(*) FROM " + m_source.log + " AS l" + filter.sql(), parameters);
    }
    std::int64_t count = 0;
    const auto &wanted = query.countries;
    const auto read = m_connection.stream(
        "SELECT l.country, l.ip_address, count(*) FROM " + m_source.log + " AS l" + filter.sql() + " GROUP BY 1, 2", parameters,
        [&](const PostgresRow &row) {
            const auto country = row.optionalString(0);
            const auto address = row.optionalString(1);
            const std::string_view told = countries->ofRow(country ? std::string_view(*country) : std::string_view(),
                                                           address ? std::string_view(*address) : std::string_view());
            if ((country && std::find(wanted.begin(), wanted.end(), *country) != wanted.end())
                || (told.data() && std::find(wanted.begin(), wanted.end(), told) != wanted.end()))
                count += row.integer(2);
            return true;
        });
    if (!read)
        return read.error();
    return count;
}

Result<std::vector<std::string>> PostgresStore::companies()
{
    const auto rows = m_connection.query("SELECT id FROM bartizan.company WHERE bartizan.sees(id) "
                                         "ORDER BY id COLLATE \"C\"");
    if (!rows)
        return rows.error();
    std::vector<std::string> companies;
    for (int i = 0; i < rows->size(); ++i)
        companies.push_back((*rows)[i].string(0));
    return companies;
}

Result<std::optional<TimeRange>> PostgresStore::extent()
{
    if (auto looked = lookAtSource(); !looked)
        return looked.error();
    // By the column that has the index.
    const std::string end = "(SELECT l.timestamp FROM " + m_source.log + " AS l WHERE l.raw_time IS NOT NULL ORDER BY l.raw_time";
    const auto rows = m_connection.query(m_source.own ? "SELECT " + end + " LIMIT 1), " + end + " DESC LIMIT 1)"
                                                      : "SELECT first, last FROM bartizan.log_extent()",
                                         {}, PostgresMode::Kept);
    if (!rows)
        return rows.error();
    const PostgresRow row = rows->front();
    if (row.isNull(0))
        return std::optional<TimeRange>();
    return std::optional(TimeRange{row.integer(0), row.integer(1)});
}

Result<std::int64_t> PostgresStore::quarantinedCount()
{
    return m_connection.integer("SELECT count(*) FROM bartizan.quarantine");
}

Result<std::vector<QuarantinedLine>> PostgresStore::quarantined(std::int64_t afterId, std::size_t limit)
{
    const auto rows = m_connection.query("SELECT id, source, line, reason, text FROM bartizan.quarantine "
                                         "WHERE id > $1::bigint ORDER BY id LIMIT "
                                             + limitOf(limit),
                                         PostgresParameters().add(afterId));
    if (!rows)
        return rows.error();
    std::vector<QuarantinedLine> lines;
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        lines.push_back({row.integer(0), row.string(1), row.integer(2), row.string(3), row.string(4)});
    }
    return lines;
}

} // namespace bartizan
