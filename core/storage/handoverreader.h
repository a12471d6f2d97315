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

/// Reads a handover from a database of either kind: the questions are the same SQL. `Database` runs a statement, in
/// which `{t}` stands before the name of a table, `@1` is the first parameter as a whole number, `#1` as text, and
/// `{by NAME}` tells a database that wants to be told which index serves:
///
///     template<typename Take> Result<void> each(sql, values, Take take);  // take(row) for each row; false ends it
///     Error damaged(table, key);
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
    Result<void> listRaised(Handover &handover);
    Result<void> readSteps(Handover &handover);
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
        return m_query.companyId ? " AND a.company_id = #" + std::to_string(parameter) : std::string();
    }
    Values withCompany(Values values) const
    {
        if (m_query.companyId)
            values.emplace_back(*m_query.companyId);
        return values;
    }
    /// Alerts of the severity @3 within the range from @1 to @2; the company is the parameter `company`.
    std::string raisedWithin(int company) const
    {
        return " FROM {t}alert AS a{by alert_response} WHERE a.severity = @3 AND a.timestamp >= @1 AND a.timestamp <= @2"
            + ofCompany(company);
    }
    Values raisedAs(std::size_t severity) const
    {
        return {m_query.range.start, m_query.range.end, static_cast<std::int64_t>(severity)};
    }
    /// Alerts of the severity @2 that are open now and were raised by @1.
    std::string openNow(int company) const
    {
        return " FROM {t}alert AS a{by alert_open} WHERE " + std::string(kOpen)
            + " AND a.severity = @2 AND a.timestamp <= @1" + ofCompany(company);
    }

    /// Open, as Handover::open has it; written as the index has it, which serves no other words. What is muted waits for
    /// nobody.
    static constexpr std::string_view kOpen =
        "(a.acknowledged_at IS NULL OR a.status = 2 OR (a.owner IS NOT NULL AND a.status <> 3)) "
        "AND (a.mute IS NULL OR a.status <> 0)";
    /// The same of what an alert was before a line `h` of history.
    static constexpr std::string_view kWasOpen =
        "(h.was_acknowledged_at IS NULL OR h.was_status = 2 OR (h.was_owner IS NOT NULL AND h.was_status <> 3)) "
        "AND (a.mute IS NULL OR h.was_status <> 0)";
    static constexpr const char *kNewestFirst = " ORDER BY a.timestamp DESC, a.seq DESC";
    /// Of each alert that changed behind the time @1 the first line of history that did.
    static constexpr std::string_view kLater =
        "WITH later AS MATERIALIZED (SELECT alert_seq, min(id) AS first_line FROM {t}alert_history"
        "{by alert_history_triage} WHERE at > @1 AND action <> 'created' AND version IS NOT NULL GROUP BY alert_seq) ";
    /// Joined to later: what such an alert was before.
    static constexpr std::string_view kBefore =
        "JOIN (SELECT id AS line, was_status, was_disposition, was_owner, was_acknowledged_at, was_acknowledged_by, "
        "was_resolved_at, was_resolved_by, was_version FROM {t}alert_history) AS h ON h.line = l.first_line ";

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
        const auto read = listAlerts("SELECT " + std::string(kAlertColumns) + raisedWithin(5) + kNewestFirst + " LIMIT @4",
                                     withCompany(values), listed);
        if (!read)
            return read;
    }
    return {};
}

