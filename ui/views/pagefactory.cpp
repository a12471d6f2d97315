// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/pagefactory.h"

#include "ui/views/alertspage.h"
#include "ui/views/eventspage.h"
#include "ui/views/handoverpage.h"
#include "ui/views/overviewpage.h"
#include "ui/views/page.h"
#include "ui/views/rulespage.h"
#include "ui/views/settingspage.h"
#include "ui/widgets/emptystate.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace bartizan {
namespace {

/// A page that has nothing to show yet, and says how to get something.
class StartPage : public Page {
public:
    StartPage(const QString &title, ConsoleContext *context, QWidget *parent) : Page(title, parent)
    {
        auto *state = new EmptyState(this);
        state->setText(QStringLiteral("database"), MainWindow::tr("Nothing has been read yet"),
                       MainWindow::tr("Read a log you already have, open a database, or look at the demo data."));
        QPushButton *import = state->addButton(MainWindow::tr("Import a file…"), QStringLiteral("file-up"));
        QPushButton *open = state->addButton(MainWindow::tr("Open a database…"), QStringLiteral("database"));
        QPushButton *demo = state->addButton(MainWindow::tr("Open the demo data"), QStringLiteral("flask-conical"));
        connect(import, &QPushButton::clicked, context, &ConsoleContext::importLog);
        connect(open, &QPushButton::clicked, context, &ConsoleContext::openDatabase);
        connect(demo, &QPushButton::clicked, context, &ConsoleContext::openDemo);
        body()->addWidget(state, 1);
    }
};

} // namespace

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
