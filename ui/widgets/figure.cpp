// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/tabulartext.h"
#include "ui/widgets/painting.h"

#include <QKeyEvent>

namespace bartizan {

Figure::Figure(const QString &label, QWidget *parent)
    : QAbstractButton(parent)
{
    setText(label);
    setAccessibleName(label);
    setFocusPolicy(Qt::NoFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void Figure::setFigure(const QString &numeral, const QString &note, const QString &exact)
{
    m_numeral = numeral;
    m_note = note;
    const QString number = exact.isEmpty() ? numeral : exact;
    setAccessibleName(QStringLiteral("%1: %2").arg(text(), number));
    setAccessibleDescription(note);
    setToolTip(format::toolTip(QStringLiteral("%1: %2\n%3").arg(text(), number, note)));
    updateGeometry();
    update();
}

void Figure::setShortNote(const QString &text)
{
    m_shortNote = text;
    updateGeometry();
    update();
}

QString Figure::shownNote() const
{
    const QFontMetrics metrics(fonts::small());
    const bool fits = m_shortNote.isEmpty() || metrics.horizontalAdvance(m_note) < width();
    return metrics.elidedText(fits ? m_note : m_shortNote, Qt::ElideRight, width());
}

void Figure::setDrillDown(bool on)
{
    m_drillDown = on;
    setFocusPolicy(on ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(on ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void Figure::setTone(FigureTone tone)
{
    m_tone = tone;
    update();
}

QSize Figure::sizeHint() const
{
    const int body = QFontMetrics(fonts::body()).height();
    const int numeral = QFontMetrics(fonts::numeral()).height();
    const int small = QFontMetrics(fonts::small()).height();
    const int width = std::max({QFontMetrics(fonts::body()).horizontalAdvance(text()),
                                qRound(tabulartext::width(fonts::numeral(), m_numeral)),
                                QFontMetrics(fonts::small()).horizontalAdvance(m_shortNote.isEmpty() ? m_note : m_shortNote)});
    // Advances are rounded; a pixel more keeps the text from being elided.
    return {width + 1, body + numeral + small + 8};
}

QSize Figure::minimumSizeHint() const
{
    return {64, sizeHint().height()};
}

void Figure::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    const QFontMetrics body(fonts::body());
    const QFontMetrics numeral(fonts::numeral());
    const QFontMetrics small(fonts::small());
    QFont label = fonts::body();
    label.setUnderline(m_drillDown && underMouse());
    painter.setFont(label);
    painter.setPen(m_drillDown && underMouse() ? theme.accent : theme.muted);
    int y = 2;
    painter.drawText(QRect(0, y, width(), body.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     body.elidedText(text(), Qt::ElideRight, width()));
    y += body.height();
    painter.setPen(m_tone == FigureTone::Good ? theme.ok : m_tone == FigureTone::Bad ? theme.error : theme.text);
    tabulartext::draw(&painter, QRectF(0, y, width(), numeral.height()), Qt::AlignLeft | Qt::AlignVCenter,
                      fonts::numeral(), m_numeral);
    y += numeral.height();
    painter.setFont(fonts::small());
    painter.setPen(theme.muted);
    painter.drawText(QRect(0, y, width(), small.height()), Qt::AlignLeft | Qt::AlignVCenter, shownNote());
}

void Figure::keyPressEvent(QKeyEvent *event)
{
    if (m_drillDown && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        return click();
    QAbstractButton::keyPressEvent(event);
}

void Figure::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        updateGeometry();
    QAbstractButton::changeEvent(event);
}

} // namespace bartizan
