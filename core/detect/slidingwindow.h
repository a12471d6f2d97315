// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/blockpool.h"
#include "core/domain/timestamp.h"

#include <cstdint>
#include <limits>

namespace bartizan {

/// The instants of one key's rows, as far back as `span`; counts any part of it exactly. Rows of the same millisecond
/// share an entry, so a flood costs at most one entry a millisecond. 32 bytes and 8 bytes an entry, out of a pool.
///
/// Invariant: an entry is (low 32 bits of its instant, number of rows up to and with it, modulo 2^32). All entries lie
/// within `span` of the newest, so differences of both parts are exact while span < 2^31 ms.
/// Not copyable: the owner calls release() before the pool goes.
class SlidingWindow {
public:
    /// Longest span a window can keep.
    static constexpr TimestampMs kLongestSpan = std::numeric_limits<std::int32_t>::max();

    bool empty() const noexcept { return m_size == 0; }
    /// Instant of the newest row; meaningless when empty().
    TimestampMs newest() const noexcept { return m_newest; }

    /// Enters a row. Rows come in any order; one that lies `span` or more before the newest is dropped, and so is
    /// what a newer row leaves behind by more than `span`.
    void add(TimestampMs t, TimestampMs span, BlockPool &pool);
    /// How many rows lie in [from, to].
    std::int64_t count(TimestampMs from, TimestampMs to) const noexcept;
    /// Forgets everything and gives the memory back.
    void release(BlockPool &pool) noexcept;
    /// Gives back memory that a past flood needed.
    void shrink(BlockPool &pool);

private:
    struct Entry {
        std::uint32_t time;
        std::uint32_t through;
    };
    static_assert(sizeof(Entry) == sizeof(BlockPool::Word));

    Entry at(std::uint32_t index) const noexcept;
    void set(std::uint32_t index, Entry entry) noexcept;
    /// Index of the first entry whose age (newest - instant) is at most `age`.
    std::uint32_t firstNotOlder(std::uint32_t age) const noexcept;
    std::uint32_t ageOf(std::uint32_t index) const noexcept
    {
        return static_cast<std::uint32_t>(m_newest) - at(index).time;
    }
    std::uint32_t throughBefore(std::uint32_t index) const noexcept
    {
        return index == 0 ? m_before : at(index - 1).through;
    }
    void push(Entry entry, BlockPool &pool);
    void dropOlderThan(TimestampMs span) noexcept;
    void addLate(TimestampMs t, BlockPool &pool);
    void resize(unsigned capacityLog2, BlockPool &pool);

    BlockPool::Word *m_data = nullptr;
    TimestampMs m_newest = 0;
    std::uint32_t m_head = 0;   ///< Slot of the oldest entry.
    std::uint32_t m_size = 0;   ///< Entries.
    std::uint32_t m_before = 0; ///< Rows that went, modulo 2^32.
    std::uint32_t m_capacityLog2 = 0;
};

} // namespace bartizan
