// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"
#include "core/domain/keytable.h"
#include "core/domain/securitymetrics.h"
#include "core/domain/zoneoffsets.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bartizan {

/// What the metrics need of an audit log, in memory: 20 bytes a row, texts by number. Made for replaying a file
/// without a database: appending is cheap, asking goes through all rows of the range's time. Not thread-safe.
class MemoryLog {
public:
    /// Adds a row. Empty address, user, company and country are as good as none.
    void append(const EventView &row) { append(std::span<const EventView>(&row, 1)); }
    /// The same for many, each of which costs less.
    void append(std::span<const EventView> rows);
    /// The same, and tells the numbers of their users and addresses in them.
    void appendNumbered(std::span<EventView> rows);
    std::size_t size() const noexcept { return m_size; }

    /// Remembers a user's e-mail address.
    void setEmail(const std::string &userId, const std::string &email);

    /// The counts of the rows of a range and, if named, of a company; what is counted over alerts is left at 0.
    MetricsInputs metricsInputs(TimeRange range, const std::optional<std::string> &company,
                                const ZoneOffsets &zone) const;

    /// Every address that occurred, in order of first occurrence; valid until the next append().
    std::vector<std::string_view> addresses() const;
    /// Activity of all of them within a range, in the same order.
    std::vector<IpActivity> ipActivities(TimeRange range) const;
    /// Activity of one address; nothing when it never occurred.
    IpActivity ipActivity(std::string_view address, TimeRange range) const;

private:
    /// What many rows have in common.
    struct Kind {
        KeyId company;
        KeyId country;
        SecurityEventType type;
        AuditOutcome outcome;
        AuditSeverity severity;

        bool isFailedLogin() const noexcept
        {
            return type == SecurityEventType::Authentication && outcome == AuditOutcome::Failure;
        }
        bool operator==(const Kind &) const = default;
        template<typename Hash>
        friend Hash AbslHashValue(Hash hash, const Kind &kind)
        {
            return Hash::combine(std::move(hash), kind.company, kind.country, kind.type, kind.outcome, kind.severity);
        }
    };
    using KindId = std::uint32_t;
    static constexpr std::size_t kBlock = 4096;
    /// A run of rows, column by column: whoever looks for a time or an address reads nothing else.
    struct Block {
        std::array<TimestampMs, kBlock> timestamps;
        std::array<KeyId, kBlock> users;
        std::array<KeyId, kBlock> addresses;
        std::array<KindId, kBlock> kinds;
    };
    class UserCounter;

    /// Adds the first of some rows, to the block at hand; says how many, and where they stand in it.
    struct Entered {
        const Block *block;
        std::size_t at;
        std::size_t count;
    };
    Entered enter(std::span<const EventView> rows);
    KindId kindOf(const Kind &kind);
    /// Adds a row to the activity of its address.
    static void addTo(IpActivity &activity, const Kind &kind);

    /// Calls `use` with the block and the place in it of each row of a range, in order of arrival.
    template<typename Use>
    void forEach(TimeRange range, Use use) const
    {
        std::size_t left = m_size;
        for (std::size_t b = 0; b < m_blocks.size(); ++b) {
            const Block &block = *m_blocks[b];
            const TimeRange held = m_times[b];
            const std::size_t rows = std::min(left, kBlock);
            left -= rows;
            if (held.end < range.start || held.start > range.end)
                continue;
            const bool whole = range.contains(held.start) && range.contains(held.end);
            for (std::size_t i = 0; i < rows; ++i) {
                if (whole || range.contains(block.timestamps[i]))
                    use(block, i);
            }
        }
    }

    /// Blocks of kBlock rows, the last one not full: growing moves no row.
    std::vector<std::unique_ptr<Block>> m_blocks;
    std::vector<TimeRange> m_times; ///< What the rows of each block span.
    std::size_t m_size = 0;
    std::vector<Kind> m_kinds; ///< By number.
    absl::flat_hash_map<Kind, KindId> m_kindIds;
    KeyTable m_users;
    KeyTable m_addresses;
    KeyTable m_companies;
    KeyTable m_countries;
    std::vector<std::string> m_emails; ///< By user.
};

} // namespace bartizan
