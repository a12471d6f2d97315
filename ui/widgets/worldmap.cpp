// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/worldmap.h"

#include "core/intel/countries.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/shorttext.h"
#include "ui/widgets/accessiblerole.h"
#include "ui/widgets/mapshapes.h"
#include "ui/widgets/painting.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace bartizan {

namespace {

constexpr int kLegendHeight = 24;
constexpr int kSwatchWidth = 14;
constexpr int kSwatchHeight = 10;
/// A country with events is drawn as a dot where its shape is smaller than this.
constexpr double kSmallestShape = 5.0;
constexpr double kDotRadius = 2.5;
constexpr std::array<double, 6> kLimits{1.0, 3.0, 10.0, 30.0, 100.0, 300.0};

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

std::vector<CountryEvents> countriesOf(const std::vector<std::pair<std::string, std::int64_t>> &geo)
{
    std::vector<CountryEvents> result;
    for (const auto &[stored, events] : geo) {
        const Country *country = findCountry(stored);
        const QString alpha2 = country ? fromView(country->alpha2) : QString();
        const QString name = country ? fromView(country->name) : format::shortText(format::text(stored));
        const auto found = std::find_if(result.begin(), result.end(), [&](const CountryEvents &c) {
            return c.alpha2 == alpha2 && c.name == name;
        });
        if (found == result.end()) {
            result.push_back({alpha2, name, events, {stored}});
        } else {
            found->events += events;
            found->stored.push_back(stored);
        }
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const CountryEvents &a, const CountryEvents &b) { return a.events > b.events; });
    return result;
}

std::array<std::int64_t, 6> mapClassLimits(std::int64_t largest)
{
    double power = 1.0;
    if (largest > 0) {
        while (static_cast<double>(largest) >= kLimits.back() * power * 10.0)
            power *= 10.0;
        while (static_cast<double>(largest) < kLimits.back() * power)
            power /= 10.0;
    }
    std::array<std::int64_t, 6> limits{};
    for (std::size_t i = 0; i < limits.size(); ++i)
        // Events are whole: limits below one fall together, and the classes between them are empty.
        limits[i] = std::max<std::int64_t>(1, std::llround(std::ceil(kLimits[i] * power - 1e-9)));
    return limits;
}

