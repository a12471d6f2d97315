// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// Random numbers that are the same everywhere (xorshift64*; Vigna, "An experimental exploration of Marsaglia's
/// xorshift generators, scrambled", 2016), unlike the standard library's distributions.
class DemoRandom {
public:
    explicit DemoRandom(std::uint64_t seed) noexcept : m_state(seed == 0 ? 1 : seed) {}

    std::uint64_t bits() noexcept
    {
        m_state ^= m_state >> 12;
        m_state ^= m_state << 25;
        m_state ^= m_state >> 27;
        return m_state * 0x2545F4914F6CDD1Du;
    }
    /// From 0 up to, not including, `limit`, which is positive.
    std::size_t below(std::size_t limit) noexcept { return static_cast<std::size_t>((bits() >> 11) % limit); }
    /// From `first` to `last`, both included.
    TimestampMs between(TimestampMs first, TimestampMs last) noexcept
    {
        return first + static_cast<TimestampMs>(below(static_cast<std::size_t>(last - first + 1)));
    }
    /// From 0 up to, not including, 1.
    double unit() noexcept { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
    bool chance(double probability) noexcept { return unit() < probability; }

private:
    std::uint64_t m_state;
};

/// Somebody who works with the made-up application.
struct DemoPerson {
    std::string userId;
    std::string email;
    std::string companyId;
    std::string country; ///< ISO 3166-1 alpha-2.
    std::string address;
    std::string userAgent;
    int utcOffset = 0;   ///< Hours, in winter.
    double diligence = 1; ///< How much of the traffic is theirs, compared with others.
    bool admin = false;
};

/// Everybody, always the same for the same numbers.
std::vector<DemoPerson> demoPeople(DemoRandom &random);

/// How busy people in a zone are at an instant, from 0 to 1: working hours, nights, weekends.
double demoBusyness(TimestampMs at, int utcOffset) noexcept;

/// A country that is not `home`, for somebody who turns up where nobody expects him.
std::string_view demoElsewhere(DemoRandom &random, std::string_view home);

} // namespace bartizan
