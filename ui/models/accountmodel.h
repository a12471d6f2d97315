// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/metricssource.h"

#include <QAbstractTableModel>
#include <QTimeZone>

#include <vector>

namespace bartizan {

/// The accounts that an address touched, in the order given. Values in, no SQL. Thread: GUI.
class AccountModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { AccountColumn, FailedColumn, SucceededColumn, LastColumn, ColumnCount };

    explicit AccountModel(QObject *parent = nullptr);

    /// `now` says what "today" is.
    void setAccounts(std::vector<AccountActivity> accounts, TimestampMs now, const QTimeZone &zone);
    const AccountActivity &accountAt(int row) const { return m_accounts[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<AccountActivity> m_accounts;
    TimestampMs m_now = 0;
    QTimeZone m_zone{QTimeZone::utc()};
};

} // namespace bartizan
