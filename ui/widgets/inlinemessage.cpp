// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/inlinemessage.h"

#include "ui/theme/consolestyle.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/widgets/announcer.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/painting.h"

#include <QHBoxLayout>
#include <QLabel>

#include <algorithm>

namespace bartizan {

namespace {

constexpr int kErrorIcon = 14;

struct Look {
    QColor colour, tint;
    QString icon;
};

Look lookOf(MessageKind kind)
{
    const Theme &theme = Theme::current();
    switch (kind) {
    case MessageKind::Ok: return {theme.ok, theme.okTint, QStringLiteral("check")};
    case MessageKind::Warning: return {theme.warn, theme.warnTint, QStringLiteral("triangle-alert")};
    case MessageKind::Error: return {theme.error, theme.errorTint, QStringLiteral("circle-alert")};
    case MessageKind::Info: break;
    }
    return {theme.info, theme.infoTint, QStringLiteral("info")};
}

QLabel *makeText(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    return label;
}

} // namespace

InlineMessage::InlineMessage(QWidget *parent)
    : QWidget(parent), m_icon(new QLabel(this)), m_text(makeText(this)), m_link(new LinkButton(QString(), this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 4);
    layout->setSpacing(measure::kControlGap);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_link);
    m_icon->setFixedSize(measure::kIcon, measure::kIcon);
    m_link->hide();
    setMinimumHeight(measure::kMessageHeight);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    connect(m_link, &QAbstractButton::clicked, this, &InlineMessage::linkActivated);
    hide();
}

void InlineMessage::setMessage(MessageKind kind, const QString &text, const QString &link)
{
    const bool changed = text != m_text->text();
    m_kind = kind;
    m_text->setText(text);
    m_link->setText(link);
    m_link->setVisible(!link.isEmpty());
    m_link->updateGeometry();
    setAccessibleName(text);
    updateColours();
    show();
    if (changed)
        Announcer::say(this, text);
}

QString InlineMessage::text() const
{
    return m_text->text();
}

void InlineMessage::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const PainterState state(&painter);
    const Look look = lookOf(m_kind);
    paintPanel(&painter, rect(), measure::kRadiusControl, look.tint, Theme::current().hairline);
    painter.fillRect(QRect(0, 0, measure::kCurrentBar, height()), look.colour);
}

void InlineMessage::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        updateColours();
    QWidget::changeEvent(event);
}

void InlineMessage::updateColours()
{
    const Look look = lookOf(m_kind);
    m_icon->setPixmap(icons::pixmap(look.icon, look.colour, measure::kIcon, devicePixelRatioF()));
    update();
}

FieldError::FieldError(QWidget *parent)
    : QWidget(parent), m_icon(new QLabel(this)), m_text(makeText(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(measure::kGrid);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    // Both as high as one line, so that nothing moves when there is something to say.
    const int line = std::max(kErrorIcon, QFontMetrics(fonts::small()).height());
    m_icon->setFixedSize(kErrorIcon, line);
    m_text->setFont(fonts::small());
    m_text->setMinimumHeight(line);
    setText({});
}

void FieldError::setText(const QString &text)
{
    m_text->setText(text);
    m_icon->setVisible(!text.isEmpty());
    setAccessibleName(text);
    updateColours();
}

QString FieldError::text() const
{
    return m_text->text();
}

void FieldError::markField(QWidget *field, bool wrong)
{
    if (field->property(styleproperty::kFieldError).toBool() == wrong)
        return;
    field->setProperty(styleproperty::kFieldError, wrong);
    field->update();
}

void FieldError::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        updateColours();
    QWidget::changeEvent(event);
}

void FieldError::updateColours()
{
    const Theme &theme = Theme::current();
    m_icon->setPixmap(icons::pixmap(QStringLiteral("circle-alert"), theme.error, kErrorIcon, devicePixelRatioF()));
    QPalette palette = m_text->palette();
    if (palette.color(QPalette::WindowText) == theme.error)
        return;
    // A label whose text can be selected paints it in the role Text.
    palette.setColor(QPalette::WindowText, theme.error);
    palette.setColor(QPalette::Text, theme.error);
    m_text->setPalette(palette);
}

} // namespace bartizan
