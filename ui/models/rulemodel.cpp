// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/rulemodel.h"

#include "ui/models/rulewords.h"
#include "ui/theme/format.h"

namespace bartizan {
namespace {

const RuleInfo &ruleAt(int row)
{
    return ruleCatalog()[static_cast<std::size_t>(row)];
}

QString keyOf(const RuleInfo &rule)
{
    return QString::fromLatin1(rule.key.data(), static_cast<qsizetype>(rule.key.size()));
}

} // namespace

RuleModel::RuleModel(QObject *parent) : QAbstractTableModel(parent) {}

void RuleModel::setConfigs(const MonitoringConfig &saved, const MonitoringConfig &edited)
{
    if (saved == m_saved && edited == m_edited)
        return;
    m_saved = saved;
    m_edited = edited;
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void RuleModel::setHits(const std::optional<Hits> &hits)
{
    if (hits == m_hits)
        return;
    m_hits = hits;
    Q_EMIT dataChanged(index(0, HitsColumn), index(rowCount() - 1, HitsColumn));
}

int RuleModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(kRuleCount);
}

int RuleModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

Qt::ItemFlags RuleModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    // The reference preset leaves no choice.
    if (m_writable && index.column() == OnColumn && m_saved.preset == Preset::Standard)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

bool RuleModel::isEdited(RuleId rule) const
{
    const auto parameters = ruleInfo(rule).parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (m_saved.value(rule, i) != m_edited.value(rule, i))
            return true;
    }
    return m_saved.isOn(rule) != m_edited.isOn(rule);
}

QString RuleModel::display(const RuleInfo &rule, int column) const
{
    switch (column) {
    case NameColumn: return rule.name();
    case SeverityColumn: return rule.severity ? format::severity(*rule.severity) : tr("by score");
    case FiresColumn: return rulewords::firesAt(rule.id, m_saved);
    case TechniqueColumn: return rulewords::techniqueIds(rule);
    case HitsColumn: return m_hits ? format::count((*m_hits)[static_cast<std::size_t>(rule.id)]) : QString();
    default: return {};
    }
}

QVariant RuleModel::sortKey(const RuleInfo &rule, int column) const
{
    switch (column) {
    case OnColumn: return m_edited.isOn(rule.id) ? 0 : 1;
    case SeverityColumn: return rule.severity ? static_cast<int>(*rule.severity) : -1;
    case HitsColumn: return m_hits ? static_cast<qlonglong>((*m_hits)[static_cast<std::size_t>(rule.id)]) : 0LL;
    default: return display(rule, column);
    }
}

QString RuleModel::toolTip(const RuleInfo &rule, int column) const
{
    switch (column) {
    case OnColumn: return m_edited.isOn(rule.id) ? tr("Switched on") : tr("Switched off");
    case TechniqueColumn: return rulewords::techniqueNames(rule);
    case SeverityColumn:
        return rule.severity ? tr("The gravest severity of its alerts") : tr("The more unusual, the more severe");
    case HitsColumn: return tr("Alerts that it raised in the last 30 days");
    default: return rule.name() + QLatin1Char('\n') + rule.explanation() + QLatin1Char('\n') + keyOf(rule);
    }
}

QString RuleModel::accessibleText(const RuleInfo &rule, int column) const
{
    const bool on = m_edited.isOn(rule.id);
    switch (column) {
    case OnColumn: return on ? tr("%1 is on").arg(rule.name()) : tr("%1 is off").arg(rule.name());
    case NameColumn: return isEdited(rule.id) ? tr("%1, edited").arg(rule.name()) : rule.name();
    case SeverityColumn: return tr("Severity %1").arg(display(rule, column));
    case TechniqueColumn: return rulewords::techniqueNames(rule);
    default: return display(rule, column);
    }
}

QVariant RuleModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RuleInfo &rule = ruleAt(index.row());
    switch (role) {
    case Qt::DisplayRole: return display(rule, index.column());
    case Qt::ToolTipRole: return format::toolTip(toolTip(rule, index.column()));
    case Qt::AccessibleTextRole: return accessibleText(rule, index.column());
    case Qt::CheckStateRole:
        if (index.column() == OnColumn)
            return m_edited.isOn(rule.id) ? Qt::Checked : Qt::Unchecked;
        return {};
    case RuleRole: return static_cast<int>(rule.id);
    case SortRole: return sortKey(rule, index.column());
    case SeverityRole: return rule.severity ? static_cast<int>(*rule.severity) : -1;
    case OnRole: return m_edited.isOn(rule.id);
    case EditedRole: return isEdited(rule.id);
    case ExplanationRole: return rule.explanation();
    default: return {};
    }
}

bool RuleModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !(flags(index) & Qt::ItemIsUserCheckable))
        return false;
    Q_EMIT switchRequested(ruleAt(index.row()).id, value.toInt() == Qt::Checked);
    return true;
}

QVariant RuleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section == HitsColumn)
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    switch (section) {
    case OnColumn: return tr("On");
    case NameColumn: return tr("Rule");
    case SeverityColumn: return tr("Severity");
    case FiresColumn: return tr("Fires at");
    case TechniqueColumn: return tr("ATT&CK");
    case HitsColumn: return role == Qt::AccessibleTextRole ? tr("Hits in 30 days") : tr("Hits, 30 d");
    default: return {};
    }
}

RuleFilter::RuleFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(RuleModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
}

void RuleFilter::setType(std::optional<AlertType> type)
{
    m_type = type;
    invalidateFilter();
}

void RuleFilter::setText(const QString &text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

bool RuleFilter::filterAcceptsRow(int row, const QModelIndex &) const
{
    const RuleInfo &rule = ruleAt(row);
    if (m_type && rule.type != *m_type)
        return false;
    const auto has = [this](const QString &where) { return where.contains(m_text, Qt::CaseInsensitive); };
    return m_text.isEmpty() || has(rule.name()) || has(keyOf(rule)) || has(rule.explanation())
        || has(rulewords::techniqueNames(rule)) || has(format::alertType(rule.type));
}

} // namespace bartizan
