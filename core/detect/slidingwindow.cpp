// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/slidingwindow.h"

#include "core/detect/statefile.h"

#include <algorithm>
#include <bit>

namespace bartizan {

template<typename Entry>
std::uint32_t BasicWindow<Entry>::firstNotOlder(std::uint32_t age) const noexcept
{
    std::uint32_t low = 0;
    std::uint32_t high = m_size;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (ageOf(middle) > age)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

template<typename Entry>
void BasicWindow<Entry>::add(TimestampMs t, TimestampMs span, BlockPool &pool, Total weight, std::int64_t row)
{
    if (m_size == 0) {
        m_newest = t;
        m_head = 0;
        push(Entry::of(static_cast<std::uint32_t>(t), m_before + weight, row), pool);
        return;
    }
    if (t > m_newest) {
        const Total through = at(m_size - 1).through;
        if (t - m_newest > span) {
            m_size = 0;
            m_head = 0;
            m_before = through;
            m_newest = t;
        } else {
            m_newest = t;
            dropOlderThan(span);
        }
        push(Entry::of(static_cast<std::uint32_t>(t), through + weight, row), pool);
    } else if (t == m_newest) {
        Entry &last = at(m_size - 1);
        last.through += weight;
        last.setRow(row);
    } else if (m_newest - t <= span) {
        addLate(t, pool, weight, row);
    }
}

template<typename Entry>
void BasicWindow<Entry>::dropOlderThan(TimestampMs span) noexcept
{
    const auto limit = static_cast<std::uint32_t>(span);
    while (m_size > 0 && ageOf(0) > limit) {
        m_before = at(0).through;
        m_head = (m_head + 1) & mask();
        --m_size;
    }
}

template<typename Entry>
void BasicWindow<Entry>::addLate(TimestampMs t, BlockPool &pool, Total weight, std::int64_t row)
{
    const auto age = static_cast<std::uint32_t>(m_newest - t);
    const std::uint32_t index = firstNotOlder(age);
    if (ageOf(index) != age) { // There is an entry at `index`: at least the newest is younger than `t`.
        const Total through = throughBefore(index);
        push(Entry(at(m_size - 1)), pool);
        for (std::uint32_t i = m_size - 1; i > index; --i)
            at(i) = at(i - 1);
        at(index) = Entry::of(static_cast<std::uint32_t>(t), through, row);
    }
    at(index).setRow(row);
    for (std::uint32_t i = index; i < m_size; ++i)
        at(i).through += weight;
}

template<typename Entry>
typename BasicWindow<Entry>::Part BasicWindow<Entry>::part(TimestampMs from, TimestampMs to) const noexcept
{
    if (m_size == 0 || from > m_newest || from > to)
        return {0, 0};
    const TimestampMs age = m_newest - std::max(from, m_newest - kLongestSpan);
    const std::uint32_t begin = firstNotOlder(static_cast<std::uint32_t>(age));
    std::uint32_t end = m_size;
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
void BasicWindow<Entry>::push(const Entry &entry, BlockPool &pool)
{
    if (m_size == std::uint32_t{1} << m_capacityLog2)
        resize(m_capacityLog2 + 1, pool);
    ++m_size;
    at(m_size - 1) = entry;
}

template<typename Entry>
void BasicWindow<Entry>::resize(unsigned capacityLog2, BlockPool &pool)
{
    if (capacityLog2 == 0) {
        const Entry only = m_size == 0 ? Entry{} : Entry(at(0));
        pool.give(m_block, m_capacityLog2 + Entry::kWordsLog2);
        m_first = only;
    } else {
        BlockPool::Word *grown = pool.take(capacityLog2 + Entry::kWordsLog2);
        for (std::uint32_t i = 0; i < m_size; ++i)
            reinterpret_cast<Entry *>(grown)[i] = at(i);
        if (m_capacityLog2 != 0)
            pool.give(m_block, m_capacityLog2 + Entry::kWordsLog2);
        m_block = grown;
    }
    m_head = 0;
    m_capacityLog2 = capacityLog2;
}

template<typename Entry>
void BasicWindow<Entry>::release(BlockPool &pool) noexcept
{
    if (m_capacityLog2 != 0)
        pool.give(m_block, m_capacityLog2 + Entry::kWordsLog2);
    *this = BasicWindow();
}

template<typename Entry>
void BasicWindow<Entry>::shrink(BlockPool &pool)
{
    const auto needed = m_size <= 1 ? 0u : static_cast<unsigned>(std::bit_width(m_size - 1));
    if (m_capacityLog2 > needed + 1)
        resize(needed, pool);
}

template<typename Entry>
void BasicWindow<Entry>::save(StateWriter &out) const
{
    out.put(m_newest);
    out.put(m_before);
    out.put(m_size);
    const std::uint32_t untilWrap = std::min(m_size, (mask() + 1) - m_head);
    if (m_size > 0) {
        out.bytes(&data()[m_head], untilWrap * sizeof(Entry));
        out.bytes(data(), (m_size - untilWrap) * sizeof(Entry));
    }
}

template<typename Entry>
bool BasicWindow<Entry>::load(StateReader &in, BlockPool &pool)
{
    m_newest = in.get<TimestampMs>();
    m_before = in.get<Total>();
    const auto size = in.get<std::uint32_t>();
    if (!in.holds(size, sizeof(Entry)))
        return false;
    if (size > 1)
        resize(static_cast<unsigned>(std::bit_width(size - 1)), pool);
    in.bytes(data(), size * sizeof(Entry));
    m_size = size;
    return true;
}

template class BasicWindow<PlainEntry>;
template class BasicWindow<NotedEntry>;
template class BasicWindow<SummedEntry>;

} // namespace bartizan
