// SPDX-License-Identifier: GPL-3.0-or-later
// What a PostgresStore appends to the audit log: by COPY into a table of the session's own, and from there in one
// statement, which passes over what is there already and gives the rest its numbers.
#include "core/storage/monitorrows.h"
#include "core/storage/postgresstore.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <utility>

namespace bartizan {
namespace {

/// How much text is handed over at once.
constexpr std::size_t kChunk = 256u << 10U;
/// A batch, sorted and kept, stays in memory.
constexpr const char *kBatchMemory = "SET LOCAL work_mem = '64MB'";
/// A month of its own pays for many rows, and a hostile log must not make thousands.
constexpr std::size_t kMostMonths = 60;
// 2000-01-01, before which nothing is worth a partition.
constexpr TimestampMs kFirstMonth = 946'684'800'000;
// 2100-01-01.
constexpr TimestampMs kLastMonth = 4'102'444'800'000;

/// Who has waited this long for a month has waited for somebody (the server gives up after a second).
constexpr qint64 kWaitInVainMs = 500;

/// Which month of all a time is in; only for telling months apart.
std::int64_t monthOf(TimestampMs time)
{
    using namespace std::chrono;
    const year_month_day date{floor<days>(sys_time<milliseconds>{milliseconds{time}})};
    return std::int64_t{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month());
}

void appendText(std::string &line, std::string_view text)
{
    const std::string encoded = postgresEncoded(text);
    std::string_view rest = encoded;
    for (auto special = rest.find_first_of("\\\n\r\t"); special != std::string_view::npos;
         special = rest.find_first_of("\\\n\r\t")) {
        line.append(rest.substr(0, special));
        line += '\\';
        switch (rest[special]) {
        case '\n': line += 'n'; break;
        case '\r': line += 'r'; break;
        case '\t': line += 't'; break;
        default: line += '\\';
        }
        rest.remove_prefix(special + 1);
    }
    line.append(rest);
}

void appendField(std::string &line, const std::optional<std::string> &text)
{
    line += '\t';
    if (text)
        appendText(line, *text);
    else
        line += "\\N";
}

void appendRow(std::string &out, std::size_t place, const NewAuditRow &row)
{
    const AuditEvent &event = row.event;
    out += std::to_string(place);
    for (const std::int64_t number : {event.timestamp, storedNumber(event.eventType), storedNumber(event.outcome),
                                      storedNumber(event.severity), storedNumber(event.origin)}) {
        out += '\t';
        out += std::to_string(number);
    }
    out += '\t';
    out += row.fingerprint == 0 ? "\\N" : std::to_string(static_cast<std::int64_t>(row.fingerprint));
    out += '\t';
    appendText(out, event.action);
    const EventContext &c = event.context;
    for (const auto *field : {&c.userId, &c.companyId, &c.platformUserId, &c.ipAddress, &c.userAgent, &c.country,
                              &c.sessionId, &c.requestId})
        appendField(out, *field);
    appendField(out, event.metadata.empty() ? std::nullopt : std::optional(event.metadata));
    appendField(out, event.errorMessage);
    out += '\n';
}

constexpr const char *kIncoming =
    "CREATE TEMP TABLE IF NOT EXISTS incoming (place bigint, timestamp bigint, event_type integer, outcome integer, "
    "severity integer, origin integer, fingerprint bigint, action text, user_id text, company_id text, "
    "platform_user_id text, ip_address text, user_agent text, country text, session_id text, request_id text, "
    "metadata text, error_message text) ON COMMIT DELETE ROWS";

constexpr std::string_view kFields = "timestamp, event_type, outcome, severity, action, user_id, %, platform_user_id, "
                                     "ip_address, user_agent, country, session_id, request_id, metadata, error_message";

std::string fields(std::string_view company)
{
    std::string text(kFields);
    return text.replace(text.find('%'), 1, company);
}

/// Our own table directly; another's through the view, which knows its columns.
std::string insertOf(bool own)
{
    const std::string into = own
        ? "INSERT INTO bartizan.audit (id, tx, " + fields("company_id") + ") SELECT row_key, NULL, "
            + fields("CASE WHEN company_id = '' THEN U&'\\FDD0' ELSE coalesce(company_id, '') END")
        : "INSERT INTO bartizan.log (row_key, " + fields("company_id") + ") SELECT row_key, " + fields("company_id");
    const std::string key = own ? "nextval('bartizan.audit_id_seq')" : "bartizan.new_row_key()";
    // Each key is drawn in the order of places, which is that of the numbers.
    return "WITH chosen AS (SELECT n.*, row_number() OVER (ORDER BY n.place) AS number FROM pg_temp.incoming AS n "
           "WHERE n.fingerprint IS NULL OR NOT EXISTS (SELECT 1 FROM bartizan.intake AS i "
           "WHERE i.row_time = n.timestamp AND i.fingerprint = n.fingerprint)), "
           "fresh AS MATERIALIZED (SELECT c.*, "
        + key + " AS row_key FROM chosen AS c), put AS (" + into
        + " FROM fresh), noted AS (INSERT INTO bartizan.company SELECT DISTINCT company_id FROM fresh "
          "WHERE company_id IS NOT NULL ON CONFLICT DO NOTHING), "
          "taken AS (INSERT INTO bartizan.intake (seq, row_time, row_key, row_id, origin, fingerprint, company_id) "
          "SELECT (SELECT value FROM bartizan.counter WHERE name = 'row') + number, timestamp, row_key::text, "
          "bartizan.row_id_of(row_key::text), origin, fingerprint, "
        + (own ? "CASE WHEN company_id = '' THEN U&'\\FDD0' ELSE company_id END" : "company_id")
        + " FROM fresh) SELECT count(*), count(*) FILTER (WHERE timestamp < "
        + (own ? "(SELECT bartizan.kept_since())" : "NULL") + ") FROM fresh";
}

} // namespace

void PostgresStore::makeMonths(std::span<const NewAuditRow> rows)
{
    if (!m_source.own)
        return;
    absl::flat_hash_set<std::int64_t> asked;
    bool inVain = false; // Somebody has the log open: waiting for him once is enough, since others wait behind.
    for (const NewAuditRow &row : rows) {
        const TimestampMs time = row.event.timestamp;
        if (time < kFirstMonth || time >= kLastMonth)
            continue;
        const std::int64_t month = monthOf(time);
        const auto known = m_months.find(month);
        if (known == m_months.end() ? m_months.size() >= kMostMonths : known->second)
            continue;
        if (!asked.insert(month).second)
            continue;
        const PostgresParameters at = PostgresParameters().add(time);
        if (inVain) {
            (void)m_connection.query("SELECT bartizan.put_off_month($1::bigint)", at);
            continue;
        }
        // Where it does not come about, or may not be done, the rows go to the rest. The server says how soon it is tried again.
        QElapsedTimer waited;
        waited.start();
        const auto made = m_connection.query("SELECT bartizan.make_month($1::bigint)", at);
        m_months[month] = !made || made->front().boolean(0);
        inVain = !m_months[month] && waited.elapsed() >= kWaitInVainMs;
    }
}

Result<void> PostgresStore::copyRows(std::span<const NewAuditRow> rows)
{
    if (!m_copyReady) {
        if (auto made = m_connection.execute(kIncoming); !made)
            return made;
    }
    if (auto set = m_connection.execute(kBatchMemory); !set)
        return set;
    std::size_t next = 0;
    absl::flat_hash_set<std::pair<TimestampMs, std::uint64_t>> seen; // Of imported rows, which come once each.
    auto copied = m_connection.copyIn("COPY pg_temp.incoming FROM STDIN", [&](std::string &chunk) {
        for (; next < rows.size() && chunk.size() < kChunk; ++next) {
            const NewAuditRow &row = rows[next];
            if (row.fingerprint == 0 || seen.emplace(row.event.timestamp, row.fingerprint).second)
                appendRow(chunk, next, row);
        }
        return next < rows.size();
    });
    m_copyReady = copied.ok();
    return copied;
}

Result<AppendReport> PostgresStore::insertCopied()
{
    // Whoever numbers rows keeps the counter locked up to the commit: so numbers ascend in the order of commits.
    if (auto locked = m_connection.integer("SELECT value FROM bartizan.counter WHERE name = 'row' FOR UPDATE"); !locked)
        return locked.error();
    static const std::string own = insertOf(true);
    static const std::string other = insertOf(false);
    const auto inserted = m_connection.query(m_source.own ? own : other);
    if (!inserted)
        return inserted.error();
    AppendReport report;
    report.inserted = inserted->front().integer(0);
    report.expired = inserted->front().integer(1);
    const auto counted = m_connection.query("UPDATE bartizan.counter SET value = value + $1::bigint WHERE name = 'row'",
                                            PostgresParameters().add(report.inserted));
    if (!counted)
        return counted.error();
    return report;
}

Result<void> PostgresStore::insertQuarantined(std::span<const QuarantinedLine> lines)
{
    PostgresJson json;
    for (const QuarantinedLine &line : lines) {
        json.beginRecord();
        json.field("source", std::string_view(line.source));
        json.field("line", line.line);
        json.field("reason", std::string_view(line.reason));
        json.field("text", std::string_view(line.text).substr(0, kQuarantinedBytes));
        json.field("digest", static_cast<std::int64_t>(digestOf(line.text)));
        json.endRecord();
    }
    if (json.empty())
        return {};
    const auto kept = m_connection.query(
        "INSERT INTO bartizan.quarantine (source, line, reason, text, digest) "
        "SELECT r.source, r.line, r.reason, r.text, r.digest FROM json_to_recordset($1::json) "
        "AS r (source text, line bigint, reason text, text text, digest bigint) ON CONFLICT DO NOTHING",
        PostgresParameters().raw(json.take()));
    return kept ? Result<void>() : Result<void>(kept.error());
}

Result<AppendReport> PostgresStore::append(std::span<const NewAuditRow> rows,
                                           std::span<const QuarantinedLine> quarantined)
{
    if (auto usable = m_connection.check(); !usable)
        return usable.error();
    if (auto looked = lookAtSource(); !looked)
        return looked.error();
    if (m_readOnlyReason.isEmpty())
        makeMonths(rows);
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    AppendReport report;
    if (!rows.empty()) {
        if (auto copied = copyRows(rows); !copied) {
            m_copyReady = false;
            return copied.error();
        }
        const auto inserted = insertCopied();
        if (!inserted) {
            m_copyReady = false; // Where this transaction made the table, it goes with it.
            return inserted.error();
        }
        report = *inserted;
        report.duplicates = static_cast<std::int64_t>(rows.size()) - report.inserted;
    }
    if (auto kept = insertQuarantined(quarantined); !kept)
        return kept.error();
    if (auto told = notify(); !told)
        return told.error();
    if (auto done = commitFenced(*transaction); !done) {
        m_copyReady = false;
        return done.error();
    }
    return report;
}

Result<void> PostgresStore::writeRows(PostgresJson &rows)
{
    if (rows.empty())
        return {};
    const auto written = m_connection.query("SELECT bartizan.write_rows($1::json)",
                                            PostgresParameters().raw(rows.take()));
    return written ? Result<void>() : Result<void>(written.error());
}

Result<void> PostgresStore::setUserEmails(std::span<const std::pair<std::string, std::string>> idAndEmail)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    for (const auto &[id, email] : idAndEmail) {
        const auto put = m_connection.query("INSERT INTO bartizan.user_email VALUES ($1, $2) "
                                            "ON CONFLICT (user_id) DO UPDATE SET email = excluded.email",
                                            PostgresParameters().add(id).add(email));
        if (!put)
            return put.error();
    }
    return transaction->commit();
}

} // namespace bartizan
