// SPDX-License-Identifier: GPL-3.0-or-later
// Triage in SqliteStore: steps, taking them back, history.
#include "core/storage/acknowledgement.h"
#include "core/storage/monitorrows.h"
#include "core/storage/sqlitestore.h"
#include "core/storage/sqlitetriagerows.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace bartizan {
namespace {

/// An id named twice is no conflict with oneself.
std::vector<std::string> withoutRepeats(std::span<const std::string> ids)
{
    std::unordered_set<std::string_view> seen;
    std::vector<std::string> once;
    once.reserve(ids.size());
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(once),
                 [&seen](const std::string &id) { return seen.insert(id).second; });
    return once;
}

} // namespace

/// The writing of one part of a step, within one transaction, which a failure rolls back as a whole: that is why its
/// statements say OR FAIL. What a failing one has done so far stays then, and none need keep the pages that it changes in
/// a second journal, which would cost as much as the change.
class SqliteStore::TriageWriter {
public:
    TriageWriter(SqliteStore &store, const std::string &by, TimestampMs at) : m_store(store), m_by(by), m_at(at) {}

    /// Notes the step; `undoes` is the id of the one that it takes back, or empty.
    Result<void> begin(const std::string &uid, const std::string &undoes);
    /// Ids of which none is named twice.
    Result<void> take(std::span<const std::string> ids, const TriageStep &step);
    Result<void> takeBack(std::span<const std::string> ids);
    /// Writes the audit rows, all at once, and where the stream of changes stands.
    Result<void> end();

    TriageReport report;

private:
    Result<std::int64_t> keyOf(const std::string &uid);
    Result<void> take(const std::string &id, const Standing &was, const TriageStep &step);
    Result<void> takeBack(const std::string &id, const StepTaken &taken);
    /// Who did `action` last; who changed the alert last.
    Result<void> addConflict(const std::string &id, const Standing &standing, std::string_view action);
    Result<void> addLastChange(const std::string &id, std::int64_t seq);
    Result<void> addConflict(const std::string &id, SqliteStatement &search);
    Result<void> touch(std::int64_t seq);
    /// Of an entry that changed nothing: whether it is taken back already, which makes a conflict.
    Result<bool> isTakenBack(const std::string &id);

    SqliteStore &m_store;
    SqliteTriageRows m_triage{m_store.m_connection};
    const std::string &m_by;
    const TimestampMs m_at;
    std::int64_t m_step = 0;
    std::int64_t m_undoes = 0;
    std::string m_undoesUid;
    std::int64_t m_change = 0;
    // What is written at the end: an alert occurs once in a part, so nothing read meanwhile depends on it.
    std::vector<std::pair<Standing, std::int64_t>> m_standings; ///< With their places in the stream of changes.
    std::vector<TriageLine> m_lines;
    std::vector<NewAuditRow> m_rows;
};

Result<std::int64_t> SqliteStore::TriageWriter::keyOf(const std::string &uid)
{
    auto find = m_store.m_connection.prepare("SELECT id FROM triage_step WHERE uid = ?");
    if (!find)
        return find.error();
    find->bind(1, std::string_view(uid));
    const auto row = find->step();
    if (!row)
        return row.error();
    return *row ? find->integer(0) : std::int64_t{0};
}

Result<void> SqliteStore::TriageWriter::begin(const std::string &uid, const std::string &undoes)
{
    const auto position = m_store.changePosition();
    if (!position)
        return position.error();
    m_change = *position;
    m_undoesUid = undoes;
    if (!undoes.empty()) {
        const auto key = keyOf(undoes);
        if (!key)
            return key.error();
        m_undoes = *key;
    }
    auto note = m_store.m_connection.prepare("INSERT INTO triage_step (uid, undoes) VALUES (?, nullif(?, 0)) "
                                             "ON CONFLICT (uid) DO NOTHING");
    if (!note)
        return note.error();
    note->bind(1, std::string_view(uid));
    note->bind(2, m_undoes);
    if (auto done = note->run(); !done)
        return done;
    const auto key = keyOf(uid);
    if (!key)
        return key.error();
    m_step = *key;
    return {};
}

