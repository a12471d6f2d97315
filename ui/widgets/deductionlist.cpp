// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/deductionlist.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/tabulartext.h"
#include "ui/widgets/painting.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace bartizan {

namespace {

constexpr int kStartHeight = 30;
constexpr int kSumHeight = 26;
constexpr int kForecastHeight = 24;
constexpr int kMarkerWidth = 14; ///< Of the triangle before the forecast.

int lineHeight()
{
    return std::max(35, QFontMetrics(fonts::body()).height() + QFontMetrics(fonts::small()).height() + 4);
}

QFont amountFont(const ScoreLine &line)
{
    return line.points > 0.0 ? fonts::semibold() : fonts::body();
}

int amountWidth(const ScoreLine &line)
{
    return static_cast<int>(std::ceil(tabulartext::width(amountFont(line), line.amount)));
}

} // namespace

DeductionList::DeductionList(QWidget *parent)
    : QWidget(parent), m_lines(scoreLines(SecurityScore()))
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Deductions from the security score"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    updateAccessibleText();
}

void DeductionList::setScore(const SecurityScore &score)
{
    m_score = score;
    m_lines = scoreLines(score);
    updateAccessibleText();
    update();
}

void DeductionList::setForecast(const QString &lead, const QString &shortLead, const QString &figure,
                                const QString &tail, const QString &reason)
{
    m_lead = lead;
    m_shortLead = shortLead;
    m_figure = figure;
    m_tail = tail;
    m_reason = reason;
    setToolTip(format::toolTip(lead + figure + tail + reason));
    updateAccessibleText();
    update();
}

void DeductionList::setHighlighted(std::optional<ScoreDeduction::Kind> kind)
{
    if (m_highlighted == kind)
        return;
    m_highlighted = kind;
    update();
}

QSize DeductionList::sizeHint() const
{
    int width = 220;
    for (const ScoreLine &line : m_lines) {
        const int text = std::max(QFontMetrics(fonts::body()).horizontalAdvance(line.name),
                                  QFontMetrics(fonts::small()).horizontalAdvance(line.reason));
        width = std::max(width, text + 2 + measure::kControlGap + amountWidth(line));
    }
    if (!m_figure.isEmpty())
        width = std::max(width, forecastWidth(m_shortLead, m_tail));
    return {width, kStartHeight + 4 * lineHeight() + kSumHeight + kForecastHeight};
}

QSize DeductionList::minimumSizeHint() const
{
    return {220, sizeHint().height()};
}

int DeductionList::forecastWidth(const QString &lead, const QString &tail) const
{
    const QFontMetrics body(fonts::body());
    return kMarkerWidth + body.horizontalAdvance(lead) + QFontMetrics(fonts::semibold()).horizontalAdvance(m_figure)
        + body.horizontalAdvance(tail) + 2;
}

QRect DeductionList::lineRect(int line) const
{
    return {0, kStartHeight + line * lineHeight(), width(), lineHeight()};
}

int DeductionList::lineAt(const QPoint &position) const
{
    for (int i = 0; i < static_cast<int>(m_lines.size()); ++i) {
        if (lineRect(i).contains(position))
            return i;
    }
    return -1;
}

int DeductionList::highlightedLine() const
{
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        if (m_highlighted == m_lines[i].kind)
            return static_cast<int>(i);
    }
    return -1;
}

void DeductionList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    painter.setFont(fonts::body());
    painter.setPen(theme.text);
    painter.drawText(QRect(0, 0, width(), kStartHeight), Qt::AlignVCenter | Qt::AlignLeft, tr("Starts at"));
    tabulartext::draw(&painter, QRectF(0, 0, width(), kStartHeight), Qt::AlignVCenter | Qt::AlignRight,
                      fonts::semibold(), format::count(100));
    for (int i = 0; i < static_cast<int>(m_lines.size()); ++i)
        paintLine(&painter, i);
    paintSum(&painter);
}

void DeductionList::paintLine(QPainter *painter, int index) const
{
    const Theme &theme = Theme::current();
    const ScoreLine &line = m_lines[static_cast<std::size_t>(index)];
    const QRect box = lineRect(index);
    painter->fillRect(QRect(box.left(), box.top(), box.width(), 1), theme.hairline);
    if (m_highlighted == line.kind)
        painter->fillRect(box.adjusted(0, 1, 0, 0), theme.hover);
    const QFontMetrics body(fonts::body());
    const QFontMetrics small(fonts::small());
    const int room = box.width() - amountWidth(line) - measure::kControlGap;
    const int top = box.top() + (box.height() - body.height() - small.height() + 2) / 2;
    const bool counts = line.points > 0.0;
    painter->setFont(fonts::body());
    painter->setPen(counts ? theme.text : theme.muted);
    painter->drawText(QRect(0, top, room, body.height()), Qt::AlignLeft | Qt::AlignVCenter,
                      body.elidedText(line.name, Qt::ElideRight, room));
    painter->setFont(fonts::small());
    painter->setPen(theme.muted);
    painter->drawText(QRect(0, top + body.height() - 2, room, small.height()), Qt::AlignLeft | Qt::AlignVCenter,
                      small.elidedText(line.reason, Qt::ElideRight, room));
    painter->setPen(counts ? theme.text : theme.muted);
    tabulartext::draw(painter, box, Qt::AlignVCenter | Qt::AlignRight, amountFont(line), line.amount);
    if (hasFocus() && m_highlighted == line.kind) {
        const PainterState state(painter);
        paintRingInside(painter, QRectF(box).adjusted(0, 1, 0, 0));
    }
}

