// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of the alerts of AlertModel: loading, changes, waiting.
#include "ui/models/alertmodel.h"

#include "ui/models/alertmodelfiltering.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <unordered_set>

namespace bartizan {
namespace {

using State = AlertRecords::State;

} // namespace

/// Rows as they were before the update, by what has to happen to them.
struct AlertModel::Touched {
    std::vector<int> stay;
    std::vector<int> go;
    std::vector<Number> come;
    bool reordered = false;
};

AlertModel::AlertModel(QObject *parent)
    : QAbstractTableModel(parent)
    , m_records(std::make_unique<AlertRecords>())
    , m_matcher(*m_records)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &AlertModel::goOn);
}

AlertModel::~AlertModel() = default;

void AlertModel::setScope(const TimeRange &range, const std::optional<std::string> &companyId)
{
    m_range = range;
    m_company = companyId;
}

bool AlertModel::inScope(const SecurityAlert &alert) const
{
    return m_range.contains(alert.timestamp) && (!m_company || alert.context.companyId == m_company)
        && (!m_loadedFrom || alert.timestamp >= *m_loadedFrom);
}

/// Adds a record to the counts and to its group, or takes it out (sign -1).
void AlertModel::account(Number number, int sign)
{
    alertmodel::tally(*m_records, number, m_passes[number], sign, m_counts, m_groups);
    if (m_filtering && m_filtering->hasSeen(number))
        alertmodel::tally(*m_records, number, m_filtering->passes[number], sign, m_filtering->counts, m_filtering->groups);
    if (m_arrangement && (!m_filtering || m_filtering->hasSeen(number)))
        m_arrangement->touch(number);
}

void AlertModel::setState(Number number, State state)
{
    account(number, -1);
    (*m_records)[number].state = state;
    account(number, 1);
}

/// Finds out anew what a record passes, and its group; it must not be part of the counts meanwhile.
void AlertModel::evaluate(Number number)
{
    if (m_passes.size() <= number)
        m_passes.resize(m_records->size(), AlertMatcher::Nothing);
    m_passes[number] = m_matcher.passes(number);
    m_groups.assign(number);
    if (!m_filtering || !m_filtering->hasSeen(number))
        return;
    m_filtering->passes[number] = m_filtering->matcher.passes(number);
    m_filtering->groups.assign(number);
}

void AlertModel::load(std::span<const SecurityAlert> alerts, bool olderFollow)
{
    beginResetModel();
    m_timer.stop();
    m_filtering.reset();
    m_arrangement.reset();
    m_records = std::make_unique<AlertRecords>();
    for (const SecurityAlert &alert : alerts) {
        if (!alert.id.empty())
            (*m_records)[m_records->put(alert)].state = State::Listed;
    }
    m_loadedFrom.reset();
    if (olderFollow && !alerts.empty())
        m_loadedFrom = alerts.back().timestamp;
    m_records->rankTexts();
    m_matcher.setRecords(*m_records);
    m_matcher.setFilter(m_wanted, {m_now, m_zone});
    m_passes.clear();
    m_counts = {};
    AlertGroups groups;
    groups.begin(m_wantedGrouping, *m_records);
    groups.takeOpenFrom(m_groups);
    m_groups = std::move(groups);
    for (Number number = 0; number < m_records->size(); ++number) {
        evaluate(number);
        account(number, 1);
    }
    AlertArrangement arrangement({*m_records, m_passes, m_groups}, orderWanted());
    arrangement.goOn(QDeadlineTimer(QDeadlineTimer::Forever));
    takeListed(arrangement);
    m_rows = takeRows(arrangement);
    endResetModel();
    if (std::exchange(m_sortingTold, false))
        Q_EMIT sortingChanged();
    Q_EMIT countsChanged();
}

/// Updates alerts that are known already. The rows are looked up first: afterwards the order may not hold.
void AlertModel::updateKnown(std::span<const SecurityAlert> known, Touched &touched)
{
    std::vector<std::pair<Number, int>> places;
    for (const SecurityAlert &alert : known) {
        const Number number = *m_records->find(alert.id);
        places.emplace_back(number, (*m_records)[number].state == State::Listed ? rowOf(number) : -1);
    }
    bool moved = false;
    for (std::size_t i = 0; i < known.size(); ++i) {
        const auto [number, row] = places[i];
        account(number, -1);
        moved = moved || (*m_records)[number].timestamp != known[i].timestamp;
        m_records->put(known[i]);
        evaluate(number);
        account(number, 1);
        if ((*m_records)[number].state != State::Listed)
            continue;
        if (row >= 0)
            (passes(number) ? touched.stay : touched.go).push_back(row);
        else if (hasRow(number))
            touched.come.push_back(number);
    }
    m_records->rankTexts();
    if (moved)
        sortListed();
    const auto inOrder = [this](int row) {
        const auto at = static_cast<std::size_t>(row);
        return (at == 0 || before(m_rows[at - 1], m_rows[at]))
            && (at + 1 == m_rows.size() || before(m_rows[at], m_rows[at + 1]));
    };
    touched.reordered = !std::all_of(touched.stay.begin(), touched.stay.end(), inOrder);
}

