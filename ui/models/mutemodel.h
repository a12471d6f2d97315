// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/mute.h"

#include <QAbstractTableModel>
#include <QTimeZone>

#include <vector>

namespace bartizan {

/// The mutes of a database, one a row, in the order given. Rows that stay keep their place in selections. Thread: GUI.
class MuteModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { StateColumn, RuleColumn, AboutColumn, UntilColumn, ByColumn, AlertsColumn, HitsColumn, LastHitColumn,
                  ReasonColumn, ColumnCount };

    explicit MuteModel(QObject *parent = nullptr);

    /// Shows these, in force or not by the time `now`.
    void setMutes(std::vector<Mute> mutes, TimestampMs now);
    /// Whether those that have ended are shown as well.
    void setEndedShown(bool shown);
    /// What is in force is told by this time; times are shown in this zone.
    void setNow(TimestampMs now, const QTimeZone &zone);

    const Mute &muteAt(int row) const { return m_shown[static_cast<std::size_t>(row)]; }
    /// How many there are, shown or not.
    std::size_t total() const { return m_all.size(); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void arrange();
    QString display(const Mute &mute, int column) const;
    QString toolTip(const Mute &mute, int column) const;

    std::vector<Mute> m_all;
    std::vector<Mute> m_shown;
    bool m_endedShown = true;
    TimestampMs m_now = 0;
    QTimeZone m_zone{QTimeZone::utc()};
};

} // namespace bartizan
