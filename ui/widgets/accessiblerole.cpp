// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/accessiblerole.h"

#include <QAccessibleWidget>
#include <QVariant>
#include <QWidget>

namespace bartizan {
namespace {

constexpr char kRole[] = "bartizanAccessibleRole";

QAccessibleInterface *withRole(const QString &, QObject *object)
{
    const QVariant role = object != nullptr && object->isWidgetType() ? object->property(kRole) : QVariant();
    return role.isValid()
        ? new QAccessibleWidget(static_cast<QWidget *>(object), static_cast<QAccessible::Role>(role.toInt()))
        : nullptr;
}

} // namespace

void announceAs(QWidget *widget, QAccessible::Role role)
{
    static const bool installed = [] {
        QAccessible::installFactory(withRole);
        return true;
    }();
    Q_UNUSED(installed);
    widget->setProperty(kRole, static_cast<int>(role));
}

} // namespace bartizan
