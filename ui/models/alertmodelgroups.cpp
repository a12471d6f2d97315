// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of groups in AlertModel, and what rows of either kind stand for.
#include "ui/models/alertmodel.h"

#include "core/intel/countries.h"
#include "ui/models/displaytext.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <span>
#include <utility>

namespace bartizan {
namespace {

using Slot = AlertGroups::Slot;

/// Begins the key of a group, which no id does.
constexpr QChar kGroupKey = QLatin1Char('\n');

} // namespace

int AlertModel::groupRow(Slot slot) const
{
    if (m_groups.placeOf(slot) == AlertGroups::kNowhere)
        return -1;
    const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), AlertGroups::rowOf(slot),
                                     [this](Number a, Number b) { return before(a, b); });
    return at != m_rows.end() && *at == AlertGroups::rowOf(slot) ? static_cast<int>(at - m_rows.begin()) : -1;
}

/// The alerts of a group that the filter shows, in their order.
std::vector<AlertModel::Number> AlertModel::membersOf(Slot slot) const
{
    std::vector<Number> newestFirst;
    for (auto number = m_listed.rbegin(); number != m_listed.rend(); ++number) {
        if (m_groups.slotOf(*number) == slot && passes(*number))
            newestFirst.push_back(*number);
    }
    if (m_groups.key() == sortKey()) // Then all are equal.
        return newestFirst;
    return m_records->sorted(std::move(newestFirst), sortKey(), isDescending());
}

/// Adds the rows of groups, as far as they have some.
void AlertModel::addRowsOf(std::span<const Slot> slots, std::vector<int> &rows) const
{
    for (const Slot slot : slots) {
        if (const int row = groupRow(slot); row >= 0)
            rows.push_back(row);
    }
}

/// Records get their rows, groups that are new or changed are shown. `rearrange`: groups may change places. `later`: those that
/// are new only because of rows that are held.
void AlertModel::settle(std::vector<Number> come, bool rearrange, const std::unordered_set<Slot> &later)
{
    if (!m_groups.isOn()) {
        insertRows(std::move(come));
        return;
    }
    m_groups.refresh(m_listed, m_passes);
    std::vector<Slot> fresh;
    std::vector<Slot> changed = m_groups.takeChanges();
    const auto comes = [&](Slot slot) {
        return std::any_of(come.begin(), come.end(), [&](Number number) { return m_groups.slotOf(number) == slot; });
    };
    for (const Slot slot : changed) {
        if (m_groups.figures(slot).alerts > 0 && m_groups.placeOf(slot) == AlertGroups::kNowhere
            && (!later.contains(slot) || comes(slot)))
            fresh.push_back(slot);
    }
    m_groups.place(fresh, sortKey(), isDescending());
    for (const Slot slot : fresh)
        come.push_back(AlertGroups::rowOf(slot));
    insertRows(std::move(come));
    std::vector<int> rows;
    for (const Slot slot : changed) {
        if (const int row = groupRow(slot); row >= 0)
            rows.push_back(row);
    }
    tellChanged(std::move(rows));
    if (rearrange && !m_arrangement && !m_filtering && !m_groups.isArranged(changed, sortKey(), isDescending()))
        arrangeAnew();
}

bool AlertModel::isGroup(int row) const
{
    return AlertGroups::isRow(m_rows[static_cast<std::size_t>(row)]);
}

bool AlertModel::isOpen(int row) const
{
    return isGroup(row) && m_groups.isOpen(AlertGroups::slotOfRow(m_rows[static_cast<std::size_t>(row)]));
}

int AlertModel::groupRowOf(int row) const
{
    if (!m_groups.isOn() || row < 0)
        return -1;
    return isGroup(row) ? row : groupRow(slotOfRow(m_rows[static_cast<std::size_t>(row)]));
}

