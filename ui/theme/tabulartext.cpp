// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tabulartext.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace bartizan::tabulartext {

namespace {

bool isDigit(QChar c)
{
    return c >= QLatin1Char('0') && c <= QLatin1Char('9');
}

double digitWidth(const QFontMetricsF &metrics)
{
    double widest = 0.0;
    for (char16_t digit = u'0'; digit <= u'9'; ++digit)
        widest = std::max(widest, metrics.horizontalAdvance(QChar(digit)));
    return widest;
}

/// Calls `part(text, width, isDigit)` for every digit and every run between digits.
template<typename Part>
void forEachPart(const QString &text, const QFontMetricsF &metrics, double digit, const Part &part)
{
    qsizetype i = 0;
    while (i < text.size()) {
        if (isDigit(text.at(i))) {
            part(text.mid(i, 1), digit, true);
            ++i;
            continue;
        }
        qsizetype end = i;
        while (end < text.size() && !isDigit(text.at(end)))
            ++end;
        const QString run = text.mid(i, end - i);
        part(run, metrics.horizontalAdvance(run), false);
        i = end;
    }
}

double widthWith(const QFontMetricsF &metrics, const QString &text)
{
    double sum = 0.0;
    forEachPart(text, metrics, digitWidth(metrics), [&sum](const QString &, double width, bool) { sum += width; });
    return sum;
}

/// The longest beginning that fits with an ellipsis behind it.
QString elided(const QFontMetricsF &metrics, const QString &text, double room)
{
    QString shown = text;
    while (!shown.isEmpty()) {
        shown.chop(1);
        const QString candidate = shown + QChar(0x2026);
        if (widthWith(metrics, candidate) <= room)
            return candidate;
    }
    return {};
}

} // namespace

double width(const QFont &font, const QString &text)
{
    return widthWith(QFontMetricsF(font), text);
}

void draw(QPainter *painter, const QRectF &where, Qt::Alignment alignment, const QFont &font, const QString &text)
{
    const QFontMetricsF metrics(font);
    const double digit = digitWidth(metrics);
    QString shown = text;
    double total = widthWith(metrics, shown);
    if (total > where.width() + 0.5) {
        shown = elided(metrics, text, where.width());
        total = widthWith(metrics, shown);
    }

    double x = where.left();
    if (alignment & Qt::AlignRight)
        x = where.right() - total;
    else if (alignment & Qt::AlignHCenter)
        x = where.left() + (where.width() - total) / 2.0;
    double baseline = where.top() + metrics.ascent();
    if (alignment & Qt::AlignVCenter)
        baseline = where.top() + (where.height() - metrics.height()) / 2.0 + metrics.ascent();
    else if (alignment & Qt::AlignBottom)
        baseline = where.bottom() - metrics.descent();

    painter->setFont(font);
    forEachPart(shown, metrics, digit, [&](const QString &part, double width, bool isNumber) {
        const double shift = isNumber ? (width - metrics.horizontalAdvance(part)) / 2.0 : 0.0;
        painter->drawText(QPointF(x + shift, baseline), part);
        x += width;
    });
}

} // namespace bartizan::tabulartext
