// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securitymetrics.h"
#include "core/metrics/rolluplevels.h"
#include "core/metrics/rolluprow.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bartizan {

/// The plain counts of a cell.
struct RollupCounts {
    std::int64_t rows = 0;
    std::int64_t critical = 0;
    std::int64_t lookups = 0; ///< Rows that name no country, but have an address.
    std::array<std::int64_t, 12> byType{};
    std::array<std::int64_t, kQuartersOfDay> byQuarter{}; ///< By quarter-hour of the UTC day: every time zone's hours
                                                          ///< begin with one.

    void add(const RollupRow &row);
    void add(const RollupCounts &other);
    /// As the beginning of a cell's counts; false when it is damaged.
    bool read(RollupBytes &bytes);
    void write(std::string &bytes) const;
};

/// Countries whose numbers are below 128.
struct RollupCountries {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    void add(KeyId country) noexcept { (country < 64 ? low : high) |= std::uint64_t{1} << (country & 63U); }
    bool empty() const noexcept { return (low | high) == 0; }
    int size() const noexcept { return std::popcount(low) + std::popcount(high); }
};

/// What a user did within a cell or a range. Half a line of the processor's cache.
struct alignas(32) RollupUser {
    KeyId number = kNoKey; ///< kNoKey: nothing.
    std::uint32_t failedLogins = 0;
    std::uint32_t rateLimited = 0;
    std::uint32_t critical = 0;
    RollupCountries named; ///< That rows name. Others stand elsewhere.
};
static_assert(sizeof(RollupUser) == 32);

/// Counts rows and cells into one: the content of a cell, or the answer over a range. Rows and cells must come in order
/// of time: it remembers users in the order of their first occurrence. A cell tells that order, and then in the order of
/// their numbers, as they stand in memory, how often each user did what, and at last in which countries: where enough users
/// have the highest risk as it is, an answer needs those of the listed ones alone. Named and looked-up countries are kept
/// apart, so that one cell serves with a look-up and without. Thread: one at a time.
class RollupTally {
public:
    /// Users with numbers below `userLimit` have a place each, which is fast; others are found through a hash table.
    explicit RollupTally(std::size_t userLimit = 0)
        : m_users(userLimit), m_lookedUp(userLimit), m_direct(userLimit), m_seen(userLimit / 64 + 1),
          m_inCell(userLimit / 64 + 1)
    {
    }

    /// One that knows when each user occurred first, so that rows and cells may come in any order. Its cells tell the same.
    static RollupTally inAnyOrder(std::size_t userLimit)
    {
        RollupTally tally(userLimit);
        tally.m_firstKnown = true;
        tally.m_first.resize(userLimit);
        return tally;
    }

    /// `lookedUp` is the country of a row that names none.
    void add(const RollupRow &row, KeyId lookedUp);
    /// When the countries of a cell's users are read, and when they occurred first where that is known. Later: as far as
    /// riskiest() needs them.
    enum class Countries { Now, Later };
    /// Adds a stored cell; false when it is damaged: the tally is of no use then.
    bool add(std::string_view counts, std::string_view users, Countries when = Countries::Now);

    /// The countries in the counts of a cell; false when they are damaged.
    static bool readCountries(std::string_view counts, std::vector<KeyId> &countries);

    const RollupCounts &counts() const noexcept { return m_counts; }
    /// The content of a cell, in its two parts; not where anything was left for later.
    void write(std::string &counts, std::string &users) const;

    /// Rows by country, with those looked up or without.
    std::vector<std::pair<KeyId, std::int64_t>> geo(bool lookedUp) const;
    /// The users that riskiestUsers() lists, in the order of their first occurrence, with their numbers instead of names.
    /// Nothing when a cell is damaged of which something was left for later: then damaged() tells which of those, from 0.
    std::optional<std::vector<std::pair<KeyId, UserActivity>>> riskiest(bool lookedUp);
    std::size_t damaged() const noexcept { return m_damaged; }

private:
    struct GeoCount {
        std::int64_t named = 0;
        std::int64_t lookedUp = 0;
    };
    static constexpr KeyId kMasked = 128;

