// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/handover.h"
#include "core/storage/handoversteps.h"
#include "core/storage/storedrows.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bartizan {

/// A parameter of a statement.
using HandoverValue = std::variant<std::int64_t, std::string>;

/// Reads a handover from a database of either kind: the questions are the same SQL, with ?1 for the first parameter.
/// `Database` runs a statement, and knows what a table is called in one:
///
///     template<typename Take> Result<void> each(sql, values, Take take);  // take(row) for each row; false ends it
///     static std::string table(name);         // "alert AS a"
///     static std::string table(name, index);  // and which index serves, where the database wants to be told
///     Error damaged(table, key);
///     // Where sums are kept: take(row) with severity, raised, acknowledged, their waits, resolved, their waits.
///     template<typename Take> Result<void> eachSeverity(query, take);
///
/// The indices stand in the migration "handover": the range of times reads alert_response and alert_history_triage alone,
/// what is open stands in alert_open, so that none of it grows with what is stored beside. Thread: the database's.
template<typename Database>
class HandoverReader {
public:
    HandoverReader(Database database, const HandoverQuery &query) : m_database(database), m_query(query) {}

    Result<Handover> read();
    Result<ResponseTimes> readResponse();

private:
    using Values = std::vector<HandoverValue>;

    Result<void> countRaised(Handover &handover);
    Result<void> countEachRaised(Handover &handover);
    Result<void> listRaised(Handover &handover);
    Result<void> readSteps(Handover &handover);
    Result<void> takeBack(std::int64_t firstStep, StepCollector &steps);
    Result<void> readStep(const StepSummary &summary, HandoverStep &step);
    Result<void> countTakenBack(const StepSummary &summary, HandoverStep &step);
    Result<void> countOpen(Handover &handover);
    Result<void> correctOpen(Handover &handover);
    Result<void> listOpen(Handover &handover);
    Result<void> listReopened(Handover &handover);
    Result<void> readMutes(Handover &handover);
    Result<void> listAlerts(const std::string &sql, const Values &values, std::vector<SecurityAlert> &alerts);

    std::string ofCompany(int parameter) const
    {
        return m_query.companyId ? " AND a.company_id = ?" + std::to_string(parameter) : std::string();
    }
    Values withCompany(Values values) const
    {
        if (m_query.companyId)
            values.emplace_back(*m_query.companyId);
        return values;
    }
    /// Joins lines `h` of history with their alerts, where those have to be asked for their company.
    std::string withAlert() const
    {
        return m_query.companyId ? "JOIN " + Database::table("alert AS a") + " ON a.seq = h.alert_seq " : std::string();
    }
    /// Alerts of the severity ?3 within the range from ?1 to ?2; the company is the parameter `company`.
    std::string raisedWithin(int company) const
    {
        return " FROM " + Database::table("alert AS a", "alert_response")
            + " WHERE a.severity = ?3 AND a.timestamp >= ?1 AND a.timestamp <= ?2" + ofCompany(company);
    }
    Values raisedAs(std::size_t severity) const
    {
        return {m_query.range.start, m_query.range.end, static_cast<std::int64_t>(severity)};
    }
    /// Alerts of the severity ?2 that are open now and were raised by ?1.
    std::string openNow(int company) const
    {
        return " FROM " + Database::table("alert AS a", "alert_open") + " WHERE " + std::string(kOpen)
            + " AND a.severity = ?2 AND a.timestamp <= ?1" + ofCompany(company);
    }
    static std::string later();
    static std::string former();

    /// Open, as Handover::open has it; written as the index has it, which serves no other words. What is muted waits for
    /// nobody.
    static constexpr std::string_view kOpen =
        "(a.acknowledged_at IS NULL OR a.status = 2 OR (a.owner IS NOT NULL AND a.status <> 3)) "
        "AND (a.mute IS NULL OR a.status <> 0)";
    /// The same of what an alert was, by a line `f` of former().
    static constexpr std::string_view kWasOpen =
        "(f.was_acknowledged_at IS NULL OR f.was_status = 2 OR (f.was_owner IS NOT NULL AND f.was_status <> 3)) "
        "AND (f.was_muted = 0 OR f.was_status <> 0)";
    static constexpr const char *kNewestFirst = " ORDER BY a.timestamp DESC, a.seq DESC";

    Database m_database;
    const HandoverQuery &m_query;
};

