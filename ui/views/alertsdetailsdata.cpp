// SPDX-License-Identifier: GPL-3.0-or-later
// What the details ask of the session, and what they say when they get no answer; what they show stands in
// alertsdetails.cpp.
#include "ui/views/alertsdetails.h"

#include "ui/theme/format.h"
#include "ui/views/consolecontext.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/inlinemessage.h"

#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>

#include <algorithm>
#include <array>
#include <string_view>

namespace bartizan {

void AlertsDetails::showAlert(const QString &id)
{
    if (id == m_id)
        return;
    m_id = id;
    m_others->hide();
    lookAtShown();
    m_late.stop();
    m_failed = false;
    if (!id.isEmpty()) {
        load();
        return;
    }
    m_loading = false;
    showNone(tr("Select an alert to see what is known of it."));
}

QString AlertsDetails::shownId() const
{
    return m_stack->currentIndex() == 1 ? QString::fromStdString(m_details.alert.id) : QString();
}

std::optional<AlertHistoryEntry> AlertsDetails::lastStep() const
{
    if (!alert())
        return std::nullopt;
    const auto last = std::find_if(m_details.history.rbegin(), m_details.history.rend(), [](const AlertHistoryEntry &line) {
        const std::array<std::string_view, 5> &steps = triageActions();
        return !line.undone && !line.step.empty() && std::find(steps.begin(), steps.end(), line.action) != steps.end();
    });
    return last == m_details.history.rend() ? std::nullopt : std::optional(*last);
}

const SecurityAlert *AlertsDetails::alert() const
{
    return !m_failed && !m_id.isEmpty() && shownId() == m_id ? &m_details.alert : nullptr;
}

void AlertsDetails::showNone(const QString &hint, const QString &error)
{
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    if (!error.isEmpty())
        m_unread->setMessage(MessageKind::Error, error, tr("Try again"));
    m_unread->setVisible(!error.isEmpty());
    m_stack->setCurrentIndex(0);
}

void AlertsDetails::refresh()
{
    if (!m_id.isEmpty())
        load();
}

void AlertsDetails::retry()
{
    if (m_failed || m_loading)
        refresh();
}

void AlertsDetails::load()
{
    QueryService *queries = m_context->session()->queries();
    if (!queries)
        return;
    m_loading = true;
    if (m_stack->currentIndex() == 1 && shownId() != m_id)
        m_late.start();
    queries->alertDetails(m_id.toStdString(), this, [this, id = m_id](const Result<AlertDetails> &details) {
        if (id != m_id)
            return;
        m_loading = false;
        m_late.stop();
        m_failed = !details;
        if (details)
            showDetails(*details);
        else
            showFailure(details.error());
    });
}

/// The alert that is shown already stays to be read; nothing can be done with it until it can be read anew.
void AlertsDetails::showFailure(const Error &error)
{
    if (shownId() != m_id) {
        showNone({}, error.message);
        return;
    }
    m_error->setMessage(MessageKind::Error, error.message);
    m_error->show();
    setButtons(error.message);
}

/// The buttons act unless something refuses it, which they say then.
void AlertsDetails::setButtons(const QString &refusal)
{
    for (QPushButton *button : {m_acknowledge, m_resolve}) {
        button->setEnabled(refusal.isEmpty());
        button->setToolTip(format::toolTip(refusal));
    }
}

} // namespace bartizan
