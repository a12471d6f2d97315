// SPDX-License-Identifier: GPL-3.0-or-later
// Mutes in SqliteStore: setting, lifting, listing, and what they do to a commit.
#include "core/storage/monitorrows.h"
#include "core/storage/mutebook.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>

#include <algorithm>

namespace bartizan {
namespace {

std::string selectMutes(const std::string &rest)
{
    return "SELECT " + std::string(kMuteColumns) + " FROM mute" + rest;
}

Result<std::vector<Mute>> readMuteRows(SqliteStatement &statement)
{
    std::vector<Mute> mutes;
    while (true) {
        const auto row = statement.step();
        if (!row)
            return row.error();
        if (!*row)
            return mutes;
        mutes.push_back(readStoredMute(statement));
    }
}

} // namespace

Result<std::vector<Mute>> SqliteStore::mutes(const MuteQuery &query)
{
    SqliteFilter filter;
    if (query.id)
        filter.add("id = ?", *query.id);
    if (query.inForceAt)
        filter.add("created_at <= ? AND ends_at > ?", *query.inForceAt, *query.inForceAt);
    auto statement = m_connection.prepare(selectMutes(filter.sql() + " ORDER BY seq DESC"));
    if (!statement)
        return statement.error();
    filter.bind(*statement);
    return readMuteRows(*statement);
}

Result<MuteBook> SqliteStore::readMutes(const EngineCommit &commit)
{
    if (commit.alerts.empty() && commit.repeats.empty())
        return MuteBook();
    const TimeRange span = MuteBook::spanOf(commit);
    auto statement = m_connection.prepare(
        selectMutes(" WHERE ends_at > ?1 AND (created_at <= ?2 OR (created_at <= ?3 AND ends_at > ?3)) ORDER BY seq"));
    if (!statement)
        return statement.error();
    statement->bind(1, span.start);
    statement->bind(2, span.end);
    statement->bind(3, commit.storedAt);
    auto found = readMuteRows(*statement);
    if (!found)
        return found.error();
    return MuteBook(std::move(*found), commit.storedAt);
}

Result<void> SqliteStore::storeTallies(const MuteBook &book)
{
    for (const MuteBook::Tally &tally : book.tallies()) {
        auto update = m_connection.prepare("UPDATE mute SET alerts = alerts + ?2, hits = hits + ?3, "
                                           "last_hit_at = max(coalesce(last_hit_at, ?4), ?4) WHERE id = ?1");
        if (!update)
            return update.error();
        update->bind(1, std::string_view(tally.mute));
        update->bind(2, tally.alerts);
        update->bind(3, tally.hits);
        update->bind(4, tally.lastHitAt);
        if (auto done = update->run(); !done)
            return done;
    }
    return {};
}

Result<void> SqliteStore::applyMutes(const AlertRepeat &repeat, MuteBook &book)
{
    {
        // Of an alert that no mute is about nothing more is read: it may hold much text.
        auto glance = m_connection.prepare("SELECT muted, rule FROM alert WHERE id = ?");
        if (!glance)
            return glance.error();
        glance->bind(1, std::string_view(repeat.alertId));
        const auto row = glance->step();
        if (!row)
            return row.error();
        if (!*row || (glance->integer(0) == 0 && !book.isAboutRule(glance->string(1))))
            return {};
    }
    std::int64_t seq = 0;
    SecurityAlert alert;
    {
        auto search = m_connection.prepare("SELECT " + std::string(kAlertColumns) + " FROM alert WHERE id = ?");
        if (!search)
            return search.error();
        search->bind(1, std::string_view(repeat.alertId));
        const auto row = search->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        seq = search->integer(0);
        if (!readAlert(*search, alert))
            return damagedRow("alert", seq);
    }
    const MuteBook::Effect effect = book.countRepeat(alert, repeat);
    if (!effect.changes)
        return {};
    auto update = m_connection.prepare("UPDATE alert SET mute = ?2 WHERE seq = ?1");
    if (!update)
        return update.error();
    update->bind(1, seq);
    update->bind(2, effect.mute);
    if (auto done = update->run(); !done)
        return done;
    return effect.mute ? note(seq, repeat.lastAt, kHistoryMuted, {}, {}, *effect.mute)
                       : note(seq, repeat.lastAt, kHistoryUnmuted, {}, {}, *alert.mute);
}

Result<void> SqliteStore::noteMute(const Mute &mute, std::string_view action, const std::string &by, TimestampMs at,
                                   std::string_view comment)
{
    if (mute.alertId.empty())
        return {};
    const auto position = changePosition();
    if (!position)
        return position.error();
    std::int64_t seq = 0;
    {
        auto update = m_connection.prepare("UPDATE alert SET change = ?2 WHERE id = ?1 RETURNING seq");
        if (!update)
            return update.error();
        update->bind(1, std::string_view(mute.alertId));
        update->bind(2, *position + 1);
        const auto row = update->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        seq = update->integer(0);
    }
    if (auto noted = note(seq, at, action, by, comment, mute.id); !noted)
        return noted;
    return setChangePosition(*position + 1);
}

/// Whether a mute can be set beside those that are there.
Result<void> SqliteStore::checkMuteFits(const Mute &mute)
{
    auto statement = m_connection.prepare("SELECT (SELECT count(*) FROM mute WHERE created_by = ?1 "
                                          "AND max(ends_at, created_at + ?2) > ?3), "
                                          "?4 = '' OR EXISTS (SELECT 1 FROM alert WHERE id = ?4)");
    if (!statement)
        return statement.error();
    statement->bind(1, std::string_view(mute.by));
    statement->bind(2, kDay);
    statement->bind(3, mute.createdAt);
    statement->bind(4, std::string_view(mute.alertId));
    if (const auto row = statement->step(); !row)
        return row.error();
    if (statement->integer(1) == 0)
        return alertOfMuteIsGone();
    return statement->integer(0) < kMostMutes ? Result<void>() : Result<void>(tooManyMutes());
}

Result<Mute> SqliteStore::setMute(const Mute &mute)
{
    if (auto usable = checkMute(mute); !usable)
        return usable.error();
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    if (auto fits = checkMuteFits(mute); !fits)
        return fits.error();
    {
        auto insert = m_connection.prepare(
            "INSERT INTO mute (id, rule, alert_group, network, company_id, reason, alert_id, created_by, created_at, "
            "expires_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)");
        if (!insert)
            return insert.error();
        insert->bind(1, std::string_view(mute.id));
        insert->bind(2, std::string_view(mute.rule));
        insert->bind(3, std::string_view(mute.group));
        insert->bind(4, std::string_view(mute.network));
        insert->bind(5, mute.company);
        insert->bind(6, std::string_view(mute.reason));
        insert->bind(7, std::string_view(mute.alertId));
        insert->bind(8, std::string_view(mute.by));
        insert->bind(9, mute.createdAt);
        insert->bind(10, mute.expiresAt);
        if (auto done = insert->run(); !done)
            return done.error();
    }
    if (auto noted = noteMute(mute, kHistoryMuteSet, mute.by, mute.createdAt, mute.reason); !noted)
        return noted.error();
    if (auto written = insertMonitorRow(muteRow(mute)); !written)
        return written.error();
    if (auto done = commitRows(*transaction); !done)
        return done.error();
    MuteQuery stored;
    stored.id = mute.id;
    auto found = mutes(stored);
    if (!found)
        return found.error();
    return found->empty() ? mute : std::move(found->front());
}

Result<std::int64_t> SqliteStore::unmuteAll(const std::string &mute, const std::string &by, TimestampMs at)
{
    const auto position = changePosition();
    if (!position)
        return position.error();
    auto history = m_connection.prepare("INSERT INTO alert_history (alert_seq, at, action, actor, comment, detail) "
                                        "SELECT seq, ?2, ?3, ?4, '', ?1 FROM alert WHERE mute = ?1 AND muted = 1 ORDER BY seq");
    if (!history)
        return history.error();
    history->bind(1, std::string_view(mute));
    history->bind(2, at);
    history->bind(3, kHistoryUnmuted);
    history->bind(4, std::string_view(by));
    if (auto done = history->run(); !done)
        return done.error();
    auto update = m_connection.prepare(
        "UPDATE alert SET mute = NULL, change = ?2 + hidden.number FROM (SELECT seq AS hidden_seq, row_number() OVER "
        "(ORDER BY seq) AS number FROM alert WHERE mute = ?1 AND muted = 1) AS hidden WHERE seq = hidden.hidden_seq");
    if (!update)
        return update.error();
    update->bind(1, std::string_view(mute));
    update->bind(2, *position);
    if (auto done = update->run(); !done)
        return done.error();
    const std::int64_t restored = m_connection.changes();
    if (auto done = setChangePosition(*position + restored); !done)
        return done.error();
    auto mark = m_connection.prepare("UPDATE mute SET restored = 1 WHERE id = ?");
    if (!mark)
        return mark.error();
    mark->bind(1, std::string_view(mute));
    if (auto done = mark->run(); !done)
        return done.error();
    return restored;
}

Result<MuteLifted> SqliteStore::liftMute(const MuteLift &lift, const std::string &by, TimestampMs at)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    MuteQuery named;
    named.id = lift.id;
    const auto found = mutes(named);
    if (!found)
        return found.error();
    MuteLifted lifted;
    if (found->empty())
        return lifted;
    lifted.mute = found->front();
    lifted.outcome = lifted.mute.endsAt() <= at ? MuteLifted::Outcome::Over : MuteLifted::Outcome::Lifted;
    if (lifted.outcome == MuteLifted::Outcome::Lifted) {
        auto update = m_connection.prepare("UPDATE mute SET lifted_by = ?2, lifted_at = ?3, ends_at = ?3 WHERE id = ?1");
        if (!update)
            return update.error();
        update->bind(1, std::string_view(lift.id));
        update->bind(2, std::string_view(by));
        update->bind(3, std::max(at, lifted.mute.createdAt));
        if (auto done = update->run(); !done)
            return done.error();
    }
    if (lift.restore) {
        const auto restored = unmuteAll(lift.id, by, at);
        if (!restored)
            return restored.error();
        lifted.restored = *restored;
    }
    if (lifted.outcome == MuteLifted::Outcome::Lifted || lifted.restored > 0) {
        if (auto noted = noteMute(lifted.mute, kHistoryMuteLifted, by, at, {}); !noted)
            return noted.error();
        if (auto written = insertMonitorRow(muteLiftRow(lifted.mute, lifted.restored, by, at)); !written)
            return written.error();
    }
    const auto now = mutes(named);
    if (!now)
        return now.error();
    lifted.mute = now->front();
    if (auto done = commitRows(*transaction); !done)
        return done.error();
    return lifted;
}

} // namespace bartizan
