// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/overviewbody.h"

#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <array>

namespace bartizan {

namespace {

/// Straight line through the points, flat outside of them.
template<std::size_t N>
int between(int at, const std::array<std::pair<int, int>, N> &points)
{
    if (at <= points.front().first)
        return points.front().second;
    for (std::size_t i = 1; i < points.size(); ++i) {
        const auto [x0, y0] = points[i - 1];
        const auto [x1, y1] = points[i];
        if (at <= x1)
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0);
    }
    return points.back().second;
}

constexpr int kTwoColumnsBelow = 1108;
constexpr int kLeastLastRow = 144;
/// From this width the country stands beside the source of an alert.
constexpr int kCountryFrom = 500;

OverviewLayout threeRows(QSize room)
{
    OverviewLayout layout;
    const int width = room.width();
    const int right = between<4>(width, {{{1108, 396}, {1208, 476}, {1368, 516}, {1848, 640}}});
    const int figures = between<3>(width, {{{1208, 232}, {1368, 280}, {1848, 360}}});
    const int left = width - right;
    const int first = between<3>(room.height(), {{{684, 260}, {784, 264}, {964, 300}}});
    const int second = between<3>(room.height(), {{{684, 224}, {784, 292}, {964, 360}}});
    const int last = std::max(kLeastLastRow, room.height() - first - second);
    layout.score = {0, 0, left - figures, first};
    layout.figures = {left - figures, 0, figures, first};
    layout.alerts = {left, 0, right, first};
    layout.countries = {0, first, left, second};
    layout.threats = {left, first, right, second};
    layout.hours = {0, first + second, left - figures, last};
    layout.response = {left - figures, first + second, figures, last};
    layout.users = {left, first + second, right, last};
    layout.height = first + second + last;
    layout.gaugeSide = between<4>(width, {{{1108, 128}, {1208, 144}, {1368, 168}, {1848, 196}}});
    layout.countryList = between<3>(width, {{{1208, 216}, {1368, 232}, {1848, 460}}});
    layout.alertCountry = right >= kCountryFrom;
    return layout;
}

OverviewLayout twoColumns(QSize room)
{
    OverviewLayout layout;
    const int width = room.width();
    const int left = std::max(440, width * 52 / 100);
    const int right = width - left;
    constexpr int kFirst = 264, kSecond = 256, kThird = 260, kFourth = 200, kFifth = 208;
    layout.score = {0, 0, left, kFirst};
    layout.alerts = {left, 0, right, kFirst};
    layout.figures = {0, kFirst, left, kSecond};
    layout.threats = {left, kFirst, right, kSecond};
    layout.countries = {0, kFirst + kSecond, width, kThird};
    layout.hours = {0, kFirst + kSecond + kThird, width, kFourth};
    layout.response = {0, kFirst + kSecond + kThird + kFourth, left, kFifth};
    layout.users = {left, kFirst + kSecond + kThird + kFourth, right, kFifth};
    layout.height = kFirst + kSecond + kThird + kFourth + kFifth;
    layout.gaugeSide = 144;
    layout.alertCountry = right >= kCountryFrom;
    return layout;
}

} // namespace

OverviewLayout OverviewLayout::of(QSize room)
{
    return room.width() < kTwoColumnsBelow ? twoColumns(room) : threeRows(room);
}

std::array<QRect, 8> OverviewLayout::panes() const
{
    return {score, figures, alerts, countries, threats, hours, response, users};
}

OverviewBody::OverviewBody(QWidget *parent)
    : QWidget(parent)
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
}

void OverviewBody::setPanes(const QList<QWidget *> &panes)
{
    m_panes = panes;
}

void OverviewBody::setRoom(QSize room)
{
    m_layout = OverviewLayout::of(room);
    setFixedHeight(m_layout.height);
    const std::array<QRect, 8> rects = m_layout.panes();
    Q_EMIT laidOut();
    for (qsizetype i = 0; i < m_panes.size(); ++i)
        // The last pixel of width and height belongs to the hairline.
        m_panes.at(i)->setGeometry(rects.at(static_cast<std::size_t>(i)).adjusted(0, 0, -1, -1));
    update();
}

void OverviewBody::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor line = Theme::current().hairline;
    for (const QRect &rect : m_layout.panes()) {
        if (rect.right() + 1 < width())
            painter.fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), line);
        if (rect.bottom() + 1 < height())
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), line);
    }
}

} // namespace bartizan
