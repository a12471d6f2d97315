// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPaintDevice>
#include <QPaintEngine>
#include <QWidget>

#include <algorithm>
#include <memory>
#include <vector>

namespace bartizan::fixtures {

/// Where a widget paints text: a paint device that keeps the place of each piece of text and draws nothing.
class PaintedTexts : public QPaintDevice {
public:
    struct Piece {
        QString text;
        QRectF place;
    };

    /// What `widget` itself paints, without its children.
    static std::vector<Piece> of(QWidget &widget)
    {
        PaintedTexts device(widget.size());
        widget.render(&device, {}, {}, {});
        std::sort(device.m_engine.pieces.begin(), device.m_engine.pieces.end(),
                  [](const Piece &a, const Piece &b) { return a.place.left() < b.place.left(); });
        return device.m_engine.pieces;
    }

    /// Joins pieces (from left to right) that are less than `gap` apart: what is read as one.
    static std::vector<QRectF> groups(const std::vector<Piece> &pieces, double gap)
    {
        std::vector<QRectF> joined;
        for (const Piece &piece : pieces) {
            if (joined.empty() || piece.place.left() - joined.back().right() >= gap)
                joined.push_back(piece.place);
            else
                joined.back() |= piece.place;
        }
        return joined;
    }

    QPaintEngine *paintEngine() const override { return &m_engine; }

protected:
    int metric(PaintDeviceMetric metric) const override
    {
        switch (metric) {
        case PdmWidth: return m_size.width();
        case PdmHeight: return m_size.height();
        case PdmDepth: return 32;
        case PdmDevicePixelRatio: return 1;
        case PdmDevicePixelRatioScaled: return static_cast<int>(devicePixelRatioFScale());
        case PdmDpiX:
        case PdmDpiY:
        case PdmPhysicalDpiX:
        case PdmPhysicalDpiY: return 96;
        default: return 0;
        }
    }

private:
    class Engine : public QPaintEngine {
    public:
        Engine() : QPaintEngine(AllFeatures) {}
        bool begin(QPaintDevice *) override { return true; }
        bool end() override { return true; }
        void updateState(const QPaintEngineState &) override {}
        void drawPixmap(const QRectF &, const QPixmap &, const QRectF &) override {}
        void drawPath(const QPainterPath &) override {}
        void drawPolygon(const QPointF *, int, PolygonDrawMode) override {}
        void drawTextItem(const QPointF &at, const QTextItem &item) override
        {
            if (item.text().trimmed().isEmpty())
                return;
            const QRectF place(at.x(), at.y() - item.ascent(), item.width(), item.ascent() + item.descent());
            pieces.push_back({item.text(), painter()->transform().mapRect(place)});
        }
        Type type() const override { return User; }

        std::vector<Piece> pieces;
    };

    explicit PaintedTexts(const QSize &size) : m_size(size) {}

    QSize m_size;
    mutable Engine m_engine;
};

} // namespace bartizan::fixtures
