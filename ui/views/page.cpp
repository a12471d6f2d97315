// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/page.h"

#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"
#include "ui/widgets/plaintooltip.h"

#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace bartizan {
namespace {

/// The header's background: the page's surface with a hairline below.
class HeaderBar : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(0, height() - 1, width(), 1, palette().color(QPalette::Mid));
    }
};

/// The subtitle: gives way before anything else in the header does, and is cut at its end.
class SubtitleLabel : public QLabel {
public:
    explicit SubtitleLabel(QWidget *parent) : QLabel(parent)
    {
        setTextFormat(Qt::PlainText);
        setForegroundRole(QPalette::PlaceholderText);
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    }

    QSize minimumSizeHint() const override { return {0, fontMetrics().height()}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        const QString shown = fontMetrics().elidedText(text(), Qt::ElideRight, width());
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    }
};

} // namespace

Page::Page(const QString &title, QWidget *parent) : QWidget(parent)
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setAccessibleName(title);

    auto *header = new HeaderBar(this);
    header->setFixedHeight(measure::kPageHeader);
    m_title = new QLabel(title, header);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setFont(fonts::semibold());
    m_subtitle = new SubtitleLabel(header);

    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, 1);
    row->setSpacing(measure::kControlGap);
    row->addWidget(m_title);
    row->addWidget(m_subtitle, 1);
    m_tools = new QHBoxLayout;
    m_tools->setSpacing(measure::kControlGap);
    row->addLayout(m_tools);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header);
    m_body = new QVBoxLayout;
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(0);
    column->addLayout(m_body, 1);
}

void Page::goToFirstHit()
{
    QWidget *target = initialFocus();
    (target != nullptr ? target : this)->setFocus(Qt::OtherFocusReason);
}

QString Page::title() const
{
    return m_title->text();
}

void Page::setSubtitle(const QString &text)
{
    m_subtitle->setText(text);
    setPlainToolTip(m_subtitle, text);
}

} // namespace bartizan