WorldMap::WorldMap(QWidget *parent)
    : QWidget(parent), m_shapes(&MapShapes::instance()), m_limits(mapClassLimits(0))
{
    announceAs(this, QAccessible::Chart);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("World map of events"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    updateAccessibleText();
}

WorldMap::~WorldMap() = default;

void WorldMap::setCountries(const std::vector<CountryEvents> &countries)
{
    if (countries == m_countries)
        return;
    m_countries = countries;
    std::int64_t largest = 0;
    for (const CountryEvents &country : m_countries) {
        if (!country.alpha2.isEmpty())
            largest = std::max(largest, country.events);
    }
    m_limits = mapClassLimits(largest);
    m_rendered = QPixmap();
    if (!find(m_highlighted))
        m_highlighted.clear();
    updateAccessibleText();
    update();
}

void WorldMap::setHighlightedCountry(const QString &alpha2)
{
    if (m_highlighted == alpha2)
        return;
    m_highlighted = alpha2;
    updateAccessibleText();
    update();
}

const CountryEvents *WorldMap::find(const QString &alpha2) const
{
    for (const CountryEvents &country : m_countries) {
        if (!alpha2.isEmpty() && country.alpha2 == alpha2)
            return &country;
    }
    return nullptr;
}

int WorldMap::classOf(std::int64_t events) const
{
    int step = -1;
    for (std::size_t i = 0; i < m_limits.size(); ++i) {
        if (events >= m_limits[i])
            step = static_cast<int>(i);
    }
    return step;
}

QColor WorldMap::colourOf(const QString &alpha2) const
{
    const Theme &theme = Theme::current();
    const CountryEvents *country = find(alpha2);
    const int step = country ? classOf(country->events) : -1;
    return step < 0 ? theme.land : theme.mapRamp[static_cast<std::size_t>(step)];
}

QString WorldMap::countryAt(const QPointF &position) const
{
    bool invertible = false;
    const QPointF point = m_toWidget.inverted(&invertible).map(position);
    if (!invertible || !mapRect().contains(position))
        return {};
    // Dots first: they lie over the shapes.
    for (const MapShapes::Shape &shape : m_shapes->shapes()) {
        const QRectF box = m_toWidget.mapRect(shape.box);
        if (std::max(box.width(), box.height()) >= kSmallestShape || !find(shape.alpha2))
            continue;
        const QPointF away = box.center() - position;
        if (std::hypot(away.x(), away.y()) <= kDotRadius + 2.0)
            return shape.alpha2;
    }
    for (const MapShapes::Shape &shape : m_shapes->shapes()) {
        if (shape.box.contains(point) && shape.path.contains(point))
            return shape.alpha2;
    }
    return {};
}

QSize WorldMap::sizeHint() const
{
    return {560, 292};
}

QSize WorldMap::minimumSizeHint() const
{
    return {240, 140};
}

QRectF WorldMap::mapRect() const
{
    return QRectF(0, 0, width(), std::max(0, height() - kLegendHeight));
}

void WorldMap::layOut()
{
    const QRectF room = mapRect();
    const QRectF bounds = m_shapes->bounds();
    const double scale = std::min(room.width() / bounds.width(), room.height() / bounds.height());
    m_toWidget = QTransform();
    m_toWidget.translate(room.center().x(), room.center().y());
    m_toWidget.scale(scale, scale);
    m_toWidget.translate(-bounds.center().x(), -bounds.center().y());
    m_rendered = QPixmap();
}

void WorldMap::renderMap()
{
    const Theme &theme = Theme::current();
    const double ratio = devicePixelRatioF();
    m_rendered = QPixmap(size() * ratio);
    m_rendered.setDevicePixelRatio(ratio);
    m_rendered.fill(Qt::transparent);
    QPainter painter(&m_rendered);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(mapRect());
    painter.setTransform(m_toWidget, true);
    QPen border(theme.border, 0.7);
    border.setCosmetic(true);
    painter.setPen(border);
    for (const MapShapes::Shape &shape : m_shapes->shapes()) {
        painter.setBrush(colourOf(shape.alpha2));
        painter.drawPath(shape.path);
    }
    painter.resetTransform();
    painter.setPen(QPen(theme.border, 0.8));
    for (const CountryEvents &country : m_countries) {
        const MapShapes::Shape *shape = m_shapes->find(country.alpha2);
        if (!shape)
            continue;
        const QRectF box = m_toWidget.mapRect(shape->box);
        if (std::max(box.width(), box.height()) >= kSmallestShape)
            continue;
        painter.setBrush(colourOf(country.alpha2));
        painter.drawEllipse(box.center(), kDotRadius, kDotRadius);
    }
}

void WorldMap::paintEvent(QPaintEvent *)
{
    if (m_rendered.isNull() || m_rendered.devicePixelRatio() != devicePixelRatioF())
        renderMap();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawPixmap(0, 0, m_rendered);
    if (const MapShapes::Shape *shape = m_shapes->find(m_highlighted)) {
        const PainterState state(&painter);
        painter.setClipRect(mapRect());
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(Theme::current().text, 1.5));
        const QRectF box = m_toWidget.mapRect(shape->box);
        if (std::max(box.width(), box.height()) < kSmallestShape)
            painter.drawEllipse(box.center(), kDotRadius + 1.5, kDotRadius + 1.5);
        else
            painter.drawPath(m_toWidget.map(shape->path));
    }
    paintLegend(&painter);
    if (hasFocus())
        paintRingInside(&painter, rect());
}

