// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/nearmissmodel.h"

#include "ui/models/rulewords.h"
#include "ui/theme/format.h"

#include <algorithm>

namespace bartizan {
namespace {

bool sameGroup(const NearMiss &a, const NearMiss &b)
{
    return a.rule == b.rule && a.kind == b.kind && a.group == b.group;
}

} // namespace

NearMissModel::NearMissModel(QObject *parent) : QAbstractTableModel(parent) {}

void NearMissModel::setNearMisses(std::vector<NearMiss> misses)
{
    m_all = std::move(misses);
    arrange();
}

void NearMissModel::setRule(std::optional<RuleId> rule)
{
    m_rule = rule;
    arrange();
}

void NearMissModel::setNow(TimestampMs now)
{
    m_now = now;
    arrange();
}

/// Brings the rows to what is to be shown, with the fewest signals: rows go and come, and those that stay are moved.
void NearMissModel::arrange()
{
    std::vector<NearMiss> wanted;
    std::copy_if(m_all.begin(), m_all.end(), std::back_inserter(wanted), [this](const NearMiss &miss) {
        return miss.expiresAt > m_now && (!m_rule || miss.rule == *m_rule);
    });
    std::stable_sort(wanted.begin(), wanted.end(), [](const NearMiss &a, const NearMiss &b) {
        return a.share() != b.share() ? a.share() > b.share() : a.expiresAt < b.expiresAt;
    });
    for (int row = rowCount() - 1; row >= 0; --row) {
        const NearMiss &known = m_shown[static_cast<std::size_t>(row)];
        if (std::any_of(wanted.begin(), wanted.end(), [&](const NearMiss &miss) { return sameGroup(miss, known); }))
            continue;
        beginRemoveRows({}, row, row);
        m_shown.erase(m_shown.begin() + row);
        endRemoveRows();
    }
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        const auto found = std::find_if(m_shown.begin() + static_cast<std::ptrdiff_t>(at), m_shown.end(),
                                        [&](const NearMiss &miss) { return sameGroup(miss, wanted[at]); });
        const int row = static_cast<int>(at);
        const int from = static_cast<int>(found - m_shown.begin());
        if (found == m_shown.end()) {
            beginInsertRows({}, row, row);
            m_shown.insert(m_shown.begin() + row, wanted[at]);
            endInsertRows();
        } else if (from != row) {
            beginMoveRows({}, from, from, {}, row);
            std::rotate(m_shown.begin() + row, found, found + 1);
            endMoveRows();
        }
        m_shown[at] = wanted[at];
    }
    if (!m_shown.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int NearMissModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int NearMissModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString NearMissModel::display(const NearMiss &miss, int column) const
{
    switch (column) {
    case GroupColumn: return rulewords::group(miss.kind, miss.group);
    case CountColumn:
        // Of an ordered pair what comes first is there; the event that it is judged by is not.
        if (miss.lacksOne()) {
            const QString counted = rulewords::counted(miss.rule, miss.count);
            return miss.rule == RuleId::BruteForceSuccess ? tr("%1, one login away").arg(counted)
                                                          : tr("%1, one grant away").arg(counted);
        }
        return tr("%1 of %2").arg(format::count(miss.count), rulewords::counted(miss.rule, miss.threshold));
    case LeftColumn: return format::duration(static_cast<double>(miss.expiresAt - m_now) / kSecond);
    case RuleColumn: return ruleInfo(miss.rule).name();
    default: return {};
    }
}

QString NearMissModel::line(const NearMiss &miss) const
{
    return tr("%1: %2, %3 left").arg(display(miss, GroupColumn), display(miss, CountColumn), display(miss, LeftColumn));
}

QVariant NearMissModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const NearMiss &miss = m_shown[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return display(miss, index.column());
    case Qt::AccessibleTextRole: return index.column() == GroupColumn ? line(miss) : display(miss, index.column());
    case Qt::ToolTipRole:
        return format::toolTip(ruleInfo(miss.rule).name() + QLatin1Char('\n') + line(miss));
    case RawTextRole: return line(miss);
    case GroupKindRole: return static_cast<int>(miss.kind);
    case GroupRole: return format::text(miss.group);
    case RuleRole: return static_cast<int>(miss.rule);
    case ShareRole: return miss.share();
    default: return {};
    }
}

QVariant NearMissModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole && section == LeftColumn)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter); // As its numbers stand.
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case GroupColumn: return tr("Who");
    case CountColumn: return tr("So far");
    case LeftColumn: return tr("Left");
    case RuleColumn: return tr("Rule");
    default: return {};
    }
}

} // namespace bartizan
