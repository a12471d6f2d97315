// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/triagewords.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"

#include <QCoreApplication>

#include <climits>

namespace bartizan::triagewords {
namespace {

/// The context of what is said here, for translators.
class Triage {
    Q_DECLARE_TR_FUNCTIONS(bartizan::Triage)
};

/// Plural forms are chosen by an int.
int plural(std::size_t count)
{
    return static_cast<int>(std::min<std::size_t>(count, INT_MAX));
}

QString undoneText(const TriageStep &step, int count)
{
    switch (step.kind) {
    case TriageKind::Acknowledge: return Triage::tr("Taken back: acknowledging %Ln alert(s)", nullptr, count);
    case TriageKind::Escalate: return Triage::tr("Taken back: escalating %Ln alert(s)", nullptr, count);
    case TriageKind::Resolve:
        return Triage::tr("Taken back: resolving %Ln alert(s) as %1", nullptr, count).arg(disposition(step.disposition));
    case TriageKind::Own: return Triage::tr("Taken back: taking over %Ln alert(s)", nullptr, count);
    case TriageKind::Comment: break;
    }
    return Triage::tr("Taken back: commenting on %Ln alert(s)", nullptr, count);
}

QString doneText(const TriageStep &step, int count)
{
    switch (step.kind) {
    case TriageKind::Acknowledge: return Triage::tr("%Ln acknowledged", nullptr, count);
    case TriageKind::Escalate: return Triage::tr("%Ln escalated", nullptr, count);
    case TriageKind::Resolve: return Triage::tr("%Ln resolved as %1", nullptr, count).arg(disposition(step.disposition));
    case TriageKind::Own: return Triage::tr("%Ln now yours", nullptr, count);
    case TriageKind::Comment: break;
    }
    return Triage::tr("%Ln commented on", nullptr, count);
}

QString conflictText(const std::vector<TriageConflict> &conflicts, bool undo, TimestampMs now, const QTimeZone &zone)
{
    const TriageConflict &first = conflicts.front();
    const QString who = displayText(first.by);
    const QString when = format::tableTime(first.at, now, zone);
    const int count = plural(conflicts.size());
    if (undo) {
        return count == 1 ? Triage::tr("1 stays: %1 changed it at %2").arg(who, when)
                          : Triage::tr("%Ln stay, one of them changed by %1 at %2", nullptr, count).arg(who, when);
    }
    if (first.action == actionOf(TriageKind::Own)) {
        return count == 1 ? Triage::tr("1 is owned by %1 since %2").arg(who, when)
                          : Triage::tr("%Ln are owned, one of them by %1 since %2", nullptr, count).arg(who, when);
    }
    if (first.action == actionOf(TriageKind::Resolve)) {
        return count == 1 ? Triage::tr("1 had been resolved by %1 at %2").arg(who, when)
                          : Triage::tr("%Ln had been resolved, one of them by %1 at %2", nullptr, count).arg(who, when);
    }
    return count == 1 ? Triage::tr("1 had been by %1 at %2").arg(who, when)
                      : Triage::tr("%Ln had been, one of them by %1 at %2", nullptr, count).arg(who, when);
}

} // namespace

QString history(const AlertHistoryEntry &entry)
{
    const QString who = entry.actor.empty() ? Triage::tr("the engine") : displayText(entry.actor);
    const std::string_view action = entry.action;
    const auto is = [action](TriageKind kind) { return action == actionOf(kind); };
    const auto refused = [action](TriageKind kind) { return action == refusalOf(kind); };
    if (action == "created")
        return Triage::tr("raised by %1").arg(who);
    if (is(TriageKind::Acknowledge))
        return Triage::tr("acknowledged by %1").arg(who);
    if (is(TriageKind::Escalate))
        return Triage::tr("escalated by %1").arg(who);
    if (is(TriageKind::Resolve)) {
        const auto as = fromString<AlertDisposition>(entry.detail);
        return as ? Triage::tr("resolved as %1 by %2").arg(disposition(*as), who) : Triage::tr("resolved by %1").arg(who);
    }
    if (is(TriageKind::Own))
        return Triage::tr("taken over by %1").arg(who);
    if (is(TriageKind::Comment))
        return Triage::tr("comment of %1").arg(who);
    if (action == kHistoryMuted)
        return Triage::tr("muted on arrival");
    if (action == kHistoryMuteSet)
        return Triage::tr("alerts like it muted by %1").arg(who);
    if (action == kHistoryMuteLifted)
        return Triage::tr("mute lifted by %1").arg(who);
    if (action == kHistoryUnmuted) {
        return entry.actor.empty() ? Triage::tr("back in the queue: hit again after the mute ended")
                                   : Triage::tr("brought back into the queue by %1").arg(who);
    }
    if (action == "undone")
        return Triage::tr("%1 took a step back").arg(who);
    if (refused(TriageKind::Acknowledge))
        return Triage::tr("%1 wanted to acknowledge it again").arg(who);
    if (refused(TriageKind::Escalate))
        return Triage::tr("%1 wanted to escalate it").arg(who);
    if (refused(TriageKind::Resolve))
        return Triage::tr("%1 wanted to resolve it again").arg(who);
    if (refused(TriageKind::Own))
        return Triage::tr("%1 wanted to take it over").arg(who);
    return Triage::tr("%1 by %2").arg(displayText(entry.action), who);
}

QString title(TriageKind kind, qint64 count)
{
    const int alerts = plural(static_cast<std::size_t>(count));
    switch (kind) {
    case TriageKind::Acknowledge: return Triage::tr("Acknowledge %Ln alert(s)", nullptr, alerts);
    case TriageKind::Escalate: return Triage::tr("Escalate %Ln alert(s)", nullptr, alerts);
    case TriageKind::Resolve: return Triage::tr("Resolve %Ln alert(s)", nullptr, alerts);
    case TriageKind::Own: return Triage::tr("Take over %Ln alert(s)", nullptr, alerts);
    case TriageKind::Comment: break;
    }
    return Triage::tr("Comment on %Ln alert(s)", nullptr, alerts);
}

QString alerts(const TriageSubject &subject)
{
    const QString count = Triage::tr("%Ln alert(s)", nullptr, plural(static_cast<std::size_t>(subject.alerts)));
    if (!subject.isKnown())
        return count;
    QStringList parts;
    for (std::size_t rank = subject.bySeverity.size(); rank-- > 0;) {
        if (const qint64 some = subject.bySeverity[rank]; some > 0)
            parts.append(Triage::tr("%1 %2", "count, severity")
                             .arg(format::count(some), format::severity(static_cast<AlertSeverity>(rank))));
    }
    return parts.isEmpty() ? count : Triage::tr("%1: %2", "alerts, severities").arg(count, parts.join(Triage::tr(", ")));
}

QString origin(const TriageSubject::One &one, const QTimeZone &zone)
{
    const QString time = format::clockTime(one.timestamp, zone);
    return one.source.isEmpty() ? time : Triage::tr("%1 at %2", "source, time").arg(one.source, time);
}

QString report(const TriageOutcome &outcome, const TriageStep &step, TimestampMs now, const QTimeZone &zone)
{
    QStringList parts;
    const bool isUndo = !outcome.undoes.empty();
    const int done = plural(outcome.done.size());
    if (done > 0 || outcome.conflicts.empty())
        parts.append(isUndo ? undoneText(step, done) : doneText(step, done));
    if (!outcome.conflicts.empty())
        parts.append(conflictText(outcome.conflicts, isUndo, now, zone));
    if (!outcome.unknown.empty())
        parts.append(Triage::tr("%Ln no longer there", nullptr, plural(outcome.unknown.size())));
    if (const auto told = static_cast<std::int64_t>(outcome.told()); told < outcome.asked) {
        const int left = plural(static_cast<std::size_t>(outcome.asked - told));
        parts.append(outcome.cancelled ? Triage::tr("cancelled: %Ln left as they were", nullptr, left)
                                       : Triage::tr("%Ln left as they were", nullptr, left));
    }
    QString text = parts.join(Triage::tr(", "));
    if (!outcome.failure.isEmpty())
        text += Triage::tr(". It ended early: %1").arg(outcome.failure);
    return text;
}

} // namespace bartizan::triagewords
