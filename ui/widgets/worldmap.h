// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QTransform>
#include <QWidget>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bartizan {

class MapShapes;

/// What a country has, for the map and for the list beside it.
struct CountryEvents {
    QString alpha2; ///< Empty when the stored text names no country.
    QString name;   ///< English name, or the stored text itself.
    std::int64_t events = 0;
    std::vector<std::string> stored; ///< The spellings in the log that were added up.
    bool operator==(const CountryEvents &) const = default;
};

/// Adds up the spellings of one country ("US", "USA", "United States") and sorts by events, descending.
std::vector<CountryEvents> countriesOf(const std::vector<std::pair<std::string, std::int64_t>> &geo);

/// Lower limits of the six classes: 1, 3, 10, 30, 100, 300 times the power of ten that puts `largest` into the last one.
std::array<std::int64_t, 6> mapClassLimits(std::int64_t largest);

/// The world, every country shaded by its events in six logarithmic classes, with a legend. Tool tips have the exact
/// number; arrows walk the countries with events, Enter or a click asks for what is behind. Shapes: Natural Earth.
/// Thread: GUI.
class WorldMap : public QWidget {
    Q_OBJECT
public:
    explicit WorldMap(QWidget *parent = nullptr);
    ~WorldMap() override;

    void setCountries(const std::vector<CountryEvents> &countries);
    /// The country under the pointer or the keyboard, alpha-2; empty for none.
    QString highlightedCountry() const { return m_highlighted; }
    void setHighlightedCountry(const QString &alpha2);
    /// The country drawn at a position; empty for sea.
    QString countryAt(const QPointF &position) const;
    /// Colour of a country in the theme in force.
    QColor colourOf(const QString &alpha2) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void highlighted(const QString &alpha2);
    void activated(const bartizan::CountryEvents &country);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    int classOf(std::int64_t events) const;
    const CountryEvents *find(const QString &alpha2) const;
    QString toolTipOf(const QString &alpha2) const;
    QRectF mapRect() const;
    void layOut();
    void renderMap();
    void paintLegend(QPainter *painter) const;
    void updateAccessibleText();

    const MapShapes *m_shapes;
    std::vector<CountryEvents> m_countries;
    std::array<std::int64_t, 6> m_limits{};
    QTransform m_toWidget;
    QPixmap m_rendered; ///< Null: to be rendered.
    QString m_highlighted;
};

} // namespace bartizan
