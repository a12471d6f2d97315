// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/timeline.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/widgets/accessiblerole.h"
#include "ui/widgets/painting.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kBars = 36;
constexpr int kTextLine = 16;

} // namespace

Timeline::Timeline(QWidget *parent)
    : QWidget(parent)
{
    announceAs(this, QAccessible::Chart);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Timeline::setSteps(std::vector<Step> steps, double mark, const QString &subject)
{
    m_steps = std::move(steps);
    m_mark = std::clamp(mark, 0.0, 1.0);
    m_subject = subject;
    m_current = -1;
    updateAccessibleText();
    update();
}

void Timeline::setAxis(const QString &start, const QString &mark, const QString &end)
{
    m_start = start;
    m_markName = mark;
    m_end = end;
    update();
}

/// The step with the most; -1: there is nothing in any.
int Timeline::largest() const
{
    const auto at = std::max_element(m_steps.begin(), m_steps.end(),
                                     [](const Step &a, const Step &b) { return a.value < b.value; });
    return at == m_steps.end() || at->value == 0 ? -1 : static_cast<int>(at - m_steps.begin());
}

QString Timeline::caption() const
{
    const int most = largest();
    const int said = m_current >= 0 ? m_current : most;
    if (said < 0)
        return {};
    const Step &step = m_steps[static_cast<std::size_t>(said)];
    const QString text = tr("%1: %2").arg(step.name, format::count(step.value));
    return m_current >= 0 ? text : tr("most %1").arg(text);
}

QSize Timeline::sizeHint() const
{
    return {240, 2 * kTextLine + kBars};
}

QSize Timeline::minimumSizeHint() const
{
    return {120, 2 * kTextLine + kBars};
}

QRectF Timeline::barArea() const
{
    return QRectF(1, kTextLine, width() - 2, kBars);
}

void Timeline::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.setFont(fonts::small());
    painter.setPen(theme.muted);
    painter.drawText(QRect(0, 0, width(), kTextLine), Qt::AlignLeft | Qt::AlignVCenter, caption());
    const QRectF area = barArea();
    const int most = largest();
    const double step = area.width() / std::max<double>(1.0, static_cast<double>(m_steps.size()));
    for (std::size_t i = 0; i < m_steps.size() && most >= 0; ++i) {
        const auto share = static_cast<double>(m_steps[i].value)
            / static_cast<double>(m_steps[static_cast<std::size_t>(most)].value);
        if (m_steps[i].value == 0)
            continue;
        const double height = std::max(1.0, share * (area.height() - 2)); // One event is to be seen beside a thousand.
        const QRectF bar(area.left() + static_cast<double>(i) * step + 0.5, area.bottom() - height, std::max(1.0, step - 1.0),
                         height);
        painter.fillRect(bar, static_cast<int>(i) == m_current ? theme.accent : theme.series[0]);
    }
    painter.setPen(theme.axis);
    painter.drawLine(QPointF(area.left(), area.bottom()), QPointF(area.right(), area.bottom()));
    const double mark = area.left() + m_mark * area.width();
    painter.setPen(QPen(theme.text, 1, Qt::DashLine));
    painter.drawLine(QPointF(mark, area.top()), QPointF(mark, area.bottom()));
    painter.setPen(theme.muted);
    const QRect below(0, static_cast<int>(area.bottom()), width(), kTextLine);
    painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter, m_start);
    painter.drawText(below, Qt::AlignHCenter | Qt::AlignVCenter, m_markName);
    painter.drawText(below, Qt::AlignRight | Qt::AlignVCenter, m_end);
    if (hasFocus())
        paintRingInside(&painter, rect());
}

void Timeline::setCurrent(int step)
{
    if (step == m_current)
        return;
    m_current = step;
    updateAccessibleText();
    update();
}

void Timeline::mouseMoveEvent(QMouseEvent *event)
{
    const QRectF area = barArea();
    const double at = (event->position().x() - area.left()) / std::max(1.0, area.width());
    const auto count = static_cast<double>(m_steps.size());
    setCurrent(at < 0.0 || at >= 1.0 || m_steps.empty() ? -1 : static_cast<int>(at * count));
}

void Timeline::leaveEvent(QEvent *)
{
    if (!hasFocus())
        setCurrent(-1);
}

void Timeline::keyPressEvent(QKeyEvent *event)
{
    const int last = static_cast<int>(m_steps.size()) - 1;
    const bool left = event->key() == Qt::Key_Left;
    if (last < 0 || (!left && event->key() != Qt::Key_Right)) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int from = m_current >= 0 ? m_current : std::max(0, largest());
    setCurrent(m_current < 0 ? from : std::clamp(from + (left ? -1 : 1), 0, last));
}

void Timeline::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void Timeline::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    setCurrent(-1);
    update();
}

void Timeline::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        update();
    QWidget::changeEvent(event);
}

void Timeline::updateAccessibleText()
{
    setAccessibleName(m_subject);
    setAccessibleDescription(caption());
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

} // namespace bartizan
