// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/mainmenu.h"

#include "ui/theme/icons.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QWidget>

namespace bartizan {

MainMenu::MainMenu(QWidget *window)
    : QObject(window), m_window(window), m_menu(new QMenu(window)), m_themes(new QActionGroup(this))
{
    m_menu->setAccessibleName(tr("Menu"));
    addFile();
    addView();
    m_pageMenu = m_menu->addMenu(QString());
    m_pageMenu->menuAction()->setVisible(false);
    addTools();
    addHelp();
    openMenu = new QAction(tr("Menu"), this);
    openMenu->setShortcut(QKeySequence(Qt::Key_F10));
    window->addAction(openMenu);
    palette = new QAction(tr("Commands"), this);
    palette->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_K));
    window->addAction(palette);
}

void MainMenu::setPageCommands(const QString &title, const QList<QAction *> &commands)
{
    m_pageMenu->clear();
    m_pageMenu->setTitle(title);
    m_pageMenu->addActions(commands);
    m_pageMenu->menuAction()->setVisible(!commands.isEmpty());
}

QAction *MainMenu::add(QMenu *to, const QString &text, const QKeySequence &key, const QString &icon)
{
    auto *action = new QAction(text, this);
    if (!icon.isEmpty())
        action->setIcon(icons::icon(icon));
    if (!key.isEmpty()) {
        action->setShortcut(key);
        m_window->addAction(action); // so that the key works while the menu is closed
    }
    to->addAction(action);
    return action;
}

void MainMenu::addFile()
{
    QMenu *file = m_menu->addMenu(tr("&File"));
    importLog = add(file, tr("&Import log…"), QKeySequence(Qt::CTRL | Qt::Key_L), QStringLiteral("file-up"));
    exportAlerts = add(file, tr("&Export…"), QKeySequence(Qt::CTRL | Qt::Key_E), QStringLiteral("download"));
    file->addSeparator();
    openDatabase = add(file, tr("&Open database…"), QKeySequence(Qt::CTRL | Qt::Key_O), QStringLiteral("database"));
    openEmbedded = add(file, tr("Open the e&mbedded database"));
    openDemo = add(file, tr("Open new &demo data"), {}, QStringLiteral("flask-conical"));
    file->addSeparator();
    quit = add(file, tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q));
}

void MainMenu::addView()
{
    constexpr std::size_t kHandover = 3;
    QMenu *view = m_menu->addMenu(tr("&View"));
    const std::array<QString, kPages> names{tr("&Overview"), tr("&Alerts"), tr("&Events"),
                                            tr("Shift &handover"), tr("&Rules"), tr("&Settings")};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const int key = Qt::Key_1 + static_cast<int>(i);
        pages[i] = add(view, names[i], QKeySequence(Qt::CTRL | static_cast<Qt::Key>(key)));
    }
    pages[kHandover]->setShortcuts({pages[kHandover]->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_H)});
    view->addSeparator();
    refresh = add(view, tr("&Refresh"), QKeySequence(Qt::Key_F5));
    pause = add(view, tr("&Pause what is shown"), QKeySequence(Qt::CTRL | Qt::Key_P), QStringLiteral("pause"));
    pause->setCheckable(true);
    QMenu *range = view->addMenu(tr("&Time range"));
    const std::array<QString, kRanges> spans{tr("Last &hour"), tr("Last &24 hours"), tr("Last &7 days"), tr("Last &30 days")};
    for (std::size_t i = 0; i < spans.size(); ++i)
        ranges[i] = add(range, spans[i]);
    customRange = add(view, tr("&Custom time range…"));
    find = add(view, tr("&Find"), QKeySequence(Qt::CTRL | Qt::Key_F), QStringLiteral("search"));
    view->addSeparator();
    QMenu *theme = view->addMenu(tr("&Theme"));
    themeDesktop = add(theme, tr("As the &desktop has it"));
    themeLight = add(theme, tr("&Light"));
    themeDark = add(theme, tr("D&ark"));
    for (QAction *choice : {themeDesktop, themeLight, themeDark}) {
        choice->setCheckable(true);
        m_themes->addAction(choice);
    }
}

void MainMenu::addTools()
{
    QMenu *tools = m_menu->addMenu(tr("&Tools"));
    lookUp = add(tools, tr("IP threat &look-up…"), QKeySequence(Qt::CTRL | Qt::Key_I));
    mutes = add(tools, tr("&Mutes…"), QKeySequence(Qt::CTRL | Qt::Key_M), QStringLiteral("bell-off"));
    engineDetails = add(tools, tr("&Engine…"));
}

void MainMenu::addHelp()
{
    QMenu *help = m_menu->addMenu(tr("&Help"));
    keys = add(help, tr("&Keys"), QKeySequence(Qt::Key_F1));
    keys->setShortcutContext(Qt::ApplicationShortcut); // Over the dialogs as well.
    about = add(help, tr("&About Bartizan"), {}, QStringLiteral("info"));
}

} // namespace bartizan
