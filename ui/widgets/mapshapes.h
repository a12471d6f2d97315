// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainterPath>
#include <QRectF>
#include <QString>

#include <vector>

namespace bartizan {

/// The countries' shapes in the Natural Earth projection, read once from resources/map. Thread: GUI.
class MapShapes {
public:
    struct Shape {
        QString alpha2; ///< Empty for areas without a code.
        QPainterPath path;
        QRectF box;
    };

    static const MapShapes &instance();

    const std::vector<Shape> &shapes() const { return m_shapes; }
    /// Null when no shape has the code.
    const Shape *find(const QString &alpha2) const;
    /// What the map shows: all of it between 84° north and 57° south.
    QRectF bounds() const { return m_bounds; }

    /// Projects degrees into the map's units, y downwards (Natural Earth projection; polynomial of Šavrič, Jenny,
    /// Patterson, Petrovič and Hurni, "A Polynomial Equation for the Natural Earth Projection", 2011).
    static QPointF project(double longitude, double latitude);

private:
    MapShapes();

    std::vector<Shape> m_shapes;
    QRectF m_bounds;
};

} // namespace bartizan
