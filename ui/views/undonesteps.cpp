// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/undonesteps.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/triagewords.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/inlinemessage.h"

#include <QHBoxLayout>

#include <algorithm>
#include <iterator>

namespace bartizan {
namespace {

/// More steps than this are only counted.
constexpr std::size_t kMostNamed = 3;
/// So much of a comment tells which one it is; all of it is kept.
constexpr int kCommentLimit = 80;

/// "Comment on 1 alert (Brute force): “Asked the owner”"
QString inWords(const WantedStep &wanted)
{
    QString text = triagewords::title(wanted.step.kind, static_cast<qint64>(wanted.count()));
    if (!wanted.alert.isEmpty())
        text = UndoneSteps::tr("%1 (%2)", "step, alert").arg(text, wanted.alert);
    if (wanted.step.comment.empty())
        return text;
    return UndoneSteps::tr("%1: “%2”", "step, comment").arg(text, displayText(wanted.step.comment, kCommentLimit));
}

} // namespace

UndoneSteps::UndoneSteps(ConsoleContext *context, AlertTriage *triage, QWidget *parent)
    : QWidget(parent), m_triage(triage), m_message(new InlineMessage(this)), m_dismiss(new LinkButton(tr("Dismiss"), this))
    , m_database(context->session()->database().path)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, measure::kControlGap);
    row->setSpacing(measure::kControlGap);
    row->addWidget(m_message, 1);
    row->addWidget(m_dismiss);
    m_dismiss->setAccessibleName(tr("Dismiss what was not done"));
    connect(m_message, &InlineMessage::linkActivated, this, &UndoneSteps::tryAgain);
    connect(m_dismiss, &QAbstractButton::clicked, this, &UndoneSteps::dismiss);
    connect(triage, &AlertTriage::notDone, this, [this](const WantedStep &wanted) {
        m_steps.push_back(wanted);
        refresh();
    });
    connect(context->session(), &Session::opened, this, [this](const DatabaseInfo &database) {
        m_database = database.path;
        refresh();
    });
    hide();
}

QString UndoneSteps::text() const
{
    return isHidden() ? QString() : m_message->text();
}

/// Takes out those of the database that is open.
std::vector<WantedStep> UndoneSteps::takeShown()
{
    const auto others = std::stable_partition(m_steps.begin(), m_steps.end(),
                                              [this](const WantedStep &wanted) { return wanted.database != m_database; });
    std::vector<WantedStep> shown(std::make_move_iterator(others), std::make_move_iterator(m_steps.end()));
    m_steps.erase(others, m_steps.end());
    refresh();
    return shown;
}

/// What is not done this time either comes back.
void UndoneSteps::tryAgain()
{
    for (const WantedStep &wanted : takeShown())
        m_triage->takeAgain(wanted);
}

void UndoneSteps::dismiss()
{
    takeShown();
}

void UndoneSteps::refresh()
{
    QStringList steps;
    QString failure;
    std::size_t count = 0;
    for (const WantedStep &wanted : m_steps) {
        if (wanted.database != m_database)
            continue;
        if (++count <= kMostNamed)
            steps.append(inWords(wanted));
        failure = wanted.failure;
    }
    setVisible(count > 0);
    if (count == 0)
        return;
    if (count > kMostNamed)
        steps.append(tr("%Ln more step(s)", nullptr, static_cast<int>(count - kMostNamed)));
    m_message->setMessage(MessageKind::Error,
                          tr("Not done: %1. %2", "steps, why").arg(steps.join(tr("; ")), format::singleLine(failure)),
                          tr("Try again"));
}

} // namespace bartizan
