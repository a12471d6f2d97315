// SPDX-License-Identifier: GPL-3.0-or-later
// Records that were read while AlertModel went on with the newest: what was told meanwhile, and their taking over.
#include "ui/models/alertmodelfiltering.h"

#include <algorithm>

namespace bartizan {
namespace {

using State = AlertRecords::State;

/// So many alerts are carried over between two looks at the time.
constexpr std::size_t kCarriedStep = 64;

} // namespace

void AlertModel::adopt(std::unique_ptr<AlertRecords> records, std::vector<ToldChanges> told)
{
    m_filtering = std::make_unique<Filtering>(*records);
    m_filtering->adopted = std::move(records);
    m_filtering->told.assign(std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
    m_filtering->matcher.setFilter(m_wanted, {m_now, m_zone});
    beginFiltering();
}

bool AlertModel::awaitsOlder() const
{
    return m_filtering && m_filtering->adopted;
}

/// Tells the records that were read, which the filter has gone through, what has become of alerts since; returns whether
/// that is all.
bool AlertModel::carryOver(const QDeadlineTimer &until)
{
    if (!carryChanges(until) || !carryStates(until))
        return false;
    m_filtering->adopted->rankTexts();
    return true;
}

bool AlertModel::carryChanges(const QDeadlineTimer &until)
{
    std::deque<ToldChanges> &told = m_filtering->told;
    std::size_t &carried = m_filtering->carried;
    while (!told.empty()) {
        const AlertChanges &changes = *told.front();
        const std::size_t all = changes.changed.size() + changes.removed.size();
        for (const std::size_t end = std::min(carried + kCarriedStep, all); carried < end; ++carried)
            carryOne(changes, carried);
        if (carried == all) {
            told.pop_front();
            carried = 0;
        }
        if (!told.empty() && until.hasExpired())
            return false;
    }
    return true;
}

/// Takes a record that was read out of the counts, changes it, and counts it again; it may be one that has just come.
template<typename Change>
void AlertModel::changeAdopted(Filtering &filtering, AlertArrangement *arrangement, Number number, Change change) const
{
    const AlertRecords &records = *filtering.adopted;
    const auto count = [&](int sign) {
        if (arrangement)
            arrangement->touch(number);
        alertmodel::tally(records, number, filtering.passes[number], sign, filtering.counts, filtering.groups);
    };
    if (number < filtering.passes.size())
        count(-1);
    change();
    filtering.passes.resize(records.size(), AlertMatcher::Nothing);
    filtering.passes[number] = filtering.matcher.passes(number);
    filtering.groups.assign(number);
    count(1);
}

void AlertModel::carryOne(const AlertChanges &changes, std::size_t at)
{
    AlertRecords &records = *m_filtering->adopted;
    AlertArrangement *arrangement = m_arrangement.get();
    if (at >= changes.changed.size()) {
        if (const auto number = records.find(changes.removed[at - changes.changed.size()]))
            changeAdopted(*m_filtering, arrangement, *number, [&] { records[*number].state = State::Free; });
        return;
    }
    const SecurityAlert &alert = changes.changed[at];
    const auto here = m_records->find(alert.id);
    const auto known = records.find(alert.id);
    if (alert.id.empty()
        || (!here && !known && !(m_range.contains(alert.timestamp) && (!m_company || alert.context.companyId == m_company))))
        return;
    // One that neither knows was raised about a time already read; it waits like any other that is new.
    const State state = here ? (*m_records)[*here].state : known ? State::Listed : State::Waiting;
    const Number number = known ? *known : static_cast<Number>(records.size());
    changeAdopted(*m_filtering, arrangement, number, [&] { records[records.put(alert)].state = state; });
    if (here && *here < m_filtering->carriedTo.size())
        m_filtering->carriedTo[*here] = number;
}

/// What waits there waits on, whether what was read knows it as new or not.
bool AlertModel::carryStates(const QDeadlineTimer &until)
{
    std::vector<Number> &carriedTo = m_filtering->carriedTo;
    carriedTo.reserve(m_records->size());
    while (carriedTo.size() < m_records->size()) {
        const std::size_t end = std::min(carriedTo.size() + kCarriedStep, m_records->size());
        while (carriedTo.size() < end) {
            carriedTo.push_back(carryRecord(static_cast<Number>(carriedTo.size())));
            carryState(*m_filtering, m_arrangement.get(), static_cast<Number>(carriedTo.size() - 1));
        }
        if (end < m_records->size() && until.hasExpired())
            return false;
    }
    return true;
}

/// Where a record is among those that were read.
AlertModel::Number AlertModel::carryRecord(Number number)
{
    AlertRecords &records = *m_filtering->adopted;
    if (const auto known = records.find(m_records->id(number)))
        return *known;
    if (!AlertRecords::isWaiting((*m_records)[number].state))
        return AlertGroups::kNowhere;
    const auto taken = static_cast<Number>(records.size());
    changeAdopted(*m_filtering, m_arrangement.get(), taken, [&] { records.take(*m_records, number); });
    return taken;
}

void AlertModel::carryState(Filtering &filtering, AlertArrangement *arrangement, Number number) const
{
    const Number there = filtering.carriedTo[number];
    if (there == AlertGroups::kNowhere)
        return;
    const State state = (*m_records)[number].state;
    State &carried = (*filtering.adopted)[there].state;
    if (state != carried && state != State::Free && carried != State::Free)
        changeAdopted(filtering, arrangement, there, [&] { carried = state; });
}

void AlertModel::replaceRecords(Filtering &filtering, AlertArrangement &arrangement)
{
    Q_EMIT recordsLeaving();
    if (filtering.groups.isOn() || m_groups.isOn()) {
        beginResetModel(); // Before, rows are named by the records and groups that there were.
        const HeldRows held = takeHeld(filtering);
        exchange(filtering);
        takeListed(arrangement);
        m_groups.refresh(m_listed, m_passes);
        std::vector<Number> rows = takeRows(arrangement);
        carryHeld(filtering, held, rows);
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    // What is shown is most often the head of what there is now: then the rest is put below, and nothing moves.
    const HeldRows held = takeHeld(filtering);
    exchange(filtering);
    takeListed(arrangement);
    const bool otherSorting = isSorting();
    std::vector<Number> rows = takeRows(arrangement);
    carryHeld(filtering, held, rows);
    const bool head = !otherSorting && m_rows.size() <= rows.size()
        && std::equal(m_rows.begin(), m_rows.end(), rows.begin(),
                      [&](Number was, Number is) { return filtering.carriedTo[was] == is; });
    if (!head) {
        m_records.swap(filtering.adopted);
        beginResetModel();
        m_records.swap(filtering.adopted);
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    const int count = static_cast<int>(m_rows.size());
    m_rows.assign(rows.begin(), rows.begin() + count);
    if (count > 0)
        Q_EMIT dataChanged(index(0, 0), index(count - 1, ColumnCount - 1));
    if (rows.size() == m_rows.size())
        return;
    beginInsertRows({}, count, static_cast<int>(rows.size()) - 1);
    m_rows = std::move(rows);
    endInsertRows();
}

} // namespace bartizan
