// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of AlertModel and their order.
#include "ui/models/alertmodel.h"

#include "ui/models/merging.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace bartizan {
namespace {

using State = AlertRecords::State;

/// More runs of rows than this are told as rows at the end, and a new order: each run costs views a look at all rows.
constexpr std::size_t kMostRuns = 16;
/// Up to this many rows that somebody keeps hold of are looked for one by one when the rows move.
constexpr qsizetype kFewMarked = 64;

} // namespace

/// By group first, each group's own row at its head. Rows that are held stand as what they were.
bool AlertModel::before(Number a, Number b) const
{
    if (m_groups.isOn()) {
        const AlertGroups::Slot left = slotOfRow(a);
        const AlertGroups::Slot right = slotOfRow(b);
        if (left != right)
            return m_groups.placeOf(left) < m_groups.placeOf(right);
        if (AlertGroups::isRow(a) || AlertGroups::isRow(b))
            return AlertGroups::isRow(a) && !AlertGroups::isRow(b);
    }
    if (m_held.isEmpty())
        return m_records->before(a, b, sortKey(), isDescending());
    const auto asSeen = [this](Number number) -> const AlertRecords::Record & {
        const HeldRows::Standing *held = m_held.find(number);
        return held ? held->record : (*m_records)[number];
    };
    return m_records->before(a, asSeen(a), b, asSeen(b), sortKey(), isDescending());
}

/// The group in which a row stands.
AlertGroups::Slot AlertModel::slotOfRow(Number row) const
{
    if (AlertGroups::isRow(row))
        return AlertGroups::slotOfRow(row);
    const HeldRows::Standing *held = m_held.find(row);
    return held ? held->slot : m_groups.slotOf(row);
}

/// Whether a record that is listed is to have a row of its own.
bool AlertModel::hasRow(Number number) const
{
    return passes(number) && (!m_groups.isOn() || m_groups.isOpen(m_groups.slotOf(number)));
}

/// Whether `a` stands before `b` in m_listed: newest first, turned round.
bool AlertModel::listedBefore(Number a, Number b) const
{
    return m_records->before(b, a, AlertRecords::Key::Time, true);
}

int AlertModel::rowOf(Number number) const
{
    const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), number,
                                     [this](Number a, Number b) { return before(a, b); });
    return at != m_rows.end() && *at == number ? static_cast<int>(at - m_rows.begin()) : -1;
}

void AlertModel::sortListed()
{
    std::sort(m_listed.begin(), m_listed.end(), [this](Number a, Number b) { return listedBefore(a, b); });
}

/// Puts records among the listed ones; most often they are the newest.
void AlertModel::list(std::span<const Number> numbers)
{
    const auto less = [this](Number a, Number b) { return listedBefore(a, b); };
    const auto middle = static_cast<std::ptrdiff_t>(m_listed.size());
    m_listed.insert(m_listed.end(), numbers.begin(), numbers.end());
    std::sort(m_listed.begin() + middle, m_listed.end(), less);
    std::inplace_merge(m_listed.begin(), m_listed.begin() + middle, m_listed.end(), less);
}

/// Puts records in their places, run by run from the end, so that earlier places stay valid.
void AlertModel::insertRows(std::vector<Number> numbers)
{
    if (numbers.empty())
        return;
    const auto less = [this](Number a, Number b) { return before(a, b); };
    std::sort(numbers.begin(), numbers.end(), less);
    struct Run {
        std::ptrdiff_t place;
        std::size_t begin;
        std::size_t end;
    };
    std::vector<Run> runs;
    for (std::size_t begin = 0; begin < numbers.size();) {
        const auto place = std::lower_bound(m_rows.begin(), m_rows.end(), numbers[begin], less);
        std::size_t end = begin + 1;
        while (end < numbers.size() && (place == m_rows.end() || less(numbers[end], *place)))
            ++end;
        runs.push_back({place - m_rows.begin(), begin, end});
        begin = end;
    }
    const auto at = [&numbers](std::size_t i) { return numbers.begin() + static_cast<std::ptrdiff_t>(i); };
    if (runs.size() > kMostRuns) {
        const int end = rowCount();
        beginInsertRows({}, end, end + static_cast<int>(numbers.size()) - 1);
        m_rows.insert(m_rows.end(), numbers.begin(), numbers.end());
        endInsertRows();
        std::vector<Number> order;
        order.reserve(m_rows.size());
        appendMerged(order, std::span<const Number>(m_rows).first(static_cast<std::size_t>(end)), std::span<const Number>(numbers), less);
        moveRows(std::move(order));
        return;
    }
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        const int row = static_cast<int>(run->place);
        beginInsertRows({}, row, row + static_cast<int>(run->end - run->begin) - 1);
        m_rows.insert(m_rows.begin() + run->place, at(run->begin), at(run->end));
        endInsertRows();
    }
}

