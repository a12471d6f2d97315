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

/// Alerts and lines of history are written by this many a statement: opening and closing the table with its indexes, and
/// ending the statement, costs as much as a row does.
constexpr std::size_t kRowsAtOnce = 64;
constexpr int kStandingParameters = 10;
constexpr int kLineParameters = 16;

/// A line of history to be written.
struct Line {
    std::int64_t alert = 0;
    std::string_view action; ///< As the comment, it outlives the writing.
    std::string_view comment;
    std::string detail;
    std::optional<Standing> was; ///< nullopt: the alert stays as it was.
    std::int64_t version = 0;    ///< What it became.
};

/// "(?, ?), (?, ?)"
std::string valuesOf(std::size_t rows, int parameters)
{
    std::string one = "(?";
    for (int i = 1; i < parameters; ++i)
        one += ", ?";
    one += ')';
    std::string values = one;
    for (std::size_t i = 1; i < rows; ++i)
        values.append(", ").append(one);
    return values;
}

std::string updateOf(std::size_t rows)
{
    return "UPDATE OR FAIL alert SET status = n.column2, disposition = n.column3, owner = n.column4, acknowledged_at = n.column5, "
           "acknowledged_by = n.column6, resolved_at = n.column7, resolved_by = n.column8, version = n.column9, "
           "acknowledged = n.column5 IS NOT NULL, change = n.column10 FROM (VALUES "
        + valuesOf(rows, kStandingParameters) + ") AS n WHERE alert.seq = n.column1";
}

std::string insertOf(std::size_t rows)
{
    return "INSERT OR FAIL INTO alert_history (alert_seq, at, action, actor, comment, step, detail, version, was_status, "
           "was_disposition, was_owner, was_acknowledged_at, was_acknowledged_by, was_resolved_at, was_resolved_by, "
           "was_version) VALUES "
        + valuesOf(rows, kLineParameters);
}

/// Runs the statement that `sqlOf` makes for so many rows over all items; `bind` binds one of them from a parameter on.
template<typename Item, typename Bind>
Result<void> runAll(SqliteConnection &connection, std::string (*sqlOf)(std::size_t), std::span<const Item> items,
                    int parameters, Bind bind)
{
    while (!items.empty()) {
        const std::size_t atOnce = items.size() >= kRowsAtOnce ? kRowsAtOnce : 1;
        auto statement = connection.prepare(sqlOf(atOnce));
        if (!statement)
            return statement.error();
        for (; items.size() >= atOnce; items = items.subspan(atOnce)) {
            int first = 1;
            for (const Item &item : items.first(atOnce)) {
                bind(*statement, first, item);
                first += parameters;
            }
            if (auto done = statement->run(); !done)
                return done;
        }
    }
    return {};
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
    Result<void> take(const std::string &id, const TriageStep &step);
    Result<void> takeBack(const std::string &id);
    /// Writes the audit rows, all at once, and where the stream of changes stands.
    Result<void> end();

    TriageReport report;

private:
    Result<std::int64_t> keyOf(const std::string &uid);
    Result<std::optional<Standing>> find(const std::string &id);
    /// Who did `action` last; who changed the alert last.
    Result<void> addConflict(const std::string &id, const Standing &standing, std::string_view action);
    Result<void> addLastChange(const std::string &id, std::int64_t seq);
    Result<void> addConflict(const std::string &id, SqliteStatement &search);
    Result<void> touch(std::int64_t seq);
    Result<void> writeStandings();
    Result<void> writeLines();
    /// Of an entry that changed nothing: whether it is taken back already, which makes a conflict.
    Result<bool> isTakenBack(const std::string &id);

    SqliteStore &m_store;
    const std::string &m_by;
    const TimestampMs m_at;
    std::int64_t m_step = 0;
    std::int64_t m_undoes = 0;
    std::string m_undoesUid;
    std::int64_t m_change = 0;
    // What is written at the end: an alert occurs once in a part, so nothing read meanwhile depends on it.
    std::vector<std::pair<Standing, std::int64_t>> m_standings; ///< With their places in the stream of changes.
    std::vector<Line> m_lines;
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
    if (auto written = writeStandings(); !written)
        return written;
    if (auto written = writeLines(); !written)
        return written;
    if (const auto inserted = m_store.insertAll(m_rows); !inserted)
        return inserted.error();
    return m_store.setChangePosition(m_change);
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

Result<void> SqliteStore::TriageWriter::touch(std::int64_t seq)
{
    auto update = m_store.m_connection.prepare("UPDATE OR FAIL alert SET change = ? WHERE seq = ?");
    if (!update)
        return update.error();
    update->bind(1, ++m_change);
    update->bind(2, seq);
    return update->run();
}

Result<void> SqliteStore::TriageWriter::writeStandings()
{
    using Change = std::pair<Standing, std::int64_t>;
    return runAll<Change>(m_store.m_connection, updateOf, m_standings, kStandingParameters,
                          [](SqliteStatement &update, int first, const Change &change) {
        update.bind(first, change.first.seq);
        bindMutable(update, first + 1, change.first);
        update.bind(first + 9, change.second);
    });
}

Result<void> SqliteStore::TriageWriter::writeLines()
{
    return runAll<Line>(m_store.m_connection, insertOf, m_lines, kLineParameters,
                        [this](SqliteStatement &insert, int first, const Line &line) {
        insert.bind(first, line.alert);
        insert.bind(first + 1, m_at);
        insert.bind(first + 2, line.action);
        insert.bind(first + 3, std::string_view(m_by));
        insert.bind(first + 4, line.comment);
        insert.bind(first + 5, m_step);
        insert.bind(first + 6, std::string_view(line.detail));
        if (line.was) {
            insert.bind(first + 7, line.version);
            bindMutable(insert, first + 8, *line.was);
        } else {
            for (int index = first + 7; index < first + kLineParameters; ++index)
                insert.bindNull(index);
        }
    });
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
        m_lines.push_back({was.seq, refusalOf(step.kind), step.comment, {}, {}, 0});
        return {};
    }
    Line line{was.seq, actionOf(step.kind), step.comment, {}, {}, 0};
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
    Line line{present.seq, "undone", {}, undone, {}, 0};
    if (search->isNull(1)) {
        const auto before = isTakenBack(id);
        if (!before)
            return before.error();
        if (*before)
            return {};
        if (auto touched = touch(present.seq); !touched)
            return touched;
    } else if (present.version != search->integer(1)) {
        return addLastChange(id, present.seq);
    } else {
        Standing restored = present;
        if (!readMutable(*search, 3, restored))
            return m_store.damagedRow("alert_history", present.seq);
        line.version = restored.version;
        line.was = present;
        m_standings.emplace_back(std::move(restored), ++m_change);
    }
    m_lines.push_back(std::move(line));
    report.done.push_back(id);
    m_rows.push_back({undoRow({id, present.type}, undone, m_by, m_at), 0});
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
