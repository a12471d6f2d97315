// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace bartizan {

/// A number for each of many members, by the member's number, which is not 0: open addressing with linear probing over
/// one array, a power of two of places, at most three quarters of them taken. Where a member stands follows from a secret of
/// the process: members are numbered in the order in which they come, and whoever makes them come could else choose such
/// that get in each other's way. Not thread-safe.
class MemberTable {
public:
    struct Place {
        std::uint32_t member = 0; ///< 0: nobody's.
        std::uint32_t value = 0;
    };

    /// The value of `member`, which is there.
    std::uint32_t at(std::uint32_t member) const noexcept { return m_places[placeOf(member)].value; }
    /// The place of `member`; a new one has the value `value`.
    struct Entered {
        std::uint32_t &value;
        bool isNew;
    };
    Entered enter(std::uint32_t member, std::uint32_t value)
    {
        if ((m_size + 1) * std::size_t{4} > places() * 3)
            grow();
        Place &place = m_places[placeOf(member)];
        const bool isNew = place.member == 0;
        if (isNew) {
            place = {member, value};
            ++m_size;
        }
        return {place.value, isNew};
    }
    /// Forgets `member`, which is there.
    void erase(std::uint32_t member) noexcept
    {
        const std::size_t mask = places() - 1;
        std::size_t gap = placeOf(member);
        // Those that stand behind it because it was in their way move up.
        for (std::size_t i = (gap + 1) & mask; m_places[i].member != 0; i = (i + 1) & mask) {
            if (((i - home(m_places[i].member)) & mask) >= ((i - gap) & mask)) {
                m_places[gap] = m_places[i];
                gap = i;
            }
        }
        m_places[gap] = {};
        --m_size;
    }
    /// Calls `visit` with each member and its value.
    template<typename F>
    void forEach(F &&visit) const
    {
        for (std::size_t i = 0; i < places(); ++i) {
            if (m_places[i].member != 0)
                visit(m_places[i].member, m_places[i].value);
        }
    }
    /// How many places are looked at until `member` is found, which is there.
    std::size_t probeOf(std::uint32_t member) const noexcept
    {
        return ((placeOf(member) - home(member)) & (places() - 1)) + 1;
    }
    std::size_t bytes() const noexcept { return m_places ? places() * sizeof(Place) : 0; }

private:
    static constexpr unsigned kFewestPlacesLog2 = 5;
    struct Secret {
        std::uint64_t factor; ///< Odd.
        std::uint64_t summand;
    };
    static const Secret kSecret;

    std::size_t places() const noexcept { return m_places ? std::size_t{1} << m_placesLog2 : 0; }
    std::size_t home(std::uint32_t member) const noexcept
    {
        const std::uint64_t spread = (member + kSecret.summand) * kSecret.factor;
        return static_cast<std::size_t>((spread ^ spread >> 32) * kSecret.factor >> (64 - m_placesLog2));
    }
    /// Where it stands, or the free place where it would.
    std::size_t placeOf(std::uint32_t member) const noexcept
    {
        const std::size_t mask = places() - 1;
        std::size_t i = home(member);
        while (m_places[i].member != member && m_places[i].member != 0)
            i = (i + 1) & mask;
        return i;
    }
    void grow()
    {
        const std::size_t before = places();
        const std::unique_ptr<Place[]> old = std::move(m_places);
        m_placesLog2 = old ? m_placesLog2 + 1 : kFewestPlacesLog2;
        m_places = std::make_unique<Place[]>(std::size_t{1} << m_placesLog2);
        for (std::size_t i = 0; i < before; ++i) {
            if (old[i].member != 0)
                m_places[placeOf(old[i].member)] = old[i];
        }
    }

    std::unique_ptr<Place[]> m_places;
    unsigned m_placesLog2 = 0;
    std::uint32_t m_size = 0;
};

} // namespace bartizan
