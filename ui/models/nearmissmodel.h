// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/rulegroup.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace bartizan {

/// The groups that are closest to a rule's threshold, closest first; what is left of their windows counts down. Rows
/// keep their identity from one list to the next, so that a selection stays. Values in. Thread: GUI.
class NearMissModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { GroupColumn, CountColumn, LeftColumn, RuleColumn, ColumnCount };
    enum Role {
        RawTextRole = Qt::UserRole, ///< QString: the whole line in words.
        GroupKindRole,              ///< int
        GroupRole,                  ///< QString: the group's value as it is stored.
        RuleRole,                   ///< int
        ShareRole,                  ///< double: how many of the events for an alert are there.
    };

    explicit NearMissModel(QObject *parent = nullptr);

    /// Takes over what the engine told.
    void setNearMisses(std::vector<NearMiss> misses);
    /// Shows those of one rule alone.
    void setRule(std::optional<RuleId> rule);
    /// Counts down; a group whose window has run out goes.
    void setNow(TimestampMs now);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void arrange();
    QString display(const NearMiss &miss, int column) const;
    QString line(const NearMiss &miss) const;

    std::vector<NearMiss> m_all;
    std::vector<NearMiss> m_shown;
    std::optional<RuleId> m_rule;
    TimestampMs m_now = 0;
};

} // namespace bartizan
