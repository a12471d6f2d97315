// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/triagedialog.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/views/triagewords.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/keyhint.h"
#include "ui/widgets/wrappedlabel.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kWidth = 440;
constexpr int kCommentHeight = 88;

bool needsComment(TriageKind kind)
{
    return kind == TriageKind::Escalate || kind == TriageKind::Comment;
}

/// What the button says that takes the step.
QString verb(TriageKind kind)
{
    switch (kind) {
    case TriageKind::Acknowledge: return TriageDialog::tr("Acknowledge");
    case TriageKind::Escalate: return TriageDialog::tr("Escalate");
    case TriageKind::Resolve: return TriageDialog::tr("Resolve");
    case TriageKind::Own: return TriageDialog::tr("Take over");
    case TriageKind::Comment: break;
    }
    return TriageDialog::tr("Add comment");
}

} // namespace

TriageDialog::TriageDialog(TriageKind kind, const TriageSubject &subject, const QTimeZone &zone, QWidget *parent)
    : FramedDialog(triagewords::title(kind, subject.alerts), parent), m_kind(kind)
{
    setMinimumWidth(kWidth);
    QPushButton *cancel = addButton(tr("Cancel"));
    m_accept = addButton(verb(kind), true);
    addSubject(subject, zone);
    if (kind == TriageKind::Resolve) {
        addDispositions();
        addOverrule(subject);
        addComment(tr("&Note, if there is something to say"));
    } else if (kind == TriageKind::Escalate) {
        addComment(tr("&Why, and what you need"));
    } else if (kind == TriageKind::Comment) {
        addComment(tr("&Comment"));
    } else {
        body()->addWidget(mutedLabel(tr("It is done part by part, can be cancelled on the way, and taken back as one step."),
                                     this));
    }
    if (m_comment)
        addFooterNote(mutedLabel(tr("Ctrl+Enter does it"), this));
    body()->addStretch(1);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_accept, &QPushButton::clicked, this, &TriageDialog::take);
    for (const int key : {Qt::Key_Return, Qt::Key_Enter}) {
        auto *accept = new QShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(key)), this);
        connect(accept, &QShortcut::activated, m_accept, &QPushButton::click);
    }
    validate();
    // Lines that wrap ask for more than they take at the width that there is.
    if (const int width = std::max(kWidth, sizeHint().width()); layout()->hasHeightForWidth())
        resize(width, layout()->totalHeightForWidth(width));
    if (m_dispositions[0])
        m_dispositions[0]->setFocus();
    else if (m_comment)
        m_comment->setFocus();
    else
        m_accept->setFocus();
}

/// Which alert: the dialog may stand over its row, and the selection moves on by itself.
void TriageDialog::addSubject(const TriageSubject &subject, const QTimeZone &zone)
{
    if (!subject.one) {
        const QString alerts = triagewords::alerts(subject);
        const QString held = subject.outOf.isEmpty()
            ? QString() : tr("Only %1 alerts of this range are held here. Older ones stay as they are.").arg(subject.outOf);
        setAccessibleDescription(held.isEmpty() ? alerts : tr("%1. %2", "alerts, sentences").arg(alerts, held));
        body()->addWidget(sectionLabel(alerts, this));
        if (held.isEmpty())
            return;
        QLabel *note = mutedLabel(held, this);
        note->setWordWrap(true);
        body()->addWidget(note);
        return;
    }
    auto *badge = new SeverityBadge(this);
    badge->setSeverity(subject.one->severity);
    auto *title = new WrappedLabel(subject.one->title, this);
    title->setFont(fonts::semibold());
    const QString where = triagewords::origin(*subject.one, zone);
    auto *origin = new WrappedLabel(where, this);
    origin->setMuted(true);
    setAccessibleDescription(tr("%1, %2, %3", "severity, title, source")
                                 .arg(badge->accessibleName(), subject.one->title, where));
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    row->addWidget(badge, 0, Qt::AlignTop);
    row->addWidget(title, 1);
    body()->addLayout(row);
    body()->addWidget(origin);
    body()->addSpacing(measure::kGrid);
}

