// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/detectorhistory.h"
#include "core/domain/keytable.h"
#include "core/storage/sqliteconnection.h"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <limits>
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
    /// Calls `tell` for those with rows, by type and then by time.
    template<typename F>
    void forEach(F tell) const
    {
        for (std::size_t i = 0; i < m_counts.size(); ++i) {
            if (m_counts[i] == 0)
                continue;
            tell(DetectorHistory::MinuteCount{static_cast<SecurityEventType>(i / m_minutes),
                                              m_start + static_cast<TimestampMs>(i % m_minutes) * kMinute, m_counts[i]});
        }
    }

private:
    TimestampMs m_start;
    std::size_t m_minutes;
    std::vector<std::int64_t> m_counts;
};

/// Countries by user and type, from rows in any order: what each row costs is numbering two texts and one look-up. It is
/// handed on and begun anew whenever it is full.
class CountryBook {
public:
    void add(SecurityEventType type, std::string_view userId, std::string_view country, TimestampMs time);
    bool full() const noexcept
    {
        return m_times.size() >= kMost || m_users.bytes() + m_countries.bytes() >= kMostBytes;
    }
    /// Tells all that it holds, and forgets it.
    void moveTo(DetectorHistory::Sink &out);

private:
    static constexpr std::size_t kMost = 65'536;
    static constexpr std::size_t kMostBytes = 8u << 20; ///< Of the texts.
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
    static constexpr Key kTypes = (Key{1} << kTypeBits) - 1;
    static Key keyOf(SecurityEventType type, KeyId user, KeyId country) noexcept
    {
        return Key{user} << 32 | Key{country} << kTypeBits | static_cast<Key>(type);
    }

    KeyTable m_users;
    KeyTable m_countries;
    absl::flat_hash_map<Key, Times> m_times;
};

/// Takes rows of kHistorySpan, in any order, and tells a sink the baselines. There may be passes over parts of the rows, on
/// threads of their own. Each holds a few megabytes, however many rows, users and addresses there are: the counts by
/// minute, and of the countries what the sink was not told yet.
class BaselinePass {
public:
    /// Columns that a query for take() has.
    static constexpr std::string_view kColumns = "timestamp, event_type, user_id, country, ip_address";

    /// `shared` guards the sink and the resolver of the query, which passes share.
    BaselinePass(const DetectorHistory::Query &query, DetectorHistory::Sink &sink, std::mutex &shared);
    /// The oldest row to be taken. Whole minutes, so that no count is cut.
    TimestampMs oldest() const noexcept { return m_minutes.start(); }

    /// A row from oldest() to the query's asOf. False when it is damaged.
    bool take(const SqliteStatement &row);
    /// The same, by its values; null views stand for absent fields.
    void take(TimestampMs time, SecurityEventType type, std::string_view user, std::string_view country,
              std::string_view address);
    /// Takes over the counts of another pass, and tells the sink its countries.
    void merge(BaselinePass &other);
    /// Tells the sink what it was not told yet.
    void finish();

private:
    /// Addresses whose country is remembered, and the bytes that they may take.
    static constexpr std::size_t kMostAddresses = 65'536;
    static constexpr std::size_t kMostBytes = 8u << 20;

    std::string_view countryOf(std::string_view stored, std::string_view address);
    void tellCountries();

    TimestampMs m_countriesFrom;
    MinuteTable m_minutes;
    CountryBook m_countries;
    CountryResolver *const m_resolver; ///< May be null.
    DetectorHistory::Sink &m_sink;
    std::mutex &m_shared;
    KeyTable m_addresses;
    std::vector<std::string_view> m_places; ///< Countries by address, each asked for once.
};

} // namespace bartizan
