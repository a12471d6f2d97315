// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/elidedlabel.h"

#include "ui/theme/shorttext.h"
#include "ui/widgets/accessiblerole.h"
#include "ui/widgets/painting.h"
#include "ui/widgets/plaintooltip.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>

namespace bartizan {

QString elidedAddress(const QFontMetrics &metrics, const QString &address, int width)
{
    if (metrics.horizontalAdvance(address) <= width || !address.contains(QLatin1Char(':')))
        return metrics.elidedText(address, Qt::ElideRight, width);
    // The last group stays whole; the prefix gives way.
    const QString tail = QChar(0x2026) + address.mid(address.lastIndexOf(QLatin1Char(':')));
    for (qsizetype keep = address.size() - tail.size(); keep > 0; --keep) {
        const QString shown = address.left(keep) + tail;
        if (metrics.horizontalAdvance(shown) <= width)
            return shown;
    }
    return metrics.elidedText(address, Qt::ElideMiddle, width);
}

ElidedLabel::ElidedLabel(QWidget *parent)
    : ElidedLabel(QString(), parent)
{
}

ElidedLabel::ElidedLabel(const QString &text, QWidget *parent)
    : QWidget(parent)
{
    announceAs(this, QAccessible::StaticText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setText(text);
}

void ElidedLabel::setText(const QString &text)
{
    if (m_text == text && !accessibleName().isNull())
        return;
    m_text = text;
    setAccessibleName(format::shortText(text));
    updateGeometry();
    updateToolTip();
    update();
}

void ElidedLabel::setShortForm(const QString &text)
{
    if (m_short == text)
        return;
    m_short = text;
    updateToolTip();
    update();
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode)
{
    m_mode = mode;
    updateToolTip();
    update();
}

void ElidedLabel::setMuted(bool muted)
{
    m_muted = muted;
    update();
}

QString ElidedLabel::shownText() const
{
    const QString whole = format::shortText(m_text);
    const bool fits = m_short.isEmpty() || fontMetrics().horizontalAdvance(whole) <= width();
    const QString line = fits ? whole : format::shortText(m_short);
    return m_mode == Qt::ElideMiddle && line.contains(QLatin1Char(':'))
               ? elidedAddress(fontMetrics(), line, width())
               : fontMetrics().elidedText(line, m_mode, width());
}

bool ElidedLabel::isElided() const
{
    return m_text.size() > format::kLineLimit || shownText() != format::shortText(m_text);
}

QSize ElidedLabel::sizeHint() const
{
    // Advances are rounded; a pixel more keeps the text from being elided.
    return {m_text.isEmpty() ? 0 : fontMetrics().horizontalAdvance(format::shortText(m_text)) + 2,
            fontMetrics().height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), fontMetrics().averageCharWidth() * 4), fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    painter.setPen(!isEnabled() ? theme.disabled : m_muted ? theme.muted : theme.text);
    painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, shownText());
}

void ElidedLabel::resizeEvent(QResizeEvent *event)
{
    updateToolTip();
    QWidget::resizeEvent(event);
}

void ElidedLabel::changeEvent(QEvent *event)
{
    if (isLookChange(event)) {
        updateGeometry();
        update();
    }
    QWidget::changeEvent(event);
}

void ElidedLabel::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), this, [this] { QGuiApplication::clipboard()->setText(m_text); });
    menu->addActions(actions());
    menu->popup(event->globalPos());
}

void ElidedLabel::updateToolTip()
{
    setPlainToolTip(this, isElided() ? m_text : QString());
}

} // namespace bartizan
