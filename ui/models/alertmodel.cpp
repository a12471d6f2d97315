// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertmodel.h"

#include "ui/theme/format.h"

#include <algorithm>
#include <unordered_set>

namespace bartizan {
namespace {

using State = AlertRecords::State;

QString storedText(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

AlertRecords::Key keyOf(int column)
{
    switch (column) {
    case AlertModel::SeverityColumn: return AlertRecords::Key::Severity;
    case AlertModel::TypeColumn: return AlertRecords::Key::Type;
    case AlertModel::TitleColumn: return AlertRecords::Key::Title;
    case AlertModel::AddressColumn: return AlertRecords::Key::Address;
    case AlertModel::CountryColumn: return AlertRecords::Key::Country;
    case AlertModel::UserColumn: return AlertRecords::Key::User;
    case AlertModel::CountColumn: return AlertRecords::Key::Count;
    case AlertModel::StatusColumn: return AlertRecords::Key::Status;
    default: return AlertRecords::Key::Time;
    }
}

/// When a filter changes more rows than this, telling views of each costs more than letting them start anew.
constexpr std::size_t kMostToldSingly = 500;

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
{
}

void AlertModel::setScope(const TimeRange &range, const std::optional<std::string> &companyId)
{
    m_range = range;
    m_company = companyId;
}

bool AlertModel::inScope(const SecurityAlert &alert) const
{
    return m_range.contains(alert.timestamp) && (!m_company || alert.context.companyId == m_company);
}

bool AlertModel::passes(Number number) const
{
    return m_matcher.passes(m_records[number], m_records.id(number));
}

bool AlertModel::before(Number a, Number b) const
{
    return m_records.before(a, b, keyOf(m_sortColumn), m_sortOrder == Qt::DescendingOrder);
}

int AlertModel::rowOf(Number number) const
{
    const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), number,
                                     [this](Number a, Number b) { return before(a, b); });
    return at != m_rows.end() && *at == number ? static_cast<int>(at - m_rows.begin()) : -1;
}

/// Adds a record to the counts, or takes it out (sign -1).
void AlertModel::account(Number number, int sign)
{
    const AlertRecords::Record &record = m_records[number];
    if (record.state == State::Free)
        return;
    const bool passesBase = m_matcher.passesBase(record, m_records.id(number));
    const auto severity = static_cast<std::size_t>(record.severity);
    const bool shown = passesBase && filter().severities[severity];
    if (record.state == State::Waiting) {
        m_counts.waiting += shown ? sign : 0;
        m_counts.waitingCritical += shown && record.severity == AlertSeverity::Critical ? sign : 0;
        return;
    }
    m_counts.all += sign;
    m_counts.bySeverity[severity] += passesBase ? sign : 0;
    m_counts.shown += shown ? sign : 0;
    m_counts.active += shown && !record.acknowledged ? sign : 0;
}

void AlertModel::recount()
{
    m_counts = {};
    for (Number number = 0; number < m_records.size(); ++number)
        account(number, 1);
}

void AlertModel::setState(Number number, State state)
{
    account(number, -1);
    m_records[number].state = state;
    account(number, 1);
}

AlertModel::Counts AlertModel::counts() const
{
    return m_counts;
}

void AlertModel::load(std::span<const SecurityAlert> alerts)
{
    beginResetModel();
    m_records.clear();
    m_matcher.forget();
    m_rows.clear();
    m_waiting.clear();
    for (const SecurityAlert &alert : alerts) {
        if (!alert.id.empty())
            m_records[m_records.put(alert)].state = State::Listed;
    }
    recount();
    for (Number number = 0; number < m_records.size(); ++number) {
        if (passes(number))
            m_rows.push_back(number);
    }
    std::sort(m_rows.begin(), m_rows.end(), [this](Number a, Number b) { return before(a, b); });
    endResetModel();
    Q_EMIT countsChanged();
}

/// Updates alerts that are known already. The rows are looked up first: afterwards the order may not hold.
void AlertModel::updateKnown(std::span<const SecurityAlert> known, Touched &touched)
{
    std::vector<std::pair<Number, int>> places;
    for (const SecurityAlert &alert : known) {
        const Number number = *m_records.find(alert.id);
        places.emplace_back(number, m_records[number].state == State::Listed ? rowOf(number) : -1);
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
        const auto [number, row] = places[i];
        account(number, -1);
        m_records.put(known[i]);
        account(number, 1);
        if (m_records[number].state != State::Listed)
            continue;
        if (row >= 0)
            (passes(number) ? touched.stay : touched.go).push_back(row);
        else if (passes(number))
            touched.come.push_back(number);
    }
    const auto inOrder = [this](int row) {
        const auto at = static_cast<std::size_t>(row);
        return (at == 0 || before(m_rows[at - 1], m_rows[at]))
            && (at + 1 == m_rows.size() || before(m_rows[at], m_rows[at + 1]));
    };
    touched.reordered = !std::all_of(touched.stay.begin(), touched.stay.end(), inOrder);
}

void AlertModel::apply(std::span<const SecurityAlert> changed, std::span<const std::string> removed, Arrivals arrivals)
{
    Touched touched;
    std::vector<SecurityAlert> known;
    std::vector<Number> arrived;
    for (SecurityAlert &alert : latestOfEach(changed)) {
        const auto number = m_records.find(alert.id);
        if (number && m_records[*number].state != State::Free)
            known.push_back(std::move(alert));
        else if (inScope(alert))
            arrived.push_back(m_records.put(alert));
    }
    for (const std::string &id : removed) {
        const auto number = m_records.find(id);
        if (!number || m_records[*number].state == State::Free)
            continue;
        if (const int row = m_records[*number].state == State::Listed ? rowOf(*number) : -1; row >= 0)
            touched.go.push_back(row);
        setState(*number, State::Free);
        std::erase(m_waiting, *number);
        std::erase_if(known, [&id](const SecurityAlert &alert) { return alert.id == id; });
    }
    updateKnown(known, touched);
    tellChanged(touched.stay);
    removeRowsAt(std::move(touched.go));
    if (touched.reordered)
        resort();
    for (const Number number : arrived) {
        setState(number, arrivals == Arrivals::Wait ? State::Waiting : State::Listed);
        if (arrivals == Arrivals::Wait)
            m_waiting.push_back(number);
        else if (passes(number))
            touched.come.push_back(number);
    }
    insertRows(std::move(touched.come));
    Q_EMIT countsChanged();
}

void AlertModel::showWaiting()
{
    std::vector<Number> come;
    for (const Number number : m_waiting) {
        setState(number, State::Listed);
        if (passes(number))
            come.push_back(number);
    }
    m_waiting.clear();
    insertRows(std::move(come));
    Q_EMIT countsChanged();
}

/// Puts records in their places, run by run from the end, so that earlier places stay valid.
void AlertModel::insertRows(std::vector<Number> numbers)
{
    const auto less = [this](Number a, Number b) { return before(a, b); };
    std::sort(numbers.begin(), numbers.end(), less);
    std::size_t end = numbers.size();
    while (end > 0) {
        const auto place = std::lower_bound(m_rows.begin(), m_rows.end(), numbers[end - 1], less);
        std::size_t begin = end - 1;
        while (begin > 0 && (place == m_rows.begin() || less(*(place - 1), numbers[begin - 1])))
            --begin;
        const int row = static_cast<int>(place - m_rows.begin());
        beginInsertRows({}, row, row + static_cast<int>(end - begin) - 1);
        m_rows.insert(place, numbers.begin() + static_cast<std::ptrdiff_t>(begin),
                      numbers.begin() + static_cast<std::ptrdiff_t>(end));
        endInsertRows();
        end = begin;
    }
}

void AlertModel::removeRowsAt(std::vector<int> rows)
{
    std::sort(rows.begin(), rows.end());
    std::size_t end = rows.size();
    while (end > 0) {
        std::size_t begin = end - 1;
        while (begin > 0 && rows[begin - 1] == rows[begin] - 1)
            --begin;
        beginRemoveRows({}, rows[begin], rows[end - 1]);
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

void AlertModel::setFilter(const AlertFilter &wanted)
{
    if (wanted == filter())
        return;
    m_matcher.setFilter(wanted);
    recount();
    std::vector<int> go;
    std::vector<bool> listed(m_records.size(), false);
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        listed[m_rows[row]] = true;
        if (!passes(m_rows[row]))
            go.push_back(static_cast<int>(row));
    }
    std::vector<Number> come;
    for (Number number = 0; number < m_records.size(); ++number) {
        if (!listed[number] && m_records[number].state == State::Listed && passes(number))
            come.push_back(number);
    }
    if (go.size() + come.size() > kMostToldSingly) {
        beginResetModel();
        std::erase_if(m_rows, [this](Number number) { return !passes(number); });
        m_rows.insert(m_rows.end(), come.begin(), come.end());
        std::sort(m_rows.begin(), m_rows.end(), [this](Number a, Number b) { return before(a, b); });
        endResetModel();
    } else {
        removeRowsAt(std::move(go));
        insertRows(std::move(come));
    }
    Q_EMIT countsChanged();
}

void AlertModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= ActionColumn || (column == m_sortColumn && order == m_sortOrder))
        return;
    m_sortColumn = column;
    m_sortOrder = order;
    resort();
}

