// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/mutemodel.h"

#include "ui/models/displaytext.h"
#include "ui/models/mutewords.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

namespace bartizan {
namespace {

constexpr qsizetype kParagraph = 4000;

} // namespace

MuteModel::MuteModel(QObject *parent) : QAbstractTableModel(parent) {}

void MuteModel::setMutes(std::vector<Mute> mutes, TimestampMs now)
{
    m_all = std::move(mutes);
    m_now = now;
    arrange();
}

void MuteModel::setEndedShown(bool shown)
{
    m_endedShown = shown;
    arrange();
}

void MuteModel::setNow(TimestampMs now, const QTimeZone &zone)
{
    m_now = now;
    m_zone = zone;
    arrange();
}

/// Brings the rows to what is to be shown: rows go and come, those that stay keep their order.
void MuteModel::arrange()
{
    std::vector<Mute> wanted;
    std::copy_if(m_all.begin(), m_all.end(), std::back_inserter(wanted),
                 [this](const Mute &mute) { return m_endedShown || mute.endsAt() > m_now; });
    std::unordered_set<std::string_view> ids;
    for (const Mute &mute : wanted)
        ids.insert(mute.id);
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (ids.contains(muteAt(row).id))
            continue;
        beginRemoveRows({}, row, row);
        m_shown.erase(m_shown.begin() + row);
        endRemoveRows();
    }
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        const int row = static_cast<int>(at);
        if (at < m_shown.size() && m_shown[at].id == wanted[at].id) {
            m_shown[at] = std::move(wanted[at]);
            continue;
        }
        beginInsertRows({}, row, row);
        m_shown.insert(m_shown.begin() + row, std::move(wanted[at]));
        endInsertRows();
    }
    if (!m_shown.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int MuteModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int MuteModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString MuteModel::display(const Mute &mute, int column) const
{
    switch (column) {
    case StateColumn: return mutewords::state(mute, m_now);
    case RuleColumn: return mutewords::rule(mute);
    case AboutColumn: return mutewords::about(mute);
    case UntilColumn: return format::tableTime(mute.endsAt(), m_now, m_zone);
    case ByColumn: return displayText(mute.by);
    case AlertsColumn: return format::count(mute.alerts);
    case HitsColumn: return format::count(mute.hits);
    case LastHitColumn: return mute.lastHitAt ? format::tableTime(*mute.lastHitAt, m_now, m_zone) : tr("none yet");
    default: return displayText(mute.reason, kCellTextLimit, textformat::Breaks::Joined);
    }
}

QString MuteModel::toolTip(const Mute &mute, int column) const
{
    switch (column) {
    case UntilColumn:
        return tr("Set at %1, until %2").arg(format::fullTime(mute.createdAt, m_zone), format::fullTime(mute.endsAt(), m_zone));
    case LastHitColumn: return mute.lastHitAt ? format::fullTime(*mute.lastHitAt, m_zone) : tr("It has hidden nothing yet");
    case AlertsColumn: return tr("Alerts that it kept out of the queue");
    case HitsColumn: return tr("Those alerts and their repeats, and repeats of alerts that were active before");
    case AboutColumn:
        return mute.company ? tr("%1, only alerts of company “%2”").arg(display(mute, column), displayText(*mute.company))
                            : display(mute, column);
    case ReasonColumn: return displayText(mute.reason, kParagraph, textformat::Breaks::Kept);
    default: return display(mute, column);
    }
}

QVariant MuteModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Mute &mute = muteAt(index.row());
    switch (role) {
    case Qt::DisplayRole: return display(mute, index.column());
    case Qt::ToolTipRole: return format::toolTip(toolTip(mute, index.column()));
    case Qt::AccessibleTextRole:
        return tr("%1 %2").arg(headerData(index.column(), Qt::Horizontal).toString(), display(mute, index.column()));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((index.column() == AlertsColumn || index.column() == HitsColumn ? Qt::AlignRight : Qt::AlignLeft)
                                   | Qt::AlignVCenter);
    default: return {};
    }
}

QVariant MuteModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const bool right = section == AlertsColumn || section == HitsColumn;
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const std::array<QString, ColumnCount> names{
        tr("State"), tr("Rule"), tr("About"), tr("Until (%1)").arg(format::zoneName(m_zone, m_now)), tr("By"), tr("Alerts"),
        tr("Hits"), tr("Last hit (%1)").arg(format::zoneName(m_zone, m_now)), tr("Reason")};
    return names[static_cast<std::size_t>(section)];
}

} // namespace bartizan