void AlertModel::removeRowsAt(std::vector<int> rows)
{
    if (rows.empty())
        return;
    std::sort(rows.begin(), rows.end());
    std::size_t runs = 1;
    for (std::size_t i = 1; i < rows.size(); ++i)
        runs += rows[i] != rows[i - 1] + 1 ? 1 : 0;
    if (runs > kMostRuns) { // They move to the end, and go there together.
        Q_EMIT rowsLeaving(rows);
        std::vector<bool> goes(m_rows.size(), false);
        for (const int row : rows)
            goes[static_cast<std::size_t>(row)] = true;
        std::vector<Number> order;
        order.reserve(m_rows.size());
        for (const bool going : {false, true}) {
            for (std::size_t row = 0; row < m_rows.size(); ++row) {
                if (goes[row] == going)
                    order.push_back(m_rows[row]);
            }
        }
        moveRows(std::move(order), false); // Not in the order in which rows are found.
        const int first = rowCount() - static_cast<int>(rows.size());
        rows.resize(static_cast<std::size_t>(rowCount() - first));
        std::generate(rows.begin(), rows.end(), [next = first]() mutable { return next++; });
    }
    std::size_t end = rows.size();
    while (end > 0) {
        std::size_t begin = end - 1;
        while (begin > 0 && rows[begin - 1] == rows[begin] - 1)
            --begin;
        m_removing = true;
        beginRemoveRows({}, rows[begin], rows[end - 1]);
        m_removing = false;
        m_rows.erase(m_rows.begin() + rows[begin], m_rows.begin() + rows[end - 1] + 1);
        endRemoveRows();
        end = begin;
    }
}

void AlertModel::tellChanged(std::vector<int> rows)
{
    std::sort(rows.begin(), rows.end());
    for (std::size_t begin = 0; begin < rows.size();) {
        std::size_t end = begin + 1;
        while (end < rows.size() && rows[end] == rows[end - 1] + 1)
            ++end;
        Q_EMIT dataChanged(index(rows[begin], 0), index(rows[end - 1], ColumnCount - 1));
        begin = end;
    }
}

/// Puts records that are shown, and have changed, back among the others, where they belong now.
void AlertModel::putBack(std::vector<Number> changed)
{
    const auto less = [this](Number a, Number b) { return before(a, b); };
    std::vector<bool> isChanged(m_records->size(), false);
    for (const Number number : changed)
        isChanged[number] = true;
    std::vector<Number> others;
    others.reserve(m_rows.size());
    std::copy_if(m_rows.begin(), m_rows.end(), std::back_inserter(others),
                 [&](Number row) { return AlertGroups::isRow(row) || !isChanged[row]; });
    std::sort(changed.begin(), changed.end(), less);
    std::vector<Number> order;
    order.reserve(m_rows.size());
    appendMerged<Number>(order, others, changed, less);
    moveRows(std::move(order));
}