/// Sorts the rows anew and carries persistent indexes, and with them selections, along.
void AlertModel::resort()
{
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList from = persistentIndexList();
    std::vector<Number> numbers;
    for (const QModelIndex &index : from)
        numbers.push_back(m_rows[static_cast<std::size_t>(index.row())]);
    std::sort(m_rows.begin(), m_rows.end(), [this](Number a, Number b) { return before(a, b); });
    QModelIndexList to;
    for (qsizetype i = 0; i < from.size(); ++i)
        to.append(index(rowOf(numbers[static_cast<std::size_t>(i)]), from[i].column()));
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

void AlertModel::setDisplayZone(const QTimeZone &zone)
{
    m_zone = zone;
    Q_EMIT headerDataChanged(Qt::Horizontal, TimeColumn, TimeColumn);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
}

void AlertModel::setNow(TimestampMs now)
{
    const bool otherDay = format::tableTime(m_now, now, m_zone) != format::tableTime(m_now, m_now, m_zone);
    m_now = now;
    if (otherDay && !m_rows.empty())
        Q_EMIT dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
}

int AlertModel::rowOfId(const QString &id) const
{
    const auto number = m_records.find(id.toStdString());
    return number && m_records[*number].state == State::Listed ? rowOf(*number) : -1;
}

QString AlertModel::idAt(int row) const
{
    return storedText(m_records.id(m_rows[static_cast<std::size_t>(row)]));
}

bool AlertModel::isAcknowledged(int row) const
{
    return m_records[m_rows[static_cast<std::size_t>(row)]].acknowledged;
}

AlertSeverity AlertModel::severityAt(int row) const
{
    return m_records[m_rows[static_cast<std::size_t>(row)]].severity;
}

TimestampMs AlertModel::timeAt(int row) const
{
    return m_records[m_rows[static_cast<std::size_t>(row)]].timestamp;
}

std::vector<std::string> AlertModel::shownIds() const
{
    std::vector<std::string> ids;
    ids.reserve(m_rows.size());
    for (const Number number : m_rows)
        ids.emplace_back(m_records.id(number));
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
