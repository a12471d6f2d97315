// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/emptystate.h"

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/painting.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace bartizan {

namespace {

constexpr int kBlockWidth = 512;

QLabel *makeLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent), m_block(new QWidget(this)), m_icon(new QLabel(m_block)), m_reason(makeLabel(m_block)),
      m_advice(makeLabel(m_block)), m_buttons(new QHBoxLayout)
{
    m_reason->setFont(fonts::semibold());
    m_advice->setForegroundRole(QPalette::PlaceholderText);
    auto *layout = new QVBoxLayout(m_block);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(measure::kControlGap);
    layout->addWidget(m_icon);
    layout->addSpacing(measure::kGrid);
    layout->addWidget(m_reason);
    layout->addWidget(m_advice);
    layout->addSpacing(measure::kControlGap);
    m_buttons->setSpacing(measure::kControlGap);
    layout->addLayout(m_buttons);
    m_buttons->addStretch(1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void EmptyState::setText(const QString &icon, const QString &reason, const QString &advice)
{
    m_iconName = icon;
    m_reason->setText(reason);
    m_advice->setText(advice);
    setAccessibleName(reason);
    setAccessibleDescription(advice);
    updateIcon();
    place();
}

QString EmptyState::reason() const
{
    return m_reason->text();
}

QString EmptyState::advice() const
{
    return m_advice->text();
}

QPushButton *EmptyState::addButton(const QString &text, const QString &icon)
{
    auto *button = new QPushButton(text, m_block);
    const bool first = m_buttons->count() == 1;
    if (first)
        setPrimary(button);
    if (!icon.isEmpty())
        button->setIcon(first ? icons::iconOnAccent(icon) : icons::icon(icon));
    m_buttons->insertWidget(m_buttons->count() - 1, button);
    if (first)
        setFocusProxy(button);
    button->show();
    place();
    return button;
}

void EmptyState::clearButtons()
{
    setFocusProxy(nullptr);
    while (m_buttons->count() > 1) {
        QLayoutItem *item = m_buttons->takeAt(0);
        // A button may be what asks for this: it goes once its click is over.
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
}

QPushButton *EmptyState::firstButton() const
{
    return m_buttons->count() > 1 ? qobject_cast<QPushButton *>(m_buttons->itemAt(0)->widget()) : nullptr;
}

QSize EmptyState::sizeHint() const
{
    return {kBlockWidth + 2 * measure::kPageMargin, m_block->sizeHint().height() * 2};
}

QSize EmptyState::minimumSizeHint() const
{
    return {240, m_block->sizeHint().height()};
}

void EmptyState::resizeEvent(QResizeEvent *event)
{
    place();
    QWidget::resizeEvent(event);
}

void EmptyState::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        updateIcon();
    QWidget::changeEvent(event);
}

void EmptyState::updateIcon()
{
    m_icon->setPixmap(
        icons::pixmap(m_iconName, Theme::current().muted, measure::kEmptyIcon, devicePixelRatioF()));
}

void EmptyState::place()
{
    const int room = std::min(kBlockWidth, width() - 2 * measure::kPageMargin);
    const int high = m_block->layout()->hasHeightForWidth() ? m_block->layout()->heightForWidth(room)
                                                            : m_block->sizeHint().height();
    const int top = std::max(measure::kPageMargin, (height() - high) / 3);
    m_block->setGeometry((width() - room) / 2, top, room, high);
}

} // namespace bartizan
