// SPDX-License-Identifier: GPL-3.0-or-later
// Triage in SqliteStore: steps, taking them back, history.
#include "core/storage/acknowledgement.h"
#include "core/storage/monitorrows.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestanding.h"
#include "core/storage/sqlitestore.h"

#include <unordered_set>

namespace bartizan {
namespace {

/// A line of history to be written.
struct Line {
    std::string_view action;
    std::string_view comment;
    std::string_view detail;
    const Standing *was = nullptr; ///< Null: the alert stays as it was.
    std::int64_t version = 0;      ///< What it became.
};

} // namespace

/// The writing of one part of a step, within one transaction.
class SqliteStore::TriageWriter {
public:
    TriageWriter(SqliteStore &store, const std::string &by, TimestampMs at) : m_store(store), m_by(by), m_at(at) {}

    /// Notes the step; `undoes` is the id of the one that it takes back, or empty.
    Result<void> begin(const std::string &uid, const std::string &undoes);
    Result<void> take(const std::string &id, const TriageStep &step);
    Result<void> takeBack(const std::string &id);
    Result<void> end() { return m_store.setChangePosition(m_change); }

    TriageReport report;

private:
    Result<std::int64_t> keyOf(const std::string &uid);
    Result<std::optional<Standing>> find(const std::string &id);
    /// Who did `action` last; who changed the alert last.
    Result<void> addConflict(const std::string &id, const Standing &standing, std::string_view action);
    Result<void> addLastChange(const std::string &id, std::int64_t seq);
    Result<void> addConflict(const std::string &id, SqliteStatement &search);
    Result<void> store(const Standing &standing);
    Result<void> touch(std::int64_t seq);
    Result<void> write(std::int64_t seq, const Line &line);
    /// Of an entry that changed nothing: whether it is taken back already, which makes a conflict.
    Result<bool> isTakenBack(const std::string &id);

