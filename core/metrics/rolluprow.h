// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"
#include "core/domain/keytable.h"
#include "core/metrics/rolluplevels.h"

#include <string>
#include <string_view>

namespace bartizan {

class RollupBytes;

/// One audit row as the roll-ups keep it: about eight bytes in a block of its quarter-hour, texts by number. A row that
/// names no country keeps its address, so that the country is looked up when it is asked for. In a block rows stand in
/// the order of their keys; a row needs nothing of the one before it, so that blocks grow by appending.
struct RollupRow {
    TimestampMs timestamp = 0;
    KeyId company = kNoKey;
    KeyId user = kNoKey;
    KeyId country = kNoKey; ///< That the row names.
    SecurityEventType type = SecurityEventType::Authentication;
    AuditOutcome outcome = AuditOutcome::Success;
    AuditSeverity severity = AuditSeverity::Info;
    bool hasAddress = false;  ///< Only where no country is named.
    bool packed = false;      ///< The address is `ipv4`, else `address`.
    std::uint32_t ipv4 = 0;
    std::string_view address; ///< Lives as long as the block.

    /// Keeps the address of a row without a country. A text that is longer than any address is none.
    void setAddress(std::string_view text);
    /// The address in its own words; `buffer` holds it where need be.
    std::string_view addressText(std::string &buffer) const;

    /// Appends the row to a block of its quarter-hour.
    void write(std::string &block) const;
    /// Reads the next row of the block of a quarter-hour; false when it is damaged.
    bool read(RollupBytes &block, std::int64_t quarter);
};

} // namespace bartizan
