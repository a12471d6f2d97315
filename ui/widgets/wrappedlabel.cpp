// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/wrappedlabel.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>
#include <QTextOption>
#include <QtMath>

#include <algorithm>

namespace bartizan {
namespace {

/// Letters that a text asks for, where nobody says how wide it is to be.
constexpr int kWished = 48;
constexpr int kLeast = 4;

} // namespace

WrappedLabel::WrappedLabel(const QString &text, QWidget *parent)
    : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    setText(text);
    setCursor(Qt::IBeamCursor);
}

void WrappedLabel::setMuted(bool muted)
{
    setForegroundRole(muted ? QPalette::PlaceholderText : QPalette::WindowText);
}

/// Takes over a text or font that is new.
void WrappedLabel::take() const
{
    QString lines = text();
    lines.replace(QLatin1Char('\n'), QChar(QChar::LineSeparator)); // Letter by letter the same.
    if (lines == m_lines.text() && font() == m_lines.font())
        return;
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_lines.setText(lines);
    m_lines.setFont(font());
    m_lines.setTextOption(option);
    m_lines.setCacheEnabled(true);
    m_width = -1;
    m_heights.clear();
}

/// Lays the text out for a width, unless it is so already.
void WrappedLabel::layOut(int width) const
{
    take();
    if (width == m_width)
        return;
    m_width = width;
    double height = 0.0;
    m_lines.beginLayout();
    for (QTextLine line = m_lines.createLine(); line.isValid(); line = m_lines.createLine()) {
        line.setLineWidth(std::max(width, 1));
        line.setPosition({0.0, height});
        height += line.height();
    }
    m_lines.endLayout();
    m_heights.insert(width, qCeil(height));
}

int WrappedLabel::heightForWidth(int width) const
{
    take();
    if (!m_heights.contains(width))
        layOut(width);
    return m_heights.value(width);
}

QSize WrappedLabel::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    // Only as much of the text is measured as could matter.
    const int natural = metrics.size(0, text().left(4 * kWished)).width() + 2;
    const int width = std::min(kWished * metrics.averageCharWidth(), natural);
    return {width, heightForWidth(width)};
}

QSize WrappedLabel::minimumSizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {text().isEmpty() ? 0 : kLeast * metrics.averageCharWidth(), metrics.height()};
}

void WrappedLabel::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    layOut(width());
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, foregroundRole()));
    QList<QTextLayout::FormatRange> marks;
    if (m_from != m_to) {
        QTextCharFormat format;
        format.setBackground(palette().highlight());
        format.setForeground(palette().highlightedText());
        const int length = static_cast<int>(m_lines.text().size());
        const int from = std::min({m_from, m_to, length});
        marks.append({from, std::min(std::max(m_from, m_to), length) - from, format});
    }
    m_lines.draw(&painter, {}, marks, event->rect());
}

int WrappedLabel::placeAt(const QPoint &position) const
{
    layOut(width());
    for (int i = 0; i < m_lines.lineCount(); ++i) {
        const QTextLine line = m_lines.lineAt(i);
        if (position.y() < line.y() + line.height() || i + 1 == m_lines.lineCount())
            return line.xToCursor(position.x());
    }
    return 0;
}

void WrappedLabel::select(int from, int to)
{
    m_from = from;
    m_to = to;
    update();
    QClipboard *clipboard = QGuiApplication::clipboard();
    if (from != to && clipboard->supportsSelection())
        clipboard->setText(selectedText(), QClipboard::Selection);
}

QString WrappedLabel::selectedText() const
{
    return text().mid(std::min(m_from, m_to), std::abs(m_to - m_from));
}

void WrappedLabel::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton) {
        const int place = placeAt(event->position().toPoint());
        select(place, place);
    }
}

void WrappedLabel::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & Qt::LeftButton)
        select(m_from, placeAt(event->position().toPoint()));
}

/// Marks the word there.
void WrappedLabel::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QString whole = text();
    auto from = static_cast<qsizetype>(std::min(placeAt(event->position().toPoint()), static_cast<int>(whole.size())));
    qsizetype to = from;
    while (from > 0 && !whole.at(from - 1).isSpace())
        --from;
    while (to < whole.size() && !whole.at(to).isSpace())
        ++to;
    select(static_cast<int>(from), static_cast<int>(to));
}

void WrappedLabel::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), this,
                    [this] { QGuiApplication::clipboard()->setText(m_from == m_to ? text() : selectedText()); });
    menu->addActions(actions());
    menu->popup(event->globalPos());
}

} // namespace bartizan