void AlertModel::setOpen(int row, bool open)
{
    if (!isGroup(row) || isOpen(row) == open)
        return;
    const Slot slot = AlertGroups::slotOfRow(m_rows[static_cast<std::size_t>(row)]);
    const auto below = m_rows.begin() + row + 1;
    std::vector<Number> closed;
    if (open) {
        std::vector<Number> members = membersOf(slot);
        std::erase_if(members, [this](Number number) { return m_held.find(number) != nullptr; }); // Its row stands elsewhere.
        m_groups.setOpen(slot, true);
        if (!members.empty()) {
            beginInsertRows({}, row + 1, row + static_cast<int>(members.size()));
            m_rows.insert(below, members.begin(), members.end());
            endInsertRows();
        }
    } else {
        const auto end = std::find_if(below, m_rows.end(), AlertGroups::isRow);
        closed.assign(below, end);
        m_groups.setOpen(slot, false);
        if (!closed.empty()) {
            beginRemoveRows({}, row + 1, row + static_cast<int>(closed.size()));
            m_rows.erase(below, end);
            endRemoveRows();
        }
    }
    if (m_allOpen)
        m_openedMeanwhile.emplace_back(keyAt(row), open);
    tellChanged({row});
    if (!m_held.isEmpty())
        releaseClosed(closed);
    if (m_arrangement)
        arrangeAnew();
}

void AlertModel::setAllOpen(bool open)
{
    if (m_wantedGrouping == AlertGrouping::Nothing)
        return;
    m_allOpen = open;
    m_openedMeanwhile.clear();
    arrangeAnew();
}

int AlertModel::reveal(const QString &id)
{
    const auto number = m_records->find(id.toStdString());
    if (!number || (*m_records)[*number].state != AlertRecords::State::Listed)
        return -1;
    if (m_groups.isOn() && passes(*number) && !m_held.find(*number)) {
        if (const int group = groupRow(m_groups.slotOf(*number)); group >= 0)
            setOpen(group, true);
    }
    return rowOf(*number);
}

QString AlertModel::keyAt(int row) const
{
    const Number number = m_rows[static_cast<std::size_t>(row)];
    if (AlertGroups::isRow(number))
        return kGroupKey + format::text(m_groups.valueOf(AlertGroups::slotOfRow(number)));
    return format::text(m_records->id(number));
}

int AlertModel::rowOfKey(const QString &key) const
{
    if (!key.startsWith(kGroupKey))
        return rowOfId(key);
    const auto slot = m_groups.slotOfValue(key.mid(1).toStdString());
    return slot ? groupRow(*slot) : -1;
}

/// Which groups have their rows among some rows, by slot; empty: none.
std::vector<bool> AlertModel::groupsAmong(std::span<const int> rows) const
{
    std::vector<bool> chosen;
    for (const int row : rows) {
        const Number number = m_rows[static_cast<std::size_t>(row)];
        if (!AlertGroups::isRow(number))
            continue;
        if (chosen.empty())
            chosen.resize(m_groups.slots(), false);
        chosen[AlertGroups::slotOfRow(number)] = true;
    }
    return chosen;
}

/// Whether the row of a chosen group stands for a record as well, wherever its own row stands.
bool AlertModel::isCovered(Number number, const std::vector<bool> &chosen) const
{
    return !chosen.empty() && chosen[m_groups.slotOf(number)] && passes(number);
}

/// The records that rows stand for, each once, newest first within groups.
std::vector<AlertModel::Number> AlertModel::numbersOf(std::span<const int> rows) const
{
    std::vector<Number> numbers;
    const std::vector<bool> chosen = groupsAmong(rows);
    for (const int row : rows) {
        const Number number = m_rows[static_cast<std::size_t>(row)];
        if (!AlertGroups::isRow(number) && !isCovered(number, chosen))
            numbers.push_back(number);
    }
    for (auto number = m_listed.rbegin(); number != m_listed.rend() && !chosen.empty(); ++number) {
        if (isCovered(*number, chosen))
            numbers.push_back(*number);
    }
    return numbers;
}

