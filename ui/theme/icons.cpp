// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icons.h"

#include "ui/theme/theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <algorithm>
#include <cmath>
#include <memory>

/// Resources of a static library are not registered by themselves.
static void registerIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace bartizan::icons {

namespace {

QString pathOf(const QString &name)
{
    static const bool registered = [] {
        registerIcons();
        return true;
    }();
    Q_UNUSED(registered)
    return QStringLiteral(":/bartizan/icons/") + name + QStringLiteral(".svg");
}

/// The renderer of an icon in a colour; null when there is no such icon. Lucide draws with currentColor, 2 wide on a
/// field of 24; the stroke is made 1.5 pixels from 16 pixels up, and in proportion below.
QSvgRenderer *rendererOf(const QString &name, const QColor &colour, double side)
{
    const double stroke = 1.5 * 24.0 / std::max(16.0, std::round(side));
    static QHash<QString, std::shared_ptr<QSvgRenderer>> renderers;
    const QString key = QStringLiteral("%1#%2#%3").arg(name, QString::number(colour.rgba(), 16)).arg(stroke);
    const auto found = renderers.constFind(key);
    if (found != renderers.constEnd())
        return found->get();
    QFile file(pathOf(name));
    if (!file.open(QIODevice::ReadOnly))
        return nullptr;
    QByteArray svg = file.readAll();
    svg.replace("currentColor", colour.name(QColor::HexRgb).toLatin1());
    svg.replace("stroke-width=\"2\"", QByteArray("stroke-width=\"" + QByteArray::number(stroke, 'f', 3) + '"'));
    auto renderer = std::make_shared<QSvgRenderer>(svg);
    return renderers.insert(key, renderer)->get();
}

/// An icon that takes its colour from the theme in force each time it is painted.
class ThemedIconEngine final : public QIconEngine {
public:
    enum class Role { Text, Muted, OnAccent };

    ThemedIconEngine(const QString &name, Role role) : m_name(name), m_role(role) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        icons::paint(painter, rect, m_name, colour(mode));
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        return icons::pixmap(m_name, colour(mode), std::min(size.width(), size.height()), 1.0);
    }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        // Qt 6.4 hands over the size in pixels of the screen.
        const int points = static_cast<int>(std::lround(std::min(size.width(), size.height()) / scale));
        return icons::pixmap(m_name, colour(mode), points, scale);
    }
    QIconEngine *clone() const override { return new ThemedIconEngine(*this); }
    QString key() const override { return QStringLiteral("bartizan"); }

private:
    QColor colour(QIcon::Mode mode) const
    {
        const Theme &theme = Theme::current();
        if (mode == QIcon::Disabled)
            return theme.disabled;
        switch (m_role) {
        case Role::OnAccent: return theme.onAccent;
        case Role::Muted: return theme.muted;
        case Role::Text: break;
        }
        // A selected menu entry stands on the accent.
        return mode == QIcon::Selected ? theme.onAccent : theme.text;
    }

    QString m_name;
    Role m_role;
};

bool isWhole(double number)
{
    return number == std::round(number);
}

/// Whether a square stands where pixels do: then it looks the same painted from a pixmap, which is much quicker.
bool fallsOnPixels(const QTransform &transform, const QRectF &square)
{
    return transform.type() <= QTransform::TxTranslate && isWhole(square.width()) && isWhole(square.left() + transform.dx())
        && isWhole(square.top() + transform.dy());
}

} // namespace

bool exists(const QString &name)
{
    return QFile::exists(pathOf(name));
}

void paint(QPainter *painter, const QRectF &where, const QString &name, const QColor &colour)
{
    const double side = std::min(where.width(), where.height());
    const QRectF square(where.center().x() - side / 2.0, where.center().y() - side / 2.0, side, side);
    const double ratio = painter->device()->devicePixelRatioF();
    if (fallsOnPixels(painter->transform(), square) && isWhole(ratio)) {
        painter->drawPixmap(square.topLeft(), pixmap(name, colour, static_cast<int>(side), ratio));
        return;
    }
    if (QSvgRenderer *renderer = rendererOf(name, colour, side))
        renderer->render(painter, square);
}

QPixmap pixmap(const QString &name, const QColor &colour, int size, double ratio)
{
    const QString key = QStringLiteral("bartizan-icon:%1:%2:%3:%4")
                            .arg(name, QString::number(colour.rgba(), 16))
                            .arg(size)
                            .arg(ratio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    const int side = static_cast<int>(std::ceil(size * ratio));
    pixmap = QPixmap(side, side);
    pixmap.fill(Qt::transparent);
    pixmap.setDevicePixelRatio(ratio);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    if (QSvgRenderer *renderer = rendererOf(name, colour, size))
        renderer->render(&painter, QRectF(0, 0, size, size));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QIcon icon(const QString &name)
{
    return QIcon(new ThemedIconEngine(name, ThemedIconEngine::Role::Text));
}

QIcon iconOnAccent(const QString &name)
{
    return QIcon(new ThemedIconEngine(name, ThemedIconEngine::Role::OnAccent));
}

QIcon mutedIcon(const QString &name)
{
    return QIcon(new ThemedIconEngine(name, ThemedIconEngine::Role::Muted));
}

} // namespace bartizan::icons
