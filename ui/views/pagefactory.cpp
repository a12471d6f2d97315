// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/pagefactory.h"

#include "ui/views/alertspage.h"
#include "ui/views/eventspage.h"
#include "ui/views/handoverpage.h"
#include "ui/views/overviewpage.h"
#include "ui/views/page.h"
#include "ui/views/rulespage.h"
#include "ui/views/settingspage.h"

namespace bartizan {

Page *makePage(PageId id, ConsoleContext *context, Appearance *appearance, QWidget *parent)
{
    switch (id) {
    case PageId::Overview:
        return new OverviewPage(context, parent);
    case PageId::Alerts:
        return new AlertsPage(context, parent);
    case PageId::Events:
        return new EventsPage(context, parent);
    case PageId::Handover:
        return new HandoverPage(context, parent);
    case PageId::Rules:
        return new RulesPage(context, parent);
    case PageId::Settings:
        break;
    }
    return new SettingsPage(context, appearance, parent);
}

} // namespace bartizan