Result<void> SqliteStore::TriageWriter::end()
{
    if (auto written = m_triage.write(m_standings); !written)
        return written;
    if (auto written = m_triage.write(m_lines, m_step, m_by, m_at); !written)
        return written;
    if (const auto inserted = m_store.insertAll(m_rows); !inserted)
        return inserted.error();
    return m_store.setChangePosition(m_change);
}

Result<void> SqliteStore::TriageWriter::addConflict(const std::string &id, SqliteStatement &search)
{
    const auto row = search.step();
    if (!row)
        return row.error();
    TriageConflict conflict;
    conflict.alertId = id;
    if (*row) {
        conflict.action = search.string(0);
        conflict.by = search.string(1);
        conflict.at = search.integer(2);
    }
    report.conflicts.push_back(std::move(conflict));
    return {};
}

Result<void> SqliteStore::TriageWriter::addConflict(const std::string &id, const Standing &standing,
                                                    std::string_view action)
{
    if (action == actionOf(TriageKind::Acknowledge)) {
        report.conflicts.push_back({id, std::string(action), *standing.acknowledgedBy, standing.acknowledgedAt.value_or(0)});
        return {};
    }
    if (action == actionOf(TriageKind::Resolve) && standing.resolvedBy) {
        report.conflicts.push_back({id, std::string(action), *standing.resolvedBy, standing.resolvedAt.value_or(0)});
        return {};
    }
    auto search = m_store.m_connection.prepare("SELECT action, actor, at FROM alert_history WHERE alert_seq = ?1 AND "
                                               "action = ?2 AND (actor = ?3 OR ?3 IS NULL) ORDER BY id DESC LIMIT 1");
    if (!search)
        return search.error();
    const std::optional<std::string> nobody;
    search->bind(1, standing.seq);
    search->bind(2, action);
    search->bind(3, action == actionOf(TriageKind::Own) ? standing.owner : nobody);
    return addConflict(id, *search);
}

Result<void> SqliteStore::TriageWriter::addLastChange(const std::string &id, std::int64_t seq)
{
    auto search = m_store.m_connection.prepare("SELECT action, actor, at FROM alert_history WHERE alert_seq = ? AND "
                                               "version IS NOT NULL ORDER BY id DESC LIMIT 1");
    if (!search)
        return search.error();
    search->bind(1, seq);
    return addConflict(id, *search);
}

Result<void> SqliteStore::TriageWriter::touch(std::int64_t seq)
{
    auto update = m_store.m_connection.prepare("UPDATE OR FAIL alert SET change = ? WHERE seq = ?");
    if (!update)
        return update.error();
    update->bind(1, ++m_change);
    update->bind(2, seq);
    return update->run();
}

Result<void> SqliteStore::TriageWriter::take(std::span<const std::string> ids, const TriageStep &step)
{
    const auto found = m_triage.standings(ids);
    if (!found)
        return found.error();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!(*found)[i])
            report.unknown.push_back(ids[i]);
        else if (auto taken = take(ids[i], *(*found)[i], step); !taken)
            return taken;
    }
    return {};
}

Result<void> SqliteStore::TriageWriter::take(const std::string &id, const Standing &was, const TriageStep &step)
{
    if (const std::string_view objection = objectionTo(step, was, m_by); !objection.empty()) {
        if (auto added = addConflict(id, was, objection); !added)
            return added;
        m_lines.push_back({was.seq, refusalOf(step.kind), step.comment, {}, {}, 0});
        return {};
    }
    TriageLine line{was.seq, actionOf(step.kind), step.comment, {}, {}, 0};
    if (step.kind == TriageKind::Comment) {
        if (auto touched = touch(was.seq); !touched)
            return touched;
    } else {
        Standing now = standingAfter(step, was, m_by, m_at);
        now.version = line.version = ++m_change;
        line.was = was;
        if (step.kind == TriageKind::Resolve)
            line.detail = toString(step.disposition);
        m_standings.emplace_back(std::move(now), m_change);
    }
    m_lines.push_back(std::move(line));
    report.done.push_back(id);
    m_rows.push_back({triageRow({id, was.type}, step, m_by, m_at), 0});
    return {};
}

Result<bool> SqliteStore::TriageWriter::isTakenBack(const std::string &id)
{
    const auto history = m_store.history(id);
    if (!history)
        return history.error();
    for (const AlertHistoryEntry &entry : *history) {
        if (entry.undone || entry.undoes != m_undoesUid)
            continue;
        report.conflicts.push_back({id, entry.action, entry.actor, entry.at});
        return true;
    }
    return false;
}