/// An alert as it was before a line of history, whose eight columns begin at `column`. False when they are damaged.
template<typename Row>
bool readFormerState(const Row &row, int column, SecurityAlert &alert)
{
    alert.disposition.reset();
    if (!readEnum(row, column, alert.status)
        || (!row.isNull(column + 1) && !readEnum(row, column + 1, alert.disposition.emplace())))
        return false;
    alert.owner.reset();
    alert.acknowledgedAt.reset();
    alert.acknowledgedBy.reset();
    alert.resolvedAt.reset();
    alert.resolvedBy.reset();
    readText(row, column + 2, alert.owner);
    readTime(row, column + 3, alert.acknowledgedAt);
    readText(row, column + 4, alert.acknowledgedBy);
    readTime(row, column + 5, alert.resolvedAt);
    readText(row, column + 6, alert.resolvedBy);
    alert.acknowledged = alert.acknowledgedAt.has_value();
    alert.version = row.integer(column + 7);
    return true;
}

/// WITH later: the alerts that changed behind the time ?1, the first line of history in which a step of triage did so,
/// and whether they came back from a mute.
template<typename Database>
std::string HandoverReader<Database>::later()
{
    return "WITH later AS MATERIALIZED (SELECT alert_seq, min(CASE WHEN version IS NOT NULL THEN id END) AS first_line, "
           "max(CASE WHEN action = 'unmuted' THEN 1 ELSE 0 END) AS came_back FROM "
        + Database::table("alert_history", "alert_history_triage")
        + " WHERE at > ?1 AND action <> 'created' AND (version IS NOT NULL OR action = 'unmuted') GROUP BY alert_seq) ";
}

/// WITH former: what those alerts were at the time ?1. An alert is muted from its beginning or never, and carries a mute
/// until it comes back: who came back later was muted.
template<typename Database>
std::string HandoverReader<Database>::former()
{
    std::string columns;
    for (const char *name : {"status", "disposition", "owner", "acknowledged_at", "acknowledged_by", "resolved_at",
                             "resolved_by", "version"}) {
        columns += std::string(", CASE WHEN h.id IS NULL THEN a.") + name + " ELSE h.was_" + name + " END AS was_" + name;
    }
    return later() + ", former AS (SELECT l.alert_seq, "
                     "CASE WHEN a.mute IS NOT NULL THEN 1 ELSE l.came_back END AS was_muted"
        + columns + " FROM later AS l JOIN " + Database::table("alert AS a") + " ON a.seq = l.alert_seq LEFT JOIN "
        + Database::table("alert_history AS h") + " ON h.id = l.first_line) ";
}

template<typename Database>
Result<Handover> HandoverReader<Database>::read()
{
    Handover handover;
    handover.range = m_query.range;
    handover.companyId = m_query.companyId;
    for (const auto part : {&HandoverReader::countRaised, &HandoverReader::listRaised, &HandoverReader::readSteps,
                            &HandoverReader::countOpen, &HandoverReader::correctOpen, &HandoverReader::listOpen,
                            &HandoverReader::readMutes}) {
        if (auto done = (this->*part)(handover); !done)
            return done.error();
    }
    return handover;
}

template<typename Database>
Result<ResponseTimes> HandoverReader<Database>::readResponse()
{
    Handover handover;
    if (auto done = countRaised(handover); !done)
        return done.error();
    return handover.response;
}

template<typename Database>
Result<void> HandoverReader<Database>::listAlerts(const std::string &sql, const Values &values,
                                                  std::vector<SecurityAlert> &alerts)
{
    std::int64_t damaged = 0;
    const auto read = m_database.each(sql, values, [&](const auto &row) {
        if (!readStoredAlert(row, alerts.emplace_back()))
            damaged = row.integer(0);
        return damaged == 0;
    });
    return read && damaged != 0 ? Result<void>(m_database.damaged("alert", damaged)) : read;
}

template<typename Database>
Result<void> HandoverReader<Database>::countRaised(Handover &handover)
{
    if constexpr (requires { m_database.eachSeverity(m_query, [](const auto &) { return true; }); }) {
        std::int64_t damaged = -1;
        const auto read = m_database.eachSeverity(m_query, [&](const auto &row) {
            AlertSeverity severity{};
            if (!readEnum(row, 0, severity)) {
                damaged = row.integer(0);
                return false;
            }
            const auto at = static_cast<std::size_t>(severity);
            handover.raised.counts[at] = row.integer(1);
            handover.response.acknowledge[at] = {row.integer(2), row.real(3)};
            handover.response.resolve[at] = {row.integer(4), row.real(5)};
            return true;
        });
        return read && damaged >= 0 ? Result<void>(m_database.damaged("alert_wait", damaged)) : read;
    } else {
        return countEachRaised(handover);
    }
}

