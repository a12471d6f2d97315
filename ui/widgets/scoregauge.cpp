// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/scoregauge.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/tabulartext.h"
#include "ui/widgets/accessiblerole.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/painting.h"
#include "ui/widgets/scorelines.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QtMath>

#include <algorithm>
#include <array>
#include <cmath>

namespace bartizan {

namespace {

constexpr double kSweep = 270.0;
constexpr double kStart = 225.0; ///< Lower left, in Qt's degrees (0 at three o'clock, counter-clockwise).
constexpr double kDesign = 160.0;
constexpr double kOuterRadius = 76.0;
constexpr double kStroke = 12.0;
constexpr double kHighlightStroke = 16.0;
constexpr double kArcGap = 1.0; ///< In points of the score.
constexpr std::array<int, 3> kTicks{50, 70, 85};

/// Qt's angle of a score: 0 at the lower left, 100 at the lower right, clockwise.
double angleOf(double points)
{
    return kStart - kSweep * points / 100.0;
}

QPointF onCircle(const QPointF &centre, double radius, double points)
{
    const double radians = qDegreesToRadians(angleOf(points));
    return {centre.x() + radius * std::cos(radians), centre.y() - radius * std::sin(radians)};
}

void paintArc(QPainter *painter, const QRectF &ring, double from, double to, const QColor &colour, double stroke)
{
    if (to <= from)
        return;
    painter->setPen(QPen(colour, stroke, Qt::SolidLine, Qt::FlatCap));
    painter->setBrush(Qt::NoBrush);
    painter->drawArc(ring, qRound(angleOf(from) * 16.0), qRound(-(to - from) / 100.0 * kSweep * 16.0));
}

} // namespace

ScoreGauge::ScoreGauge(QWidget *parent)
    : QWidget(parent)
{
    announceAs(this, QAccessible::Indicator);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Security score"));
    updateAccessibleText();
}

void ScoreGauge::setScore(const SecurityScore &score, ThreatLevel level)
{
    if (score == m_score && level == m_level)
        return;
    m_score = score;
    m_level = level;
    updateAccessibleText();
    update();
}

void ScoreGauge::setMarker(std::optional<double> scoreAfter)
{
    if (m_marker == scoreAfter)
        return;
    m_marker = scoreAfter;
    updateAccessibleText();
    update();
}

void ScoreGauge::setHighlighted(std::optional<ScoreDeduction::Kind> kind)
{
    if (m_highlighted == kind)
        return;
    m_highlighted = kind;
    update();
}

QSize ScoreGauge::sizeHint() const
{
    return {168, 168};
}

QSize ScoreGauge::minimumSizeHint() const
{
    return {120, 120};
}

QRectF ScoreGauge::ringRect() const
{
    // The ring and its ticks fill the height and width; the badge stands in the gap below.
    const double side = std::min(width(), height());
    const double radius = (kOuterRadius - kStroke / 2.0) * side / (kDesign + 8.0);
    return {width() / 2.0 - radius, height() / 2.0 - radius, 2.0 * radius, 2.0 * radius};
}

std::vector<ScoreGauge::Arc> ScoreGauge::arcs() const
{
    std::vector<Arc> arcs;
    const std::vector<ScoreLine> lines = scoreLines(m_score);
    double from = std::clamp(m_score.exact, 0.0, 100.0);
    // Below 0 the arcs are shortened in proportion: the ring has 100 points.
    const double lost = 100.0 - m_score.exact;
    const double scale = lost > 100.0 ? 100.0 / lost : 1.0;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        if (line->points <= 0.0)
            continue;
        const double to = from + line->points * scale;
        arcs.push_back({line->kind, from, to});
        from = to;
    }
    return arcs;
}

void ScoreGauge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintRing(&painter);
    paintTicks(&painter);
    paintMarker(&painter);
    paintText(&painter);
    if (hasFocus() && !m_highlighted)
        paintRingInside(&painter, rect());
}

void ScoreGauge::paintRing(QPainter *painter) const
{
    const Theme &theme = Theme::current();
    const QRectF ring = ringRect();
    const double unit = ring.width() / (2.0 * (kOuterRadius - kStroke / 2.0));
    const double kept = std::clamp(m_score.exact, 0.0, 100.0);
    paintArc(painter, ring, 0.0, 100.0, theme.track, kStroke * unit);
    painter->setCompositionMode(QPainter::CompositionMode_SourceOver);
    // The gaps between the arcs show the surface, not the track.
    paintArc(painter, ring, kept, 100.0, theme.surface, (kStroke + 1.0) * unit);
    paintArc(painter, ring, 0.0, kept, theme.threat[static_cast<std::size_t>(m_level)], kStroke * unit);
    for (const Arc &arc : arcs()) {
        const bool highlighted = m_highlighted == arc.kind;
        // An arc as thin as the gap is drawn whole: a loss must be seen.
        const double from = arc.to - arc.from > 1.5 * kArcGap ? arc.from + kArcGap : arc.from + 0.3 * (arc.to - arc.from);
        paintArc(painter, ring, from, arc.to, highlighted ? theme.muted : theme.lost,
                 (highlighted ? kHighlightStroke : kStroke) * unit);
    }
}

void ScoreGauge::paintTicks(QPainter *painter) const
{
    const QRectF ring = ringRect();
    const double outer = ring.width() / 2.0 + kStroke / 2.0;
    painter->setPen(QPen(Theme::current().axis, 1.0));
    for (const int tick : kTicks) {
        painter->drawLine(onCircle(ring.center(), outer + 2.0, tick), onCircle(ring.center(), outer + 6.0, tick));
    }
}

