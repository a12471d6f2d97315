// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/blockpool.h"
#include "core/detect/fetch.h"
#include "core/detect/statefile.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>

namespace bartizan {

/// A ring of small entries, oldest first: the first of them stands in the ring itself, more of them in a block out of a
/// pool. Entries are plain values of 2^Entry::kWordsLog2 words. A base class, so that what derives from it can use the
/// bytes at its end. Whoever owns it calls release() before the pool goes.
template<typename Entry>
class EntryRing {
    static_assert(std::is_trivially_copyable_v<Entry>);
    static_assert(sizeof(Entry) == sizeof(BlockPool::Word) << Entry::kWordsLog2);

public:
    bool empty() const noexcept { return m_size == 0; }
    /// How many entries there are.
    std::uint32_t size() const noexcept { return m_size; }
    /// Forgets everything and gives the memory back.
    void release(BlockPool &pool) noexcept
    {
        if (m_capacityLog2 != 0)
            pool.give(m_block, m_capacityLog2 + Entry::kWordsLog2);
        m_head = m_size = m_capacityLog2 = 0;
    }
    /// Fetches the oldest entry and the newest.
    void prefetch() const noexcept
    {
        const Entry *const entries = data();
        fetchByLoad(entries + m_head);
        fetchByLoad(entries + ((m_head + m_size - 1) & mask()));
    }
    /// Gives back memory that a past flood needed.
    void shrink(BlockPool &pool)
    {
        const auto needed = m_size <= 1 ? 0u : static_cast<unsigned>(std::bit_width(m_size - 1));
        if (m_capacityLog2 > needed + 1)
            resize(needed, pool);
    }

protected:
    EntryRing() noexcept : m_first{} {}

    /// The slots of the ring, for several looks at it.
    struct Slots {
        Entry *entries;
        std::uint32_t head;
        std::uint32_t mask;
        Entry &operator[](std::uint32_t index) const noexcept { return entries[(head + index) & mask]; }
    };
    Slots slots() noexcept { return {data(), m_head, mask()}; }
    /// Forgets the oldest `gone` and enters one behind the newest; `slots` are those of the ring as it is.
    void replaceFront(std::uint32_t gone, const Slots &slots, const Entry &entry, BlockPool &pool)
    {
        const std::uint32_t kept = m_size - gone;
        m_head = (m_head + gone) & slots.mask;
        m_size = kept;
        if (kept > slots.mask) [[unlikely]] {
            push(entry, pool);
            return;
        }
        slots.entries[(m_head + kept) & slots.mask] = entry;
        m_size = kept + 1;
    }

    const Entry &at(std::uint32_t index) const noexcept { return data()[(m_head + index) & mask()]; }
    Entry &at(std::uint32_t index) noexcept { return data()[(m_head + index) & mask()]; }
    void push(Entry entry, BlockPool &pool) // A copy: it may stand in the block that is about to go.
    {
        if (m_size == std::uint32_t{1} << m_capacityLog2) [[unlikely]]
            resize(m_capacityLog2 + 1, pool);
        at(m_size) = entry;
        ++m_size;
    }
    /// Before the one that is at `index` now.
    void insert(std::uint32_t index, Entry entry, BlockPool &pool)
    {
        push(entry, pool);
        for (std::uint32_t i = m_size - 1; i > index; --i)
            at(i) = at(i - 1);
        at(index) = entry;
    }
    /// Forgets the oldest `count`.
    void popFront(std::uint32_t count) noexcept
    {
        m_head = (m_head + count) & mask();
        m_size -= count;
    }
    void popFront() noexcept
    {
        m_head = (m_head + 1) & mask();
        --m_size;
    }
    void popBack() noexcept { --m_size; }
    void forgetAll() noexcept { m_head = m_size = 0; }
    /// Index of the first entry for which `before` is false; it is true for all in front of that one.
    template<typename Before>
    std::uint32_t partitionPoint(Before &&before) const noexcept
    {
        const Entry *const entries = data();
        const std::uint32_t last = mask();
        std::uint32_t low = 0;
        std::uint32_t high = m_size;
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            if (before(entries[(m_head + middle) & last]))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
    void saveEntries(StateWriter &out) const
    {
        out.put(m_size);
        const std::uint32_t untilWrap = std::min(m_size, (mask() + 1) - m_head);
        if (m_size > 0) {
            out.bytes(&data()[m_head], untilWrap * sizeof(Entry));
            out.bytes(data(), (m_size - untilWrap) * sizeof(Entry));
        }
    }
    /// Into an empty ring. False when there is less than it says.
    bool loadEntries(StateReader &in, BlockPool &pool)
    {
        const auto size = in.get<std::uint32_t>();
        if (!in.holds(size, sizeof(Entry)))
            return false;
        if (size > 1)
            resize(static_cast<unsigned>(std::bit_width(size - 1)), pool);
        in.bytes(data(), size * sizeof(Entry));
        m_size = size;
        return true;
    }

private:
    Entry *data() noexcept { return m_capacityLog2 == 0 ? &m_first : reinterpret_cast<Entry *>(m_block); }
    const Entry *data() const noexcept
    {
        return m_capacityLog2 == 0 ? &m_first : reinterpret_cast<const Entry *>(m_block);
    }
    std::uint32_t mask() const noexcept { return (std::uint32_t{1} << m_capacityLog2) - 1; }
    void resize(unsigned capacityLog2, BlockPool &pool)
    {
        if (capacityLog2 == 0) {
            const Entry only = m_size == 0 ? Entry{} : at(0);
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

    union {
        Entry m_first;
        BlockPool::Word *m_block;
    };
    std::uint32_t m_head = 0; ///< Slot of the oldest entry.
    std::uint32_t m_size = 0;
    std::uint32_t m_capacityLog2 = 0; ///< 0: the one entry in here.
};

} // namespace bartizan
