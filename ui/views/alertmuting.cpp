// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertmuting.h"

#include "ui/models/mutewords.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/views/consolecontext.h"
#include "ui/views/mutedialog.h"
#include "ui/views/triagesteps.h"

#include <QAction>
#include <QPlainTextEdit>
#include <QWidget>

namespace bartizan {

AlertMuting::AlertMuting(ConsoleContext *context, QWidget *page)
    : QObject(page), m_context(context), m_steps(context->triageSteps()), m_page(page)
    , m_action(new QAction(icons::icon(QStringLiteral("bell-off")), tr("Mute alerts like this…"), this))
{
    m_action->setShortcut(QKeySequence(Qt::Key_M));
    m_action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_action->setEnabled(false);
    page->addAction(m_action);
    connect(m_steps, &TriageSteps::muted, this, [this](quint64 token, const Mute &mute) {
        if (!m_tokens.remove(token))
            return;
        const QString until = format::clockTime(mute.expiresAt, m_context->displayZone());
        Q_EMIT muted(token, tr("%1, about %2, muted until %3").arg(mutewords::rule(mute), mutewords::about(mute), until),
                     tr("Muted until %1").arg(until));
    });
    // Taken back while it was being set: that is what there is to tell.
    connect(m_steps, &TriageSteps::takingBack, this, [this](quint64 step, quint64 undo) {
        if (m_tokens.remove(step))
            m_tokens.insert(undo);
    });
    connect(m_steps, &TriageSteps::reported, this, [this](quint64 token, const QString &text) {
        if (m_tokens.remove(token))
            Q_EMIT reported(text, false, text);
    });
    connect(m_steps, &TriageSteps::failed, this, [this](quint64 token, const Error &error, bool kept) {
        if (m_tokens.remove(token) && !kept)
            Q_EMIT failed(error);
    });
}

void AlertMuting::begin(const SecurityAlert &alert, int selected)
{
    Session *session = m_context->session();
    if (alert.id.empty() || !session->isOpen() || (m_dialog && m_dialog->isVisible()))
        return;
    if (const QString refusal = session->database().refusals.triage; !refusal.isEmpty()) {
        Q_EMIT failed(Error{refusal});
        return;
    }
    m_dialog = new MuteDialog(m_context, alert, selected, m_page);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (const auto draft = m_drafts.extract(alert.id); !draft.empty()) {
        m_dialog->reasonEdit()->setPlainText(draft.mapped());
        m_dialog->reasonEdit()->selectAll();
    }
    // What is typed and given up is there when the same is asked again.
    connect(m_dialog, &QDialog::rejected, this, [this, id = alert.id, reason = m_dialog->reasonEdit()] {
        if (!reason->toPlainText().trimmed().isEmpty())
            m_drafts[id] = reason->toPlainText();
    });
    connect(m_dialog, &MuteDialog::muteChosen, this,
            [this, database = m_steps->database()](const Mute &mute) { take({.mute = mute, .database = database}); });
    m_dialog->open();
}

void AlertMuting::take(const WantedStep &wanted)
{
    if (const quint64 token = m_steps->take(wanted); token != 0)
        m_tokens.insert(token);
}

} // namespace bartizan
