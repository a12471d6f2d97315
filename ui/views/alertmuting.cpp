// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertmuting.h"

#include "ui/models/mutewords.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/views/alerttriage.h"
#include "ui/views/consolecontext.h"
#include "ui/views/mutedialog.h"

#include <QAction>
#include <QWidget>

namespace bartizan {

AlertMuting::AlertMuting(ConsoleContext *context, AlertTriage *triage, QWidget *page)
    : QObject(page), m_context(context), m_triage(triage), m_page(page)
    , m_action(new QAction(icons::icon(QStringLiteral("bell-off")), tr("Mute alerts like this…"), this))
{
    m_action->setShortcut(QKeySequence(Qt::Key_M));
    m_action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_action->setEnabled(false);
    page->addAction(m_action);
    Session *session = context->session();
    connect(session, &Session::muteSet, this, [this](quint64 token, const Mute &mute) {
        if (!m_tokens.remove(token))
            return;
        m_triage->addMute(mute.id, token);
        const QString until = format::clockTime(mute.expiresAt, m_context->displayZone());
        Q_EMIT reported(tr("%1, about %2, muted until %3").arg(mutewords::rule(mute), mutewords::about(mute), until), true,
                        tr("Muted until %1").arg(until));
    });
    connect(session, &Session::commandFailed, this, [this](quint64 token, const Error &error) {
        if (!m_tokens.remove(token))
            return;
        Q_EMIT failed(error);
    });
    connect(session, &Session::closed, this, [this] { m_tokens.clear(); });
}

void AlertMuting::begin(const SecurityAlert &alert)
{
    Session *session = m_context->session();
    if (alert.id.empty() || !session->isOpen() || (m_dialog && m_dialog->isVisible()))
        return;
    if (const QString refusal = session->database().refusals.triage; !refusal.isEmpty()) {
        Q_EMIT failed(Error{refusal});
        return;
    }
    m_dialog = new MuteDialog(m_context, alert, m_page);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &MuteDialog::muteChosen, this,
            [this](const Mute &mute) { m_tokens.insert(m_context->session()->setMute(mute)); });
    m_dialog->open();
}

} // namespace bartizan