std::vector<std::uint32_t> AlertModel::marksInOrder() const
{
    if (!m_groups.isOn())
        return m_rows;
    const std::vector<Number> numbers = shownNumbers();
    std::vector<std::size_t> counts(m_groups.slots(), 0);
    for (const Number number : numbers)
        ++counts[m_groups.slotOf(number)];
    std::vector<std::size_t> next(counts.size(), 0); // By slot: where its next alert goes.
    std::size_t end = 0;
    const auto place = [&](Slot slot) {
        next[slot] = end;
        end += std::exchange(counts[slot], 0);
    };
    for (const Number row : m_rows) {
        if (AlertGroups::isRow(row))
            place(AlertGroups::slotOfRow(row));
    }
    for (Slot slot = 0; slot < counts.size(); ++slot) { // A group whose row is still to come.
        if (counts[slot] > 0)
            place(slot);
    }
    std::vector<std::uint32_t> marks(numbers.size());
    for (const Number number : numbers)
        marks[next[m_groups.slotOf(number)]++] = number;
    return marks;
}

IdList AlertModel::idsOf(std::span<const int> rows, bool onlyActive) const
{
    IdList ids;
    ids.reserve(rows.size());
    for (const Number number : numbersOf(rows)) {
        if (!onlyActive || !(*m_records)[number].acknowledged)
            m_records->ids().appendTo(ids, number);
    }
    return ids;
}

AlertModel::Extent AlertModel::extentOf(std::span<const int> rows) const
{
    if (rows.size() == m_rows.size())
        return {m_counts.shown + m_heldOut.alerts, m_counts.active + m_heldOut.active, m_counts.muted + m_heldOut.muted};
    Extent extent;
    const std::vector<bool> chosen = groupsAmong(rows);
    for (const int row : rows) {
        const Number number = m_rows[static_cast<std::size_t>(row)];
        if (AlertGroups::isRow(number)) {
            const AlertGroups::Figures &figures = m_groups.figures(AlertGroups::slotOfRow(number));
            extent.alerts += figures.alerts;
            extent.active += figures.active;
            extent.muted += figures.muted;
        } else if (!isCovered(number, chosen)) {
            extent.alerts += 1;
            extent.active += (*m_records)[number].isActive() ? 1 : 0;
            extent.muted += (*m_records)[number].isMuted() ? 1 : 0;
        }
    }
    return extent;
}

QString AlertModel::idAt(int row) const
{
    Number number = m_rows[static_cast<std::size_t>(row)];
    if (AlertGroups::isRow(number))
        number = m_groups.newest(AlertGroups::slotOfRow(number));
    return number == AlertGroups::kNowhere ? QString() : format::text(m_records->id(number));
}

bool AlertModel::isAcknowledged(int row) const
{
    const Number number = m_rows[static_cast<std::size_t>(row)];
    if (!AlertGroups::isRow(number))
        return (*m_records)[number].acknowledged;
    const AlertGroups::Figures &figures = m_groups.figures(AlertGroups::slotOfRow(number));
    return figures.active == 0 && figures.muted == 0;
}

bool AlertModel::isResolved(int row) const
{
    const Number number = m_rows[static_cast<std::size_t>(row)];
    return AlertGroups::isRow(number) ? m_groups.figures(AlertGroups::slotOfRow(number)).unresolved == 0
                                      : (*m_records)[number].status == AlertStatus::Resolved;
}

bool AlertModel::isMuted(int row) const
{
    const Number number = m_rows[static_cast<std::size_t>(row)];
    return AlertGroups::isRow(number) ? m_groups.figures(AlertGroups::slotOfRow(number)).muted > 0
                                      : (*m_records)[number].isMuted();
}

AlertSeverity AlertModel::severityAt(int row) const
{
    const Number number = m_rows[static_cast<std::size_t>(row)];
    return AlertGroups::isRow(number) ? m_groups.figures(AlertGroups::slotOfRow(number)).highest()
                                      : (*m_records)[number].severity;
}

