// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertsselectionline.h"

#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/labels.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/keyhint.h"

#include <QAccessible>
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
    m_acknowledge = new LinkButton(tr("Acknowledge"), this);
    m_acknowledge->setAccessibleName(tr("Acknowledge the selected alerts"));
    m_key = new KeyHint(QStringLiteral("A"), this);
    m_message = new ElidedLabel(this);
    m_message->setMuted(true);
    row->addWidget(m_count);
    row->addSpacing(measure::kControlGap);
    row->addWidget(m_acknowledge);
    row->addWidget(m_key);
    row->addStretch(1);
    row->addWidget(m_message);
    connect(m_acknowledge, &QAbstractButton::clicked, this, &AlertsSelectionLine::acknowledgeRequested);
    showParts();
}

void AlertsSelectionLine::setSelection(int selected, int active)
{
    m_selected = selected;
    m_active = active;
    showParts();
}

void AlertsSelectionLine::setForecast(const QString &text)
{
    m_forecastText = text;
    showParts();
}

void AlertsSelectionLine::setReport(const QString &text)
{
    m_report = text;
    showParts();
    QAccessibleEvent announced(this, QAccessible::NameChanged);
    setAccessibleName(text);
    QAccessible::updateAccessibility(&announced);
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
    m_count->setText(tr("%n selected", nullptr, m_selected));
    m_count->setVisible(some);
    m_acknowledge->setVisible(some && m_active > 0);
    m_key->setVisible(some && m_active > 0);
    m_message->setText(m_report.isEmpty() ? (some ? m_forecastText : QString()) : m_report);
    update();
}

void AlertsSelectionLine::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), m_selected > 0 ? theme.selection : theme.surface);
    painter.fillRect(0, height() - 1, width(), 1, theme.hairline);
}

} // namespace bartizan