void AlertModel::apply(std::span<const SecurityAlert> changed, std::span<const std::string> removed, Arrivals arrivals)
{
    if (m_filtering && m_filtering->adopted) {
        m_filtering->told.push_back(std::make_shared<AlertChanges>(AlertChanges{
            0, {changed.begin(), changed.end()}, {removed.begin(), removed.end()}}));
    }
    m_groups.noteChanges();
    Touched touched;
    std::vector<SecurityAlert> known;
    std::vector<SecurityAlert> elsewhere; // Those that change their group: they go, and come again.
    std::vector<std::string> gone(removed.begin(), removed.end());
    std::vector<Number> arrived;
    const std::unordered_set<std::string_view> removedIds(removed.begin(), removed.end());
    for (SecurityAlert &alert : alertmodel::latestOfEach(changed)) {
        const auto number = m_records->find(alert.id);
        if (!number || (*m_records)[*number].state == State::Free) {
            if (inScope(alert))
                arrived.push_back(m_records->put(alert));
        } else if ((*m_records)[*number].state == State::Listed && !m_groups.isSame(*number, alert)) {
            if (removedIds.contains(alert.id))
                continue;
            gone.push_back(alert.id);
            elsewhere.push_back(std::move(alert));
        } else {
            known.push_back(std::move(alert));
        }
    }
    m_records->rankTexts();
    takeOut(gone, known, touched);
    updateKnown(known, touched);
    m_groups.refresh(m_listed, m_passes);
    addEmptied(touched.go);
    tellChanged(touched.stay);
    std::vector<Number> reordered;
    for (const int row : touched.stay) {
        if (touched.reordered)
            reordered.push_back(m_rows[static_cast<std::size_t>(row)]);
    }
    removeRowsAt(std::move(touched.go));
    m_groups.dropEmpty();
    if (touched.reordered)
        putBack(std::move(reordered));
    bringIn(arrived, arrivals, touched.come);
    std::vector<Number> moved;
    for (const SecurityAlert &alert : elsewhere)
        moved.push_back(m_records->put(alert));
    m_records->rankTexts();
    bringIn(moved, Arrivals::Show, touched.come);
    settle(std::move(touched.come), arrivals == Arrivals::Show && !arrived.empty());
    Q_EMIT countsChanged();
}

/// Records that have come in are listed or wait; those that are to have rows are added to `come`.
void AlertModel::bringIn(std::span<const Number> arrived, Arrivals arrivals, std::vector<Number> &come)
{
    for (const Number number : arrived) {
        evaluate(number);
        setState(number, arrivals == Arrivals::Wait ? State::Waiting : State::Listed);
        if (arrivals == Arrivals::Show && hasRow(number))
            come.push_back(number);
    }
    if (arrivals == Arrivals::Wait)
        m_waiting.insert(m_waiting.end(), arrived.begin(), arrived.end());
    else
        list(arrived);
}

/// Lets alerts go; what was told of them is void.
void AlertModel::takeOut(std::span<const std::string> removed, std::vector<SecurityAlert> &known, Touched &touched)
{
    bool any = false;
    std::unordered_set<std::string_view> gone;
    for (const std::string &id : removed) {
        const auto number = m_records->find(id);
        if (!number || (*m_records)[*number].state == State::Free)
            continue;
        if (const int row = (*m_records)[*number].state == State::Listed ? rowOf(*number) : -1; row >= 0)
            touched.go.push_back(row);
        setState(*number, State::Free);
        gone.insert(id);
        any = true;
    }
    if (!any)
        return;
    std::erase_if(m_waiting, [this](Number number) { return (*m_records)[number].state != State::Waiting; });
    std::erase_if(m_listed, [this](Number number) { return (*m_records)[number].state != State::Listed; });
    std::erase_if(known, [&gone](const SecurityAlert &alert) { return gone.contains(alert.id); });
}

void AlertModel::showWaiting()
{
    m_groups.noteChanges();
    std::vector<Number> come;
    for (const Number number : m_waiting) {
        setState(number, State::Listed);
        if (hasRow(number))
            come.push_back(number);
    }
    list(m_waiting);
    m_waiting.clear();
    settle(std::move(come), true);
    Q_EMIT countsChanged();
}

void AlertModel::setDisplayZone(const QTimeZone &zone)
{
    m_zone = zone;
    Q_EMIT headerDataChanged(Qt::Horizontal, TimeColumn, TimeColumn);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
    followTime(); // Dates are those of the zone.
}

void AlertModel::setNow(TimestampMs now)
{
    const bool otherDay = format::tableTime(m_now, now, m_zone) != format::tableTime(m_now, m_now, m_zone);
    m_now = now;
    if (otherDay && !m_rows.empty())
        Q_EMIT dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
}

} // namespace bartizan
