// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/focusring.h"

#include "ui/theme/consolestyle.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QFocusEvent>
#include <QFocusFrame>
#include <QLineEdit>

namespace bartizan {

namespace {

bool isField(const QWidget *widget)
{
    return qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QAbstractSpinBox *>(widget);
}

bool isButton(const QWidget *widget)
{
    return (qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QComboBox *>(widget))
        && !widget->property(styleproperty::kOwnFocusRing).toBool();
}

/// What fills its pane to the edge, such as what scrolls.
bool isPane(const QWidget *widget)
{
    return widget->property(styleproperty::kRingInside).toBool();
}

} // namespace

void FocusRing::install(QApplication &application)
{
    if (!application.findChild<FocusRing *>(QString(), Qt::FindDirectChildrenOnly))
        new FocusRing(application);
}

FocusRing::FocusRing(QApplication &application)
    : QObject(&application)
{
    application.installEventFilter(this);
}

bool FocusRing::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn && watched->isWidgetType()) {
        const auto reason = static_cast<QFocusEvent *>(event)->reason();
        const bool byKeyboard = reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason
                                || reason == Qt::ShortcutFocusReason || reason == Qt::OtherFocusReason;
        follow(static_cast<QWidget *>(watched), byKeyboard);
    } else if (event->type() == QEvent::FocusOut && m_frame && watched == m_frame->widget()) {
        follow(nullptr, false);
    }
    return QObject::eventFilter(watched, event);
}

void FocusRing::follow(QWidget *widget, bool byKeyboard)
{
    // The editor inside a spin box or an editable combo box: the ring goes around the whole.
    QWidget *target = widget;
    if (widget && qobject_cast<QLineEdit *>(widget) && widget->parentWidget()
        && (qobject_cast<QAbstractSpinBox *>(widget->parentWidget())
            || qobject_cast<QComboBox *>(widget->parentWidget())))
        target = widget->parentWidget();
    const bool wanted = target && !target->isWindow() && (isField(target) || (byKeyboard && (isButton(target) || isPane(target))));
    if (!wanted) {
        if (m_frame)
            m_frame->setWidget(nullptr);
        return;
    }
    if (!m_frame)
        m_frame = new QFocusFrame(target->parentWidget());
    m_frame->setWidget(target);
}

} // namespace bartizan