/// Puts the same rows in another order and carries persistent indexes, and with them selections, along; where these would be
/// very many, views are to find again what was selected by its marks.
void AlertModel::moveRows(std::vector<Number> order, bool forGood)
{
    if (m_manySelected && forGood) {
        const bool kept = std::exchange(m_keepsRecords, true);
        beginResetModel();
        m_rows = std::move(order);
        endResetModel();
        m_keepsRecords = kept;
        return;
    }
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList from = persistentIndexList();
    const auto named = [this](Number row) { // Groups behind the records.
        return AlertGroups::isRow(row) ? m_records->size() + AlertGroups::slotOfRow(row) : row;
    };
    std::unordered_map<Number, int> places;
    const auto find = [&](const QModelIndex &index) { // As long as the rows are in order, and not on their way out.
        const Number row = m_rows[static_cast<std::size_t>(index.row())];
        const auto at = std::lower_bound(order.begin(), order.end(), row, [this](Number a, Number b) { return before(a, b); });
        const bool found = at != order.end() && *at == row;
        if (found)
            places.emplace(row, static_cast<int>(at - order.begin()));
        return found;
    };
    if (from.size() > kFewMarked || !std::all_of(from.begin(), from.end(), find)) {
        std::vector<bool> wanted(m_records->size() + m_groups.slots(), false);
        for (const QModelIndex &index : from)
            wanted[named(m_rows[static_cast<std::size_t>(index.row())])] = true;
        for (std::size_t row = 0; row < order.size(); ++row) {
            if (wanted[named(order[row])])
                places.insert_or_assign(order[row], static_cast<int>(row));
        }
    }
    QModelIndexList to;
    for (const QModelIndex &was : from)
        to.append(index(places.at(m_rows[static_cast<std::size_t>(was.row())]), was.column()));
    m_rows = std::move(order);
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

std::vector<std::uint32_t> AlertModel::marksAt(std::span<const int> rows) const
{
    std::vector<Number> marks;
    marks.reserve(rows.size());
    for (const int row : rows) {
        if (const Number number = m_rows[static_cast<std::size_t>(row)]; !AlertGroups::isRow(number))
            marks.push_back(number);
    }
    return marks;
}

AlertModel::Number AlertModel::numberOfMark(std::uint32_t mark) const
{
    return m_carriedTo ? (*m_carriedTo)[mark] : mark;
}

std::vector<int> AlertModel::rowsOfMarks(std::span<const std::uint32_t> marks, qsizetype mostRuns) const
{
    std::vector<int> rows;
    if (marks.empty())
        return rows;
    std::vector<bool> marked(m_records->size(), false);
    for (const std::uint32_t mark : marks) {
        if (const Number number = numberOfMark(mark); number != AlertGroups::kNowhere)
            marked[number] = true;
    }
    qsizetype runs = 0;
    for (int row = 0; row < rowCount(); ++row) {
        const Number number = m_rows[static_cast<std::size_t>(row)];
        if (AlertGroups::isRow(number) || !marked[number])
            continue;
        if ((rows.empty() || rows.back() != row - 1) && ++runs > mostRuns)
            break;
        rows.push_back(row);
    }
    return rows;
}

int AlertModel::countOfMarks(std::span<const std::uint32_t> marks) const
{
    return static_cast<int>(std::count_if(marks.begin(), marks.end(), [this](std::uint32_t mark) {
        const Number number = numberOfMark(mark);
        return number != AlertGroups::kNowhere && (*m_records)[number].state == State::Listed && hasRow(number);
    }));
}

int AlertModel::rowOfId(const QString &id) const
{
    const auto number = m_records->find(id.toStdString());
    return number && (*m_records)[*number].state == State::Listed ? rowOf(*number) : -1;
}

IdList AlertModel::passingIds(bool onlyActive) const
{
    IdList ids;
    ids.reserve(static_cast<std::size_t>(m_counts.shown));
    for (auto number = m_listed.rbegin(); number != m_listed.rend(); ++number) {
        if (passes(*number) && (!onlyActive || !(*m_records)[*number].acknowledged))
            m_records->ids().appendTo(ids, *number);
    }
    return ids;
}

std::vector<AlertModel::Number> AlertModel::shownNumbers() const
{
    std::vector<Number> newestFirst;
    for (auto number = m_listed.rbegin(); number != m_listed.rend(); ++number) {
        if (passes(*number))
            newestFirst.push_back(*number);
    }
    return m_records->sorted(std::move(newestFirst), sortKey(), isDescending());
}

std::vector<std::string> AlertModel::shownIds() const
{
    std::vector<std::string> ids;
    for (const Number number : shownNumbers())
        ids.emplace_back(m_records->id(number));
    return ids;
}

int AlertModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AlertModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

} // namespace bartizan
