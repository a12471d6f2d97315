// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/detectorhistory.h"
#include "core/domain/enginehealth.h"
#include "core/domain/result.h"
#include "core/domain/securityalert.h"
#include "core/domain/triage.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bartizan {

/// How far the engine has come; stored in the same transaction as what it raised. On a server whoever does not see every company
/// has 0 for the times.
struct EngineCursor {
    std::int64_t lastRowId = 0;  ///< The newest row processed.
    TimestampMs watermark = 0;   ///< Time of the newest row processed, by time.
    TimestampMs startedAt = 0;   ///< Where the 30 s and 1 h timers count from; 0: not started.
    TimestampMs clock = 0;       ///< How far the timers ran, where that is behind the watermark.

    bool operator==(const EngineCursor &) const = default;
};

/// The detector's state, to be kept with the position it stands at.
struct DetectorState {
    std::int64_t settingsVersion = 0;
    std::string state; ///< Bytes that Detector::save() wrote.
};

/// The state of a detector as it was kept, and what was raised since.
struct EngineCheckpoint {
    EngineCursor cursor; ///< The position it stands at.
    std::int64_t settingsVersion = 0;
    std::string state;
    std::int64_t knownRowId = 0; ///< Rows about alerts up to this key are part of the state.
    /// Alerts that the engine raised since, up to its present watermark, in order of time.
    std::vector<DetectorHistory::RaisedAlert> alerts;
    /// The rows about alerts raised since that stand behind the engine's present position, likewise.
    std::vector<AuditEvent> alertRows;
};

/// What the engine commits at once.
struct EngineCommit {
    std::vector<SecurityAlert> alerts;        ///< New; one whose id is stored, or was dropped by
                                              ///< retention, changes nothing.
    /// Rows about them: the one at i is about alerts[i], and is left out when that alert is stored already. Any
    /// that follow are always written.
    std::vector<AuditEvent> monitorRows;
    /// Hits that alerts suppressed, those in `alerts` included; of one that is gone, nothing is kept.
    std::vector<AlertRepeat> repeats;
    /// Retention: alerts older than this go, unless they were raised later: those of a log that was imported long after
    /// its events stay as long as others.
    std::optional<TimestampMs> dropAlertsBefore;
    TimestampMs at = 0; ///< When that is, by the wall clock: `alerts` are raised now.
    EngineCursor cursor;
    std::optional<DetectorState> checkpoint; ///< Replaces the one before; none leaves it.
    TimestampMs storedAt = 0; ///< By the wall clock, for mutes (MuteMatcher::covers()); 0: nobody knows.
};

/// An alert's place in the order of time.
struct AlertKey {
    TimestampMs timestamp = 0;
    std::string id;
    bool operator==(const AlertKey &) const = default;
};

/// Which alerts. Empty members do not restrict.
struct AlertQuery {
    TimeRange range;
    std::optional<bool> acknowledged;
    std::optional<bool> active; ///< SecurityAlert::isActive().
    std::optional<bool> muted;  ///< SecurityAlert::isMuted().
    std::optional<AlertSeverity> severity;
    std::optional<AlertType> type;
    std::optional<std::string> rule; ///< Its key, exactly.
    std::optional<std::string> companyId;
    std::optional<std::string> ipAddress;
    std::optional<std::string> userId;
    std::optional<std::string> group; ///< As alerts have it, exactly; empty: those about the whole log.
    std::optional<std::string> mute;  ///< Id of the mute that it carries.
    bool newestFirst = false;      ///< Else in order of (timestamp, creation).
    std::optional<std::size_t> limit;
    std::optional<AlertKey> after; ///< Continue behind this alert, in the order asked for; counting disregards it.
};

/// What one rule raised.
struct RuleHits {
    std::string rule;         ///< Its key; empty: alerts of a version that did not note it.
    std::int64_t alerts = 0;
    std::int64_t repeats = 0; ///< Hits that these alerts suppressed, whenever.
    bool operator==(const RuleHits &) const = default;
};

/// An alert that somebody else had acknowledged.
struct AcknowledgeConflict {
    std::string alertId;
    std::string by;
    TimestampMs at = 0;
    bool operator==(const AcknowledgeConflict &) const = default;
};

/// What acknowledging did, alert by alert.
struct AcknowledgeReport {
    std::vector<std::string> acknowledged;
    std::vector<AcknowledgeConflict> already; ///< The first one stands.
    std::vector<std::string> unknown;
    bool operator==(const AcknowledgeReport &) const = default;
};