void WorldMap::paintLegend(QPainter *painter) const
{
    const Theme &theme = Theme::current();
    const QFontMetrics metrics(fonts::small());
    painter->setFont(fonts::small());
    int x = 0;
    const int middle = height() - kLegendHeight / 2;
    const auto entry = [&](const QColor &colour, const QString &text) {
        const int wide = kSwatchWidth + 4 + metrics.horizontalAdvance(text);
        if (x + wide > width())
            return;
        painter->fillRect(QRect(x, middle - kSwatchHeight / 2, kSwatchWidth, kSwatchHeight), colour);
        painter->setPen(theme.muted);
        painter->drawText(QRect(x + kSwatchWidth + 4, middle - kLegendHeight / 2, wide, kLegendHeight),
                          Qt::AlignVCenter | Qt::AlignLeft, text);
        x += wide + 12;
    };
    const bool any = std::any_of(m_countries.begin(), m_countries.end(),
                                 [](const CountryEvents &c) { return !c.alpha2.isEmpty(); });
    for (std::size_t i = 0; any && i < m_limits.size(); ++i) {
        const bool last = i + 1 == m_limits.size();
        if (!last && m_limits[i] == m_limits[i + 1])
            continue;
        const QString from = format::shortCount(m_limits[i]);
        if (last)
            entry(theme.mapRamp[i], tr("%1+").arg(from));
        else if (m_limits[i + 1] - 1 == m_limits[i])
            entry(theme.mapRamp[i], from);
        else
            entry(theme.mapRamp[i], tr("%1–%2").arg(from, format::shortCount(m_limits[i + 1] - 1)));
    }
    entry(theme.land, tr("none"));
}

void WorldMap::resizeEvent(QResizeEvent *event)
{
    layOut();
    QWidget::resizeEvent(event);
}

void WorldMap::changeEvent(QEvent *event)
{
    if (isLookChange(event)) {
        m_rendered = QPixmap();
        update();
    }
    QWidget::changeEvent(event);
}

QString WorldMap::toolTipOf(const QString &alpha2) const
{
    const CountryEvents *country = find(alpha2);
    if (country)
        return tr("%1 (%2): %Ln event(s)", nullptr, static_cast<int>(std::min<std::int64_t>(country->events, 2'000'000'000)))
            .arg(country->name, alpha2);
    const Country *known = findCountry(alpha2.toStdString());
    return known ? tr("%1 (%2): no events").arg(fromView(known->name), alpha2) : QString();
}

bool WorldMap::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const QString text = toolTipOf(countryAt(help->pos()));
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), format::toolTip(text), this);
    return true;
}

void WorldMap::mouseMoveEvent(QMouseEvent *event)
{
    const QString over = countryAt(event->position());
    const QString shown = find(over) ? over : QString();
    setCursor(shown.isEmpty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    if (shown == m_highlighted)
        return;
    setHighlightedCountry(shown);
    Q_EMIT highlighted(shown);
}

void WorldMap::leaveEvent(QEvent *event)
{
    setHighlightedCountry({});
    Q_EMIT highlighted({});
    QWidget::leaveEvent(event);
}

void WorldMap::mouseReleaseEvent(QMouseEvent *event)
{
    const CountryEvents *country = find(countryAt(event->position()));
    if (event->button() == Qt::LeftButton && country)
        Q_EMIT activated(*country);
}

void WorldMap::keyPressEvent(QKeyEvent *event)
{
    std::vector<const CountryEvents *> drawn;
    for (const CountryEvents &country : m_countries) {
        if (m_shapes->find(country.alpha2))
            drawn.push_back(&country);
    }
    int at = -1;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        if (drawn[i]->alpha2 == m_highlighted)
            at = static_cast<int>(i);
    }
    const int last = static_cast<int>(drawn.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Down: at = std::min(last, at + 1); break;
    case Qt::Key_Left:
    case Qt::Key_Up: at = std::min(last, std::max(0, at - 1)); break;
    case Qt::Key_Home: at = std::min(last, 0); break;
    case Qt::Key_End: at = last; break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (at >= 0)
            Q_EMIT activated(*drawn[static_cast<std::size_t>(at)]);
        return;
    default: return QWidget::keyPressEvent(event);
    }
    if (at < 0)
        return;
    const QString code = drawn[static_cast<std::size_t>(at)]->alpha2;
    setHighlightedCountry(code);
    Q_EMIT highlighted(code);
    const QPointF centre = m_toWidget.map(m_shapes->find(code)->box.center());
    QToolTip::showText(mapToGlobal(centre.toPoint()), format::toolTip(toolTipOf(code)), this);
}

void WorldMap::updateAccessibleText()
{
    QStringList parts;
    if (!m_highlighted.isEmpty())
        parts.append(toolTipOf(m_highlighted));
    for (const CountryEvents &country : m_countries)
        parts.append(QStringLiteral("%1 %2").arg(country.name, format::count(country.events)));
    setAccessibleDescription(m_countries.empty() ? tr("No events with a country") : parts.join(QStringLiteral(", ")));
}

} // namespace bartizan