TimestampMs AlertModel::timeAt(int row) const
{
    Number number = m_rows[static_cast<std::size_t>(row)];
    if (AlertGroups::isRow(number))
        number = m_groups.newest(AlertGroups::slotOfRow(number));
    return number == AlertGroups::kNowhere ? 0 : (*m_records)[number].timestamp;
}

/// The value in words.
QString AlertModel::groupName(Slot slot) const
{
    const std::string_view value = m_groups.valueOf(slot);
    switch (m_groups.by()) {
    case AlertGrouping::Type: return format::alertType(static_cast<AlertType>(slot));
    case AlertGrouping::User: return value.empty() ? tr("(no user)") : displayText(value);
    case AlertGrouping::Country: break;
    default: return value.empty() ? tr("(no address)") : displayText(value);
    }
    const Country *country = findCountry(value);
    if (value.empty() || !country)
        return value.empty() ? tr("(no country)") : displayText(value);
    return QString::fromUtf8(country->name.data(), static_cast<qsizetype>(country->name.size()));
}

/// "37 alerts, 12 active"
QString AlertModel::groupFigures(Slot slot) const
{
    const AlertGroups::Figures &figures = m_groups.figures(slot);
    const QString alerts = tr("%Ln alert(s)", nullptr, figures.alerts);
    return figures.active == 0 ? tr("%1, none active").arg(alerts)
                               : tr("%1, %Ln active", nullptr, figures.active).arg(alerts);
}

/// All that the row shows, as a sentence.
QString AlertModel::groupSummary(Slot slot) const
{
    const Number newest = m_groups.newest(slot);
    const QString time = newest == AlertGroups::kNowhere ? QString() : format::fullTime((*m_records)[newest].timestamp, m_zone);
    return tr("%1, group, %2, highest severity %3, newest %4, %5")
        .arg(groupName(slot), groupFigures(slot), format::severity(m_groups.figures(slot).highest()), time,
             m_groups.isOpen(slot) ? tr("expanded") : tr("collapsed"));
}

std::optional<FilterTerm> AlertModel::groupTerm(Slot slot) const
{
    const QString value = format::text(m_groups.valueOf(slot));
    const FilterField field = m_groups.by() == AlertGrouping::Type ? FilterField::Type
        : m_groups.by() == AlertGrouping::User                     ? FilterField::User
        : m_groups.by() == AlertGrouping::Country                  ? FilterField::Country
                                                                   : FilterField::Address;
    if (value.isEmpty()) { // "-user:*"; addresses have no such pattern.
        return field == FilterField::Address ? std::nullopt
                                             : std::optional(FilterTerm{field, FilterOperator::Is, true, {{QStringLiteral("*"), true}}});
    }
    const auto checked = checkedWord(field, FilterSubject::Alerts, value, true);
    return checked ? FilterTerm{field, FilterOperator::Is, false, {*checked}} : filterTerm(FilterField::Text, value);
}

QVariant AlertModel::groupData(Slot slot, int column, int role) const
{
    const AlertGroups::Figures &figures = m_groups.figures(slot);
    const Number newest = m_groups.newest(slot);
    switch (role) {
    case Qt::DisplayRole:
        if (column == SeverityColumn)
            return format::severity(figures.highest());
        if (column == TimeColumn)
            return newest == AlertGroups::kNowhere ? QString() : format::tableTime((*m_records)[newest].timestamp, m_now, m_zone);
        return column == TitleColumn ? groupName(slot) : QString();
    case Qt::ToolTipRole: return format::toolTip(groupSummary(slot));
    case Qt::AccessibleTextRole: return groupSummary(slot);
    case SeverityRole: return static_cast<int>(figures.highest());
    case AcknowledgedRole: return figures.active == 0;
    case GroupRole: return true;
    case OpenRole: return m_groups.isOpen(slot);
    case DescriptionRole: return groupFigures(slot);
    case RawTextRole: return format::text(m_groups.valueOf(slot));
    default: return {};
    }
}

} // namespace bartizan