void ScoreGauge::paintMarker(QPainter *painter) const
{
    if (!m_marker)
        return;
    const QRectF ring = ringRect();
    const double inner = ring.width() / 2.0 - kStroke / 2.0 - 2.0;
    const double points = std::clamp(*m_marker, 0.0, 100.0);
    const QPointF tip = onCircle(ring.center(), inner, points);
    const double spread = 2.4;
    const QPointF left = onCircle(ring.center(), inner - 8.0, points - spread);
    const QPointF right = onCircle(ring.center(), inner - 8.0, points + spread);
    painter->setPen(Qt::NoPen);
    painter->setBrush(Theme::current().accent);
    painter->drawPolygon(QPolygonF({tip, left, right}));
}

void ScoreGauge::paintText(QPainter *painter) const
{
    const Theme &theme = Theme::current();
    const QRectF ring = ringRect();
    const QFontMetrics numeral(fonts::numeral());
    const QFontMetrics small(fonts::small());
    const double high = numeral.capHeight() + 8 + small.height();
    const double top = ring.center().y() - high / 2.0;
    painter->setPen(theme.text);
    const QRectF number(ring.left(), top + numeral.capHeight() - numeral.ascent(), ring.width(), numeral.height());
    tabulartext::draw(painter, number, Qt::AlignHCenter | Qt::AlignTop, fonts::numeral(), format::count(m_score.rounded));
    painter->setFont(fonts::small());
    painter->setPen(theme.muted);
    painter->drawText(QRectF(ring.left(), top + numeral.capHeight() + 6, ring.width(), small.height()),
                      Qt::AlignHCenter | Qt::AlignVCenter, tr("of 100"));
    const QSize badge = badge::size(m_level);
    // In the gap: level with the ends of the ring.
    const double gap = onCircle(ring.center(), ring.width() / 2.0, 0.0).y();
    const QRect where(qRound(ring.center().x() - badge.width() / 2.0), qRound(gap - badge.height() / 2.0 + 8.0),
                      badge.width(), badge.height());
    badge::paint(painter, where, m_level);
}

void ScoreGauge::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        update();
    QWidget::changeEvent(event);
}

std::optional<ScoreDeduction::Kind> ScoreGauge::kindAt(const QPointF &position) const
{
    const QRectF ring = ringRect();
    const QPointF from = position - ring.center();
    const double distance = std::hypot(from.x(), from.y());
    if (std::abs(distance - ring.width() / 2.0) > kHighlightStroke / 2.0 + 2.0)
        return std::nullopt;
    double degrees = kStart - qRadiansToDegrees(std::atan2(-from.y(), from.x()));
    degrees = std::fmod(degrees + 720.0, 360.0);
    const double points = degrees / kSweep * 100.0;
    for (const Arc &arc : arcs()) {
        if (points >= arc.from && points <= arc.to)
            return arc.kind;
    }
    return std::nullopt;
}

bool ScoreGauge::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const auto kind = kindAt(help->pos());
    for (const ScoreLine &line : scoreLines(m_score)) {
        if (kind == line.kind) {
            QToolTip::showText(help->globalPos(),
                               format::toolTip(QStringLiteral("%1: %2\n%3").arg(line.name, line.amount, line.reason)), this);
            return true;
        }
    }
    QToolTip::hideText();
    return true;
}

void ScoreGauge::highlightByUser(std::optional<ScoreDeduction::Kind> kind)
{
    if (kind == m_highlighted)
        return;
    setHighlighted(kind);
    setCursor(kind ? Qt::PointingHandCursor : Qt::ArrowCursor);
    updateAccessibleText();
    Q_EMIT highlighted(kind);
}

void ScoreGauge::mouseMoveEvent(QMouseEvent *event)
{
    highlightByUser(kindAt(event->position()));
}

void ScoreGauge::leaveEvent(QEvent *event)
{
    highlightByUser(std::nullopt);
    QWidget::leaveEvent(event);
}

void ScoreGauge::mouseReleaseEvent(QMouseEvent *event)
{
    const auto kind = kindAt(event->position());
    if (event->button() == Qt::LeftButton && kind)
        Q_EMIT activated(*kind);
}

void ScoreGauge::keyPressEvent(QKeyEvent *event)
{
    const std::vector<Arc> all = arcs();
    const auto current = std::find_if(all.begin(), all.end(), [this](const Arc &a) { return m_highlighted == a.kind; });
    switch (event->key()) {
    case Qt::Key_Right:
        if (!all.empty())
            highlightByUser(current == all.end() || current + 1 == all.end() ? all.front().kind : (current + 1)->kind);
        return;
    case Qt::Key_Left:
        if (!all.empty())
            highlightByUser(current == all.end() || current == all.begin() ? all.back().kind : (current - 1)->kind);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_highlighted)
            Q_EMIT activated(*m_highlighted);
        return;
    default: QWidget::keyPressEvent(event);
    }
}

void ScoreGauge::focusOutEvent(QFocusEvent *event)
{
    highlightByUser(std::nullopt);
    QWidget::focusOutEvent(event);
}

void ScoreGauge::updateAccessibleText()
{
    QStringList parts{tr("%1 of 100").arg(format::count(m_score.rounded)), badge::accessibleText(m_level)};
    for (const ScoreLine &line : scoreLines(m_score)) {
        const QString text = QStringLiteral("%1 %2").arg(line.name, line.amount);
        if (m_highlighted == line.kind)
            parts.prepend(text);
        else if (line.points > 0.0)
            parts.append(text);
    }
    if (m_marker)
        parts.append(tr("after acknowledging the selected %1").arg(format::score(*m_marker)));
    setAccessibleDescription(parts.join(QStringLiteral(", ")));
}

} // namespace bartizan
