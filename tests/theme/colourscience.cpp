// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/theme/colourscience.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace bartizan::testing {

namespace {

using Triple = std::array<double, 3>;

constexpr double kPi = std::numbers::pi;

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double encoded(double channel)
{
    const double c = std::clamp(channel, 0.0, 1.0);
    return c <= 0.0031308 ? c * 12.92 : 1.055 * std::pow(c, 1.0 / 2.4) - 0.055;
}

Triple linearOf(const QColor &colour)
{
    return {linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())};
}

Triple product(const std::array<Triple, 3> &matrix, const Triple &v)
{
    Triple result{};
    for (std::size_t i = 0; i < 3; ++i)
        result[i] = matrix[i][0] * v[0] + matrix[i][1] * v[1] + matrix[i][2] * v[2];
    return result;
}

double luminance(const QColor &colour)
{
    const Triple rgb = linearOf(colour);
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
}

Triple labOf(const QColor &colour)
{
    static constexpr std::array<Triple, 3> kToXyz{{{0.4124564, 0.3575761, 0.1804375},
                                                   {0.2126729, 0.7151522, 0.0721750},
                                                   {0.0193339, 0.1191920, 0.9503041}}};
    static constexpr Triple kWhite{0.95047, 1.0, 1.08883};
    const Triple xyz = product(kToXyz, linearOf(colour));
    Triple f{};
    for (std::size_t i = 0; i < 3; ++i) {
        const double t = xyz[i] / kWhite[i];
        f[i] = t > 216.0 / 24389.0 ? std::cbrt(t) : (24389.0 / 27.0 * t + 16.0) / 116.0;
    }
    return {116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])};
}

double hue(double a, double b)
{
    if (a == 0.0 && b == 0.0)
        return 0.0;
    const double h = std::atan2(b, a);
    return h < 0.0 ? h + 2.0 * kPi : h;
}

double degrees(double d)
{
    return d * kPi / 180.0;
}

} // namespace

double contrast(const QColor &a, const QColor &b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor simulated(const QColor &colour, Vision vision)
{
    static constexpr std::array<Triple, 3> kProtanopia{
        {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};
    static constexpr std::array<Triple, 3> kDeuteranopia{
        {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
    static constexpr std::array<Triple, 3> kTritanopia{
        {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};
    if (vision == Vision::Normal)
        return colour;
    const auto &matrix = vision == Vision::Protanopia     ? kProtanopia
                         : vision == Vision::Deuteranopia ? kDeuteranopia
                                                          : kTritanopia;
    const Triple seen = product(matrix, linearOf(colour));
    return QColor::fromRgbF(static_cast<float>(encoded(seen[0])), static_cast<float>(encoded(seen[1])),
                            static_cast<float>(encoded(seen[2])));
}

double difference(const QColor &x, const QColor &y)
{
    const Triple p = labOf(x);
    const Triple q = labOf(y);
    const double c1 = std::hypot(p[1], p[2]);
    const double c2 = std::hypot(q[1], q[2]);
    const double c7 = std::pow((c1 + c2) / 2.0, 7.0);
    const double g = 0.5 * (1.0 - std::sqrt(c7 / (c7 + std::pow(25.0, 7.0))));
    const double a1 = (1.0 + g) * p[1];
    const double a2 = (1.0 + g) * q[1];
    const double cp1 = std::hypot(a1, p[2]);
    const double cp2 = std::hypot(a2, q[2]);
    const double h1 = hue(a1, p[2]);
    const double h2 = hue(a2, q[2]);
    const double dl = q[0] - p[0];
    const double dc = cp2 - cp1;
    double dh = 0.0;
    double hm = h1 + h2;
    if (cp1 * cp2 != 0.0) {
        dh = h2 - h1;
        if (dh > kPi)
            dh -= 2.0 * kPi;
        else if (dh < -kPi)
            dh += 2.0 * kPi;
        if (std::abs(h1 - h2) <= kPi)
            hm /= 2.0;
        else
            hm = h1 + h2 < 2.0 * kPi ? (h1 + h2 + 2.0 * kPi) / 2.0 : (h1 + h2 - 2.0 * kPi) / 2.0;
    }
    const double bigH = 2.0 * std::sqrt(cp1 * cp2) * std::sin(dh / 2.0);
    const double lm = (p[0] + q[0]) / 2.0;
    const double cm = (cp1 + cp2) / 2.0;
    const double t = 1.0 - 0.17 * std::cos(hm - degrees(30.0)) + 0.24 * std::cos(2.0 * hm)
                     + 0.32 * std::cos(3.0 * hm + degrees(6.0)) - 0.20 * std::cos(4.0 * hm - degrees(63.0));
    const double turn = degrees(30.0) * std::exp(-std::pow((hm * 180.0 / kPi - 275.0) / 25.0, 2.0));
    const double cm7 = std::pow(cm, 7.0);
    const double rc = 2.0 * std::sqrt(cm7 / (cm7 + std::pow(25.0, 7.0)));
    const double l50 = (lm - 50.0) * (lm - 50.0);
    const double sl = 1.0 + 0.015 * l50 / std::sqrt(20.0 + l50);
    const double sc = 1.0 + 0.045 * cm;
    const double sh = 1.0 + 0.015 * cm * t;
    const double rt = -std::sin(2.0 * turn) * rc;
    return std::sqrt(std::pow(dl / sl, 2.0) + std::pow(dc / sc, 2.0) + std::pow(bigH / sh, 2.0)
                     + rt * (dc / sc) * (bigH / sh));
}

} // namespace bartizan::testing