template<typename Database>
Result<void> HandoverReader<Database>::countEachRaised(Handover &handover)
{
    const auto waited = [](const std::string &until) {
        return "count(" + until + "), sum(CAST(CASE WHEN " + until + " > a.timestamp THEN " + until
            + " - a.timestamp ELSE 0 END AS DOUBLE PRECISION))";
    };
    const std::string sql = "SELECT count(*), " + waited("a.acknowledged_at") + ", " + waited("a.resolved_at")
        + raisedWithin(4);
    // Severity by severity, as the index has them: nothing has to be sorted.
    for (std::size_t severity = 0; severity < handover.raised.counts.size(); ++severity) {
        const auto read = m_database.each(sql, withCompany(raisedAs(severity)), [&](const auto &row) {
            handover.raised.counts[severity] = row.integer(0);
            handover.response.acknowledge[severity] = {row.integer(1), row.real(2)};
            handover.response.resolve[severity] = {row.integer(3), row.real(4)};
            return true;
        });
        if (!read)
            return read;
    }
    return {};
}

template<typename Database>
Result<void> HandoverReader<Database>::listRaised(Handover &handover)
{
    std::vector<SecurityAlert> &listed = handover.raised.listed;
    for (std::size_t severity = handover.raised.counts.size(); severity-- > 0 && listed.size() < m_query.limit;) {
        Values values = raisedAs(severity);
        values.emplace_back(static_cast<std::int64_t>(m_query.limit - listed.size()));
        const auto read = listAlerts("SELECT " + std::string(kAlertColumns) + raisedWithin(5) + kNewestFirst + " LIMIT ?4",
                                     withCompany(values), listed);
        if (!read)
            return read;
    }
    return {};
}

template<typename Database>
Result<void> HandoverReader<Database>::readSteps(Handover &handover)
{
    // A step is one line, however many alerts it changed, and also where a server noted its parts one after the other;
    // what has no step is one by its time. At first as the index has it, and then the few that are left.
    const std::string parts = "SELECT coalesce(h.step, 0) AS step, h.action, h.actor, count(*) AS alerts, "
                              "min(h.id) AS first_line, h.at FROM "
        + Database::table("alert_history AS h", "alert_history_triage") + ' ' + withAlert()
        + "WHERE h.at >= ?1 AND h.at <= ?2 AND h.action <> 'created' AND h.action IN ('acknowledged', 'escalated', "
          "'resolved', 'owned', 'commented', 'undone')"
        + ofCompany(3) + " GROUP BY h.at, h.action, h.step, h.actor";
    const std::string sql = "SELECT p.step, p.action, p.actor, CAST(sum(p.alerts) AS bigint), min(p.first_line), min(p.at) "
                            "FROM (" + parts + ") AS p "
                            "GROUP BY p.step, p.action, p.actor, CASE WHEN p.step = 0 THEN p.at END";
    StepCollector steps(m_query.limit);
    std::int64_t firstStep = 0;
    const auto read = m_database.each(sql, withCompany({m_query.range.start, m_query.range.end}), [&](const auto &row) {
        if (const std::int64_t step = row.integer(0); step > 0 && (firstStep == 0 || step < firstStep))
            firstStep = step;
        steps.add({row.integer(0), row.string(1), row.string(2), row.integer(3), row.integer(4), row.integer(5)});
        return true;
    });
    if (!read)
        return read;
    if (auto done = takeBack(firstStep, steps); !done)
        return done;
    steps.finish(handover);
    for (std::size_t i = 0; i < kHandoverActions; ++i) {
        for (const StepSummary &summary : steps.kept()[i]) {
            HandoverStep &step = handover.steps[i].newest.emplace_back();
            if (auto done = readStep(summary, step); !done)
                return done;
        }
    }
    return {};
}

