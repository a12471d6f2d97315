// SPDX-License-Identifier: GPL-3.0-or-later
// Filters and groupings of AlertModel on their way through the records.
#include "ui/models/alertmodelfiltering.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace bartizan {
namespace {

using State = AlertRecords::State;

/// So many alerts a filter looks at between two looks at the time.
constexpr std::size_t kFilterStep = 2048;

} // namespace

namespace alertmodel {

void tally(const AlertRecords &records, AlertRecords::Number number, std::uint8_t passes, int sign,
           AlertModel::Counts &counts, AlertGroups &groups)
{
    const AlertRecords::Record &record = records[number];
    if (record.state == State::Free)
        return;
    const bool shown = passes == AlertMatcher::Everything;
    if (AlertRecords::isWaiting(record.state)) {
        counts.waiting += shown ? sign : 0;
        counts.waitingCritical += shown && record.severity == AlertSeverity::Critical ? sign : 0;
        return;
    }
    counts.all += sign;
    counts.bySeverity[static_cast<std::size_t>(record.severity)] += passes != AlertMatcher::Nothing ? sign : 0;
    counts.shown += shown ? sign : 0;
    counts.active += shown && record.isActive() ? sign : 0;
    counts.muted += shown && record.isMuted() ? sign : 0;
    if (shown && groups.isOn())
        groups.count(number, sign);
}

std::vector<SecurityAlert> latestOfEach(std::span<const SecurityAlert> alerts)
{
    std::vector<SecurityAlert> latest;
    std::unordered_set<std::string_view> seen;
    for (auto alert = alerts.rbegin(); alert != alerts.rend(); ++alert) {
        if (!alert->id.empty() && seen.insert(alert->id).second)
            latest.push_back(*alert);
    }
    return latest;
}

} // namespace alertmodel

void AlertModel::setFilter(const Filter &filter)
{
    if (filter == m_wanted)
        return;
    listReturning();
    m_wanted = filter;
    bindFilter();
}

/// Begins to filter, with times that are counted from now.
void AlertModel::bindFilter()
{
    if (!m_filtering || !m_filtering->adopted)
        m_filtering = std::make_unique<Filtering>(*m_records);
    m_filtering->matcher.setFilter(m_wanted, moment());
    beginFiltering();
}

bool AlertModel::isFilterOld() const
{
    const AlertMatcher &matcher = m_filtering ? m_filtering->matcher : m_matcher;
    return !haveSameTimes(m_wanted, matcher.moment(), moment());
}

TimestampMs AlertModel::filteredAt() const
{
    return m_matcher.moment().now;
}

void AlertModel::followTime()
{
    if (isFilterOld())
        bindFilter();
}

void AlertModel::setGrouping(AlertGrouping by)
{
    if (by == m_wantedGrouping)
        return;
    listReturning();
    m_wantedGrouping = by;
    m_allOpen.reset();
    m_openedMeanwhile.clear();
    if (!m_filtering) {
        m_filtering = std::make_unique<Filtering>(*m_records);
        m_filtering->matcher = m_matcher; // With what it knows of the texts already.
    }
    if (isFilterOld())
        m_filtering->matcher.setFilter(m_wanted, moment());
    beginFiltering();
}

void AlertModel::beginFiltering()
{
    m_filtering->passes.clear();
    m_filtering->counts = {};
    m_filtering->groups.begin(m_wantedGrouping, m_filtering->adopted ? *m_filtering->adopted : *m_records);
    arrangeAnew();
}

/// Goes on through the records, those included that have come since; returns whether it has seen all.
bool AlertModel::goThrough(const QDeadlineTimer &until)
{
    Filtering &now = *m_filtering;
    const AlertRecords &records = now.adopted ? *now.adopted : *m_records;
    const std::size_t size = records.size();
    now.passes.reserve(size);
    while (now.passes.size() < size) {
        const std::size_t begin = now.passes.size();
        const std::size_t end = std::min(begin + kFilterStep, size);
        now.passes.resize(end);
        now.matcher.pass(static_cast<Number>(begin), std::span(now.passes).subspan(begin));
        now.groups.assign(static_cast<Number>(begin), static_cast<Number>(end));
        for (auto number = static_cast<Number>(begin); number < end; ++number) {
            alertmodel::tally(records, number, now.passes[number], 1, now.counts, now.groups);
            if (m_arrangement)
                m_arrangement->touch(number);
        }
        if (end < size && until.hasExpired())
            return false;
    }
    return true;
}

