// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>

#include <functional>
#include <vector>

class QLabel;
class QLineEdit;
class QMenu;
class QTableWidget;

namespace bartizan {

/// Something the palette can do.
struct PaletteCommand {
    QString text;    ///< "Alerts", "Import log…": plain.
    QString keys;    ///< Its shortcut, for people.
    std::function<void()> run;
};

/// Ctrl+K: one line to type a few letters of a page's or command's name, or an IP address to look up; Up and Down
/// choose, Enter does it, Escape leaves. Thread: GUI.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    enum Column { TextColumn, KeysColumn, ColumnCount };

    explicit CommandPalette(std::vector<PaletteCommand> commands, QWidget *parent = nullptr);
    /// Every enabled command of a menu and of the menus in it.
    static std::vector<PaletteCommand> commandsOf(QMenu *menu, const QString &prefix = {});

Q_SIGNALS:
    void lookUpRequested(const QString &address);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void setUpList();
    void list(const QString &typed);
    void runCurrent();
    void move(int step);

    std::vector<PaletteCommand> m_commands;
    std::vector<PaletteCommand> m_shown; ///< As the rows of the list.
    QLineEdit *m_line;
    QTableWidget *m_list;
    QLabel *m_nothing = nullptr; ///< In place of the first row, where there is none.
};

} // namespace bartizan
