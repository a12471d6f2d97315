// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/models/triagestate.h"
#include "ui/models/triagesubject.h"

#include <QString>
#include <QTimeZone>

/// What triage is called on screen. Texts of people come out as text, never as markup.
namespace bartizan::triagewords {

/// "resolved as false positive by anna", one line.
QString history(const AlertHistoryEntry &entry);
/// "Resolve 2 alerts"
QString title(TriageKind kind, qint64 count);
/// "4 alerts: 1 CRITICAL, 3 HIGH", the highest first; "4 alerts" where the severities are not known of all.
QString alerts(const TriageSubject &subject);
/// Of the only alert: "203.0.113.7, NL, p.king", and when it was raised.
QString origin(const TriageSubject::One &one, const QTimeZone &zone);
/// "2 acknowledged, 1 had been by l.meyer at 14:30:02"; of an undo: "Taken back: acknowledging 2 alerts". `step`: what was
/// done, or is taken back.
QString report(const TriageOutcome &outcome, const TriageStep &step, TimestampMs now, const QTimeZone &zone);

} // namespace bartizan::triagewords
