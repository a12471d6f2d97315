// SPDX-License-Identifier: GPL-3.0-or-later
// Aggregates of PostgresStore (spec/monitoring.md sections 7 and 8).
#include "core/storage/metricsaggregator.h"
#include "core/storage/postgresstore.h"

#include <algorithm>
#include <array>

namespace bartizan {

Result<void> PostgresStore::aggregateEvents(const MetricsQuery &query, CountryResolver *countries, MetricsInputs &inputs)
{
    const auto kept = m_rollups.readable();
    if (!kept)
        return kept.error();
    // Where the rows of a company begin, the log tells only row by row; what is kept of it ends of itself.
    const bool byCompany = *kept && (*kept)->companies;
    const auto question = questionOf(query, byCompany ? std::optional(TimeRange()) : extent());
    if (!question || !*question)
        return question ? Result<void>() : question.error();
    const MetricsQuestion &asked = **question;
    const auto answered = answerFromRollUps(asked.query, asked.zone, *kept, countries, inputs);
    if (!answered || *answered)
        return answered ? Result<void>() : answered.error();
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    if (query.companyId)
        addCompany(filter, *query.companyId);
    filter.addTime(m_source, query.range);
    // Rows of one millisecond in the order in which they were written, where that is known.
    const std::string place = m_source.own ? "l.raw_id" : "hashtextextended(l.row_key, 0)";
    MetricsAggregator aggregator(inputs, asked.zone, countries);
    bool sound = true;
    std::array<std::string, 3> scratch;
    const auto read = m_connection.stream(
        "SELECT " + place + ", l.timestamp, l.event_type, l.outcome, l.severity, l.user_id, l.country, l.ip_address "
            + "FROM " + m_source.log + " AS l" + filter.sql(),
        parameters, [&](const PostgresRow &row) {
            MetricsAggregator::Row counted;
            counted.key = {row.integer(1), row.integer(0)};
            sound = readEnum(row, 2, counted.type) && readEnum(row, 3, counted.outcome) && readEnum(row, 4, counted.severity);
            if (!sound)
                return false;
            counted.user = postgresDecoded(row.stored(5), scratch[0]);
            counted.country = postgresDecoded(row.stored(6), scratch[1]);
            counted.address = postgresDecoded(row.stored(7), scratch[2]);
            aggregator.take(counted);
            return true;
        });
    if (!read)
        return read;
    if (!sound)
        return unknownWord(0);
    aggregator.finish();
    return {};
}

Result<void> PostgresStore::aggregateAlerts(MetricsInputs &inputs)
{
    // The first of a type an index tells at once. What is muted is not counted.
    const auto rows = m_connection.query(
        "SELECT k.type::bigint, sum(k.count)::bigint, coalesce(sum(k.count) FILTER (WHERE k.acknowledged), 0)::bigint, "
        "min((SELECT min(seq) FROM bartizan.alert AS a WHERE a.type = k.type AND NOT a.muted)) "
        "FROM (SELECT type, acknowledged, sum(change) AS count FROM bartizan.alert_count GROUP BY type, acknowledged "
        "HAVING sum(change) > 0) AS k GROUP BY k.type ORDER BY 4",
        {}, PostgresMode::Kept);
    if (!rows)
        return rows.error();
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        ThreatCount count;
        if (!readEnum(row, 0, count.type))
            return unknownWord(row.integer(3));
        count.count = row.integer(1);
        inputs.resolvedAlerts += row.integer(2);
        inputs.activeAlerts += count.count - row.integer(2);
        inputs.alertsByType.push_back(count);
    }
    return {};
}

Result<void> PostgresStore::fillEmails(std::vector<UserActivity> &users)
{
    if (users.empty())
        return {};
    std::vector<std::string_view> ids;
    for (const UserActivity &user : users)
        ids.push_back(user.userId);
    const auto rows = m_connection.query("SELECT u.place, e.email FROM unnest($1::text[]) WITH ORDINALITY AS u (id, place) "
                                         "JOIN bartizan.user_email AS e ON e.user_id = u.id",
                                         PostgresParameters().addArray(ids), PostgresMode::Kept);
    if (!rows)
        return rows.error();
    for (int i = 0; i < rows->size(); ++i)
        users[static_cast<std::size_t>((*rows)[i].integer(0) - 1)].email = (*rows)[i].string(1);
    return {};
}

Result<MetricsInputs> PostgresStore::metricsInputs(const MetricsQuery &query, CountryResolver *countries)
{
    if (auto looked = lookAtSource(); !looked)
        return looked.error();
    const auto snapshot = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
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

Result<IpActivity> PostgresStore::ipActivity(const std::string &ipAddress, TimeRange range)
{
    if (auto looked = lookAtSource(); !looked)
        return looked.error();
    static_assert(static_cast<int>(SecurityEventType::Authentication) == 0
                  && static_cast<int>(AuditOutcome::Failure) == 1 && static_cast<int>(AuditOutcome::RateLimited) == 3);
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    filter.addText("l.raw_ip", ipAddress);
    filter.addTime(m_source, range);
    const auto rows = m_connection.query("SELECT count(*), count(*) FILTER (WHERE l.event_type = 0 AND l.outcome = 1), "
                                         "count(*) FILTER (WHERE l.outcome = 3), count(DISTINCT l.user_id) "
                                         "FROM " + m_source.log + " AS l"
                                             + filter.sql(),
                                         parameters);
    if (!rows)
        return rows.error();
    const PostgresRow row = rows->front();
    return IpActivity{row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
}

Result<IpEvidence> PostgresStore::ipEvidence(const std::string &ipAddress, TimeRange range)
{
    const auto snapshot = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
    if (!snapshot)
        return snapshot.error();
    const auto activity = ipActivity(ipAddress, range);
    if (!activity)
        return activity.error();
    IpEvidence evidence;
    evidence.activity = *activity;
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    filter.addText("l.raw_ip", ipAddress);
    filter.addTime(m_source, range);
    EvidenceGatherer gatherer(evidence, range);
    bool whole = true;
    std::array<std::string, 2> scratch;
    const auto read = m_connection.stream(
        "SELECT l.timestamp, l.event_type, l.outcome, l.user_id, l.country, " + m_source.rowId()
            + " FROM " + m_source.log + " AS l LEFT JOIN bartizan.intake AS i ON i.row_key = l.row_key" + filter.sql()
            + " ORDER BY 1 DESC, 6 DESC",
        parameters, [&](const PostgresRow &row) {
            EvidenceGatherer::Row found;
            found.timestamp = row.integer(0);
            whole = readEnum(row, 1, found.type) && readEnum(row, 2, found.outcome);
            found.user = postgresDecoded(row.stored(3), scratch[0]);
            found.country = postgresDecoded(row.stored(4), scratch[1]);
            if (whole)
                gatherer.take(found);
            return whole;
        });
    if (!read)
        return read.error();
    if (!whole)
        return unknownWord(0);
    gatherer.finish();

    AlertQuery named;
    named.ipAddress = ipAddress;
    named.newestFirst = true;
    auto found = alerts(named);
    if (!found)
        return found.error();
    evidence.alerts = std::move(*found);

    PostgresParameters ever;
    PostgresFilter all(ever);
    all.addText("l.raw_ip", ipAddress);
    const auto first = m_connection.query("SELECT min(l.timestamp) FROM " + m_source.log + " AS l" + all.sql(), ever);
    if (!first)
        return first.error();
    if (!first->front().isNull(0))
        evidence.firstSeen = first->front().integer(0);
    return evidence;
}

} // namespace bartizan