Result<void> SqliteStore::TriageWriter::takeBack(std::span<const std::string> ids)
{
    const auto found = m_triage.taken(m_undoes, ids);
    if (!found)
        return found.error();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!(*found)[i])
            report.unknown.push_back(ids[i]);
        else if (auto back = takeBack(ids[i], *(*found)[i]); !back)
            return back;
    }
    return {};
}

Result<void> SqliteStore::TriageWriter::takeBack(const std::string &id, const StepTaken &taken)
{
    const Standing &present = taken.present;
    TriageLine line{present.seq, "undone", {}, taken.action, {}, 0};
    if (!taken.version) {
        const auto before = isTakenBack(id);
        if (!before)
            return before.error();
        if (*before)
            return {};
        if (auto touched = touch(present.seq); !touched)
            return touched;
    } else if (present.version != *taken.version) {
        return addLastChange(id, present.seq);
    } else {
        line.version = taken.before.version;
        line.was = present;
        m_standings.emplace_back(taken.before, ++m_change);
    }
    m_lines.push_back(std::move(line));
    report.done.push_back(id);
    m_rows.push_back({undoRow({id, present.type}, taken.action, m_by, m_at), 0});
    return {};
}

Result<TriageReport> SqliteStore::triage(std::span<const std::string> ids, const TriageStep &step, const std::string &by,
                                         TimestampMs at)
{
    if (auto usable = checkStep(step); !usable)
        return usable.error();
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    TriageWriter writer(*this, by, at);
    if (auto begun = writer.begin(step.id, {}); !begun)
        return begun.error();
    if (auto done = writer.take(withoutRepeats(ids), step); !done)
        return done.error();
    if (auto done = writer.end(); !done)
        return done.error();
    if (auto done = commitRows(*transaction); !done)
        return done.error();
    return std::move(writer.report);
}

Result<TriageReport> SqliteStore::undo(std::span<const std::string> ids, const TriageUndo &undo, const std::string &by,
                                       TimestampMs at)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    TriageWriter writer(*this, by, at);
    if (auto begun = writer.begin(undo.id, undo.step); !begun)
        return begun.error();
    if (auto done = writer.takeBack(withoutRepeats(ids)); !done)
        return done.error();
    if (auto done = writer.end(); !done)
        return done.error();
    if (auto done = commitRows(*transaction); !done)
        return done.error();
    return std::move(writer.report);
}

Result<AcknowledgeReport> SqliteStore::acknowledge(std::span<const std::string> ids, const std::string &by,
                                                   TimestampMs at, const std::string &comment)
{
    return acknowledgeAsStep(*this, ids, by, at, comment);
}

Result<std::vector<std::string>> SqliteStore::alertsOfStep(const std::string &step)
{
    auto statement = m_connection.prepare("SELECT a.id FROM triage_step AS s JOIN alert_history AS h ON h.step = s.id "
                                          "JOIN alert AS a ON a.seq = h.alert_seq WHERE s.uid = ? AND "
                                          "h.action NOT LIKE '%\\_refused' ESCAPE '\\' ORDER BY h.id");
    if (!statement)
        return statement.error();
    statement->bind(1, std::string_view(step));
    std::vector<std::string> ids;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return ids;
        ids.push_back(statement->string(0));
    }
}

Result<std::vector<AlertHistoryEntry>> SqliteStore::history(const std::string &alertId)
{
    auto statement = m_connection.prepare(
        "SELECT h.id, h.at, h.action, h.actor, h.comment, s.uid, u.uid, h.detail FROM alert AS a "
        "JOIN alert_history AS h ON h.alert_seq = a.seq LEFT JOIN triage_step AS s ON s.id = h.step "
        "LEFT JOIN triage_step AS u ON u.id = s.undoes WHERE a.id = ? ORDER BY h.id");
    if (!statement)
        return statement.error();
    statement->bind(1, std::string_view(alertId));
    std::vector<AlertHistoryEntry> entries;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        entries.push_back({statement->integer(0), alertId, statement->integer(1), statement->string(2),
                           statement->string(3), statement->string(4), statement->string(5), statement->string(6),
                           statement->string(7)});
    }
    markUndone(entries);
    return entries;
}

} // namespace bartizan