/// The filter has seen all records, and the order of what passes is found: now the rows follow it.
void AlertModel::endFiltering(Filtering &filtering, AlertArrangement &arrangement)
{
    if (filtering.adopted) {
        for (Number number = 0; number < filtering.carriedTo.size(); ++number)
            carryState(filtering, &arrangement, number); // What was shown since.
        m_addsOlder = m_loadedFrom.has_value();
        m_loadedFrom.reset();
        m_adopting = true;
        m_carriedTo = &filtering.carriedTo;
        replaceRecords(filtering, arrangement);
        m_carriedTo = nullptr;
        m_adopting = false;
        m_addsOlder = false;
        Q_EMIT countsChanged();
        return;
    }
    m_keepsRecords = true;
    // Of many groups it would take long to find out that not all of them are to be told of singly.
    if (filtering.groups.by() != m_groups.by() || m_groups.order().size() > alertmodel::kMostToldSingly) {
        beginResetModel(); // Before, rows are named as they were grouped.
        exchange(filtering);
        m_groups.refresh(m_listed, m_passes);
        m_rows = takeRows(arrangement);
        endResetModel();
    } else {
        filtering.groups.takeOrderFrom(m_groups);
        exchange(filtering);
        replaceRows(arrangement);
    }
    m_keepsRecords = false;
    Q_EMIT countsChanged();
}

/// Puts what a filter has found in the place of what there is, and the other way round.
void AlertModel::exchange(Filtering &filtering)
{
    std::swap(m_matcher, filtering.matcher);
    m_passes.swap(filtering.passes);
    std::swap(m_counts, filtering.counts);
    std::swap(m_groups, filtering.groups);
    if (filtering.adopted)
        m_records.swap(filtering.adopted);
}

/// The filter has changed: the rows follow, singly if it is a matter of few.
void AlertModel::replaceRows(AlertArrangement &arrangement)
{
    m_groups.refresh(m_listed, m_passes);
    m_groups.noteAll();
    const auto startAnew = [&] {
        beginResetModel();
        m_groups.takeChanges();
        m_rows = takeRows(arrangement);
        endResetModel();
    };
    const auto shown = static_cast<std::size_t>(m_counts.shown);
    const std::size_t many = alertmodel::kMostToldSingly + std::min(shown, m_rows.size());
    if (!m_groups.isOn() && std::max(shown, m_rows.size()) > many) // As many come, or go, at least.
        return startAnew();
    std::vector<int> go;
    std::vector<AlertGroups::Slot> emptied = m_groups.changes();
    std::erase_if(emptied, [this](AlertGroups::Slot slot) { return m_groups.figures(slot).alerts > 0; });
    addRowsOf(emptied, go);
    for (std::size_t row = 0; row < m_rows.size() && go.size() <= alertmodel::kMostToldSingly; ++row) {
        if (!AlertGroups::isRow(m_rows[row]) && !passes(m_rows[row]))
            go.push_back(static_cast<int>(row));
    }
    std::vector<Number> come;
    if (go.size() <= alertmodel::kMostToldSingly) {
        std::vector<bool> there(m_records->size(), false);
        for (const Number number : m_rows) {
            if (!AlertGroups::isRow(number))
                there[number] = true;
        }
        for (auto number = m_listed.begin(); number != m_listed.end() && come.size() <= alertmodel::kMostToldSingly; ++number) {
            if (hasRow(*number) && !there[*number])
                come.push_back(*number);
        }
    }
    if (m_allOpen || m_held.isAnyMisplaced(m_groups) || go.size() > alertmodel::kMostToldSingly || come.size() > alertmodel::kMostToldSingly
        || m_groups.changes().size() > alertmodel::kMostToldSingly)
        return startAnew();
    replaceRowsSingly(arrangement, std::move(go), std::move(come));
}

/// Some rows go, those that stay take their new order, and some come.
void AlertModel::replaceRowsSingly(AlertArrangement &arrangement, std::vector<int> go, std::vector<Number> come)
{
    removeRowsAt(std::move(go));
    const std::vector<AlertGroups::Slot> changed = m_groups.takeChanges();
    for (const AlertGroups::Slot slot : changed) {
        if (m_groups.figures(slot).alerts > 0 && m_groups.placeOf(slot) == AlertGroups::kNowhere)
            come.push_back(AlertGroups::rowOf(slot));
    }
    const bool otherSorting = isSorting();
    std::vector<Number> rows = takeRows(arrangement);
    std::unordered_set<Number> coming(come.begin(), come.end());
    std::erase_if(rows, [&coming](Number row) { return coming.contains(row); });
    if (otherSorting || rows != m_rows)
        moveRows(std::move(rows));
    insertRows(std::move(come));
    std::vector<int> told;
    for (const AlertGroups::Slot slot : changed) {
        if (const int row = groupRow(slot); row >= 0)
            told.push_back(row);
    }
    tellChanged(std::move(told));
}

} // namespace bartizan