void DeductionList::paintSum(QPainter *painter) const
{
    const Theme &theme = Theme::current();
    const int top = lineRect(static_cast<int>(m_lines.size())).top();
    painter->fillRect(QRect(0, top, width(), 1), theme.control);
    const QRect sum(0, top + 1, width(), kSumHeight);
    const QFontMetrics body(fonts::body());
    painter->setFont(fonts::body());
    painter->setPen(theme.text);
    const QString score = tr("Score");
    painter->drawText(sum, Qt::AlignLeft | Qt::AlignVCenter, score);
    painter->setPen(theme.muted);
    const QString exact = m_score.exact < 0.0 ? tr("%1, not below 0").arg(format::deduction(m_score.exact))
                                              : tr("%1, rounded").arg(format::score(m_score.exact));
    painter->drawText(sum.adjusted(body.horizontalAdvance(score) + 4, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, exact);
    painter->setPen(theme.text);
    tabulartext::draw(painter, sum, Qt::AlignVCenter | Qt::AlignRight, fonts::semibold(),
                      format::count(m_score.rounded));
    if (!m_figure.isEmpty())
        paintForecast(painter, QRect(0, sum.bottom(), width(), kForecastHeight));
}

void DeductionList::paintForecast(QPainter *painter, const QRect &forecast) const
{
    const PainterState state(painter);
    const Theme &theme = Theme::current();
    const double middle = forecast.center().y() + 0.5;
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.accent);
    painter->drawPolygon(QPolygonF({{0.0, middle - 5.0}, {8.0, middle}, {0.0, middle + 5.0}}));
    painter->setPen(theme.text);
    int x = kMarkerWidth;
    const auto fits = [&](const QString &lead, const QString &tail) {
        return forecastWidth(lead, tail) <= forecast.width();
    };
    const QString whole = m_tail + m_reason;
    const QString tail = fits(m_lead, whole) ? whole : m_tail;
    const QString lead = fits(m_lead, m_tail) ? m_lead : m_shortLead;
    const auto write = [&](const QString &text, const QFont &font) {
        painter->setFont(font);
        const QFontMetrics metrics(font);
        painter->drawText(QRect(x, forecast.top(), width() - x, forecast.height()), Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(text, Qt::ElideRight, width() - x));
        x += metrics.horizontalAdvance(text);
    };
    write(lead, fonts::body());
    write(m_figure, fonts::semibold());
    write(tail, fonts::body());
}

bool DeductionList::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        if (const int index = lineAt(help->pos()); index >= 0) {
            const ScoreLine &line = m_lines[static_cast<std::size_t>(index)];
            QToolTip::showText(help->globalPos(),
                               format::toolTip(QStringLiteral("%1 %2\n%3").arg(line.name, line.amount, line.reason)), this,
                               lineRect(index));
            return true;
        }
    }
    return QWidget::event(event);
}

void DeductionList::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        update();
    QWidget::changeEvent(event);
}

void DeductionList::highlightByUser(std::optional<ScoreDeduction::Kind> kind)
{
    if (kind == m_highlighted)
        return;
    setHighlighted(kind);
    setCursor(kind ? Qt::PointingHandCursor : Qt::ArrowCursor);
    updateAccessibleText();
    Q_EMIT highlighted(kind);
}

void DeductionList::mouseMoveEvent(QMouseEvent *event)
{
    const int line = lineAt(event->position().toPoint());
    highlightByUser(line < 0 ? std::nullopt : std::optional(m_lines[static_cast<std::size_t>(line)].kind));
}

void DeductionList::leaveEvent(QEvent *event)
{
    highlightByUser(std::nullopt);
    QWidget::leaveEvent(event);
}

void DeductionList::mouseReleaseEvent(QMouseEvent *event)
{
    const int line = lineAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && line >= 0)
        Q_EMIT activated(m_lines[static_cast<std::size_t>(line)].kind);
}

void DeductionList::keyPressEvent(QKeyEvent *event)
{
    const int last = static_cast<int>(m_lines.size()) - 1;
    const int line = highlightedLine();
    const auto go = [this](int to) { highlightByUser(m_lines[static_cast<std::size_t>(to)].kind); };
    switch (event->key()) {
    case Qt::Key_Down: return go(std::min(last, line + 1));
    case Qt::Key_Up: return go(line < 0 ? last : std::max(0, line - 1));
    case Qt::Key_Home: return go(0);
    case Qt::Key_End: return go(last);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (line >= 0)
            Q_EMIT activated(m_lines[static_cast<std::size_t>(line)].kind);
        return;
    default: QWidget::keyPressEvent(event);
    }
}

void DeductionList::focusOutEvent(QFocusEvent *event)
{
    highlightByUser(std::nullopt);
    QWidget::focusOutEvent(event);
}

void DeductionList::updateAccessibleText()
{
    QStringList parts;
    const int current = highlightedLine();
    const auto lineText = [](const ScoreLine &line) {
        return QStringLiteral("%1 %2 (%3)").arg(line.name, line.amount, line.reason);
    };
    if (current >= 0)
        parts.append(lineText(m_lines[static_cast<std::size_t>(current)]));
    parts.append(tr("Starts at 100"));
    for (const ScoreLine &line : m_lines)
        parts.append(lineText(line));
    parts.append(tr("Score %1, rounded %2").arg(format::score(m_score.exact), format::count(m_score.rounded)));
    if (!m_lead.isEmpty())
        parts.append(m_lead + m_figure + m_tail + m_reason);
    setAccessibleDescription(parts.join(QStringLiteral("; ")));
}

} // namespace bartizan
