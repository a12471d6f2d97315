// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/triage.h"

#include <QCoreApplication>
#include <QUuid>

namespace bartizan {
namespace {

constexpr std::array<std::string_view, 5> kActions{"acknowledged", "escalated", "resolved", "owned", "commented"};
constexpr std::array<std::string_view, 5> kRefusals{"acknowledge_refused", "escalate_refused", "resolve_refused",
                                                    "own_refused", "comment_refused"};

constexpr std::array<std::string_view, 4> kStatuses{"NEW", "ACKNOWLEDGED", "ESCALATED", "RESOLVED"};
constexpr std::array<std::string_view, 4> kDispositions{"TRUE_POSITIVE", "BENIGN", "FALSE_POSITIVE", "DUPLICATE"};

} // namespace

template<> std::span<const std::string_view> enumNames<AlertStatus>() noexcept { return kStatuses; }
template<> std::span<const std::string_view> enumNames<AlertDisposition>() noexcept { return kDispositions; }

const std::array<std::string_view, 5> &triageActions() noexcept
{
    return kActions;
}

std::string_view actionOf(TriageKind kind) noexcept
{
    return kActions[static_cast<std::size_t>(kind)];
}

std::string_view refusalOf(TriageKind kind) noexcept
{
    return kRefusals[static_cast<std::size_t>(kind)];
}

Result<void> checkStep(const TriageStep &step)
{
    if (step.id.empty())
        return Error{QCoreApplication::translate("bartizan::TriageStep", "A triage step needs an id")};
    const bool needsComment = step.kind == TriageKind::Escalate || step.kind == TriageKind::Comment;
    if (needsComment && step.comment.find_first_not_of(" \t\r\n") == std::string::npos)
        return Error{QCoreApplication::translate("bartizan::TriageStep", "This needs a comment that says why")};
    if (step.comment.size() > kCommentBytes) {
        return Error{QCoreApplication::translate("bartizan::TriageStep", "The comment is too long: %1 bytes, %2 at most")
                         .arg(step.comment.size())
                         .arg(kCommentBytes)};
    }
    return {};
}

std::string newStepId()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
}

void markUndone(std::vector<AlertHistoryEntry> &history)
{
    // From the newest on: an undo that was itself taken back takes nothing back.
    for (std::size_t i = history.size(); i-- > 0;) {
        if (history[i].undone || history[i].undoes.empty())
            continue;
        for (std::size_t earlier = 0; earlier < i; ++earlier) {
            if (history[earlier].step == history[i].undoes)
                history[earlier].undone = true;
        }
    }
}

std::vector<AlertHistoryEntry> commentsIn(const std::vector<AlertHistoryEntry> &history)
{
    std::vector<AlertHistoryEntry> comments;
    for (const AlertHistoryEntry &entry : history) {
        if (!entry.comment.empty() && !entry.undone)
            comments.push_back(entry);
    }
    return comments;
}

std::string auditActionOf(std::string_view historyAction)
{
    return historyAction == "undone" ? "alert_triage_undone" : "alert_" + std::string(historyAction);
}

} // namespace bartizan
