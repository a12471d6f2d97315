// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/securityalert.h"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// What an analyst does with alerts.
enum class TriageKind : std::uint8_t { Acknowledge, Escalate, Resolve, Own, Comment };

/// One step of triage, whether it is about one alert or about a hundred thousand.
struct TriageStep {
    std::string id; ///< A UUID, the same for all parts that a step is carried out in.
    TriageKind kind = TriageKind::Acknowledge;
    AlertDisposition disposition = AlertDisposition::TruePositive; ///< Of Resolve.
    std::string comment; ///< Escalate and Comment need one.
    bool overrule = false; ///< Resolve and Own: also what somebody has resolved, or owns, already.
};

/// Takes a step back.
struct TriageUndo {
    std::string id;   ///< A UUID of its own: an undo can be undone as well.
    std::string step; ///< What is undone.
};

/// Why a step left an alert as it was: somebody had been there before.
struct TriageConflict {
    std::string alertId;
    std::string action; ///< What was done to it, a name of triageActions() or "undone".
    std::string by;
    TimestampMs at = 0;

    bool operator==(const TriageConflict &) const = default;
};

/// What a step did, alert by alert, each in the order asked for.
struct TriageReport {
    std::vector<std::string> done;
    std::vector<TriageConflict> conflicts;
    std::vector<std::string> unknown;

    bool operator==(const TriageReport &) const = default;
};

/// So many alerts a transaction: few enough that nobody waits long for the database, and a step can be cancelled.
inline constexpr std::size_t kTriageChunk = 2000;
/// The longest comment, in bytes.
inline constexpr std::size_t kCommentBytes = 16 * 1024;

/// What history calls the steps, in the order of TriageKind: "acknowledged", "escalated", "resolved", "owned",
/// "commented".
const std::array<std::string_view, 5> &triageActions() noexcept;
/// What history calls a step of this kind.
std::string_view actionOf(TriageKind kind) noexcept;
/// What history calls a step that left the alert as it was: "acknowledge_refused" and so on.
std::string_view refusalOf(TriageKind kind) noexcept;
/// An error when a step lacks what its kind needs.
Result<void> checkStep(const TriageStep &step);
/// An id for a step.
std::string newStepId();

/// Marks the entries that later ones of the same history took back, in force still.
void markUndone(std::vector<AlertHistoryEntry> &history);
/// The comments among the entries of a history, without those that were taken back.
std::vector<AlertHistoryEntry> commentsIn(const std::vector<AlertHistoryEntry> &history);

/// The action of the audit row about a step: "alert_acknowledged" and so on; of an undo "alert_triage_undone".
std::string auditActionOf(std::string_view historyAction);

} // namespace bartizan
