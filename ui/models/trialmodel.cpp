// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trialmodel.h"

#include "ui/models/displaytext.h"
#include "ui/models/rulewords.h"
#include "ui/theme/format.h"

#include <QDateTime>

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::size_t kFirstSame = 3;

} // namespace

TrialModel::TrialModel(QObject *parent) : QAbstractTableModel(parent) {}

void TrialModel::load(RuleId rule, const TrialReport &report)
{
    beginResetModel();
    m_rule = rule;
    m_report = report;
    m_now = QDateTime::currentMSecsSinceEpoch();
    m_sameShown = std::min(kFirstSame, m_report.sameAlerts.size());
    endResetModel();
}

void TrialModel::clear()
{
    load(m_rule, {});
}

void TrialModel::showAllSame()
{
    const std::size_t more = m_report.sameAlerts.size() - m_sameShown;
    if (more == 0)
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(more) - 1);
    m_sameShown = m_report.sameAlerts.size();
    endInsertRows();
}

std::int64_t TrialModel::hiddenSame() const
{
    return m_report.same - static_cast<std::int64_t>(m_sameShown);
}

void TrialModel::setDisplayZone(const QTimeZone &zone)
{
    m_zone = zone;
    Q_EMIT headerDataChanged(Qt::Horizontal, TimeColumn, TimeColumn);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
}

int TrialModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid()
        ? 0
        : static_cast<int>(m_report.gainedAlerts.size() + m_report.lostAlerts.size() + m_sameShown);
}

int TrialModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const TrialAlert &TrialModel::alertAt(int row, Change &change) const
{
    auto at = static_cast<std::size_t>(row);
    if (at < m_report.gainedAlerts.size()) {
        change = Change::Gained;
        return m_report.gainedAlerts[at];
    }
    at -= m_report.gainedAlerts.size();
    if (at < m_report.lostAlerts.size()) {
        change = Change::Lost;
        return m_report.lostAlerts[at];
    }
    change = Change::Same;
    return m_report.sameAlerts[at - m_report.lostAlerts.size()];
}

/// What the rule counted, or where it does not count, what the alert says.
QString TrialModel::says(const TrialAlert &alert) const
{
    return alert.count > 0 ? rulewords::counted(m_rule, alert.count) : displayText(alert.description);
}

QString TrialModel::word(Change change)
{
    return change == Change::Gained ? tr("Gained") : change == Change::Lost ? tr("Lost") : tr("Same");
}

QString TrialModel::display(const TrialAlert &alert, Change change, int column) const
{
    switch (column) {
    case ChangeColumn: return word(change);
    case TimeColumn: return format::tableTime(alert.timestamp, m_now, m_zone);
    case GroupColumn: {
        const GroupParts group = groupParts(alert.group);
        return rulewords::group(group.kind, group.value);
    }
    case CountryColumn: return alert.country ? displayText(*alert.country, 8) : QString();
    case SaysColumn: return says(alert);
    case StatusColumn:
        if (change == Change::Gained)
            return tr("new");
        return !alert.acknowledged ? tr("not stored") : *alert.acknowledged ? tr("acknowledged") : tr("active");
    default: return {};
    }
}

QVariant TrialModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    Change change{};
    const TrialAlert &alert = alertAt(index.row(), change);
    switch (role) {
    case Qt::DisplayRole: return display(alert, change, index.column());
    case ChangeRole: return static_cast<int>(change);
    case AddressRole: {
        const GroupParts group = groupParts(alert.group);
        return group.kind == GroupKind::Address ? format::text(group.value) : QString();
    }
    case TimeRole: return static_cast<qlonglong>(alert.timestamp);
    case RawTextRole:
        return index.column() == TimeColumn ? format::fullTime(alert.timestamp, m_zone)
                                            : display(alert, change, index.column());
    case Qt::ToolTipRole:
        if (index.column() == TimeColumn)
            return format::toolTip(format::fullTime(alert.timestamp, m_zone));
        if (index.column() == StatusColumn && change != Change::Gained && !alert.acknowledged)
            return format::toolTip(tr("The saved settings raise it in a replay; the queue has no such alert."));
        return displayToolTip(index.column() == SaysColumn ? alert.description : alert.group);
    default: return {};
    }
}

GroupKind TrialModel::kind() const
{
    Change change{};
    return rowCount() > 0 ? groupParts(alertAt(0, change).group).kind : GroupKind::None;
}

QVariant TrialModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole))
        return {};
    switch (section) {
    case ChangeColumn: return tr("Change");
    case TimeColumn: return format::timeHeader(m_zone, m_now);
    case GroupColumn: return rulewords::groupKind(kind());
    case CountryColumn: return role == Qt::AccessibleTextRole ? tr("Country") : QString();
    case SaysColumn: return tr("Would say");
    case StatusColumn: return tr("Status");
    default: return {};
    }
}

} // namespace bartizan
