// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/announcer.h"

#include "ui/widgets/accessiblerole.h"

namespace bartizan {

Announcer::Announcer(QWidget *window)
    : QWidget(window)
{
    announceAs(this, QAccessible::Notification);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    setGeometry(0, 0, 0, 0);
    hide();
}

void Announcer::say(QWidget *from, const QString &text)
{
    if (text.isEmpty() || !from->isVisible() || !QAccessible::isActive())
        return;
    QWidget *window = from->window();
    auto *announcer = window->findChild<Announcer *>(QString(), Qt::FindDirectChildrenOnly);
    if (!announcer)
        announcer = new Announcer(window);
    announcer->hide();
    announcer->setAccessibleName(text);
    announcer->show(); // Qt tells of it.
}

} // namespace bartizan