    std::uint32_t indexOf(KeyId user);
    GeoCount &geoOf(KeyId country) { return country < kMasked ? m_commonGeo[country] : m_rareGeo[country]; }
    void addCountry(std::uint32_t user, KeyId country, bool lookedUp);
    /// Of a cell, what is read later: the countries of the users that it names, whose numbers stand here in ascending order,
    /// and, where it is known when they occurred first, their numbers in that order and behind `timesAt` the times.
    struct CellRest {
        std::string countries;
        std::vector<KeyId> numbers;
        std::string firsts;
        std::size_t timesAt = 0;
    };
    /// Whose first occurrence is needed, by index: of `certain`; and of `others`, of whom `counted` are a part, unless as many
    /// as `most` of the counted came before.
    struct FirstsWanted {
        std::vector<bool> certain;
        std::vector<bool> others;
        std::vector<bool> counted;
        std::size_t most = 0;
        bool anyCertain = false;
    };
    class EarliestUsers;
    bool readNumbers(RollupBytes &from);
    bool readFirsts(RollupBytes numbers, RollupBytes firsts);
    bool readFirsts(const CellRest &cell, const FirstsWanted &wanted, EarliestUsers &earliest);
    bool learnFirsts(const FirstsWanted &wanted);
    bool learnFirstsOf(const std::vector<std::pair<int, std::size_t>> &scores);
    void occurred(std::uint32_t index, TimestampMs time)
    {
        if (time < m_first[index].time)
            m_first[index] = {time, ++m_ticks};
    }
    void readCounts(RollupBytes &bytes, KeyId number);
    bool readCountries(const CellRest &cell, std::span<const KeyId> wanted);
    void readCountriesOf(RollupBytes &bytes, std::uint32_t index);
    bool readLater(std::span<const KeyId> wanted);
    void writeUsers(std::string &users) const;
    void writeFirsts(std::string &users) const;
    UserActivity activityOf(std::uint32_t index) const;
    std::vector<std::size_t> candidates() const;
    bool candidatesByFirst(std::vector<std::size_t> &places);
    std::vector<std::size_t> listedByFirst(std::vector<std::pair<int, std::size_t>> &scores) const;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rareOfUsers() const;
    std::vector<std::uint32_t> rareDistinct(bool lookedUp) const;

    RollupCounts m_counts;
    std::array<GeoCount, kMasked> m_commonGeo{};
    absl::flat_hash_map<KeyId, GeoCount> m_rareGeo;
    std::vector<RollupUser> m_users;         ///< The first ones by number.
    std::vector<RollupCountries> m_lookedUp; ///< Of each of them, the countries that were looked up.
    std::size_t m_direct;                    ///< How many.
    absl::flat_hash_map<KeyId, std::uint32_t> m_otherIndex; ///< Into m_users.
    std::vector<std::uint32_t> m_order;                     ///< Likewise; in order of first occurrence.
    bool m_firstKnown = false;
    /// When a user occurred first; of one instant, in the order in which that was learnt.
    struct First {
        TimestampMs time = std::numeric_limits<TimestampMs>::max();
        std::uint64_t tick = 0;
        auto operator<=>(const First &) const = default;
    };
    std::vector<First> m_first; ///< Of each of m_users, where it is known.
    std::uint64_t m_ticks = 0;
    std::vector<std::uint64_t> m_seen;   ///< Of those with a place, a bit for each that has occurred;
    std::vector<std::uint64_t> m_inCell; ///< and for each that the cell which is read names.
    std::vector<KeyId> m_numbers;        ///< Of the users of that cell, in ascending order.
    std::vector<CellRest> m_later;       ///< What is not read yet.
    std::size_t m_damaged = 0;
    /// Countries of users with numbers from 128 on: the index of the user, and the country twice, plus one if looked up.
    absl::flat_hash_set<std::uint64_t> m_rare;
};

} // namespace bartizan