/// Of all steps within the range what countTakenBack() says of one. What took a step back has a higher key than the step,
/// so that nothing before `firstStep` needs to be looked at.
template<typename Database>
Result<void> HandoverReader<Database>::takeBack(std::int64_t firstStep, StepCollector &steps)
{
    if (firstStep <= 0)
        return {};
    const std::string undoes = Database::table("triage_step AS s");
    const std::string history = Database::table("alert_history AS h");
    // Made by itself, or all alerts of a step might be gone through for each that was given back of it.
    const std::string sql = "WITH RECURSIVE chain (origin, step, sign) AS (SELECT s.undoes, s.id, 1 FROM " + undoes
        + " WHERE s.undoes >= ?3 UNION ALL SELECT c.origin, s.id, -c.sign FROM chain AS c JOIN " + undoes
        + " ON s.undoes = c.step), given (origin, alert_seq, sign) AS MATERIALIZED (SELECT c.origin, h.alert_seq, c.sign "
          "FROM chain AS c JOIN " + history + " ON h.step = c.step WHERE h.action = 'undone' AND h.at <= ?2) "
          "SELECT h.action, h.actor, CAST(sum(g.sign) AS bigint) FROM given AS g JOIN " + history
        + " ON h.step = g.origin AND h.alert_seq = g.alert_seq " + withAlert() + "WHERE h.at >= ?1 AND h.at <= ?2 AND "
          "h.action IN ('acknowledged', 'escalated', 'resolved', 'owned', 'commented', 'undone')"
        + ofCompany(4) + " GROUP BY h.action, h.actor";
    return m_database.each(sql, withCompany({m_query.range.start, m_query.range.end, firstStep}), [&](const auto &row) {
        steps.takeBack(row.string(0), row.string(1), row.integer(2));
        return true;
    });
}

template<typename Database>
Result<void> HandoverReader<Database>::readStep(const StepSummary &summary, HandoverStep &step)
{
    step.at = summary.at;
    step.actor = summary.actor;
    step.alerts = summary.alerts;
    const auto read = m_database.each("SELECT detail, comment, was_owner FROM " + Database::table("alert_history")
                                          + " WHERE id = ?1",
                                      {summary.firstEntry}, [&](const auto &row) {
        step.detail = row.string(0);
        step.comment = row.string(1);
        if (summary.action == "owned")
            readText(row, 2, step.formerOwner);
        return true;
    });
    if (!read)
        return read;
    std::vector<SecurityAlert> example;
    const auto found = listAlerts("SELECT " + std::string(kAlertColumns) + " FROM " + Database::table("alert")
                                      + " WHERE seq = (SELECT alert_seq FROM " + Database::table("alert_history")
                                      + " WHERE id = ?1)",
                                  {summary.firstEntry}, example);
    if (!found)
        return found;
    if (!example.empty())
        step.example = std::move(example.front());
    return countTakenBack(summary, step);
}

template<typename Database>
Result<void> HandoverReader<Database>::countTakenBack(const StepSummary &summary, HandoverStep &step)
{
    if (summary.step <= 0)
        return {};
    // What took the step back counts, less what took that back in turn, and so on: of one alert at most one of those
    // that took the same step back is in force. Of a step that began before the range, only what it did within.
    const std::string undoes = Database::table("triage_step AS s");
    const std::string sql = "WITH RECURSIVE chain (step, sign) AS (SELECT s.id, 1 FROM " + undoes
        + " WHERE s.undoes = ?1 UNION ALL SELECT s.id, -c.sign FROM chain AS c JOIN " + undoes
        + " ON s.undoes = c.step) SELECT c.sign, count(*) FROM chain AS c JOIN " + Database::table("alert_history AS h")
        + " ON h.step = c.step " + withAlert() + "WHERE h.action = 'undone' AND h.at <= ?3 AND EXISTS (SELECT 1 FROM "
        + Database::table("alert_history AS o") + " WHERE o.step = ?1 AND o.alert_seq = h.alert_seq AND o.action = ?4 "
          "AND o.at >= ?2 AND o.at <= ?3)" + ofCompany(5) + " GROUP BY c.sign";
    return m_database.each(sql, withCompany({summary.step, m_query.range.start, m_query.range.end, summary.action}),
                           [&](const auto &row) {
        step.takenBack += row.integer(0) * row.integer(1);
        return true;
    });
}

template<typename Database>
Result<void> HandoverReader<Database>::countOpen(Handover &handover)
{
    for (std::size_t severity = 0; severity < handover.open.counts.size(); ++severity) {
        const auto read = m_database.each("SELECT count(*)" + openNow(3),
                                          withCompany({m_query.range.end, static_cast<std::int64_t>(severity)}),
                                          [&](const auto &row) {
            handover.open.counts[severity] = row.integer(0);
            return true;
        });
        if (!read)
            return read;
    }
    return {};
}

