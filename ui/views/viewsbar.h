// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPersistentModelIndex>
#include <QWidget>

class QAbstractItemDelegate;
class QListView;
class QToolButton;

namespace bartizan {

class SavedViews;

/// The side bar of the queue: the saved views, each with how many alerts it would show. A click or Enter opens one; below
/// the list, what is shown now can be saved as a view, and a saved one removed. Thread: GUI.
class ViewsBar : public QWidget {
    Q_OBJECT
public:
    explicit ViewsBar(SavedViews *views, QWidget *parent = nullptr);

    /// Marks the view that is shown; -1: none of them.
    void setCurrent(int row);
    QListView *list() const { return m_list; }
    /// What draws a view with its count, for other lists of them.
    static QAbstractItemDelegate *makeDelegate(QObject *parent);

Q_SIGNALS:
    void viewChosen(int row);
    void saveRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void showCurrent(const QModelIndex &index);
    void removeCurrent();
    void updateButtons();

    SavedViews *m_views;
    QListView *m_list;
    QPersistentModelIndex m_current; ///< The view that is shown, also while the bar is hidden.
    QToolButton *m_remove;
};

} // namespace bartizan
