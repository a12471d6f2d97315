// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of the alerts of AlertModel: loading, changes, waiting.
#include "ui/models/alertmodel.h"

#include "ui/models/alertmodelfiltering.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace bartizan {
namespace {

using State = AlertRecords::State;

} // namespace

struct AlertModel::Known {
    SecurityAlert alert;
    bool byOthers = false;
    bool own = false; ///< It is known that it is not.
};

/// Rows as they were before the update, by what has to happen to them.
struct AlertModel::Touched {
    std::vector<int> stay;
    std::vector<int> go;
    std::vector<Number> come;
    bool reordered = false;
    std::vector<Number> released; ///< Of those that go: no longer held.
    bool waits = false;           ///< Some that were listed wait now.
    std::vector<Number> listed;   ///< These waited, and do so no longer.
    std::unordered_set<AlertGroups::Slot> kept;  ///< Groups that others have changed: they stay, and
    std::unordered_set<AlertGroups::Slot> later; ///< those whose alerts have rows in others, which wait for a new order.
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
    countHeld(number, sign);
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
    Q_EMIT recordsLeaving();
    beginResetModel();
    m_timer.stop();
    m_filtering.reset();
    m_arrangement.reset();
    m_held.clear();
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
void AlertModel::updateKnown(std::span<const Known> known, Touched &touched)
{
    std::vector<std::pair<Number, int>> places;
    for (const Known &one : known) {
        const Number number = *m_records->find(one.alert.id);
        places.emplace_back(number, (*m_records)[number].state == State::Listed ? rowOf(number) : -1);
    }
    bool moved = false;
    for (std::size_t i = 0; i < known.size(); ++i) {
        const auto [number, row] = places[i];
        moved = moved || (*m_records)[number].timestamp != known[i].alert.timestamp;
        updateOne(known[i], number, row, touched);
    }
    m_records->rankTexts();
    if (touched.waits)
        std::erase_if(m_listed, [this](Number number) { return (*m_records)[number].state != State::Listed; });
    if (!touched.listed.empty()) {
        std::erase_if(m_waiting, [this](Number number) { return !AlertRecords::isWaiting((*m_records)[number].state); });
        list(touched.listed);
    }
    if (moved)
        sortListed();
    const auto inOrder = [this](int row) {
        const auto at = static_cast<std::size_t>(row);
        return (at == 0 || before(m_rows[at - 1], m_rows[at]))
            && (at + 1 == m_rows.size() || before(m_rows[at], m_rows[at + 1]));
    };
    touched.reordered = !std::all_of(touched.stay.begin(), touched.stay.end(), inOrder);
}

/// `row`: -1 if it has none. What others have changed keeps its row; what they would bring in waits, as all that comes.
void AlertModel::updateOne(const Known &known, Number number, int row, Touched &touched)
{
    const HeldRows::Standing was = standing(number);
    const bool passed = passes(number);
    AlertRecords::Record &record = (*m_records)[number];
    const bool stays = row >= 0 && known.byOthers;
    if (m_groups.isOn() && known.byOthers)
        touched.kept.insert(m_groups.slotOf(number));
    account(number, -1);
    m_records->put(known.alert);
    evaluate(number);
    const bool misplaced = m_groups.isOn() && was.slot != m_groups.slotOf(number);
    if (stays && !standsAs(number, was))
        m_held.hold(number, was, m_records->size());
    else if (stays || (passes(number) && !misplaced))
        m_held.release(number);
    const bool waits = known.byOthers && record.state == State::Listed && row < 0 && passes(number) && (!passed || misplaced);
    if (waits) {
        record.state = State::Returning;
        m_waiting.push_back(number);
        touched.waits = true;
    }
    // One's own step brings in what it is about.
    if (known.own && AlertRecords::isWaiting(record.state) && passes(number)) {
        record.state = State::Listed;
        touched.listed.push_back(number);
    }
    account(number, 1);
    if (record.state != State::Listed)
        return;
    if (stays) {
        touched.stay.push_back(row);
        if (misplaced)
            touched.later.insert(m_groups.slotOf(number));
    } else if (row >= 0 && passes(number) && !misplaced) {
        touched.stay.push_back(row);
    } else {
        if (row >= 0)
            touched.go.push_back(row);
        if (m_held.find(number))
            touched.released.push_back(number);
        if (hasRow(number) && (row < 0 || misplaced))
            touched.come.push_back(number);
    }
}

void AlertModel::apply(std::span<const SecurityAlert> changed, std::span<const std::string> removed, Arrivals arrivals,
                       const IsOthers &isOthers)
{
    if (m_filtering && m_filtering->adopted) {
        m_filtering->told.push_back(std::make_shared<AlertChanges>(AlertChanges{
            0, {changed.begin(), changed.end()}, {removed.begin(), removed.end()}, {}, 0}));
    }
    m_groups.noteChanges();
    Touched touched;
    std::vector<Known> known;
    std::vector<SecurityAlert> elsewhere; // Those that change their group: they go, and come again.
    std::vector<std::string> gone(removed.begin(), removed.end());
    std::vector<Number> arrived;
    const std::unordered_set<std::string_view> removedIds(removed.begin(), removed.end());
    m_changedByOthers = static_cast<bool>(isOthers);
    for (SecurityAlert &alert : alertmodel::latestOfEach(changed)) {
        const auto number = m_records->find(alert.id);
        if (!number || (*m_records)[*number].state == State::Free) {
            if (inScope(alert))
                arrived.push_back(m_records->put(alert));
            continue;
        }
        const bool byOthers = isOthers && isOthers((*m_records)[*number], alert);
        m_changedByOthers = m_changedByOthers && byOthers;
        if ((*m_records)[*number].state == State::Listed && !m_groups.isSame(*number, alert) && !byOthers) {
            if (removedIds.contains(alert.id))
                continue;
            gone.push_back(alert.id);
            elsewhere.push_back(std::move(alert));
        } else {
            known.push_back({std::move(alert), byOthers, isOthers && !byOthers});
        }
    }
    m_records->rankTexts();
    takeOut(gone, known, touched);
    updateKnown(known, touched);
    changeRows(touched);
    bringIn(arrived, arrivals, touched.come);
    std::vector<Number> moved;
    for (const SecurityAlert &alert : elsewhere)
        moved.push_back(m_records->put(alert));
    m_records->rankTexts();
    bringIn(moved, Arrivals::Show, touched.come);
    settle(std::move(touched.come), arrivals == Arrivals::Show && !arrived.empty(), touched.later);
    m_changedByOthers = false;
    if (arrivals == Arrivals::Show && isHolding() && !m_arrangement && !m_filtering)
        arrangeAnew(); // Nobody looks at what was held.
    Q_EMIT countsChanged();
}

/// Rows that were there before follow what has become of their alerts: some go, some take other places.
void AlertModel::changeRows(Touched &touched)
{
    m_groups.refresh(m_listed, m_passes);
    const std::vector<AlertGroups::Slot> dropped = emptied(touched.kept);
    addRowsOf(dropped, touched.go);
    tellChanged(touched.stay);
    std::vector<Number> reordered;
    for (const int row : touched.stay) {
        if (touched.reordered)
            reordered.push_back(m_rows[static_cast<std::size_t>(row)]);
    }
    removeRowsAt(std::move(touched.go));
    release(touched.released);
    m_groups.drop(dropped);
    if (touched.reordered)
        putBack(std::move(reordered));
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
void AlertModel::takeOut(std::span<const std::string> removed, std::vector<Known> &known, Touched &touched)
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
        if (m_held.find(*number))
            touched.released.push_back(*number);
        gone.insert(id);
        any = true;
    }
    if (!any)
        return;
    std::erase_if(m_waiting, [this](Number number) { return !AlertRecords::isWaiting((*m_records)[number].state); });
    std::erase_if(m_listed, [this](Number number) { return (*m_records)[number].state != State::Listed; });
    std::erase_if(known, [&gone](const Known &one) { return gone.contains(one.alert.id); });
}

void AlertModel::showWaiting()
{
    letIn(std::exchange(m_waiting, {}));
    putInOrder();
    Q_EMIT countsChanged();
}

void AlertModel::letIn(std::vector<Number> waiting)
{
    m_groups.noteChanges();
    std::vector<Number> come;
    for (const Number number : waiting) {
        setState(number, State::Listed);
        if (hasRow(number))
            come.push_back(number);
    }
    list(waiting);
    settle(std::move(come), true);
}

/// Whoever wants other rows finds among them all that was there before; whether there was something.
bool AlertModel::listReturning()
{
    std::vector<Number> returning;
    std::erase_if(m_waiting, [&](Number number) {
        const bool returns = (*m_records)[number].state == State::Returning;
        if (returns)
            returning.push_back(number);
        return returns;
    });
    if (returning.empty())
        return false;
    letIn(std::move(returning));
    return true;
}

void AlertModel::putInOrder()
{
    if (isHolding())
        arrangeAnew();
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
