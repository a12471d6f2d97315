// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securitymetrics.h"

#include <QString>

#include <vector>

namespace bartizan {

/// One deduction of the security score in words.
struct ScoreLine {
    ScoreDeduction::Kind kind = ScoreDeduction::Kind::CriticalEvents;
    QString name;   ///< "Active alerts"
    QString reason; ///< "4 × 3, at most 25"
    QString amount; ///< "−12"
    double points = 0.0;
};

/// The score's deductions as they are listed: largest first, those of 0 last. The gauge draws its lost arcs in the
/// order of these lines read from the bottom.
std::vector<ScoreLine> scoreLines(const SecurityScore &score);

/// Why the threat level is what it is: "4 active alerts and 2 critical events", "score below 70", …
/// (spec/monitoring.md section 7); names every test that holds at that level.
QString threatLevelReason(ThreatLevel level, int roundedScore, std::int64_t activeAlerts, std::int64_t criticalEvents);

} // namespace bartizan
