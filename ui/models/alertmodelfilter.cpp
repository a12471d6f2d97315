// SPDX-License-Identifier: GPL-3.0-or-later
// Filters and groupings of AlertModel on their way through the records.
#include "ui/models/alertmodelfiltering.h"

#include <QElapsedTimer>

#include <unordered_set>

namespace bartizan {
namespace {

using State = AlertRecords::State;

/// Up to this many alerts a filter looks at at once.
constexpr std::size_t kFilteredAtOnce = 20'000;
/// Beyond, this long in one go, in milliseconds, and this many between two looks at the time.
constexpr qint64 kFilterSlice = 12;
constexpr std::size_t kFilterStep = 2048;
/// A slice of less than this, in milliseconds, may be followed at once by what the rows do then.
constexpr qint64 kShortSlice = 4;
/// In the place of what a record passes, while it is not counted.
constexpr std::uint8_t kTakenOut = 0x80;

} // namespace

namespace alertmodel {

void tally(const AlertRecords &records, AlertRecords::Number number, std::uint8_t passes, int sign,
           AlertModel::Counts &counts, AlertGroups &groups)
{
    const AlertRecords::Record &record = records[number];
    if (record.state == State::Free)
        return;
    const bool shown = passes == AlertMatcher::Everything;
    if (record.state == State::Waiting) {
        counts.waiting += shown ? sign : 0;
        counts.waitingCritical += shown && record.severity == AlertSeverity::Critical ? sign : 0;
        return;
    }
    counts.all += sign;
    counts.bySeverity[static_cast<std::size_t>(record.severity)] += passes != AlertMatcher::Nothing ? sign : 0;
    counts.shown += shown ? sign : 0;
    counts.active += shown && record.isActive() ? sign : 0;
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

void AlertModel::adopt(std::unique_ptr<AlertRecords> records, std::span<const SecurityAlert> changed,
                       std::span<const std::string> removed)
{
    m_filtering = std::make_unique<Filtering>(*records);
    m_filtering->adopted = std::move(records);
    m_filtering->changed.assign(changed.begin(), changed.end());
    m_filtering->removed.assign(removed.begin(), removed.end());
    m_filtering->matcher.setFilter(m_wanted, {m_now, m_zone});
    beginFiltering();
}

void AlertModel::setFilter(const Filter &filter)
{
    if (filter == m_wanted)
        return;
    m_wanted = filter;
    if (!m_filtering || !m_filtering->adopted)
        m_filtering = std::make_unique<Filtering>(*m_records);
    m_filtering->matcher.setFilter(filter, {m_now, m_zone});
    beginFiltering();
}

void AlertModel::setGrouping(AlertGrouping by)
{
    if (by == m_wantedGrouping)
        return;
    m_wantedGrouping = by;
    if (!m_filtering) {
        m_filtering = std::make_unique<Filtering>(*m_records);
        m_filtering->matcher = m_matcher; // With what it knows of the texts already.
    }
    beginFiltering();
}

void AlertModel::beginFiltering()
{
    m_filtering->passes.clear();
    m_filtering->counts = {};
    m_filtering->groups.begin(m_wantedGrouping, m_filtering->adopted ? *m_filtering->adopted : *m_records);
    goOnFiltering();
}

void AlertModel::goOnFiltering()
{
    if (!m_filtering)
        return;
    QElapsedTimer time;
    time.start();
    Filtering &now = *m_filtering;
    const AlertRecords &records = now.adopted ? *now.adopted : *m_records;
    const std::size_t size = records.size();
    now.passes.reserve(size);
    while (now.passes.size() < size) {
        const std::size_t end = std::min(now.passes.size() + kFilterStep, size);
        while (now.passes.size() < end) {
            const auto number = static_cast<Number>(now.passes.size());
            now.passes.push_back(now.matcher.passes(number));
            now.groups.assign(number);
            alertmodel::tally(records, number, now.passes.back(), 1, now.counts, now.groups);
        }
        if (size > kFilteredAtOnce && time.elapsed() >= kFilterSlice) {
            m_filterTimer.start();
            return;
        }
    }
    if (size > kFilteredAtOnce && time.elapsed() >= kShortSlice) { // The end takes its own time.
        m_filterTimer.start();
        return;
    }
    m_filterTimer.stop();
    endFiltering();
}

/// The filter has seen all records: now the rows follow it.
void AlertModel::endFiltering()
{
    const auto filtering = std::move(m_filtering);
    if (filtering->adopted)
        carryOver(*filtering);
    filtering->groups.takeOpenFrom(m_groups);
    if (filtering->adopted) {
        m_loadedFrom.reset();
        m_adopting = true;
        replaceRecords(*filtering);
        m_adopting = false;
        Q_EMIT countsChanged();
        return;
    }
    m_keepsRecords = true;
    if (filtering->groups.by() != m_groups.by()) {
        beginResetModel(); // Before, rows are named as they were grouped.
        exchange(*filtering);
        arrangeGroups();
        m_rows = rowsWanted();
        endResetModel();
    } else {
        filtering->groups.takeOrderFrom(m_groups);
        exchange(*filtering);
        replaceRows();
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

/// Tells records that were read meanwhile what has become of alerts since.
void AlertModel::carryOver(Filtering &filtering) const
{
    AlertRecords &records = *filtering.adopted;
    std::vector<std::pair<Number, State>> touched;
    // Out of the counts before anything changes; what is new is in none.
    const auto takeOut = [&](Number number) {
        if (number < filtering.passes.size() && filtering.passes[number] != kTakenOut) {
            alertmodel::tally(records, number, filtering.passes[number], -1, filtering.counts, filtering.groups);
            filtering.passes[number] = kTakenOut;
        }
    };
    for (const Number waiting : m_waiting) {
        const auto known = records.find(m_records->id(waiting));
        if (known)
            takeOut(*known);
        touched.emplace_back(known ? *known : records.take(*m_records, waiting), State::Waiting);
    }
    for (const SecurityAlert &alert : alertmodel::latestOfEach(filtering.changed)) {
        const auto here = m_records->find(alert.id);
        const auto known = records.find(alert.id);
        if (!here && !known && !(m_range.contains(alert.timestamp) && (!m_company || alert.context.companyId == m_company)))
            continue;
        if (known)
            takeOut(*known);
        // One that neither knows was raised about a time already read; it waits like any other that is new.
        touched.emplace_back(records.put(alert), here ? (*m_records)[*here].state : known ? State::Listed : State::Waiting);
    }
    for (const std::string &id : filtering.removed) {
        if (const auto number = records.find(id)) {
            takeOut(*number);
            touched.emplace_back(*number, State::Free);
        }
    }
    records.rankTexts();
    filtering.passes.resize(records.size(), kTakenOut);
    for (const auto &[number, state] : touched)
        records[number].state = state;
    for (const auto &[number, state] : touched) {
        if (filtering.passes[number] != kTakenOut)
            continue; // It was touched twice.
        filtering.passes[number] = filtering.matcher.passes(number);
        filtering.groups.assign(number);
        alertmodel::tally(records, number, filtering.passes[number], 1, filtering.counts, filtering.groups);
    }
}

} // namespace bartizan