template<typename Database>
Result<void> HandoverReader<Database>::readSteps(Handover &handover)
{
    // A step, which has one time, is one line, however many alerts it changed.
    const std::string sql = "SELECT coalesce(h.step, 0), h.action, h.actor, count(*), min(h.id), h.at "
                            "FROM {t}alert_history AS h{by alert_history_triage} "
        + std::string(m_query.companyId ? "JOIN {t}alert AS a ON a.seq = h.alert_seq " : "")
        + "WHERE h.at >= @1 AND h.at <= @2 AND h.action <> 'created' AND h.action IN ('acknowledged', 'escalated', "
          "'resolved', 'owned', 'commented', 'undone')"
        + ofCompany(3) + " GROUP BY h.at, h.action, h.step, h.actor";
    StepCollector steps(m_query.limit);
    const auto read = m_database.each(sql, withCompany({m_query.range.start, m_query.range.end}), [&](const auto &row) {
        steps.add({row.integer(0), row.string(1), row.string(2), row.integer(3), row.integer(4), row.integer(5)});
        return true;
    });
    if (!read)
        return read;
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

template<typename Database>
Result<void> HandoverReader<Database>::readStep(const StepSummary &summary, HandoverStep &step)
{
    step.at = summary.at;
    step.actor = summary.actor;
    step.alerts = summary.alerts;
    const auto read = m_database.each("SELECT detail, comment, was_owner FROM {t}alert_history WHERE id = @1",
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
    const auto found = listAlerts("SELECT " + std::string(kAlertColumns) + " FROM {t}alert WHERE seq = "
                                  "(SELECT alert_seq FROM {t}alert_history WHERE id = @1)",
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
    // that took the same step back is in force.
    const std::string sql =
        "WITH RECURSIVE chain (step, sign) AS (SELECT s.id, 1 FROM {t}triage_step AS s WHERE s.undoes = @1 UNION ALL "
        "SELECT s.id, -c.sign FROM chain AS c JOIN {t}triage_step AS s ON s.undoes = c.step) "
        "SELECT c.sign, count(*) FROM chain AS c JOIN {t}alert_history AS h ON h.step = c.step "
        + std::string(m_query.companyId ? "JOIN {t}alert AS a ON a.seq = h.alert_seq " : "")
        + "WHERE h.action = 'undone' AND h.at <= @2" + ofCompany(3) + " GROUP BY c.sign";
    return m_database.each(sql, withCompany({summary.step, m_query.range.end}), [&](const auto &row) {
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
    const std::string sql = std::string(kLater) + "SELECT a.severity, sum(" + oneOrNone(kWasOpen) + " - "
        + oneOrNone(kOpen) + ") FROM later AS l " + std::string(kBefore)
        + "JOIN {t}alert AS a ON a.seq = l.alert_seq WHERE a.timestamp <= @1" + ofCompany(2) + " GROUP BY a.severity";
    return m_database.each(sql, withCompany({m_query.range.end}), [&](const auto &row) {
        handover.open.counts.at(static_cast<std::size_t>(row.integer(0))) += row.integer(1);
        return true;
    });
}

template<typename Database>
Result<void> HandoverReader<Database>::listOpen(Handover &handover)
{
    std::vector<SecurityAlert> &listed = handover.open.listed;
    for (std::size_t severity = handover.open.counts.size(); severity-- > 0 && listed.size() < m_query.limit;) {
        const auto left = static_cast<std::int64_t>(m_query.limit - listed.size());
        const auto read = listAlerts(
            std::string(kLater) + "SELECT " + std::string(kAlertColumns) + openNow(4)
                + " AND a.seq NOT IN (SELECT l.alert_seq FROM later AS l)" + kNewestFirst + " LIMIT @3",
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
        std::string(kLater) + "SELECT " + std::string(kAlertColumns) + ", was_status, was_disposition, was_owner, "
            "was_acknowledged_at, was_acknowledged_by, was_resolved_at, was_resolved_by, was_version FROM later AS l "
            + std::string(kBefore) + "JOIN {t}alert AS a ON a.seq = l.alert_seq WHERE " + std::string(kWasOpen)
            + " AND a.timestamp <= @1" + ofCompany(3)
            + " ORDER BY a.severity DESC, a.timestamp DESC, a.seq DESC LIMIT @2",
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
        return " FROM {t}mute WHERE (created_at BETWEEN @1 AND @2 OR ends_at BETWEEN @1 AND @2)"
            + (m_query.companyId ? " AND (company_id IS NULL OR company_id = #" + std::to_string(company) + ')' : std::string());
    };
    const auto counted = m_database.each("SELECT count(*)" + touched(3),
                                         withCompany({m_query.range.start, m_query.range.end}), [&](const auto &row) {
        handover.mutes.total = row.integer(0);
        return true;
    });
    if (!counted)
        return counted;
    return m_database.each(
        "SELECT " + std::string(kMuteColumns) + touched(4) + " ORDER BY seq DESC LIMIT @3",
        withCompany({m_query.range.start, m_query.range.end, static_cast<std::int64_t>(m_query.limit)}), [&](const auto &row) {
            handover.mutes.newest.push_back(readStoredMute(row));
            return true;
        });
}

} // namespace bartizan