void TriageDialog::addDispositions()
{
    auto *choices = new QWidget(this);
    choices->setAccessibleName(tr("What it turned out to be"));
    auto *column = new QVBoxLayout(choices);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(measure::kGrid);
    const std::array<QString, 4> names{tr("&True positive: it was an attack"), tr("&Benign: it happened, and was allowed"),
                                       tr("&False positive: it did not happen like that"),
                                       tr("&Duplicate: another alert has it")};
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto *row = new QHBoxLayout;
        auto *button = new QRadioButton(names[i], choices);
        button->setAccessibleName(QString(names[i]).remove(QLatin1Char('&')));
        const QString key = QString::number(i + 1);
        row->addWidget(button, 1);
        row->addWidget(new KeyHint(key, choices));
        column->addLayout(row);
        // Digits choose while the choice has the focus: in the note they are text.
        auto *shortcut = new QShortcut(QKeySequence(key), choices);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, button, [button] {
            button->setChecked(true);
            button->setFocus();
        });
        connect(button, &QRadioButton::toggled, this, &TriageDialog::validate);
        m_dispositions[i] = button;
    }
    body()->addWidget(choices);
}

/// Offered only where it can do something, or where it is not known whether it can.
void TriageDialog::addOverrule(const TriageSubject &subject)
{
    if (subject.isKnown() && subject.resolved == 0)
        return;
    m_overrule = new QCheckBox(subject.one ? tr("It is &resolved already: change what it was resolved as")
                                           : tr("Change those that are &resolved already, too"), this);
    m_overrule->setAccessibleName(QString(m_overrule->text()).remove(QLatin1Char('&')));
    body()->addWidget(m_overrule);
}

void TriageDialog::addComment(const QString &label)
{
    QLabel *name = plainLabel(label, this);
    m_comment = new QPlainTextEdit(this);
    m_comment->setTabChangesFocus(true);
    m_comment->setFixedHeight(kCommentHeight);
    m_comment->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    name->setBuddy(m_comment);
    m_error = new FieldError(this);
    body()->addWidget(name);
    body()->addWidget(m_comment);
    body()->addWidget(m_error);
    connect(m_comment, &QPlainTextEdit::textChanged, this, &TriageDialog::validate);
}

QRadioButton *TriageDialog::dispositionButton(AlertDisposition disposition) const
{
    return m_dispositions[static_cast<std::size_t>(disposition)];
}

TriageStep TriageDialog::step() const
{
    TriageStep step;
    step.kind = m_kind;
    if (m_comment)
        step.comment = m_comment->toPlainText().trimmed().toStdString();
    step.overrule = m_overrule && m_overrule->isChecked();
    const auto chosen = std::find_if(m_dispositions.begin(), m_dispositions.end(),
                                     [](const QRadioButton *button) { return button && button->isChecked(); });
    if (chosen != m_dispositions.end())
        step.disposition = static_cast<AlertDisposition>(chosen - m_dispositions.begin());
    return step;
}

/// The button is off until the step has what it needs; only what is wrong, not what is missing yet, is an error.
void TriageDialog::validate()
{
    const TriageStep entered = step();
    const bool tooLong = entered.comment.size() > kCommentBytes;
    const bool chosen = m_kind != TriageKind::Resolve
        || std::any_of(m_dispositions.begin(), m_dispositions.end(), [](const QRadioButton *b) { return b->isChecked(); });
    if (m_error) {
        m_error->setText(tooLong ? tr("That is too long: %1 bytes of %2 at most.")
                                       .arg(format::count(static_cast<qint64>(entered.comment.size())), format::count(static_cast<qint64>(kCommentBytes)))
                                 : QString());
        FieldError::markField(m_comment, tooLong);
    }
    m_accept->setEnabled(chosen && !tooLong && (!needsComment(m_kind) || !entered.comment.empty()));
}

void TriageDialog::take()
{
    Q_EMIT stepChosen(step());
    accept();
}

} // namespace bartizan