    SqliteStore &m_store;
    const std::string &m_by;
    const TimestampMs m_at;
    std::int64_t m_step = 0;
    std::int64_t m_undoes = 0;
    std::string m_undoesUid;
    std::int64_t m_change = 0;
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

Result<std::optional<Standing>> SqliteStore::TriageWriter::find(const std::string &id)
{
    static const std::string sql = "SELECT seq, type, " + std::string(kMutable) + " FROM alert WHERE id = ?";
    auto search = m_store.m_connection.prepare(sql);
    if (!search)
        return search.error();
    search->bind(1, std::string_view(id));
    const auto row = search->step();
    if (!row)
        return row.error();
    if (!*row)
        return std::optional<Standing>();
    Standing standing;
    standing.seq = search->integer(0);
    if (!readEnum(*search, 1, standing.type) || !readMutable(*search, 2, standing))
        return m_store.damagedRow("alert", standing.seq);
    return std::optional(standing);
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

Result<void> SqliteStore::TriageWriter::store(const Standing &standing)
{
    auto update = m_store.m_connection.prepare(
        "UPDATE alert SET status = ?1, disposition = ?2, owner = ?3, acknowledged_at = ?4, acknowledged_by = ?5, "
        "resolved_at = ?6, resolved_by = ?7, version = ?8, acknowledged = ?4 IS NOT NULL, change = ?9 WHERE seq = ?10");
    if (!update)
        return update.error();
    bindMutable(*update, 1, standing);
    update->bind(9, ++m_change);
    update->bind(10, standing.seq);
    return update->run();
}

Result<void> SqliteStore::TriageWriter::touch(std::int64_t seq)
{
    auto update = m_store.m_connection.prepare("UPDATE alert SET change = ? WHERE seq = ?");
    if (!update)
        return update.error();
    update->bind(1, ++m_change);
    update->bind(2, seq);
    return update->run();
}

Result<void> SqliteStore::TriageWriter::write(std::int64_t seq, const Line &line)
{
    auto insert = m_store.m_connection.prepare(
        "INSERT INTO alert_history (alert_seq, at, action, actor, comment, step, detail, version, was_status, "
        "was_disposition, was_owner, was_acknowledged_at, was_acknowledged_by, was_resolved_at, was_resolved_by, "
        "was_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!insert)
        return insert.error();
    insert->bind(1, seq);
    insert->bind(2, m_at);
    insert->bind(3, line.action);
    insert->bind(4, std::string_view(m_by));
    insert->bind(5, line.comment);
    insert->bind(6, m_step);
    insert->bind(7, line.detail);
    if (line.was) {
        insert->bind(8, line.version);
        bindMutable(*insert, 9, *line.was);
    } else {
        for (int index = 8; index <= 16; ++index)
            insert->bindNull(index);
    }
    return insert->run();
}

Result<void> SqliteStore::TriageWriter::take(const std::string &id, const TriageStep &step)
{
    const auto found = find(id);
    if (!found)
        return found.error();
    if (!*found) {
        report.unknown.push_back(id);
        return {};
    }
    const Standing &was = **found;
    if (const std::string_view objection = objectionTo(step, was, m_by); !objection.empty()) {
        if (auto added = addConflict(id, was, objection); !added)
            return added;
        return write(was.seq, {refusalOf(step.kind), step.comment, {}});
    }
    Line line{actionOf(step.kind), step.comment, {}};
    Result<void> changed;
    if (step.kind == TriageKind::Comment) {
        changed = touch(was.seq);
    } else {
        Standing now = standingAfter(step, was, m_by, m_at);
        now.version = line.version = m_change + 1;
        line.was = &was;
        if (step.kind == TriageKind::Resolve)
            line.detail = toString(step.disposition);
        changed = store(now);
    }
    if (!changed)
        return changed;
    if (auto noted = write(was.seq, line); !noted)
        return noted;
    report.done.push_back(id);
    return m_store.insertMonitorRow(triageRow({id, was.type}, step, m_by, m_at));
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

Result<void> SqliteStore::TriageWriter::takeBack(const std::string &id)
{
    static const std::string sql = "SELECT a.seq, h.version, h.action, " + std::string(kWas)
        + " FROM alert AS a JOIN alert_history AS h ON h.step = ? AND h.alert_seq = a.seq "
          "WHERE a.id = ? AND h.action NOT LIKE '%\\_refused' ESCAPE '\\'";
    auto search = m_store.m_connection.prepare(sql);
    if (!search)
        return search.error();
    search->bind(1, m_undoes);
    search->bind(2, std::string_view(id));
    const auto row = search->step();
    if (!row)
        return row.error();
    const auto found = find(id);
    if (!found)
        return found.error();
    if (!*row || !*found) {
        report.unknown.push_back(id);
        return {};
    }
    const Standing &present = **found;
    const std::string undone = search->string(2);
    Line line{"undone", {}, undone};
    Result<void> changed;
    if (search->isNull(1)) {
        const auto before = isTakenBack(id);
        if (!before)
            return before.error();
        if (*before)
            return {};
        changed = touch(present.seq);
    } else if (present.version != search->integer(1)) {
        return addLastChange(id, present.seq);
    } else {
        Standing restored = present;
        if (!readMutable(*search, 3, restored))
            return m_store.damagedRow("alert_history", present.seq);
        line.version = restored.version;
        line.was = &present;
        changed = store(restored);
    }
    if (!changed)
        return changed;
    if (auto noted = write(present.seq, line); !noted)
        return noted;
    report.done.push_back(id);
    return m_store.insertMonitorRow(undoRow({id, present.type}, undone, m_by, m_at));
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
    std::unordered_set<std::string_view> seen; // An id named twice is no conflict with oneself.
    for (const std::string &id : ids) {
        if (!seen.insert(id).second)
            continue;
        if (auto done = writer.take(id, step); !done)
            return done.error();
    }
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
    std::unordered_set<std::string_view> seen;
    for (const std::string &id : ids) {
        if (!seen.insert(id).second)
            continue;
        if (auto done = writer.takeBack(id); !done)
            return done.error();
    }
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