template<typename Database>
Result<void> HandoverReader<Database>::correctOpen(Handover &handover)
{
    // What changed behind the range: what is open now need not have been, and the other way round.
    const auto oneOrNone = [](std::string_view condition) {
        return "CASE WHEN " + std::string(condition) + " THEN 1 ELSE 0 END";
    };
    const std::string sql = former() + "SELECT a.severity, sum(" + oneOrNone(kWasOpen) + " - " + oneOrNone(kOpen)
        + "), min(a.seq) FROM former AS f JOIN " + Database::table("alert AS a")
        + " ON a.seq = f.alert_seq WHERE a.timestamp <= ?1" + ofCompany(2) + " GROUP BY a.severity";
    std::int64_t damaged = 0;
    const auto read = m_database.each(sql, withCompany({m_query.range.end}), [&](const auto &row) {
        AlertSeverity severity{};
        if (readEnum(row, 0, severity))
            handover.open.counts[static_cast<std::size_t>(severity)] += row.integer(1);
        else
            damaged = row.integer(2);
        return damaged == 0;
    });
    return read && damaged != 0 ? Result<void>(m_database.damaged("alert", damaged)) : read;
}

template<typename Database>
Result<void> HandoverReader<Database>::listOpen(Handover &handover)
{
    std::vector<SecurityAlert> &listed = handover.open.listed;
    for (std::size_t severity = handover.open.counts.size(); severity-- > 0 && listed.size() < m_query.limit;) {
        const auto left = static_cast<std::int64_t>(m_query.limit - listed.size());
        const auto read = listAlerts(
            later() + "SELECT " + std::string(kAlertColumns) + openNow(4)
                + " AND a.seq NOT IN (SELECT l.alert_seq FROM later AS l)" + kNewestFirst + " LIMIT ?3",
            withCompany({m_query.range.end, static_cast<std::int64_t>(severity), left}), listed);
        if (!read)
            return read;
    }
    return listReopened(handover);
}

template<typename Database>
Result<void> HandoverReader<Database>::listReopened(Handover &handover)
{
    std::vector<SecurityAlert> changed;
    std::int64_t damaged = 0;
    const auto read = m_database.each(
        former() + "SELECT " + std::string(kAlertColumns) + ", was_status, was_disposition, was_owner, "
            "was_acknowledged_at, was_acknowledged_by, was_resolved_at, was_resolved_by, was_version FROM former AS f JOIN "
            + Database::table("alert AS a") + " ON a.seq = f.alert_seq WHERE " + std::string(kWasOpen)
            + " AND a.timestamp <= ?1" + ofCompany(3)
            + " ORDER BY a.severity DESC, a.timestamp DESC, a.seq DESC LIMIT ?2",
        withCompany({m_query.range.end, static_cast<std::int64_t>(m_query.limit)}), [&](const auto &row) {
            SecurityAlert &alert = changed.emplace_back();
            if (!readStoredAlert(row, alert) || !readFormerState(row, kAlertColumnCount, alert))
                damaged = row.integer(0);
            return damaged == 0;
        });
    if (!read)
        return read;
    if (damaged != 0)
        return m_database.damaged("alert", damaged);
    mergeGravest(handover.open.listed, std::move(changed), m_query.limit);
    return {};
}

template<typename Database>
Result<void> HandoverReader<Database>::readMutes(Handover &handover)
{
    const auto touched = [this](int company) {
        return " FROM " + Database::table("mute") + " WHERE (created_at BETWEEN ?1 AND ?2 OR ends_at BETWEEN ?1 AND ?2)"
            + (m_query.companyId ? " AND (company_id IS NULL OR company_id = ?" + std::to_string(company) + ')' : std::string());
    };
    const auto counted = m_database.each("SELECT count(*)" + touched(3),
                                         withCompany({m_query.range.start, m_query.range.end}), [&](const auto &row) {
        handover.mutes.total = row.integer(0);
        return true;
    });
    if (!counted)
        return counted;
    return m_database.each(
        "SELECT " + std::string(kMuteColumns) + touched(4) + " ORDER BY seq DESC LIMIT ?3",
        withCompany({m_query.range.start, m_query.range.end, static_cast<std::int64_t>(m_query.limit)}), [&](const auto &row) {
            handover.mutes.newest.push_back(readStoredMute(row));
            return true;
        });
}

} // namespace bartizan