/// What changed since a position in the stream of changes.
struct AlertChanges {
    std::int64_t position = 0;              ///< Where to go on from.
    std::vector<SecurityAlert> changed;     ///< New and updated alerts, as they are now.
    std::vector<std::string> removed;       ///< Dropped by retention.
    std::vector<std::int64_t> numbers{};    ///< Of those in `changed`, place by place: what was raised later has a higher one.
    std::int64_t newest = 0; ///< Number of the alert that was raised last: of all for a negative position; of those that
                             ///< there were when the log was opened, where a session tells of changes.
};
/// Changes that several parts look at, each in its own time.
using ToldChanges = std::shared_ptr<const AlertChanges>;

/// Alerts, their history, and the engine's position. Thread: the one that opened it.
class AlertStore {
public:
    virtual ~AlertStore() = default;

    virtual Result<EngineCursor> loadCursor() = 0;
    /// Alerts, monitor rows, retention, cursor and checkpoint in one transaction: all or nothing. The mutes as they are
    /// in this transaction (core/ports/mutes.h) decide which of the alerts are muted, count their hits, and which muted
    /// ones a repeat brings back.
    virtual Result<void> commit(const EngineCommit &commit) = 0;

    /// What the engine tells of itself; the newest stands.
    virtual Result<void> saveHealth(const EngineHealth &health) = 0;
    /// nullopt: no engine has told anything yet.
    virtual Result<std::optional<EngineHealth>> loadHealth() = 0;
    /// The newest checkpoint; nullopt when there is none that this version reads.
    virtual Result<std::optional<EngineCheckpoint>> loadCheckpoint() = 0;

    virtual Result<std::vector<SecurityAlert>> alerts(const AlertQuery &query) = 0;
    virtual Result<std::int64_t> countAlerts(const AlertQuery &query) = 0;
    /// What each rule raised in a range, in order of the rules' keys; rules that raised nothing are left out.
    virtual Result<std::vector<RuleHits>> hitsByRule(TimeRange range) = 0;
    virtual Result<std::optional<SecurityAlert>> alert(const std::string &id) = 0;
    virtual Result<std::vector<AlertHistoryEntry>> history(const std::string &alertId) = 0;
    /// Acknowledges as triage() does, as a step of its own.
    virtual Result<AcknowledgeReport> acknowledge(std::span<const std::string> ids, const std::string &by,
                                                  TimestampMs at, const std::string &comment) = 0;
    /// Takes a step, or a part of one, in one transaction: all or nothing. An id that is named twice counts
    /// once. Of each alert that it changes it writes a line of history and an audit row (spec/monitoring.md section 5; the
    /// action is auditActionOf(), the metadata are alertId, alertType and, of Resolve, disposition), and moves the alert to
    /// the end of the stream of changes; its place there is its new version. One that a conflict leaves as it was gets a
    /// line of history alone.
    ///
    /// | kind | conflicts with | sets |
    /// | Acknowledge | acknowledged | status Acknowledged, who and when |
    /// | Escalate | status Escalated or Resolved | status Escalated; whether it is acknowledged stays |
    /// | Resolve | status Resolved, unless it overrules | status Resolved, disposition, who and when; acknowledges what
    ///   nobody had |
    /// | Own | an owner, unless it overrules; being the owner oneself always | the owner |
    /// | Comment | nothing | nothing: the version stays |
    virtual Result<TriageReport> triage(std::span<const std::string> ids, const TriageStep &step, const std::string &by,
                                        TimestampMs at) = 0;
    /// Takes a step back for some of its alerts, in one transaction: each becomes what it was before in all that triage
    /// sets, version included, with a line of history ("undone") and an audit row (metadata: alertId, alertType, undone,
    /// the action of the row about the step). An alert whose version is not the one that the step made, because somebody
    /// changed it since or took the step back before, is a conflict with the last who changed it, and stays. One that
    /// the step did not change is unknown. Of a comment, undoing takes it out of commentsIn() and changes nothing else.
    virtual Result<TriageReport> undo(std::span<const std::string> ids, const TriageUndo &undo, const std::string &by,
                                      TimestampMs at) = 0;
    /// The alerts that a step has changed or commented on, in the order in which it did.
    virtual Result<std::vector<std::string>> alertsOfStep(const std::string &step) = 0;
    /// Changes after `position`, of very many the first ones: the answer's position says how far it goes. A negative position
    /// answers only where the stream stands now. Of alerts that retention dropped it tells for 90 days.
    virtual Result<AlertChanges> changesSince(std::int64_t position) = 0;
};

} // namespace bartizan
