// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/entryring.h"
#include "core/detect/membertable.h"
#include "core/domain/keytable.h"
#include "core/domain/timestamp.h"

#include <array>
#include <memory>
#include <span>

namespace bartizan {

/// A row about a member: when, which one, in which of two roles.
struct MemberEntry {
    static constexpr unsigned kWordsLog2 = 1;
    std::uint32_t time;
    std::uint32_t member; ///< Its number; the highest bit is its role.
    std::int64_t id;
};

/// The rows of one key that each concern a member (an address and the accounts it tries), in two roles; counts the
/// distinct members of each role exactly. A row costs the same however many members there are: with a few of them the
/// rows are compared with each other, beyond that a table holds the newest time of each member, and the rows, in order,
/// tell who leaves the window. Only for a row that is late are some of them gone through. Not copyable, as its ring.
class DistinctWindow : public EntryRing<MemberEntry> {
public:
    enum class Role : std::uint32_t { First = 0, Second = 1 };
    using Counts = std::array<std::int64_t, 2>; ///< By role.
    /// More rows than that are not kept: the oldest go early.
    static constexpr std::uint32_t kMostRows = 1u << 18;

    /// Instant of the newest row; meaningless when empty().
    TimestampMs newest() const noexcept { return m_newest; }
    /// Enters a row; the same `window` as for counts(), and `span`, what is kept for late rows, in every call.
    void add(TimestampMs t, KeyId member, Role role, std::int64_t id, TimestampMs window, TimestampMs span,
             BlockPool &pool)
    {
        const std::uint32_t who = member | (role == Role::Second ? kRoleBit : 0);
        if (!empty() && t < m_newest) [[unlikely]] {
            if (m_newest - t <= span)
                enterLate(t, who, id, window, pool);
            return;
        }
        if (!empty() && t - m_newest > span) {
            forgetAll();
            m_many.reset();
        }
        m_newest = t;
        while (!empty() && ageOf(at(0).time) > static_cast<std::uint32_t>(span))
            dropFront();
        enterNewest(t, who, id, window, pool);
    }
    /// Distinct members with rows in [t - window, t].
    Counts counts(TimestampMs t, TimestampMs window) const;
    /// Whether at least `least` members of the first role, and more than of the second, have rows in [t - window, t]. For a
    /// row that is late it goes through rows only until that is sure, rather than through all of them.
    bool firstPrevails(std::int64_t least, TimestampMs t, TimestampMs window) const;
    /// When the oldest row of [from, newest()] was.
    TimestampMs oldestFrom(TimestampMs from) const noexcept;
    /// Row keys of the newest rows of `role` in [from, to], oldest first; returns how many of `rows` it filled.
    std::size_t newestRows(TimestampMs from, TimestampMs to, Role role, std::span<std::int64_t> rows) const noexcept;
    void mark(KeyMarks &marks) const;
    /// Whether all members are below `limit`.
    bool within(std::size_t limit) const;

    void prefetch() const noexcept
    {
        EntryRing::prefetch();
        __builtin_prefetch(m_many.get());
    }
    void release(BlockPool &pool) noexcept
    {
        m_many.reset();
        EntryRing::release(pool);
    }
    void save(StateWriter &out) const
    {
        out.put(m_newest);
        saveEntries(out);
    }
    /// The table is made when the next row is entered.
    bool load(StateReader &in, BlockPool &pool)
    {
        m_newest = in.get<TimestampMs>();
        return loadEntries(in, pool) && isInOrder();
    }
    std::size_t bytesOfTable() const noexcept;

private:
    static constexpr std::uint32_t kFew = 8;
    static constexpr std::uint32_t kRoleBit = 0x8000'0000;
    /// What is known of the members when they are many.
    struct Many {
        MemberTable newest; ///< Low bits of the time, by member and role.
        std::uint32_t edge = 0; ///< The first row within the window of the newest one.
        Counts within{};        ///< Members with a row from there on.
        Counts known{};         ///< Members in the table.
    };
    /// Whether counts() has the answer at hand.
    bool isCounted(TimestampMs t, TimestampMs window) const noexcept
    {
        return t == m_newest && m_many && m_many->edge < size()
            && ageOf(at(m_many->edge).time) <= static_cast<std::uint32_t>(window);
    }
    static std::size_t roleOf(std::uint32_t member) noexcept { return member >> 31; }
    std::uint32_t ageOf(std::uint32_t time) const noexcept { return static_cast<std::uint32_t>(m_newest) - time; }
    std::uint32_t firstFrom(TimestampMs from) const noexcept;
    /// Whether no row is older than the one before it: what else rests on.
    bool isInOrder() const noexcept;
    void dropFront();
    void passEdge();
    void enterNewest(TimestampMs t, std::uint32_t member, std::int64_t id, TimestampMs window, BlockPool &pool);
    void enterLate(TimestampMs t, std::uint32_t member, std::int64_t id, TimestampMs window, BlockPool &pool);
    void makeTable(TimestampMs window);
    Counts scan(std::uint32_t begin, std::uint32_t end) const;

    TimestampMs m_newest = 0;
    std::unique_ptr<Many> m_many;
};

} // namespace bartizan
