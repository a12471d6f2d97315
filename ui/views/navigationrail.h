// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <vector>

namespace bartizan {

class RailButton;

/// The rail at the left with one entry a page: icon and word, or the icon alone where the window is narrow. Tab
/// reaches the current entry, up and down move. Thread: GUI.
class NavigationRail : public QWidget {
    Q_OBJECT
public:
    explicit NavigationRail(QWidget *parent = nullptr);

    /// Adds an entry and returns its index; `icon` is a Lucide name.
    int addPage(const QString &text, const QString &icon);
    int current() const;
    /// Marks an entry as current without emitting pageChosen().
    void setCurrent(int index);
    /// A number beside the icon; 0 shows none. `description` says in words what is counted.
    void setBadge(int index, qint64 count, const QString &description);
    /// Icons only, with tool tips.
    void setNarrow(bool narrow);
    bool isNarrow() const { return m_narrow; }

Q_SIGNALS:
    /// `stepping`: by the arrow keys, which leave the keyboard focus in the rail.
    void pageChosen(int index, bool stepping);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void moveBy(int step);

    std::vector<RailButton *> m_buttons;
    bool m_narrow = false;
    bool m_stepping = false; ///< An arrow key is choosing a page.
};

} // namespace bartizan
