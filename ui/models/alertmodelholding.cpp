// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of AlertModel that others' changes leave where they are, and how they follow in the end.
#include "ui/models/alertmodelfiltering.h"
#include "ui/models/merging.h"

#include <algorithm>
#include <utility>

namespace bartizan {
namespace {

using Slot = AlertGroups::Slot;

} // namespace

/// What the row of a record stands as, or would stand as.
HeldRows::Standing AlertModel::standing(Number number) const
{
    if (const HeldRows::Standing *held = m_held.find(number))
        return *held;
    return {(*m_records)[number], m_groups.isOn() ? m_groups.slotOf(number) : AlertGroups::kNowhere};
}

/// Whether a row that stands as this stands where its record belongs.
bool AlertModel::standsAs(Number number, const HeldRows::Standing &as) const
{
    return passes(number) && m_records->isSamePlace((*m_records)[number], as.record, sortKey())
        && (!m_groups.isOn() || as.slot == m_groups.slotOf(number));
}

/// Adds a record to what is held without passing, or takes it out (sign -1).
void AlertModel::countHeld(Number number, int sign)
{
    if (m_held.isEmpty() || !m_held.find(number) || passes(number))
        return;
    const AlertRecords::Record &record = (*m_records)[number];
    if (record.state != AlertRecords::State::Listed)
        return;
    m_heldOut.alerts += sign;
    m_heldOut.active += record.isActive() ? sign : 0;
    m_heldOut.muted += record.isMuted() ? sign : 0;
}

/// Rows that were held are gone.
void AlertModel::release(std::span<const Number> numbers)
{
    for (const Number number : numbers) {
        countHeld(number, -1);
        m_held.release(number);
    }
}

/// The same of rows that went because somebody closed their group: what belongs to another group has its row there now.
void AlertModel::releaseClosed(std::span<const Number> numbers)
{
    std::vector<Number> come;
    std::vector<Slot> fresh;
    for (const Number number : numbers) {
        const HeldRows::Standing *held = m_held.find(number);
        if (!held)
            continue;
        const Slot slot = m_groups.slotOf(number);
        const bool elsewhere = held->slot != slot && passes(number);
        release(std::span(&number, 1));
        if (!elsewhere)
            continue;
        if (m_groups.placeOf(slot) == AlertGroups::kNowhere && std::find(fresh.begin(), fresh.end(), slot) == fresh.end())
            fresh.push_back(slot);
        if (hasRow(number))
            come.push_back(number);
    }
    if (!fresh.empty())
        m_groups.refresh(m_listed, m_passes);
    m_groups.place(fresh, sortKey(), isDescending());
    for (const Slot slot : fresh)
        come.push_back(AlertGroups::rowOf(slot));
    insertRows(std::move(come));
}

/// The groups noted that have no alerts any more, nor rows that are held, but for those that are to be kept.
std::vector<Slot> AlertModel::emptied(const std::unordered_set<Slot> &kept)
{
    std::vector<Slot> slots;
    for (const Slot slot : m_groups.changes()) {
        if (m_groups.figures(slot).alerts > 0 || m_groups.placeOf(slot) == AlertGroups::kNowhere)
            continue;
        if (kept.contains(slot) || m_held.isAnyIn(slot))
            m_keptEmptied = true;
        else
            slots.push_back(slot);
    }
    return slots;
}

/// The rows that only others' changes have left there.
std::vector<int> AlertModel::rowsToGo() const
{
    std::vector<int> rows;
    if (m_heldOut.alerts == 0 && !m_keptEmptied)
        return rows;
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const Number number = m_rows[row];
        if (AlertGroups::isRow(number) ? m_groups.figures(AlertGroups::slotOfRow(number)).alerts == 0 : !passes(number))
            rows.push_back(static_cast<int>(row));
    }
    return rows;
}

/// What is held, where other records are to take the place of these for what is asked for all along; nobody holds it then.
HeldRows AlertModel::takeHeld(const Filtering &filtering)
{
    const bool asBefore = filtering.matcher.filter() == m_matcher.filter() && filtering.groups.by() == m_groups.by() && !isSorting()
        && !m_allOpen;
    return asBefore ? std::exchange(m_held, {}) : HeldRows();
}

/// Other records have taken the place of those that were there: what was held of these stands on among the new `rows` as it
/// did among m_rows, unless its group has no open row any more.
void AlertModel::carryHeld(const Filtering &filtering, const HeldRows &held, std::vector<Number> &rows)
{
    if (held.isEmpty())
        return;
    std::vector<Number> carried; // In the order in which they stand: that of before(), as far as no group has moved.
    for (const Number was : m_rows) {
        const HeldRows::Standing *as = AlertGroups::isRow(was) ? nullptr : held.find(was);
        const Number there = as ? filtering.carriedTo[was] : AlertGroups::kNowhere;
        if (there == AlertGroups::kNowhere || (*m_records)[there].state != AlertRecords::State::Listed)
            continue;
        HeldRows::Standing standing{m_records->withTextsOf(*filtering.adopted, as->record), AlertGroups::kNowhere};
        if (m_groups.isOn()) {
            standing.slot = m_groups.slotOf(there);
            if (m_groups.placeOf(standing.slot) == AlertGroups::kNowhere || !m_groups.isOpen(standing.slot))
                continue;
        }
        if (standsAs(there, standing))
            continue;
        m_held.hold(there, standing, m_records->size());
        countHeld(there, 1);
        carried.push_back(there);
    }
    m_records->rankTexts();
    std::erase_if(rows, [this](Number row) { return !AlertGroups::isRow(row) && m_held.find(row) != nullptr; });
    const auto less = [this](Number a, Number b) { return before(a, b); };
    if (!std::is_sorted(carried.begin(), carried.end(), less))
        std::sort(carried.begin(), carried.end(), less);
    const std::vector<Number> others = std::exchange(rows, {});
    rows.reserve(others.size() + carried.size());
    appendMerged<Number>(rows, others, carried, less);
}

/// The same rows in another order, but for those that were only held.
void AlertModel::replaceOrder(AlertArrangement &arrangement)
{
    const bool otherSorting = isSorting();
    m_groups.refresh(m_listed, m_passes);
    std::vector<int> go = rowsToGo();
    const bool fewer = !go.empty();
    if (go.size() > alertmodel::kMostToldSingly || m_held.isAnyMisplaced(m_groups)) {
        m_keepsRecords = true;
        beginResetModel();
        m_rows = takeRows(arrangement);
        endResetModel();
        m_keepsRecords = false;
        Q_EMIT countsChanged();
        return;
    }
    removeRowsAt(std::move(go));
    std::vector<Number> rows = takeRows(arrangement);
    if (otherSorting || rows != m_rows)
        moveRows(std::move(rows));
    if (!otherSorting || fewer)
        Q_EMIT countsChanged();
}

} // namespace bartizan
