// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/undonesteps.h"

#include "ui/models/displaytext.h"
#include "ui/models/mutewords.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/triagesteps.h"
#include "ui/views/triagewords.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/inlinemessage.h"

#include <QHBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

/// More steps than this are only counted.
constexpr std::size_t kMostNamed = 3;
/// Likewise reasons.
constexpr qsizetype kMostReasons = 3;
/// So much of a comment tells which one it is; all of it is kept.
constexpr int kCommentLimit = 80;

/// "Comment on 1 alert (Brute force): “Asked the owner”", "Mute Brute force, about 203.0.113.7: “Our scanner”"
QString inWords(const WantedStep &wanted)
{
    QString text = wanted.mute ? UndoneSteps::tr("Mute %1, about %2", "rule, value").arg(mutewords::rule(*wanted.mute), mutewords::about(*wanted.mute))
                               : triagewords::title(wanted.step.kind, static_cast<qint64>(wanted.count()));
    if (!wanted.alert.isEmpty())
        text = UndoneSteps::tr("%1 (%2)", "step, alert").arg(text, wanted.alert);
    const std::string &comment = wanted.mute ? wanted.mute->reason : wanted.step.comment;
    if (comment.empty())
        return text;
    return UndoneSteps::tr("%1: “%2”", "step, comment").arg(text, displayText(comment, kCommentLimit));
}

/// Why, each reason once, in the order of the steps; all but the last without their full stop.
QString reasonsOf(const std::vector<WantedStep> &undone)
{
    QStringList reasons;
    for (const WantedStep &wanted : undone)
        reasons.append(format::singleLine(wanted.failure));
    reasons.removeDuplicates();
    if (const qsizetype more = reasons.size() - kMostReasons; more > 0)
        reasons = reasons.first(kMostReasons) << UndoneSteps::tr("%Ln more reason(s)", nullptr, static_cast<int>(more));
    for (qsizetype i = 0; i + 1 < reasons.size(); ++i) {
        if (reasons[i].endsWith(QLatin1Char('.')))
            reasons[i].chop(1);
    }
    return reasons.join(UndoneSteps::tr("; "));
}

} // namespace

UndoneSteps::UndoneSteps(ConsoleContext *context, QWidget *parent)
    : QWidget(parent), m_steps(context->triageSteps()), m_message(new InlineMessage(this))
    , m_dismiss(new LinkButton(tr("Dismiss"), this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, measure::kControlGap);
    row->setSpacing(measure::kControlGap);
    row->addWidget(m_message, 1);
    row->addWidget(m_dismiss);
    m_dismiss->setAccessibleName(tr("Dismiss what was not done"));
    connect(m_message, &InlineMessage::linkActivated, this, &UndoneSteps::tryAgain);
    connect(m_dismiss, &QAbstractButton::clicked, this, [this] { m_steps->takeUndone(); });
    connect(m_steps, &TriageSteps::undoneChanged, this, &UndoneSteps::refresh);
    refresh();
}

QString UndoneSteps::text() const
{
    return isHidden() ? QString() : m_message->text();
}

void UndoneSteps::tryAgain()
{
    const std::vector<WantedStep> all = m_steps->takeUndone();
    for (const WantedStep &wanted : all)
        Q_EMIT againRequested(wanted);
}

void UndoneSteps::refresh()
{
    const std::vector<WantedStep> undone = m_steps->undone();
    setVisible(!undone.empty());
    if (undone.empty())
        return;
    QStringList steps;
    for (std::size_t i = 0; i < std::min(undone.size(), kMostNamed); ++i)
        steps.append(inWords(undone[i]));
    if (undone.size() > kMostNamed)
        steps.append(tr("%Ln more step(s)", nullptr, static_cast<int>(undone.size() - kMostNamed)));
    m_message->setMessage(MessageKind::Error, tr("Not done: %1. %2", "steps, why").arg(steps.join(tr("; ")), reasonsOf(undone)),
                          tr("Try again"));
}

} // namespace bartizan
