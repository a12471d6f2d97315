// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"
#include "ui/models/alertgrouping.h"

#include <QAbstractListModel>
#include <QByteArray>

#include <optional>
#include <vector>

class QSettings;

namespace bartizan {

/// A way to look at the queue: what it shows, and, of one that somebody saved, how its columns stand and by what the
/// alerts are grouped.
struct SavedView {
    QString name;
    Filter filter;
    QByteArray columns;   ///< Order, widths and sorting; empty: they stay as they are.
    bool builtIn = false; ///< Cannot be changed or removed.
    std::optional<AlertGrouping> grouping; ///< None: it stays as it is.
};

/// The views of the queue, those that are built in first, with how many alerts each would show. Thread: GUI.
class SavedViews : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        CountRole = Qt::UserRole, ///< qlonglong; -1: not counted yet.
    };

    /// `user`: whose alerts "Mine" shows.
    explicit SavedViews(const QString &user, QObject *parent = nullptr);

    /// Another user: whose alerts "Mine" shows from now on.
    void setUser(const QString &user);
    const std::vector<SavedView> &views() const { return m_views; }
    /// What "Mine" shows.
    const Filter &mine() const;
    /// The first view that shows exactly this.
    std::optional<int> viewOf(const Filter &filter) const;
    /// Whether a name can be given: not empty, and no built-in view has it.
    bool isFree(const QString &name) const;
    /// Saves a view, in place of the one of that name if there is one; where it stands now.
    int save(const QString &name, const Filter &filter, const QByteArray &columns,
             std::optional<AlertGrouping> grouping = std::nullopt);
    /// Removes a saved view.
    void remove(int row);
    void setCounts(const std::vector<int> &counts);

    void store(QSettings &settings) const;
    void restore(QSettings &settings);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    /// A view was saved or removed: there is something to store.
    void viewsChanged();

private:
    std::vector<SavedView> m_views;
    std::vector<int> m_counts; ///< As m_views; -1: not counted yet.
};

} // namespace bartizan
