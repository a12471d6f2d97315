// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace bartizan::testing {

/// WCAG 2.1 contrast of two colours, 1 to 21.
double contrast(const QColor &a, const QColor &b);

enum class Vision { Normal, Protanopia, Deuteranopia, Tritanopia };

/// The colour as somebody with that vision sees it: Machado, Oliveira and Fernandes 2009, severity 1, in linear RGB.
QColor simulated(const QColor &colour, Vision vision);

/// CIEDE2000 between two sRGB colours under D65 (Sharma, Wu and Dalal 2005).
double difference(const QColor &a, const QColor &b);

} // namespace bartizan::testing
