// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/slidingwindow.h"

#include <algorithm>
#include <bit>

namespace bartizan {
namespace {

constexpr unsigned kSmallestLog2 = 1;

} // namespace

SlidingWindow::Entry SlidingWindow::at(std::uint32_t index) const noexcept
{
    const std::uint32_t mask = (std::uint32_t{1} << m_capacityLog2) - 1;
    return std::bit_cast<Entry>(m_data[(m_head + index) & mask]);
}

void SlidingWindow::set(std::uint32_t index, Entry entry) noexcept
{
    const std::uint32_t mask = (std::uint32_t{1} << m_capacityLog2) - 1;
    m_data[(m_head + index) & mask] = std::bit_cast<BlockPool::Word>(entry);
}

std::uint32_t SlidingWindow::firstNotOlder(std::uint32_t age) const noexcept
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

void SlidingWindow::add(TimestampMs t, TimestampMs span, BlockPool &pool)
{
    if (m_size == 0) {
        m_newest = t;
        m_head = 0;
        push({static_cast<std::uint32_t>(t), m_before + 1}, pool);
        return;
    }
    if (t > m_newest) {
        const std::uint32_t through = at(m_size - 1).through;
        if (t - m_newest > span) {
            m_size = 0;
            m_head = 0;
            m_before = through;
            m_newest = t;
        } else {
            m_newest = t;
            dropOlderThan(span);
        }
        push({static_cast<std::uint32_t>(t), through + 1}, pool);
    } else if (t == m_newest) {
        Entry last = at(m_size - 1);
        ++last.through;
        set(m_size - 1, last);
    } else if (m_newest - t <= span) {
        addLate(t, pool);
    }
}

void SlidingWindow::dropOlderThan(TimestampMs span) noexcept
{
    const std::uint32_t mask = (std::uint32_t{1} << m_capacityLog2) - 1;
    const auto limit = static_cast<std::uint32_t>(span);
    while (m_size > 0 && ageOf(0) > limit) {
        m_before = at(0).through;
        m_head = (m_head + 1) & mask;
        --m_size;
    }
}

void SlidingWindow::addLate(TimestampMs t, BlockPool &pool)
{
    const auto age = static_cast<std::uint32_t>(m_newest - t);
    const std::uint32_t index = firstNotOlder(age);
    if (ageOf(index) != age) { // There is an entry at `index`: at least the newest is younger than `t`.
        const std::uint32_t through = throughBefore(index);
        push(at(m_size - 1), pool);
        for (std::uint32_t i = m_size - 1; i > index; --i)
            set(i, at(i - 1));
        set(index, {static_cast<std::uint32_t>(t), through});
    }
    for (std::uint32_t i = index; i < m_size; ++i) {
        Entry entry = at(i);
        ++entry.through;
        set(i, entry);
    }
}

std::int64_t SlidingWindow::count(TimestampMs from, TimestampMs to) const noexcept
{
    if (m_size == 0 || from > m_newest || from > to)
        return 0;
    const TimestampMs age = m_newest - std::max(from, m_newest - kLongestSpan);
    const std::uint32_t begin = firstNotOlder(static_cast<std::uint32_t>(age));
    std::uint32_t end = m_size;
    if (to < m_newest) {
        const TimestampMs youngest = m_newest - std::max(to, m_newest - kLongestSpan);
        end = firstNotOlder(static_cast<std::uint32_t>(youngest - 1));
    }
    return end <= begin ? 0 : static_cast<std::int64_t>(at(end - 1).through - throughBefore(begin));
}

void SlidingWindow::push(Entry entry, BlockPool &pool)
{
    if (m_data == nullptr || m_size == std::uint32_t{1} << m_capacityLog2)
        resize(m_data == nullptr ? kSmallestLog2 : m_capacityLog2 + 1, pool);
    set(m_size, entry);
    ++m_size;
}

void SlidingWindow::resize(unsigned capacityLog2, BlockPool &pool)
{
    BlockPool::Word *grown = pool.take(capacityLog2);
    for (std::uint32_t i = 0; i < m_size; ++i)
        grown[i] = std::bit_cast<BlockPool::Word>(at(i));
    if (m_data != nullptr)
        pool.give(m_data, m_capacityLog2);
    m_data = grown;
    m_head = 0;
    m_capacityLog2 = capacityLog2;
}

void SlidingWindow::release(BlockPool &pool) noexcept
{
    if (m_data != nullptr)
        pool.give(m_data, m_capacityLog2);
    *this = SlidingWindow();
}

void SlidingWindow::shrink(BlockPool &pool)
{
    const auto needed = static_cast<unsigned>(std::bit_width(m_size));
    if (m_data != nullptr && m_capacityLog2 > needed + 1)
        resize(std::max(needed, kSmallestLog2), pool);
}

} // namespace bartizan
