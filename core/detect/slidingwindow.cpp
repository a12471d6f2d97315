// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/slidingwindow.h"

namespace bartizan {

/// What does not follow closely after the newest row.
template<typename Entry>
void BasicWindow<Entry>::addApart(TimestampMs t, TimestampMs span, BlockPool &pool, Total weight, std::int64_t row)
{
    if (this->empty()) {
        m_newest = t;
        this->push(Entry::of(static_cast<std::uint32_t>(t), m_before + weight, row), pool);
    } else if (t > m_newest) {
        m_before = at(this->size() - 1).through;
        this->forgetAll();
        m_newest = t;
        this->push(Entry::of(static_cast<std::uint32_t>(t), m_before + weight, row), pool);
    } else if (t == m_newest) {
        Entry &last = at(this->size() - 1);
        last.through += weight;
        last.setRow(row);
    } else if (m_newest - t <= span) {
        addLate(t, pool, weight, row);
    }
}

template<typename Entry>
void BasicWindow<Entry>::addLate(TimestampMs t, BlockPool &pool, Total weight, std::int64_t row)
{
    const auto age = static_cast<std::uint32_t>(m_newest - t);
    const std::uint32_t index = firstNotOlder(age);
    // There is an entry at `index`: at least the newest is younger than `t`.
    if (ageOf(index) != age)
        this->insert(index, Entry::of(static_cast<std::uint32_t>(t), throughBefore(index), row), pool);
    at(index).setRow(row);
    for (std::uint32_t i = index; i < this->size(); ++i)
        at(i).through += weight;
}

template<typename Entry>
typename BasicWindow<Entry>::Part BasicWindow<Entry>::part(TimestampMs from, TimestampMs to) const noexcept
{
    if (this->empty() || from > m_newest || from > to)
        return {0, 0};
    const TimestampMs age = m_newest - std::max(from, m_newest - kLongestSpan);
    const std::uint32_t begin = firstNotOlder(static_cast<std::uint32_t>(age));
    std::uint32_t end = this->size();
    if (to < m_newest) {
        const TimestampMs youngest = m_newest - std::max(to, m_newest - kLongestSpan);
        end = firstNotOlder(static_cast<std::uint32_t>(youngest - 1));
    }
    return {begin, std::max(begin, end)};
}

template<typename Entry>
std::int64_t BasicWindow<Entry>::count(TimestampMs from, TimestampMs to) const noexcept
{
    const Part found = part(from, to);
    return found.begin == found.end
        ? 0
        : static_cast<std::int64_t>(static_cast<Total>(at(found.end - 1).through - throughBefore(found.begin)));
}

template<typename Entry>
TimestampMs BasicWindow<Entry>::oldestFrom(TimestampMs from) const noexcept
{
    const Part found = part(from, m_newest);
    return found.begin == found.end ? m_newest + 1 : m_newest - static_cast<TimestampMs>(ageOf(found.begin));
}

template<typename Entry>
std::size_t BasicWindow<Entry>::newestRows(TimestampMs from, TimestampMs to, std::span<std::int64_t> rows) const noexcept
{
    const Part found = part(from, to);
    const auto wanted = static_cast<std::uint32_t>(std::min<std::size_t>(found.end - found.begin, rows.size()));
    for (std::uint32_t i = 0; i < wanted; ++i)
        rows[i] = at(found.end - wanted + i).row();
    return wanted;
}

template<typename Entry>
void BasicWindow<Entry>::save(StateWriter &out) const
{
    out.put(m_newest);
    out.put(m_before);
    this->saveEntries(out);
}

template<typename Entry>
bool BasicWindow<Entry>::load(StateReader &in, BlockPool &pool)
{
    m_newest = in.get<TimestampMs>();
    m_before = in.get<Total>();
    return this->loadEntries(in, pool);
}

template class BasicWindow<PlainEntry>;
template class BasicWindow<NotedEntry>;
template class BasicWindow<SummedEntry>;

} // namespace bartizan
