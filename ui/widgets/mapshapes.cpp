// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/mapshapes.h"

#include <QFile>
#include <QtMath>

#include <cmath>

/// Resources of a static library are not registered by themselves.
static void registerMap()
{
    Q_INIT_RESOURCE(map);
}

namespace bartizan {

namespace {

constexpr double kNorth = 84.0;
constexpr double kSouth = -57.0;

/// Reads the format of resources/map/README.md; stops at the end of the data, whatever they say.
class Reader {
public:
    explicit Reader(const QByteArray &data) : m_data(data) {}

    bool begin() { return take(6) == "BZMAP1"; }
    QByteArray take(qsizetype count)
    {
        const QByteArray part = m_data.mid(m_at, count);
        m_at += part.size();
        return part;
    }
    quint32 number()
    {
        quint32 value = 0;
        for (int shift = 0; shift < 32 && m_at < m_data.size(); shift += 7) {
            const auto byte = static_cast<quint8>(m_data.at(m_at++));
            value |= quint32(byte & 127U) << shift;
            if (byte < 128)
                break;
        }
        return value;
    }
    int difference()
    {
        const quint32 value = number();
        return value & 1U ? -static_cast<int>(value / 2U) - 1 : static_cast<int>(value / 2U);
    }
    bool atEnd() const { return m_at >= m_data.size(); }

private:
    QByteArray m_data;
    qsizetype m_at = 0;
};

void appendRing(QPainterPath &path, Reader &reader, double unitsPerDegree)
{
    const quint32 points = reader.number();
    int x = 0;
    int y = 0;
    for (quint32 i = 0; i < points && !reader.atEnd(); ++i) {
        x += reader.difference();
        y += reader.difference();
        const QPointF point = MapShapes::project(x / unitsPerDegree, y / unitsPerDegree);
        if (i == 0)
            path.moveTo(point);
        else
            path.lineTo(point);
    }
    path.closeSubpath();
}

} // namespace

QPointF MapShapes::project(double longitude, double latitude)
{
    const double lambda = qDegreesToRadians(longitude);
    const double phi = qDegreesToRadians(latitude);
    const double p2 = phi * phi;
    const double p4 = p2 * p2;
    const double p8 = p4 * p4;
    const double x = lambda * (0.8707 - 0.131979 * p2 - 0.013791 * p4 + p8 * p2 * (0.003971 - 0.001529 * p2));
    const double y = phi * (1.007226 + 0.015085 * p2 - 0.044475 * p4 * p2 + p8 * (0.028874 - 0.005916 * p2));
    return {x, -y};
}

MapShapes::MapShapes()
{
    registerMap();
    QFile file(QStringLiteral(":/bartizan/map/world.bin"));
    if (!file.open(QIODevice::ReadOnly))
        return;
    Reader reader(file.readAll());
    if (!reader.begin())
        return;
    const double units = std::max(1U, reader.number());
    const quint32 count = reader.number();
    for (quint32 i = 0; i < count && !reader.atEnd(); ++i) {
        Shape shape;
        const QByteArray code = reader.take(2);
        if (code != "--")
            shape.alpha2 = QString::fromLatin1(code);
        shape.path.setFillRule(Qt::OddEvenFill);
        for (quint32 rings = reader.number(); rings > 0; --rings)
            appendRing(shape.path, reader, units);
        shape.box = shape.path.boundingRect();
        m_shapes.push_back(std::move(shape));
    }
    const double west = project(-180.0, 0.0).x();
    m_bounds = QRectF(QPointF(west, project(0.0, kNorth).y()), QPointF(-west, project(0.0, kSouth).y()));
}

const MapShapes &MapShapes::instance()
{
    static const MapShapes shapes;
    return shapes;
}

const MapShapes::Shape *MapShapes::find(const QString &alpha2) const
{
    for (const Shape &shape : m_shapes) {
        if (!alpha2.isEmpty() && shape.alpha2 == alpha2)
            return &shape;
    }
    return nullptr;
}

} // namespace bartizan
