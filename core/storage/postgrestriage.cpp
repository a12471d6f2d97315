// SPDX-License-Identifier: GPL-3.0-or-later
// Alerts of PostgresStore: queries, the stream of changes.
#include "core/storage/postgresstore.h"

#include "core/storage/activecount.h"
#include "core/storage/changelimit.h"

#include <QCoreApplication>

#include <algorithm>
#include <unordered_map>

namespace bartizan {
namespace {

/// What nobody has acknowledged is found there, however many others there are.
constexpr const char *kAmongOpen = "seq IN (SELECT alert_seq FROM bartizan.alert_open)";

void addTo(PostgresFilter &filter, const AlertQuery &query)
{
    if (query.ipAddress)
        filter.addText("ip_address", *query.ipAddress);
    if (query.userId)
        filter.addText("user_id", *query.userId);
    if (query.companyId)
        filter.add("company_id = ?::text", *query.companyId);
    if (query.rule)
        filter.add("rule = ?::text", *query.rule);
    if (query.type)
        filter.add("type = ?::integer", storedNumber(*query.type));
    if (query.severity)
        filter.add("severity = ?::integer", storedNumber(*query.severity));
    if (query.acknowledged)
        filter.add(*query.acknowledged ? "acknowledged" : "NOT acknowledged");
    if (query.active)
        filter.add(*query.active ? "NOT acknowledged AND NOT muted" : "(acknowledged OR muted)");
    if (query.active.value_or(false) || !query.acknowledged.value_or(true))
        filter.add(kAmongOpen);
    if (query.muted)
        filter.add(*query.muted ? "mute IS NOT NULL AND muted" : "NOT muted");
    if (query.group)
        filter.add("alert_group = ?::text", *query.group);
    if (query.mute)
        filter.add("mute = ?::text", *query.mute);
    filter.addRange("timestamp", query.range);
}

std::string selectAlerts(const std::string &rest)
{
    return "SELECT " + std::string(kAlertColumns) + " FROM bartizan.alert" + rest;
}

/// The first number behind `position` that something may have changed with; nullopt when there is none.
Result<std::optional<std::int64_t>> firstChangeBehind(PostgresConnection &connection, std::int64_t position)
{
    const auto first = connection.query(
        "SELECT least((SELECT first FROM bartizan.alert_change WHERE last > $1::bigint ORDER BY last LIMIT 1), "
        "(SELECT min(change) FROM bartizan.alert_tombstone WHERE change > $1::bigint))",
        PostgresParameters().add(position));
    if (!first)
        return first.error();
    return first->front().isNull(0) ? std::nullopt : std::optional(std::max(first->front().integer(0), position + 1));
}

/// The alerts whose last change is one of those behind $1 up to $2. What the stream names of them and others ends with the
/// number at $2 or behind it.
constexpr const char *kChanged =
    " WHERE seq IN (SELECT unnest(alerts) FROM bartizan.alert_change WHERE last > $1::bigint AND last <= coalesce("
    "(SELECT min(last) FROM bartizan.alert_change WHERE last >= $2::bigint), $2::bigint)) "
    "AND change > $1::bigint AND change <= $2::bigint ORDER BY change";

} // namespace

Result<EngineCursor> PostgresStore::loadCursor()
{
    const auto rows = m_connection.query("SELECT last_row_id, coalesce(watermark, 0), coalesce(started_at, 0), "
                                         "coalesce(clock, 0) FROM bartizan.engine_place WHERE sole = 1");
    if (!rows)
        return rows.error();
    if (rows->empty()) {
        return m_connection.error(QCoreApplication::translate("bartizan::PostgresStore",
                                                              "the engine's position is missing; it is damaged"));
    }
    const PostgresRow row = rows->front();
    return EngineCursor{row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
}

Result<std::vector<SecurityAlert>> PostgresStore::readAlerts(const std::string &sql, const PostgresParameters &parameters,
                                                             std::vector<std::int64_t> *numbers)
{
    std::vector<SecurityAlert> alerts;
    bool whole = true;
    const auto read = m_connection.stream(sql, parameters, [&](const PostgresRow &row) {
        whole = readAlert(row, alerts.emplace_back());
        if (numbers != nullptr)
            numbers->push_back(row.integer(0));
        return whole;
    });
    if (!read)
        return read.error();
    if (!whole) {
        return m_connection.error(
            QCoreApplication::translate("bartizan::PostgresStore",
                                        "alert %1 holds a value that does not exist; it is damaged")
                .arg(QString::fromStdString(alerts.back().id)));
    }
    return alerts;
}

Result<std::vector<SecurityAlert>> PostgresStore::alerts(const AlertQuery &query)
{
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    addTo(filter, query);
    if (query.after) { // Behind one that is gone, the rest of its moment is left out.
        filter.add(std::string(query.newestFirst ? "(timestamp, seq) < (" : "(timestamp, seq) > (")
                       + std::to_string(query.after->timestamp) + ", (SELECT seq FROM bartizan.alert WHERE id = ?::text))",
                   query.after->id);
    }
    std::string rest = filter.sql() + (query.newestFirst ? " ORDER BY timestamp DESC, seq DESC" : " ORDER BY timestamp, seq");
    if (query.limit)
        rest += " LIMIT " + std::to_string(*query.limit);
    return readAlerts(selectAlerts(rest), parameters);
}

Result<std::int64_t> PostgresStore::countAlerts(const AlertQuery &query)
{
    if (asksForAllActive(query)) {
        return m_connection.integer("SELECT coalesce(sum(change), 0)::bigint FROM bartizan.alert_count "
                                    "WHERE NOT acknowledged");
    }
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    addTo(filter, query);
    return m_connection.integer("SELECT count(*) FROM bartizan.alert" + filter.sql(), parameters);
}

Result<std::vector<RuleHits>> PostgresStore::hitsByRule(TimeRange range)
{
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    filter.addRange("timestamp", range);
    const auto rows = m_connection.query("SELECT rule, count(*), sum(repeats)::bigint FROM bartizan.alert" + filter.sql()
                                             + " GROUP BY rule ORDER BY rule COLLATE \"C\"",
                                         parameters);
    if (!rows)
        return rows.error();
    std::vector<RuleHits> hits;
    for (int i = 0; i < rows->size(); ++i)
        hits.push_back({(*rows)[i].string(0), (*rows)[i].integer(1), (*rows)[i].integer(2)});
    return hits;
}

Result<std::vector<SecurityAlert>> PostgresStore::alertsNamed(std::span<const std::string> ids)
{
    const std::vector<std::string_view> wanted(ids.begin(), ids.end());
    auto found = readAlerts(selectAlerts(" WHERE id = ANY ($1::text[])"), PostgresParameters().addArray(wanted));
    if (!found)
        return found.error();
    std::unordered_map<std::string, SecurityAlert> byId;
    byId.reserve(found->size());
    for (SecurityAlert &alert : *found) {
        std::string id = alert.id;
        byId.emplace(std::move(id), std::move(alert));
    }
    std::vector<SecurityAlert> alerts;
    alerts.reserve(byId.size());
    for (const std::string &id : ids) {
        if (const auto at = byId.find(id); at != byId.end())
            alerts.push_back(at->second);
    }
    return alerts;
}

Result<std::optional<SecurityAlert>> PostgresStore::alert(const std::string &id)
{
    auto found = readAlerts(selectAlerts(" WHERE id = $1"), PostgresParameters().add(id));
    if (!found)
        return found.error();
    return found->empty() ? std::optional<SecurityAlert>() : std::optional(std::move(found->front()));
}

Result<AlertChanges> PostgresStore::changesSince(std::int64_t position)
{
    const auto snapshot = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
    if (!snapshot)
        return snapshot.error();
    AlertChanges changes;
    const auto now = m_connection.integer("SELECT value FROM bartizan.counter WHERE name = 'change'");
    if (!now)
        return now.error();
    changes.position = *now;
    if (position < 0) {
        const auto newest = m_connection.integer("SELECT coalesce(max(seq), 0) FROM bartizan.alert");
        if (!newest)
            return newest.error();
        changes.newest = *newest;
    }
    if (position < 0 || position >= *now)
        return changes;
    // What changed once more since stands at the later place: a part may be empty, and then the next one counts.
    for (std::int64_t behind = position; changes.changed.empty() && changes.removed.empty() && behind < *now;) {
        const auto first = firstChangeBehind(m_connection, behind);
        if (!first)
            return first.error();
        changes.position = *first ? std::min(*now, **first - 1 + kMostChanges) : *now;
        if (auto read = readChanges(behind, changes); !read)
            return read.error();
        behind = changes.position;
    }
    return changes;
}

/// Reads what changed behind a number, up to the position that the answer has.
Result<void> PostgresStore::readChanges(std::int64_t behind, AlertChanges &changes)
{
    const PostgresParameters part = PostgresParameters().add(behind).add(changes.position);
    auto alerts = readAlerts(selectAlerts(kChanged), part, &changes.numbers);
    if (!alerts)
        return alerts.error();
    changes.changed = std::move(*alerts);
    const auto removed = m_connection.query("SELECT id FROM bartizan.alert_tombstone WHERE change > $1::bigint "
                                            "AND change <= $2::bigint ORDER BY change",
                                            part);
    if (!removed)
        return removed.error();
    for (int i = 0; i < removed->size(); ++i)
        changes.removed.push_back((*removed)[i].string(0));
    return {};
}

} // namespace bartizan
