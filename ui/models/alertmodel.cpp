// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of the alerts of AlertModel: loading, changes, filtering.
#include "ui/models/alertmodel.h"

#include "ui/theme/format.h"

#include <QElapsedTimer>

#include <algorithm>
#include <unordered_set>

namespace bartizan {
namespace {

using State = AlertRecords::State;

/// Up to this many alerts a filter looks at at once.
constexpr std::size_t kFilteredAtOnce = 20'000;
/// Beyond, this long in one go, in milliseconds, and this many between two looks at the time.
constexpr qint64 kFilterSlice = 12;
constexpr std::size_t kFilterStep = 2048;

/// The last word on each alert: where an id occurs twice, the later one.
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

bool hasTimes(const Filter &filter)
{
    return std::any_of(filter.terms.begin(), filter.terms.end(), [](const FilterTerm &term) {
        return term.field == FilterField::Since || term.field == FilterField::Until;
    });
}

} // namespace

/// Rows as they were before the update, by what has to happen to them.
struct AlertModel::Touched {
    std::vector<int> stay;
    std::vector<int> go;
    std::vector<Number> come;
    bool reordered = false;
};

struct AlertModel::Filtering {
    explicit Filtering(const AlertRecords &records)
        : matcher(records)
    {
    }
    std::unique_ptr<AlertRecords> adopted; ///< To become the records; null: they stay.
    std::vector<SecurityAlert> changed;    ///< Told since those were read.
    std::vector<std::string> removed;
    AlertMatcher matcher;
    std::vector<std::uint8_t> passes;      ///< So far.
    std::vector<Number> again;             ///< Changed after their turn.
};

AlertModel::AlertModel(QObject *parent)
    : QAbstractTableModel(parent)
    , m_records(std::make_unique<AlertRecords>())
    , m_matcher(*m_records)
{
    m_filterTimer.setSingleShot(true);
    m_filterTimer.setInterval(0);
    connect(&m_filterTimer, &QTimer::timeout, this, &AlertModel::goOnFiltering);
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

/// Adds a record to the counts, or takes it out (sign -1).
void AlertModel::account(Number number, int sign)
{
    const AlertRecords::Record &record = (*m_records)[number];
    if (record.state == State::Free)
        return;
    const bool shown = passes(number);
    if (record.state == State::Waiting) {
        m_counts.waiting += shown ? sign : 0;
        m_counts.waitingCritical += shown && record.severity == AlertSeverity::Critical ? sign : 0;
        return;
    }
    m_counts.all += sign;
    m_counts.bySeverity[static_cast<std::size_t>(record.severity)] += m_passes[number] != AlertMatcher::Nothing ? sign : 0;
    m_counts.shown += shown ? sign : 0;
    m_counts.active += shown && !record.acknowledged ? sign : 0;
}

void AlertModel::setState(Number number, State state)
{
    account(number, -1);
    (*m_records)[number].state = state;
    account(number, 1);
}

/// Finds out anew what a record passes; it must not be part of the counts meanwhile.
void AlertModel::evaluate(Number number)
{
    if (m_passes.size() <= number)
        m_passes.resize(m_records->size(), AlertMatcher::Nothing);
    m_passes[number] = m_matcher.passes(number);
    if (m_filtering && !m_filtering->adopted && number < m_filtering->passes.size())
        m_filtering->again.push_back(number);
}

void AlertModel::load(std::span<const SecurityAlert> alerts, bool olderFollow)
{
    beginResetModel();
    m_filterTimer.stop();
    m_filtering.reset();
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
    for (Number number = 0; number < m_records->size(); ++number)
        evaluate(number);
    collectListed();
    m_rows = rowsWanted();
    endResetModel();
    Q_EMIT countsChanged();
}

void AlertModel::adopt(std::unique_ptr<AlertRecords> records, std::span<const SecurityAlert> changed,
                       std::span<const std::string> removed)
{
    m_filtering = std::make_unique<Filtering>(*records);
    m_filtering->adopted = std::move(records);
    m_filtering->changed.assign(changed.begin(), changed.end());
    m_filtering->removed.assign(removed.begin(), removed.end());
    m_filtering->matcher.setFilter(m_wanted, {m_now, m_zone});
    goOnFiltering();
}

void AlertModel::setFilter(const Filter &filter)
{
    if (filter == m_wanted)
        return;
    m_wanted = filter;
    if (!m_filtering || !m_filtering->adopted)
        m_filtering = std::make_unique<Filtering>(*m_records);
    m_filtering->matcher.setFilter(filter, {m_now, m_zone});
    m_filtering->passes.clear();
    m_filtering->again.clear();
    goOnFiltering();
}

void AlertModel::goOnFiltering()
{
    if (!m_filtering)
        return;
    QElapsedTimer time;
    time.start();
    const std::size_t size = (m_filtering->adopted ? *m_filtering->adopted : *m_records).size();
    std::vector<std::uint8_t> &passed = m_filtering->passes;
    passed.reserve(size);
    while (passed.size() < size) {
        const std::size_t end = std::min(passed.size() + kFilterStep, size);
        while (passed.size() < end)
            passed.push_back(m_filtering->matcher.passes(static_cast<Number>(passed.size())));
        if (size > kFilteredAtOnce && time.elapsed() >= kFilterSlice) {
            m_filterTimer.start();
            return;
        }
    }
    m_filterTimer.stop();
    endFiltering();
}

/// The filter has seen all records: now the rows follow it.
void AlertModel::endFiltering()
{
    const auto filtering = std::move(m_filtering);
    m_matcher = std::move(filtering->matcher);
    m_passes = std::move(filtering->passes);
    if (filtering->adopted) {
        carryOver(*filtering->adopted, filtering->changed, filtering->removed);
        m_loadedFrom.reset();
    }
    for (const Number number : filtering->again)
        m_passes[number] = m_matcher.passes(number);
    m_adopting = filtering->adopted != nullptr;
    if (m_adopting)
        replaceRecords(std::move(filtering->adopted));
    else
        replaceRows();
    m_adopting = false;
    Q_EMIT countsChanged();
}

/// Tells records that were read meanwhile what has become of alerts since.
void AlertModel::carryOver(AlertRecords &records, std::span<const SecurityAlert> changed,
                           std::span<const std::string> removed)
{
    std::vector<Number> touched;
    for (const Number waiting : m_waiting) {
        const auto known = records.find(m_records->id(waiting));
        touched.push_back(known ? *known : records.take(*m_records, waiting));
        records[touched.back()].state = State::Waiting;
    }
    for (const SecurityAlert &alert : latestOfEach(changed)) {
        const auto here = m_records->find(alert.id);
        const bool known = records.find(alert.id).has_value();
        if (!here && !known && !(m_range.contains(alert.timestamp) && (!m_company || alert.context.companyId == m_company)))
            continue;
        touched.push_back(records.put(alert));
        // One that neither knows was raised about a time already read; it waits like any other that is new.
        records[touched.back()].state = here ? (*m_records)[*here].state : known ? State::Listed : State::Waiting;
    }
    for (const std::string &id : removed) {
        if (const auto number = records.find(id))
            records[*number].state = State::Free;
    }
    records.rankTexts();
    m_passes.resize(records.size(), AlertMatcher::Nothing);
    for (const Number number : touched)
        m_passes[number] = m_matcher.passes(number);
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
        else if (passes(number))
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
        m_filtering->changed.insert(m_filtering->changed.end(), changed.begin(), changed.end());
        m_filtering->removed.insert(m_filtering->removed.end(), removed.begin(), removed.end());
    }
    Touched touched;
    std::vector<SecurityAlert> known;
    std::vector<Number> arrived;
    for (SecurityAlert &alert : latestOfEach(changed)) {
        const auto number = m_records->find(alert.id);
        if (number && (*m_records)[*number].state != State::Free)
            known.push_back(std::move(alert));
        else if (inScope(alert))
            arrived.push_back(m_records->put(alert));
    }
    m_records->rankTexts();
    takeOut(removed, known, touched);
    updateKnown(known, touched);
    tellChanged(touched.stay);
    removeRowsAt(std::move(touched.go));
    if (touched.reordered)
        resort();
    for (const Number number : arrived) {
        evaluate(number);
        setState(number, arrivals == Arrivals::Wait ? State::Waiting : State::Listed);
        if (arrivals == Arrivals::Show && passes(number))
            touched.come.push_back(number);
    }
    if (arrivals == Arrivals::Wait)
        m_waiting.insert(m_waiting.end(), arrived.begin(), arrived.end());
    else
        list(arrived);
    insertRows(std::move(touched.come));
    Q_EMIT countsChanged();
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
    std::vector<Number> come;
    for (const Number number : m_waiting) {
        setState(number, State::Listed);
        if (passes(number))
            come.push_back(number);
    }
    list(m_waiting);
    m_waiting.clear();
    insertRows(std::move(come));
    Q_EMIT countsChanged();
}

void AlertModel::setDisplayZone(const QTimeZone &zone)
{
    m_zone = zone;
    Q_EMIT headerDataChanged(Qt::Horizontal, TimeColumn, TimeColumn);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
    if (hasTimes(m_wanted)) {
        const Filter same = std::exchange(m_wanted, {});
        setFilter(same);
    }
}

void AlertModel::setNow(TimestampMs now)
{
    const bool otherDay = format::tableTime(m_now, now, m_zone) != format::tableTime(m_now, m_now, m_zone);
    m_now = now;
    if (otherDay && !m_rows.empty())
        Q_EMIT dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
}

} // namespace bartizan
