// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/triagestate.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"

#include <QCoreApplication>

namespace bartizan::triagewords {
namespace {

/// The context of what is said here, for translators.
class Triage {
    Q_DECLARE_TR_FUNCTIONS(bartizan::Triage)
};

} // namespace

QString disposition(AlertDisposition disposition)
{
    switch (disposition) {
    case AlertDisposition::TruePositive: return Triage::tr("true positive");
    case AlertDisposition::Benign: return Triage::tr("benign");
    case AlertDisposition::FalsePositive: return Triage::tr("false positive");
    case AlertDisposition::Duplicate: break;
    }
    return Triage::tr("duplicate");
}

QString standing(const SecurityAlert &alert, const QTimeZone &zone)
{
    const auto at = [&zone](const std::optional<TimestampMs> &time) { return format::fullTime(time.value_or(0), zone); };
    const auto who = [](const std::optional<std::string> &name) { return displayText(name.value_or(std::string())); };
    if (alert.status == AlertStatus::Resolved && alert.disposition) {
        return Triage::tr("Resolved as %1 by %2 at %3")
            .arg(disposition(*alert.disposition), who(alert.resolvedBy), at(alert.resolvedAt));
    }
    const QString acknowledged = alert.acknowledged
        ? Triage::tr("Acknowledged by %1 at %2").arg(who(alert.acknowledgedBy), at(alert.acknowledgedAt))
        : QString();
    if (alert.isMuted())
        return Triage::tr("Muted: it was kept out of the queue");
    if (alert.status != AlertStatus::Escalated)
        return acknowledged;
    return acknowledged.isEmpty() ? Triage::tr("Escalated") : Triage::tr("Escalated. %1").arg(acknowledged);
}

} // namespace bartizan::triagewords
