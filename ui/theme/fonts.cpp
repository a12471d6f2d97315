// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/fonts.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace bartizan::fonts {

namespace {

constexpr int kBodyPixels = 13;
constexpr double kSmallShare = 0.85;
constexpr double kNumeralShare = 30.0 / 13.0;

/// Whether the desktop names a font, rather than the generic name it falls back to.
bool isNamed(const QFont &font)
{
    static const QStringList generic{QStringLiteral("sans"), QStringLiteral("sans serif"), QStringLiteral("sans-serif"),
                                     QStringLiteral("system-ui"), QStringLiteral("helvetica"), QString()};
    return !generic.contains(font.family().toLower()) && QFontDatabase::hasFamily(font.family());
}

QFont makeBody()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    const int desktopPixels = QFontInfo(font).pixelSize();
    if (!isNamed(font)) {
        for (const char *family : {"Inter", "Noto Sans", "DejaVu Sans"}) {
            if (QFontDatabase::hasFamily(QLatin1String(family))) {
                font = QFont(QLatin1String(family));
                break;
            }
        }
    }
    // Families for glyphs that the first one lacks.
    QStringList families{font.family()};
    for (const char *family : {"Inter", "Noto Sans", "DejaVu Sans"}) {
        if (!families.contains(QLatin1String(family)))
            families.append(QLatin1String(family));
    }
    font.setFamilies(families);
    // A desktop that asks for a larger font means it; a smaller one does not shrink the console.
    font.setPixelSize(std::max(kBodyPixels, desktopPixels > kBodyPixels + 1 ? desktopPixels : kBodyPixels));
    font.setWeight(QFont::Normal);
    return font;
}

QFont scaled(double share, QFont::Weight weight)
{
    QFont font = body();
    font.setPixelSize(static_cast<int>(std::lround(font.pixelSize() * share)));
    font.setWeight(weight);
    return font;
}

} // namespace

QFont body()
{
    static const QFont font = makeBody();
    return font;
}

QFont semibold()
{
    static const QFont font = scaled(1.0, QFont::DemiBold);
    return font;
}

QFont small()
{
    static const QFont font = scaled(kSmallShare, QFont::Normal);
    return font;
}

QFont smallSemibold()
{
    static const QFont font = scaled(kSmallShare, QFont::DemiBold);
    return font;
}

QFont numeral()
{
    static const QFont font = scaled(kNumeralShare, QFont::DemiBold);
    return font;
}

QFont fixed()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(small().pixelSize());
    return font;
}

} // namespace bartizan::fonts
