// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/idlist.h"
#include "core/engine/heldstore.h"
#include "core/ports/alertstore.h"
#include "core/ports/configstore.h"
#include "core/ports/mutes.h"

#include <QJsonObject>
#include <QObject>
#include <QStringList>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace bartizan {

class Clock;

/// A triage step, or an undo of one, that is being carried out part by part.
struct TriageOrder {
    quint64 token = 0;
    std::shared_ptr<const IdList> wanted = {}; ///< What it was asked for; null, of an undo: all that the step is about.
    std::size_t from = 0;                      ///< Of those without the ones before this one.
    bool again = false;                        ///< Whether it may have been taken on some of them before.
    TriageStep step;
    std::string undoes;           ///< Not empty: takes that step back, as `step.id`.
    std::atomic<bool> cancelled = false; ///< Thread: any.

    // From where it begins:
    IdList already;   ///< It had been taken on these.
    IdList ids;       ///< The others, each once.
    IdHashes hashes;  ///< Of these.
    TimestampMs at = 0;
    std::size_t next = 0;
    std::size_t part = kTriageChunk; ///< How many alerts the next part has.
    // What became of them, in the order of ids, and of those that were done the hashes:
    IdList done;
    std::vector<TriageConflict> conflicts;
    IdList unknown;
    IdHashes doneHashes;
    std::optional<std::int64_t> position; ///< In the stream of changes, behind the last of it; nullopt: not known.
};

/// Carries out what the analyst orders, one command after the other, on a connection of its own. Thread: its own;
/// stopSoon() any.
class CommandWriter final : public QObject {
    Q_OBJECT
public:
    /// `user` is who acts; `clock` must outlive the writer.
    CommandWriter(StoreFactory factory, std::string user, const Clock &clock);
    ~CommandWriter() override;

    /// Ends the query that runs; the commands that follow fail. Thread: any.
    void stopSoon() { m_store.stopSoon(); }
    /// Lets the next command open a new connection.
    void reopen();
    void acknowledge(quint64 token, const std::vector<std::string> &ids, const std::string &comment);
    /// Begins an order. Parts of other orders, and other commands, come between its parts, which are as small as a slow
    /// database makes them: cancelling, and whoever else waits for it, has to wait for the end of one.
    void triage(const std::shared_ptr<TriageOrder> &order);
    /// Sets a mute in the user's name, from now on.
    /// `again`: perhaps it is set already, by the same id.
    void setMute(quint64 token, Mute mute, bool again = false);
    void liftMute(quint64 token, const MuteLift &lift);
    void updateSettings(quint64 token, const QJsonObject &update, const std::string &timeZone,
                        const std::string &geoDatabase);
    /// Notes that `user` has an alert open here (an empty id: none any more), and tells who else has; not of a user who may
    /// not triage, and so cannot be in anybody's way. A failure is told by nothing: the next call may do better.
    void lookAt(const QString &alertId);

Q_SIGNALS:
    void acknowledged(quint64 token, const bartizan::AcknowledgeReport &report);
    /// Which alerts an order is about, before any of them is touched.
    void triageBegun(quint64 token, const bartizan::IdHashes &alerts);
    void triageAdvanced(quint64 token, qint64 done, qint64 total);
    /// An order has ended, and is left to whoever gave it. A `failure`, which may be empty, ended it early; parts that were
    /// done stand.
    void triaged(const std::shared_ptr<bartizan::TriageOrder> &order, const QString &failure);
    void muteSet(quint64 token, const bartizan::Mute &mute);
    void muteLifted(quint64 token, const bartizan::MuteLifted &lifted);
    void settingsUpdated(quint64 token, const bartizan::MonitoringSettings &settings);
    void othersLookAt(const QString &alertId, const QStringList &people);
    void failed(quint64 token, const bartizan::Error &error);

private:
    Store *store(quint64 token);
    Result<void> prepare(TriageOrder &order);
    Result<void> takePart(TriageOrder &order);
    void advance(const std::shared_ptr<TriageOrder> &order);
    void end(const std::shared_ptr<TriageOrder> &order, const QString &failure = {});
    void endEarly(const std::shared_ptr<TriageOrder> &order, const Error &error);

    const std::string m_user;
    const std::string m_window; ///< Tells this console from the others of the same person.
    const Clock &m_clock;
    HeldStore m_store;
};

/// The name the operating system knows the current user by. Thread: any.
std::string currentUserName();

} // namespace bartizan
