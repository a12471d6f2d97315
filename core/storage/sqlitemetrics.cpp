// SPDX-License-Identifier: GPL-3.0-or-later
// Aggregates of SqliteStore (spec/monitoring.md sections 7 and 8).
#include "core/storage/metricsaggregator.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <algorithm>

namespace bartizan {
namespace {

/// Columns: id, timestamp, event_type, outcome, severity, user_id, country, ip_address. False when the row is damaged.
bool readCounted(const SqliteStatement &row, MetricsAggregator::Row &out)
{
    out.key = {row.integer(1), row.integer(0)};
    out.user = row.text(5);
    out.country = row.text(6);
    out.address = row.text(7);
    return readEnum(row, 2, out.type) && readEnum(row, 3, out.outcome) && readEnum(row, 4, out.severity);
}

} // namespace

Result<void> SqliteStore::aggregateEvents(const MetricsQuery &query, CountryResolver *countries, MetricsInputs &inputs)
{
    const auto question = questionOf(query, extent());
    if (!question || !*question)
        return question ? Result<void>() : question.error();
    const MetricsQuestion &asked = **question;
    const auto answered = answerFromRollUps(asked.query, asked.zone, countries, inputs);
    if (!answered || *answered)
        return answered ? Result<void>() : answered.error();
    // A range that holds the whole log is read in the order of the file, twice as fast as by its index.
    SqliteFilter filter;
    if (query.companyId)
        filter.add("company_id = ?", *query.companyId);
    if (!asked.wholeLog)
        filter.add("timestamp BETWEEN ? AND ?", query.range.start, query.range.end);
    auto statement = m_connection.prepare("SELECT id, timestamp, event_type, outcome, severity, user_id, country, "
                                          "ip_address FROM audit"
                                          + std::string(asked.wholeLog ? " NOT INDEXED" : "") + filter.sql());
    if (!statement)
        return statement.error();
    filter.bind(*statement);
    MetricsAggregator aggregator(inputs, asked.zone, countries);
    MetricsAggregator::Row counted;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        if (!readCounted(*statement, counted))
            return damagedRow("audit", statement->integer(0));
        aggregator.take(counted);
    }
    aggregator.finish();
    return {};
}

Result<void> SqliteStore::aggregateAlerts(MetricsInputs &inputs)
{
    // The first of a type is the first of either kind, which an index tells at once. What is muted does not count.
    auto statement = m_connection.prepare(
        "SELECT type, sum(count), sum(count) FILTER (WHERE standing = 1), min((SELECT min(seq) FROM alert "
        "WHERE alert.type = alert_count.type AND alert.acknowledged = alert_count.standing AND alert.muted = 0)) AS first "
        "FROM alert_count WHERE count > 0 AND standing < 2 GROUP BY type ORDER BY first");
    if (!statement)
        return statement.error();
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        ThreatCount count;
        if (!readEnum(*statement, 0, count.type))
            return damagedRow("alert_count", statement->integer(0));
        count.count = statement->integer(1);
        inputs.resolvedAlerts += statement->integer(2);
        inputs.activeAlerts += count.count - statement->integer(2);
        inputs.alertsByType.push_back(count);
    }
}

Result<void> SqliteStore::fillEmails(std::vector<UserActivity> &users)
{
    auto statement = m_connection.prepare("SELECT email FROM user_email WHERE user_id = ?");
    if (!statement)
        return statement.error();
    for (UserActivity &user : users) {
        statement->bind(1, std::string_view(user.userId));
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (*row)
            user.email = statement->text(0);
        statement->rewind();
    }
    return {};
}

Result<MetricsInputs> SqliteStore::metricsInputs(const MetricsQuery &query, CountryResolver *countries)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    MetricsInputs inputs;
    if (auto done = aggregateEvents(query, countries, inputs); !done)
        return done.error();
    if (auto done = fillEmails(inputs.users); !done)
        return done.error();
    if (auto done = aggregateAlerts(inputs); !done)
        return done.error();
    return inputs;
}

Result<IpActivity> SqliteStore::ipActivity(const std::string &ipAddress, TimeRange range)
{
    auto statement = m_connection.prepare(
        "SELECT count(*), count(*) FILTER (WHERE event_type = 0 AND outcome = 1), count(*) FILTER (WHERE outcome = 3), "
        "count(DISTINCT user_id) FROM audit WHERE ip_address = ? AND timestamp BETWEEN ? AND ?");
    static_assert(static_cast<int>(SecurityEventType::Authentication) == 0
                  && static_cast<int>(AuditOutcome::Failure) == 1 && static_cast<int>(AuditOutcome::RateLimited) == 3);
    if (!statement)
        return statement.error();
    statement->bind(1, std::string_view(ipAddress));
    statement->bind(2, range.start);
    statement->bind(3, range.end);
    if (const auto row = statement->step(); !row)
        return row.error();
    return IpActivity{statement->integer(0), statement->integer(1), statement->integer(2), statement->integer(3)};
}

Result<void> SqliteStore::gatherEvidence(const std::string &ipAddress, TimeRange range, IpEvidence &evidence)
{
    auto statement = m_connection.prepare("SELECT timestamp, event_type, outcome, user_id, country, id FROM audit "
                                          "WHERE ip_address = ? AND timestamp BETWEEN ? AND ? "
                                          "ORDER BY timestamp DESC, id DESC");
    if (!statement)
        return statement.error();
    statement->bind(1, std::string_view(ipAddress));
    statement->bind(2, range.start);
    statement->bind(3, range.end);
    EvidenceGatherer gatherer(evidence, range);
    EvidenceGatherer::Row found;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        found.timestamp = statement->integer(0);
        if (!readEnum(*statement, 1, found.type) || !readEnum(*statement, 2, found.outcome))
            return damagedRow("audit", statement->integer(5));
        found.user = statement->text(3);
        found.country = statement->text(4);
        gatherer.take(found);
    }
    gatherer.finish();
    return {};
}

Result<IpEvidence> SqliteStore::ipEvidence(const std::string &ipAddress, TimeRange range)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    const auto activity = ipActivity(ipAddress, range);
    if (!activity)
        return activity.error();
    IpEvidence evidence;
    evidence.activity = *activity;
    if (auto gathered = gatherEvidence(ipAddress, range, evidence); !gathered)
        return gathered.error();

    AlertQuery named;
    named.ipAddress = ipAddress;
    named.newestFirst = true;
    auto found = alerts(named);
    if (!found)
        return found.error();
    evidence.alerts = std::move(*found);

    auto first = m_connection.prepare("SELECT min(timestamp) FROM audit WHERE ip_address = ?");
    if (!first)
        return first.error();
    first->bind(1, std::string_view(ipAddress));
    if (const auto row = first->step(); !row)
        return row.error();
    if (!first->isNull(0))
        evidence.firstSeen = first->integer(0);
    return evidence;
}

} // namespace bartizan
