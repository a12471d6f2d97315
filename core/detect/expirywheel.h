// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace bartizan {

/// Numbers in the order in which they were last seen, to a grain of time. Seeing a number again costs nothing: it stays
/// where it is, and is moved on when its turn comes. `Links` reads and writes the link of a number, which the owner
/// keeps (linkOf), and knows when it was last seen (newestOf). Not thread-safe.
class ExpiryWheel {
public:
    static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

    /// For numbers that are kept for `span` after they were last seen. Empties the wheel.
    void reset(TimestampMs span)
    {
        const auto longest = static_cast<std::uint64_t>(std::max(kSecond, span / 4096 + 1));
        m_grainLog2 = static_cast<unsigned>(std::bit_width(longest)) - 1;
        m_lasts.assign(std::bit_ceil(static_cast<std::size_t>((span >> m_grainLog2) + 2)), kNone);
        m_used = 0;
    }
    /// Nothing that is inserted before the next reset() was seen before `t`.
    void startAt(TimestampMs t) noexcept { m_first = grainOf(t); }
    /// Whether time leapt so far that finding the oldest number would take long: then reset() and insert them anew.
    bool lagsBehind(TimestampMs now) const noexcept
    {
        return m_used > 0 && grainOf(now) - m_first > 2 * static_cast<std::int64_t>(m_lasts.size());
    }
    template<typename Links>
    void insert(std::uint32_t number, TimestampMs t, Links &links)
    {
        if (m_used++ == 0)
            startAt(t);
        link(number, t, links);
    }
    /// The same after startAt(), for any that were seen later or are due anyway.
    template<typename Links>
    void insertAgain(std::uint32_t number, TimestampMs t, Links &links)
    {
        ++m_used;
        link(number, t, links);
    }
    /// The number that was last seen longest ago; kNone when there is none.
    template<typename Links>
    std::uint32_t oldest(Links &links)
    {
        if (m_used == 0)
            return kNone;
        for (;;) {
            const std::uint32_t last = lastOf(m_first);
            if (last == kNone) {
                ++m_first;
                continue;
            }
            const std::uint32_t number = links.linkOf(last);
            if (grainOf(links.newestOf(number)) <= m_first)
                return number;
            unlinkFirst(links);
            link(number, links.newestOf(number), links);
        }
    }
    /// What oldest() very likely looks at next; kNone: nothing is near.
    template<typename Links>
    std::uint32_t next(Links &links) noexcept
    {
        const std::uint32_t last = m_used == 0 ? kNone : lastOf(m_first);
        return last == kNone ? kNone : links.linkOf(last);
    }
    /// The oldest, but where many come within a grain, one that goes on gives way to those that came once.
    template<typename Links>
    std::uint32_t oldestThatRests(Links &links)
    {
        std::uint32_t number = oldest(links);
        for (int i = 0; i < kFew && number != kNone; ++i) {
            const std::uint32_t next = links.linkOf(number);
            if (links.newestOf(next) >= links.newestOf(number))
                break;
            lastOf(m_first) = number; // To the end of its list.
            number = next;
        }
        return number;
    }
    /// Removes what oldest() or oldestThatRests() gave.
    template<typename Links>
    void removeOldest(Links &links)
    {
        unlinkFirst(links);
        --m_used;
    }
    std::size_t bytes() const noexcept { return m_lasts.capacity() * sizeof(std::uint32_t); }

private:
    static constexpr int kFew = 8;

    std::int64_t grainOf(TimestampMs t) const noexcept { return t >> m_grainLog2; }
    /// The last of a grain's list; its link is the first.
    std::uint32_t &lastOf(std::int64_t grain) noexcept
    {
        return m_lasts[static_cast<std::uint64_t>(grain) & (m_lasts.size() - 1)];
    }
    template<typename Links>
    void unlinkFirst(Links &links)
    {
        std::uint32_t &last = lastOf(m_first);
        const std::uint32_t first = links.linkOf(last);
        if (first == last)
            last = kNone;
        else
            links.linkOf(last) = links.linkOf(first);
    }
    /// Beyond the reach of the wheel it goes to the edge, and on from there when its turn comes.
    template<typename Links>
    void link(std::uint32_t number, TimestampMs t, Links &links)
    {
        const auto reach = static_cast<std::int64_t>(m_lasts.size()) - 1;
        std::uint32_t &last = lastOf(std::clamp(grainOf(t), m_first, m_first + reach));
        if (last == kNone) {
            links.linkOf(number) = number;
        } else {
            links.linkOf(number) = links.linkOf(last);
            links.linkOf(last) = number;
        }
        last = number;
    }

    unsigned m_grainLog2 = 0;           ///< Of a grain in milliseconds.
    std::vector<std::uint32_t> m_lasts; ///< One circular list for each grain of time, as a ring; the first came first.
    std::int64_t m_first = 0;           ///< No number lies in a grain before it.
    std::size_t m_used = 0;
};

} // namespace bartizan
