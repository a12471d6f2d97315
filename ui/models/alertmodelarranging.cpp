// SPDX-License-Identifier: GPL-3.0-or-later
// New orders of AlertModel on their way, and their taking over.
#include "ui/models/alertmodelfiltering.h"

#include <QElapsedTimer>

namespace bartizan {
namespace {

/// Up to this many alerts are filtered and sorted at once.
constexpr std::size_t kArrangedAtOnce = 20'000;
/// A slice of less than this, in milliseconds, may be followed at once by what the rows do then.
constexpr qint64 kShortSlice = 1;
/// When more alerts than this have changed meanwhile, it is quicker to begin anew; once, or it might never end.
constexpr std::size_t kMostTouched = 5000;

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
    case AlertModel::OwnerColumn: return AlertRecords::Key::Owner;
    case AlertModel::StatusColumn: return AlertRecords::Key::Status;
    default: return AlertRecords::Key::Time;
    }
}

} // namespace

AlertRecords::Key AlertModel::sortKey() const
{
    return keyOf(m_shownSorting.column);
}

AlertArrangement::Order AlertModel::orderWanted() const
{
    return {keyOf(m_sorting.column), m_sorting.order == Qt::DescendingOrder, m_allOpen};
}

void AlertModel::sort(int column, Qt::SortOrder order)
{
    const Sorting sorting{column, order};
    if (column < 0 || column >= ActionColumn || sorting == m_sorting)
        return;
    const bool came = listReturning();
    m_sorting = sorting;
    if (isFilterOld())
        bindFilter();
    else
        arrangeAnew();
    if (came)
        Q_EMIT countsChanged();
}

/// Finds the rows that are wanted now, whatever was on its way.
void AlertModel::arrangeAnew()
{
    m_arrangement.reset();
    goOn();
}

void AlertModel::beginArranging()
{
    AlertGroups &groups = m_filtering ? m_filtering->groups : m_groups;
    const std::vector<std::uint8_t> &passes = m_filtering ? m_filtering->passes : m_passes;
    if (m_filtering)
        groups.takeOpenFrom(m_groups);
    if (m_filtering && m_filtering->adopted) {
        groups.refresh(passes);
        const AlertArrangement::Subject subject{*m_filtering->adopted, passes, groups};
        m_arrangement = std::make_unique<AlertArrangement>(subject, orderWanted());
        return;
    }
    groups.refresh(m_listed, passes);
    const AlertArrangement::Subject subject{*m_records, passes, groups};
    m_arrangement = std::make_unique<AlertArrangement>(subject, orderWanted(), m_listed);
}

/// A slice of what is to be done; with few alerts all of it.
void AlertModel::goOn()
{
    const AlertRecords &records = m_filtering && m_filtering->adopted ? *m_filtering->adopted : *m_records;
    const bool many = records.size() > kArrangedAtOnce;
    QElapsedTimer time;
    time.start();
    const QDeadlineTimer until = many ? QDeadlineTimer(m_slice, Qt::PreciseTimer) : QDeadlineTimer(QDeadlineTimer::Forever);
    if (m_filtering && (!goThrough(until) || (m_filtering->adopted && !carryOver(until))))
        return goOnLater();
    if (!m_arrangement)
        beginArranging();
    const bool wasDone = m_arrangement->isDone();
    if (!m_arrangement->goOn(until) || (many && !wasDone && time.elapsed() >= kShortSlice)) // The end takes its own time.
        return goOnLater();
    if (m_arrangement->touched().size() > kMostTouched && !std::exchange(m_arrangedAgain, true)) {
        beginArranging();
        return goOnLater();
    }
    takeOver();
}

void AlertModel::goOnLater()
{
    m_timer.start();
    if (isSorting() && !std::exchange(m_sortingTold, true))
        Q_EMIT sortingChanged();
}

/// All is found: now the rows follow.
void AlertModel::takeOver()
{
    m_timer.stop();
    m_arrangedAgain = false;
    const auto filtering = std::move(m_filtering);
    const auto arrangement = std::move(m_arrangement);
    if (filtering) {
        endFiltering(*filtering, *arrangement);
    } else if (m_allOpen) {
        m_keepsRecords = true;
        beginResetModel();
        m_groups.refresh(m_listed, m_passes);
        m_rows = takeRows(*arrangement);
        endResetModel();
        m_keepsRecords = false;
        Q_EMIT countsChanged();
    } else {
        replaceOrder(*arrangement);
    }
    if (!isSorting() && std::exchange(m_sortingTold, false))
        Q_EMIT sortingChanged();
    for (const auto &[key, open] : std::exchange(m_openedMeanwhile, {})) {
        if (const int row = rowOfKey(key); row >= 0)
            setOpen(row, open);
    }
}

/// The records that are listed and those that wait, where an arrangement has found out which they are.
void AlertModel::takeListed(AlertArrangement &arrangement)
{
    m_listed = arrangement.takeListed();
    m_waiting = arrangement.takeWaiting();
    std::vector<Number> listed;
    for (const Number number : arrangement.touched()) {
        const AlertRecords::State state = (*m_records)[number].state;
        if (state == AlertRecords::State::Listed)
            listed.push_back(number);
        else if (AlertRecords::isWaiting(state))
            m_waiting.push_back(number);
    }
    list(listed);
}

/// The rows that there are to be; groups are put in order, and opened, if need be. From now on rows are compared as in this
/// order.
std::vector<AlertModel::Number> AlertModel::takeRows(AlertArrangement &arrangement)
{
    m_shownSorting = m_sorting;
    m_held.clear();
    m_heldOut = {};
    m_keptEmptied = false;
    if (m_allOpen && m_groups.isOn())
        m_groups.setAllOpen(*m_allOpen);
    m_allOpen.reset();
    arrangement.placeGroups(m_groups);
    std::vector<Number> shown;
    for (const Number number : arrangement.touched()) {
        if ((*m_records)[number].state == AlertRecords::State::Listed && hasRow(number))
            shown.push_back(number);
    }
    return arrangement.takeRows(m_groups, std::move(shown), [this](Number a, Number b) { return before(a, b); });
}

} // namespace bartizan
