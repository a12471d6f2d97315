// SPDX-License-Identifier: GPL-3.0-or-later
// Triage in PostgresStore: steps, taking them back, history.
#include "core/storage/postgresstore.h"

#include "core/storage/acknowledgement.h"

namespace bartizan {
namespace {

std::vector<std::string_view> viewsOf(std::span<const std::string> ids)
{
    return {ids.begin(), ids.end()};
}

/// What bartizan.triage() and bartizan.undo_step() answer.
TriageReport reportOf(const PostgresRows &rows)
{
    TriageReport report;
    for (int i = 0; i < rows.size(); ++i) {
        const PostgresRow row = rows[i];
        const std::string_view state = row.stored(1);
        if (state == "done")
            report.done.push_back(row.string(0));
        else if (state == "conflict")
            report.conflicts.push_back({row.string(0), row.string(2), row.string(3), row.integer(4)});
        else
            report.unknown.push_back(row.string(0));
    }
    return report;
}

} // namespace

Result<TriageReport> PostgresStore::triage(std::span<const std::string> ids, const TriageStep &step,
                                           const std::string &by, TimestampMs at)
{
    if (auto usable = checkStep(step); !usable)
        return usable.error();
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    const auto rows = m_connection.query(
        "SELECT alert_id, state, did, by_whom, by_when FROM bartizan.triage($1::text[], $2, $3, $4::integer, $5::boolean, "
        "$6, $7::bigint, $8)",
        PostgresParameters()
            .addArray(viewsOf(ids))
            .add(step.id)
            .add(actionOf(step.kind))
            .add(storedNumber(step.disposition))
            .add(step.overrule)
            .add(by)
            .add(at)
            .add(step.comment));
    if (!rows)
        return rows.error();
    if (auto done = transaction->commit(); !done)
        return done.error();
    return reportOf(*rows);
}

Result<TriageReport> PostgresStore::undo(std::span<const std::string> ids, const TriageUndo &undo, const std::string &by,
                                         TimestampMs at)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    const auto rows = m_connection.query(
        "SELECT alert_id, state, did, by_whom, by_when FROM bartizan.undo_step($1::text[], $2, $3, $4, $5::bigint)",
        PostgresParameters().addArray(viewsOf(ids)).add(undo.id).add(undo.step).add(by).add(at));
    if (!rows)
        return rows.error();
    if (auto done = transaction->commit(); !done)
        return done.error();
    return reportOf(*rows);
}

Result<AcknowledgeReport> PostgresStore::acknowledge(std::span<const std::string> ids, const std::string &by,
                                                     TimestampMs at, const std::string &comment)
{
    return acknowledgeAsStep(*this, ids, by, at, comment);
}

Result<std::vector<std::string>> PostgresStore::alertsOfStep(const std::string &step)
{
    const auto rows = m_connection.query("SELECT a.id FROM bartizan.triage_step AS s "
                                         "JOIN bartizan.alert_history AS h ON h.step = s.id "
                                         "JOIN bartizan.alert AS a ON a.seq = h.alert_seq WHERE s.uid = $1 "
                                         "AND right(h.action, 8) <> '_refused' ORDER BY h.id",
                                         PostgresParameters().add(step));
    if (!rows)
        return rows.error();
    std::vector<std::string> ids;
    for (int i = 0; i < rows->size(); ++i)
        ids.push_back((*rows)[i].string(0));
    return ids;
}

Result<std::vector<AlertHistoryEntry>> PostgresStore::history(const std::string &alertId)
{
    const auto rows = m_connection.query(
        "SELECT h.id, h.at, h.action, h.actor, h.comment, coalesce(s.uid, ''), coalesce(u.uid, ''), h.detail "
        "FROM bartizan.alert AS a JOIN bartizan.alert_history AS h ON h.alert_seq = a.seq "
        "LEFT JOIN bartizan.triage_step AS s ON s.id = h.step LEFT JOIN bartizan.triage_step AS u ON u.id = s.undoes "
        "WHERE a.id = $1 ORDER BY h.id",
        PostgresParameters().add(alertId));
    if (!rows)
        return rows.error();
    std::vector<AlertHistoryEntry> entries;
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        AlertHistoryEntry entry;
        entry.id = row.integer(0);
        entry.alertId = alertId;
        entry.at = row.integer(1);
        entry.action = row.string(2);
        entry.actor = row.string(3);
        entry.comment = row.string(4);
        entry.step = row.string(5);
        entry.undoes = row.string(6);
        entry.detail = row.string(7);
        entries.push_back(std::move(entry));
    }
    markUndone(entries);
    return entries;
}

} // namespace bartizan
