// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/entryring.h"
#include "core/domain/timestamp.h"

#include <cstdint>
#include <limits>
#include <span>

namespace bartizan {

/// What a window keeps of the rows of one millisecond: that there were some, and how many.
struct PlainEntry {
    using Total = std::uint32_t;
    static constexpr unsigned kWordsLog2 = 0;
    std::uint32_t time;
    Total through;
    static PlainEntry of(std::uint32_t time, Total through, std::int64_t) noexcept { return {time, through}; }
    std::int64_t row() const noexcept { return 0; }
    void setRow(std::int64_t) noexcept {}
};

/// The same, with the key of the newest of the rows, so that an alert can name examples.
struct NotedEntry {
    using Total = std::uint32_t;
    static constexpr unsigned kWordsLog2 = 1;
    std::uint32_t time;
    Total through;
    std::int64_t id;
    static NotedEntry of(std::uint32_t time, Total through, std::int64_t id) noexcept { return {time, through, id}; }
    std::int64_t row() const noexcept { return id; }
    void setRow(std::int64_t row) noexcept { id = row; }
};

/// The same, for sums that a 32-bit number cannot hold.
struct SummedEntry {
    using Total = std::uint64_t;
    static constexpr unsigned kWordsLog2 = 2;
    Total through;
    std::int64_t id;
    std::uint32_t time;
    std::uint32_t unused32;
    std::uint64_t unused64;
    static SummedEntry of(std::uint32_t time, Total through, std::int64_t id) noexcept
    {
        return {through, id, time, 0, 0};
    }
    std::int64_t row() const noexcept { return id; }
    void setRow(std::int64_t row) noexcept { id = row; }
};

/// The instants of one key's rows, as far back as `span`; sums the weights of any part of it exactly. Rows of the same
/// millisecond share an entry, so a flood costs at most one entry a millisecond. The first entry stands in the window
/// itself, more of them in a block out of a pool.
///
/// Invariant: an entry is (low 32 bits of its instant, weight of the rows up to and with it, modulo the range of Total).
/// All entries lie within `span` of the newest, so differences of both parts are exact while span < 2^31 ms.
/// Not copyable: the owner calls release() before the pool goes.
template<typename Entry>
class BasicWindow : public EntryRing<Entry> {
public:
    using Total = typename Entry::Total;
    /// Longest span a window can keep.
    static constexpr TimestampMs kLongestSpan = std::numeric_limits<std::int32_t>::max();

    /// Instant of the newest row; meaningless when empty().
    TimestampMs newest() const noexcept { return m_newest; }
    /// Instant of the oldest entry from `from` on; nothing lies there when it is after newest().
    TimestampMs oldestFrom(TimestampMs from) const noexcept;

    /// Enters a row. Rows come in any order; one that lies more than `span` before the newest is dropped, and so is
    /// what a newer row leaves behind by more than `span`.
    void add(TimestampMs t, TimestampMs span, BlockPool &pool, Total weight = 1, std::int64_t row = 0)
    {
        if (this->empty() || t <= m_newest || t - m_newest > span) [[unlikely]] {
            addApart(t, span, pool, weight, row);
            return;
        }
        const auto slots = this->slots();
        const auto time = static_cast<std::uint32_t>(t);
        const Entry entry = Entry::of(time, slots[this->size() - 1].through + weight, row);
        std::uint32_t gone = 0;
        while (time - slots[gone].time > static_cast<std::uint32_t>(span)) // The newest stays.
            m_before = slots[gone++].through;
        m_newest = t;
        this->replaceFront(gone, slots, entry, pool);
    }
    /// Weight of all rows that it holds: no part of it weighs more.
    std::int64_t total() const noexcept
    {
        return this->empty() ? 0 : static_cast<std::int64_t>(static_cast<Total>(at(this->size() - 1).through - m_before));
    }
    /// Weight of the rows in [from, to]; their number where each weighs 1.
    std::int64_t count(TimestampMs from, TimestampMs to) const noexcept;
    /// Whether it can be told without counting that at least `weight` lies in [from, t]: where the newest `instants` do, and
    /// weigh as much.
    bool surelyHolds(std::int64_t weight, std::int64_t instants, TimestampMs from, TimestampMs t) const noexcept
    {
        if (t < m_newest || from > m_newest || instants <= 0 || instants > static_cast<std::int64_t>(this->size()))
            return false;
        const std::uint32_t first = this->size() - static_cast<std::uint32_t>(instants);
        return ageOf(first) <= m_newest - from
            && static_cast<std::int64_t>(static_cast<Total>(at(this->size() - 1).through - throughBefore(first))) >= weight;
    }
    /// Calls `visit` for each instant with rows in (after, until], the oldest first: with the instant, the weight of the rows
    /// in the `span` up to it, and the key of its newest row. Costs a step for each entry from after - span on.
    template<typename Visit>
    void forEachSpan(TimestampMs after, TimestampMs until, TimestampMs span, Visit &&visit) const
    {
        const Part found = part(after + 1, until);
        std::uint32_t first = found.begin == found.end ? 0 : part(after - span, after).begin;
        for (std::uint32_t i = found.begin; i < found.end; ++i) {
            while (at(i).time - at(first).time > static_cast<std::uint32_t>(span))
                ++first;
            visit(m_newest - static_cast<TimestampMs>(ageOf(i)),
                  static_cast<std::int64_t>(static_cast<Total>(at(i).through - throughBefore(first))), at(i).row());
        }
    }
    /// Row keys of the newest instants in [from, to], oldest first; returns how many of `rows` it filled.
    std::size_t newestRows(TimestampMs from, TimestampMs to, std::span<std::int64_t> rows) const noexcept;

    /// The whole window; load() begins with an empty one, and tells whether what it read can be a window.
    void save(StateWriter &out) const;
    bool load(StateReader &in, BlockPool &pool);

private:
    using Ring = EntryRing<Entry>;
    using Ring::at;

    /// Index of the first entry whose age (newest - instant) is at most `age`.
    std::uint32_t firstNotOlder(std::uint32_t age) const noexcept
    {
        const auto newest = static_cast<std::uint32_t>(m_newest);
        return this->partitionPoint([=](const Entry &entry) { return newest - entry.time > age; });
    }
    /// Indices of the entries in [from, to].
    struct Part {
        std::uint32_t begin;
        std::uint32_t end;
    };
    Part part(TimestampMs from, TimestampMs to) const noexcept;
    std::uint32_t ageOf(std::uint32_t index) const noexcept
    {
        return static_cast<std::uint32_t>(m_newest) - at(index).time;
    }
    Total throughBefore(std::uint32_t index) const noexcept { return index == 0 ? m_before : at(index - 1).through; }
    void addApart(TimestampMs t, TimestampMs span, BlockPool &pool, Total weight, std::int64_t row);
    void addLate(TimestampMs t, BlockPool &pool, Total weight, std::int64_t row);

    Total m_before = 0; ///< Weight of the rows that went.
    TimestampMs m_newest = 0;
};

using SlidingWindow = BasicWindow<PlainEntry>;
using CountWindow = BasicWindow<NotedEntry>;
using SumWindow = BasicWindow<SummedEntry>;

extern template class BasicWindow<PlainEntry>;
extern template class BasicWindow<NotedEntry>;
extern template class BasicWindow<SummedEntry>;

} // namespace bartizan
