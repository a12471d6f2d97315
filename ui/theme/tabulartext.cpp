// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tabulartext.h"

#include <QCache>
#include <QCoreApplication>
#include <QFontMetricsF>
#include <QGlyphRun>
#include <QGuiApplication>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>
#include <array>
#include <list>

namespace bartizan::tabulartext {

namespace {

/// More fonts than the console uses, and more texts between digits than a page shows.
constexpr std::size_t kMostFonts = 12;
constexpr int kMostParts = 4096;

bool isDigit(QChar c)
{
    return c >= QLatin1Char('0') && c <= QLatin1Char('9');
}

/// Whether the order of the text may be another one than that of its characters.
bool holdsRightToLeft(const QString &text)
{
    constexpr char16_t kFirst = 0x0590; // Below it are Latin, Greek, Cyrillic and Armenian.
    for (qsizetype i = 0; i < text.size(); ++i) {
        char32_t c = text.at(i).unicode();
        if (c < kFirst)
            continue;
        if (QChar::isHighSurrogate(c) && i + 1 < text.size() && text.at(i + 1).isLowSurrogate())
            c = QChar::surrogateToUcs4(text.at(i), text.at(i + 1)); // The second half says nothing of its own.
        switch (QChar::direction(c)) {
        case QChar::DirR:
        case QChar::DirAL:
        case QChar::DirAN:
        case QChar::DirRLE:
        case QChar::DirRLO:
        case QChar::DirRLI:
            return true;
        default:
            break;
        }
    }
    return false;
}

/// A text that is shaped already: glyphs by their fonts, from the left end of the baseline.
struct Shape {
    double width = 0.0;
    QList<QGlyphRun> runs;
};

Shape shapeOf(const QFont &font, const QFontMetricsF &metrics, const QString &text)
{
    Shape shape{metrics.horizontalAdvance(text), {}};
    QTextOption option;
    option.setWrapMode(QTextOption::ManualWrap);
    option.setTextDirection(QGuiApplication::layoutDirection()); // As the painter does, whatever the text begins with.
    QTextLayout layout(text, font);
    layout.setTextOption(option);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    if (line.isValid())
        line.setLineWidth(shape.width);
    layout.endLayout();
    if (!line.isValid())
        return shape;
    shape.runs = layout.glyphRuns();
    for (QGlyphRun &run : shape.runs) {
        QList<QPointF> positions = run.positions();
        for (QPointF &position : positions)
            position.ry() -= line.ascent();
        run.setPositions(positions);
    }
    return shape;
}

/// What is known of texts in a font. Shaping is what drawing costs most: digits and the texts between them, which most
/// often come again, are shaped once.
class Shapes {
public:
    explicit Shapes(const QFont &font) : m_font(font), m_metrics(font), m_parts(kMostParts)
    {
        for (std::size_t i = 0; i < m_digits.size(); ++i) {
            m_digits[i] = shapeOf(font, m_metrics, QString::number(i));
            m_digit = std::max(m_digit, m_digits[i].width);
        }
    }
    const QFont &font() const { return m_font; }
    const QFontMetricsF &metrics() const { return m_metrics; }

    /// Calls `part(shape, x)` for every digit and every run between digits, or once for a text that cannot be cut; returns
    /// the width of all.
    template<typename Part>
    double forEachPart(const QString &text, const Part &part)
    {
        double x = 0.0;
        if (holdsRightToLeft(text)) {
            const Shape &whole = shape(text);
            part(whole, x);
            return whole.width;
        }
        for (qsizetype i = 0; i < text.size();) {
            if (isDigit(text.at(i))) {
                const Shape &digit = m_digits[static_cast<std::size_t>(text.at(i).unicode() - u'0')];
                part(digit, x + (m_digit - digit.width) / 2.0);
                x += m_digit;
                ++i;
                continue;
            }
            qsizetype end = i;
            while (end < text.size() && !isDigit(text.at(end)))
                ++end;
            const Shape &run = shape(text.mid(i, end - i));
            part(run, x);
            x += run.width;
            i = end;
        }
        return x;
    }
    double width(const QString &text)
    {
        return forEachPart(text, [](const Shape &, double) {});
    }
    QString elided(const QString &text, double room);

private:
    const Shape &shape(const QString &run)
    {
        if (const Shape *known = m_parts.object(run))
            return *known;
        auto *made = new Shape(shapeOf(m_font, m_metrics, run));
        m_parts.insert(run, made);
        return *made;
    }

    QFont m_font;
    QFontMetricsF m_metrics;
    std::array<Shape, 10> m_digits;
    double m_digit = 0.0; ///< As wide as the widest.
    QCache<QString, Shape> m_parts;
};

/// The longest beginning that fits with an ellipsis behind it.
QString Shapes::elided(const QString &text, double room)
{
    const auto beginning = [&text](qsizetype size) -> QString {
        const bool halved = size > 0 && text.at(size - 1).isHighSurrogate();
        return text.left(halved ? size - 1 : size) + QChar(0x2026);
    };
    qsizetype fits = 0;
    qsizetype tooLong = text.size();
    while (tooLong - fits > 1) {
        const qsizetype middle = (fits + tooLong) / 2;
        (width(beginning(middle)) <= room ? fits : tooLong) = middle;
    }
    const QString shown = beginning(fits);
    return width(shown) <= room ? shown : QString();
}

/// Most recently used first.
std::list<Shapes> &allShapes()
{
    static std::list<Shapes> all;
    return all;
}

Shapes &shapesOf(const QFont &font)
{
    std::list<Shapes> &all = allShapes();
    if (all.empty()) // Glyphs go before the fonts do, with the application.
        qAddPostRoutine([] { allShapes().clear(); });
    const auto known = std::find_if(all.begin(), all.end(), [&font](const Shapes &shapes) { return shapes.font() == font; });
    if (known != all.end()) {
        all.splice(all.begin(), all, known);
        return all.front();
    }
    all.emplace_front(font);
    if (all.size() > kMostFonts)
        all.pop_back();
    return all.front();
}

/// Puts glyphs behind those that are there, so that a text in one font is drawn in one go.
void append(QList<QGlyphRun> &line, const Shape &part, double x)
{
    for (const QGlyphRun &run : part.runs) {
        QList<QPointF> positions = run.positions();
        for (QPointF &position : positions)
            position.rx() += x;
        if (line.isEmpty() || line.constLast().rawFont() != run.rawFont()) {
            line.append(run);
            line.last().setPositions(positions);
            continue;
        }
        QGlyphRun &last = line.last();
        last.setGlyphIndexes(last.glyphIndexes() + run.glyphIndexes());
        last.setPositions(last.positions() + positions);
    }
}

} // namespace

double width(const QFont &font, const QString &text)
{
    return shapesOf(font).width(text);
}

void draw(QPainter *painter, const QRectF &where, Qt::Alignment alignment, const QFont &font, const QString &text)
{
    Shapes &shapes = shapesOf(font);
    double total = shapes.width(text);
    QString shown = text;
    if (total > where.width() + 0.5) {
        shown = shapes.elided(text, where.width());
        total = shapes.width(shown);
    }

    const QFontMetricsF &metrics = shapes.metrics();
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

    QList<QGlyphRun> line;
    shapes.forEachPart(shown, [&line](const Shape &part, double left) { append(line, part, left); });
    for (const QGlyphRun &run : std::as_const(line))
        painter->drawGlyphRun(QPointF(x, baseline), run);
}

} // namespace bartizan::tabulartext
