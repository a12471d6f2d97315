// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <vector>

namespace bartizan {

class CategoryButton;

/// The categories of the settings at the left, 200 wide: icon, word, and a mark where something cannot be saved. Up
/// and down move. Thread: GUI.
class SettingsCategories : public QWidget {
    Q_OBJECT
public:
    explicit SettingsCategories(QWidget *parent = nullptr);

    int add(const QString &text, const QString &icon);
    int current() const;
    void setCurrent(int index);
    void setWrong(int index, bool wrong);
    /// A category without a match of the search is disabled.
    void setMatching(int index, bool matching);

Q_SIGNALS:
    void chosen(int index);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    std::vector<CategoryButton *> m_buttons;
};

} // namespace bartizan
