// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/accountmodel.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"

namespace bartizan {

AccountModel::AccountModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void AccountModel::setAccounts(std::vector<AccountActivity> accounts, TimestampMs now, const QTimeZone &zone)
{
    beginResetModel();
    m_accounts = std::move(accounts);
    m_now = now;
    m_zone = zone;
    endResetModel();
}

int AccountModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_accounts.size());
}

int AccountModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AccountModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const AccountActivity &account = accountAt(index.row());
    if (role == Qt::ToolTipRole)
        return index.column() == LastColumn ? format::toolTip(format::fullTime(account.last, m_zone))
            : index.column() == AccountColumn ? displayToolTip(account.userId)
                                              : QString();
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case AccountColumn: return displayText(account.userId);
    case FailedColumn: return format::count(account.failed);
    case SucceededColumn: return format::count(account.succeeded);
    default: return format::tableTime(account.last, m_now, m_zone);
    }
}

QVariant AccountModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && (section == FailedColumn || section == SucceededColumn))
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case AccountColumn: return tr("Account");
    case FailedColumn: return tr("Failed logins");
    case SucceededColumn: return tr("Successful logins");
    default: return tr("Last (%1)").arg(format::zoneName(m_zone, m_now));
    }
}

} // namespace bartizan
