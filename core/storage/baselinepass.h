// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/detectorhistory.h"
#include "core/domain/keytable.h"
#include "core/storage/sqliteconnection.h"

#include <absl/container/flat_hash_map.h>

#include <mutex>
#include <string_view>
#include <vector>

namespace bartizan {

/// Counts by type and minute from the minute of `from` to that of `to`: a week of minutes is a small table.
class MinuteTable {
public:
    MinuteTable(TimestampMs from, TimestampMs to);
    TimestampMs start() const noexcept { return m_start; }

    /// `time` must lie within the table.
    void add(SecurityEventType type, TimestampMs time)
    {
        ++m_counts[static_cast<std::size_t>(type) * m_minutes + static_cast<std::size_t>((time - m_start) / kMinute)];
    }
    /// Adds the counts of a table of the same minutes.
    void merge(const MinuteTable &other);
    /// Appends those with rows, by type and then by time.
    void copyTo(std::vector<DetectorHistory::MinuteCount> &out) const;

private:
    TimestampMs m_start;
    std::size_t m_minutes;
    std::vector<std::int64_t> m_counts;
};

/// Countries by user and type, from rows in any order: what each row costs is numbering two texts and one look-up.
class CountryBook {
public:
    void add(SecurityEventType type, std::string_view userId, std::string_view country, TimestampMs time);
    /// Takes in what another book found.
    void merge(const CountryBook &other);
    void copyTo(std::vector<DetectorHistory::KnownCountry> &out) const;

private:
    static constexpr TimestampMs kNever = std::numeric_limits<TimestampMs>::min();
    struct Times {
        TimestampMs first = kNever;
        TimestampMs lastBefore = kNever; ///< The newest time before `last`.
        TimestampMs last = kNever;       ///< kNever: nothing is known yet.
        void add(TimestampMs time) noexcept;
    };
    /// User, country and type in one number.
    using Key = std::uint64_t;
    static constexpr unsigned kTypeBits = 4;
    static Key keyOf(SecurityEventType type, KeyId user, KeyId country) noexcept
    {
        return Key{user} << 32 | Key{country} << kTypeBits | static_cast<Key>(type);
    }

    KeyTable m_users;
    KeyTable m_countries;
    absl::flat_hash_map<Key, Times> m_times;
};

/// Takes rows of kHistorySpan, in any order, into the baselines of a DetectorHistory. Passes over parts of the rows, on
/// threads of their own, are merged.
class BaselinePass {
public:
    /// Columns that a query for take() has.
    static constexpr std::string_view kColumns = "timestamp, event_type, user_id, country, ip_address";

    /// `asking` guards the resolver of the query, which passes share.
    BaselinePass(const DetectorHistory::Query &query, std::mutex &asking);
    /// The oldest row to be taken. Whole minutes, so that no count is cut.
    TimestampMs oldest() const noexcept { return m_minutes.start(); }

    /// A row from oldest() to the query's asOf. False when it is damaged.
    bool take(const SqliteStatement &row);
    /// The same, by its values; null views stand for absent fields.
    void take(TimestampMs time, SecurityEventType type, std::string_view user, std::string_view country,
              std::string_view address);
    void merge(const BaselinePass &other);
    /// Writes typeMinutes and countries.
    void copyTo(DetectorHistory &out) const;

private:
    std::string_view countryOf(std::string_view stored, std::string_view address);

    TimestampMs m_countriesFrom;
    MinuteTable m_minutes;
    CountryBook m_countries;
    CountryResolver *const m_resolver; ///< May be null.
    std::mutex &m_asking;
    KeyTable m_addresses;
    std::vector<std::string_view> m_places; ///< Countries by address, each asked for once.
};

} // namespace bartizan
