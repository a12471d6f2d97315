// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"
#include "core/domain/keytable.h"
#include "core/domain/securitymetrics.h"
#include "core/domain/zoneoffsets.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// What the metrics need of an audit log, in memory: 32 bytes a row, texts by number. Made for replaying a file
/// without a database: appending is cheap, asking goes through all rows. Not thread-safe.
class MemoryLog {
public:
    /// Adds a row. Empty address, user, company and country are as good as none.
    void append(const EventView &row);
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
    struct Row {
        TimestampMs timestamp;
        KeyId user;
        KeyId address;
        KeyId company;
        KeyId country;
        SecurityEventType type;
        AuditOutcome outcome;
        AuditSeverity severity;
    };
    class UserCounter;

    static constexpr std::size_t kBlock = 4096;

    /// Calls `use` with each row, in order of arrival.
    template<typename Use>
    void forEach(Use use) const
    {
        std::size_t left = m_size;
        for (const auto &block : m_blocks) {
            const std::size_t rows = std::min(left, kBlock);
            for (std::size_t i = 0; i < rows; ++i)
                use(block[i]);
            left -= rows;
        }
    }

    /// Blocks of kBlock rows, the last one not full: growing moves no row.
    std::vector<std::unique_ptr<Row[]>> m_blocks;
    std::size_t m_size = 0;
    KeyTable m_users;
    KeyTable m_addresses;
    KeyTable m_companies;
    KeyTable m_countries;
    std::vector<std::string> m_emails; ///< By user.
};

} // namespace bartizan
