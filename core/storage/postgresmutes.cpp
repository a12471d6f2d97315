// SPDX-License-Identifier: GPL-3.0-or-later
// Mutes in PostgresStore: setting, lifting, listing, and what they do to a commit.
#include "core/storage/mutebook.h"
#include "core/storage/postgresstore.h"

#include <QCoreApplication>

#include <unordered_map>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::PostgresStore", text);
}

std::vector<Mute> mutesOf(const PostgresRows &rows)
{
    std::vector<Mute> mutes;
    for (int i = 0; i < rows.size(); ++i)
        mutes.push_back(readStoredMute(rows[i]));
    return mutes;
}

std::string selectMutes(const std::string &relation, const std::string &rest)
{
    return "SELECT " + std::string(kMuteColumns) + " FROM bartizan." + relation + rest;
}

} // namespace

Result<std::vector<Mute>> PostgresStore::mutes(const MuteQuery &query)
{
    PostgresParameters parameters;
    PostgresFilter filter(parameters);
    if (query.id)
        filter.add("id = ?::text", *query.id);
    if (query.inForceAt)
        filter.add("created_at <= ?::bigint AND ends_at > ?::bigint", *query.inForceAt);
    const auto rows = m_connection.query(selectMutes("mute_seen", filter.sql() + " ORDER BY seq DESC"), parameters);
    if (!rows)
        return rows.error();
    return mutesOf(*rows);
}

Result<MuteBook> PostgresStore::readMutes(const EngineCommit &commit)
{
    if (commit.alerts.empty() && commit.repeats.empty())
        return MuteBook();
    const TimeRange span = MuteBook::spanOf(commit);
    const auto rows = m_connection.query(
        selectMutes("mute", " WHERE ends_at > $1::bigint AND (created_at <= $2::bigint "
                    "OR (created_at <= $3::bigint AND ends_at > $3::bigint)) ORDER BY seq"),
        PostgresParameters().add(span.start).add(span.end).add(commit.storedAt));
    if (!rows)
        return rows.error();
    return MuteBook(mutesOf(*rows), commit.storedAt);
}

Result<void> PostgresStore::storeTallies(const MuteBook &book)
{
    for (const MuteBook::Tally &tally : book.tallies()) {
        const auto counted = m_connection.query(
            "UPDATE bartizan.mute SET alerts = alerts + $2::bigint, hits = hits + $3::bigint, "
            "last_hit_at = greatest(coalesce(last_hit_at, $4::bigint), $4::bigint) WHERE id = $1",
            PostgresParameters().add(tally.mute).add(tally.alerts).add(tally.hits).add(tally.lastHitAt));
        if (!counted)
            return counted.error();
    }
    return {};
}

Result<void> PostgresStore::changeMute(const SecurityAlert &alert, const std::optional<std::string> &mute, TimestampMs at)
{
    const auto changed = m_connection.query(
        "WITH changed AS (UPDATE bartizan.alert SET mute = $2, muted = $2::text IS NOT NULL AND status = 0 WHERE id = $1 RETURNING seq) "
        "INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment, detail) "
        "SELECT seq, $3::bigint, $4, '', '', $5 FROM changed",
        PostgresParameters()
            .add(alert.id)
            .add(mute)
            .add(at)
            .add(mute ? kHistoryMuted : kHistoryUnmuted)
            .add(mute ? *mute : *alert.mute));
    return changed ? Result<void>() : Result<void>(changed.error());
}

Result<void> PostgresStore::applyMutes(std::span<const AlertRepeat> repeats, MuteBook &book)
{
    if (repeats.empty())
        return {};
    std::vector<std::string_view> ids;
    for (const AlertRepeat &repeat : repeats)
        ids.push_back(repeat.alertId);
    // Of the others, which no mute is about, nothing is read: they may hold much text.
    auto alerts = readAlerts("SELECT " + std::string(kAlertColumns)
                                 + " FROM bartizan.alert WHERE id = ANY ($1::text[]) AND (muted OR rule = ANY ($2::text[]))",
                             PostgresParameters().addArray(ids).addArray(book.rules()));
    if (!alerts)
        return alerts.error();
    std::unordered_map<std::string_view, SecurityAlert *> byId;
    for (SecurityAlert &alert : *alerts)
        byId.emplace(alert.id, &alert);
    for (const AlertRepeat &repeat : repeats) {
        const auto found = byId.find(repeat.alertId);
        if (found == byId.end())
            continue;
        SecurityAlert &alert = *found->second;
        const MuteBook::Effect effect = book.countRepeat(alert, repeat);
        if (!effect.changes)
            continue;
        if (auto changed = changeMute(alert, effect.mute, repeat.lastAt); !changed)
            return changed;
        alert.mute = effect.mute;
    }
    return {};
}

Result<Mute> PostgresStore::setMute(const Mute &mute)
{
    if (auto usable = checkMute(mute); !usable)
        return usable.error();
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    const auto set = m_connection.query(
        "SELECT bartizan.set_mute($1, $2, $3, $4, $5, $6, $7, $8, $9::bigint, $10::bigint)",
        PostgresParameters()
            .add(mute.id)
            .add(mute.rule)
            .add(mute.group)
            .add(mute.network)
            .add(mute.company)
            .add(mute.reason)
            .add(mute.alertId)
            .add(mute.by)
            .add(mute.createdAt)
            .add(mute.expiresAt));
    if (!set)
        return set.error();
    const std::string answer = set->front().string(0);
    if (answer == "unknown")
        return alertOfMuteIsGone();
    if (answer == "many")
        return tooManyMutes();
    if (answer != "set") {
        return Error{mute.company ? tr("You see no alerts of company “%1”, and cannot mute them")
                                        .arg(QString::fromStdString(*mute.company))
                                  : tr("Only who sees every company may mute the alerts of all of them; choose one")};
    }
    MuteQuery stored;
    stored.id = mute.id;
    auto found = mutes(stored);
    if (!found)
        return found.error();
    if (auto done = transaction->commit(); !done)
        return done.error();
    return found->empty() ? mute : std::move(found->front());
}

Result<MuteLifted> PostgresStore::liftMute(const MuteLift &lift, const std::string &by, TimestampMs at)
{
    auto transaction = beginWriting();
    if (!transaction)
        return transaction.error();
    const auto answer = m_connection.query("SELECT state, came_back FROM bartizan.lift_mute($1, $2::boolean, $3, $4::bigint)",
                                           PostgresParameters().add(lift.id).add(lift.restore).add(by).add(at));
    if (!answer)
        return answer.error();
    const std::string state = answer->front().string(0);
    if (state == "forbidden")
        return Error{tr("This mute is about companies whose alerts you do not see; who sees them may lift it")};
    MuteLifted lifted;
    if (state == "unknown")
        return lifted;
    lifted.outcome = state == "over" ? MuteLifted::Outcome::Over : MuteLifted::Outcome::Lifted;
    lifted.restored = answer->front().integer(1);
    MuteQuery named;
    named.id = lift.id;
    auto found = mutes(named);
    if (!found)
        return found.error();
    if (!found->empty())
        lifted.mute = std::move(found->front());
    if (auto done = transaction->commit(); !done)
        return done.error();
    return lifted;
}

} // namespace bartizan
