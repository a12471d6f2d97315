// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/rulegroup.h"
#include "core/engine/ruletrial.h"

#include <QAbstractTableModel>
#include <QTimeZone>

namespace bartizan {

/// What a trial would change, alert by alert: the gained ones, the lost ones, then some of those that stay. Values in.
/// Thread: GUI.
class TrialModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { ChangeColumn, TimeColumn, GroupColumn, CountryColumn, SaysColumn, StatusColumn, ColumnCount };
    enum Role {
        ChangeRole = Qt::UserRole, ///< int, a Change
        AddressRole,               ///< QString: the address that the alert is about, if it is about one.
        RawTextRole,               ///< QString: the cell for copying.
        TimeRole,                  ///< qlonglong: when the alert is raised.
    };
    enum class Change { Gained, Lost, Same };
    static QString word(Change change);

    explicit TrialModel(QObject *parent = nullptr);

    void load(RuleId rule, const TrialReport &report);
    void clear();
    /// Shows all alerts that stay the same, not the first few alone.
    void showAllSame();
    /// How many alerts that stay the same are not shown.
    std::int64_t hiddenSame() const;
    void setDisplayZone(const QTimeZone &zone);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    const TrialAlert &alertAt(int row, Change &change) const;
    QString display(const TrialAlert &alert, Change change, int column) const;
    QString says(const TrialAlert &alert) const;
    GroupKind kind() const;

    RuleId m_rule = RuleId::BruteForce;
    TrialReport m_report;
    std::size_t m_sameShown = 0;
    QTimeZone m_zone{QTimeZone::utc()};
    TimestampMs m_now = 0;
};

} // namespace bartizan
