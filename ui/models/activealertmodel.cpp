// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/activealertmodel.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <unordered_set>

namespace bartizan {

std::string_view sourceOf(const SecurityAlert &alert)
{
    const EventContext &context = alert.context;
    for (const auto *field : {&context.ipAddress, &context.userId, &context.companyId}) {
        if (*field && !(*field)->empty())
            return **field;
    }
    return {};
}

ActiveAlertModel::ActiveAlertModel(QObject *parent)
    : QAbstractTableModel(parent), m_zone(QTimeZone::utc())
{
}

void ActiveAlertModel::setAlerts(std::vector<SecurityAlert> alerts, TimestampMs now)
{
    removeMissing(alerts);
    const bool newDay = m_now / kDay != now / kDay;
    m_now = now;
    for (std::size_t i = 0; i < alerts.size(); ++i) {
        if (i < m_alerts.size() && m_alerts[i].id == alerts[i].id) {
            if (m_alerts[i] != alerts[i]) {
                m_alerts[i] = std::move(alerts[i]);
                Q_EMIT dataChanged(index(static_cast<int>(i), 0), index(static_cast<int>(i), ColumnCount - 1));
            }
            continue;
        }
        // A row that stands further down in the old order goes before it comes back higher up.
        const auto later = std::find_if(m_alerts.begin() + static_cast<std::ptrdiff_t>(i), m_alerts.end(),
                                        [&](const SecurityAlert &a) { return a.id == alerts[i].id; });
        if (later != m_alerts.end()) {
            const int row = static_cast<int>(later - m_alerts.begin());
            beginRemoveRows({}, row, row);
            m_alerts.erase(later);
            endRemoveRows();
        }
        beginInsertRows({}, static_cast<int>(i), static_cast<int>(i));
        m_alerts.insert(m_alerts.begin() + static_cast<std::ptrdiff_t>(i), std::move(alerts[i]));
        endInsertRows();
    }
    if (newDay && !m_alerts.empty())
        Q_EMIT dataChanged(index(0, Time), index(rowCount() - 1, Time), {Qt::DisplayRole});
}

void ActiveAlertModel::removeMissing(const std::vector<SecurityAlert> &alerts)
{
    std::unordered_set<std::string_view> kept;
    for (const SecurityAlert &alert : alerts)
        kept.insert(alert.id);
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (kept.contains(alert(row).id))
            continue;
        int first = row;
        while (first > 0 && !kept.contains(alert(first - 1).id))
            --first;
        beginRemoveRows({}, first, row);
        m_alerts.erase(m_alerts.begin() + first, m_alerts.begin() + row + 1);
        endRemoveRows();
        row = first;
    }
}

void ActiveAlertModel::setZone(const QTimeZone &zone)
{
    if (zone == m_zone)
        return;
    m_zone = zone;
    Q_EMIT headerDataChanged(Qt::Horizontal, Time, Time);
    if (!m_alerts.empty())
        Q_EMIT dataChanged(index(0, Time), index(rowCount() - 1, Time), {Qt::DisplayRole});
}

int ActiveAlertModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_alerts.size());
}

int ActiveAlertModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QString ActiveAlertModel::textOf(const SecurityAlert &alert, int column) const
{
    switch (column) {
    case Severity: return format::severity(alert.severity);
    case Time: return format::tableTime(alert.timestamp, m_now, m_zone);
    case Title: return rowTitle(alert.title);
    case Source: return displayText(sourceOf(alert));
    case Country: return displayText(alert.context.country.value_or(std::string()));
    default: return {};
    }
}

QVariant ActiveAlertModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const SecurityAlert &shown = alert(index.row());
    switch (role) {
    case Qt::DisplayRole: return textOf(shown, index.column());
    case Qt::ToolTipRole:
        if (index.column() == Time)
            return format::toolTip(format::fullTime(shown.timestamp, m_zone));
        return displayToolTip(index.column() == Source ? sourceOf(shown) : std::string_view(shown.title));
    case Qt::AccessibleTextRole:
        return index.column() == Mark ? tr("Mark %1").arg(rowTitle(shown.title))
            : index.column() == Severity ? tr("Severity %1").arg(textOf(shown, Severity)) // As the queue says it.
                                         : textOf(shown, index.column());
    case IdRole: return QString::fromStdString(shown.id);
    case SeverityRole: return static_cast<int>(shown.severity);
    default: return {};
    }
}

QVariant ActiveAlertModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole))
        return {};
    switch (section) {
    case Mark: return role == Qt::AccessibleTextRole ? tr("Marked") : QString();
    case Severity: return tr("Severity");
    case Time: return format::timeHeader(m_zone, m_now);
    case Title: return tr("Title");
    case Source: return tr("Source");
    case Country: return role == Qt::AccessibleTextRole ? tr("Country") : QString();
    default: return {};
    }
}

} // namespace bartizan
