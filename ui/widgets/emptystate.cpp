// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/emptystate.h"

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/painting.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace bartizan {

namespace {

constexpr int kBlockWidth = 512;
constexpr int kFactNameWidth = 120;
constexpr char kIconProperty[] = "icon-name"; ///< Of a button: the name its icon was asked for by.

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
      m_advice(makeLabel(m_block)), m_buttons(new QHBoxLayout), m_facts(new QWidget(m_block)),
      m_factLines(new QGridLayout)
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
    auto *facts = new QVBoxLayout(m_facts);
    facts->setContentsMargins(0, measure::kPageMargin, 0, 0);
    facts->setSpacing(measure::kPageMargin);
    facts->addWidget(new Hairline(Qt::Horizontal, m_facts));
    m_factLines->setHorizontalSpacing(measure::kControlGap);
    m_factLines->setVerticalSpacing(measure::kControlGap);
    m_factLines->setColumnMinimumWidth(0, kFactNameWidth);
    m_factLines->setColumnStretch(1, 1);
    facts->addLayout(m_factLines);
    m_facts->hide();
    layout->addWidget(m_facts);
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
    const int place = m_used;
    if (QPushButton *old = buttonAt(place); old && old->text() == text && old->property(kIconProperty) == icon) {
        ++m_used;
        return old;
    }
    dropUnused();
    auto *button = new QPushButton(text, m_block);
    button->setProperty(kIconProperty, icon);
    const bool first = place == 0;
    if (first)
        setPrimary(button);
    if (!icon.isEmpty())
        button->setIcon(first ? icons::iconOnAccent(icon) : icons::icon(icon));
    m_buttons->insertWidget(place, button);
    ++m_used;
    if (first)
        setFocusProxy(button);
    button->show();
    if (std::exchange(m_hadFocus, false))
        firstButton()->setFocus(Qt::OtherFocusReason);
    this->place();
    return button;
}

void EmptyState::addFact(const QString &name, const QString &text)
{
    const int row = m_factLines->count() / 2;
    QLabel *const called = makeLabel(m_facts);
    called->setText(name);
    called->setForegroundRole(QPalette::PlaceholderText);
    QLabel *const said = makeLabel(m_facts);
    said->setText(text);
    m_factLines->addWidget(called, row, 0, Qt::AlignTop);
    m_factLines->addWidget(said, row, 1);
    m_facts->show();
    called->show();
    said->show();
    place();
}

void EmptyState::clearButtons()
{
    while (QLayoutItem *item = m_factLines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_facts->hide();
    for (int i = 0; i < m_used; ++i)
        disconnect(buttonAt(i), &QAbstractButton::clicked, nullptr, nullptr);
    m_used = 0;
    // What is asked for again stays as it is, pressed or focused; the others go when the caller is done.
    QMetaObject::invokeMethod(this, &EmptyState::dropUnused, Qt::QueuedConnection);
}

void EmptyState::dropUnused()
{
    if (m_used == 0)
        setFocusProxy(nullptr);
    while (QPushButton *button = buttonAt(m_used)) {
        m_hadFocus = m_hadFocus || button->hasFocus();
        delete m_buttons->takeAt(m_used);
        button->hide();
        button->deleteLater(); // It may be what asks for this: it goes once its click is over.
    }
}

QPushButton *EmptyState::buttonAt(int place) const
{
    return place < m_buttons->count() - 1 ? qobject_cast<QPushButton *>(m_buttons->itemAt(place)->widget()) : nullptr;
}

QPushButton *EmptyState::firstButton() const
{
    return m_used > 0 ? buttonAt(0) : nullptr;
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
    const int wanted = std::max(kBlockWidth, m_buttons->sizeHint().width()); // More buttons than usual are not squeezed.
    const int room = std::min(wanted, width() - 2 * measure::kPageMargin);
    const int high = m_block->layout()->hasHeightForWidth() ? m_block->layout()->heightForWidth(room)
                                                            : m_block->sizeHint().height();
    const int top = std::max(measure::kPageMargin, (height() - high) / 3);
    m_block->setGeometry((width() - room) / 2, top, room, high);
}

} // namespace bartizan
