// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>

#include <array>

class QAction;
class QActionGroup;
class QMenu;
class QWidget;

namespace bartizan {

/// Every command of the console as an action with its key: the menu behind the button shows them, and the window takes
/// their shortcuts. Thread: GUI.
class MainMenu : public QObject {
    Q_OBJECT
public:
    static constexpr int kPages = 6;
    static constexpr int kRanges = 4;

    explicit MainMenu(QWidget *window);

    QMenu *menu() const { return m_menu; }
    /// What can be done on the page that is shown, as a menu of its own; none: no menu.
    void setPageCommands(const QString &title, const QList<QAction *> &commands);

    QAction *importLog = nullptr;
    QAction *openDatabase = nullptr;
    QAction *openEmbedded = nullptr;
    QAction *openDemo = nullptr;
    QAction *exportAlerts = nullptr;
    QAction *quit = nullptr;
    std::array<QAction *, kPages> pages{};
    QAction *themeDesktop = nullptr;
    QAction *themeLight = nullptr;
    QAction *themeDark = nullptr;
    QAction *refresh = nullptr;
    QAction *pause = nullptr;
    QAction *find = nullptr;
    std::array<QAction *, kRanges> ranges{}; ///< An hour, 24 h, 7 d and 30 d, as RangeChoice::Kind has them.
    QAction *customRange = nullptr;
    QAction *lookUp = nullptr;
    QAction *mutes = nullptr;
    QAction *engineDetails = nullptr;
    QAction *palette = nullptr;  ///< Ctrl+K; in no menu, for it shows what is in them.
    QAction *keys = nullptr;
    QAction *about = nullptr;
    QAction *openMenu = nullptr; ///< F10; in no menu.

private:
    void addFile();
    void addView();
    void addTools();
    void addHelp();
    QAction *add(QMenu *to, const QString &text, const QKeySequence &key = {}, const QString &icon = {});

    QWidget *m_window;
    QMenu *m_menu;
    QMenu *m_pageMenu = nullptr;
    QActionGroup *m_themes;
};

} // namespace bartizan
