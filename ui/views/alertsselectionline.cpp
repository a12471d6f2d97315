// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertsselectionline.h"

#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/labels.h"
#include "ui/widgets/announcer.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/keyhint.h"

#include <QHBoxLayout>
#include <QPainter>

namespace bartizan {

AlertsSelectionLine::AlertsSelectionLine(QWidget *parent)
    : QWidget(parent)
{
    setFixedHeight(32);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, 0);
    row->setSpacing(measure::kControlGap);
    m_count = sectionLabel({}, this);
    row->addWidget(m_count);
    row->addSpacing(measure::kControlGap);
    m_acknowledge = addOffer(tr("Acknowledge"), tr("Acknowledge the selected alerts"), QStringLiteral("A"));
    addStep(TriageKind::Resolve, tr("Resolve…"), tr("Resolve the selected alerts"), QStringLiteral("R"));
    addStep(TriageKind::Comment, tr("Comment…"), tr("Comment on the selected alerts"), QStringLiteral("C"));
    addStep(TriageKind::Escalate, tr("Escalate…"), tr("Escalate the selected alerts"), QStringLiteral("E"));
    addStep(TriageKind::Own, tr("Take over"), tr("Take over the selected alerts"), QStringLiteral("O"));
    row->addStretch(1);
    m_message = new ElidedLabel(this);
    m_message->setMuted(true);
    row->addWidget(m_message);
    m_showUnchanged = new LinkButton({}, this);
    row->addWidget(m_showUnchanged);
    connect(m_showUnchanged, &QAbstractButton::clicked, this, &AlertsSelectionLine::unchangedRequested);
    m_undo = addOffer(tr("Undo"), tr("Undo the last step"), QStringLiteral("Ctrl+Z"));
    m_cancel = new LinkButton(tr("Cancel"), this);
    m_cancel->setAccessibleName(tr("Cancel what goes on"));
    row->addWidget(m_cancel);
    connect(m_acknowledge.link, &QAbstractButton::clicked, this, &AlertsSelectionLine::acknowledgeRequested);
    connect(m_undo.link, &QAbstractButton::clicked, this, &AlertsSelectionLine::undoRequested);
    connect(m_cancel, &QAbstractButton::clicked, this, &AlertsSelectionLine::cancelRequested);
    showParts();
}

AlertsSelectionLine::Offer AlertsSelectionLine::addOffer(const QString &text, const QString &accessibleName,
                                                         const QString &key)
{
    const Offer offer{new LinkButton(text, this), new KeyHint(key, this)};
    offer.link->setAccessibleName(accessibleName);
    layout()->addWidget(offer.link);
    layout()->addWidget(offer.key);
    return offer;
}

void AlertsSelectionLine::addStep(TriageKind kind, const QString &text, const QString &accessibleName,
                                  const QString &key)
{
    m_steps.push_back(addOffer(text, accessibleName, key));
    connect(m_steps.back().link, &QAbstractButton::clicked, this, [this, kind] { Q_EMIT stepRequested(kind); });
}

void AlertsSelectionLine::showOffer(const Offer &offer, bool shown)
{
    offer.link->setVisible(shown);
    offer.key->setVisible(shown);
}

void AlertsSelectionLine::setSelection(int selected, int active)
{
    m_selected = selected;
    m_active = active;
    showParts();
}

void AlertsSelectionLine::setForecast(const QString &text, const QString &shortText)
{
    m_forecastText = text;
    m_shortForecast = shortText;
    showParts();
}

void AlertsSelectionLine::setRefusal(const QString &reason)
{
    if (reason == m_refusal)
        return;
    m_refusal = reason;
    showParts();
}

void AlertsSelectionLine::setWaiting(const QString &text)
{
    const bool begins = m_waiting.isEmpty() && !text.isEmpty();
    m_waiting = text;
    showParts();
    if (begins) // And not again with each alert that is read.
        announce(text);
    else if (text.isEmpty())
        setAccessibleName(message());
}

void AlertsSelectionLine::setProgress(qint64 done, qint64 total)
{
    m_progress = total > 0 ? tr("%1 of %2 done").arg(format::count(done), format::count(total)) : QString();
    showParts();
}

void AlertsSelectionLine::setReport(const QString &text, bool undoable, const QString &shortText)
{
    m_report = text;
    m_shortReport = shortText;
    m_undoable = undoable;
    m_unchanged = 0;
    showParts();
    announce(text);
}

void AlertsSelectionLine::giveWayToSelection()
{
    if (m_selected < 2 || m_report.isEmpty())
        return;
    m_report.clear();
    m_shortReport.clear();
    m_undoable = false;
    m_unchanged = 0;
    showParts();
    setAccessibleName(message());
}

void AlertsSelectionLine::withdrawUndo()
{
    m_undoable = false;
    showParts();
}

void AlertsSelectionLine::offerUnchanged(int alerts, bool all)
{
    m_unchanged = alerts;
    m_showUnchanged->setText(all ? tr("Show them") : tr("Show the first %1").arg(format::count(alerts)));
    m_showUnchanged->setAccessibleName(tr("Show %Ln alert(s) left as they were", nullptr, alerts));
    m_showUnchanged->updateGeometry();
    showParts();
}

/// Screen readers say it.
void AlertsSelectionLine::announce(const QString &text)
{
    setAccessibleName(text);
    Announcer::say(this, text);
}

QString AlertsSelectionLine::report() const
{
    return m_report;
}

QString AlertsSelectionLine::forecast() const
{
    return m_forecastText;
}

void AlertsSelectionLine::showParts()
{
    const bool some = m_selected > 0;
    m_count->setText(tr("%Ln selected", nullptr, m_selected));
    m_count->setVisible(some);
    showOffer(m_acknowledge, some && m_active > 0 && m_refusal.isEmpty());
    for (const Offer &offer : m_steps)
        showOffer(offer, some && m_refusal.isEmpty());
    const bool goesOn = !m_progress.isEmpty() || !m_waiting.isEmpty();
    showOffer(m_undo, !goesOn && m_undoable && !m_report.isEmpty());
    m_showUnchanged->setVisible(!goesOn && m_unchanged > 0);
    m_cancel->setVisible(goesOn);
    m_message->setText(message());
    const QString text = m_message->text();
    m_message->setShortForm(text == m_report ? m_shortReport : text == m_forecastText ? m_shortForecast : QString());
    update();
}

QString AlertsSelectionLine::message() const
{
    if (!m_waiting.isEmpty())
        return m_waiting;
    if (!m_progress.isEmpty())
        return m_progress;
    if (!m_report.isEmpty())
        return m_report;
    return m_selected == 0 ? QString() : m_refusal.isEmpty() ? m_forecastText : m_refusal;
}

void AlertsSelectionLine::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), m_selected > 0 ? theme.selection : theme.surface);
    painter.fillRect(0, height() - 1, width(), 1, theme.hairline);
}

} // namespace bartizan
