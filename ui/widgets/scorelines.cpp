// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/scorelines.h"

#include "ui/theme/format.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>

namespace bartizan {

namespace {

/// Whose texts these are, for translators.
struct ScoreTexts {
    Q_DECLARE_TR_FUNCTIONS(ScoreTexts)
};

QString nameOf(ScoreDeduction::Kind kind)
{
    switch (kind) {
    case ScoreDeduction::Kind::CriticalEvents: return ScoreTexts::tr("Critical events");
    case ScoreDeduction::Kind::ActiveAlerts: return ScoreTexts::tr("Active alerts");
    case ScoreDeduction::Kind::TopThreats:
        return ScoreTexts::tr("Brute-force, breach and privilege alerts");
    case ScoreDeduction::Kind::EventVolume: break;
    }
    return ScoreTexts::tr("Event volume");
}

QString factorOf(const ScoreDeduction &deduction)
{
    const QString count = format::count(deduction.count);
    switch (deduction.kind) {
    case ScoreDeduction::Kind::CriticalEvents: return ScoreTexts::tr("%1 × 2").arg(count);
    case ScoreDeduction::Kind::ActiveAlerts: return ScoreTexts::tr("%1 × 3").arg(count);
    case ScoreDeduction::Kind::TopThreats:
        return ScoreTexts::tr("%1 in the top threats × 5").arg(count);
    case ScoreDeduction::Kind::EventVolume: break;
    }
    return ScoreTexts::tr("%1 over 1,000, 1 per 100").arg(count);
}

ScoreLine lineOf(const ScoreDeduction &deduction)
{
    const QString cap = format::score(deduction.cap);
    const QString reason =
        deduction.capped ? ScoreTexts::tr("%1, at most %2, reached").arg(factorOf(deduction), cap)
                         : ScoreTexts::tr("%1, at most %2").arg(factorOf(deduction), cap);
    return {deduction.kind, nameOf(deduction.kind), reason, format::deduction(deduction.points), deduction.points};
}

/// The limits of one threat level: it holds when the score is below, or one of the counts is at least that.
struct LevelTest {
    int below;
    std::int64_t activeAlerts;
    std::int64_t criticalEvents;
};

constexpr std::array<LevelTest, 4> kTests{{{101, 0, 0}, {85, 1, 1}, {70, 3, 2}, {50, 5, 3}}};

} // namespace

std::vector<ScoreLine> scoreLines(const SecurityScore &score)
{
    std::vector<ScoreLine> lines;
    for (const ScoreDeduction &deduction : score.deductions)
        lines.push_back(lineOf(deduction));
    std::stable_sort(lines.begin(), lines.end(),
                     [](const ScoreLine &a, const ScoreLine &b) { return a.points > b.points; });
    return lines;
}

QString threatLevelReason(ThreatLevel level, int roundedScore, std::int64_t activeAlerts, std::int64_t criticalEvents)
{
    if (level == ThreatLevel::Low)
        return ScoreTexts::tr("no active alert, no critical event, score 85 or better");
    const LevelTest &test = kTests[static_cast<std::size_t>(level)];
    QStringList reasons;
    if (activeAlerts >= test.activeAlerts)
        reasons.append(ScoreTexts::tr("%Ln active alert(s)", nullptr, static_cast<int>(activeAlerts)));
    if (criticalEvents >= test.criticalEvents)
        reasons.append(ScoreTexts::tr("%Ln critical event(s)", nullptr, static_cast<int>(criticalEvents)));
    if (roundedScore < test.below)
        reasons.append(ScoreTexts::tr("score below %1").arg(test.below));
    if (reasons.size() < 2)
        return reasons.join(QString());
    const QString last = reasons.takeLast();
    return ScoreTexts::tr("%1 and %2").arg(reasons.join(QStringLiteral(", ")), last);
}

} // namespace bartizan
