// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/statefile.h"
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
        m_grain = std::max(kSecond, span / 4096 + 1);
        m_heads.assign(std::bit_ceil(static_cast<std::size_t>(span / m_grain + 2)), kNone);
        m_used = 0;
    }
    /// Nothing that is inserted before the next reset() was seen before `t`.
    void startAt(TimestampMs t) noexcept { m_first = grainOf(t); }
    /// Whether time leapt so far that finding the oldest number would take long: then reset() and insert them anew.
    bool lagsBehind(TimestampMs now) const noexcept
    {
        return m_used > 0 && grainOf(now) - m_first > 2 * static_cast<std::int64_t>(m_heads.size());
    }
    template<typename Links>
    void insert(std::uint32_t number, TimestampMs t, Links &links)
    {
        if (m_used++ == 0)
            startAt(t);
        link(number, t, links);
    }
    /// The number that was last seen longest ago; kNone when there is none.
    template<typename Links>
    std::uint32_t oldest(Links &links)
    {
        if (m_used == 0)
            return kNone;
        for (;;) {
            std::uint32_t &head = headOf(m_first);
            if (head == kNone) {
                ++m_first;
                continue;
            }
            const std::uint32_t number = head;
            if (grainOf(links.newestOf(number)) <= m_first)
                return number;
            head = links.linkOf(number);
            link(number, links.newestOf(number), links);
        }
    }
    /// Removes what oldest() gave.
    template<typename Links>
    void removeOldest(Links &links)
    {
        std::uint32_t &head = headOf(m_first);
        head = links.linkOf(head);
        --m_used;
    }
    std::size_t bytes() const noexcept { return m_heads.capacity() * sizeof(std::uint32_t); }

    void save(StateWriter &out) const
    {
        out.put(m_first);
        out.put(static_cast<std::uint64_t>(m_used));
        out.put(static_cast<std::uint64_t>(m_heads.size()));
        out.bytes(m_heads.data(), m_heads.size() * sizeof(std::uint32_t));
    }
    /// Into a wheel of the same span, for numbers below `limit`.
    bool load(StateReader &in, std::uint32_t limit)
    {
        m_first = in.get<std::int64_t>();
        m_used = static_cast<std::size_t>(in.get<std::uint64_t>());
        if (in.get<std::uint64_t>() != m_heads.size() || m_used > limit)
            return false;
        in.bytes(m_heads.data(), m_heads.size() * sizeof(std::uint32_t));
        return std::all_of(m_heads.begin(), m_heads.end(), [&](std::uint32_t n) { return n == kNone || n < limit; });
    }

private:
    std::int64_t grainOf(TimestampMs t) const noexcept
    {
        return t >= 0 ? t / m_grain : -1 - (-1 - t) / m_grain;
    }
    std::uint32_t &headOf(std::int64_t grain) noexcept
    {
        return m_heads[static_cast<std::uint64_t>(grain) & (m_heads.size() - 1)];
    }
    /// Beyond the reach of the wheel it goes to the edge, and on from there when its turn comes.
    template<typename Links>
    void link(std::uint32_t number, TimestampMs t, Links &links)
    {
        const auto reach = static_cast<std::int64_t>(m_heads.size()) - 1;
        std::uint32_t &head = headOf(std::clamp(grainOf(t), m_first, m_first + reach));
        links.linkOf(number) = head;
        head = number;
    }

    TimestampMs m_grain = kSecond;
    std::vector<std::uint32_t> m_heads; ///< One list for each grain of time, as a ring.
    std::int64_t m_first = 0;           ///< No number lies in a grain before it.
    std::size_t m_used = 0;
};

} // namespace bartizan
